"""How the two players move: from a state and a batch to the next state. A rule is separate from the game it
plays.

The rule decides who steps when, on which draw; how long a step is and where it leads is the optimiser's
affair (`optimisers`).
"""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor
from torch.func import grad
from torch.utils._pytree import tree_map

from gan_teach import nets
from gan_teach.checks import one_of, positive
from gan_teach.game import Draw, Game
from gan_teach.optimisers import Memory


class Rates(NamedTuple):
    """What may be changed during training without a new trace, all tensors: lr_g [], lr_d [], gammas
    [penalties], ema_decay [] (the share that the averaged generator keeps at each step)."""

    lr_g: Tensor
    lr_d: Tensor
    gammas: Tensor
    ema_decay: Tensor


class State(NamedTuple):
    """Everything that a step changes: theta, psi, theta_ema, what the optimisers remember, and the rates."""

    theta: Tensor
    psi: Tensor
    theta_ema: Tensor
    memory_g: Memory
    memory_d: Memory
    rates: Rates


class Stats(NamedTuple):
    """The losses at a step, before the move that they led to: d_loss [] without penalties, g_loss []."""

    d_loss: Tensor
    g_loss: Tensor


class Batch(NamedTuple):
    """The draws of one step: `d` has a leading axis of n_d draws, one per step of D; `g` is G's draw."""

    d: Draw
    g: Draw


class Rule(Protocol):
    """n_d draws for D a step, and the move itself."""

    n_d: int

    def move(self, game: Game, optimiser, state: State, batch: Batch) -> tuple[State, Stats]: ...


def _free(optimiser, module, w: Tensor):
    """What an objective is differentiated in: w, or its parts where the optimiser moves them in place. Parts
    have slopes in parts, and nothing the size of the network is put together at each step."""
    return nets.parts(module, w) if optimiser.in_place else w


def _move_d(optimiser, state: State, slope) -> State:
    """The state after D's step down this slope, [count] or in parts."""
    psi, memory = optimiser.step(state.psi, slope, state.memory_d, state.rates.lr_d)
    return state._replace(psi=psi, memory_d=memory)


def _move_g(optimiser, state: State, slope) -> State:
    """The state after G's step down this slope, [count] or in parts, with the averaged generator moved
    along."""
    theta, memory = optimiser.step(state.theta, slope, state.memory_g, state.rates.lr_g)
    if optimiser.in_place:
        ema = state.theta_ema.lerp_(theta, 1 - state.rates.ema_decay)
    else:
        ema = torch.lerp(theta, state.theta_ema, state.rates.ema_decay)
    return state._replace(theta=theta, theta_ema=ema, memory_g=memory)


def step_d(game: Game, optimiser, state: State, draw: Draw) -> tuple[State, Tensor]:
    """D takes one step on its objective: the new state and D's loss before the step."""
    slope, loss = grad(game.d_objective, has_aux=True)(
        _free(optimiser, game.discriminator, state.psi), state.theta, draw, state.rates.gammas
    )
    return _move_d(optimiser, state, slope), loss


def step_g(game: Game, optimiser, state: State, draw: Draw) -> tuple[State, Tensor]:
    """G takes one step on its objective: the new state and G's loss before the step."""
    slope, loss = grad(game.g_objective, has_aux=True)(
        _free(optimiser, game.generator, state.theta), state.psi, draw
    )
    return _move_g(optimiser, state, slope), loss


def _nth(draws: Draw, i: int) -> Draw:
    return Draw(*(t[i] for t in draws))


@dataclass(frozen=True)
class Alternating:
    """n_d steps of D, then one of G that sees the new D: Algorithm 1 of arXiv:1406.2661. Chapter 4.

    first: "D", or "G" for the other order. n_d=0 freezes D ("thief only"); `generator_moves=False` freezes G
    ("police only"). Chapter 1 plays the two phases so. clip: a bound on each of D's parameters, kept after
    each of its steps (weight clipping, arXiv:1701.07875, Algorithm 1). Chapter 11.
    """

    n_d: int = 1
    first: str = "D"
    generator_moves: bool = True
    clip: float | None = None

    def __post_init__(self):
        positive("n_d", self.n_d, whole=True, zero=True)
        one_of("first", self.first, ("D", "G"))
        if self.clip is not None:
            positive("clip", self.clip)
        if self.n_d == 0 and not self.generator_moves:
            raise ValueError("somebody has to move: n_d=0 and generator_moves=False were given")

    def move(self, game, optimiser, state, batch):
        d_loss = g_loss = None
        for player in ("D", "G") if self.first == "D" else ("G", "D"):
            if player == "G" and self.generator_moves:
                state, g_loss = step_g(game, optimiser, state, batch.g)
            if player == "D":
                for i in range(self.n_d):
                    state, d_loss = step_d(game, optimiser, state, _nth(batch.d, i))
                    if self.clip is not None:
                        state = state._replace(psi=state.psi.clamp(-self.clip, self.clip))
        if g_loss is None:
            g_loss = game.g_objective(state.theta, state.psi, batch.g)[1]
        if d_loss is None:
            d_loss = game.d_objective(state.psi, state.theta, batch.g, state.rates.gammas)[1]
        return state, Stats(d_loss, g_loss)


