"""What a page needs to train a game itself: the compiled moves, the laws as plain numbers, and the settings.

A page draws from a law as this module writes it: a row by chance, and around it a spread times a standard
normal number ("normal") or one between -1 and 1 ("box"). A curve with noise is many rows along it.
"""

import base64
import math

import numpy as np
import torch
from torch import nn

from gan_teach import nets, optimisers, penalties, rules, targets
from gan_teach.compiled import program
from gan_teach.game import Game, grid_axes
from gan_teach.laws import Mixture, NoDensityError, NoisyCurve, Uniform
from gan_teach.live.errors import ERRORS
from gan_teach.live.settings import FALLS, MOVERS, counts, setting
from gan_teach.own_points import Points
from gan_teach.targets import Target

ALONG, MOST_ROWS = 400, 2000  # rows of a curve; of points that a page can hold
POINTS = 500  # samples of a picture
MESH = 2001  # latents whose images give the density of the fakes in 1-D
SHEET = 11  # latents each way whose images are drawn as a sheet in the plane
PENALTY_MOVES = {"none": "move_D", "R1": "move_D_r1", "gradient penalty": "move_D_gp"}
# Over how many steps the thief that is shown is averaged: the share that the average keeps at each step.
AVERAGES = {"as it is": 0.0, "over 10 steps": 0.9, "over 100 steps": 0.99, "over 1,000 steps": 0.999}
D_STEPS = (1, 2, 3, 5, 10)  # for one of G
OF_G = ("mover", "lr_g", "n_d", "average")  # of no use where the fakes stand still
CHOICES = {
    1: {
        "one hump": targets.gaussian(1.0, 0.5),
        "two humps": targets.bimodal(3.0, 0.4),
        "uniform": targets.uniform(),
    },
    2: {
        "ring of 8": targets.ring(),
        "grid of 25": targets.grid(),
        "two moons": targets.two_moons(),
        "spiral": targets.spiral(),
        "line": targets.line(),
    },
}


def encoded(numbers) -> str:
    """Numbers in single precision as text."""
    return base64.b64encode(np.ascontiguousarray(numbers, "<f4").tobytes()).decode()


def law(target: Target) -> dict | None:
    """The target as rows, spreads and shares; None for a kind that a page can't draw from."""
    if isinstance(target, Mixture):
        rows, spread, kernel, weights = target.means, target.stds, "normal", target.weights
    elif isinstance(target, Uniform):
        middle, half = (target.high + target.low) / 2, (target.high - target.low) / 2
        rows, spread, kernel = torch.full((1, target.dim), middle), torch.tensor([half]), "box"
        weights = torch.ones(1)
    elif isinstance(target, NoisyCurve):
        t = (torch.arange(ALONG, dtype=torch.float64) + 0.5) / ALONG
        rows, spread, kernel = target.curve(t), torch.full((ALONG,), target.std), "normal"
        weights = torch.ones(ALONG)
    elif isinstance(target, Points) and len(target.rows) <= MOST_ROWS:
        rows = target.rows
        spread, kernel, weights = torch.zeros(len(rows)), "normal", torch.ones(len(rows))
    else:
        return None
    found = {"dim": target.dim, "rows": encoded(rows), "kernel": kernel}
    # What is the same for all rows is said once.
    found["spread"] = encoded(spread[:1] if bool((spread == spread[0]).all()) else spread)
    if not bool((weights == weights[0]).all()):
        found["shares"] = encoded((weights.double() / weights.double().sum()).cumsum(0))
    return found


def drawn(target: Target) -> dict | None:
    """A target to choose: its law, where it is drawn, and what can be counted."""
    found = law(target)
    if found is None or (target.own_scale != 1).any():
        return None
    found["window"] = [list(map(float, side)) for side in target.window]
    if target.modes is not None and len(target.modes) > 1 and target.std:
        weights = torch.ones(len(target.modes)) if target.weights is None else target.weights.float()
        found |= {
            "modes": encoded(target.modes),
            "std": target.std,
            "weights": encoded(weights / weights.sum()),
        }
    if target.dim == 1:
        try:
            found["density"] = encoded(target.density(grid_axes(target)[0]))
        except NoDensityError:
            pass
    return found


def bounds(net: nn.Module) -> list[list[float]] | None:
    """How large parameters may be at the start, by PyTorch's rule for linear layers: [[how many, bound], ...]
    in their order; None for a network with other layers. A network without parameters has none."""
    found = []
    for part in net.modules():
        own = [p.numel() for p in part.parameters(recurse=False)]
        if own and not isinstance(part, nn.Linear):
            return None
        if own:
            found.append([sum(own), float(np.float32(1 / math.sqrt(part.in_features)))])
    return found


