"""One harness for all cures: the same protocol, the same seeds, the same count, and a place to keep what took
long to compute.

Chapter 10 writes each cure down as a function of the protocol, in a few lines; `python tools/results.py`
(`make results`) takes exactly those lines, treats ten seeds at once and stores one row per cure and protocol.
"""

import ast
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from torch import nn

from gan_teach import metrics, nets, optimisers, targets
from gan_teach.exact import theory
from gan_teach.experiments.layers import Maxout, batch_normalised
from gan_teach.experiments.sweep import Sweep, grid, sweep
from gan_teach.game import Game
from gan_teach.targets import Target
from gan_teach.training import train

SAMPLES = 2500  # VEEGAN's protocol
COLUMNS = ("modes", "fair", "quality", "reverse_kl")


@dataclass(frozen=True)
class Protocol:
    """What all cures have in common: target, networks, optimiser, steps, seeds. lr falls to 0 along a cosine
    unless `decay` says otherwise. Chapter 10 uses `RING` and `GRID`; the published ones are for those with
    hours to spend."""

    name: str
    target: Target
    steps: int
    g_hidden: tuple[int, ...]
    d_hidden: tuple[int, ...]
    lr: float = 2e-3
    batch_size: int = 128
    latent_dim: int = 2
    decay: str = "cosine"
    optimiser: optimisers.Adam = optimisers.Adam()
    seeds: tuple[int, ...] = tuple(range(10, 20))
    activation: str = "relu"

    @property
    def latent(self) -> Target:
        """The law of the latents: a standard normal one."""
        return targets.normal(self.latent_dim)

    def generator(self) -> nn.Module:
        """The protocol's G."""
        return nets.Generator(self.latent_dim, self.target.dim, self.g_hidden, self.activation)

    def discriminator(self, dim: int | None = None) -> nn.Module:
        """The protocol's D, for samples of the target's dimension or of another (a pack of samples)."""
        return nets.Discriminator(dim or self.target.dim, self.d_hidden, self.activation)

    def game(self, **changes) -> Game:
        """The plain non-saturating game of these networks, with some of its parts changed."""
        return Game(
            **{
                "generator": self.generator(),
                "discriminator": self.discriminator(),
                "latent": self.latent,
                **changes,
            }
        )


class PacGANProtocol(Protocol):
    """The networks of PacGAN's experiments: G of four layers with batch norm, D of three maxout layers
    (arXiv:1712.04086)."""

    def generator(self):
        return batch_normalised(super().generator())

    def discriminator(self, dim=None):
        net = nets.Discriminator(dim or self.target.dim, self.d_hidden)
        sizes = (dim or self.target.dim, *self.d_hidden)
        net.body = nn.Sequential(
            *(Maxout(a, b, 5) for a, b in zip(sizes, sizes[1:])), nn.Linear(sizes[-1], 1)
        )
        return net


RING = Protocol("ring", targets.ring(), 3000, (64, 64), (64, 64))
GRID = Protocol("grid", targets.grid(std=0.1), 5000, (128, 128), (128, 128))
PACGAN_RING = PacGANProtocol(
    "PacGAN's ring",
    targets.ring(radius=1.0, std=0.01),
    400_000,
    (400,) * 4,
    (200,) * 3,
    lr=1e-4,
    batch_size=100,
    decay="none",
    optimiser=optimisers.Adam(beta1=0.8),
)
PACGAN_GRID = PacGANProtocol(
    "PacGAN's grid",
    targets.grid(std=0.05),
    400_000,
    (400,) * 4,
    (200,) * 3,
    lr=1e-4,
    batch_size=100,
    decay="none",
    optimiser=optimisers.Adam(beta1=0.8),
)
UNROLLED_DEMO = Protocol(
    "Unrolled GAN's demonstration",
    targets.ring(radius=1.0, std=0.01),
    25_000,
    (128, 128),
    (128, 128),
    lr=1e-3,
    batch_size=512,
    latent_dim=256,
    decay="none",
    activation="tanh",
)


@dataclass(frozen=True)
class Cure:
    """A game and how it is played; lr_g, lr_d, batch_size and steps are the protocol's unless given.
    ema_halflife: judge the averaged generator."""

    game: Game
    rule: object = "alternating"
    lr_g: float | None = None
    lr_d: float | None = None
    ema_halflife: float | None = None
    batch_size: int | None = None
    steps: int | None = None


