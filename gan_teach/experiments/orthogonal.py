"""A game whose generator pays for its own matrices: BigGAN's orthogonal regularisation, and its control
(Brock et al. 2019, arXiv:1809.11096, 3.1). Chapter 16."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gan_teach import nets
from gan_teach.checks import positive
from gan_teach.game import Game


def crossed(weight: Tensor) -> Tensor:
    """The squared products of any two different filters, added up: |W W^T o (1 - I)|_F^2, [].

    weight [out, in, ...]: a filter is a row, all the numbers that make one output, as PyTorch lays them out.
    (The paper writes W^T W, with filters in columns.)
    """
    rows = weight.flatten(1)
    products = rows @ rows.T
    others = 1 - torch.eye(len(rows), dtype=rows.dtype, device=rows.device)
    return (products * others).square().sum()


def lengths(weight: Tensor) -> Tensor:
    """What `crossed` leaves out: the fourth powers of the filters' lengths, added up, []. A control that
    shrinks and turns nothing."""
    return weight.flatten(1).square().sum(1).square().sum()


def priced(module: nn.Module, flat: Tensor | tuple[Tensor, ...], price: Callable[[Tensor], Tensor]) -> Tensor:
    """The price of all matrices of the module with the parameters `flat` [count] (or its `parts`), [];
    0 where there is none."""
    own = flat if isinstance(flat, tuple) else nets.parts(module, flat)
    return sum((price(part) for part in own if part.ndim > 1), torch.zeros(()))


@dataclass(frozen=True)
class PricedGame(Game):
    """A game of two in which G also minimises beta times the price of its own matrices.

    price: a matrix [out, in, ...] -> a number []. beta: its weight at the beginning; a knob, in a sweep the
    last of a member's `gammas`. Errors: `ValueError` for a weight below 0.
    """

    price: Callable[[Tensor], Tensor] = crossed
    beta: float = 0.0

    def __post_init__(self):
        positive("beta", self.beta, zero=True)
        super().__post_init__()

    def knobs(self):
        return super().knobs() | {"beta": self.beta}

    def _objective_of_g(self, net, draw, knobs):
        value, shown = super()._objective_of_g(net, draw, knobs)
        return value + knobs["beta"] * priced(*net.G.args, self.price), shown

    def _both_objectives(self, net, draw, knobs):
        value, shown = super()._both_objectives(net, draw, knobs)
        return value + knobs["beta"] * priced(*net.G.args, self.price), shown
