"""The two-by-two table of R3GAN in the plane: pairs or not, R1 alone or with R2, many small games at once
(Huang et al. 2024, arXiv:2501.05441). Chapter 22.

`make weights` trains blocks of games from the seeds 0, 1 and 2; their scores lie in `book/data/today/`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gan_teach import losses, nets, penalties, targets
from gan_teach.checks import one_of, positive
from gan_teach.experiments.distilling import SAMPLES, TARGET, judged
from gan_teach.experiments.sweep import Sweep, block
from gan_teach.game import Game
from gan_teach.losses import Loss
from gan_teach.penalties import Penalty


@dataclass(frozen=True)
class Games:
    """A model of this module: a block of games on the grid of 25 that differ in their seeds."""

    name: str
    loss: Loss
    penalties: Sequence[Penalty]
    steps: int
    games: int = 3
    batch_size: int = 64
    lr: float = 3e-3

    def game(self) -> Game:
        """The game that they play."""
        return Game(
            nets.Generator(2, 2, (64, 64)),
            nets.Discriminator(2, (64, 64)),
            targets.normal(2),
            self.loss,
            self.penalties,
        )


GAMMA = 0.1
BOTH, ALONE = 4000, 4950  # steps that take about as long, with both penalties and with one
MODELS = {
    m.name: m
    for m in (
        Games("pairs, R1 and R2", losses.relativistic, (penalties.r1(GAMMA), penalties.r2(GAMMA)), BOTH),
        Games("pairs, R1 alone", losses.relativistic, (penalties.r1(GAMMA),), ALONE),
        Games("no pairs, R1 and R2", losses.non_saturating, (penalties.r1(GAMMA), penalties.r2(GAMMA)), BOTH),
        Games("no pairs, R1 alone", losses.non_saturating, (penalties.r1(GAMMA),), ALONE),
    )
}
SHIPPED: dict[str, tuple[str, str]] = {}


def start(name: str, seed: int = 0, steps: int | None = None, device=None, games: int | None = None) -> Sweep:
    """The block of games of the model of that name, ready to run; its games have the seeds from `seed` times
    their number on. steps, games: other numbers than the model's own. Errors: `ValueError` for an unknown
    name."""
    model = MODELS[one_of("name", name, MODELS)]
    steps = model.steps if steps is None else positive("steps", steps, whole=True)
    games = model.games if games is None else positive("games", games, whole=True)
    return block(
        model.game(),
        TARGET,
        seed,
        games,
        steps=steps,
        batch_size=model.batch_size,
        lr_g=model.lr,
        lr_d=model.lr,
        device=device,
    )


def finished(training: Sweep) -> dict[str, nn.Module]:
    """The generators "G0", "G1", ... and discriminators "D0", ... of all games as ordinary modules on the
    CPU."""
    game, found = training.game, {}
    for i in range(len(training.members)):
        state = training.member(i)
        for who, module in game.nets.items():
            found[f"{who}{i}"] = nets.load(module, state.params[who]).requires_grad_(False)
    return found


def blank(name: str) -> nn.Module:
    """Nothing is shipped of this list. Errors: `ValueError`, always."""
    raise ValueError(f"no network is shipped under the name {name!r}")


def steepness(D: nn.Module, x: Tensor) -> float:
    """The root of the mean squared slope of D at x [n, dim]: what R1 and R2 hold down at their places."""
    return float(penalties.slopes(D, x).square().sum(1).mean().sqrt())


def score(name: str, networks: dict[str, nn.Module], eye: nn.Module | None, seed: int) -> dict:
    """`distilling.judged` of each game of a block, 2,500 fakes from the same fresh latents, and how steep D
    is at the data and at these fakes ("at data", "at fakes"): lists by measure."""
    luck = torch.Generator().manual_seed(2000 + seed)
    z, real = torch.randn(SAMPLES, 2, generator=luck), TARGET.sample(SAMPLES, luck)
    rows = []
    for i in range(len(networks) // 2):
        with torch.no_grad():
            x = networks[f"G{i}"](z)
        D = networks[f"D{i}"]
        steep = {"at data": round(steepness(D, real), 3), "at fakes": round(steepness(D, x), 3)}
        rows.append(judged(x) | steep)
    return {key: [one[key] for one in rows] for key in rows[0]}
