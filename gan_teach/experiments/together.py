"""Many games of any kind at once, which may differ in their data, their seeds and their knobs: one traced
step over all of them. Chapter 20."""

from collections.abc import Mapping, Sequence

import torch

from gan_teach import optimisers, rules
from gan_teach.batches import Batches
from gan_teach.checks import one_of, positive
from gan_teach.players import AnyGame, Batch, State
from gan_teach.starting import DECAYS, check_game, factors, fresh
from gan_teach.step import make_step, mapped, traced
from gan_teach.torch_private import tree_map


def together(
    games: Sequence[AnyGame],
    *,
    steps: int,
    batch_size: int = 64,
    seeds: Sequence[int] | None = None,
    knobs: Sequence[Mapping[str, float]] | None = None,
    decay: str = "none",
) -> list[State]:
    """Play all games for so many steps, their players in turn, by Adam on the CPU: the state of each at its
    end, as `train` would have left it, up to rounding.

    games: of the same networks, players and objectives; they may draw other data. seeds: of each (0, 1, ...).
    knobs: of each, rates (`lr_NAME`) and the game's own. Errors: `ValueError` without games, for seeds or
    knobs that are not one for each game, and for what `train` refuses.
    """
    steps, batch_size = positive("steps", steps, whole=True), positive("batch_size", batch_size, whole=True)
    one_of("decay", decay, DECAYS)
    count = len(games)
    if not count:
        raise ValueError("games must hold at least one game, but it is empty")
    for name, given in (("seeds", seeds), ("knobs", knobs)):
        if given is not None and len(given) != count:
            raise ValueError(f"{name} must be one for each of {count} games, but {len(given)} were given")
    seeds = range(count) if seeds is None else [positive("seeds", s, whole=True, zero=True) for s in seeds]
    first, rule = games[0], rules.InTurn(tuple(games[0].players))
    if any(tuple(game.players) != tuple(first.players) for game in games):
        raise ValueError("games must have the same players, but they differ")
    states = [fresh(g, s, **k) for g, s, k in zip(games, seeds, knobs or [{}] * count)]
    check_game(first, None, states[0])
    state = tree_map(lambda *parts: torch.stack(parts), *states)
    each = [Batches(g, None, batch_size, seed=s, moves=len(rule.seats)) for g, s in zip(games, seeds)]

    def batch(t: int) -> Batch:
        drawn = [one(t) for one in each]
        turned = factors(first, state.knobs, decay, t, steps)
        return Batch(
            {name: torch.stack([d[name] for d in drawn]) for name in drawn[0]},
            {name: torch.full((count,), by) for name, by in turned.items()},
        )

    step = traced(mapped(make_step(first, rule, optimisers.Adam())), state, batch(0))
    with torch.inference_mode():
        for t in range(steps):
            state, _ = step(state, batch(t))
    return [_own(state, i) for i in range(count)]


def _own(state: State, i: int) -> State:
    """One game's share, as ordinary tensors."""
    return tree_map(lambda part: part[i].clone(), state)
