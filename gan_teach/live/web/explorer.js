// Curves and pictures that change with sliders: the module computes them; curves are drawn as the stage's are.

const LOOKS_OF = { dashed: [6, 4], dotted: [2, 3] }, POINTED = { points: 4.5, dots: 1.2, way: 2 };

// As Python writes it, but for a zero with a sign.
const plainly = (v, digits) => (Math.abs(v) < 0.5 * 10 ** -digits ? 0 : v).toFixed(digits);

async function openExplorer(root) {
  const lesson = JSON.parse(root.querySelector("script[data-explorer]").textContent), { knobs, ways, panels, says } = lesson;
  const row = make(root, "div", { className: "gx-panels" }), below = make(root, "div"), said = make(root, "p");
  said.setAttribute("role", "status");
  let exports, at;
  try {
    ({ exports, at } = await openModule(lesson));
  } catch (error) {
    said.textContent = `These curves can't move here: ${error.message}. The rest of the page is complete.`;
    return;
  }
  const drawn = panels.map((panel) => {
    if (panel.names) {
      const box = make(row, "div", { className: "gx-pictures" });
      box.style.setProperty("--pictures", panel.names.length);
      return { panel, canvases: panel.names.map((name, i) => {
        const figure = make(box, "figure"), canvas = make(figure, "canvas");
        canvas.setAttribute("role", "img");
        make(figure, "figcaption", {}, panel.words[i]);
        return canvas;
      }) };
    }
    const box = make(row, "div", { className: panel.equal ? "gx-equal" : "" }), canvas = make(box, "canvas"), key = make(box, "div", { className: "gx-key" });
    canvas.setAttribute("role", "img");
    for (const { words, hue, look } of panel.curves) if (words) make(key, "span", { className: `gx-${look}` }, words).style.setProperty("--hue", `var(--gs-${hue})`);
    return { panel, canvas };
  });
  const sliders = Object.entries(knobs).map(([name, [low, high, start, given]]) => {
    const label = make(below, "label", {}, ""), step = given ?? 10 ** Math.floor(Math.log10((high - low) / 250));
    make(label, "span", {}, name.replaceAll("_", " "));
    const input = make(label, "input", { type: "range", min: low, max: high, step, name }), output = make(label, "output");
    input.value = start;
    input.addEventListener("input", () => { stop(); draw(); });
    return { name, input, output, digits: given % 1 === 0 ? 0 : 2 };
  });

  function walk() { // the ways, step by step
    Object.entries(ways).forEach(([name, { start, steps }], i) => {
      const xs = new Float32Array(steps + 1), ys = new Float32Array(steps + 1), state = at[`state${i}`];
      state.set(start);
      for (let k = 0; k <= steps; k++) { [xs[k], ys[k]] = state; if (k < steps) exports[`move${i}`](); }
      at[`${name} x`] = xs;
      at[`${name} y`] = ys;
    });
  }

  function drawCurve(surface, { x, y, hue, look, to }) {
    const color = surface.hues[hue], [xs, ys] = [at[x], at[y]];
    if (look === "upright") strokeCurve(surface, [xs[0], xs[0]], surface.window[1], color, { width: 1.4 });
    else if (look === "arrows") drawField(surface, xs, ys, at[to[0]], at[to[1]], color);
    else if (!["points", "dots"].includes(look)) strokeCurve(surface, xs, ys, color, { dash: LOOKS_OF[look] ?? [], fill: look === "filled" ? 0.14 : 0, width: look === "way" ? 1 : 2 });
    if (POINTED[look]) inside(surface, (c) => {
      c.fillStyle = color;
      xs.forEach((v, i) => { c.beginPath(); c.arc(surface.x(v), surface.y(ys[i]), POINTED[look], 0, 7); c.fill(); });
    });
  }

  function drawField(surface, xs, ys, dx, dy, color) { // the longest is as long as two neighbours are apart
    const longest = Math.max(...dx.map((v, i) => Math.hypot(v, dy[i])), 1e-9), reach = (surface.right - surface.left) / Math.sqrt(xs.length);
    inside(surface, (c) => {
      c.strokeStyle = color; c.lineWidth = 1; c.beginPath();
      xs.forEach((v, i) => traceArrow(c, surface.x(v), surface.y(ys[i]), (reach * dx[i]) / longest, (-reach * dy[i]) / longest, 4));
      c.stroke();
    });
  }

  function paintPicture(canvas, name, words) { // [channels, height, width] in [0, 1], grey or in colours
    const [channels, height, width] = lesson.layout[name][1], size = height * width, values = at[name];
    Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d"), picture = context.createImageData(width, height);
    for (let i = 0; i < size; i++) {
      for (let k = 0; k < 3; k++) picture.data[4 * i + k] = 255 * values[(channels === 3 ? k * size : 0) + i];
      picture.data[4 * i + 3] = 255;
    }
    context.putImageData(picture, 0, 0);
    canvas.setAttribute("aria-label", `${words}: ${said.textContent}`);
  }

  function draw() {
    const hues = huesFor(root);
    dress(root, hues);
    for (const { name, input, output, digits } of sliders) {
      at[name][0] = Number(input.value);
      output.textContent = plainly(at[name][0], digits).replace("-", "\u2212");
    }
    exports.draw();
    walk();
    said.textContent = says.replace(/\{(\w+)(?::\.(\d)f)?\}/g, (_, name, digits) => plainly(at[name][0], digits ?? 0)).replaceAll("-", "\u2212");
    for (const { panel, canvas, canvases } of drawn) {
      if (canvases) { canvases.forEach((c, i) => paintPicture(c, panel.names[i], panel.words[i])); continue; }
      const surface = makeSurface(canvas, [panel.x, panel.y], hues, { margin: [10, 10, panel.xlabel ? 38 : 22, 40], equal: panel.equal }), c = surface.context;
      for (const curve of panel.curves) drawCurve(surface, curve);
      drawAxes(surface, { ticksX: niceTicks(...panel.x), ticksY: niceTicks(...panel.y) });
      c.fillStyle = hues.quiet; c.font = "12px system-ui, sans-serif";
      c.textAlign = "center"; c.textBaseline = "bottom"; c.fillText(panel.xlabel, (surface.left + surface.right) / 2, canvas.clientHeight - 2);
      c.textAlign = "left"; c.textBaseline = "top"; c.fillText(panel.ylabel, surface.left + 6, surface.top + 5);
      canvas.setAttribute("aria-label", said.textContent);
    }
    root.dataset.drawn = "";
  }

  let timer = null;
  const pause = knobs[sliders[0].name][3] ? 700 : 50; // ms: whole steps are looked at one by one
  const button = make(below, "button", { type: "button" }, "Play"), stop = () => { clearInterval(timer); timer = null; button.textContent = "Play"; };
  button.addEventListener("click", () => {
    if (timer) { stop(); return; }
    const { input } = sliders[0], span = input.max - input.min;
    if (Number(input.value) >= input.max - span / 500) input.value = input.min;
    button.textContent = "Pause";
    timer = setInterval(() => {
      input.value = Number(input.value) + Math.max(span / 120, Number(input.step));
      draw();
      if (Number(input.value) >= input.max - span / 500) stop();
    }, pause);
  });
  watchLook(row, draw);
  draw();
}

openExplorer(document.currentScript.closest(".gan-explorer"));
