"""The page's engine against general ones, in one run, engines in turns: the same training step in the page's
own module, in onnxruntime-web and in TensorFlow.js (wasm), each on one thread, in a worker of one headless
Chromium, and with its own draws.

    npm install onnxruntime-web@1.30 @tensorflow/tfjs@4.22 @tensorflow/tfjs-backend-wasm@4.22
    pip install onnx
    python benchmarks/rivals.py node_modules       needs a Chromium or Chrome; downloads nothing

The page's engine is measured as `page.py` does it. onnxruntime-web plays PyTorch's trace of the step (both
moves, slopes and Adam) as one ONNX graph; TensorFlow.js plays a program as people write it for that library.
Both first play some steps with given draws, and have to arrive where PyTorch does.
"""

import argparse
import base64
import operator
import statistics
import sys
from pathlib import Path

import numpy as np
import page  # also makes the imports of tests/ known
import torch
from browsing import launched, served
from torch.fx.experimental.proxy_tensor import make_fx

from gan_teach import optimisers, rules
from gan_teach.batches import Batches
from gan_teach.compiled.program import filled, named
from gan_teach.starting import fresh
from gan_teach.torch_private import fx_graph_cse

try:
    import onnx
except ImportError:
    sys.exit("the graph for onnxruntime-web is written with the package onnx: pip install onnx")

PACKAGES = "onnxruntime-web@1.30 @tensorflow/tfjs@4.22 @tensorflow/tfjs-backend-wasm@4.22"
BATCH, CHECKED = 128, 3  # samples of a draw; steps that are compared with PyTorch's
TOLERANCE = {"onnxruntime-web": 1e-5, "TensorFlow.js": 1e-4}

