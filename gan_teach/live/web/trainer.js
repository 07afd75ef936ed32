// Training on a page: the worker's frames become moments of a movie, and the reader's wishes go to the worker.

const KEPT_MOMENTS = 300;
const NO_ENGINE = "This browser can't train here (it lacks WebAssembly or workers). The recording can be played and scrubbed.";
const sigmoid = (a) => 1 / (1 + Math.exp(-a));
const meanOf = (list) => list.reduce((a, b) => a + b, 0) / list.length;

// A half goes to the even number, as in Python.
function percent(share) {
  const up = Math.round(100 * share);
  return `${up - 100 * share === 0.5 && up % 2 ? up - 1 : up} %`;
}

// D's output a is coloured as sigmoid((a - middle) / unit): as readout.py has it.
function scaleOf({ neutral }, frame) {
  if (neutral !== null) return neutral === 0 ? [0, 1] : [neutral, 0.25];
  const all = [...frame.real_logits, ...frame.fake_logits], middle = (meanOf(frame.real_logits) + meanOf(frame.fake_logits)) / 2;
  const centre = meanOf(all);
  return [middle, Math.max(Math.sqrt(meanOf(all.map((v) => (v - centre) ** 2))), 1e-6)];
}

// How many modes hold a third of their fair share, and the share of fakes within three deviations of one.
function countModes(target, fakes) {
  const { dim, modes, weights } = target, counts = new Array(weights.length).fill(0);
  let good = 0;
  for (let i = 0; i < fakes.length / dim; i++) {
    let nearest = 0, least = Infinity;
    for (let k = 0; k < weights.length; k++) {
      let far = 0;
      for (let d = 0; d < dim; d++) far += (fakes[i * dim + d] - modes[k * dim + d]) ** 2;
      if (far < least) { least = far; nearest = k; }
    }
    if (Math.sqrt(least) <= 3 * target.std) { good += 1; counts[nearest] += 1; }
  }
  const fair = counts.filter((count, k) => count > 0 && count / good >= weights[k] / 3).length;
  return { fair, of: weights.length, share: good / (fakes.length / dim) };
}

function factsOf(game, values, frame, middle) {
  const target = game.targets[values.target], facts = [];
  if (target.modes) {
    const { fair, of, share } = countModes(target, frame.x_fake);
    facts.push(["modes", `${fair} of ${of}`], ["high-quality", percent(share)]);
  }
  const at = game.losses[values.loss].neutral === 0 ? meanOf([...frame.fake_logits].map(sigmoid)) : meanOf(frame.fake_logits);
  const right = (meanOf([...frame.real_logits].map((v) => v > middle)) + meanOf([...frame.fake_logits].map((v) => v < middle))) / 2;
  return [...facts, ["D at the fakes", at.toFixed(2)], ["D is right", percent(right)]];
}

function sentenceOf(step, facts) {
  const words = { modes: (v) => `${v} modes`, "high-quality": (v) => `${v} high-quality`, "D at the fakes": (v) => `D at the fakes ${v}` };
  return `step ${step.toLocaleString("en")}: ` + facts.filter(([name]) => words[name]).map(([name, v]) => words[name](v)).join(", ");
}

// The density of G's images on the grid: each piece of the mesh of latents carries its share of the latent's mass to where it lands.
function densityOf(latent, mesh, landings, [low, high], count) {
  const found = new Float32Array(count), width = (high - low) / (count - 1), box = latent.kernel === "box";
  const [spread] = latent.spread, [middle] = latent.rows;
  const height = (z) => (box ? 1 : Math.exp(-(((z - middle) / spread) ** 2) / 2));
  let whole = 0;
  const masses = [];
  for (let i = 0; i + 1 < mesh.length; i++) { const m = height((mesh[i] + mesh[i + 1]) / 2); masses.push(m); whole += m; }
  for (let i = 0; i < masses.length; i++) {
    const from = (Math.min(landings[i], landings[i + 1]) - low) / width, to = (Math.max(landings[i], landings[i + 1]) - low) / width;
    const first = Math.max(0, Math.round(from)), last = Math.min(count - 1, Math.round(to)), mass = masses[i] / whole / width;
    if (to - from < 1e-9) { if (first === last) found[first] += mass; continue; }
    for (let k = first; k <= last; k++) { // the share of the piece that falls into the cell around k
      found[k] += (mass * Math.max(0, Math.min(to, k + 0.5) - Math.max(from, k - 0.5))) / (to - from);
    }
  }
  return found;
}

