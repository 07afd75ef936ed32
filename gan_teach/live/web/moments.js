// A frame of the engine as a moment of a movie: what Python computes for a recording (readout.py, frames.py), in the page.

const sigmoid = (a) => 1 / (1 + Math.exp(-a));
const meanOf = (list) => list.reduce((a, b) => a + b, 0) / list.length;

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
  return [...facts, ["D at the fakes", twoDecimals(at)], ["D is right", percent(right)]];
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

function longestOf(steps) {
  let found = 0;
  for (let i = 0; i < steps.length; i += 2) found = Math.max(found, Math.hypot(steps[i], steps[i + 1]));
  return found;
}

function momentOf(game, values, frame, shown) {
  const loss = game.losses[values.loss], target = game.targets[values.target], [middle, unit] = scaleOf(loss, frame);
  const facts = factsOf(game, values, frame, middle), plane = target.dim === 2, count = frame.grid_logits.length;
  const verdict = Float32Array.from(frame.grid_logits, (a) => sigmoid((a - middle) / unit));
  const about = { step: frame.step, seed: frame.seed, seconds: frame.seconds, text: sentenceOf(frame.step, facts), facts, d_loss: frame.d_loss, g_loss: frame.g_loss,
    middle, unit, longest: 0 };
  const modes = Object.values(game.targets).some((t) => t.modes);
  const header = { kind: plane ? "plane" : "line", window: target.window, own: target.own, shown, offers: [], expects: modes ? ["modes", "high-quality"] : [], probability: loss.neutral === 0,
    levels: loss.levels };
  if (plane) {
    const own = longestOf(frame.asked_steps), beside = values.other === "none" ? null : longestOf(frame.other_steps), side = Math.sqrt(count);
    const longest = Math.max(own, beside ?? 0, 1e-30), arrowsOf = (steps) => steps.slice(0, 160).map((v) => v / longest); // to one scale
    about.longest = Number(own.toPrecision(3));
    if (beside !== null) about.beside = { loss: values.other, longest: Number(beside.toPrecision(3)) };
    header.arrays = [{ name: "data" }, { name: "fakes" }, { name: "verdict", shape: [1, side, side] }, { name: "arrows" }];
    header.offers.push("others");
    if (beside !== null) header.second = values.other;
    const arrows = arrowsOf(frame.asked_steps), others = beside === null ? undefined : arrowsOf(frame.other_steps), sheet = frame.landings ?? undefined;
    return { about, header, frame: { ...about, data: frame.probe_x, fakes: frame.x_fake, verdict, arrows, others, sheet } };
  }
  const fakes = densityOf(game.latent, frame.mesh, frame.landings, target.window[0], count), data = target.density; // none where it is not known
  const best = data && header.probability ? data.map((p, i) => (p + fakes[i] > 1e-9 ? p / (p + fakes[i]) : -1)) : undefined;
  const order = [...frame.probe_z.keys()].sort((a, b) => frame.probe_z[a] - frame.probe_z[b]);
  const chosen = Array.from({ length: 30 }, (_, i) => order[Math.floor((i / 29) * (order.length - 1))]);
  const [z0, z1] = [frame.probe_z[chosen[0]], frame.probe_z[chosen[29]]];
  header.top = Math.max(1.05, 1.25 * Math.max(...(data ?? fakes)));
  header.arrays = ["fakes", "verdict", "places", "landings", ...(data ? ["data"] : []), ...(best ? ["best"] : [])].map((name) => ({ name }));
  const places = Float32Array.from(chosen, (i) => (frame.probe_z[i] - z0) / (z1 - z0 || 1));
  return { about, header, frame: { ...about, fakes, verdict, places, landings: Float32Array.from(chosen, (i) => frame.x_fake[i]), data, best } };
}