# The rivals, in a worker: `open` gives play(x, z), a step with this draw, and read(). Real samples are only
# drawn for D's step: G's doesn't look at them.
WORKER = """
const OF_X = [128, 2], OF_Z = [2, 128, 2], sizeOf = (shape) => shape.reduce((a, b) => a * b, 1);

async function onnx({ home, model, state }) {
  const dist = home + 'onnxruntime-web/dist/';
  importScripts(dist + 'ort.wasm.min.js');
  ort.env.wasm.wasmPaths = dist;
  ort.env.wasm.numThreads = 1;
  const bytes = Uint8Array.from(atob(model), (c) => c.charCodeAt(0));
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
  const tensor = (numbers, shape) => new ort.Tensor('float32', Float32Array.from(numbers), shape);
  const now = {};
  for (const [name, [numbers, shape]] of Object.entries(state)) now[name] = tensor(numbers, shape);
  let out = null;
  return {
    async play(x, z) {
      now.x = new ort.Tensor('float32', x, OF_X);
      now.z = new ort.Tensor('float32', z, OF_Z);
      out = await session.run(now);
      for (const name in state) now[name] = out['next ' + name]; // what comes out goes in again
    },
    read: () => [out.loss_D, out.loss_G, now['params.G'], now['params.D']].map(({ data }) => data),
  };
}

async function tensorflow({ home, shapes, state, gamma }) {
  const dist = home + '@tensorflow/tfjs-backend-wasm/dist/';
  importScripts(home + '@tensorflow/tfjs/dist/tf.min.js', dist + 'tf-backend-wasm.min.js');
  tf.enableProdMode();
  tf.wasm.setWasmPaths(dist);
  tf.wasm.setThreadsCount(1);
  await tf.setBackend('wasm');
  const net = (name) => {
    let at = 0;
    const next = (shape) => state['params.' + name][0].slice(at, at += sizeOf(shape));
    return shapes[name].map((shape) => tf.variable(tf.tensor(next(shape), shape)));
  };
  const G = net('G'), D = net('D'), [ofG, ofD] = [G, D].map(() => tf.train.adam(1e-3, 0.5, 0.999, 1e-8));
  const through = (net, x) => {
    for (let i = 0; i < net.length; i += 2) {
      x = tf.add(tf.matMul(x, net[i], false, true), net[i + 1]);
      if (i + 2 < net.length) x = tf.relu(x);
    }
    return x;
  };
  const judged = (x) => { // the logits, and the penalty on their slope
    if (!gamma) return [through(D, x), tf.scalar(0)];
    const { value, grad } = tf.valueAndGrad((x) => through(D, x))(x);
    return [value, tf.mul(gamma / 2, tf.mean(tf.sum(tf.square(grad), 1)))];
  };
  const logLoss = (logits) => tf.softplus(tf.neg(logits));
  let losses = [];
  const moved = (x, z) => {
    const real = tf.tensor(x, OF_X), [ofFirst, ofSecond] = tf.unstack(tf.tensor(z, OF_Z));
    const fake = through(G, ofFirst);
    let shown = null; // without the penalty
    ofD.minimize(() => {
      const [logits, penalty] = judged(real);
      shown = tf.keep(tf.mean(tf.add(logLoss(logits), tf.softplus(through(D, fake)))));
      return tf.add(shown, penalty);
    }, false, D);
    return [shown, ofG.minimize(() => tf.mean(logLoss(through(D, through(G, ofSecond)))), true, G)];
  };
  return {
    play(x, z) {
      tf.dispose(losses);
      losses = tf.tidy(() => moved(x, z));
    },
    read() {
      const flat = (net) => tf.concat(net.map((part) => part.flatten()));
      return tf.tidy(() => [...losses, flat(G), flat(D)].map((part) => part.dataSync()));
    },
  };
}

function normal(count) { // Box and Muller
  const out = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const far = Math.sqrt(-2 * Math.log(1 - Math.random())), turn = 2 * Math.PI * Math.random();
    out[i] = far * Math.cos(turn);
    out[i + 1] = far * Math.sin(turn);
  }
  return out;
}

function samples({ rows, std }) {
  const out = normal(sizeOf(OF_X));
  for (let i = 0; i < out.length; i += 2) {
    const row = rows[Math.floor(rows.length * Math.random())];
    out[i] = row[0] + std * out[i];
    out[i + 1] = row[1] + std * out[i + 1];
  }
  return out;
}

let engine, law;
const tasks = {
  async open(given) {
    law = given.law;
    engine = await (given.model ? onnx : tensorflow)(given);
  },
  async check(draws) {
    const found = [];
    for (const [x, z] of draws) {
      await engine.play(Float32Array.from(x), Float32Array.from(z));
      found.push(engine.read().flatMap((part) => [...part]));
    }
    return found;
  },
  async rate(seconds) { // steps a second
    const ten = async () => {
      for (let i = 0; i < 10; i++) await engine.play(samples(law), normal(sizeOf(OF_Z)));
    };
    for (let i = 0; i < 20; i++) await ten();
    const begun = performance.now();
    let count = 0;
    for (; performance.now() - begun < 1000 * seconds; count += 10) await ten();
    return 1000 * count / (performance.now() - begun);
  },
};
onmessage = ({ data: [task, given] }) =>
  tasks[task](given).then((found) => postMessage([found]), (e) => postMessage([null, String(e.stack ?? e)]));
"""
# A rival's worker stays from round to round, so that it is as warm as it gets.
ASK = """([code, name, task, given]) => new Promise((resolve, reject) => {
  const script = () => URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const worker = (window.workers ??= {})[name] ??= new Worker(script());
  worker.onmessage = ({ data: [found, error] }) => (error ? reject(new Error(error)) : resolve(found));
  worker.onerror = (e) => reject(new Error(e.message));
  worker.postMessage([task, given]);
})"""


def pure_step(game):
    """The state before the first step as named tensors, and PyTorch's step as a function of these, x and
    z."""
    start, rule, optimiser = fresh(game), rules.Alternating(), optimisers.get("adam")
    knobs = {name: value.float() for name, value in start.knobs.items()}
    start = start._replace(averages={}, knobs={})  # rates are constants here, and nothing is averaged

    def step(tensors):
        x, z = tensors["x"].expand(2, BATCH, 2), tensors["z"]
        state = filled(start, tensors)._replace(knobs=knobs)
        moved, shown = rule.move(game, optimiser, state, {"x": x, "z": z, "u": z[..., 0]})  # no use for u
        found = {f"next {name}": value for name, value in named(moved._replace(knobs={})).items()}
        return {f"loss_{who}": shown[who] for who in "DG"} | found

    return named(start), step


