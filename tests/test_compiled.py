"""Functions compiled to WebAssembly give PyTorch's numbers: each operation by itself, and random programs."""

import itertools
import math
import random

import numpy as np
import pytest
import torch
from scipy import stats
from torch.nn import functional as F

from gan_teach.compiled import operations, philox
from gan_teach.compiled.compiler import compile
from gan_teach.compiled.host import Host

wasmtime = pytest.importorskip("wasmtime")


def draws(seed=0):
    return torch.Generator().manual_seed(seed)


def compare(functions: dict, example: dict, tolerance: float = 5e-6, calls: int = 1) -> Host:
    """Every function once (or some calls on), in PyTorch and compiled, from the same places."""
    host = Host(compile(functions, example))
    places = {name: tensor.clone() for name, tensor in example.items()}
    for name, tensor in places.items():
        host[name] = tensor.numpy()
    for _ in range(calls):
        for name, function in functions.items():
            host.call(name)
            wanted = function(dict(places))
            for place, tensor in wanted.items():
                here, there = host[place], tensor.detach().float().numpy()
                assert here.shape == there.shape
                assert np.array_equal(np.isnan(here), np.isnan(there)), (name, place)
                with np.errstate(invalid="ignore"):
                    off = np.abs(here - there) / (1 + np.abs(there))
                same = (here == there) | np.isnan(there)
                assert np.all(same | (off < tolerance)), (name, place, np.nanmax(off))
            places |= wanted
    return host


def one(function, *tensors, tolerance=5e-6):
    """A function of tensors by itself."""
    names = [f"in{i}" for i in range(len(tensors))]
    compare(
        {"run": lambda t: {"out": function(*(t[n] for n in names))}},
        dict(zip(names, tensors)),
        tolerance,
    )


UNARY = (
    "neg abs sqrt exp log log1p tanh sigmoid reciprocal rsqrt relu sin cos square sign floor ceil round trunc"
)
POSITIVE = {"sqrt", "log", "log1p", "rsqrt", "reciprocal"}


@pytest.mark.parametrize("name", UNARY.split())
def test_an_operation_of_one_tensor(name):
    shapes = [(), (5,), (64,), (3, 7), (2, 3, 5)]
    example = {f"x{i}": 4 * torch.randn(s, generator=draws(i)) for i, s in enumerate(shapes)}
    if name in POSITIVE:
        example = {key: x.abs() + 0.01 for key, x in example.items()}
    operation = getattr(torch, name)
    compare({"run": lambda t: {f"of_{key}": operation(x) for key, x in t.items()}}, example)


SHAPES = [((5,), (5,)), ((4, 8), (8,)), ((4, 8), (4, 1)), ((3, 1, 5), (2, 1)), ((), (3, 4)), ((6, 1), (1, 7))]


@pytest.mark.parametrize("name", "add sub mul div maximum minimum gt ge lt le eq ne pow logical_and".split())
def test_an_operation_of_two_tensors_that_broadcast(name):
    example, pairs = {}, []
    for i, (a, b) in enumerate(SHAPES):
        x, y = torch.randn(a, generator=draws(i)), torch.randn(b, generator=draws(i + 50))
        example |= {f"x{i}": x.abs() if name == "pow" else x, f"y{i}": y}
        pairs.append((f"x{i}", f"y{i}"))
    operation = getattr(torch, name)
    compare({"run": lambda t: {f"of_{x}": operation(t[x], t[y]) for x, y in pairs}}, example)


REDUCED = [
    ((7,), (0,)),
    ((8, 6), (0,)),
    ((8, 6), (1,)),
    ((8, 64), (1,)),
    ((8, 6), (0, 1)),
    ((3, 4, 5), (1,)),
    ((3, 4, 5), (0, 2)),
    ((3, 4, 8), (0, 2)),
    ((1, 5), (0,)),
    ((5, 1), (1,)),
    ((4, 4, 4), (0, 1, 2)),
]


