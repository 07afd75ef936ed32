"""Many games at once: one step mapped over games that differ in seed, learning rates or penalty weights.

Each member gets the random numbers that `train` would give it alone, so it ends where it would have ended
alone, up to rounding.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import nn

from gan_teach import nets, optimisers
from gan_teach.batches import Batches, placed
from gan_teach.checks import one_of, positive
from gan_teach.devices import device as choose_device
from gan_teach.looking import make_probe
from gan_teach.players import AnyGame, Batch, Draw, State
from gan_teach.starting import DECAYS, check_game, check_rule, factors, first_knobs, fresh
from gan_teach.step import make_step, mapped, traced
from gan_teach.torch_private import tree_map
from gan_teach.training import Trail, run_to_the_end, to_host


@dataclass(frozen=True)
class Member:
    """What is a member's own: its seed, both learning rates, and the weights of the game's penalties (None:
    the game's own)."""

    seed: int = 0
    lr_g: float = 1e-3
    lr_d: float = 1e-3
    gammas: tuple[float, ...] | None = None

    def __post_init__(self):
        (
            positive("seed", self.seed, whole=True, zero=True),
            positive("lr_g", self.lr_g),
            positive("lr_d", self.lr_d),
        )
        for gamma in self.gammas or ():
            positive("gammas", gamma, zero=True)


def grid(**axes: Iterable) -> list[Member]:
    """One member for each combination: grid(seed=range(3), lr_g=(1e-3, 2e-3)) has six, the last axis running
    fastest.

    Errors: `ValueError` for an axis that is empty or that a member doesn't have.
    """
    names = {f.name for f in fields(Member)}
    for name, values in (axes := {n: list(v) for n, v in axes.items()}).items():
        if name not in names:
            raise ValueError(f"an axis must be one of {', '.join(sorted(names))}, but {name!r} was given")
        if not values:
            raise ValueError(f"the axis {name} is empty: give at least one value")
    return [Member(**dict(zip(axes, values))) for values in itertools.product(*axes.values())]


@dataclass(frozen=True)
class Moment:
    """All members at one step. x_fake [members, n, dim]; d_loss, g_loss [members], means over the steps since
    the last moment (NaN at step 0); alive [members]: False from the moment on in which a member's numbers
    were no longer finite."""

    step: int
    x_fake: np.ndarray
    d_loss: np.ndarray
    g_loss: np.ndarray
    alive: np.ndarray


class ManyBatches(Batches):
    """The batches of all members in one: as `Batches`, and every tensor has an axis of members in front."""

    def __init__(self, each: Sequence[Batches]):
        self.each, self.batch_size = each, each[0].batch_size
        self._number, self._block = -1, dict[str, torch.Tensor]()

    def block(self, number: int) -> Draw:
        """As in `Batches`, with the axis of members behind that of the steps."""
        return tree_map(
            lambda *parts: torch.stack(parts, dim=1), *(batches.block(number) for batches in self.each)
        )


class Sweep:
    """Games under way together: an iterator of `Moment`s. To pause is not to ask for the next; an interrupt
    loses nothing.

    state: all members' `State` in one, every tensor with a leading axis. done: steps taken. history: the
    moments so far.
    """

    def __init__(self, game, members, state, step, batches, steps, every, decay, probe):
        self.game, self.members, self.steps, self.every = game, members, steps, every
        self._state, self.done, self.history = state, 0, []
        self._step, self._batches, self._decay, self._probe = step, batches, decay, probe
        self._trail: Trail = None

    def __iter__(self):
        return self

    @property
    def state(self) -> State:
        """All members' state now, as ordinary tensors."""
        return tree_map(torch.clone, self._state)

    @property
    def stopped(self) -> str | None:
        """How many games were lost, in words; None where none was. (The others go on.)"""
        lost = int((~self.history[-1].alive).sum()) if self.history else 0
        return f"{lost} of {len(self.members)} games diverged" if lost else None

    def __next__(self) -> Moment:
        if self.history and self.history[-1].step >= self.steps:
            raise StopIteration
        if self.history:
            self._advance(min(self.history[-1].step + self.every, self.steps))
        moment = self._look()
        self.history.append(moment)
        return moment

    def _batch(self, t: int) -> Batch:
        theta, turned = self._state.theta, factors(self.game, self._state.knobs, self._decay, t, self.steps)
        shape = (len(self.members),)
        return Batch(self._batches(t), {name: theta.new_full(shape, by) for name, by in turned.items()})

    def trace(self):
        """Record the mapped step; before the first one."""
        self._step = traced(self._step, self.state, self._batch(0))

    def _advance(self, until: int):
        if self.history[-1].step == self.done:
            self._trail = None
        with torch.inference_mode():
            while self.done < until:
                state, shown = self._step(self._state, self._batch(self.done))
                # All at once: an interrupt comes before or after, so neither a step nor a loss is half there.
                self._state, self.done, self._trail = state, self.done + 1, (self._trail, shown)

    def _look(self) -> Moment:
        x_fake = self._generated(self._state.theta, self._probe.draw)
        before = self.history[-1] if self.history else None
        seen = to_host(self._trail, self.done - before.step if before else 0)
        losses = (
            np.array([seen[who].mean(0) for who in ("D", "G")])
            if seen
            else np.full((2, len(self.members)), np.nan)
        )
        finite = np.isfinite(x_fake).all((1, 2)) & np.isfinite(self._state.psi.cpu().numpy()).all(1)
        # A member that is lost stays lost: its numbers may come back to earth, but not from anywhere.
        alive = finite & (before.alive & np.isfinite(losses).all(0) if before else True)
        return Moment(self.done, x_fake, *losses, alive)

    def _generated(self, theta: torch.Tensor, draw: Draw) -> np.ndarray:
        inputs = [draw[name].to(theta.device, theta.dtype) for name in ("z", "y_fake") if name in draw]
        with torch.no_grad():
            made = (
                torch.func.vmap(self.game.generate, in_dims=(0, *[None] * len(inputs)))(theta, *inputs)
                .cpu()
                .numpy()
            )
        return np.asarray(self._probe.target.to_own(made.reshape(-1, made.shape[-1]))).reshape(made.shape)

    def run(self, progress: bool = True) -> Moment:
        """Train to the end and return the last moment; a bar shows after two seconds. Interrupt it and call
        it again."""
        return run_to_the_end(self, progress)

    def samples(self, n: int, seed: int = 0, averaged: bool = False) -> np.ndarray:
        """n fresh samples of every member's G as it is now, [members, n, dim], as `Training.sample` gives
        them."""
        theta = self._state.theta_ema if averaged else self._state.theta
        return self._generated(theta, self.game.latents(n, torch.Generator().manual_seed(seed)))

    def member(self, i: int) -> State:
        """The state of one member, as `train` would have left it."""
        return tree_map(lambda t: t[i].clone(), self._state)


def sweep(
    game: AnyGame,
    target,
    members: Sequence[Member],
    *,
    steps: int,
    batch_size: int = 128,
    rule="alternating",
    optimiser="adam",
    decay: str = "none",
    every: int | None = None,
    points: int = 500,
    ema_halflife: float | None = None,
    device=None,
    dtype=torch.float32,
) -> Sweep:
    """Train the game once per member, all at once: an iterator that yields a `Moment` at step 0, every so
    many steps, and last.

    members: their own settings (`grid` makes them); the rest as in `train`, the same for all. What changes
    the step's program (rule, loss, widths, n_d) can't differ between members: make one sweep for each.
    Errors: `ValueError` or `TypeError`, naming the argument, before anything is trained. Chapters 9 to 11.
    """
    members, rule, optimiser = list(members), check_rule(game, rule, optimiser), optimisers.get(optimiser)
    steps, batch_size = positive("steps", steps, whole=True), positive("batch_size", batch_size, whole=True)
    positive("points", points, whole=True), one_of("decay", decay, DECAYS)
    every = max(1, math.ceil(steps / 10)) if every is None else positive("every", every, whole=True)
    if not members:
        raise ValueError("members must hold at least one member, but it is empty")
    if set(game.players) != {"D", "G"}:
        raise ValueError(
            f"a sweep plays games of two, D and G, but the players are {', '.join(game.players)}"
        )
    if not optimiser.can_be_mapped:
        raise ValueError(
            'a sweep maps one step over many games, which this optimiser can\'t: use optimiser="adam"'
        )
    where = choose_device(None if device is None else str(device), say=False)
    states = [_start(game, m, optimiser, ema_halflife) for m in members]
    check_game(game, target, states[0])
    game = game.on(where, dtype)
    state = tree_map(lambda *parts: placed(torch.stack(parts), where, dtype), *states)
    each = [
        Batches(game, target, batch_size, seed=m.seed, device=where, dtype=dtype, moves=len(rule.seats))
        for m in members
    ]
    step, probe = mapped(make_step(game, rule, optimiser)), make_probe(game, target, points, where, dtype)
    done = Sweep(game, members, state, step, ManyBatches(each), steps, every, decay, probe)
    done.trace()
    return done


def _start(game: AnyGame, member: Member, optimiser, ema_halflife: float | None) -> State:
    """A member's state before the first step. Errors: `ValueError` for weights that are not one for each
    penalty."""
    own = {name: value for name, value in game.knobs().items() if name != "noise"}
    if member.gammas is not None:
        if len(member.gammas) != len(own):
            raise ValueError(
                f"gammas must hold one weight per penalty of the game, {len(own)}, but "
                f"{member.gammas!r} was given"
            )
        own = dict(zip(own, member.gammas))
    values = first_knobs(game, member.lr_g, member.lr_d, ema_halflife, own)
    return fresh(game, member.seed, optimiser)._replace(
        knobs={name: torch.tensor(value, dtype=torch.float64) for name, value in values.items()}
    )


def block(
    game: AnyGame,
    target,
    number: int,
    games: int,
    *,
    steps: int,
    batch_size: int,
    lr_g: float,
    lr_d: float,
    rule="alternating",
    device=None,
) -> Sweep:
    """So many games that differ in their seeds alone, from `number` times `games` on, and are looked at when
    they end. Chapters 16 and 22."""
    return sweep(
        game,
        target,
        grid(seed=range(number * games, (number + 1) * games), lr_g=[lr_g], lr_d=[lr_d]),
        steps=steps,
        batch_size=batch_size,
        rule=rule,
        decay="cosine",
        every=steps,
        points=100,
        device=device,
    )


def generators(games) -> dict[str, nn.Module]:
    """The generators of all games by number, "0", "1", ..., as ordinary modules on the CPU. games: a `Sweep`,
    or what has its `game`, `members` and `member`."""
    G = games.game.generator
    return {
        str(i): nets.load(G, games.member(i).theta).requires_grad_(False) for i in range(len(games.members))
    }