function momentOf(game, values, frame, shown) {
  const loss = game.losses[values.loss], target = game.targets[values.target], [middle, unit] = scaleOf(loss, frame);
  const facts = factsOf(game, values, frame, middle), plane = target.dim === 2, count = frame.grid_logits.length;
  const verdict = Float32Array.from(frame.grid_logits, (a) => sigmoid((a - middle) / unit));
  const about = { step: frame.step, seconds: frame.seconds, text: sentenceOf(frame.step, facts), facts, d_loss: frame.d_loss, g_loss: frame.g_loss,
    middle, unit, longest: 0 };
  const header = { kind: plane ? "plane" : "line", window: target.window, shown, offers: [], probability: loss.neutral === 0, levels: loss.levels };
  if (plane) {
    const steps = frame.asked_steps, lengths = Array.from({ length: steps.length / 2 }, (_, i) => Math.hypot(steps[2 * i], steps[2 * i + 1]));
    const longest = Math.max(...lengths, 1e-30), side = Math.sqrt(count);
    about.longest = Number(longest.toPrecision(3));
    header.arrays = [{ name: "data" }, { name: "fakes" }, { name: "verdict", shape: [1, side, side] }, { name: "arrows" }];
    const arrows = steps.slice(0, 160).map((v) => v / longest), sheet = frame.landings ?? undefined;
    return { about, header, frame: { ...about, data: frame.probe_x, fakes: frame.x_fake, verdict, arrows, sheet } };
  }
  const fakes = densityOf(game.latent, frame.mesh, frame.landings, target.window[0], count), data = target.density;
  const best = data && header.probability ? data.map((p, i) => (p + fakes[i] > 1e-9 ? p / (p + fakes[i]) : -1)) : undefined;
  const order = [...frame.probe_z.keys()].sort((a, b) => frame.probe_z[a] - frame.probe_z[b]);
  const chosen = Array.from({ length: 30 }, (_, i) => order[Math.floor((i / 29) * (order.length - 1))]);
  const [z0, z1] = [frame.probe_z[chosen[0]], frame.probe_z[chosen[29]]];
  header.top = Math.max(1.05, 1.25 * Math.max(...(data ?? fakes)));
  header.arrays = ["fakes", "verdict", "places", "landings", ...(data ? ["data"] : []), ...(best ? ["best"] : [])].map((name) => ({ name }));
  const places = Float32Array.from(chosen, (i) => (frame.probe_z[i] - z0) / (z1 - z0));
  return { about, header, frame: { ...about, fakes, verdict, places, landings: Float32Array.from(chosen, (i) => frame.x_fake[i]), data, best } };
}

