"""Algorithm 1 of the 2014 paper on one screen: the loop that `train` takes apart. Begin reading the package
here.

`nn.Module`s, PyTorch's own Adam, one step after the other. Chapter 4 shows it; a test holds `train` to the
same parameters.
"""

import torch
from torch import nn

from gan_teach import losses


def algorithm_1(
    G: nn.Module,
    D: nn.Module,
    batches,
    steps: int,
    n_d: int = 1,
    lr_g=1e-3,
    lr_d=1e-3,
    loss=losses.non_saturating,
) -> tuple[nn.Module, nn.Module]:
    """n_d steps of D, then one of G, `steps` times: the networks, trained where they stand.

    batches: t -> {"x": [n_d + 1, n, dim], "z": [n_d + 1, n, latent_dim]}, the random numbers of step t
    (`Batches`). Goodfellow et al. 2014, arXiv:1406.2661. Chapter 4.
    """
    opt_g = torch.optim.Adam(G.parameters(), lr=lr_g, betas=(0.5, 0.999))
    opt_d = torch.optim.Adam(D.parameters(), lr=lr_d, betas=(0.5, 0.999))
    for t in range(steps):
        x, z = batches(t)["x"], batches(t)["z"]
        for i in range(n_d):  # the police learn
            fake = G(z[i]).detach()  # G does not move now
            d_loss = loss.d(D(x[i]), D(fake)).mean()
            opt_d.zero_grad()
            d_loss.backward()
            opt_d.step()
        fake = G(z[n_d])  # then the thief does
        g_loss = loss.g(D(x[n_d]), D(fake)).mean()
        opt_g.zero_grad()
        g_loss.backward()
        opt_g.step()
    return G, D