def lesson(
    game: Game,
    target: Target,
    choices: dict[str, Target] | None = None,
    *,
    rule="alternating",
    lr_g: float = 1e-3,
    lr_d: float = 1e-3,
    optimiser="adam",
    batch_size: int = 128,
    seed: int = 0,
) -> dict | None:
    """All that a page trains with, as JSON; choices: the targets that it offers, by name.

    None where a page can't train: labels, images, other layers than linear ones, another rule than taking
    turns, several penalties, or an operation that isn't compiled.
    """
    rule, optimiser = rules.get(rule), optimisers.get(optimiser)
    others = {n: t for n, t in CHOICES.get(target.dim, {}).items() if n != target.name}
    offered = {target.name: target, **others} if choices is None else choices
    chosen = {name: found for name, t in offered.items() if (found := drawn(t))}
    own = next((name for name, t in offered.items() if t is target), None)
    starts = {"G": bounds(game.generator), "D": bounds(game.discriminator)}
    if own not in chosen or None in starts.values() or not _playable(game, target, rule):
        return None
    mesh = {(1, 1): MESH, (2, 2): SHEET**2}.get((target.dim, game.latent.dim), 0)
    try:
        module = program.pieces(game, target, optimiser, batch_size, POINTS, mesh)
    except NotImplementedError:
        return None
    losses, values = program.choices(game), _values(game, rule, lr_g, lr_d) | {"target": own}
    return {
        **module.packed(),
        "starts": starts,
        "latent": law(game.latent),
        "targets": chosen,
        "losses": {
            name: {"neutral": loss.neutral, "levels": [loss.d_equilibrium, loss.g_equilibrium]}
            for name, loss in losses.items()
        },
        "moves": PENALTY_MOVES,
        "values": values,
        "controls": [
            control
            for control in controls(values, list(losses), list(chosen), target.dim == 2)
            if starts["G"] or control["name"] not in OF_G
        ],
        "errors": ERRORS,
        "averages": AVERAGES,
        "falls": FALLS,
        "dim": target.dim,
        "seed": seed,
    }


PENALTIES = {"R1": penalties.r1, "gradient penalty": penalties.gradient_penalty}
GAMMA = 0.1  # the weight of a penalty that the game doesn't have yet


def penalty_of(game: Game) -> str | None:
    """What the game's penalty is called among the settings; None for another one, or several."""
    found = [penalty.name for penalty in game.penalties]
    return next(
        (name for name, make in PENALTIES.items() if [make(1.0).name] == found), None if found else "none"
    )


def _playable(game: Game, target: Target, rule) -> bool:
    """Whether a page has moves for this game: turns, one penalty at most, no labels, and a picture."""
    pictured = target.dim == 2 or (target.dim == 1 and game.latent.dim == 1)
    turns = isinstance(rule, rules.Alternating) and rule.first == "D" and rule.clip is None
    return pictured and turns and bool(penalty_of(game)) and not game.classes and law(game.latent) is not None


def settings_of(game: Game) -> dict:
    """The settings that a game brings with it."""
    gamma = game.penalties[0].gamma if game.penalties else GAMMA
    return {"loss": game.loss.name, "penalty": penalty_of(game), "gamma": gamma, "noise": game.noise}


def _values(game: Game, rule, lr_g: float, lr_d: float) -> dict:
    """Where the settings stand at first."""
    moves = rule.generator_moves and nets.count(game.generator) > 0
    return {
        "mover": "thief only" if rule.n_d == 0 else "both" if moves else "police only",
        "lr_d": lr_d,
        "lr_g": lr_g,
        "rates": "constant",
        "n_d": str(max(1, rule.n_d)),
        **settings_of(game),
        "average": "as it is",
        "other": "none",
        "error": "none",
        "pace": "10 steps",
    }


def controls(values: dict, losses: list[str], offered: list[str], plane: bool) -> list[dict]:
    """What a reader may change on a page."""
    listed = [
        setting("pace", ["each step", "10 steps", "many steps"]),
        setting("mover", MOVERS),
        setting("lr_d"),
        setting("lr_g"),
        setting("rates", list(FALLS)),
        setting("n_d", counts(int(values["n_d"]), D_STEPS)),
        setting("loss", losses),
        setting("penalty", list(PENALTY_MOVES)),
        setting("gamma"),
        setting("noise"),
        setting("average", list(AVERAGES)),
        *([setting("other", ["none", *losses])] if plane else []),
        setting("error", list(ERRORS)),
        setting("target", offered),
    ]
    return [one.control(values[one.name]) for one in listed]
