// Fields for the settings of a training: one list, for the stage in a notebook and the one on a page.

function makeControls(view, listed, send) {
  const panel = make(view.extras, "details", { open: true });
  make(panel, "summary", {}, WORDS.settings);
  const fields = make(panel, "div", { className: "gs-fields" });
  for (const { name, label, choices, value, effect } of listed) {
    const place = name === "speed" || name === "mover" || name === "pace" ? view.bar : fields;
    const number = { name, type: "number", step: "any", min: 0 };
    const field = labelled(place, label, choices ? "select" : "input", choices ? { name } : number);
    for (const choice of choices ?? []) make(field, "option", { value: choice }, choice.replaceAll("_", " "));
    field.value = value;
    field.parentElement.title = effect;
    if (effect === "new start") field.parentElement.append(" \u21bb");
    const given = () => (choices ? field.value : field.value === "" ? null : Number(field.value));
    field.addEventListener("change", () => send("set", { name, value: given() }));
  }
  return panel;
}
