"""The trainings of chapter 22 that turn a diffusion model's many steps into one: by regression on its pairs,
by the police, or by both, many small games at once (after Sauer et al. 2023, arXiv:2311.17042, and Yin et al.
2024, arXiv:2405.14867).

`make weights` trains blocks of games from the seeds 0, 1 and 2; their scores lie in `book/data/today/`.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from torch import Tensor, nn

from gan_teach import losses, metrics, nets, penalties, targets
from gan_teach.checks import one_of, positive
from gan_teach.exact import diffusion
from gan_teach.experiments.sweep import Sweep, block, generators
from gan_teach.game import Game

TARGET = targets.grid(spacing=1.0, std=0.05)
PAIRS, SAMPLES, FINE, COARSE = 20_000, 2500, 64, 4
HIGH = 10.0  # the noise at which the teacher starts: seven times the deviation of the data


def assigned(a, b) -> float:
    """The Wasserstein-2 distance between two sets of equally many points [n, dim], exactly: the root of the
    mean squared way of the cheapest assignment.

    Two samples of one law are not at 0: show that floor. Errors: `ValueError` for sets of other shapes.
    """
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if a.ndim != 2 or a.shape != b.shape or not len(a):
        raise ValueError(
            f"a and b must both be [n, dim] with n > 0, but {list(a.shape)} and {list(b.shape)} were given"
        )
    cost = cdist(a, b, "sqeuclidean")
    return float(np.sqrt(cost[linear_sum_assignment(cost)].mean()))


def taught(steps: int, dice: bool = False, n: int = PAIRS, seed: int = 0) -> tuple[Tensor, Tensor]:
    """What a student is shown: n latents [n, 2], and where the teacher's `steps` lead from each [n, 2];
    dice: with noise at every step."""
    luck = torch.Generator().manual_seed(seed)
    z = torch.randn(positive("n", n, whole=True), 2, generator=luck)
    if dice:
        return z, diffusion.ancestral(z, steps, TARGET, luck, HIGH)
    return z, diffusion.flow(z, steps, TARGET, HIGH)


@dataclass(frozen=True)
class StudentGame(Game):
    """A game of two in which G is also shown, for some latents, where a teacher leads from them.

    pairs: latents and goals, [n, dim] each; without them it is the plain game. copying: the weight of the
    squared distance from the goal. fooling: the weight of G's loss in the game; 0: D isn't asked at all (play
    it by the rule "thief only"). Errors: `ValueError` for weights below 0 or both 0, or copying without
    pairs.
    """

    pairs: tuple[Tensor, Tensor] | None = None
    copying: float = 0.0
    fooling: float = 1.0

    def __post_init__(self):
        copying, fooling = (positive(w, getattr(self, w), zero=True) for w in ("copying", "fooling"))
        if not copying and not fooling:
            raise ValueError("copying and fooling are both 0: the student has nothing to learn")
        if copying and self.pairs is None:
            raise ValueError(f"copying={copying} needs pairs to copy")
        super().__post_init__()

    def latents(self, n, generator):
        if self.pairs is None:
            return super().latents(n, generator)
        which = torch.randint(len(self.pairs[0]), (n,), generator=generator)
        return {"z": self.pairs[0][which], "goal": self.pairs[1][which]}

    def _objective_of_g(self, net, draw, knobs):
        value = torch.zeros((), dtype=draw["z"].dtype, device=draw["z"].device)
        if self.fooling:
            value = value + self.fooling * super()._objective_of_g(net, draw, knobs)[0]
        if self.copying:
            off = (net.G(draw["z"]) - draw["goal"]).square().sum(1).mean()
            value = value + self.copying * off
        return value, {"G": value}


@dataclass(frozen=True)
class Students:
    """A model of this module: a block of students that differ in their seeds. teacher: the number of its
    steps (0: there is none). first: steps of copying before the game, at the rate lr. lr_g: G's in the game;
    D's is lr. dice: a teacher who throws dice."""

    name: str
    teacher: int = 0
    copying: float = 0.0
    fooling: float = 1.0
    steps: int = 2500
    first: int = 0
    dice: bool = False
    games: int = 3
    batch_size: int = 64
    lr: float = 3e-3
    lr_g: float = 3e-3
    gamma: float = 0.1

    def game(self) -> StudentGame:
        """The game that they play: R3GAN's loss, where the police are asked."""
        return StudentGame(
            nets.Generator(2, 2, (64, 64)),
            nets.Discriminator(2, (64, 64)),
            targets.normal(2),
            losses.relativistic,
            [penalties.r1(self.gamma), penalties.r2(self.gamma)],
            pairs=taught(self.teacher, self.dice) if self.teacher else None,
            copying=self.copying,
            fooling=self.fooling,
        )


