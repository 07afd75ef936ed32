"""Parts of networks that were proposed against mode collapse or for a steadier game: plain `nn.Module`s, put
together with those of `nets`. Chapter 10 takes them one by one.

`Packed`, `MinibatchDiscriminator` and a discriminator with batch norm judge a sample by its company: D(x)
then depends on the whole batch. So a real batch and a batch of fakes are always judged apart.
"""

import copy

import torch
from torch import Tensor, nn

from gan_teach import nets
from gan_teach.checks import positive

TINY = 1e-30  # keeps a matrix of zeros a matrix of zeros


class Packed(nn.Module):
    """PacGAN's discriminator: one verdict on `pack` samples laid side by side (Lin et al. 2018,
    arXiv:1712.04086).

    body: a discriminator of dimension pack * dim. x [n, dim] -> logits [n], each pack's verdict given to all
    its samples. n must be a multiple of pack (`ValueError`).
    """

    def __init__(self, body: nn.Module, pack: int):
        super().__init__()
        self.body, self.pack = body, positive("pack", pack, whole=True)

    def forward(self, x: Tensor) -> Tensor:
        if len(x) % self.pack:
            raise ValueError(
                f"the number of samples must be a multiple of the pack size {self.pack}, but {len(x)} "
                "were given"
            )
        packs = x.reshape(len(x) // self.pack, -1)
        return self.body(packs)[:, None].expand(-1, self.pack).reshape(-1)


class MinibatchDiscriminator(nn.Module):
    """A discriminator that also sees how near the others of the batch are (Salimans et al. 2016,
    arXiv:1606.03498, 3.2).

    x [n, dim] -> logits [n]. The features f [n, width] of the last hidden layer are turned into `kernels`
    rows of `size` numbers, M = f T; each kernel tells the sum over the others of exp(-|M_i - M_j|_1), and
    these are put beside f.
    """

    def __init__(self, dim: int, hidden: tuple[int, ...] = (64, 64), kernels: int = 5, size: int = 3):
        super().__init__()
        self.kernels, self.size = positive("kernels", kernels, whole=True), positive("size", size, whole=True)
        self.features = nn.Sequential(nets.mlp(dim, hidden[-1], hidden[:-1]), nn.ReLU())
        self.rows = nn.Linear(hidden[-1], kernels * size, bias=False)
        self.verdict = nn.Linear(hidden[-1] + kernels, 1)

    def forward(self, x: Tensor) -> Tensor:
        f = self.features(x)
        rows = self.rows(f).view(len(x), self.kernels, self.size)
        apart = (rows[:, None] - rows[None]).abs().sum(-1)  # [n, n, kernels]
        company = (-apart).exp().sum(1) - 1  # without the sample itself
        return self.verdict(torch.cat([f, company], dim=1)).squeeze(-1)


def spectral_value(weight: Tensor, squarings: int = 8) -> Tensor:
    """The largest singular value of `weight` [out, in], by power iteration on its Gram matrix, which is
    squared `squarings` times: as good as 2^squarings plain iterations. Never above the true value. The slope
    is that of u^T W v with u and v held fixed (Miyato et al. 2018, arXiv:1802.05957, Appendix A)."""
    with torch.no_grad():
        gram = weight.T @ weight if weight.shape[0] >= weight.shape[1] else weight @ weight.T
        for _ in range(squarings):
            gram = gram / gram.diagonal().sum().clamp(min=TINY)
            gram = gram @ gram
        # The column that is longest is the one that points best along the top direction: no start to be
        # drawn.
        one = nn.functional.normalize(gram.sum(1) + 1e-3 * gram.diagonal(), dim=0)
        other = nn.functional.normalize(
            (weight if weight.shape[0] >= weight.shape[1] else weight.T) @ one, dim=0
        )
    u, v = (other, one) if weight.shape[0] >= weight.shape[1] else (one, other)
    return u @ (weight @ v)


class SpectralLinear(nn.Linear):
    """A linear layer whose matrix is divided by its largest singular value: its slope is at most 1 in every
    direction."""

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.linear(x, self.weight / spectral_value(self.weight).clamp(min=TINY), self.bias)


class SpectralConv2d(nn.Conv2d):
    """A convolution whose weights, as a matrix with one row for each output channel, are divided by its
    largest singular value, as Miyato et al. 2018 do it (arXiv:1802.05957).

    The slope of the convolution itself may be larger, since its fields overlap: where each pixel is in m of
    them, up to the root of m.
    """

    def forward(self, x: Tensor) -> Tensor:
        largest = spectral_value(self.weight.flatten(1)).clamp(min=TINY)
        return self._conv_forward(x, self.weight / largest, self.bias)


def spectral(module: nn.Module) -> nn.Module:
    """A copy in which every linear layer and every convolution is spectrally normalised, with weights of its
    own (Miyato et al. 2018, arXiv:1802.05957). With linear layers alone and ReLU between them the slope of
    the whole is then at most 1. Errors: `ValueError` for a module without such layers."""
    copied = copy.deepcopy(module)
    places = [
        (parent, name)
        for parent in copied.modules()
        for name, child in parent.named_children()
        if type(child) in (nn.Linear, nn.Conv2d)
    ]
    if not places:
        raise ValueError(
            f"there must be linear layers or convolutions to normalise, but {type(module).__name__} has none"
        )
    for parent, name in places:
        setattr(parent, name, _normalised(getattr(parent, name)))
    return copied


def _normalised(old: nn.Module) -> nn.Module:
    """A layer of the same form, spectrally normalised."""
    bias = old.bias is not None
    if isinstance(old, nn.Linear):
        return SpectralLinear(old.in_features, old.out_features, bias)
    form = {name: getattr(old, name) for name in ("stride", "padding", "dilation", "groups", "padding_mode")}
    return SpectralConv2d(old.in_channels, old.out_channels, old.kernel_size, bias=bias, **form)


def batch_normalised(module: nn.Module) -> nn.Module:
    """A copy with batch norm behind every linear layer but the last (Ioffe and Szegedy 2015,
    arXiv:1502.03167; in GANs Radford et al. 2016, arXiv:1511.06434), always by the statistics of the batch at
    hand."""
    copied = copy.deepcopy(module)
    layers = list(copied.body)
    linear = [layer for layer in layers if isinstance(layer, nn.Linear)]
    if len(linear) < 2:
        raise ValueError(
            f"batch norm goes between linear layers, but {type(module).__name__} has {len(linear)} of them"
        )
    body = []
    for layer in layers:
        body.append(layer)
        if isinstance(layer, nn.Linear) and layer is not linear[-1]:
            body.append(nn.BatchNorm1d(layer.out_features, track_running_stats=False))
    copied.body = nn.Sequential(*body)
    return copied


class Maxout(nn.Module):
    """A layer that takes the largest of `pieces` linear maps for each output (Goodfellow et al. 2013,
    arXiv:1302.4389): x [n, n_in] -> [n, n_out]. PacGAN's discriminator is made of them."""

    def __init__(self, n_in: int, n_out: int, pieces: int = 5):
        super().__init__()
        self.map, self.pieces = nn.Linear(n_in, n_out * positive("pieces", pieces, whole=True)), pieces

    def forward(self, x: Tensor) -> Tensor:
        return self.map(x).view(len(x), -1, self.pieces).amax(-1)
