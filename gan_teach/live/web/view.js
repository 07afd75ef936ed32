// The stage itself: picture, losses, numbers, controls. It knows a movie {frames, at(i), headerOf(i)}; its host does the rest.

const WORDS = {
  run: "Run", pause: "Pause", step: "One step", reset: "Reset", speed: "Speed", moment: "Moment of the training",
  settings: "Settings", picture: "picture; arrow keys read values off",
  losses: "Losses of D and G over the steps; dashed: their levels at the equilibrium", setting: "Recording",
  source: "What is shown", recorded: "Recording", own: "Train it yourself", train: "Train", fresh: "New start",
  longest: "longest arrow", second: "a second loss", rescaled: "rescaled", none: "\u2013", tick: "a setting changed", faint: "faint: before", anew: "new start", seconds: "training", at: "step", seed: "random start", lossOf: (who) => `loss of ${who}`,
};
const PICTURES = {
  line: { draw: drawLine, read: readLine }, plane: { draw: drawPlane, read: readPlane }, images: { draw: drawImages, read: readImages },
};
const CALM = matchMedia("(prefers-reduced-motion: reduce)").matches;

// As wide and high as the window in the plane, so that no room is left empty, but never a strip.
const shapeOf = ([[left, right], [bottom, top]]) => Math.min(Math.max((right - left) / (top - bottom), 0.8), 1.6);

