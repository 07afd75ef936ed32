"""How the two players move: from a state and a batch to the next state. A rule is separate from the game it plays.

The optimiser is the arithmetic of one player's step on a flat vector; the rule decides who steps when, on which draw.
"""
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor
from torch.func import grad
from torch.optim.adam import adam as fused_adam

from gan_teach.checks import one_of, positive
from gan_teach.game import Draw, Game


class Memory(NamedTuple):
    """What an optimiser remembers about one player: two running means [count] and the number of its steps, []."""

    mean: Tensor
    square: Tensor
    steps: Tensor


class Rates(NamedTuple):
    """What may be changed during training without a new trace, all tensors: lr_g [], lr_d [], gammas [penalties],
    ema_decay [] (the share that the averaged generator keeps at each step)."""

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


@dataclass(frozen=True)
class Adam:
    """Adam (Kingma and Ba 2015, arXiv:1412.6980) on a flat vector; `torch.optim.Adam` step for step."""

    beta1: float = 0.5
    beta2: float = 0.999
    eps: float = 1e-8

    def __post_init__(self):
        for name in ("beta1", "beta2"):
            if not 0 <= positive(name, getattr(self, name), zero=True) < 1:
                raise ValueError(f"{name} must be at least 0 and below 1, but {getattr(self, name)!r} was given")
        positive("eps", self.eps)

    def step(self, w: Tensor, slope: Tensor, memory: Memory, lr: Tensor) -> tuple[Tensor, Memory]:
        """One step of w [count] down the slope [count]."""
        steps = memory.steps + 1
        mean = torch.lerp(memory.mean, slope, 1 - self.beta1)
        square = torch.lerp(memory.square, slope * slope, 1 - self.beta2)
        size = self._root(square / (1 - self.beta2**steps)) + self.eps
        return w - lr / (1 - self.beta1**steps) * mean / size, Memory(mean, square, steps)

    @staticmethod
    def _root(square: Tensor) -> Tensor:
        return square.sqrt()

    def differentiable(self) -> "Adam":
        """The same arithmetic, to be differentiated through: a floor keeps the slope of the root finite where a parameter's
        slope is 0 (a unit that is switched off), and moves no step by more than a ten-thousandth of eps."""
        return _SmoothAdam(self.beta1, self.beta2, self.eps)


class _SmoothAdam(Adam):
    @staticmethod
    def _root(square):
        return (square + 1e-24).sqrt()


@dataclass(frozen=True)
class FusedAdam(Adam):
    """The same arithmetic in one pass of PyTorch's own over the parameters, written over the old ones: for networks of a million
    parameters, where Adam's ten passes over memory take longer than the gradients. Chapters 12 and 13."""

    in_place = True

    def step(self, w, slope, memory, lr):
        """One step of w [count] down the slope [count]; w and memory are changed and returned."""
        fused_adam([w], [slope], [memory.mean], [memory.square], [], [memory.steps], fused=True, lr=lr, beta1=self.beta1, beta2=self.beta2,
                   eps=self.eps, amsgrad=False, weight_decay=0.0, maximize=False)
        return w, memory

    def differentiable(self):
        """Errors: `ValueError`, because steps written over each other leave nothing to differentiate."""
        raise ValueError('optimiser="fused adam" can\'t be differentiated through: use "adam" with rules.Unrolled')


@dataclass(frozen=True)
class SGD:
    """Plain gradient descent, the rule that theory speaks of."""

    def step(self, w: Tensor, slope: Tensor, memory: Memory, lr: Tensor) -> tuple[Tensor, Memory]:
        """One step of w [count] down the slope [count]."""
        return w - lr * slope, memory._replace(steps=memory.steps + 1)

    def differentiable(self) -> "SGD":
        """Itself: its arithmetic has no corner."""
        return self


class Rule(Protocol):
    """n_d draws for D a step, and the move itself."""

    n_d: int

    def move(self, game: Game, optimiser, state: State, batch: Batch) -> tuple[State, Stats]: ...


def step_d(game: Game, optimiser, state: State, draw: Draw) -> tuple[State, Tensor]:
    """D takes one step on its objective: the new state and D's loss before the step."""
    slope, loss = grad(game.d_objective, has_aux=True)(state.psi, state.theta, draw, state.rates.gammas)
    psi, memory = optimiser.step(state.psi, slope, state.memory_d, state.rates.lr_d)
    return state._replace(psi=psi, memory_d=memory), loss


def step_g(game: Game, optimiser, state: State, draw: Draw) -> tuple[State, Tensor]:
    """G takes one step on its objective: the new state and G's loss before the step."""
    slope, loss = grad(game.g_objective, has_aux=True)(state.theta, state.psi, draw)
    theta, memory = optimiser.step(state.theta, slope, state.memory_g, state.rates.lr_g)
    ema = torch.lerp(theta, state.theta_ema, state.rates.ema_decay)
    return state._replace(theta=theta, theta_ema=ema, memory_g=memory), loss


def _nth(draws: Draw, i: int) -> Draw:
    return Draw(*(t[i] for t in draws))


