"""The arithmetic of one player's step on a flat vector of parameters: Adam, Adam in place, plain gradient
descent."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from gan_teach.checks import one_of, positive


class Memory(NamedTuple):
    """What an optimiser remembers about one player: two running means [count] and the number of its steps,
    []."""

    mean: Tensor
    square: Tensor
    steps: Tensor


@dataclass(frozen=True)
class Adam:
    """Adam (Kingma and Ba 2015, arXiv:1412.6980) on a flat vector; `torch.optim.Adam` step for step.

    in_place: whether a step is written over the parameters that it is given. Every optimiser says so.
    """

    in_place = False
    beta1: float = 0.5
    beta2: float = 0.999
    eps: float = 1e-8

    def __post_init__(self):
        for name in ("beta1", "beta2"):
            if not 0 <= positive(name, getattr(self, name), zero=True) < 1:
                raise ValueError(
                    f"{name} must be at least 0 and below 1, but {getattr(self, name)!r} was given"
                )
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
        """The same arithmetic, to be differentiated through: a floor keeps the slope of the root finite where
        a parameter's slope is 0 (a unit that is switched off), and moves no step by more than a
        ten-thousandth of eps."""
        return _SmoothAdam(self.beta1, self.beta2, self.eps)


class _SmoothAdam(Adam):
    @staticmethod
    def _root(square):
        return (square + 1e-24).sqrt()


@dataclass(frozen=True)
class FusedAdam(Adam):
    """The same arithmetic in one pass of PyTorch's own over the parameters, written over the old ones: for
    networks of a million parameters, where Adam's ten passes over memory take longer than the gradients.
    Chapters 12 and 13."""

    in_place = True

    def step(self, w, slope, memory, lr):
        """One step of w [count] down the slope, [count] or as the module's parts; w and memory are changed
        and returned."""
        slopes = slope if isinstance(slope, tuple) else (slope,)
        sizes = [s.numel() for s in slopes]
        places, means, squares = (
            [part.view(s.shape) for part, s in zip(flat.split(sizes), slopes)]
            for flat in (w, memory.mean, memory.square)
        )
        memory.steps.add_(1)
        torch._fused_adam_(
            places,
            [s.contiguous() for s in slopes],
            means,
            squares,
            [],
            [memory.steps] * len(slopes),
            lr=lr,
            beta1=self.beta1,
            beta2=self.beta2,
            eps=self.eps,
            amsgrad=False,
            weight_decay=0.0,
            maximize=False,
        )
        return w, memory

    def differentiable(self):
        """Errors: `ValueError`, because steps written over each other leave nothing to differentiate."""
        raise ValueError(
            'optimiser="fused adam" can\'t be differentiated through: use "adam" with rules.Unrolled'
        )


@dataclass(frozen=True)
class SGD:
    """Plain gradient descent, the rule that theory speaks of."""

    in_place = False

    def step(self, w: Tensor, slope: Tensor, memory: Memory, lr: Tensor) -> tuple[Tensor, Memory]:
        """One step of w [count] down the slope [count]."""
        return w - lr * slope, memory._replace(steps=memory.steps + 1)

    def differentiable(self) -> "SGD":
        """Itself: its arithmetic has no corner."""
        return self


OPTIMISERS = {"adam": Adam(), "fused adam": FusedAdam(), "sgd": SGD()}


def get(optimiser):
    """The optimiser of that name, or the optimiser itself. Errors: `ValueError` for an unknown name."""
    return OPTIMISERS[one_of("optimiser", optimiser, OPTIMISERS)] if isinstance(optimiser, str) else optimiser
