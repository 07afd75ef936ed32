"""What a game is made of: named networks, players that move them, the random numbers of one move, and the
state.

A *player* names the networks that it may change and has one pure objective,

    objective(nets, draw, knobs) -> (number that it wants small, {name: number to show})

where `nets` has each network as a function of its inputs (`nets.G(draw["z"])`), `draw` is one batch of random
numbers, a dict of tensors [n, ...] (`x` real samples, `z` latents, `y` labels, ...) with whatever the game
carries along, and `knobs` are tensors [] that may change from step to step without a new trace: rates,
weights of penalties, a growth factor. High means real, for every logit and every critic.

`GeneralGame` is a game of any number of networks and players; `gan_teach.Game` is the one of two.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from types import SimpleNamespace
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.func import grad

from gan_teach import nets
from gan_teach.checks import positive

Draw = dict[str, Tensor]
Knobs = dict[str, Any]  # tensors [], or plain numbers where nothing is traced
Shown = dict[str, Tensor]
Objective = Callable[[Any, Draw, Knobs], tuple[Tensor, Shown]]


@dataclass(frozen=True)
class Player:
    """moves: the networks it may change. objective: (nets, draw, knobs) -> (number, {name: number to
    show})."""

    moves: tuple[str, ...]
    objective: Objective

    def __post_init__(self):
        if isinstance(self.moves, str):
            raise TypeError(
                f"moves must be a tuple of names, ({self.moves!r},), but {self.moves!r} was given"
            )


class State(NamedTuple):
    """All that a step changes.

    params: each network's parameters as one vector [count]. averages: running averages of some of them.
    memory: what the optimiser remembers, by player and network (a trunk may have two movers). knobs: tensors
    []. carried: what a method takes along from step to step (a pool of old images, say).
    """

    params: dict[str, Tensor]
    averages: dict[str, Tensor]
    memory: dict[str, dict[str, Any]]
    knobs: Knobs
    carried: dict[str, Tensor]

    @property
    def theta(self) -> Tensor:
        """The parameters of G, [count]."""
        return self.params["G"]

    @property
    def psi(self) -> Tensor:
        """The parameters of D, [count]."""
        return self.params["D"]

    @property
    def theta_ema(self) -> Tensor:
        """The parameters of the averaged G, [count]."""
        return self.averages["G"]

    def with_params(self, **new: Tensor) -> "State":
        """The state with other parameters for some networks."""
        return self._replace(params={**self.params, **new})

    def with_knobs(self, new: Mapping[str, Tensor]) -> "State":
        """The state with some knobs set anew."""
        return self._replace(knobs={**self.knobs, **new})


class Batch(NamedTuple):
    """What one step is given: the draws of all its moves, {name: [moves, n, ...]}, and factors for some of
    the knobs."""

    draws: Draw
    factors: Knobs = {}


class AnyGame:
    """What rules, training and sweeps need of a game. `nets` and `players` are dicts by name."""

    nets: Mapping[str, nn.Module]
    players: Mapping[str, Player]
    averaged: tuple[str, ...] = ()
    joint: Objective | None = None  # one number whose slopes are both players', where they share fakes

    def bound(self, params: Mapping[str, Any]) -> SimpleNamespace:
        """The networks as functions of their inputs, with these parameters (vectors, or `nets.parts` of
        them)."""
        return SimpleNamespace(
            **{name: partial(nets.apply, net, params[name]) for name, net in self.nets.items()}
        )

    def objective(
        self, who: str, params: Mapping, draw: Draw, knobs: Knobs | None = None
    ) -> tuple[Tensor, Shown]:
        """What `who` wants small on this draw, and what it shows. Without knobs: at their first values."""
        return self.players[who].objective(self.bound(params), draw, self.knobs() if knobs is None else knobs)

    def slope(self, who: str, params: Mapping, draw: Draw, knobs: Knobs | None = None, parts: bool = False):
        """The slope of `who`'s objective in the networks that it moves, {name: [count]}, and what it shows.

        parts: slopes in the shapes of the modules' own parameters, so that nothing of a network's size is put
        together.
        """
        moves = self.players[who].moves
        own = {name: nets.parts(self.nets[name], params[name]) if parts else params[name] for name in moves}

        def objective(own):
            return self.objective(who, {**params, **own}, draw, knobs)

        return grad(objective, has_aux=True)(own)

    def knobs(self) -> dict[str, Any]:
        """The game's own knobs and their values at the beginning."""
        return {}

    def factors(self, t: int) -> dict[str, float]:
        """What some of the knobs are multiplied with at step t."""
        return {}

    def carry(self, net: SimpleNamespace, draw: Draw, knobs: Knobs) -> dict[str, Tensor]:
        """What is carried on after a step; draw holds what was carried until now. {} where nothing is."""
        return {}

    def carried(self) -> dict[str, Tensor]:
        """What is carried at the beginning."""
        return {}

    def block(self, lead: tuple[int, ...], target, generator: torch.Generator) -> Draw:
        """Draws with the leading axes `lead` (steps, moves, batch)."""
        raise NotImplementedError

    def latents(self, n: int, generator: torch.Generator) -> Draw:
        """What G starts from. Errors: `TypeError` in a game that has no single G to sample from."""
        raise TypeError(
            "samples are drawn from a game of two; in another game call its networks, "
            "`game.bound(state.params)`"
        )

    def generate(self, theta: Tensor, *inputs: Tensor) -> Tensor:
        """G's samples. Errors: as in `latents`."""
        raise TypeError("samples are drawn from a game of two")

    def probe(self, points: int, target, generator: torch.Generator) -> Draw:
        """The draw at which every snapshot of a training looks."""
        return self.block((points,), target, generator)

    def view(self, net: SimpleNamespace, probe: Draw) -> dict[str, Tensor]:
        """What a snapshot shows, by name: tensors [n, ...]."""
        return {}

    def shown_of_probe(self, probe: Draw) -> dict[str, Tensor]:
        """What of the probe itself a snapshot shows; the same in all snapshots of a training."""
        return {}

    def check_players(self) -> None:
        """Errors: `ValueError` for a player that moves no network, or one that the game doesn't have."""
        for who, player in self.players.items():
            if not player.moves or any(name not in self.nets for name in player.moves):
                known = ", ".join(self.nets)
                raise ValueError(
                    f"the player {who!r} must move one or more of {known}, but moves {player.moves}"
                )

    few = 4  # samples in a draw that is only a trial

    def few_draws(self, target) -> Draw:
        """A small draw for trials, with what is carried at the beginning; single precision, on the CPU."""
        drawn = self.block((self.few,), target, torch.Generator().manual_seed(0)) | self.carried()
        return {
            name: part.cpu().float() if part.is_floating_point() else part.cpu()
            for name, part in drawn.items()
        }

    def on(self, device, dtype) -> "AnyGame":
        """The game with its networks' buffers on the device."""
        raise NotImplementedError

    def check(self, few: Draw, target, params: Mapping[str, Tensor]) -> None:
        """Find out on a few samples (`few_draws`), before anything is trained, whether all fits. Changes no
        network.

        Errors: `ValueError` or `TypeError` that names the network or the player.
        """
        knobs = {name: torch.tensor(value) for name, value in self.knobs().items()}
        for who in self.players:
            number, shown = self._tried(who, params, few, knobs)
            if not isinstance(number, Tensor) or number.shape != ():
                raise ValueError(
                    f"the objective of the player {who!r} must give one number, [], but gives {_form(number)}"
                )
            if any(not isinstance(v, Tensor) or v.shape != () for v in shown.values()):
                raise ValueError(
                    f"what the player {who!r} shows must be numbers, [], but it gives {_form(shown)}"
                )
            if not number.requires_grad:
                raise ValueError(
                    f"the objective of the player {who!r} doesn't depend on "
                    f"{', '.join(self.players[who].moves)}, which it moves: is something detached on the way?"
                )
        self._check_carried(few, params, knobs)

    def _tried(self, who: str, params: Mapping[str, Tensor], few: Draw, knobs: Knobs) -> tuple[Tensor, Shown]:
        """The objective on a few samples, with parameters that slopes could be found of."""
        own = {name: params[name].detach().clone().requires_grad_() for name in self.players[who].moves}
        try:
            with torch.enable_grad():
                found = self.objective(who, {**params, **own}, few, knobs)
        except (RuntimeError, KeyError, AttributeError, IndexError) as error:
            raise ValueError(
                f"the objective of the player {who!r} fails on a batch of 4: {error!r}"
            ) from error
        if not isinstance(found, tuple) or len(found) != 2 or not isinstance(found[1], Mapping):
            raise ValueError(
                f"the objective of the player {who!r} must give two things, a number and a dict of what to "
                f"show (or {{}}), but gives {_form(found)}"
            )
        return found

    def _check_carried(self, few: Draw, params: Mapping[str, Tensor], knobs: Knobs):
        before = self.carried()
        after = self.carry(self.bound(params), few, knobs) if before else {}
        if {n: t.shape for n, t in after.items()} != {n: t.shape for n, t in before.items()}:
            raise ValueError(
                f"what is carried must keep names and shapes, {_form(before)}, but becomes {_form(after)}"
            )


