// The engine of a page, in a worker: draws, moves and looks, with the module that was compiled from the game's own PyTorch code.
// Everything outside the module is done as Python does it, in double precision rounded once to single (Math.fround), so that the
// same seed plays the same game to the bit, wherever it runs.

const STREAMS = 8, PROBE = 0xfffff000, NEW = 0xffffff00; // random numbers of a move, of the probe, of a fresh start

// What the rates are multiplied with at a step: 1, or along a cosine to 0 over so many steps (Python's settings.py has the same).
const fall = (over, step) => (over ? 0.5 * (1 + Math.cos((Math.PI * Math.min(step, over)) / over)) : 1);

async function makeEngine(game) {
  const { exports, at } = await openModule(game);
  const carried = ["G", "D", "G_average", ...["G", "D"].flatMap((who) => ["mean", "square", "steps"].map((p) => `${who}_${p}`))];
  const readLaw = (given) => { // what is the same for all rows is said once
    const law = withNumbers(given, ["rows", "spread", "shares"]), count = law.rows.length / law.dim;
    law.shares ??= Float32Array.from({ length: count }, (_, i) => (i + 1) / count);
    if (law.spread.length < count) law.spread = new Float32Array(count).fill(law.spread[0]);
    return law;
  };
  const latent = readLaw(game.latent), targets = {};
  for (const [name, law] of Object.entries(game.targets)) targets[name] = readLaw(law);
  const values = { ...game.values };
  let seed = game.seed, moves = 0, step = 0;

  function fill(how, name, stream) {
    if (at[name].length) exports[how](at[name].byteOffset, at[name].length, seed | 0, stream | 0);
    return at[name];
  }

  // Which row each sample comes from, and where around it.
  function drawLaw(law, name, stream) {
    const { dim, rows, spread, shares, kernel } = law, place = at[name], count = place.length / dim, last = shares.length - 1;
    let which = null;
    if (last > 0) which = Float32Array.from(fill("uniform", name, stream).subarray(0, count));
    fill(kernel === "box" ? "uniform" : "normal", name, stream + 1);
    for (let i = 0; i < count; i++) {
      let k = 0;
      if (which) {
        let high = last;
        while (k < high) { const middle = (k + high) >> 1; if (which[i] < shares[middle]) high = middle; else k = middle + 1; }
      }
      for (let d = 0; d < dim; d++) {
        const around = kernel === "box" ? Math.fround(2 * place[i * dim + d] - 1) : place[i * dim + d];
        place[i * dim + d] = Math.fround(rows[k * dim + d] + Math.fround(spread[k] * around));
      }
    }
  }

  function draw() {
    const stream = STREAMS * moves++;
    drawLaw(targets[values.target], "x", stream);
    drawLaw(latent, "z", stream + 2);
    if (values.error === "no noise") at.z.fill(0);
    if (values.penalty === "gradient penalty") fill("uniform", "u", stream + 4);
    if (values.noise > 0) { fill("normal", "blur_real", stream + 5); fill("normal", "blur_fake", stream + 6); }
  }

  function take(name, value) {
    values[name] = value;
    at.lr_D[0] = values.lr_d; at.lr_G[0] = values.lr_g; at.gamma[0] = values.gamma; at.noise[0] = values.noise;
    at.swapped[0] = values.error === "labels exchanged" ? 1 : 0;
    at.sigmoid[0] = values.error === "a second sigmoid" ? 1 : 0;
    at.leaked[0] = values.error === "gradients not cleared" ? 1 : 0;
    at.average[0] = game.averages[values.average];
    Object.keys(game.losses).forEach((loss, i) => {
      at.loss[i] = loss === values.loss ? 1 : 0;
      if (at.other) at.other[i] = loss === values.other ? 1 : 0;
    });
  }

  function begin(fresh) {
    seed = fresh; moves = step = 0;
    for (const name of carried) at[name].fill(0);
    for (const [who, stream] of [["G", NEW], ["D", NEW + 1]]) {
      const place = fill("uniform", who, stream);
      let i = 0;
      for (const [count, bound] of game.starts[who]) {
        for (const end = i + count; i < end; i++) place[i] = Math.fround(Math.fround(2 * place[i] - 1) * bound);
      }
    }
    at.G_average.set(at.G);
    drawLaw(targets[values.target], "probe_x", PROBE);
    drawLaw(latent, "probe_z", PROBE + 2);
    layEvenly(at.grid, targets[values.target].window);
    if (at.mesh) layEvenly(at.mesh, aroundLatents());
    at.blur_real.fill(0); at.blur_fake.fill(0);
  }

  // Points in order, as many each way, from end to end of a window of (low, high) pairs.
  function layEvenly(place, window) {
    const dim = window.length, side = Math.round((place.length / dim) ** (1 / dim));
    for (let i = 0; i < place.length; i++) {
      const [low, high] = window[i % dim], turn = Math.floor(Math.floor(i / dim) / side ** (i % dim)) % side;
      place[i] = low + (turn / (side - 1)) * (high - low);
    }
  }

  // Where latents are: on a line practically all of them, in the plane those of the sheet.
  function aroundLatents() {
    const { rows, spread, kernel } = latent, reach = spread[0] * (kernel === "box" ? 1 : latent.dim === 1 ? 5 : 2);
    return Array.from({ length: latent.dim }, (_, d) => [rows[d] - reach, rows[d] + reach]);
  }

  // One step as the rule has it: D so often, then G. Returns both losses, NaN for who did not move.
  function move() {
    const lost = { D: NaN, G: NaN }, by = fall(game.falls[values.rates], step);
    at.lr_D[0] = values.lr_d * by; at.lr_G[0] = values.lr_g * by;
    if (values.mover !== "thief only") {
      for (let i = 0; i < (values.mover === "both" ? Number(values.n_d) : 1); i++) {
        draw(); exports[game.moves[values.penalty]](); lost.D = at.loss_D[0];
      }
    }
    if (exports.move_G && values.mover !== "police only") { draw(); exports.move_G(); lost.G = at.loss_G[0]; }
    step += 1;
    return lost;
  }

  function look() {
    const latents = [at.probe_z, at.mesh].filter(Boolean), kept = values.error === "no noise" ? latents.map((place) => place.slice()) : null;
    if (kept) for (const place of latents) place.fill(0);
    exports.look();
    if (kept) latents.forEach((place, i) => place.set(kept[i]));
    const copy = (name) => at[name].slice();
    return { step, seed, x_fake: copy("x_fake"), real_logits: copy("real_logits"), fake_logits: copy("fake_logits"),
      grid_logits: copy("grid_logits"), asked_steps: copy("asked_steps"), other_steps: at.other ? copy("other_steps") : null, probe_x: copy("probe_x"), probe_z: copy("probe_z"),
      mesh: at.mesh ? copy("mesh") : null, landings: at.mesh ? copy("landings") : null };
  }

  // What has to be kept to go on from a moment.
  const keep = () => ({ step, moves, seed, numbers: carried.map((name) => at[name].slice()) });
  function goBack(moment) {
    ({ step, moves, seed } = moment);
    carried.forEach((name, i) => at[name].set(moment.numbers[i]));
  }

  // Whether the numbers have run away.
  const broken = () => !Number.isFinite(at.loss_D[0] + (at.loss_G?.[0] ?? 0) + at.D[0] + (at.G[0] ?? 0));

  take("target", values.target);
  const own = (name, law) => { targets[name] = readLaw({ ...law }); };
  return { own, begin, move, look, take, keep, goBack, broken, values, at, get step() { return step; } };
}

