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

# The rivals, in a worker. Each has play(x, z), a step with this draw, and read(). The first message opens
# one, all others ask how fast it is. Real samples are only drawn for D's move: G's doesn't look at them.
WORKER = """
const OF_X = [128, 2], OF_Z = [2, 128, 2];
async function onnx({ home, model, state }) {
  const dist = home + 'onnxruntime-web/dist/';
  importScripts(dist + 'ort.wasm.min.js');
  ort.env.wasm.wasmPaths = dist;
  ort.env.wasm.numThreads = 1;
  const bytes = Uint8Array.from(atob(model), (c) => c.charCodeAt(0));
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
  const tensor = (numbers, shape) => new ort.Tensor('float32', numbers, shape), now = {};
  for (const name in state) now[name] = tensor(Float32Array.from(state[name][0]), state[name][1]);
  let out = null;
  return {
    async play(x, z) {
      now.x = tensor(x, OF_X);
      now.z = tensor(z, OF_Z);
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
    const next = (shape) => state['params.' + name][0].slice(at, at += shape.reduce((a, b) => a * b));
    return shapes[name].map((shape) => tf.variable(tf.tensor(next(shape), shape)));
  };
  const G = net('G'), D = net('D'), [ofG, ofD] = [G, D].map(() => tf.train.adam(1e-3, 0.5, 0.999, 1e-8));
  const through = (net, x) => {
    for (let i = 0; i < net.length; i += 2) {
      x = tf.add(tf.matMul(i ? tf.relu(x) : x, net[i], false, true), net[i + 1]);
    }
    return x;
  };
  const judged = (x) => through(D, x), logLoss = (logits) => tf.softplus(tf.neg(logits));
  let losses = [];
  const play = (x, z) => {
    tf.dispose(losses);
    losses = tf.tidy(() => {
      const real = tf.tensor(x, OF_X), [first, second] = tf.unstack(tf.tensor(z, OF_Z));
      const fake = through(G, first);
      let lossOfD; // without the penalty
      ofD.minimize(() => {
        const { value, grad } = gamma ? tf.valueAndGrad(judged)(real) : { value: judged(real) };
        lossOfD = tf.keep(tf.mean(tf.add(logLoss(value), tf.softplus(judged(fake)))));
        return gamma ? tf.add(lossOfD, tf.mul(gamma / 2, tf.mean(tf.sum(tf.square(grad), 1)))) : lossOfD;
      }, true, D);
      return [lossOfD, ofG.minimize(() => tf.mean(logLoss(judged(through(G, second)))), true, G)];
    });
  };
  const flat = (net) => tf.concat(net.map((part) => part.flatten()));
  return { play, read: () => tf.tidy(() => [...losses, flat(G), flat(D)].map((part) => part.dataSync())) };
}

// For each sample one of these rows and normal noise (Box and Muller), in the plane.
function samples(count, rows, std) {
  const out = new Float32Array(2 * count);
  for (let i = 0; i < 2 * count; i += 2) {
    const row = rows[Math.floor(rows.length * Math.random())], turn = 2 * Math.PI * Math.random();
    const far = std * Math.sqrt(-2 * Math.log(1 - Math.random()));
    out[i] = row[0] + far * Math.cos(turn);
    out[i + 1] = row[1] + far * Math.sin(turn);
  }
  return out;
}
let engine, law;
async function open(given) { // where the steps with the given draws lead
  law = given.law;
  engine = await (given.model ? onnx : tensorflow)(given);
  const found = [];
  for (const [x, z] of given.draws) {
    await engine.play(Float32Array.from(x), Float32Array.from(z));
    found.push(engine.read().flatMap((part) => [...part]));
  }
  return found;
}
async function rate(seconds) { // steps a second
  const some = async (count) => {
    for (let i = 0; i < count; i++) await engine.play(samples(128, ...law), samples(256, [[0, 0]], 1));
  };
  await some(200);
  const begun = performance.now();
  let count = 0;
  for (; performance.now() - begun < 1000 * seconds; count += 10) await some(10);
  return 1000 * count / (performance.now() - begun);
}
onmessage = ({ data }) => (engine ? rate : open)(data).then(
  (found) => postMessage([found]), (error) => postMessage([null, String(error.stack ?? error)]));
"""
# A rival's worker stays from round to round, so that it is as warm as it gets.
ASK = """([code, name, given]) => new Promise((resolve, reject) => {
  const worker = (window.workers ??= {})[name] ??= new Worker(URL.createObjectURL(new Blob([code])));
  worker.onmessage = ({ data: [found, error] }) => (error ? reject(new Error(error)) : resolve(found));
  worker.onerror = (e) => reject(new Error(e.message));
  worker.postMessage(given);
})"""


