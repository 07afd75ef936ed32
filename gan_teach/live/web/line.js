// The game on the line, Figure 1 of arXiv:1406.2661 in motion: both densities, D learned and D* exact, and below them
// the latents, each joined to the place where G puts it.

const CELLAR = -0.42; // the height of the latents, below the axis

function placesOf(header, count) {
  const [[low, high]] = header.window;
  return Array.from({ length: count }, (_, i) => low + (i / (count - 1)) * (high - low));
}

function drawLatents(surface, header, frame) {
  const [[low, high]] = header.window, at = (place) => low + (0.05 + 0.9 * place) * (high - low);
  inside(surface, (c) => {
    c.strokeStyle = c.fillStyle = surface.hues.quiet; c.lineWidth = 0.8; c.beginPath();
    for (let i = 0; i < frame.places.length; i++) {
      c.moveTo(surface.x(at(frame.places[i])), surface.y(CELLAR)); c.lineTo(surface.x(frame.landings[i]), surface.y(-0.02));
    }
    c.stroke();
    for (const place of frame.places) { c.beginPath(); c.arc(surface.x(at(place)), surface.y(CELLAR), 1.8, 0, 7); c.fill(); }
    c.font = "12px system-ui, sans-serif"; c.textAlign = "left"; c.textBaseline = "middle";
    c.fillText("z", surface.left + 6, surface.y(CELLAR));
  });
}

function drawLine(canvas, header, frame, shown, hues) {
  const surface = makeSurface(canvas, [header.window[0], [-0.5, header.top]], hues), xs = placesOf(header, frame.verdict.length);
  const c = surface.context;
  if (shown.has("data") && frame.data) strokeCurve(surface, xs, frame.data, hues.data, { dash: [6, 4], fill: 0.14 });
  if (shown.has("fakes")) strokeCurve(surface, xs, frame.fakes, hues.fakes, { fill: 0.18 });
  const best = frame.best?.map((v) => (v < 0 ? NaN : v));
  if (shown.has("exact D") && best) strokeCurve(surface, xs, best, hues.exact, { dash: [2, 3] });
  if (shown.has("D")) strokeCurve(surface, xs, frame.verdict, hues.D);
  c.strokeStyle = hues.quiet; c.lineWidth = 1; c.setLineDash([]);
  c.beginPath(); c.moveTo(surface.left, surface.y(0)); c.lineTo(surface.right, surface.y(0)); c.stroke();
  if (shown.has("latents")) drawLatents(surface, header, frame);
  const { own, inside: [place] } = unitsOf(header);
  drawAxes(surface, { ticksX: niceTicks(...own[0], 7), ticksY: [0, 0.5, 1], place: [place, (v) => v] });
  return surface;
}

function readLine(header, frame, [x]) {
  const [[low, high]] = header.window, last = frame.verdict.length - 1;
  const i = Math.round(Math.min(Math.max((x - low) / (high - low), 0), 1) * last);
  const best = frame.best && frame.best[i] >= 0 ? frame.best[i] : undefined;
  return { x: unitsOf(header).outside[0](x), data: frame.data?.[i], fakes: frame.fakes[i], D: frame.verdict[i], "exact D": best };
}
