// Both losses from the first frame to the last, the levels of the equilibrium dashed, and a mark at the frame that is shown.

function drawLosses(canvas, header, frames, index, hues) {
  const known = frames.filter((f) => f.d_loss !== null && f.g_loss !== null);
  const values = [...known.flatMap((f) => [f.d_loss, f.g_loss]), ...header.levels.filter((v) => v !== null)];
  const low = Math.min(...values), high = Math.max(...values), pad = 0.08 * (high - low) || 0.5;
  const end = Math.max(frames[frames.length - 1].step, 1);
  const [a, b] = values.length ? [low - pad, high + pad] : [0, 1];
  const surface = makeSurface(canvas, [[0, end], [a, b]], hues, { margin: [8, 10, 22, 40] }), c = surface.context;
  const steps = known.map((f) => f.step);
  for (const [name, level, color] of [["d_loss", header.levels[0], hues.D], ["g_loss", header.levels[1], hues.fakes]]) {
    if (level !== null) strokeCurve(surface, [0, end], [level, level], color, { width: 1, dash: [4, 4] });
    strokeCurve(surface, steps, known.map((f) => f[name]), color, { width: 1.6 });
  }
  c.strokeStyle = hues.quiet; c.lineWidth = 1; c.setLineDash([]);
  const x = surface.x(frames[index].step);
  c.beginPath(); c.moveTo(x, surface.top); c.lineTo(x, surface.bottom); c.stroke();
  drawAxes(surface, { ticksX: niceTicks(0, end, 4), ticksY: niceTicks(a, b, 4) });
  return surface;
}