# All rows cost about the same processor time: a step without police takes a third of one with them.
COPYING, PLAYING = 7500, 2500
MODELS = {
    m.name: m
    for m in (
        Students("copies", FINE, 1.0, 0.0, COPYING),
        Students("copies the coarse one", COARSE, 1.0, 0.0, COPYING),
        Students("copies the one with dice", FINE, 1.0, 0.0, COPYING, dice=True),
        Students("police alone", steps=PLAYING),
        Students("copies, with police", FINE, 0.3, steps=PLAYING),
        Students("copies, then with police", FINE, 1.0, steps=PLAYING // 2, first=COPYING // 2, lr_g=3e-4),
        Students(
            "copies the coarse one, then police", COARSE, steps=PLAYING // 2, first=COPYING // 2, lr_g=1e-3
        ),
    )
}


class Staged:
    """Students who copy first and then play: two sweeps, of which the second takes over G from the first.
    `run` plays both. done: steps; stopped: how many games were lost, or None."""

    def __init__(self, copying: Sweep, playing: Sweep):
        self.copying, self.playing = copying, playing

    @property
    def done(self) -> int:
        return self.copying.done + self.playing.done

    @property
    def stopped(self) -> str | None:
        return self.playing.stopped

    @property
    def game(self) -> StudentGame:
        return self.playing.game

    @property
    def members(self) -> list:
        return self.playing.members

    def member(self, i: int):
        """The state of one member at the end."""
        return self.playing.member(i)

    def run(self, progress: bool = True):
        """Copy, then play; the last moment."""
        self.copying.run(progress)
        self.playing._state = self.playing.state.with_params(G=self.copying.state.theta)
        return self.playing.run(progress)


def start(
    name: str, seed: int = 0, steps: int | None = None, device=None, games: int | None = None
) -> Sweep | Staged:
    """The block of students of the model of that name, ready to run; they have the seeds from `seed` times
    their number on. steps, games: other numbers than the model's own (a first stage has then as many steps).
    Errors: `ValueError` for an unknown name."""
    model = MODELS[one_of("name", name, MODELS)]
    first = model.first if steps is None else positive("steps", steps, whole=True) * bool(model.first)
    steps = model.steps if steps is None else steps
    games = model.games if games is None else positive("games", games, whole=True)
    if not first:
        return _block(model, seed, games, steps, device)
    copying = replace(model, copying=1.0, fooling=0.0, lr_g=model.lr)
    return Staged(_block(copying, seed, games, first, device), _block(model, seed, games, steps, device))


def _block(model: Students, seed: int, games: int, steps: int, device) -> Sweep:
    return block(
        model.game(),
        TARGET,
        seed,
        games,
        steps=steps,
        batch_size=model.batch_size,
        lr_g=model.lr_g,
        lr_d=model.lr,
        rule="alternating" if model.fooling else "thief only",
        device=device,
    )


def finished(training: Sweep | Staged) -> dict[str, nn.Module]:
    """The students of all games by number, "0", "1", ..., as ordinary modules on the CPU."""
    return generators(training)


SHIPPED = {
    "student copies": ("copies", "0"),
    "student with police": ("copies, then with police", "0"),
    "student of dice": ("copies the one with dice", "0"),
}


def blank(name: str) -> nn.Module:
    """The untrained network that is shipped under that name."""
    one_of("name", name, SHIPPED)
    return nets.Generator(2, 2, (64, 64))


def judged(x: Tensor, seed: int = 1000) -> dict[str, float]:
    """Samples [n, 2] by the truth: the share within 3 deviations of a cloud ("good"), how many of the 25
    clouds have a third or more of their fair share of these ("fair"), the KL of the clouds' shares ("kl"),
    and the exact W2 of the first 1,000 from as many fresh data ("w2")."""
    real = TARGET.sample(min(len(x), 1000), torch.Generator().manual_seed(seed))
    return {
        "good": round(metrics.high_quality_share(x, TARGET), 4),
        "fair": metrics.fair_modes(x, TARGET),
        "kl": round(metrics.reverse_kl(x, TARGET), 4),
        "w2": round(assigned(x[:1000], real), 4),
    }


@torch.no_grad()
def score(name: str, networks: dict[str, nn.Module], eye: nn.Module | None, seed: int) -> dict:
    """`judged` of each student of a block, 2,500 samples from the same fresh latents: lists by measure; and
    how far, squared, it is from the fine teacher on these latents ("copy")."""
    z = torch.randn(SAMPLES, 2, generator=torch.Generator().manual_seed(2000 + seed))
    goal = diffusion.flow(z, FINE, TARGET, HIGH)
    made = [G(z) for G in networks.values()]
    found = [judged(x) | {"copy": round(float((x - goal).square().sum(1).mean()), 4)} for x in made]
    return {key: [one[key] for one in found] for key in found[0]}
