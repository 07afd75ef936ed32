"""The losses of the two players, as pure functions of logits. High means real, always; both players minimise.

A loss gives each player's loss per sample from the logits of equally many real and fake samples, `real` [n]
and `fake` [n]. D's loss is the sum of its two terms, so the minimax game's D stands at log 4 at the
equilibrium (log 2 for those who take the mean of the two terms). With s the sigmoid, -log s(a) = softplus(-a)
and -log(1 - s(a)) = softplus(a).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import relu, softplus

from gan_teach.checks import one_of, positive

PlayersLoss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Loss:
    """One game's two losses.

    d, g: (real [n], fake [n]) -> [n], what D and G minimise. g_sees_real: G's loss depends on the real logits
    too.
    d_equilibrium, g_equilibrium: the losses when fakes and data are the same law and D is at its best, None
    where the level is arbitrary. neutral: D's output there, None likewise. paper: where it was proposed.
    """

    name: str
    d: PlayersLoss
    g: PlayersLoss
    d_equilibrium: float | None
    g_equilibrium: float | None
    neutral: float | None
    paper: str
    g_sees_real: bool = False

    def __repr__(self):
        return f"<loss {self.name}, {self.paper}>"


def _log_loss_d(real, fake):
    return softplus(-real) + softplus(fake)


minimax = Loss(
    "minimax",
    d=_log_loss_d,
    g=lambda real, fake: -softplus(fake),
    d_equilibrium=math.log(4),
    g_equilibrium=-math.log(2),
    neutral=0.0,
    paper="Goodfellow et al. 2014, arXiv:1406.2661",
)
"""D: -log D(x) - log(1 - D(G(z))). G: log(1 - D(G(z))), the same term with the other sign. Chapters 1 to
6."""

non_saturating = Loss(
    "non_saturating",
    d=_log_loss_d,
    g=lambda real, fake: softplus(-fake),
    d_equilibrium=math.log(4),
    g_equilibrium=math.log(2),
    neutral=0.0,
    paper="Goodfellow et al. 2014, arXiv:1406.2661",
)
"""D as in minimax. G: -log D(G(z)), a different loss with a strong gradient where D is sure. Chapters 4 and
7."""

least_squares = Loss(
    "least_squares",
    d=lambda real, fake: (real - 1) ** 2 + fake**2,
    g=lambda real, fake: (fake - 1) ** 2,
    d_equilibrium=0.5,
    g_equilibrium=0.25,
    neutral=0.5,
    paper="Mao et al. 2017, arXiv:1611.04076",
)
"""D: (D(x) - 1)^2 + D(G(z))^2 on the raw output, labels 1 and 0, without the paper's factor 1/2. Chapter
6."""

wasserstein = Loss(
    "wasserstein",
    d=lambda real, fake: fake - real,
    g=lambda real, fake: -fake,
    d_equilibrium=0.0,
    g_equilibrium=None,
    neutral=None,
    paper="Arjovsky et al. 2017, arXiv:1701.07875",
)
"""Critic: D(G(z)) - D(x), to be used with a bound on the critic's slope. G: -D(G(z)). Chapter 11."""

hinge = Loss(
    "hinge",
    d=lambda real, fake: relu(1 - real) + relu(1 + fake),
    g=lambda real, fake: -fake,
    d_equilibrium=2.0,
    g_equilibrium=None,
    neutral=None,
    paper="Lim and Ye 2017, arXiv:1705.02894",
)
"""D: max(0, 1 - D(x)) + max(0, 1 + D(G(z))). G: -D(G(z)). Chapter 6."""

relativistic = Loss(
    "relativistic",
    d=lambda real, fake: softplus(fake - real),
    g=lambda real, fake: softplus(real - fake),
    d_equilibrium=math.log(2),
    g_equilibrium=math.log(2),
    neutral=None,
    paper="Jolicoeur-Martineau 2018, arXiv:1807.00734",
    g_sees_real=True,
)
"""Pairs: D: -log s(D(x) - D(G(z))), G: the same with x and G(z) exchanged. Only differences count. Chapter
10."""


def smoothed(real_label: float = 0.9) -> Loss:
    """One-sided label smoothing: the non-saturating game in which D is asked for `real_label` at real
    samples, and for 0, as ever, at fakes (Salimans et al. 2016, arXiv:1606.03498, 3.4). Its best D is
    real_label p / (p + q). Chapter 10."""
    r = positive("real_label", real_label)
    if r > 1:
        raise ValueError(f"real_label must be at most 1, but {real_label!r} was given")
    s = r / 2
    return Loss(
        f"smoothed {r:g}",
        d=lambda real, fake: r * softplus(-real) + (1 - r) * softplus(real) + softplus(fake),
        g=non_saturating.g,
        d_equilibrium=-r * math.log(s) - (2 - r) * math.log(1 - s),
        g_equilibrium=-math.log(s),
        neutral=math.log(s / (1 - s)),
        paper="Salimans et al. 2016, arXiv:1606.03498",
    )


LOSSES = {
    loss.name: loss for loss in (minimax, non_saturating, least_squares, wasserstein, hinge, relativistic)
}


def get(loss: str | Loss) -> Loss:
    """The loss of that name, or the loss itself. Errors: `ValueError` for an unknown name."""
    return loss if isinstance(loss, Loss) else LOSSES[one_of("loss", loss, LOSSES)]
