"""What a training begins with: rule, knobs and state, and whether all of it fits together."""

import math
import warnings
from collections.abc import Callable, Mapping

import torch

from gan_teach import nets, optimisers, rules
from gan_teach.checks import one_of, positive
from gan_teach.players import AnyGame, State
from gan_teach.step import captured, traced

SHORT = 150  # below so many steps a trace costs more time than it saves
RATE = 1e-3  # of a player that is given none
BACKENDS = {"traced": traced, "captured": captured}
DECAYS = {
    "none": lambda share: 1.0,
    "linear": lambda share: 1 - share,
    "cosine": lambda share: 0.5 * (1 + math.cos(math.pi * share)),
}


def factors(
    game: AnyGame, knobs, decay: str | Callable[[int], float], t: int, steps: int
) -> dict[str, float]:
    """What the knobs are multiplied with at step t of so many: the decay of the rates, and what the game lets
    change."""
    found = dict(game.factors(t))
    if decay != "none":
        by = decay(t) if callable(decay) else DECAYS[decay](t / steps)
        found |= {name: by for name in knobs if name.startswith("lr_")}
    return found


def choose_backend(asked: str, steps: int, where: torch.device) -> str | None:
    """The name of what records the step, or None. Errors: `ValueError` for a CUDA graph without CUDA."""
    if asked == "captured" and where.type != "cuda":
        raise ValueError(f"backend='captured' records CUDA graphs, but the training runs on {where}")
    if asked == "auto":
        return None if steps < SHORT else "captured" if where.type == "cuda" else "traced"
    return None if asked == "eager" else asked


ANY_PLAYERS = {
    "alternating": rules.InTurn,
    "simultaneous": rules.Together,
    "extragradient": rules.Extragradient,
}


def check_rule(game: AnyGame, rule, optimiser):
    """The rule, if the game has its players and the optimiser can be used under it. Errors: `ValueError`."""
    if rule in ANY_PLAYERS and set(game.players) != {"D", "G"}:
        rule = ANY_PLAYERS[rule](tuple(game.players))
    rule, optimiser = rules.get(rule), optimisers.get(optimiser)
    strangers = sorted(set(rule.seats) - set(game.players))
    if strangers:
        known = ", ".join(game.players)
        raise ValueError(f"the rule moves {', '.join(strangers)}, but the players of this game are {known}")
    idle = [who for who in game.players if who not in (*rule.seats, "D", "G")]
    if idle:
        words = (
            f"the rule never moves {', '.join(idle)}: rules.InTurn({tuple(game.players)}) moves all players"
        )
        warnings.warn(words, stacklevel=3)
    moved = [name for player in game.players.values() for name in player.moves]
    alone = all(game.players[who].moves == (who,) for who in ("D", "G") if who in game.players)
    if (isinstance(rule, rules.Unrolled) or getattr(rule, "clip", None)) and not alone:
        raise ValueError(
            f"{type(rule).__name__} wants players D and G that move one network of their name each"
        )
    if getattr(rule, "shared", False) and game.joint is None:
        raise ValueError(
            "shared moves are for a game of two: this game has no objective of both players together"
        )
    if isinstance(rule, rules.Consensus) and len(set(moved)) < len(moved):
        raise ValueError(
            "rules.Consensus wants each network to be moved by one player, but some have two movers"
        )
    if isinstance(rule, rules.Unrolled):
        optimiser.differentiable()  # or it says why not
    if isinstance(rule, rules.Consensus) and optimiser.in_parts:
        raise ValueError('rules.Consensus needs slopes as vectors: use optimiser="adam" or "sgd"')
    return rule


def first_knobs(
    game: AnyGame, lr_g: float, lr_d: float, ema_halflife: float | None, given: Mapping
) -> dict[str, float]:
    """All knobs of a training and their first values: each player's rate, the share that averages keep, the
    game's own."""
    found = {f"lr_{who}": lr_d if who == "D" else lr_g for who in game.players} | dict(game.knobs())
    if game.averaged:
        # Without a half-life the averaged network is the network itself.
        found["average"] = (
            0.0 if ema_halflife is None else 0.5 ** (1 / positive("ema_halflife", ema_halflife))
        )
    for name in given:
        one_of("the knob", name, found)
    for name, lr in ((f"lr_{who}", "lr_d" if who == "D" else "lr_g") for who in game.players):
        if name not in given:
            positive(lr, found[name], single=True)
    check_knobs(given, found)
    return {name: float(value) for name, value in (found | dict(given)).items()}


def check_knobs(given: Mapping[str, float], known) -> None:
    """Errors: `ValueError` for a knob that is not known, or a value that it can't have: rates are above zero,
    the share that averages keep is below 1, all others are not negative."""
    for name, value in given.items():
        one_of("the knob", name, known)
        positive(name, value, zero=not name.startswith("lr_"), single=True)
        if name == "average" and value >= 1:
            raise ValueError(
                f"average, the share that averages keep at each step, must be below 1, not {value!r}"
            )


def fresh(game: AnyGame, seed: int = 0, optimiser="adam", **knobs: float) -> State:
    """The state before the first step: parameters drawn by the seed, nothing remembered, on the CPU in single
    precision.

    knobs: values that differ from the game's own and from a rate of 1e-3. The seed of the i-th network is
    (number of networks) * seed + i.
    """
    game.check_players()
    optimiser, count = optimisers.get(optimiser), len(game.nets)
    params = {
        name: nets.flatten(nets.initialise(net, count * seed + i))
        for i, (name, net) in enumerate(game.nets.items())
    }
    memory = {
        who: {n: optimiser.start(params[n]) for n in player.moves} for who, player in game.players.items()
    }
    values = first_knobs(game, RATE, RATE, None, knobs)
    averages = {name: params[name].clone() for name in game.averaged}
    knobs64 = {name: torch.tensor(value, dtype=torch.float64) for name, value in values.items()}
    return State(params, averages, memory, knobs64, game.carried())


def check_start(game: AnyGame, start: State) -> State:
    """The state, if it has all that the game's networks and players need, in their sizes. Errors:
    `ValueError`."""
    for name, net in game.nets.items():
        found = start.params[name].numel() if name in start.params else 0
        if found != nets.count(net):
            raise ValueError(
                f"start does not fit this game: {name} has {nets.count(net)} parameters, start has {found}"
            )
    wanted: dict[str, set] = {
        "averages": set(game.averaged),
        "memory": {(who, name) for who, player in game.players.items() for name in player.moves},
        "carried": set(game.carried()),
    }
    remembered = {(who, name) for who, of_nets in start.memory.items() for name in of_nets}
    for part, has in (("averages", start.averages), ("memory", remembered), ("carried", start.carried)):
        missing = wanted[part] - set(has)
        if missing:
            raise ValueError(
                f"start does not fit this game: its {part} lacks {', '.join(map(str, sorted(missing)))}"
            )
    return start


def check_game(game: AnyGame, target, state: State):
    """Whether the networks can be played with and all shapes fit: found out on copies and a few samples,
    before anything is touched. Errors: `ValueError` or `TypeError`."""
    for name, net in game.nets.items():
        nets.check_pure(name, net)
    few, params = game.few_draws(target), {name: w.float().cpu() for name, w in state.params.items()}
    with nets.left_alone(game.nets):
        game.check(few, target, params)
