"""A game that is played in stages, each with larger networks than the one before (Karras et al. 2018,
arXiv:1710.10196). Chapter 18."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor, nn

from gan_teach import nets
from gan_teach.checks import positive
from gan_teach.images import growing
from gan_teach.optimisers import FusedAdam
from gan_teach.players import GeneralGame, State
from gan_teach.starting import fresh
from gan_teach.training import Training, train

ADAM = FusedAdam(0.0, 0.99)  # appendix A


@dataclass(frozen=True)
class Stage:
    """One size of pictures, played for so many steps, over the first `fade` of which it is faded in."""

    size: int
    steps: int
    fade: int = 0

    def __post_init__(self):
        positive("size", self.size, whole=True), positive("steps", self.steps, whole=True)
        if positive("fade", self.fade, whole=True, zero=True) > self.steps:
            raise ValueError(f"fade must be at most the stage's {self.steps} steps, but is {self.fade}")


class Moment(NamedTuple):
    """A training as it was for a moment. steps: taken since the first stage began. seconds: of the
    processor, for these. fade: how far the size is in. theta: of the averaged generator, [count]."""

    steps: int
    seconds: float
    size: int
    fade: float
    theta: Tensor


def grown_state(old: GeneralGame, had: State, new: GeneralGame, seed: int = 0, optimiser=ADAM) -> State:
    """The state in which the game of the next size begins: what both games' networks have in common, and its
    averages, as they were; all else is fresh. The optimiser remembers nothing."""
    begun = fresh(new, seed, optimiser)

    def carried(had_before, begins):
        return {
            name: nets.grown(old.nets[name], had_before[name].cpu(), new.nets[name], part)
            for name, part in begins.items()
        }

    return begun._replace(
        params=carried(had.params, begun.params), averages=carried(had.averages, begun.averages)
    )


class Growth:
    """A training in stages: an iterator of Moments, `marks` of them a stage beside its beginning.

    design: of the networks. draw_of: gives the draw of a size, (n, generator) -> {"x", "z"}. gamma: R1's
    weight. ema_halflife: of the averaged generator, in steps. seed: decides all random numbers, as in
    `train`. training: that of the stage at hand. seconds: of processor time, for all steps but the first of
    each stage, in which PyTorch's operations are recorded. Errors: `ValueError` for stages that don't follow
    one another in the design, or a first one that is faded in.
    """

    def __init__(
        self,
        design: growing.Design,
        draw_of: Callable[[int], growing.Drawn],
        stages: Sequence[Stage],
        *,
        seed: int = 0,
        batch_size: int = 16,
        lr: float = 1e-3,
        gamma: float = 1.0,
        ema_halflife: float = 100,
        marks: int = 4,
        device=None,
    ):
        _check(design, stages)
        self.design, self.stages, self._draw_of, self._seed = design, tuple(stages), draw_of, seed
        self._settings = {"batch_size": batch_size, "lr_g": lr, "lr_d": lr, "ema_halflife": ema_halflife}
        self._gamma, self._marks, self._device = gamma, positive("marks", marks, whole=True), device
        self.history: list[Moment] = []
        self.done, self.seconds = 0, 0.0
        self.training = self._begin(0)
        self._moments = self._play()

    @property
    def steps(self) -> int:
        """Of all stages together."""
        return sum(stage.steps for stage in self.stages)

    @property
    def stopped(self) -> str | None:
        """Why the training ended by itself, or None."""
        return self.training.stopped

    def __iter__(self):
        return self

    def __next__(self) -> Moment:
        moment = next(self._moments)
        self.history.append(moment)
        return moment

    def run(self, progress: bool = True) -> Moment:
        """Play to the end; the last moment."""
        for _ in self:
            pass
        return self.history[-1]

    def generator(self, moment: Moment | None = None) -> nn.Module:
        """The averaged generator of a moment (or the last one) as an ordinary module on the CPU."""
        moment = self.history[-1] if moment is None else moment
        blank = growing.GrowingGenerator(self.design, moment.size)
        return nets.load(blank, moment.theta).eval().requires_grad_(False)

    def _begin(self, i: int) -> Training:
        stage, seed = self.stages[i], len(self.stages) * self._seed + i
        game = growing.game(
            growing.GrowingGenerator(self.design, stage.size),
            growing.GrowingDiscriminator(self.design, stage.size),
            self._draw_of(stage.size),
            stage.fade,
            self._gamma,
        )
        start = grown_state(self.training.game, self.training.state, game, seed) if i else None
        every = max(1, stage.steps // self._marks)
        return train(
            game,
            steps=stage.steps,
            seed=seed,
            optimiser=ADAM,
            every=every,
            points=2,
            start=start,
            device=self._device,
            **self._settings,
        )

    def _play(self):
        for i, stage in enumerate(self.stages):
            self.training = training = self._begin(i) if i else self.training
            every, training.every = training.every, 1
            for uncounted in (0, 1):
                if next(training, None) is not None and uncounted == 0:
                    yield self._moment(stage)
            training.every, began = every, time.process_time()
            while next(training, None) is not None:
                self.seconds += time.process_time() - began
                yield self._moment(stage)
                began = time.process_time()
            self.done += training.done
            if self.stopped:
                return

    def _moment(self, stage: Stage) -> Moment:
        theta, step = self.training.state.averages["G"].cpu().float(), self.training.done
        fade = min(1.0, step / stage.fade) if stage.fade else 1.0
        return Moment(self.done + step, round(self.seconds, 2), stage.size, fade, theta)


def _check(design: growing.Design, stages: Sequence[Stage]):
    if not stages:
        raise ValueError("there must be a stage at least")
    sizes = [stage.size for stage in stages]
    for size in sizes:
        design.up_to(size)
    if any(b != 2 * a for a, b in zip(sizes, sizes[1:])):
        raise ValueError(f"each stage must be twice as large as the one before, but the sizes are {sizes}")
    if stages[0].fade:
        raise ValueError(f"the first stage has nothing to be faded in from, but fade={stages[0].fade}")
