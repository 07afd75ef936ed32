// The reader's own target: drawn in the picture, or pasted. It is told as text, so that a link can hold it: drawn and window,
// heights and window, or pasted.

Object.assign(WORDS, {
  asAtFirst: "Reset all", again: "Same start", link: "Link to this",
  copied: "The link is copied. It holds settings, random start and target; the training begins at step 0 there.",
  toCopy: "Copy the link from the field. It holds settings, random start and target; the training begins at step 0 there.",
  noStage: "The link doesn't say which stage of the page is meant: add train=1 for the first.", otherGame: "This is another random start than the recording's, whose losses are the faint lines. The rates stay as they are set; in some recordings they fell.",
  linked: "These settings came with the link. Press Train.",
  about: { step: "one step of the game", again: "from the same random start, with the settings as they are now",
    reset: "from another random start", link: "an address that opens this experiment", asAtFirst: "settings, random start and target as they were, and step 0" },
  mine: "Your own target", choose: "your own \u2026", drawOwn: "Draw it in the picture", playOwn: "Take the drawing", undoOwn: "Undo", clearOwn: "Clear",
  cancelOwn: "Cancel", pasteOwn: "Take these points", press: "Press Train.", pasteLine: "or paste numbers, one in a line", pastePlane: "or paste points, two numbers in a line",
  drawPlane: "Put dots where the data shall be: click or drag; by keyboard arrow keys and Enter, and Backspace takes back.",
  drawLine: "Draw the density with one stroke or several; by keyboard arrow keys and Enter, and Backspace takes back.",
});
const OWN = "your own", MOST_POINTS = 2000, SOFTNESS = 0.01; // the spread of a drawn dot, as a share of the window's width

// One point a row. Between numbers stand blanks or commas; or semicolons, and then a comma is a decimal one, as it is in a
// row that should hold one number.
function rowsOf(text, dim) {
  const rows = text.split("\n").map((row) => row.trim()).filter(Boolean), commas = dim === 1 || text.includes(";");
  const split = text.includes(";") ? /\s*;\s*/ : dim === 1 ? /\s+/ : /[\s,]+/;
  return rows.map((row) => row.split(split).filter(Boolean).map((word) => (commas ? word.replace(",", ".") : word)));
}

// Rows of words are refused with their number; a first row of words is a heading.
function readPoints(text, dim) {
  const rows = rowsOf(text, dim), heading = rows.length > 1 && rows[0].every((word) => !/^[-+]?[.\d]/.test(word)) ? 1 : 0, found = [];
  rows.slice(heading).forEach((row, i) => {
    const where = `Row ${i + 1 + heading} ("${row.join(" ").slice(0, 30)}")`;
    if (row.length !== dim) throw new Error(`${where} has ${row.length} number${row.length === 1 ? "" : "s"}, and here a point has ${dim}. Between two numbers: a comma, a blank or a semicolon`);
    const numbers = row.map(Number);
    if (!numbers.every(Number.isFinite)) throw new Error(`${where} is not ${dim === 1 ? "a finite number" : "two finite numbers"}`);
    found.push(...numbers);
  });
  const count = found.length / dim;
  if (count < 2 || count > MOST_POINTS) throw new Error(`Between 2 and ${MOST_POINTS.toLocaleString("en")} points can be played with, but ${count} were given`);
  return found;
}

const readWindow = (text, dim) => {
  const ends = String(text).split(",").map(Number);
  if (ends.length !== 2 * dim || !ends.every(Number.isFinite) || ends.some((v, i) => i % 2 && v <= ends[i - 1])) throw new Error("The link is cut off or changed: what it says of the picture's window can't be read");
  return Array.from({ length: dim }, (_, d) => [ends[2 * d], ends[2 * d + 1]]);
};