def recipe(source: str, protocol: Protocol) -> str:
    """A short mark of what a result was made from: the chapter's lines and all of the protocol.

    source: Python. Its layout and comments don't count. Errors: `SyntaxError` where it is not Python.
    """
    p = protocol
    parts = (
        ast.unparse(ast.parse(source)),
        p.name,
        p.steps,
        p.g_hidden,
        p.d_hidden,
        p.lr,
        p.batch_size,
        p.latent_dim,
        p.decay,
        p.optimiser,
        p.seeds,
        p.activation,
        p.target.modes.tolist(),
        p.target.std,
        p.target.weights.tolist(),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _in_packs(cure: Cure, protocol: Protocol) -> dict[str, int]:
    """Batch and probe in whole packs: the largest batch up to the cure's, or the protocol's."""
    pack, batch = getattr(cure.game.discriminator, "pack", 1), cure.batch_size or protocol.batch_size
    return {"batch_size": batch // pack * pack, "points": 60 * pack}


def treat(
    cure: Cure, protocol: Protocol, seeds: Sequence[int] | None = None, steps: int | None = None
) -> Sweep:
    """The cure on all seeds at once under the protocol (or fewer seeds, or fewer steps): a `Sweep`, to be
    run."""
    members = grid(
        seed=protocol.seeds if seeds is None else seeds,
        lr_g=[cure.lr_g or protocol.lr],
        lr_d=[cure.lr_d or protocol.lr],
    )
    return sweep(
        cure.game,
        protocol.target,
        members,
        rule=cure.rule,
        steps=steps or cure.steps or protocol.steps,
        decay=protocol.decay,
        optimiser=protocol.optimiser,
        ema_halflife=cure.ema_halflife,
        **_in_packs(cure, protocol),
    )


def count_modes(samples, target: Target) -> dict[str, list]:
    """The four numbers of each seed's samples [seeds, n, dim]: modes with at least one high-quality sample
    (VEEGAN's count), modes with at least a third of their fair share (ours), the high-quality share, the
    reverse KL over modes. NaN where a run diverged."""
    rows = [
        (
            metrics.modes_covered(x, target),
            metrics.fair_modes(x, target),
            metrics.high_quality_share(x, target),
            metrics.reverse_kl(x, target),
        )
        if np.isfinite(x).all()
        else (np.nan,) * 4
        for x in np.asarray(samples)
    ]
    return {name: [float(v) for v in column] for name, column in zip(COLUMNS, zip(*rows))}


def results_of(done: Sweep, cure: Cure, protocol: Protocol) -> dict[str, list]:
    """`count_modes` on fresh samples of every member at the end of a sweep."""
    return count_modes(
        done.samples(SAMPLES, seed=999, averaged=cure.ema_halflife is not None), protocol.target
    )


def cost(cure: Cure, plain: Cure, protocol: Protocol, steps: int = 40, rounds: int = 3) -> float:
    """How many times as long as the plain game a step takes, alone, traced: the two take turns, the median of
    the rounds counts."""
    runs = [
        train(
            c.game,
            protocol.target,
            steps=(rounds + 1) * steps,
            every=steps,
            rule=c.rule,
            backend="traced",
            **_in_packs(c, protocol),
        )
        for c in (cure, plain)
    ]
    seconds = [[], []]
    for turn in range(rounds + 2):
        for run, times in zip(runs, seconds):
            before = run.seconds
            next(run)
            if turn > 1:  # before that, the look at the beginning and the first steps
                times.append(run.seconds - before)
    return float(np.median(np.array(seconds[0]) / np.array(seconds[1])))


def over_seeds(values) -> tuple[float, float]:
    """Mean and standard error over seeds; those that diverged (NaN) are left out. NaN where fewer than two
    are left."""
    kept = [v for v in values if np.isfinite(v)]
    return theory.mean_and_error(kept) if len(kept) > 1 else (np.nan, np.nan)


def row(
    name: str,
    make: Callable[[Protocol], Cure],
    plain: Callable[[Protocol], Cure],
    protocol: Protocol,
    progress: bool = True,
) -> dict:
    """Treat all seeds of the protocol and return what is stored of it: the four columns per seed, the
    seconds, the cost of a step."""
    cure, begun = make(protocol), time.perf_counter()
    done = treat(cure, protocol)
    done.run(progress=progress)
    return {
        "name": name,
        "protocol": protocol.name,
        "seeds": list(protocol.seeds),
        "steps": cure.steps or protocol.steps,
        "seconds": round(time.perf_counter() - begun, 1),
        "cost": round(cost(cure, plain(protocol), protocol), 2),
        **results_of(done, cure, protocol),
    }
