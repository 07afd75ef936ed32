"""From a slope to the next parameters: Adam, Adam in one pass for large networks, plain gradient descent.
Pure functions."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from gan_teach.checks import one_of, positive
from gan_teach.torch_private import fused_adam_


class Memory(NamedTuple):
    """What an optimiser remembers of one network: two running means [count] and the number of its steps,
    []."""

    mean: Tensor
    square: Tensor
    steps: Tensor


@dataclass(frozen=True)
class Adam:
    """Adam (Kingma and Ba 2015, arXiv:1412.6980) on a flat vector; `torch.optim.Adam` step for step."""

    beta1: float = 0.5
    beta2: float = 0.999
    eps: float = 1e-8
    in_parts = False  # whether slopes come in the shapes of the module's parameters, or as one vector
    can_be_mapped = True  # over many games at once

    def __post_init__(self):
        for name in ("beta1", "beta2"):
            if not 0 <= positive(name, getattr(self, name), zero=True) < 1:
                raise ValueError(
                    f"{name} must be at least 0 and below 1, but {getattr(self, name)!r} was given"
                )
        positive("eps", self.eps)

    def start(self, w: Tensor) -> Memory:
        """What is remembered before the first step of w [count]."""
        return Memory(torch.zeros_like(w), torch.zeros_like(w), w.new_zeros(()))

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
    """The same arithmetic in one pass of PyTorch's own over the parameters: for networks of a million
    parameters, where Adam's ten passes over memory take longer than the gradients. It works on copies, so a
    step that is interrupted leaves the state as it was. Chapters 12 and 13."""

    in_parts = True
    can_be_mapped = False

    def step(self, w, slope, memory, lr):
        """One step of w [count] down the slope, [count] or as the module's parts."""
        slopes = slope if isinstance(slope, tuple) else (slope,)
        w, (mean, square, steps) = w.clone(), (memory.mean.clone(), memory.square.clone(), memory.steps + 1)
        sizes = [s.numel() for s in slopes]
        places, means, squares = (
            [part.view(s.shape) for part, s in zip(flat.split(sizes), slopes)] for flat in (w, mean, square)
        )
        # The GPU's kernel wants these two in single precision.
        counted, rate = (steps.float(), lr.float()) if w.is_cuda else (steps, lr)
        fused_adam_(
            places,
            [s.contiguous() for s in slopes],
            means,
            squares,
            [],
            [counted] * len(slopes),
            lr=rate,
            beta1=self.beta1,
            beta2=self.beta2,
            eps=self.eps,
            amsgrad=False,
            weight_decay=0.0,
            maximize=False,
        )
        return w, Memory(mean, square, steps)

    def differentiable(self):
        """Errors: `ValueError`, because PyTorch's single pass has no slope."""
        raise ValueError(
            'optimiser="fused adam" can\'t be differentiated through: use "adam" with rules.Unrolled'
        )


@dataclass(frozen=True)
class SGD:
    """Plain gradient descent, the rule that theory speaks of."""

    in_parts = False
    can_be_mapped = True

    def start(self, w: Tensor) -> Memory:
        """As for Adam, so that a training may change from one to the other; only the number of steps is
        used."""
        return Memory(torch.zeros_like(w), torch.zeros_like(w), w.new_zeros(()))

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