// {law, about}: what can be drawn from, and a sentence. Errors: `Error` with the sentence for the reader.
function ownTarget(told, dim, count) {
  if (told.pasted !== undefined) return pastedTarget(readPoints(told.pasted, dim), dim, count);
  const window = readWindow(told.window, dim), [low, high] = window[0];
  if (told.drawn !== undefined) {
    const rows = Float32Array.from(told.drawn.split(/[;,]/).map(Number)), dots = rows.length / 2;
    if (dim !== 2 || !Number.isInteger(dots) || dots > MOST_POINTS || !rows.every(Number.isFinite)) throw new Error("The drawing is not one of points in the plane");
    const law = { dim, rows, kernel: "normal", spread: Float32Array.of(SOFTNESS * (high - low)), window };
    return { law, about: `Your drawing: ${dots} dot${dots === 1 ? "" : "s"}.` };
  }
  if (told.heights === undefined) throw new Error("There is no drawing");
  const heights = told.heights.split(",").map(Number), width = (high - low) / (count - 1), whole = heights.reduce((a, b) => a + b, 0);
  if (dim !== 1 || heights.length !== count || !heights.every((v) => v >= 0) || !(whole > 0)) throw new Error("The drawing is not a density on the line");
  let sum = 0;
  const law = { dim, kernel: "box", spread: Float32Array.of(width / 2), window, rows: Float32Array.from(heights, (_, i) => low + i * width),
    shares: Float32Array.from(heights, (v) => (sum += v) / whole), density: Float32Array.from(heights, (v) => v / whole / width) };
  return { law, about: "Your drawing, scaled so that its area is 1." };
}

// Each column minus its mean, over its standard deviation, as own_points.py has it. Numbers on a line are smeared a little, by
// Silverman's rule, so that they have a density.
function pastedTarget(points, dim, count) {
  const n = points.length / dim, columns = Array.from({ length: dim }, (_, d) => points.filter((_, i) => i % dim === d));
  const centres = columns.map(meanOf), scales = columns.map((c, d) => Math.sqrt(meanOf(c.map((v) => (v - centres[d]) ** 2))) || 1);
  if (![...centres, ...scales].every(Number.isFinite)) throw new Error("These numbers are too large to be computed with");
  const rows = Float32Array.from(points, (v, i) => (v - centres[i % dim]) / scales[i % dim]);
  const ends = columns.map((_, d) => { const own = rows.filter((_, i) => i % dim === d); return [Math.min(...own), Math.max(...own)]; });
  const pad = 0.15 * Math.max(...ends.map(([a, b]) => b - a), 1e-3), spread = dim === 1 ? 1.06 * n ** -0.2 : 0;
  const window = ends.map(([a, b]) => [a - pad - 2 * spread, b + pad + 2 * spread]);
  const own = window.map((side, d) => side.map((v) => centres[d] + scales[d] * v)), law = { dim, rows, kernel: "normal", spread: Float32Array.of(spread), window, own };
  if (dim === 1) {
    const [[low, high]] = window, bell = (u) => Math.exp(-u * u / 2) / Math.sqrt(2 * Math.PI) / spread / n;
    law.density = Float32Array.from({ length: count }, (_, i) => rows.reduce((sum, v) => sum + bell((low + (i / (count - 1)) * (high - low) - v) / spread), 0));
  }
  const smeared = spread ? `, each smeared by ${(spread * scales[0]).toPrecision(2)}` : "";
  return { law, about: `Your ${n.toLocaleString("en")} points${smeared}. They are played with mean 0 and standard deviation 1, and shown in your own units.` };
}

