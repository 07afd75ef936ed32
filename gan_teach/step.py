"""One pure step(state, batch) -> (state, stats), and what runs it: eager, traced, or mapped over many games
at once.

All randomness comes in with the batch and every rate is a tensor in the state, so the step is a plain
function of tensors. The same function is traced once and replayed, or mapped over a leading axis of games;
`benchmarks/` has the speeds.
"""

import threading
from collections.abc import Callable
from functools import partial

from torch._functorch.compile_utils import fx_graph_cse
from torch.func import vmap
from torch.fx import GraphModule
from torch.fx.experimental.proxy_tensor import make_fx

from gan_teach.game import Game
from gan_teach.rules import Batch, Rule, State, Stats

Step = Callable[[State, Batch], tuple[State, Stats]]
_ONE_TRACE = (
    threading.Lock()
)  # PyTorch's tracer keeps its state per process: two traces at once spoil each other


def make_step(game: Game, rule: Rule, optimiser) -> Step:
    """The pure step of this game under this rule."""
    return partial(rule.move, game, optimiser)


def traced(step: Step, state: State, batch: Batch) -> Step:
    """Record the step's tensor operations once, on an example, and return what replays them: the same
    numbers, faster.

    Takes about half a second. The replay holds for states and batches of the example's shapes, dtype and
    device.
    """
    with _ONE_TRACE:
        recorded = make_fx(step)(state, batch)
    if any(
        _mutates(node) for node in recorded.graph.nodes
    ):  # a module that works in place: leave the trace as it is
        return recorded
    # The trace holds some work twice (the forward pass of D at real samples serves the loss and R1): keep one
    # of each.
    lean = fx_graph_cse(recorded.graph)
    lean.set_codegen(recorded.graph._codegen)
    lean.eliminate_dead_code()
    return GraphModule(recorded, lean)


def _mutates(node) -> bool:
    return bool(getattr(getattr(node.target, "_schema", None), "is_mutable", False))


def mapped(step: Step) -> Step:
    """The step over many games at once: every tensor of state and batch, and of what comes out, has a leading
    axis."""
    return vmap(step)