function makeView(root, ask) {
  const now = { movie: null, header: null, hues: null, offered: null, index: 0, frame: null, shown: new Set(), probe: null, surface: null,
    running: false, pen: null, base: "" };
  let start = WORDS.run; // what the button that starts it says
  const top = make(root, "div", { className: "gs-top" }), left = make(top, "div", { className: "gs-left" });
  const right = make(top, "div", { className: "gs-right" }), box = make(left, "div", { className: "gs-frame" });
  const picture = make(box, "canvas", { tabIndex: 0 });
  picture.setAttribute("role", "application"); // so that the arrow keys arrive, with which values are read
  picture.setAttribute("aria-roledescription", WORDS.picture);
  const probe = make(box, "p", { className: "gs-probe" }), bar = make(left, "div", { className: "gs-bar" });
  const run = make(bar, "button", { type: "button", className: "gs-run" }, WORDS.run);
  const scrub = make(bar, "input", { type: "range", min: 0, max: 0, value: 0, step: 1 });
  scrub.setAttribute("aria-label", WORDS.moment);
  const step = make(bar, "span", { className: "gs-at", ariaHidden: "true" }); // the bar says it by itself
  const side = make(right, "div", { className: "gs-side" }), small = make(side, "div", { className: "gs-frame gs-losses" });
  const losses = make(small, "canvas");
  losses.setAttribute("role", "img");
  losses.setAttribute("aria-label", WORDS.losses);
  const key = make(side, "p", { className: "gs-key" }), facts = make(side, "dl");
  const message = make(left, "p", { className: "gs-message", hidden: true }); // where it pushes nothing that one presses
  const layers = make(right, "div", { className: "gs-layers" }), extras = make(right, "div", { className: "gs-extras" });
  const text = make(root, "p", { className: "gs-text" });
  text.setAttribute("role", "status");
  message.setAttribute("role", "alert");

  function draw() {
    if (!now.movie || !picture.clientWidth) return;
    const { header, movie: { frames } } = now, hues = huesFor(root);
    if (hues !== now.hues) dress(root, now.hues = hues);
    now.surface = PICTURES[header.kind].draw(picture, header, now.frame, header.pen ? new Set(["data"]) : now.shown, hues);
    const [faint, tick] = ["gs-faint", "gs-tick"].map((name) => key.querySelector(`.${name}`));
    if (faint) faint.hidden = !now.movie.before?.length;
    if (tick) tick.hidden = !frames.some((f) => f.changed);
    if (!header.thin) now.losses = drawLosses(losses, header, frames, now.index, hues, now.movie.before);
    if (now.probe) drawProbe(now.surface, now.probe);
    root.dataset.index = now.index;
  }

  function drawProbe(surface, [x, y]) {
    inside(surface, (c) => {
      c.strokeStyle = surface.hues.quiet; c.lineWidth = 1; c.setLineDash([3, 3]); c.beginPath();
      c.moveTo(surface.x(x), surface.top); c.lineTo(surface.x(x), surface.bottom);
      c.moveTo(surface.left, surface.y(y)); c.lineTo(surface.right, surface.y(y)); c.stroke();
    });
  }

  // What D says as a number: a probability, or the score behind the colour.
  function verdictOf(v) {
    const inner = Math.min(Math.max(v, 1 / 510), 1 - 1 / 510); // beyond, the recording can't tell
    return now.header.probability ? v : now.frame.middle + now.frame.unit * Math.log(inner / (1 - inner));
  }

  function tell() {
    const { header, frame } = now;
    text.textContent = frame.text;
    scrub.setAttribute("aria-valuetext", frame.text);
    picture.setAttribute("aria-label", frame.text);
    step.textContent = `${WORDS.at} ${frame.step.toLocaleString("en")}`;
    if (!header.pen) facts.replaceChildren(); // what is drawn has no numbers, and those there were keep their place
    if (!header.pen) for (const [name, value] of linesOf(header, frame)) { make(facts, "dt", {}, name); make(facts, "dd", {}, value.replace(/^-/, "\u2212")); }
    const found = now.probe ? PICTURES[header.kind].read(header, frame, now.probe) : {};
    const said = Object.entries(found).filter(([, v]) => v !== undefined && !Number.isNaN(v))
      .map(([name, v]) => `${LOOKS[name]?.[0] ?? name} ${name === "sample" ? v : shortNumber(name === "D" ? verdictOf(v) : v)}`);
    probe.textContent = said.join(", ");
    if (now.probe) { const [low, high] = now.surface.window[1]; probe.classList.toggle("gs-low", now.probe[1] > (low + high) / 2); } // away from what one points at
  }

  function go(index) {
    now.index = Math.max(0, Math.min(index, now.movie.frames.length - 1));
    now.header = now.movie.headerOf(now.index);
    now.frame = now.movie.at(now.index);
    scrub.value = now.index;
    tell();
    draw();
  }

  function show(movie, index) {
    const header = movie.headerOf(index), names = header.arrays.map((a) => a.name).filter((name) => name !== "sheet");
    const offered = [header.kind, header.probability, header.second, ...names].join();
    const first = now.header?.kind !== header.kind;
    now.movie = movie;
    root.dataset.kind = header.kind;
    box.style.aspectRatio = header.kind === "plane" ? shapeOf(header.window) : "";
    small.hidden = key.hidden = Boolean(header.thin && !header.pen); // points alone: nothing is known of the losses
    scrub.max = movie.frames.length - 1;
    if (first) now.shown = new Set(header.shown);
    if (offered !== now.offered && !header.pen) { offerLayers(header, movie.at(index)); now.offered = offered; }
    go(index);
  }

  function offerLayers(header, frame) {
    layers.replaceChildren();
    for (const name of LAYERS[header.kind]) {
      const [looks, hue, needs] = LOOKS[name], words = name === "others" && header.second ? `arrows: ${header.second.replaceAll("_", " ")}` : looks;
      if (needs && !frame[needs] && !header.offers?.includes(name)) continue;
      const label = make(layers, "label", { className: `gs-${hue}` });
      const tick = make(label, "input", { type: "checkbox", checked: now.shown.has(name), name });
      tick.after(header.probability === false && ["D", "field"].includes(name) ? ` ${words}, ${WORDS.rescaled}` : ` ${words}`);
      tick.addEventListener("change", () => {
        now.shown[tick.checked ? "add" : "delete"](name);
        ask("layers", [...now.shown]);
        tell();
        draw();
      });
    }
    key.replaceChildren();
    for (const [who, name] of [["D", "D"], ["fakes", "G"]]) make(key, "span", { className: `gs-${who}` }, WORDS.lossOf(name));
    for (const name of ["tick", "faint"]) make(key, "span", { className: `gs-${name}`, hidden: true }, WORDS[name]);
  }

  function setWords(words) { start = words; }
  function reveal(...names) { for (const name of names) now.shown.add(name); now.offered = null; } // from the next picture

  // With a pen {put(place, first), undo()} the picture is drawn in, and not read.
  function setPen(pen) { now.pen = pen; root.classList.toggle("gs-draws", Boolean(pen)); }

  function setRunning(running) {
    now.running = running;
    run.textContent = running ? WORDS.pause : start;
    text.setAttribute("aria-live", running ? "off" : "polite"); // nobody wants to hear ten lines a second
  }

  function point(event) {
    if (!now.surface) return;
    const place = now.surface.inverse(event.offsetX, event.offsetY), [wx, wy] = now.surface.window;
    const within = place[0] >= wx[0] && place[0] <= wx[1] && place[1] >= wy[0] && place[1] <= wy[1];
    now.probe = within ? place : null;
    if (now.pen && within && (event.type === "pointerdown" || event.buttons)) now.pen.put(place, event.type === "pointerdown");
    probe.setAttribute("aria-live", "off");
    tell(); draw();
  }

  function pointByKey(event) {
    if (now.pen && now.probe && [" ", "Enter"].includes(event.key)) { event.preventDefault(); now.pen.put(now.probe, true); }
    if (now.pen && event.key === "Backspace") { event.preventDefault(); now.pen.undo(); }
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
    if (!way || !now.surface) return;
    event.preventDefault();
    const from = now.probe ?? now.surface.window.map(([a, b]) => (a + b) / 2);
    now.probe = now.surface.window.map(([a, b], k) => Math.max(a, Math.min(b, from[k] + (way[k] * (b - a)) / 40)));
    probe.setAttribute("aria-live", "polite");
    tell(); draw();
  }

  picture.addEventListener("pointermove", point);
  picture.addEventListener("pointerdown", point);
  picture.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "touch") return; // a finger that is lifted has left, and what it pointed at should stay
    now.probe = null;
    if (now.movie) { tell(); draw(); }
  });
  picture.addEventListener("keydown", pointByKey);
  run.addEventListener("click", () => ask(now.running ? "pause" : "run"));
  const seek = (index) => { ask("scrub"); go(index); };
  scrub.addEventListener("input", () => seek(Number(scrub.value)));
  pointAtLosses(losses, now, seek);
  const unwatch = watchLook(box, draw);
  setRunning(false);

  return {
    show, go, setRunning, setWords, setPen, reveal, focus: () => picture.focus({ preventScroll: true }), bar, box, extras, now, root,
    // base: what stands there while there is nothing else to say
    setBase(words) { now.base = words; },
    say(words, calm = false) {
      message.textContent = words || now.base;
      message.hidden = !(words || now.base);
      message.classList.toggle("gs-calm", calm || !words);
    },
    dispose() { unwatch(); root.replaceChildren(); },
  };
}
