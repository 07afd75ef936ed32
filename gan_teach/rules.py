"""How the players move: from a state and the draws of a step to the next state. A rule is separate from the
game it plays.

The rule decides who moves when, on which draw; how long a step is and where it leads is the optimiser's
affair (`optimisers`). `seats` names, draw by draw, the player for whom it is meant; draws are dicts of
tensors [seats, n, ...].
"""

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor
from torch.func import grad

from gan_teach import nets
from gan_teach.checks import one_of, positive
from gan_teach.players import AnyGame, Draw, Shown, State


class Rule(Protocol):
    """seats: for whom each draw of a step is. move: the move itself, and what it showed."""

    @property
    def seats(self) -> tuple[str, ...]: ...

    def move(self, game: AnyGame, optimiser, state: State, draws: Draw) -> tuple[State, Shown]: ...


def seat(draws: Draw, i: int) -> Draw:
    """The draw of one move."""
    return {name: part.select(0, i) for name, part in draws.items()}


def _slope(game: AnyGame, optimiser, state: State, who: str, draw: Draw):
    return game.slope(who, state.params, {**draw, **state.carried}, state.knobs, optimiser.in_parts)


def stepped(optimiser, state: State, who: str, slope: dict) -> State:
    """`who`'s networks one step down the slope."""
    params, memory = dict(state.params), dict(state.memory[who])
    for name, down in slope.items():
        params[name], memory[name] = optimiser.step(
            params[name], down, memory[name], state.knobs[f"lr_{who}"]
        )
    return state._replace(params=params, memory={**state.memory, who: memory})


def step_of(game: AnyGame, optimiser, state: State, who: str, draw: Draw) -> tuple[State, Shown]:
    """`who` takes one step on its objective: the new state, and what the objective showed before the step."""
    slope, shown = _slope(game, optimiser, state, who, draw)
    return stepped(optimiser, state, who, slope), shown


def watched(game: AnyGame, state: State, who: str, draw: Draw) -> Shown:
    """What `who` shows, who doesn't move."""
    return game.objective(who, state.params, {**draw, **state.carried}, state.knobs)[1]


@dataclass(frozen=True)
class InTurn:
    """The players in this order, each on its own draw: ("D",) * n_d + ("G",) is Algorithm 1 of
    arXiv:1406.2661."""

    order: tuple[str, ...]

    @property
    def seats(self):
        return self.order

    def move(self, game, optimiser, state, draws):
        shown: Shown = {}
        for i, who in enumerate(self.order):
            state, seen = step_of(game, optimiser, state, who, seat(draws, i))
            shown = shown | seen
        return state, shown


def _slopes(game: AnyGame, optimiser, state: State, players: tuple[str, ...], draws: Draw):
    """All players' slopes at one state, each on its own draw, {player: {network: slope}}, and what they
    show."""
    seated = reversed(list(enumerate(players)))  # G before D: an order of sums, and so of roundings
    found = {who: _slope(game, optimiser, state, who, seat(draws, i)) for i, who in seated}
    shown: Shown = {}
    for _, seen in found.values():
        shown = shown | seen
    return {who: slope for who, (slope, _) in found.items()}, shown


def _all_stepped(optimiser, state: State, slopes: dict) -> State:
    for who, slope in slopes.items():
        state = stepped(optimiser, state, who, slope)
    return state


@dataclass(frozen=True)
class Together:
    """All players step from the same state: nobody sees another's move. Chapter 8 shows what that costs."""

    players: tuple[str, ...] = ("D", "G")

    @property
    def seats(self):
        return self.players

    def move(self, game, optimiser, state, draws):
        slopes, shown = _slopes(game, optimiser, state, self.players, draws)
        return _all_stepped(optimiser, state, slopes), shown


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

    @property
    def seats(self):
        return ("D",) * self.n_d + ("G",)

    def move(self, game, optimiser, state, draws):
        shown: Shown = {}
        for player in ("D", "G") if self.first == "D" else ("G", "D"):
            if player == "G" and self.generator_moves:
                state, seen = step_of(game, optimiser, state, "G", seat(draws, self.n_d))
                shown = shown | seen
            if player == "D":
                for i in range(self.n_d):
                    state, seen = step_of(game, optimiser, state, "D", seat(draws, i))
                    shown, state = shown | seen, self._clipped(state)
        for who, moved in (("G", self.generator_moves), ("D", self.n_d > 0)):
            if not moved:
                shown = shown | watched(game, state, who, seat(draws, self.n_d))
        return state, shown

    def _clipped(self, state: State) -> State:
        return state if self.clip is None else state.with_params(D=state.psi.clamp(-self.clip, self.clip))


