// Fields for the settings of a training: one list, for the stage in a notebook and the one on a page.

// A number with a point or a comma; NaN for anything else.
const readNumber = (text) => (/^[-+]?(\d+[.,]?\d*|[.,]\d+)(e[-+]?\d+)?$/i.test(text.trim()) ? Number(text.trim().replace(",", ".")) : NaN);

// An arrow key changes a number's first digit: 0.002 becomes 0.003 and not 1.002.
const stepOf = (value) => (value > 0 ? Number((10 ** Math.floor(Math.log10(value) + 1e-9)).toPrecision(1)) : 0.1);

// A number is set by a slider, for the hand, and by a field, which knows no ends and shows the value.
function makeNumber(parent, { name, label, range }) {
  const { low, high, log } = range ?? {}, place = (v) => (log ? Math.log(Math.max(v, low) / low) / Math.log(high / low) : (v - low) / (high - low));
  const slider = range && make(parent, "input", { type: "range", min: 0, max: 100, step: 1 });
  slider?.setAttribute("aria-label", `${label}, slider`);
  const field = make(parent, "input", { name, type: "text", inputMode: "decimal", autocomplete: "off" });
  field.setAttribute("aria-label", label); // a label's own is the first in it
  const tell = () => field.dispatchEvent(new Event("change", { bubbles: true }));
  field.lock = (off) => { field.disabled = off; if (slider) slider.disabled = off; };
  field.put = (value) => { field.value = value; if (slider) slider.value = 100 * place(value); };
  field.addEventListener("keydown", (event) => {
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key], value = readNumber(field.value);
    if (!way || Number.isNaN(value)) return;
    event.preventDefault();
    const by = way > 0 ? stepOf(value) : stepOf(value * 0.999); // down from 0.001 it is 0.0009
    field.put(Math.max(0, Number((value + way * by).toPrecision(2))));
    tell();
  });
  slider?.addEventListener("input", () => {
    const share = slider.value / 100;
    field.value = Number((log ? low * (high / low) ** share : low + share * (high - low)).toPrecision(2));
  });
  slider?.addEventListener("change", tell);
  return field;
}

function makeControls(view, listed, send) {
  const panel = make(view.extras, "details", { open: view.root.clientWidth > 520 || !view.root.clientWidth });
  make(panel, "summary", {}, WORDS.settings);
  const own = make(panel, "div", { className: "gs-fields" }), fields = {};
  const update = () => { for (const { name, without } of listed) if (without) fields[name].lock(fields[without[0]].value === without[1]); };
  for (const control of listed) {
    const { name, label, choices, value, effect } = control;
    const place = name === "speed" || name === "mover" || name === "pace" ? view.bar : own;
    const around = make(place, "label", { title: effect });
    make(around, "span", {}, effect === "new start" ? `${label} (${WORDS.anew})` : label);
    const field = fields[name] = choices ? make(around, "select", { name }) : makeNumber(around, control);
    for (const choice of choices ?? []) make(field, "option", { value: choice }, choice.replaceAll("_", " "));
    field.put ??= (v) => { field.value = v; };
    field.lock ??= (off) => { field.disabled = off; };
    field.put(value);
    field.addEventListener("put", update);
    field.addEventListener("change", () => {
      const given = choices ? field.value : readNumber(field.value);
      update();
      send("set", { name, value: choices || Number.isFinite(given) ? given : null });
    });
  }
  update();
  return panel;
}
