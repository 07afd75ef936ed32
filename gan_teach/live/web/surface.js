// A canvas as a sheet with coordinates: sharp on any screen, with axes, and colours that suit the theme around it.

// Dark if the text around the stage is light: this holds on the page, in JupyterLab, and wherever else it may stand.
function huesFor(element) {
  const [r, g, b] = getComputedStyle(element).color.match(/[\d.]+/g).map(Number);
  return 0.299 * r + 0.587 * g + 0.114 * b > 128 ? HUES.dark : HUES.light;
}

// The hues as properties of the style, --gs-D and so on, so that the legend has the colours of the curves.
function dress(element, hues) {
  for (const [name, hue] of Object.entries(hues)) element.style.setProperty(`--gs-${name}`, String(hue));
}

// Calls `draw` when the size of the box or the theme around it changes; gives what ends that.
function watchLook(box, draw) {
  const sizes = new ResizeObserver(draw), themes = new MutationObserver(draw), scheme = matchMedia("(prefers-color-scheme: dark)");
  sizes.observe(box);
  for (const e of [document.documentElement, document.body]) themes.observe(e, { attributes: true });
  scheme.addEventListener("change", draw);
  return () => { sizes.disconnect(); themes.disconnect(); scheme.removeEventListener("change", draw); };
}

function niceTicks(low, high, wanted = 5) {
  const rough = (high - low) / wanted, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= 0.7 * rough);
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) ticks.push(Number((k * step).toPrecision(12)));
  return ticks;
}

// Clears the canvas and returns {context, x(value), y(value), left, top, right, bottom, inverse(px, py)} for a window of values.
function makeSurface(canvas, window, hues, { margin = [8, 8, 22, 34], equal = false } = {}) {
  const ratio = devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = hues.paper;
  context.fillRect(0, 0, width, height);
  let [top, right, bottom, left] = [margin[0], width - margin[1], height - margin[2], margin[3]];
  const [[x0, x1], [y0, y1]] = window;
  if (equal) { // the same unit both ways, in the middle
    const unit = Math.min((right - left) / (x1 - x0), (bottom - top) / (y1 - y0));
    const spareX = right - left - unit * (x1 - x0), spareY = bottom - top - unit * (y1 - y0);
    left += spareX / 2; right -= spareX / 2; top += spareY / 2; bottom -= spareY / 2;
  }
  const x = (v) => left + ((v - x0) / (x1 - x0)) * (right - left), y = (v) => bottom - ((v - y0) / (y1 - y0)) * (bottom - top);
  const share = (v, from, to) => (v - from) / (to - from);
  const inverse = (px, py) => [x0 + share(px, left, right) * (x1 - x0), y0 + share(py, bottom, top) * (y1 - y0)];
  return { context, x, y, left, top, right, bottom, inverse, window, hues };
}

function drawAxes(surface, { ticksX, ticksY, place: [placeX, placeY] = [(v) => v, (v) => v] }) {
  const { context: c, left, top, right, bottom, hues } = surface;
  c.strokeStyle = hues.line; c.lineWidth = 1;
  c.strokeRect(left, top, right - left, bottom - top);
  c.fillStyle = hues.quiet; c.font = "11px system-ui, sans-serif";
  const sign = (v) => (Math.abs(v) < 1e6 ? v.toLocaleString("en", { maximumFractionDigits: 12 }) : v.toExponential().replace("+", "")).replaceAll("-", "\u2212");
  c.textAlign = "center"; c.textBaseline = "top";
  for (const v of ticksX) c.fillText(sign(v), Math.min(surface.x(placeX(v)), right - 6), bottom + 5);
  c.textAlign = "right"; c.textBaseline = "middle";
  for (const v of ticksY) c.fillText(sign(v), left - 5, surface.y(placeY(v)));
}

// Everything drawn by `draw` stays inside the axes.
function inside(surface, draw) {
  const { context: c, left, top, right, bottom } = surface;
  c.save(); c.beginPath(); c.rect(left, top, right - left, bottom - top); c.clip();
  draw(c);
  c.restore();
}

// An arrow of (dx, dy) pixels as part of the path; one that is hardly longer than its head has none.
function traceArrow(c, x, y, dx, dy, head) {
  const length = Math.hypot(dx, dy), size = head / length;
  c.moveTo(x, y); c.lineTo(x + dx, y + dy);
  if (length > head + 2) for (const turn of [2.6, -2.6]) {
    const cos = Math.cos(turn), sin = Math.sin(turn);
    c.moveTo(x + dx, y + dy); c.lineTo(x + dx + size * (cos * dx - sin * dy), y + dy + size * (sin * dx + cos * dy));
  }
}

function strokeCurve(surface, xs, ys, color, { width = 2, dash = [], fill = 0 } = {}) {
  inside(surface, (c) => {
    c.beginPath();
    let open = false;
    for (let i = 0; i < ys.length; i++) {
      if (Number.isNaN(ys[i])) { open = false; continue; } // a gap
      c[open ? "lineTo" : "moveTo"](surface.x(xs[i]), surface.y(ys[i]));
      open = true;
    }
    c.strokeStyle = c.fillStyle = color; c.lineWidth = width; c.setLineDash(dash);
    c.stroke();
    if (fill && ys.length) {
      c.lineTo(surface.x(xs[ys.length - 1]), surface.y(0)); c.lineTo(surface.x(xs[0]), surface.y(0));
      c.globalAlpha = fill; c.fill();
    }
  });
}
