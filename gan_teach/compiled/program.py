"""What of a game is compiled: a whole step of any game, or the pieces of a game of two with which a page
plays.

The pieces of a page are single moves, so that the page decides who moves and how often, and one look:

.. code-block:: none

    move_D, move_D_r1, move_D_gp  a step of the police, without a penalty
                                  or with one
    move_G                        a step of the thief, and of the running
                                  average; not where G has no parameters
    look                          all that a picture shows

Everything that a reader may turn is a place of the module. Those of a page:

.. code-block:: none

    G, D, G_average               parameters, and the thief's running
                                  average [count]
    G_mean, G_square, G_steps     Adam's memory of each player
                                  [count], [count], []
    x, z, u, blur_real, blur_fake the draw of a move [n, ...], as `Game`
                                  has it
    lr_D, lr_G, gamma, noise      rates, the penalty's weight, the deviation
                                  of the noise on what D sees []
    average                       the share that the averaged thief keeps at
                                  each step []
    loss                          1 for the loss that is played, 0 for the
                                  others of `choices` [6 or 7]
    other                         1 for a loss whose steps are shown beside
                                  those of the game's own; in 2-D
    swapped, sigmoid, leaked      1: D takes real for fake; D's answers pass
                                  a second sigmoid; what D's loss asks of G
                                  is left in G's gradient []
    loss_D, loss_G                the losses at the last moves []
    probe_x, probe_z, grid, mesh  what `look` looks at, mesh being more
                                  latents [..., dim]
    x_fake, real_logits, ...      what it finds of the averaged thief, as
                                  `Game.view` has it; landings: the mesh's
                                  images; other_steps: what `other` asks of
                                  the fakes
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

from gan_teach import losses, nets, penalties, rules
from gan_teach.compiled.compiler import Function, Module, compile
from gan_teach.game import Game, grid_axes
from gan_teach.losses import Loss
from gan_teach.optimisers import Memory
from gan_teach.players import Batch, State
from gan_teach.step import make_step
from gan_teach.targets import Target
from gan_teach.torch_private import tree_map

PENALTIES = {"move_D": None, "move_D_r1": penalties.r1, "move_D_gp": penalties.gradient_penalty}


# A whole step of any game


def named(tree: Any, name: str = "") -> dict[str, Tensor]:
    """The tensors of nested dicts and tuples, by their path: {"params.G": ...}."""
    if isinstance(tree, Tensor):
        return {name: tree}
    parts = tree._asdict() if hasattr(tree, "_asdict") else tree
    return {
        path: leaf
        for key, part in parts.items()
        for path, leaf in named(part, f"{name}.{key}" if name else str(key)).items()
    }


def filled(tree: Any, tensors: Mapping[str, Tensor], name: str = "") -> Any:
    """The same nesting with other tensors, by their path."""
    if isinstance(tree, Tensor):
        return tensors[name]
    below = tree._asdict() if hasattr(tree, "_asdict") else tree
    parts = {key: filled(part, tensors, f"{name}.{key}" if name else str(key)) for key, part in below.items()}
    return type(tree)(**parts) if hasattr(tree, "_asdict") else parts


def whole_step(game, rule, optimiser, state: State, batch: Batch) -> Module:
    """One step of any game and rule as the function `step`: places are the paths of state and batch, and
    `shown.D`, ... for what the objectives show. Errors: `NotImplementedError`, as `compile` has them."""
    step = make_step(game, rule, optimiser)
    state, batch = (tree_map(Tensor.float, tree) for tree in (state, batch))

    def run(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        moved, shown = step(filled(state, tensors), filled(batch, tensors))
        return {**named(moved), **{f"shown.{who}": value for who, value in shown.items()}}

    return compile({"step": run}, {**named(state), **named(batch)})


# The pieces of a page


def choices(game: Game) -> dict[str, Loss]:
    """The losses to choose from: the game's own first."""
    return {game.loss.name: game.loss, **losses.LOSSES}


def _chosen(game: Game, tensors: Mapping[str, Tensor], place: str = "loss") -> Loss:
    """The loss that the place says, with the errors that are switched on; all of them as one expression."""
    offered = list(choices(game).values())

    def blended(player: str) -> Callable[[Tensor, Tensor], Tensor]:
        def value(real: Tensor, fake: Tensor) -> Tensor:
            real, fake = (a + tensors["sigmoid"] * (torch.sigmoid(a) - a) for a in (real, fake))
            total = torch.zeros_like(fake)
            for i, loss in enumerate(offered):
                total = total + torch.where(tensors[place][i] > 0, getattr(loss, player)(real, fake), 0.0)
            return total

        return value

    def of_d(real: Tensor, fake: Tensor) -> Tensor:
        d, wrong = blended("d"), tensors["swapped"]
        return (1 - wrong) * d(real, fake) + wrong * d(fake, real)

    def of_g(real: Tensor, fake: Tensor) -> Tensor:
        return blended("g")(real, fake) + tensors["leaked"] * of_d(real, fake)

    return replace(game.loss, name="chosen", d=of_d, g=of_g, g_sees_real=True)


