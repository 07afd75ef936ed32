"""One pure step(state, batch) -> (state, shown), and what runs it: eager, traced, captured on a GPU, or
mapped over games.

All randomness comes in with the batch and every rate is a tensor in the state, so the step is a plain
function of tensors. The same function is traced once and replayed, captured as one CUDA graph, or mapped over
a leading axis of games; `benchmarks/` has the speeds.
"""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.func import vmap
from torch.fx import GraphModule
from torch.fx.experimental.proxy_tensor import make_fx

from gan_teach.players import AnyGame, Batch, Shown, State
from gan_teach.rules import Rule, seat
from gan_teach.torch_private import ONE_TRACE, fx_graph_cse, tree_map

Step = Callable[[State, Batch], tuple[State, Shown]]


def make_step(game: AnyGame, rule: Rule, optimiser) -> Step:
    """The pure step of this game under this rule."""

    def step(state: State, batch: Batch) -> tuple[State, Shown]:
        turned = {name: state.knobs[name] * by for name, by in batch.factors.items()}
        moved, shown = rule.move(game, optimiser, state.with_knobs(turned), batch.draws)
        if state.carried:
            draw = {**seat(batch.draws, -1), **state.carried}
            moved = moved._replace(carried=game.carry(game.bound(moved.params), draw, moved.knobs))
        return moved._replace(knobs=state.knobs, averages=_averaged(state, moved)), shown

    return step


def _averaged(before: State, after: State) -> dict[str, Tensor]:
    """The running averages of the networks that moved: each keeps the share `average` of what it was."""
    found = {}
    for name, average in before.averages.items():
        now = after.params[name]
        moved = now is not before.params[name]
        found[name] = torch.lerp(now, average, after.knobs["average"].to(now.dtype)) if moved else average
    return found


def traced(step: Step, state: State, batch: Batch) -> Step:
    """Record the step's tensor operations once, on an example, and return what replays them: the same
    numbers, faster.

    Takes about half a second. The replay holds for states and batches of the example's shapes, dtype and
    device.
    """
    with ONE_TRACE:
        recorded = make_fx(step)(state, batch)
    copies = _count(recorded, COPY)
    if any(_writes_elsewhere(node) for node in recorded.graph.nodes):
        return recorded  # a step that works in place: leave the trace as it is
    # In a trace nobody asks for slopes any more, and a tensor without its past is the tensor itself.
    for node in [node for node in recorded.graph.nodes if node.target is torch.ops.aten.detach.default]:
        node.replace_all_uses_with(node.args[0])
        recorded.graph.erase_node(node)
    # The trace holds some work twice (the forward pass of D at real samples serves the loss and R1, that at
    # shared fakes serves both players): keep one of each.
    lean = fx_graph_cse(recorded.graph)
    lean.set_codegen(recorded.graph._codegen)
    lean.eliminate_dead_code()
    lighter = GraphModule(recorded, lean)
    # Adam in one pass writes on copies: two of one tensor must stay two.
    return lighter if _count(lighter, ADAM) == 0 or _count(lighter, COPY) == copies else recorded


ADAM, COPY = torch.ops.aten._fused_adam_, torch.ops.aten.clone


def _count(traced: GraphModule, operation) -> int:
    return sum(getattr(node.target, "overloadpacket", None) is operation for node in traced.graph.nodes)


def _writes_elsewhere(node) -> bool:
    """Whether it writes on a tensor, which may be anybody's; Adam in one pass writes on copies of its own."""
    schema = getattr(node.target, "_schema", None)
    return bool(getattr(schema, "is_mutable", False)) and node.target.overloadpacket is not ADAM


def mapped(step: Step) -> Step:
    """The step over many games at once: every tensor of state and batch, and of what comes out, has a leading
    axis."""
    return vmap(step)


def captured(step: Step, state: State, batch: Batch, record: Callable | None = None) -> Step:
    """The step as one CUDA graph: recorded once, then started with a single call, so that the GPU never waits
    for Python.

    The graph reads and writes tensors of its own; a call copies state and batch in and hands out copies, so
    it is as pure as the step. record: called with a function without arguments; returns what plays it again,
    and where its results then stand. By default a CUDA graph (tests pass one that needs no GPU). Holds for
    the example's shapes, dtype and device.
    """
    here_state, here_batch = tree_map(torch.clone, (state, batch))
    lean = traced(step, here_state, here_batch)
    record = record or partial(_cuda_graph, device=next(iter(state.params.values())).device)
    replay, out = record(lambda: lean(here_state, here_batch))

    def run(state: State, batch: Batch) -> tuple[State, Shown]:
        tree_map(lambda to, given: to.copy_(given), (here_state, here_batch), (state, batch))
        replay()
        return tree_map(torch.clone, out)

    return run


def _cuda_graph(play: Callable, device: torch.device) -> tuple[Callable[[], None], object]:
    """Record what `play` does on this GPU, after three tries on a side stream, as PyTorch's notes on CUDA
    graphs ask for."""
    with torch.cuda.device(device):
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                play()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            out = play()

    def replay():
        with torch.cuda.device(device):
            graph.replay()

    return replay, out
