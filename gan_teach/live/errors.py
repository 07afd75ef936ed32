"""Errors to try: what each does to a game, in words and in fact. A page has them compiled into its moves
(`compiled.program`); a kernel plays the game that `with_error` gives.
"""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from gan_teach.checks import one_of
from gan_teach.game import Game
from gan_teach.own_points import Points

# Their names, and what a reader is told.
ERRORS = {
    "none": "",
    "labels exchanged": "D is taught that the real are fake and the fake real. It learns just that and is "
    "wrong about most (a Wasserstein critic, whose number is no verdict, gives the fakes the higher one), "
    "and G is praised for pictures that have nothing to do with the data.",
    "a second sigmoid": "D's answer passes one sigmoid more than the loss expects. With the log losses what "
    "the loss sees stays between 0.5 and 0.73 (the numbers at the side are D's own answer), and D's loss "
    "can't fall below 1.006, however well D tells real from fake.",
    "gradients not cleared": "G's gradient still holds what D's step left in it, the wish to be found out. "
    "With the minimax and the Wasserstein loss the two cancel everywhere and G stands still; with the "
    "non-saturating one they cancel where D is undecided.",
    "no noise": "Every z is 0. G makes one and the same picture of it, however long it trains.",
}

Objective = Callable[[Tensor | None, Tensor], Tensor]


def _squashed(objective: Objective) -> Objective:
    def squashed(real: Tensor | None, fake: Tensor) -> Tensor:  # a G that doesn't see the real ones gets None
        return objective(None if real is None else torch.sigmoid(real), torch.sigmoid(fake))

    return squashed


def with_error(game: Game, error: str) -> Game:
    """The game with one of ERRORS made in it. Errors: `ValueError` for another name."""
    loss = game.loss
    if one_of("error", error, ERRORS) == "none":
        return game
    if error == "no noise":
        return replace(game, latent=Points(torch.zeros(1, game.latent.dim), "no noise"))
    if error == "labels exchanged":
        changed = replace(loss, d=lambda real, fake: loss.d(fake, real))
    elif error == "a second sigmoid":
        changed = replace(loss, d=_squashed(loss.d), g=_squashed(loss.g))
    else:
        changed = replace(
            loss, g=lambda real, fake: loss.g(real, fake) + loss.d(real, fake), g_sees_real=True
        )
    return replace(game, loss=changed)