def pure_step(game):
    """The state before the first step as named tensors, and PyTorch's step as a function of them, x and z."""
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
    """An ONNX graph in the making. Values are names, or numbers that become constants."""

    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, value):
        """Its name. Lists are axes, shapes or sizes: whole numbers."""
        array = np.asarray(value, np.int64 if isinstance(value, (list, np.int64)) else np.float32)
        self.constants.append(onnx.numpy_helper.from_array(array, f"c{len(self.constants)}"))
        return self.constants[-1].name

    def put(self, kind, *inputs, count=1, **attributes):
        """Adds a node; the name of its result, or `count` names."""
        given = [value if isinstance(value, str) else self.constant(value) for value in inputs]
        names = [f"v{len(self.nodes)}_{i}" for i in range(count)]
        self.nodes.append(onnx.helper.make_node(kind, given, names, **attributes))
        return names if count > 1 else names[0]


# The same in ONNX, by another name.
SAME = {name: name.title() for name in "add sub mul div neg relu sqrt pow softplus expand".split()}
SAME |= {"view": "Reshape", "mm": "Gemm"}
OPERATIONS = {
    **{name: (lambda to, *inputs, kind=kind: to.put(kind, *inputs)) for name, kind in SAME.items()},
    "unsqueeze": lambda to, x, axis: to.put("Unsqueeze", x, [axis]),
    "squeeze": lambda to, x, axis: to.put("Squeeze", x, [axis]),
    "select": lambda to, x, axis, at: to.put("Gather", x, np.int64(at), axis=axis),
    "split_with_sizes": lambda to, x, sizes: to.put("Split", x, sizes, count=len(sizes)),
    "getitem": lambda to, parts, i: parts[i],
    "cat": lambda to, parts: to.put("Concat", *parts, axis=0),
    "sum": lambda to, x, axes=(), keep=False: to.put("ReduceSum", x, list(axes), keepdims=int(keep)),
    "mean": lambda to, x: to.put("ReduceMean", x, keepdims=0),
    "ones_like": lambda to, x: 1.0,  # of a single number, here
    "rsub": lambda to, x, y: to.put("Sub", y, x),
    "lerp": lambda to, x, y, share: to.put("Add", x, to.put("Mul", to.put("Sub", y, x), share)),
    "addmm": lambda to, bias, x, y: to.put("Gemm", x, y, bias),
    "t": lambda to, x: to.put("Transpose", x, perm=[1, 0]),  # products take these in
    # y is what relu gave: never negative.
    "threshold_backward": lambda to, slope, y, _: to.put("Mul", slope, to.put("Sign", y)),
    "softplus_backward": lambda to, slope, x, *_: to.put("Mul", slope, to.put("Sigmoid", x)),
}
# Nothing need be computed with zeros, which is what the second slope of relu is.
ZERO, ZERO_WITH_ZERO = object(), ("t", "view", "mm", "threshold_backward", "sum")


def added(to, node, values, traced):
    """The value of one node of a trace."""
    if node.op == "get_attr":
        return to.constant(getattr(traced, node.target))
    inputs = [values[n] for n in node.all_input_nodes]
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
    found = step(known)
    traced = make_fx(lambda *given: list(step(dict(zip(known, given))).values()))(*known.values())
    graph, to, h = fx_graph_cse(traced.graph), Graph(), onnx.helper
    graph.eliminate_dead_code()
    *nodes, output = graph.nodes
    values = dict(zip(nodes, known))  # the inputs come first
    for node in nodes[len(known) :]:
        values[node] = added(to, node, values, traced)
    for name, result in zip(found, output.args[0]):
        to.nodes.append(h.make_node("Identity", [values[result]], [name]))
    info = lambda name, value: h.make_tensor_value_info(name, onnx.TensorProto.FLOAT, value.shape)
    places = ([info(*item) for item in tensors.items()] for tensors in (known, found))
    whole = h.make_graph(to.nodes, "step", *places, to.constants)
    model = h.make_model(whole, ir_version=10, opset_imports=[h.make_opsetid("", 21)])
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString()


