"""The random numbers of every step, drawn in blocks, a pure function of the seed and the step."""

import numpy as np
import torch
from torch import Tensor

from gan_teach.players import AnyGame, Draw

BLOCK = 64  # steps whose random numbers are drawn at once; part of what a seed means


class Batches:
    """`batches(t)` is what step t draws: a dict of tensors [moves, batch_size, ...], one draw for each move
    of the step.

    A pure function of the seed and t. So a training that was interrupted goes on exactly as if it had not
    been, and a plain
    loop can play the same game: `x, z = batches(t)["x"], batches(t)["z"]`.
    """

    def __init__(
        self, game: AnyGame, target, batch_size: int, n_d: int = 1, seed: int = 0, device="cpu",
        dtype=torch.float32, moves: int | None = None,
    ):  # fmt: skip
        self.game, self.target, self.batch_size = game, target, batch_size
        self.moves = n_d + 1 if moves is None else moves
        self.seed, self.device, self.dtype = seed, device, dtype
        self._number, self._block = -1, dict[str, Tensor]()

    def __call__(self, t: int) -> Draw:
        number, i = divmod(t, BLOCK)
        if number != self._number:
            self._number, self._block = number, self.block(number)
        return {name: part[i] for name, part in self._block.items()}

    def block(self, number: int) -> Draw:
        """The draws of the `BLOCK` steps from number * BLOCK on, in one: every tensor with a leading axis of
        steps."""
        with torch.inference_mode(
            False
        ):  # a block may be drawn in the middle of a training and used outside it
            mixed = np.random.SeedSequence([self.seed, number]).generate_state(1, np.uint64)
            generator = torch.Generator().manual_seed(int(mixed[0]) >> 1)
            drawn = self.game.block((BLOCK, self.moves, self.batch_size), self.target, generator)
            return {name: placed(part, self.device, self.dtype) for name, part in drawn.items()}


def placed(part: Tensor, device, dtype) -> Tensor:
    """The tensor on the device, and in this precision if its numbers are not whole."""
    return part.to(device, dtype if part.is_floating_point() else part.dtype)