@dataclass(frozen=True)
class Simultaneous:
    """Both players step from the same state: neither sees the other's move. Chapter 8 shows what that costs.

    shared: both look at one draw, G's, and at the same fakes, which are then made once (most programs in
    circulation do so; chapter 12).
    """

    n_d: int = 1
    shared: bool = False

    def __post_init__(self):
        if self.n_d != 1:
            raise ValueError(f"n_d must be 1 for simultaneous moves, but {self.n_d!r} was given")

    def move(self, game, optimiser, state, batch):
        if self.shared:
            free = (
                _free(optimiser, game.generator, state.theta),
                _free(optimiser, game.discriminator, state.psi),
            )
            (of_g, of_d), losses = grad(game.both_objectives, argnums=(0, 1), has_aux=True)(
                *free, batch.g, state.rates.gammas
            )
            return _step_both(optimiser, state, of_g, of_d), Stats(*losses)
        of_g, of_d, stats = _slopes(game, state, batch, state.theta, state.psi)
        return _step_both(optimiser, state, of_g, of_d), stats


def _slopes(game: Game, state: State, batch: Batch, theta: Tensor, psi: Tensor):
    """The slopes of both players' objectives at (theta, psi), and both losses, on G's and D's draws of the
    batch."""
    draw = _nth(batch.d, 0)
    of_g, g_loss = grad(game.g_objective, has_aux=True)(theta, psi, batch.g)
    of_d, d_loss = grad(game.d_objective, has_aux=True)(psi, theta, draw, state.rates.gammas)
    return of_g, of_d, Stats(d_loss, g_loss)


def _step_both(optimiser, state: State, of_g: Tensor, of_d: Tensor) -> State:
    return _move_d(optimiser, _move_g(optimiser, state, of_g), of_d)


@dataclass(frozen=True)
class Extragradient:
    """Both players look one simultaneous step ahead, and step from where they stand along the slopes found
    there (Korpelevich 1976; for GANs Gidel et al. 2019, arXiv:1802.10551). Chapter 8."""

    n_d: int = 1

    def __post_init__(self):
        if self.n_d != 1:
            raise ValueError(f"n_d must be 1 for extragradient, but {self.n_d!r} was given")

    def move(self, game, optimiser, state, batch):
        of_g, of_d, stats = _slopes(game, state, batch, state.theta, state.psi)
        kept = tree_map(torch.clone, state) if optimiser.in_place else state
        ahead = _step_both(optimiser, kept, of_g, of_d)
        of_g, of_d, _ = _slopes(game, state, batch, ahead.theta, ahead.psi)
        return _step_both(optimiser, state, of_g, of_d), stats


@dataclass(frozen=True)
class Consensus:
    """Simultaneous steps in which both players also shorten the field: to each slope gamma times the slope of
    half the squared length of both slopes together is added (Mescheder et al. 2017, arXiv:1705.10461).
    Chapter 8."""

    gamma: float
    n_d: int = 1

    def __post_init__(self):
        positive("gamma", self.gamma, zero=True)
        if self.n_d != 1:
            raise ValueError(f"n_d must be 1 for consensus, but {self.n_d!r} was given")

    def move(self, game, optimiser, state, batch):
        def half_square(theta, psi):
            of_g, of_d, stats = _slopes(game, state, batch, theta, psi)
            return ((of_g**2).sum() + (of_d**2).sum()) / 2, (of_g, of_d, stats)

        (more_g, more_d), (of_g, of_d, stats) = grad(half_square, argnums=(0, 1), has_aux=True)(
            state.theta, state.psi
        )
        return _step_both(optimiser, state, of_g + self.gamma * more_g, of_d + self.gamma * more_d), stats


@dataclass(frozen=True)
class Unrolled:
    """G moves against the D that D would become in `ahead` more steps, which are then forgotten; D itself
    takes one step, as ever (Unrolled GAN, Metz et al. 2017, arXiv:1611.02163).

    through: differentiate through those steps, as the paper does: G then knows how D would answer a move.
    False: G sees the later D, but not that it depends on G. The steps ahead use D's optimiser, on the draw of
    G's move. Chapter 10.
    """

    ahead: int = 5
    through: bool = True
    n_d: int = 1

    def __post_init__(self):
        positive("ahead", self.ahead, whole=True)
        positive("n_d", self.n_d, whole=True)

    def move(self, game, optimiser, state, batch):
        for i in range(self.n_d):
            state, d_loss = step_d(game, optimiser, state, _nth(batch.d, i))

        def objective(theta):
            later = state._replace(theta=theta)
            for _ in range(self.ahead):
                later, _ = step_d(game, optimiser.differentiable(), later, batch.g)
            return game.g_objective(theta, later.psi if self.through else later.psi.detach(), batch.g)

        slope, g_loss = grad(objective, has_aux=True)(state.theta)
        return _move_g(optimiser, state, slope), Stats(d_loss, g_loss)


POLICE_ONLY = Alternating(n_d=1, generator_moves=False)
THIEF_ONLY = Alternating(n_d=0)
RULES = {
    "alternating": Alternating(),
    "simultaneous": Simultaneous(),
    "extragradient": Extragradient(),
    "police only": POLICE_ONLY,
    "thief only": THIEF_ONLY,
}


def get(rule: str | Rule) -> Rule:
    """The rule of that name, or the rule itself. Errors: `ValueError` for an unknown name."""
    return RULES[one_of("rule", rule, RULES)] if isinstance(rule, str) else rule