// What is being drawn: strokes, and the picture of them.
function makeDrawing(dim, window, count) {
  const [low, high] = window[0], width = high - low, strokes = [];
  let heights = new Float32Array(count), last = null;
  const all = () => strokes.flat(), flat = () => all().flat();
  const placeOf = (x) => Math.max(0, Math.min(count - 1, Math.round(((x - low) / width) * (count - 1))));
  function lift([x, y]) { // the curve follows the pen from where it was
    const to = placeOf(x), from = last ? placeOf(last[0]) : to, end = Math.max(0, Math.min(1, y)), begin = last ? last[1] : end;
    for (let i = Math.min(from, to); i <= Math.max(from, to); i++) heights[i] = from === to ? end : begin + ((end - begin) * (i - from)) / (to - from);
    last = [x, end];
  }
  return {
    put(place, first) {
      if (first) { last = null; strokes.push(dim === 1 ? heights.slice() : []); }
      if (dim === 1) { lift(place); return; }
      if (last && Math.hypot(place[0] - last[0], place[1] - last[1]) < 0.012 * width) return;
      if (all().length < MOST_POINTS) strokes[strokes.length - 1].push(last = place.map((v) => Number(v.toFixed(3))));
    },
    undo() { const before = strokes.pop(); if (dim === 1 && before) heights = before; },
    clear() { strokes.length = 0; heights = new Float32Array(count); },
    get empty() { return dim === 1 ? !heights.some((v) => v > 0.005) : !all().length; },
    told() {
      const ends = window.flat().join();
      return dim === 1 ? { heights: Array.from(heights, (v) => Math.round(100 * v)).join(), window: ends }
        : { drawn: all().map((dot) => dot.join()).join(";"), window: ends };
    },
    movie() {
      const none = new Float32Array(count).fill(NaN), text = dim === 1 ? WORDS.drawLine : WORDS.drawPlane;
      const frame = { step: 0, seconds: 0, text, facts: [], d_loss: null, g_loss: null, fakes: dim === 1 ? none : [], verdict: dim === 1 ? none : undefined,
        data: dim === 1 ? heights : flat(), places: [], landings: [] };
      const header = { kind: dim === 1 ? "line" : "plane", window, top: 1.05, shown: [], offers: [], probability: true, levels: [null, null], thin: true,
        pen: true, arrays: [{ name: "data" }] };
      return { frames: [frame], at: () => frame, headerOf: () => header };
    },
  };
}

// The panel: draw, undo, clear, play; or paste. host: {dim, count, window(), pause(), play(told), back()}.
function makeOwnPanel(view, place, host) {
  const panel = make(place, "details", { className: "gs-mine" });
  make(panel, "summary", {}, WORDS.mine);
  const row = make(panel, "p"), buttons = {}, tellBelow = (words) => { answer.textContent = words; }; // where one looks
  let drawing = null, answer = null;
  const redraw = () => { view.show(drawing.movie(), 0); buttons.play.disabled = drawing.empty; };
  const pen = (on) => {
    view.setPen(on ? { put(at, first) { drawing.put(at, first); redraw(); }, undo: tasks.undo } : null);
    for (const [name, button] of Object.entries(buttons)) button.hidden = (name === "draw") === on;
  };
  const attempt = (told) => {
    answer.textContent = "";
    try { view.say(host.play(told), true); return true; } catch (error) { (told.pasted === undefined ? view.say : tellBelow)(`${error.message}. Nothing was changed.`); return false; }
  };
  const tasks = {
    draw() { host.pause(); drawing = makeDrawing(host.dim, host.window(), host.count); pen(true); redraw(); view.say(view.now.frame.text, true); view.focus(); bringPictureIntoSight(view); },
    play() { const told = drawing.told(); pen(false); if (!attempt(told)) host.back(); },
    undo() { drawing.undo(); redraw(); },
    clear() { drawing.clear(); redraw(); },
    cancel() { pen(false); view.say(""); host.back(); },
  };
  for (const name of ["draw", "play", "undo", "clear", "cancel"]) {
    buttons[name] = make(name === "draw" ? row : view.bar, "button", { type: "button", hidden: name !== "draw" }, WORDS[`${name}Own`]);
    buttons[name].addEventListener("click", tasks[name]);
  }
  const label = make(panel, "label", {}, host.dim === 1 ? WORDS.pasteLine : WORDS.pastePlane);
  const area = make(label, "textarea", { rows: 4, spellcheck: false, placeholder: host.dim === 1 ? "1.7\n2.4\n2.6" : "1.7, 0.3\n2.4, 0.1\n2.6, 0.8" });
  make(make(panel, "p"), "button", { type: "button" }, WORDS.pasteOwn).addEventListener("click", () => { if (drawing) pen(false); if (attempt({ pasted: area.value })) view.focus(); });
  answer = make(panel, "p", { className: "gs-answer" });
  answer.setAttribute("role", "alert");
  return { stop() { if (view.now.pen) tasks.cancel(); }, open() { panel.open = true; buttons.draw.focus(); } };
}