@pytest.mark.parametrize("name", ["sum", "mean", "amax", "amin"])
@pytest.mark.parametrize("keep", [False, True])
def test_a_reduction(name, keep):
    example = {f"x{i}": torch.randn(s, generator=draws(i)) for i, (s, _) in enumerate(REDUCED)}
    operation = getattr(torch, name)
    compare(
        {
            "run": lambda t: {
                f"out{i}": operation(2 * t[f"x{i}"] + 1, axes, keep) for i, (_, axes) in enumerate(REDUCED)
            }
        },
        example,
    )


@pytest.mark.parametrize("m", [1, 2, 3, 4, 5, 8, 13])
def test_a_product_of_any_shape_and_lie(m):
    for n, k in itertools.product((1, 2, 3, 4, 5, 8, 12, 17), (1, 2, 3, 4, 7, 8, 12, 33)):
        if (m + n + k) % 3:  # a third of them, evenly
            continue
        left, right = (n + k) % 2, (n // 2 + k) % 2
        a = torch.randn((k, m) if left else (m, k), generator=draws(n))
        b = torch.randn((n, k) if right else (k, n), generator=draws(k))
        one(lambda a, b, left=left, right=right: (a.t() if left else a) @ (b.t() if right else b), a, b)


PROGRAMS = {
    "permute": lambda x: x.permute(2, 0, 1) + 1,
    "a permuted one in rows": lambda x: x.permute(2, 0, 1).reshape(-1) * 2,
    "slice": lambda x: x[1:, :, ::2] * 1,
    "a slice from the end": lambda x: x[-2:, :, -3:] + 0,
    "select": lambda x: x[:, -1] + x[:, 0],
    "cat along 0": lambda x: torch.cat([x, x * 2]),
    "cat along 1": lambda x: torch.cat([x, x.exp(), x[:, :1]], 1),
    "cat along 2": lambda x: torch.cat([x, x[..., :3]], -1),
    "cat of a mask": lambda x: torch.cat([(x > 0).float(), x]),
    "stack": lambda x: torch.stack([x, x + 1], 1),
    "chunk": lambda x: x.chunk(2, 2)[1] * 3,
    "split": lambda x: x.split(2, 2)[-1] + 0,
    "expand": lambda x: x[:, :1].expand(4, 3, 5) * 1 + x[0],
    "unsqueeze": lambda x: x.unsqueeze(1) * x.unsqueeze(0),
    "where": lambda x: torch.where(x > 0, x, x * 0.2),
    "where of numbers": lambda x: torch.where(x > 0, 1.0, 0.0) * x,
    "both masks": lambda x: ((x > 0) & (x < 1)).float().sum(),
    "either mask": lambda x: ((x > 0) | (x < -1)).float().sum(),
    "no mask": lambda x: (~(x > 0)).float() * x,
    "a mask times": lambda x: (x > 0) * x,
    "a mask returned": lambda x: x > 0,
    "clamp": lambda x: x.clamp(-0.5, 0.5),
    "clamp below": lambda x: x.clamp(min=0.1),
    "softmax": lambda x: F.softmax(x, -1),
    "log softmax": lambda x: F.log_softmax(x, -1),
    "logsumexp": lambda x: x.logsumexp(1),
    "variance": lambda x: x.var(0),
    "deviation": lambda x: x.std((0, 1)),
    "norm": lambda x: x.norm(dim=-1),
    "silu": F.silu,
    "softplus": F.softplus,
    "softplus far out": lambda x: F.softplus(100 * x),
    "layer norm": lambda x: F.layer_norm(x, (5,)),
    "batch norm": lambda x: F.batch_norm(x[:, :, 0], None, None, training=True),
    "products of stacks": lambda x: x @ x.transpose(1, 2),
    "einsum": lambda x: torch.einsum("abc,abd->acd", x, x),
    "matrix times vector": lambda x: x[0] @ x[0, 0],
    "inner product": lambda x: x[0, 0] @ x[1, 0],
    "largest of all": lambda x: x.max(),
    "cube": lambda x: x**3,
    "one over a square": lambda x: x**-2,
    "power and a half": lambda x: x.abs() ** 1.5,
    "two to the": lambda x: 2**x,
    "less than one": lambda x: 1 - x,
    "addcmul": lambda x: torch.addcmul(x, x, x, value=0.5),
    "lerp": lambda x: torch.lerp(x, x * 2, 0.3),
    "remainder": lambda x: torch.remainder(x, 0.22),
    "a constant tensor": lambda x: x * torch.tensor([1.0, 2, 3, 4, 5]),
    "times nothing": lambda x: x * 0 + 1,
    "slope": lambda x: torch.func.grad(lambda y: (y.abs() * y.tanh()).sum())(x),
    "slope of slopes": lambda x: torch.func.grad(
        lambda y: (torch.func.grad(lambda q: (F.softplus(q) ** 2).sum())(y) ** 2).sum()
    )(x),
    "slope of batch norm": lambda x: torch.func.grad(
        lambda y: (F.batch_norm(y.sum(2), None, None, training=True) ** 3).sum()
    )(x),
    "slope of layer norm": lambda x: torch.func.grad(lambda y: (F.layer_norm(y, (5,)) ** 3).sum())(x),
    "slope of a softmax": lambda x: torch.func.grad(lambda y: (F.log_softmax(y, -1) ** 2).sum())(x),
    "mapped": lambda x: torch.func.vmap(lambda y: (y @ y.t()).tanh() @ y)(x),
    "minibatch deviation": lambda x: torch.cat([x[:, 0], x[:, 0].std(0).mean().expand(4, 1)], 1),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_small_program(name):
    one(PROGRAMS[name], torch.randn(4, 3, 5, generator=draws()))


REFUSED = {
    "sort": lambda x: x.sort(0)[0],
    "gelu": F.gelu,
    "cumsum": lambda x: x.cumsum(0),
    "convolution": lambda x: F.conv1d(x, torch.ones(2, 3, 2)),
    "argmax": lambda x: x.argmax(0).float(),
    "div": lambda x: torch.div(x, 0.5, rounding_mode="floor"),
}


DICE = {
    "rand": lambda x: x + torch.rand(3, 5),
    "randn": lambda x: x + torch.randn(3, 5),
    "bernoulli": lambda x: x + F.dropout(torch.ones(3, 5)),
    "normal_functional": lambda x: x + torch.empty(3, 5).normal_(),
}


@pytest.mark.parametrize("name", DICE)
def test_dice_are_not_thrown_once_for_ever(name):
    """They depend on no place, but what PyTorch throws while the module is made is no constant."""
    with pytest.raises(NotImplementedError, match=rf"^run: aten\.{name}"):
        compile({"run": lambda t: {"out": DICE[name](t["x"])}}, {"x": torch.randn(4, 3, 5)})


def test_memory_that_nobody_filled_is_zero():
    """Not compared to PyTorch, whose empty tensors hold anything (NaN too, where memory was used before)."""
    host = Host(compile({"run": lambda t: {"out": t["x"] + torch.empty(4)}}, {"x": torch.ones(4)}))
    host["x"] = np.ones(4)
    host.call("run")
    assert host["out"].tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("name", REFUSED)
def test_what_can_not_be_compiled_is_refused_by_name(name):
    with pytest.raises(NotImplementedError, match=rf"^run: aten\.\w*{name}?") as error:
        compile({"run": lambda t: {"out": REFUSED[name](t["x"])}}, {"x": torch.randn(4, 3, 5)})
    assert "compiled" in str(error.value)


def test_names_and_kinds_are_checked():
    with pytest.raises(TypeError, match="float32, but the example for 'x' is torch.float64"):
        compile({"run": lambda t: t}, {"x": torch.zeros(3, dtype=torch.float64)})
    with pytest.raises(ValueError, match="may not be called 'normal'"):
        compile({"normal": lambda t: t}, {"x": torch.zeros(3)})
    with pytest.raises(ValueError, match=r"run gives 'x' the shape \[2\], but it has \[3\]"):
        compile({"run": lambda t: {"x": t["x"][:2]}}, {"x": torch.zeros(3)})
    host = Host(compile({"run": lambda t: {"x": t["x"] + 1}}, {"x": torch.zeros(3)}))
    with pytest.raises(ValueError, match=r"'x' has the shape \[3\], but \[4\] was given"):
        host["x"] = np.zeros(4)
    with pytest.raises(ValueError, match="function must be one of run, but 'walk'"):
        host.call("walk")
    with pytest.raises(ValueError, match="place must be one of x, but 'y'"):
        host["y"]
    with pytest.raises(ValueError, match="from 0 to 2"):
        host.uniform("x", -1, 0)


def test_results_are_written_when_all_is_read():
    """Two places exchanged, a place that is read after it was changed, and parts of one another."""
    example = {"a": torch.randn(3, 4, generator=draws(1)), "b": torch.randn(3, 4, generator=draws(2))}
    functions = {
        "exchange": lambda t: {"a": t["b"], "b": t["a"]},
        "after": lambda t: {"a": t["a"] + 1, "c": t["a"] * 2},
        "parts": lambda t: {
            "a": t["b"].flip(0) if False else torch.cat([t["b"][1:], t["a"][:1]]),
            "b": t["a"],
        },
        "turned": lambda t: {"d": t["a"].t(), "e": t["a"].t()},
        "same": lambda t: {"a": t["a"], "f": t["b"]},
    }
    compare(functions, example, calls=3)


EMPTY = {
    "sum": lambda x: x.sum(),
    "sum along": lambda x: x.sum(0),
    "doubled": lambda x: x * 2,
    "joined": lambda x: torch.cat([x, torch.ones(2, 3)]),
    "product": lambda x: x.t() @ x,
    "mean": lambda x: x.mean(),
}


@pytest.mark.parametrize("name", EMPTY)
def test_a_tensor_without_numbers(name):
    one(EMPTY[name], torch.zeros(0, 3))


def test_functions_share_their_places():
    functions = {
        "make": lambda t: {"x": t["z"].exp()},
        "judge": lambda t: {"y": t["x"].log() * t["scale"]},
        "again": lambda t: {"z": t["y"] + t["x"]},
    }
    host = compare(functions, {"z": torch.randn(9), "scale": torch.tensor(2.0)}, calls=2)
    assert set(host.module.layout) == {"z", "scale", "x", "y"}


def test_memory_does_not_grow_and_bytes_are_the_same_again():
    def step(t):
        return {"w": torch.tanh(t["w"] @ t["w"]) * 0.9 + 0.01}

    first, second = (compile({"step": step}, {"w": torch.ones(8, 8)}) for _ in range(2))
    assert first.wasm == second.wasm
    assert "import" not in first.text
    host = Host(first)
    host["w"] = np.eye(8)
    pages = [host._exports["memory"].size(host._store)]
    for _ in range(2000):
        host.call("step")
    assert host._exports["memory"].size(host._store) == pages[0]
    assert np.isfinite(host["w"]).all()


def program(seed):
    """A program drawn by chance: views, loops, reductions, products and joins mixed."""

    def run(t):
        dice, pool = random.Random(seed), [t["a"], t["b"], t["c"], t["d"]]
        for _ in range(dice.randint(8, 30)):
            x, kind = dice.choice(pool), dice.randrange(11)
            y = _grown(dice, pool, x, kind)
            if y is not None and y.numel() <= 4000:
                pool.append(y.clamp(-3, 3) if dice.random() < 0.3 else y)
        last = pool[-3:]
        a = torch.tanh(t["a"] + sum(v.mean() for v in last))
        b = (t["b"] + 0.1 * last[-1].sum().tanh()).clamp(-2, 2)
        cd = {"c": t["d"], "d": t["c"]} if seed % 2 else {"d": a.t()}
        return {"a": a, "b": b, **cd, **{f"out{i}": v for i, v in enumerate(last)}}

    return run


def _grown(dice, pool, x, kind):
    unary = [
        torch.tanh,
        torch.sigmoid,
        torch.neg,
        torch.cos,
        lambda t: torch.where(t > 0, t, t * 0.2),
        lambda t: t * 0.5 + 1,
        lambda t: (t * t + 1).sqrt(),
        lambda t: (t > 0.1).float(),
    ]
    if kind == 0:
        return dice.choice(unary)(x)
    if kind in (1, 2):
        other = dice.choice(pool)
        try:
            return dice.choice([torch.add, torch.sub, torch.mul, torch.maximum])(x, other)
        except RuntimeError:
            return None
    if kind == 3 and x.ndim:
        return dice.choice([torch.sum, torch.mean, torch.amax])(
            x, dice.randrange(x.ndim), dice.random() < 0.5
        )
    if kind == 4 and x.ndim >= 2:
        order = list(range(x.ndim))
        dice.shuffle(order)
        return x.permute(order)
    if kind == 5 and x.ndim >= 2:
        return x.reshape(-1) if dice.random() < 0.5 else x.reshape(x.shape[-1], -1)
    if kind == 6 and x.ndim and x.shape[-1] > 1:
        at = dice.randrange(x.shape[-1])
        return x[..., at:] if dice.random() < 0.6 else x[..., at]
    if kind == 7 and x.ndim:
        return torch.cat([x, x * 0.3, x], dice.randrange(x.ndim))
    if kind in (8, 9) and x.ndim == 2:
        fitting = [z for z in pool if z.ndim == 2 and z.shape[0] == x.shape[1]] or [x.t()]
        product = x @ dice.choice(fitting)
        return torch.tanh(product) if dice.random() < 0.5 else product * 0.2
    return x.unsqueeze(dice.randrange(x.ndim + 1)) if kind == 10 and x.ndim else None


def check_program(seed):
    dice, chance = random.Random(seed + 10**6), draws(seed)
    m, n = dice.choice([(4, 4), (8, 8), (3, 5), (16, 12), (7, 4), (1, 6), (2, 9)])
    example = {
        name: torch.randn(shape, generator=chance)
        for name, shape in (("a", (m, n)), ("b", (m, n)), ("c", (n, m)), ("d", (n, m)))
    }
    compare({"run": program(seed)}, example, tolerance=5e-5, calls=3)


@pytest.mark.parametrize("seed", range(24))
def test_a_random_program(seed):
    check_program(seed)


@pytest.mark.slow
@pytest.mark.parametrize("hundred", range(4))
def test_random_programs(hundred):
    for seed in range(100 * hundred + 100, 100 * hundred + 200):
        check_program(seed)


def in_last_places(name, x, wanted):
    """The largest error of a function in units of the last place of the right result."""
    host = Host(compile({"run": lambda t: {"y": getattr(torch, name)(t["x"])}}, {"x": torch.zeros(len(x))}))
    host["x"] = x
    host.call("run")
    found = host["y"].astype(float)
    inside = np.isfinite(wanted.astype(np.float32)) & (np.abs(wanted) > 2.0**-120)
    unit = np.spacing(np.abs(wanted[inside]).astype(np.float32))
    return (np.abs(found[inside] - wanted[inside]) / unit).max()


@pytest.mark.parametrize(
    "name, low, high, most",
    [("exp", -80, 88.7, 2), ("log", 1e-37, 1e37, 2), ("log1p", -0.999, 1e6, 3), ("tanh", -9, 9, 6)],
)
def test_a_function_over_its_range(name, low, high, most):
    dice = np.random.default_rng(0)
    x = dice.uniform(low, high, 200_000).astype(np.float32)
    if name == "log":
        x = np.exp(dice.uniform(math.log(low), math.log(high), 200_000)).astype(np.float32)
    x[:1000] *= np.float32(1e-4)
    with np.errstate(all="ignore"):
        assert in_last_places(name, x, getattr(np, name)(x.astype(float))) <= most


def test_sine_and_cosine():
    x = np.random.default_rng(0).uniform(-1000, 1000, 100_000).astype(np.float32)
    for name in ("sin", "cos"):
        host = Host(
            compile({"run": lambda t, n=name: {"y": getattr(torch, n)(t["x"])}}, {"x": torch.zeros(len(x))})
        )
        host["x"] = x
        host.call("run")
        assert np.abs(host["y"] - getattr(np, name)(x.astype(float))).max() < 2e-7


@pytest.mark.parametrize("name", ["exp", "log", "log1p", "tanh", "sqrt", "sigmoid"])
def test_a_function_at_its_ends(name):
    ends = [
        0.0,
        -0.0,
        math.inf,
        -math.inf,
        math.nan,
        1e-45,
        1e-38,
        -1e-38,
        89.0,
        200.0,
        -200.0,
        3e38,
        -3e38,
        -1.0,
    ]
    one(getattr(torch, name), torch.tensor(ends))


def test_a_game_that_diverges_is_seen_to():
    def step(t):
        return {"w": t["w"] * t["w"] * t["w"]}

    host = Host(compile({"step": step}, {"w": torch.zeros(3)}))
    host["w"] = [10.0, -3.0, math.nan]
    for _ in range(6):
        host.call("step")
    assert host["w"][0] == math.inf and host["w"][1] == -math.inf and np.isnan(host["w"][2])


KNOWN = [
    ([0] * 4, [0] * 2, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (
        [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
        [0xA4093822, 0x299F31D0],
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]


@pytest.mark.parametrize("counter, key, wanted", KNOWN)
def test_philox_gives_the_known_answers(counter, key, wanted):
    assert " ".join(f"{word:08x}" for word in philox.mixed(counter, key)[0]) == wanted


@pytest.fixture(scope="module")
def dice():
    return Host(compile({"run": lambda t: {"x": t["x"]}}, {"x": torch.zeros(99_999)}))


@pytest.mark.parametrize("seed, stream", [(0, 0), (12345, 7), (2**31, 99), (2**32 - 1, 2**32 - 1)])
def test_the_module_draws_what_numpy_draws(dice, seed, stream):
    dice.uniform("x", seed, stream)
    assert np.array_equal(dice["x"], philox.uniforms(99_999, seed, stream))
    dice.normal("x", seed, stream)
    assert np.abs(dice["x"] - philox.normals(99_999, seed, stream)).max() < 1e-6


def test_what_is_drawn_has_the_right_distribution(dice):
    dice.uniform("x", 3, 1)
    assert stats.kstest(dice["x"], "uniform").pvalue > 1e-3
    dice.normal("x", 3, 2)
    first = dice["x"]
    assert stats.kstest(first, "norm").pvalue > 1e-3
    assert abs(np.corrcoef(first[:-1], first[1:])[0, 1]) < 0.015
    dice.normal("x", 3, 3)
    assert abs(np.corrcoef(first, dice["x"])[0, 1]) < 0.015
    assert abs((dice["x"] ** 4).mean() - 3) < 0.15


def test_every_operation_that_is_promised_is_a_name_of_pytorchs():
    strangers = {"broadcast_in_dim", "copy_strided"}  # of its prims
    assert all(hasattr(torch.ops.aten, name) for name in set(operations.SUPPORTED) - strangers)
