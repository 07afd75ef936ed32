"""A game: two networks, the latent's law, a loss and penalties; from these, the two objectives as pure
functions."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_map

from gan_teach import losses, nets
from gan_teach.checks import positive
from gan_teach.losses import Loss
from gan_teach.penalties import Penalty
from gan_teach.targets import Target


class Draw(NamedTuple):
    """The random numbers of one move: x_real [batch, dim], z [batch, latent_dim], u [batch] uniform on [0,
    1], and what is added to reals and fakes before D sees them, blur [2, batch, dim] ([0] in a game without
    instance noise)."""

    x_real: Tensor
    z: Tensor
    u: Tensor
    blur: Tensor


def blurred(draw: Draw, fake: Tensor) -> tuple[Tensor, Tensor]:
    """What D sees of this draw: real samples and fakes, with the instance noise if the game has any."""
    if not draw.blur.numel():
        return draw.x_real, fake
    return draw.x_real + draw.blur[0], fake + draw.blur[1]


@dataclass(frozen=True)
class Game:
    """Who plays (generator, discriminator), from what (latent), for what (loss, penalties).

    generator: any `nn.Module`, latents [n, latent_dim] -> samples [n, dim]; discriminator: samples -> logits
    [n].
    latent: a target that serves as G's source. loss: a `Loss` or its name. penalties: added to D's loss.
    noise: the std of Gaussian noise on all that D sees in training ("instance noise", Sonderby et al. 2017,
    arXiv:1610.04490), falling to 0 in a straight line over the steps `noise_until` (None: it stays).
    The networks are templates: training never changes them. theta and psi are the flat parameter vectors of G
    and D, or their `nets.parts`.
    """

    generator: nn.Module
    discriminator: nn.Module
    latent: Target
    loss: Loss | str = losses.non_saturating
    penalties: tuple[Penalty, ...] = ()
    noise: float = 0.0
    noise_until: int | None = None

    def __post_init__(self):
        positive("noise", self.noise, zero=True)
        if self.noise_until is not None:
            positive("noise_until", self.noise_until, whole=True)
        object.__setattr__(self, "loss", losses.get(self.loss))
        object.__setattr__(self, "penalties", tuple(self.penalties))

    def generate(self, theta: Tensor, z: Tensor) -> Tensor:
        """G's samples for the latents z: [n, latent_dim] -> [n, dim]."""
        return nets.apply(self.generator, theta, z)

    def judge(self, psi: Tensor, x: Tensor) -> Tensor:
        """D's logits for the samples x: [n, dim] -> [n]. High means real."""
        return nets.apply(self.discriminator, psi, x)

    def d_objective(self, psi: Tensor, theta: Tensor, draw: Draw, gammas: Tensor) -> tuple[Tensor, Tensor]:
        """What D minimises, and its loss without the penalties (the number that the equilibrium line is drawn
        for).

        gammas [number of penalties] are the penalties' weights.
        """
        real, fake = blurred(draw, self.generate(theta, draw.z))
        loss = self.loss.d(self.judge(psi, real), self.judge(psi, fake)).mean()
        total = loss
        for gamma, penalty in zip(gammas, self.penalties):
            total = total + gamma * penalty.value(lambda x: self.judge(psi, x), real, fake, draw.u).mean()
        return total, loss

    def g_objective(self, theta: Tensor, psi: Tensor, draw: Draw) -> tuple[Tensor, Tensor]:
        """What G minimises, twice: the second is there so that both objectives have the same form."""
        x_real, x_fake = blurred(draw, self.generate(theta, draw.z))
        fake = self.judge(psi, x_fake)
        real = self.judge(psi, x_real) if self.loss.g_sees_real else fake
        loss = self.loss.g(real, fake).mean()
        return loss, loss

    def both_objectives(
        self, theta: Tensor, psi: Tensor, draw: Draw, gammas: Tensor
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Both players' objectives on one draw and one set of fakes: a number whose slope in theta is that of
        G's objective and whose slope in psi is that of D's, and the two losses (d, g). For simultaneous
        moves; G runs once. Chapter 12."""
        fake = self.generate(theta, draw.z)
        seen_by_d = blurred(draw, fake.detach())
        if getattr(self.discriminator, "sees_batch", False):
            real, caught = (self.judge(psi, x) for x in seen_by_d)
        else:
            real, caught = self.judge(psi, torch.cat(seen_by_d)).chunk(2)
        d_loss = self.loss.d(real, caught).mean()
        total = d_loss
        for gamma, penalty in zip(gammas, self.penalties):
            total = total + gamma * penalty.value(lambda x: self.judge(psi, x), *seen_by_d, draw.u).mean()
        passed = self.judge(
            tree_map(torch.detach, psi), blurred(draw, fake)[1]
        )  # D as it is: what psi would do about it is D's affair
        g_loss = self.loss.g(real.detach() if self.loss.g_sees_real else passed, passed).mean()
        return total + g_loss, (d_loss, g_loss)

    def asked_steps(self, psi: Tensor, x_fake: Tensor, x_real: Tensor) -> Tensor:
        """The step that G's loss asks of each fake: minus the gradient of that fake's loss, [n, dim].

        This is all that G ever learns from D. Chapter 1 draws it.
        """
        with torch.enable_grad():
            x = x_fake.detach().requires_grad_()
            fake = self.judge(psi, x)
            real = self.judge(psi, x_real) if self.loss.g_sees_real else fake
            return -torch.autograd.grad(self.loss.g(real, fake).sum(), x)[0]
