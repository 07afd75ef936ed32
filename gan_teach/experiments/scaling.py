"""The trainings of chapter 16 in the plane, many small games at once: what the price of orthogonality does to
truncation, and what a larger batch does (Brock et al. 2019, arXiv:1809.11096).

`make weights` trains blocks of games from the seeds 0, 1 and 2; their scores lie in `book/data/scaling/`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gan_teach import nets, targets
from gan_teach.checks import one_of, positive
from gan_teach.experiments.orthogonal import PricedGame, crossed, lengths, priced
from gan_teach.experiments.sweep import Sweep, block, generators
from gan_teach.laws import Mixture

MODES, LABELS, STD = 8, 4, 0.1
LIMITS = (0.25, 0.5, 1.0, 2.0, math.inf)  # the truncations at which a game of labels is judged
SAMPLES = 4000


def truncated(u: Tensor, t: float) -> Tensor:
    """Standard normal numbers that lie within [-t, t], one for each u in (0, 1), of any shape: the quantiles
    of the truncated law. t: above 0, or infinity for the whole law.

    Where u is uniform they are what drawing again gives (the "truncation trick"). Errors: `ValueError` for t
    that is not above 0.
    """
    if not t > 0:
        raise ValueError(f"t must be above 0, but {t!r} was given")
    inside = math.erf(t / math.sqrt(2))
    z = math.sqrt(2) * torch.special.erfinv((2 * u.double() - 1) * inside)
    return z.clamp(-t, t).to(u.dtype)


@dataclass(frozen=True, repr=False)
class LabelledRing(Mixture):
    """A ring on which neighbours share a label: the modes 0 and 1 have the label 0, 2 and 3 the label 1, and
    so on, where there are half as many labels as modes."""

    classes: int = LABELS

    def sample_labelled(self, n, generator):
        """Samples [n, 2] and their labels, one-hot [n, classes]."""
        n, per = positive("n", n, whole=True), len(self.means) // self.classes
        which = torch.randint(len(self.means), (n,), generator=generator)
        x = self.means.float()[which] + self.stds.float()[which, None] * torch.randn(
            n, 2, generator=generator
        )
        return x, nn.functional.one_hot(which // per, self.classes).float()


def labelled_ring(labels: int = LABELS, modes: int = MODES, std: float = STD) -> LabelledRing:
    """The ring of `targets.ring` with labels. Errors: `ValueError` for labels that don't divide the modes."""
    if positive("modes", modes, whole=True) % positive("labels", labels, whole=True):
        raise ValueError(f"labels must divide the number of modes, {modes}, but {labels} were given")
    plain = targets.ring(modes, std=std)
    name = f"ring of {modes} with {labels} labels"
    return LabelledRing(name, plain.means, plain.stds, plain.weights, labels)


class Told(nn.Module):
    """A multilayer perceptron that is told a label: x [n, n_in], y [n, classes] -> [n, n_out], or [n] where
    n_out is 0."""

    def __init__(self, n_in: int, classes: int, n_out: int, hidden: tuple[int, ...] = (64, 64)):
        super().__init__()
        self.one = n_out == 0
        self.body = nets.mlp(n_in + classes, n_out or 1, hidden)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        out = self.body(torch.cat([x, y], dim=1))
        return out.squeeze(-1) if self.one else out


@dataclass(frozen=True)
class Games:
    """A model of this module: a block of games that differ in their seeds. labels: how many the ring has (0:
    none). price, beta: of G's matrices."""

    name: str
    labels: int = 0
    latent_dim: int = 2
    price: Callable[[Tensor], Tensor] = crossed
    beta: float = 0.0
    batch_size: int = 64
    steps: int = 1600
    games: int = 24
    lr: float = 2e-3

    @property
    def target(self) -> Mixture:
        """The ring on which they are played."""
        return labelled_ring(self.labels) if self.labels else targets.ring(MODES, std=STD)

    def game(self) -> PricedGame:
        """The game that they play."""
        latent = targets.normal(self.latent_dim)
        if not self.labels:
            G, D = nets.Generator(self.latent_dim, 2), nets.Discriminator(2)
        else:
            G, D = Told(self.latent_dim, self.labels, 2), Told(2, self.labels, 0)
        return PricedGame(G, D, latent, classes=self.labels, price=self.price, beta=self.beta)


