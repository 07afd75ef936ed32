"""Pure PyTorch functions of named tensors, as one WebAssembly module without imports::

    module = compile({"step": step}, {"G": theta, "x": batch})

traces `step(tensors: dict) -> dict` on the example and writes its arithmetic as WebAssembly. Each name is a
place in the module's memory, in single precision and row after row. A function reads places and returns
numbers for some: they are written when it ends, so all that it read is as it was before. A new name makes a
new place. The exported functions take nothing and give nothing; the page and `host` read and write the places
by `layout`. Beside them stand `memory`, and `uniform` and `normal` (address, count, seed, stream), which fill
a place with random numbers (`philox`).

What a trace holds twice is computed once; the same functions and shapes give the same bytes. Differences from
PyTorch in one step are those of the last digits; a product with a constant 0 is 0 even where the other factor
is not finite.
"""

import base64
import gzip
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
import wasmtime
from torch import Tensor
from torch.func import functionalize
from torch.fx.experimental.proxy_tensor import make_fx

from gan_teach.compiled import mathematics, memory, operations, philox
from gan_teach.compiled.values import Constant, Expression, Value, View, rows
from gan_teach.compiled.work import Work
from gan_teach.torch_private import ONE_TRACE, fx_graph_cse

Function = Callable[[dict[str, Tensor]], dict[str, Tensor]]
PAGE = 65536  # bytes: memory comes in such pieces
RESERVED = ("memory", "uniform", "normal")


@dataclass(frozen=True)
class Module:
    """wasm: the binary; text: the same to read; layout: {name: (address in bytes, shape)}; functions: the
    names of those exported; size: bytes of memory in use."""

    wasm: bytes
    text: str
    layout: dict[str, tuple[int, tuple[int, ...]]]
    functions: tuple[str, ...]
    size: int

    def packed(self) -> dict:
        """What a page needs of it, as JSON: the binary compressed, as text, and the layout."""
        return {
            "module": base64.b64encode(gzip.compress(self.wasm, 9, mtime=0)).decode(),
            "layout": {name: [address, list(shape)] for name, (address, shape) in self.layout.items()},
        }


@dataclass
class _Lowered:
    """A function in terms of buffers: its tasks, and which buffers are copied to which places at the end."""

    name: str
    work: Work
    moves: list[tuple[View, View]]  # (place, buffer)


def compile(functions: Mapping[str, Function], example: Mapping[str, Tensor]) -> Module:
    """One module of these functions.

    example: a tensor for each place that is not itself made by an earlier function; only shapes matter.
    Errors: `TypeError` for an example that isn't float32, `ValueError` for a name that the module needs
    itself, `NotImplementedError` for an operation that can't be compiled, with its name and the function's.
    """
    for name in functions:
        if name in RESERVED or not name.isidentifier():
            raise ValueError(f"a function may not be called {name!r}: the module has {', '.join(RESERVED)}")
    for name, tensor in example.items():
        if tensor.dtype != torch.float32:
            raise TypeError(f"places hold float32, but the example for {name!r} is {tensor.dtype}")
    sizes: dict[int, int] = {}
    first = Work(sizes)
    places = {name: first.buffer(tuple(tensor.shape)) for name, tensor in example.items()}
    tensors = {name: tensor.detach() for name, tensor in example.items()}
    data: dict[int, Tensor] = {}
    lowered = []
    for name, function in functions.items():
        try:
            lowered.append(_lower(name, function, tensors, places, sizes, data))
        except NotImplementedError as error:
            raise NotImplementedError(f"{name}: {error}") from None
    return _assemble(lowered, places, data, sizes)


def _recorded(flat, given: list[Tensor]):
    """The operations of a function of tensors: the module that holds its constants, and the graph."""
    # Only shapes matter, so nothing is computed: half of the time.
    trace = make_fx(
        functionalize(flat, remove="mutations"),
        decomposition_table=operations.DECOMPOSED,
        tracing_mode="fake",
        _allow_non_fake_inputs=True,
    )
    with ONE_TRACE:
        traced = trace(*given)
    for node in traced.graph.find_nodes(op="call_function", target=torch.ops.aten.alias.default):
        node.replace_all_uses_with(node.args[0])  # or what is computed of both would be computed twice
    graph = fx_graph_cse(traced.graph)
    graph.eliminate_dead_code()
    return traced, graph


def _certain(node) -> bool:
    """Whether it gives the same numbers whenever it is asked: neither dice, nor memory that nobody filled."""
    dice = torch.Tag.nondeterministic_seeded in getattr(node.target, "tags", ())
    return not dice and not operations.name_of(node).startswith("empty")