def _named(what: str, given) -> Mapping[str, Tensor]:
    """What a game's own function gave. Errors: `ValueError` if it isn't tensors by name."""
    if not isinstance(given, Mapping):
        raise ValueError(f'{what} must give tensors by name, {{"x": ...}}, but gives {_form(given)}')
    return given


def _form(given) -> str:
    if isinstance(given, dict):
        return str({name: _form(value) for name, value in given.items()})
    return str(list(given.shape)) if isinstance(given, Tensor) else repr(given)


@dataclass(frozen=True)
class GeneralGame(AnyGame):
    """A game of any number of networks and players, which draws its own data.

    nets: templates by name; training never changes them. players: by name. draw: (n, generator) -> one batch,
    a dict of tensors [n, ...]. start_knobs: the objectives' own knobs and their first values (the players'
    rates, `lr_NAME`, are given to `train`). show: (nets, draw) -> named tensors that each snapshot has, at
    one draw that stays the same.
    start_carried, carry_on: what is carried along at first, and (nets, draw, knobs) -> the same after a step,
    where `draw` holds the numbers of the step's last move and what was carried. averaged: networks of which a
    running average is kept.
    """

    nets: Mapping[str, nn.Module]
    players: Mapping[str, Player]
    draw: Callable[[int, torch.Generator], Draw]
    start_knobs: Mapping[str, float] = field(default_factory=dict)
    show: Callable[[Any, Draw], dict[str, Tensor]] | None = None
    start_carried: Mapping[str, Tensor] = field(default_factory=dict)
    carry_on: Callable[[Any, Draw, Knobs], dict[str, Tensor]] | None = None
    averaged: tuple[str, ...] = ()

    def __post_init__(self):
        for name, value in self.start_knobs.items():
            positive(f"the knob {name}", value, zero=True)
        if bool(self.start_carried) != (self.carry_on is not None):
            raise ValueError("start_carried and carry_on belong together: give both or neither")
        for name in self.averaged:
            if name not in self.nets:
                raise ValueError(f"averaged must name some of {', '.join(self.nets)}, but {name!r} was given")

    def knobs(self):
        return dict(self.start_knobs)

    def on(self, device, dtype):
        moved = {name: nets.placed(net, device, dtype) for name, net in self.nets.items()}
        return (
            self if all(moved[name] is net for name, net in self.nets.items()) else replace(self, nets=moved)
        )

    def carry(self, net, draw, knobs):
        return self.carry_on(net, draw, knobs) if self.carry_on else {}

    def carried(self):
        return dict(self.start_carried)

    def block(self, lead, target, generator):
        if target is not None:
            raise TypeError(f"this game draws its own data: leave the target out ({target!r} was given)")
        count = torch.Size(lead).numel()
        drawn = _named("draw", self.draw(count, generator))
        for name, part in drawn.items():
            if len(part) != count:
                raise ValueError(
                    f"draw must give tensors [{count}, ...] when asked for {count}, but {name!r} is "
                    f"{list(part.shape)}"
                )
        return {name: part.reshape(*lead, *part.shape[1:]) for name, part in drawn.items()}

    def view(self, net, probe):
        return _named("show", self.show(net, probe)) if self.show else {}
