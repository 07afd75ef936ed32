// Fields for the settings of a training: one list, for the stage in a notebook and the one on a page.

// An arrow key changes a number's first digit: 0.002 becomes 0.003 and not 1.002.
const stepOf = (value) => (value > 0 ? Number((10 ** Math.floor(Math.log10(value) + 1e-9)).toPrecision(1)) : 0.1);

function makeControls(view, listed, send) {
  const panel = make(view.extras, "details", { open: true });
  make(panel, "summary", {}, WORDS.settings);
  const fields = make(panel, "div", { className: "gs-fields" });
  for (const { name, label, choices, value, effect } of listed) {
    const place = name === "speed" || name === "mover" || name === "pace" ? view.bar : fields;
    const number = { name, type: "number", step: stepOf(value), min: 0 };
    const field = labelled(place, label, choices ? "select" : "input", choices ? { name } : number);
    for (const choice of choices ?? []) make(field, "option", { value: choice }, choice.replaceAll("_", " "));
    field.value = value;
    field.parentElement.title = effect;
    if (effect === "new start") field.parentElement.append(" \u21bb");
    const given = () => (choices ? field.value : field.value === "" ? null : Number(field.value));
    field.addEventListener("change", () => {
      if (!choices) field.step = stepOf(given());
      send("set", { name, value: given() });
    });
  }
  return panel;
}