class Graph:
    """An ONNX graph in the making. Values are names; `name.T` is one that nobody has transposed yet, because
    a product can do so itself."""

    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, value):
        """Its name. Lists are axes, shapes or sizes, in whole numbers."""
        kind = np.int64 if isinstance(value, (list, np.int64)) else np.float32
        name = f"c{len(self.constants)}"
        self.constants.append(onnx.numpy_helper.from_array(np.asarray(value, kind), name))
        return name

    def standing(self, value):
        """The name of a value that a node can take in."""
        if not isinstance(value, str):
            return self.constant(value)
        return self.put("Transpose", value[:-2], perm=[1, 0]) if value.endswith(".T") else value

    def put(self, kind, *inputs, count=1, **attributes):
        """Adds a node; the name of its result, or `count` names."""
        given = [self.standing(value) for value in inputs]
        names = [f"v{len(self.nodes)}_{i}" for i in range(count)]
        self.nodes.append(onnx.helper.make_node(kind, given, names, **attributes))
        return names if count > 1 else names[0]

    def product(self, x, y, *bias):
        """x y, and the bias."""
        turned = {"transA": int(x.endswith(".T")), "transB": int(y.endswith(".T"))}
        return self.put("Gemm", x.removesuffix(".T"), y.removesuffix(".T"), *bias, **turned)


def same(kind):
    return lambda to, *inputs: to.put(kind, *inputs)


OPERATIONS = {
    **{name: same(name.title()) for name in ("add", "sub", "mul", "div", "neg", "relu", "sqrt", "softplus")},
    "view": same("Reshape"),
    "expand": same("Expand"),
    "pow": same("Pow"),
    "unsqueeze": lambda to, x, axis: to.put("Unsqueeze", x, [axis]),
    "squeeze": lambda to, x, axis: to.put("Squeeze", x, [axis]),
    "select": lambda to, x, axis, at: to.put("Gather", x, np.int64(at), axis=axis),
    "split_with_sizes": lambda to, x, sizes: to.put("Split", x, sizes, count=len(sizes)),
    "getitem": lambda to, parts, i: parts[i],
    "cat": lambda to, parts: to.put("Concat", *parts, axis=0),
    "sum": lambda to, x, axes=(), keep=False: to.put("ReduceSum", x, list(axes), keepdims=int(keep)),
    "mean": lambda to, x: to.put("ReduceMean", x, keepdims=0),
    "_to_copy": lambda to, x: x,
    "ones_like": lambda to, x: 1.0,  # of a single number, here
    "rsub": lambda to, x, y: to.put("Sub", y, x),
    "lerp": lambda to, x, y, share: to.put("Add", x, to.put("Mul", to.put("Sub", y, x), share)),
    "mm": Graph.product,
    "addmm": lambda to, bias, x, y: to.product(x, y, bias),
    "t": lambda to, x: x.removesuffix(".T") if x.endswith(".T") else x + ".T",
    # y is what relu gave: never negative.
    "threshold_backward": lambda to, slope, y, _: to.put("Mul", slope, to.put("Sign", y)),
    "softplus_backward": lambda to, slope, x, *_: to.put("Mul", slope, to.put("Sigmoid", x)),
}
# Nothing need be computed with zeros, which is what the second slope of relu is.
ZERO, ZERO_WITH_ZERO = object(), ("t", "view", "mm", "threshold_backward", "sum")


def added(to, node, values, traced):
    """The value of one node of a trace."""
    inputs = [values[n] for n in node.all_input_nodes]
    if node.op == "get_attr":
        return to.constant(getattr(traced, node.target))
    name = "getitem" if node.target is operator.getitem else node.target.name().split("::")[1].split(".")[0]
    if name in ("zeros", "zeros_like") or name in ZERO_WITH_ZERO and ZERO in inputs:
        return ZERO
    if name == "add" and ZERO in inputs:
        return next((value for value in inputs if value is not ZERO), ZERO)

    def given(n):
        return np.zeros(n.meta["val"].shape) if values[n] is ZERO else values[n]

    return OPERATIONS[name](to, *torch.fx.node.map_arg(list(node.args), given))


