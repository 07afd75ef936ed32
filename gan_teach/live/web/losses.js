// Both losses from the first frame to the last, the levels of the equilibrium dashed, a mark at the frame that is shown, and
// small ones on the axis where a setting was changed. before: frames of an earlier training, drawn faintly to compare with.

function drawLosses(canvas, header, frames, index, hues, before = []) {
  const values = [...[...frames, ...before].flatMap((f) => [f.d_loss, f.g_loss]), ...header.levels].filter((v) => v !== null);
  const low = Math.min(...values), high = Math.max(...values), pad = 0.08 * (high - low) || 0.5;
  const end = Math.max(frames[frames.length - 1].step, before[before.length - 1]?.step ?? 0, 1);
  const [a, b] = values.length ? [low - pad, high + pad] : [0, 1];
  const surface = makeSurface(canvas, [[0, end], [a, b]], hues, { margin: [8, 10, 22, 40] }), c = surface.context;
  const stroke = (list, name, color, look) => { // who doesn't move has no losses
    const known = list.filter((f) => f[name] !== null);
    strokeCurve(surface, known.map((f) => f.step), known.map((f) => f[name]), color, look);
  };
  for (const [name, level, color] of [["d_loss", header.levels[0], hues.D], ["g_loss", header.levels[1], hues.fakes]]) {
    if (level !== null) strokeCurve(surface, [0, end], [level, level], color, { width: 1, dash: [4, 4] });
    c.globalAlpha = 0.35;
    stroke(before, name, color, { width: 1 });
    c.globalAlpha = 1;
    stroke(frames, name, color, { width: 1.6 });
  }
  c.strokeStyle = hues.quiet; c.lineWidth = 1; c.setLineDash([]);
  for (const { step } of frames.filter((f) => f.changed)) {
    c.beginPath(); c.moveTo(surface.x(step), surface.bottom - 9); c.lineTo(surface.x(step), surface.bottom); c.stroke();
  }
  const x = surface.x(frames[index].step);
  c.beginPath(); c.moveTo(x, surface.top); c.lineTo(x, surface.bottom); c.stroke();
  drawAxes(surface, { ticksX: niceTicks(0, end, 4), ticksY: niceTicks(a, b, 4) });
  return surface;
}