def _state(tensors: Mapping[str, Tensor], penalty: str | None) -> State:
    memory = {
        who: {who: Memory(*(tensors[f"{who}_{part}"] for part in Memory._fields))} for who in ("D", "G")
    }
    knobs = {name: tensors[name] for name in ("lr_D", "lr_G", "average", "noise")}
    knobs |= {penalty: tensors["gamma"]} if penalty else {}
    return State({who: tensors[who] for who in ("G", "D")}, {"G": tensors["G_average"]}, memory, knobs, {})


def _move(game: Game, optimiser, who: str, kind: Callable | None = None) -> Function:
    penalty = kind(1.0) if kind else None

    def move(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        played = replace(
            game, loss=_chosen(game, tensors), penalties=(penalty,) if penalty else (), noise=1.0
        )
        state = _state(tensors, penalty.name if penalty else None)
        draw = {name: tensors[name] for name in ("x", "z", "u", "blur_real", "blur_fake")}
        moved, shown = rules.step_of(played, optimiser, state, who, draw)
        found = {who: moved.params[who], f"loss_{who}": shown[who]}
        found |= {f"{who}_{part}": v for part, v in moved.memory[who][who]._asdict().items()}
        if who == "G":
            found["G_average"] = torch.lerp(moved.params["G"], tensors["G_average"], tensors["average"])
        return found

    return move


def _look(game: Game) -> Function:
    def look(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        played = replace(game, loss=_chosen(game, tensors), penalties=(), noise=0.0)
        bound = played.bound({"G": tensors["G_average"], "D": tensors["D"]})
        probe = {"x": tensors["probe_x"], "z": tensors["probe_z"], "grid": tensors["grid"]}
        found = played.view(SimpleNamespace(G=bound.G, D=bound.D), probe)
        if "other" in tensors:
            beside = replace(played, loss=_chosen(game, tensors, "other"))
            found["other_steps"] = beside.asked_steps(tensors["D"], found["x_fake"], tensors["probe_x"])
        return found | ({"landings": bound.G(tensors["mesh"])} if "mesh" in tensors else {})

    return look


def check(game: Game, target: Target):
    """Errors: `ValueError` for a game that has no pieces for a page: labels, images, more than two
    dimensions."""
    if game.classes or target.dim > 2:
        raise ValueError(
            f"a page plays games without labels in one or two dimensions, but {target} in a game with "
            f"classes={game.classes} was given"
        )


def places(game: Game, target: Target, batch_size: int, points: int, mesh: int = 0) -> dict[str, Tensor]:
    """Zeros for every place that the pieces need, in its shape."""
    check(game, target)
    counts = {"G": nets.count(game.generator), "D": nets.count(game.discriminator)}
    shapes: dict[str, tuple[int, ...]] = {"G_average": (counts["G"],)}
    for who, count in counts.items():
        shapes |= {who: (count,), f"{who}_mean": (count,), f"{who}_square": (count,), f"{who}_steps": ()}
    dim, latent = target.dim, game.latent.dim
    shapes |= {"x": (batch_size, dim), "z": (batch_size, latent), "u": (batch_size,)}
    shapes |= {"blur_real": (batch_size, dim), "blur_fake": (batch_size, dim)}
    for name in ("lr_D", "lr_G", "gamma", "noise", "average", "swapped", "sigmoid", "leaked"):
        shapes[name] = ()
    grid = [len(axis) for axis in grid_axes(target)]
    shapes |= {"loss": (len(choices(game)),), "grid": (torch.Size(grid).numel(), dim)}
    shapes |= {"probe_x": (points, dim), "probe_z": (points, latent)}
    shapes |= {"other": shapes["loss"]} if dim == 2 else {}
    shapes |= {"mesh": (mesh, latent)} if mesh else {}
    return {name: torch.zeros(shape) for name, shape in shapes.items()}


def pieces(
    game: Game, target: Target, optimiser, batch_size: int = 128, points: int = 500, mesh: int = 0
) -> Module:
    """The module with which a page plays this game; mesh: so many latents more whose images `look` finds, for
    the density of the fakes in 1-D. Errors: `ValueError`, as `check` has them; `NotImplementedError` for a
    network that can't be compiled."""
    functions = {name: _move(game, optimiser, "D", kind) for name, kind in PENALTIES.items()}
    if nets.count(game.generator):  # fakes that stand still need no move
        functions["move_G"] = _move(game, optimiser, "G")
    functions["look"] = _look(game)
    return compile(functions, places(game, target, batch_size, points, mesh))