def as_onnx(step, known):
    """The step as an ONNX model of the named tensors that it takes and gives."""
    results = []

    def flat(*given):
        found = step(dict(zip(known, given)))
        results[:] = [(name, list(value.shape)) for name, value in found.items()]
        return list(found.values())

    traced = make_fx(flat)(*known.values())
    graph, to, values, names = fx_graph_cse(traced.graph), Graph(), {}, iter(known)
    graph.eliminate_dead_code()
    for node in graph.nodes:
        if node.op == "placeholder":
            values[node] = next(names)
        elif node.op == "output":
            for (name, _), value in zip(results, node.args[0]):
                to.nodes.append(onnx.helper.make_node("Identity", [to.standing(values[value])], [name]))
        else:
            values[node] = added(to, node, values, traced)
    kinds = [
        [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape) for name, shape in places]
        for places in ([(name, list(value.shape)) for name, value in known.items()], results)
    ]
    whole = onnx.helper.make_graph(to.nodes, "step", *kinds, to.constants)
    model = onnx.helper.make_model(whole, ir_version=10, opset_imports=[onnx.helper.make_opsetid("", 21)])
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString()


def played(game, target):
    """For the check: draws, and the losses and parameters where PyTorch's steps lead with them."""
    (state, step), draws, found = pure_step(game), Batches(game, target, BATCH), []
    known = []
    for t in range(CHECKED):
        drawn = {"x": draws(t)["x"][0], "z": draws(t)["z"]}
        out = step({**state, **drawn})
        state = {name: out[f"next {name}"] for name in state}
        parts = (out["loss_D"], out["loss_G"], state["params.G"], state["params.D"])
        found.append(torch.cat([part.reshape(-1) for part in parts]))
        known.append([drawn["x"].flatten().tolist(), drawn["z"].flatten().tolist()])
    return known, torch.stack(found)


def opened(browser_page, home, game, target):
    """A worker for each rival; both are checked. Returns {rival: its steps a second in the next round}."""
    state, step = pure_step(game)
    draw = {"x": torch.zeros(BATCH, 2), "z": torch.zeros(2, BATCH, 2)}
    common = {
        "home": home,
        "state": {name: [value.flatten().tolist(), list(value.shape)] for name, value in state.items()},
        "law": {"rows": target.means.tolist(), "std": float(target.stds[0])},
    }
    shapes = {who: [list(p.shape) for p in net.parameters()] for who, net in game.nets.items()}
    own = {
        "onnxruntime-web": {"model": base64.b64encode(as_onnx(step, {**state, **draw})).decode()},
        "TensorFlow.js": {"shapes": shapes, "gamma": game.penalties[0].gamma if game.penalties else 0},
    }
    draws, wanted = played(game, target)
    for name, given in own.items():
        browser_page.evaluate(ASK, [WORKER, name, "open", {**common, **given}])
        found = torch.tensor(browser_page.evaluate(ASK, [WORKER, name, "check", draws]))
        off = (found - wanted).abs()
        of_losses, of_params = off[:, :2].max().item(), off[:, 2:].max().item()
        print(f"  {name}: off PyTorch by {of_losses:.1e} in losses and {of_params:.1e} in parameters")
    return list(own)


def compare(browser, home, game, target, options):
    """Steps a second of each engine, in turns."""
    window = browser.new_page()
    window.goto(home + "onnxruntime-web/package.json")  # any page from there: workers may read the files
    rivals = opened(window, home, game, target)
    lesson = page.piece(game, target, options)[1]
    code = page.sources.engine(serves=False)
    found = {"page": [], **{name: [] for name in rivals}}
    for _ in range(page.ROUNDS):
        found["page"].append(window.evaluate(page.MEASURE, [code, lesson, page.SECONDS]))
        for name in rivals:
            found[name].append(window.evaluate(ASK, [WORKER, name, "rate", page.SECONDS]))
    window.close()
    for name, rates in found.items():
        ratios = [own / rate for own, rate in zip(found["page"], rates)]
        print(
            f"  {name}: {statistics.median(rates):,.0f} steps a second ({min(rates):,.0f} to "
            f"{max(rates):,.0f}); the page {statistics.median(ratios):.2f} times ({min(ratios):.2f} to "
            f"{max(ratios):.2f})"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("node_modules", type=Path, help=f"the folder that `npm install {PACKAGES}` makes")
    folder = parser.parse_args().node_modules
    missing = [name for name in PACKAGES.split() if not (folder / name.rsplit("@", 1)[0]).is_dir()]
    if missing:
        parser.error(f"{folder} lacks {', '.join(missing)}: npm install {PACKAGES}")
    torch.set_num_threads(1)
    with launched() as browser, served(folder) as home:
        for name in ("ring", "ring, R1"):
            print(name)
            compare(browser, home, *page.GAMES[name])


if __name__ == "__main__":
    main()
