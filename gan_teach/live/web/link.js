// An experiment as a link, #train=1&loss=hinge&lr_d=0.01: which stage of the page, the settings that differ from the first
// ones, the seed, and the reader's own target.

const TOLD = ["drawn", "heights", "window", "pasted"];

// Why this can't be the setting's value, or "".
function refusal({ name, label, choices }, value) {
  if (choices) return choices.includes(value) ? "" : `${label} must be one of ${choices.join(", ")}, and not ${value}`;
  const rate = name.startsWith("lr_");
  if (typeof value === "number" && Number.isFinite(value) && (rate ? value > 0 : value >= 0) && value <= 1e6) return "";
  return `${label} must be a number ${rate ? "above" : "of at least"} 0 and at most 1,000,000`;
}

function linkOf(number, game, values, seed, own) {
  const found = new URLSearchParams({ train: number });
  for (const { name, value } of game.controls) if (values[name] !== value && values[name] !== OWN) found.set(name, values[name]);
  if (seed !== game.seed) found.set("seed", seed);
  if (values.target === OWN) for (const [name, text] of Object.entries(own)) found.set(name, text);
  return `#${found}`.replaceAll("%2C", ",").replaceAll("%3B", ";");
}

// Settings, but no stage that they are for. (An address within a page has no "=".)
const namesNoStage = (hash) => hash.includes("=") && !new URLSearchParams(hash.slice(1)).has("train");

// {values, seed, own, runs, ignored}, or null where the link is not for this stage. What can't be understood is left out and named.
function readLink(hash, number, game) {
  const given = new URLSearchParams(hash.slice(1));
  if (!given.has("train")) return null;
  const wanted = Number(given.get("train")), ignored = [];
  if (wanted !== number && (Number.isInteger(wanted) && wanted > 0 || number > 1)) return null;
  const found = { values: { ...game.values }, seed: game.seed, own: null, runs: given.get("run") === "1" }, own = {};
  for (const [name, text] of given) {
    const control = game.controls.find((c) => c.name === name), value = control?.choices ? text : readNumber(text);
    if (control) { const problem = refusal(control, value); if (problem) ignored.push(problem); else found.values[name] = value; }
    else if (name === "seed") { if (/^\d{1,9}$/.test(text)) found.seed = Number(text); else ignored.push(`the seed must be a whole number and not ${text}`); }
    else if (TOLD.includes(name)) found.own = Object.assign(own, { [name]: text });
    else if (name !== "train" && name !== "run") ignored.push(`there is no setting ${name}`);
  }
  return { ...found, ignored };
}