def checks(game, target):
    """Draws of some steps, and the losses and parameters to which they lead in PyTorch."""
    (state, step), batches, draws, wanted = pure_step(game), Batches(game, target, BATCH), [], []
    for t in range(CHECKED):
        x, z = batches(t)["x"][0], batches(t)["z"]
        out = step({**state, "x": x, "z": z})
        state = {name: out[f"next {name}"] for name in state}
        found = (out["loss_D"], out["loss_G"], state["params.G"], state["params.D"])
        wanted.append(torch.cat([part.reshape(-1) for part in found]))
        draws.append([x.flatten().tolist(), z.flatten().tolist()])
    return draws, torch.stack(wanted)


def open_rivals(ask, home, game, target):
    """Each in a worker of its own. Errors: `SystemExit` for one that arrives elsewhere than PyTorch."""
    (state, step), (draws, wanted) = pure_step(game), checks(game, target)
    known = {**state, "x": torch.zeros(BATCH, 2), "z": torch.zeros(2, BATCH, 2)}
    numbers = {name: [value.flatten().tolist(), list(value.shape)] for name, value in state.items()}
    law = target.means.tolist(), float(target.stds[0])
    shapes = {who: [list(p.shape) for p in net.parameters()] for who, net in game.nets.items()}
    own = {
        "onnxruntime-web": {"model": base64.b64encode(as_onnx(step, known)).decode()},
        "TensorFlow.js": {"shapes": shapes, "gamma": sum(penalty.gamma for penalty in game.penalties)},
    }
    for name, given in own.items():
        found = ask(name, {"home": home, "law": law, "state": numbers, "draws": draws, **given})
        off = (torch.tensor(found) - wanted).abs().max().item()
        print(f"  {name}: losses and parameters of {CHECKED} steps are PyTorch's up to {off:.1e}")
        if not off <= TOLERANCE[name]:
            sys.exit(f"{name} plays another game")


def compare(browser, home, game, target, options):
    """Steps a second of each engine, in turns. A first round only warms up and doesn't count."""
    window = browser.new_page()
    window.goto(home + "onnxruntime-web/package.json")  # any page there: its workers may read the files

    def ask(name, given):
        return window.evaluate(ASK, [WORKER, name, given])

    open_rivals(ask, home, game, target)
    code, lesson = page.sources.engine(serves=False), page.piece(game, target, options)[1]
    found = {name: [] for name in ("page", *TOLERANCE)}
    for _ in range(page.ROUNDS + 1):
        found["page"].append(window.evaluate(page.MEASURE, [code, lesson, page.SECONDS]))
        for name in TOLERANCE:
            found[name].append(ask(name, page.SECONDS))
    window.close()
    for name, rates in ((name, rates[1:]) for name, rates in found.items()):
        times = [own / rate for own, rate in zip(found["page"][1:], rates)]  # of one round
        steps, more = statistics.median(rates), statistics.median(times)
        print(f"  {name}: {steps:,.0f} steps a second ({min(rates):,.0f} to {max(rates):,.0f})", end="")
        print("" if name == "page" else f", the page {more:.1f} times ({min(times):.1f} to {max(times):.1f})")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("node_modules", type=Path, help=f"the folder that `npm install {PACKAGES}` makes")
    folder = parser.parse_args().node_modules
    missing = [name for name in PACKAGES.split() if not (folder / name.rsplit("@", 1)[0]).is_dir()]
    if missing:
        parser.error(f"{folder} lacks {', '.join(missing)}; to get them: npm install {PACKAGES}")
    torch.set_num_threads(1)
    with launched() as browser, served(folder) as home:
        for name in ("ring", "ring, R1"):
            print(name)
            compare(browser, home, *page.GAMES[name])


if __name__ == "__main__":
    main()