// The worker itself. It sends a frame, and sends the next when the page has drawn it; in between it goes on training.
function serve(scope) {
  let engine = null, running = false, drawn = true, moments = [], made = 0, lossesOf = { D: [], G: [] }, waiting = false, spent = 0;
  const mean = (list) => (list.length ? list.reduce((a, b) => a + b, 0) / list.length : null);

  // Every moment has a number. A frame says after which it comes: what the page has beyond that is no longer true.
  function show() {
    const frame = engine.look();
    frame.seconds = spent / 1000;
    frame.d_loss = mean(lossesOf.D); frame.g_loss = mean(lossesOf.G);
    lossesOf = { D: [], G: [] };
    const after = moments.length ? moments[moments.length - 1].id : null;
    moments.push({ id: ++made, ...engine.keep() });
    drawn = false;
    scope.postMessage({ frame, id: made, after });
  }

  // To the moment that the page shows, if it is not the last: what came after is forgotten.
  function back(from) {
    const place = moments.findIndex(({ id }) => id === from);
    if (place < 0 || place === moments.length - 1) return;
    engine.goBack(moments[place]);
    moments.length = place + 1;
  }

  function once() {
    const began = performance.now(), lost = engine.move();
    spent += performance.now() - began;
    if (engine.broken()) {
      running = false;
      scope.postMessage({ diverged: engine.step });
      return false;
    }
    for (const who of ["D", "G"]) if (!Number.isNaN(lost[who])) lossesOf[who].push(lost[who]);
    return true;
  }

  function slice() {
    waiting = false;
    if (!running) return;
    const each = { "each step": 1, "10 steps": 10 }[engine.values.pace];
    if (each) {
      if (!drawn) return; // goes on when the page has drawn
      for (let i = 0; i < each; i++) if (!once()) return;
      show();
    } else {
      const end = performance.now() + 12; // about thirty pictures a second
      while (performance.now() < end) if (!once()) return;
      if (drawn) show();
    }
    again();
  }

  // A timer of 0 is held back by some browsers; a message to oneself is not.
  const channel = new MessageChannel();
  channel.port1.onmessage = slice;
  const again = () => { if (!waiting) { waiting = true; channel.port2.postMessage(0); } };

  const tasks = {
    async open({ game }) {
      engine = await makeEngine(game);
    },
    begin({ values, seed }) {
      running = false; moments = []; lossesOf = { D: [], G: [] }; spent = 0;
      for (const [name, value] of Object.entries(values)) engine.take(name, value);
      engine.begin(seed);
      show();
    },
    own({ name, law }) { engine.own(name, law); },
    run({ from }) {
      back(from);
      running = true;
      again();
    },
    pause() { running = false; },
    step({ from }) {
      running = false;
      back(from);
      if (once()) show();
    },
    set({ name, value }) { engine.take(name, value); },
    drop({ ids }) { moments = moments.filter(({ id }) => !ids.includes(id)); },
    drawn() { drawn = true; if (running) again(); },
  };
  let before = Promise.resolve(); // one after the other: what comes while the module is unpacked waits
  scope.onmessage = ({ data }) => {
    before = before.then(() => tasks[data.do](data)).catch((error) => scope.postMessage({ failed: String(error.message ?? error) }));
  };
}