class OneStepOfD:
    """Rules in which D has one step: n_d is there because the stage asks every rule for it."""

    n_d = 1
    seats = ("D", "G")


@dataclass(frozen=True)
class Simultaneous(OneStepOfD):
    """D and G step from the same state: neither sees the other's move. Chapter 8 shows what that costs.

    shared: both look at one draw, G's, and at the same fakes, which are then made once (most programs in
    circulation do so; chapter 12).
    """

    shared: bool = False

    def move(self, game, optimiser, state, draws):
        if not self.shared:
            return Together(self.seats).move(game, optimiser, state, draws)
        free = {n: nets.parts(game.nets[n], w) if optimiser.in_parts else w for n, w in state.params.items()}
        draw = {**seat(draws, 1), **state.carried}
        slope, shown = grad(lambda free: game.joint(game.bound(free), draw, state.knobs), has_aux=True)(free)
        slopes = {who: {name: slope[name] for name in player.moves} for who, player in game.players.items()}
        return _all_stepped(optimiser, state, slopes), shown


@dataclass(frozen=True)
class Extragradient(OneStepOfD):
    """All players look one simultaneous step ahead, and step from where they stand along the slopes found
    there (Korpelevich 1976; for GANs Gidel et al. 2019, arXiv:1802.10551). Chapter 8."""

    players: tuple[str, ...] = ("D", "G")

    @property
    def seats(self):
        return self.players

    def move(self, game, optimiser, state, draws):
        slopes, shown = _slopes(game, optimiser, state, self.players, draws)
        ahead = _all_stepped(optimiser, state, slopes)
        slopes, _ = _slopes(game, optimiser, state.with_params(**ahead.params), self.players, draws)
        return _all_stepped(optimiser, state, slopes), shown


@dataclass(frozen=True)
class Consensus(OneStepOfD):
    """Simultaneous steps in which all players also shorten the field: to each slope gamma times the slope of
    half the squared length of all slopes together is added (Mescheder et al. 2017, arXiv:1705.10461). Chapter
    8.

    No two players may move the same network.
    """

    gamma: float
    players: tuple[str, ...] = ("D", "G")

    def __post_init__(self):
        positive("gamma", self.gamma, zero=True)

    @property
    def seats(self):
        return self.players

    def move(self, game, optimiser, state, draws):
        def half_square(params):
            slopes, shown = _slopes(game, optimiser, state._replace(params=params), self.players, draws)
            squares: list[Tensor] = [(down**2).sum() for who in slopes for down in slopes[who].values()]
            return sum(squares[1:], squares[0]) / 2, (slopes, shown)

        more, (slopes, shown) = grad(half_square, has_aux=True)(state.params)
        bent = {
            who: {n: down + self.gamma * more[n] for n, down in slope.items()}
            for who, slope in slopes.items()
        }
        return _all_stepped(optimiser, state, bent), shown


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

    @property
    def seats(self):
        return ("D",) * self.n_d + ("G",)

    def move(self, game, optimiser, state, draws):
        for i in range(self.n_d):
            state, of_d = step_of(game, optimiser, state, "D", seat(draws, i))
        smooth, draw = optimiser.differentiable(), seat(draws, self.n_d)

        def objective(theta):
            later = state.with_params(G=theta)
            for _ in range(self.ahead):
                later, _ = step_of(game, smooth, later, "D", draw)
            psi = later.psi if self.through else later.psi.detach()
            return game.objective(
                "G", {**state.params, "G": theta, "D": psi}, {**draw, **state.carried}, state.knobs
            )

        slope, of_g = grad(objective, has_aux=True)(state.theta)
        return stepped(optimiser, state, "G", {"G": slope}), of_d | of_g


POLICE_ONLY = Alternating(n_d=1, generator_moves=False)
THIEF_ONLY = Alternating(n_d=0)
RULES: dict[str, Rule] = {
    "alternating": Alternating(),
    "simultaneous": Simultaneous(),
    "extragradient": Extragradient(),
    "police only": POLICE_ONLY,
    "thief only": THIEF_ONLY,
}


def get(rule: str | Rule) -> Rule:
    """The rule of that name, or the rule itself. Errors: `ValueError` for an unknown name."""
    return RULES[one_of("rule", rule, RULES)] if isinstance(rule, str) else rule
