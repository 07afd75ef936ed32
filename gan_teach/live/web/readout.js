// The numbers beside the picture, as they are written.

// Two decimals, or a power of ten where these would say nothing; readout.py has the same.
const twoDecimals = (v) => (Math.abs(v) >= 1e5 ? v.toExponential(1) : (Math.abs(v) < 1e-9 ? 0 : v).toFixed(2));
const shortNumber = (v) => (v === undefined || v === null ? "" : twoDecimals(v).replace("-", "\u2212"));
const plain = (v) => (v !== 0 && (v < 1e-3 || v >= 1e5) ? v.toExponential(1) : String(v));

// The numbers beside the picture. What is not known yet, or of no use just now, has its row all the same, so that nothing moves.
function linesOf(header, frame) {
  const known = new Set(frame.facts.map(([name]) => name)), missing = (header.expects ?? []).filter((name) => !known.has(name));
  const lines = [[WORDS.at, frame.step.toLocaleString("en")], ...missing.map((name) => [name, WORDS.none]), ...frame.facts];
  if (header.thin) return lines;
  for (const [who, v] of [["D", frame.d_loss], ["G", frame.g_loss]]) lines.push([WORDS.lossOf(who), shortNumber(v) || WORDS.none]);
  if (header.kind === "plane" && frame.longest !== undefined) lines.push([WORDS.longest, plain(frame.longest)]);
  if (header.offers?.includes("others")) lines.push(frame.beside ? [`${WORDS.longest}, ${frame.beside.loss.replaceAll("_", " ")}`, plain(frame.beside.longest)] : [`${WORDS.longest}, ${WORDS.second}`, WORDS.none]);
  if (frame.seed !== undefined) lines.push([WORDS.seed, String(frame.seed)]);
  return [...lines, [WORDS.seconds, `${frame.seconds.toFixed(1)} s`]];
}