@dataclass(frozen=True)
class Alternating:
    """n_d steps of D, then one of G that sees the new D: Algorithm 1 of arXiv:1406.2661. Chapter 4.

    first: "D", or "G" for the other order. n_d=0 freezes D ("thief only"); `generator_moves=False` freezes G ("police
    only"). Chapter 1 plays the two phases so. clip: a bound on each of D's parameters, kept after each of its steps (weight
    clipping, arXiv:1701.07875, Algorithm 1). Chapter 11.
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

    shared: both look at one draw, G's, and at the same fakes, which are then made once (most programs in circulation do so; chapter 12).
    """

    n_d: int = 1
    shared: bool = False

    def __post_init__(self):
        if self.n_d != 1:
            raise ValueError(f"n_d must be 1 for simultaneous moves, but {self.n_d!r} was given")

    def move(self, game, optimiser, state, batch):
        if self.shared:
            (of_g, of_d), losses = grad(game.both_objectives, argnums=(0, 1), has_aux=True)(state.theta, state.psi, batch.g, state.rates.gammas)
            return _step_both(optimiser, state, of_g, of_d), Stats(*losses)
        after_d, d_loss = step_d(game, optimiser, state, _nth(batch.d, 0))
        after_g, g_loss = step_g(game, optimiser, state, batch.g)
        return after_g._replace(psi=after_d.psi, memory_d=after_d.memory_d), Stats(d_loss, g_loss)


def _slopes(game: Game, state: State, batch: Batch, theta: Tensor, psi: Tensor):
    """The slopes of both players' objectives at (theta, psi), and both losses, on G's and D's draws of the batch."""
    draw = _nth(batch.d, 0)
    of_g, g_loss = grad(game.g_objective, has_aux=True)(theta, psi, batch.g)
    of_d, d_loss = grad(game.d_objective, has_aux=True)(psi, theta, draw, state.rates.gammas)
    return of_g, of_d, Stats(d_loss, g_loss)


def _step_both(optimiser, state: State, of_g: Tensor, of_d: Tensor) -> State:
    theta, memory_g = optimiser.step(state.theta, of_g, state.memory_g, state.rates.lr_g)
    psi, memory_d = optimiser.step(state.psi, of_d, state.memory_d, state.rates.lr_d)
    ema = torch.lerp(theta, state.theta_ema, state.rates.ema_decay)
    return State(theta, psi, ema, memory_g, memory_d, state.rates)


@dataclass(frozen=True)
class Extragradient:
    """Both players look one simultaneous step ahead, and step from where they stand along the slopes found there
    (Korpelevich 1976; for GANs Gidel et al. 2019, arXiv:1802.10551). Chapter 8."""

    n_d: int = 1

    def __post_init__(self):
        if self.n_d != 1:
            raise ValueError(f"n_d must be 1 for extragradient, but {self.n_d!r} was given")

    def move(self, game, optimiser, state, batch):
        of_g, of_d, stats = _slopes(game, state, batch, state.theta, state.psi)
        ahead = _step_both(optimiser, state, of_g, of_d)
        of_g, of_d, _ = _slopes(game, state, batch, ahead.theta, ahead.psi)
        return _step_both(optimiser, state, of_g, of_d), stats


@dataclass(frozen=True)
class Consensus:
    """Simultaneous steps in which both players also shorten the field: to each slope gamma times the slope of half the
    squared length of both slopes together is added (Mescheder et al. 2017, arXiv:1705.10461). Chapter 8."""

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
        (more_g, more_d), (of_g, of_d, stats) = grad(half_square, argnums=(0, 1), has_aux=True)(state.theta, state.psi)
        return _step_both(optimiser, state, of_g + self.gamma * more_g, of_d + self.gamma * more_d), stats


@dataclass(frozen=True)
class Unrolled:
    """G moves against the D that D would become in `ahead` more steps, which are then forgotten; D itself takes one step, as ever
    (Unrolled GAN, Metz et al. 2017, arXiv:1611.02163).

    through: differentiate through those steps, as the paper does: G then knows how D would answer a move. False: G sees the
    later D, but not that it depends on G. The steps ahead use D's optimiser, on the draw of G's move. Chapter 10.
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
        theta, memory = optimiser.step(state.theta, slope, state.memory_g, state.rates.lr_g)
        ema = torch.lerp(theta, state.theta_ema, state.rates.ema_decay)
        return state._replace(theta=theta, theta_ema=ema, memory_g=memory), Stats(d_loss, g_loss)


POLICE_ONLY = Alternating(n_d=1, generator_moves=False)
THIEF_ONLY = Alternating(n_d=0)
RULES = {"alternating": Alternating(), "simultaneous": Simultaneous(), "extragradient": Extragradient(),
         "police only": POLICE_ONLY, "thief only": THIEF_ONLY}
OPTIMISERS = {"adam": Adam(), "fused adam": FusedAdam(), "sgd": SGD()}


def get(rule: str | Rule) -> Rule:
    """The rule of that name, or the rule itself. Errors: `ValueError` for an unknown name."""
    return RULES[one_of("rule", rule, RULES)] if isinstance(rule, str) else rule


def get_optimiser(optimiser):
    """The optimiser of that name, or the optimiser itself. Errors: `ValueError` for an unknown name."""
    return OPTIMISERS[one_of("optimiser", optimiser, OPTIMISERS)] if isinstance(optimiser, str) else optimiser