def _told(name: str, price: Callable[[Tensor], Tensor] = crossed, beta: float = 0.0) -> Games:
    return Games(name, LABELS, 32, price, beta)


def _batch(size: int, steps: int, words: str = "") -> Games:
    return Games(f"batch {size}{words}", batch_size=size, steps=steps, games=6)


SAME = ", as many samples"
LONGER = ", 2,000 steps"  # in about the processor time of the smallest batch with as many samples
MODELS = {
    m.name: m
    for m in (
        _told("no price"),
        _told("orthogonal 1e-4", crossed, 1e-4),
        _told("orthogonal 1e-3", crossed, 1e-3),
        _told("orthogonal 1e-2", crossed, 1e-2),
        _told("lengths 1e-3", lengths, 1e-3),
        _told("lengths 1e-2", lengths, 1e-2),
        _batch(32, 1000),
        _batch(128, 1000),
        _batch(512, 1000),
        _batch(32, 4000, SAME),
        _batch(512, 250, SAME),
        _batch(512, 2000, LONGER),
    )
}


def start(name: str, seed: int = 0, steps: int | None = None, device=None, games: int | None = None) -> Sweep:
    """The block of games of the model of that name, ready to run; its games have the seeds from `seed` times
    their number on. steps, games: other numbers than the model's own. Errors: `ValueError` for an unknown
    name."""
    model = MODELS[one_of("name", name, MODELS)]
    steps = model.steps if steps is None else positive("steps", steps, whole=True)
    games = model.games if games is None else positive("games", games, whole=True)
    return block(
        model.game(),
        model.target,
        seed,
        games,
        steps=steps,
        batch_size=model.batch_size,
        lr_g=model.lr,
        lr_d=model.lr,
        device=device,
    )


def finished(training: Sweep) -> dict[str, nn.Module]:
    """The generators of all games by number, "0", "1", ..., as ordinary modules on the CPU."""
    return generators(training)


# Which network of which model is shipped under a name: first games of the first block.
SHIPPED = {
    "labelled ring": ("no price", "0"),
    "labelled ring orthogonal": ("orthogonal 1e-3", "0"),
    "ring first": ("batch 32" + SAME, "0"),
    "ring second": ("batch 32" + SAME, "1"),
    "ring third": ("batch 32" + SAME, "2"),
}


def blank(name: str) -> nn.Module:
    """The untrained network that is shipped under that name."""
    return MODELS[SHIPPED[name][0]].game().generator


@torch.no_grad()
def hits(G: nn.Module, model: Games, t: float, samples: int = SAMPLES, seed: int = 1000) -> Tensor:
    """How many of a generator's samples from latents within [-t, t] fall on each mode, within 3 std of it and
    of the label that was asked for: [modes]. Each label is asked for equally often."""
    u = torch.rand(samples, model.latent_dim, generator=torch.Generator().manual_seed(seed))
    z = truncated(u.clamp(1e-7, 1 - 1e-7), t)
    inputs, asked = [z], torch.zeros(samples, dtype=torch.long)
    if model.labels:
        asked = torch.arange(samples) % model.labels
        inputs.append(nn.functional.one_hot(asked, model.labels).float())
    ring = model.target
    near, which = (G(*inputs)[:, None] - ring.means.float()).norm(dim=-1).min(1)
    labels = which // (MODES // model.labels) if model.labels else 0
    return torch.bincount(which[(near <= 3 * STD) & (labels == asked)], minlength=MODES)


def score(name: str, networks: dict[str, nn.Module], eye: nn.Module | None, seed: int) -> dict:
    """For each game of a block: the share of good samples at each of LIMITS (of a game without labels: of the
    whole law), how many of the modes have a third or more of their fair share of the good ones, and the price
    of orthogonality that its matrices would pay."""
    model = MODELS[name]
    counts = {
        t: torch.stack([hits(G, model, t) for G in networks.values()])
        for t in (LIMITS if model.labels else LIMITS[-1:])
    }
    whole = counts[math.inf]
    fair = whole >= whole.sum(1, keepdim=True).clamp(min=1) / MODES / 3
    paid = [float(priced(G, nets.flatten(G), crossed)) for G in networks.values()]
    return {
        "good": {str(t): [round(v, 4) for v in (c.sum(1) / SAMPLES).tolist()] for t, c in counts.items()},
        "modes": fair.sum(1).tolist(),
        "price": [float(f"{v:.4g}") for v in paid],
    }