def _lower(name, function, tensors: dict, places: dict, sizes: dict, data: dict) -> _Lowered:
    known = list(places)
    returned: list[str] = []

    def flat(*given):
        result = function(dict(zip(known, given)))
        returned[:] = list(result)
        return list(result.values())

    traced, graph = _recorded(flat, [tensors[place] for place in known])
    work = Work(sizes)
    values: dict = {}
    fixed: dict = {}  # what depends on no place is computed now, by PyTorch
    holders = iter(known)
    results: list[Value] = []

    def value_of(node) -> Value:
        if node not in values:
            values[node] = _constant(fixed[node], work, data)
        return values[node]

    for node in graph.nodes:
        if node.op == "placeholder":
            values[node] = places[next(holders)]
        elif node.op == "get_attr":
            fixed[node] = getattr(traced, node.target)
        elif node.op == "call_function" and _certain(node) and all(n in fixed for n in node.all_input_nodes):
            given, named = torch.fx.node.map_arg((node.args, node.kwargs), fixed.__getitem__)
            fixed[node] = node.target(*given, **named)
        elif node.op == "call_function":
            arguments = torch.fx.node.map_arg(list(node.args), value_of)
            value = operations.apply(work, node, arguments)
            # What several need is computed once; masks are cheap and are computed again.
            if isinstance(value, Expression) and len(node.users) > 1 and not value.mask:
                value = work.stand(value)
            values[node] = value
        elif node.op == "output":
            results = [value_of(r) for r in node.args[0]]
    return _finished(name, work, dict(zip(returned, results)), tensors, places, data)


def _constant(tensor: Tensor, work: Work, data: dict) -> Value:
    first = tensor.flatten()[:1]
    if bool((tensor == first).all()) and tensor.numel():  # one number everywhere takes no room
        return Constant(float(first), tuple(tensor.shape))
    view = work.buffer(tuple(tensor.shape))
    data[view.buffer] = tensor.detach().float().contiguous()
    return view


def _finished(name, work: Work, results: dict, tensors: dict, places: dict, data: dict) -> _Lowered:
    """The results brought to their places; names that are new become places."""
    standing = {view.buffer for view in places.values()} | set(data)
    moves: list[tuple[View, View]] = []
    taken: set[int] = set()
    for place, value in results.items():
        home = places.get(place)
        if home is not None and tuple(value.shape) != home.shape:
            raise ValueError(
                f"{name} gives {place!r} the shape {list(value.shape)}, but it has {list(home.shape)}"
            )
        if value == home:
            continue
        view = work.in_rows(value)
        if view.buffer in standing | taken or view.offset or math.prod(view.shape) != work.sizes[view.buffer]:
            view = work.copied(view)  # a part of something, or somebody else's
        taken.add(view.buffer)
        if home is not None:
            moves.append((home, view))
        else:
            places[place] = view.changed(view.shape, rows(view.shape))
            tensors[place] = torch.zeros(value.shape)
    work.settle()
    return _Lowered(name, work, moves)


def _assemble(lowered: list[_Lowered], places: dict, data: dict, sizes: dict) -> Module:
    keep = list(dict.fromkeys([*(view.buffer for view in places.values()), *data]))
    standing, base = memory.kept(sizes, keep)
    kernels: dict[str, str] = {}  # body: name
    exports, top = [], base
    for function in lowered:
        ends = [view.buffer for _, view in function.moves]
        shared, reached = memory.shared(sizes, base, function.work.tasks, ends, standing)
        top = max(top, reached)
        exports.append(_exported(function, {**standing, **shared}, kernels))
    code = "\n".join(text.replace("$NAME", f"${name}") for text, name in kernels.items()) + "\n".join(exports)
    helpers = "\n".join(mathematics.called(code + philox.FILLING))
    segments = "".join(_data(standing[buffer], tensor) for buffer, tensor in data.items())
    pages = -(-(top + 64) // PAGE)
    text = f'(module (memory (export "memory") {pages})\n{helpers}\n{philox.FILLING}\n{code}\n{segments})'
    layout = {name: (standing[view.buffer], view.shape) for name, view in places.items()}
    names = tuple(function.name for function in lowered)
    return Module(bytes(wasmtime.wat2wasm(text)), text, layout, names, top)


def _exported(function: _Lowered, at: dict[int, int], kernels: dict[str, str]) -> str:
    def address(view: View) -> int:
        return at[view.buffer] + 4 * view.offset

    lines = []
    for task in function.work.tasks:
        name = kernels.setdefault(task.text("NAME", address), f"k{len(kernels)}")
        lines.append(task.call(name, address))
    for place, view in function.moves:
        count = 4 * math.prod(place.shape)
        lines.append(
            f"(memory.copy (i32.const {address(place)}) (i32.const {address(view)}) (i32.const {count}))"
        )
    return f'(func (export "{function.name}")\n' + "\n".join(lines) + ")"


def _data(address: int, tensor: Tensor) -> str:
    content = "".join(f"\\{byte:02x}" for byte in tensor.numpy().tobytes())
    return f'(data (i32.const {address}) "{content}")'