// {open, ask(what), close, active}: opens the worker when it is first wanted.
function makeTrainer(view, game, engine, shown) {
  const readLaw = (law) => withNumbers(law, ["rows", "spread", "modes", "weights", "density"]); // once, not for every picture
  const targets = Object.fromEntries(Object.entries(game.targets).map(([name, law]) => [name, readLaw(law)]));
  const values = { ...game.values }, read = { ...game, latent: readLaw(game.latent), targets };
  let worker = null, pieces = [], seed = game.seed;
  const movie = () => ({ frames: pieces.map((p) => p.about), at: (i) => pieces[i].frame, headerOf: (i) => pieces[i].header });
  const send = (task) => worker.postMessage(task);

  function receive({ data }) {
    if (data.failed) { view.setRunning(false); view.say(`The training stopped: ${data.failed}.`); return; }
    if (data.diverged) {
      view.setRunning(false);
      view.say(`The training diverged at step ${data.diverged.toLocaleString("en")}: its numbers are no longer finite. What was seen up to there can be scrubbed.`);
      return;
    }
    const following = data.after === null || view.now.index >= pieces.length - 1, looked = pieces[view.now.index];
    const place = pieces.findIndex(({ id }) => id === data.after);
    if (data.after === null || place >= 0) pieces.length = place + 1;
    pieces.push({ id: data.id, ...momentOf(read, values, data.frame, shown()) });
    if (pieces.length > KEPT_MOMENTS) thin(looked);
    const last = pieces.length - 1, same = pieces.indexOf(looked);
    if (trainer.active) view.show(movie(), following || same < 0 ? last : same);
    requestAnimationFrame(() => worker?.postMessage({ do: "drawn" }));
  }

  // Every second one is dropped, but for the last and the one that is looked at.
  function thin(looked) {
    const dropped = pieces.filter((piece, i) => i % 2 && piece !== looked && i < pieces.length - 1);
    pieces = pieces.filter((piece) => !dropped.includes(piece));
    send({ do: "drop", ids: dropped.map(({ id }) => id) });
  }

  function forget() { // what comes after the moment that is shown, whose number comes back
    pieces.length = Math.min(pieces.length, view.now.index + 1);
    return pieces[view.now.index]?.id;
  }

  const tasks = {
    run() { view.say(""); view.setRunning(true); send({ do: "run", from: forget() }); },
    pause() { view.setRunning(false); send({ do: "pause" }); },
    step() { view.say(""); view.setRunning(false); send({ do: "step", from: forget() }); },
    reset() { seed += 1; view.say(""); view.setRunning(false); send({ do: "reset", seed }); },
    scrub() { tasks.pause(); },
    set({ name, value }) {
      const numbers = { lr_d: 1e-9, lr_g: 1e-9, gamma: 0, noise: 0 };
      if (name in numbers && !(Number.isFinite(value) && value !== null && value >= numbers[name] && value <= 1e6)) {
        view.say(`${game.controls.find((c) => c.name === name).label} must be a number ${numbers[name] ? "above" : "of at least"} 0, so it stays ${values[name]}.`);
        view.root.querySelector(`[name="${name}"]`).value = values[name];
        return;
      }
      values[name] = value;
      view.say("");
      if (name === "target") view.setRunning(false);
      send({ do: "set", name, value, seed });
    },
  };

  const trainer = {
    active: false,
    open() {
      trainer.active = true;
      if (worker) { view.show(movie(), pieces.length - 1); return; }
      const url = URL.createObjectURL(new Blob([engine], { type: "text/javascript" }));
      worker = new Worker(url);
      worker.onmessage = receive;
      worker.onerror = (event) => { event.preventDefault(); view.say(NO_ENGINE); };
      send({ do: "open", game });
    },
    ask(what, value) { tasks[what]?.(value); },
    close() { trainer.active = false; if (worker) tasks.pause(); },
  };
  document.addEventListener("visibilitychange", () => { if (document.hidden && trainer.active && worker) tasks.pause(); });
  return trainer;
}

// Where the page has a game to train: a switch between the recording and the reader's own training, and the controls of that.
function offerTraining(root, view, stop, replay, ofRecording) {
  const lesson = root.querySelector("script[data-lesson]");
  if (!lesson) return null;
  const game = JSON.parse(lesson.textContent), switches = make(view.bar, "span", { className: "gs-switch" }), buttons = {};
  view.bar.prepend(switches);
  switches.setAttribute("role", "group");
  switches.setAttribute("aria-label", WORDS.source);
  const trainer = makeTrainer(view, game, ENGINE, () => [...view.now.shown]);
  const ownBar = make(view.bar, "span", { className: "gs-own" });
  for (const what of ["step", "reset"]) {
    make(ownBar, "button", { type: "button", className: `gs-${what}` }, WORDS[what === "reset" ? "fresh" : what])
      .addEventListener("click", () => trainer.ask(what));
  }
  const panel = makeControls({ bar: ownBar, extras: view.extras }, game.controls, (what, value) => trainer.ask(what, value));
  make(panel, "button", { type: "button" }, WORDS.asAtFirst).addEventListener("click", () => {
    for (const { name, value } of game.controls) {
      const field = view.root.querySelector(`[name="${name}"]`);
      if (field.value === String(value)) continue;
      field.value = value;
      field.dispatchEvent(new Event("change"));
    }
  });
  let left = null; // the step of the recording at which one went to train
  const choose = (own) => {
    if (own) left = view.now.frame?.step ?? null;
    for (const [name, button] of Object.entries(buttons)) button.setAttribute("aria-pressed", (name === "own") === own);
    panel.hidden = ownBar.hidden = !own;
    for (const part of ofRecording) part.hidden = own;
    view.setWords(own ? WORDS.train : WORDS.run);
    view.setRunning(false);
    view.say("");
    if (own) { stop(); trainer.open(); } else { trainer.close(); replay(left); }
  };
  for (const [name, words] of [["recording", WORDS.recorded], ["own", WORDS.own]]) {
    buttons[name] = make(switches, "button", { type: "button" }, words);
    buttons[name].addEventListener("click", () => { if (trainer.active !== (name === "own")) choose(name === "own"); });
  }
  if (typeof WebAssembly === "undefined" || typeof Worker === "undefined") {
    buttons.own.disabled = true;
    buttons.own.title = NO_ENGINE;
  }
  for (const [name, button] of Object.entries(buttons)) button.setAttribute("aria-pressed", name === "recording");
  panel.hidden = ownBar.hidden = true;
  return trainer;
}
