// Training on a page: the worker's frames become moments of a movie, and the reader's wishes go to the worker.

const KEPT_MOMENTS = 300, FIRST_MOMENTS = 50;
const NO_ENGINE = "This browser can't train here (it lacks WebAssembly or workers). The recording can be played and scrubbed.";

// {open, begin, own, link, ask(what), close, active}: opens the worker when it is first wanted.
function makeTrainer(view, game, engine, shown, number) {
  const readLaw = (law) => withNumbers(law, ["rows", "spread", "modes", "weights", "density"]); // once, not for every picture
  const targets = Object.fromEntries(Object.entries(game.targets).map(([name, law]) => [name, readLaw(law)]));
  const values = { ...game.values }, read = { ...game, latent: readLaw(game.latent), targets };
  const controlOf = (name) => game.controls.find((c) => c.name === name), fieldOf = (name) => view.root.querySelector(`[name="${name}"]`);
  let worker = null, pieces = [], seed = game.seed, before = [], changed = [], mine = null;
  const movie = () => ({ frames: pieces.map((p) => p.about), at: (i) => pieces[i].frame, headerOf: (i) => pieces[i].header, before });
  const send = (task) => worker.postMessage(task);

  function receive({ data }) {
    if (data.failed) { view.setRunning(false); view.say(`The training stopped: ${data.failed}.`); return; }
    if (data.diverged) {
      view.setRunning(false);
      view.say(`The training diverged at step ${data.diverged.toLocaleString("en")}: its numbers are no longer finite. What was seen up to there can be scrubbed.`);
      return;
    }
    const following = data.after === null || view.now.index >= pieces.length - 1, looked = pieces[view.now.index];
    const place = pieces.findIndex(({ id }) => id === data.after);
    if (data.after === null || place >= 0) pieces.length = place + 1;
    const moment = momentOf(read, values, data.frame, shown());
    if (changed.length && pieces.length) {
      for (const part of [moment.about, moment.frame]) Object.assign(part, { changed: changed.join(", "), text: `${part.text}. Changed before: ${changed.join(", ")}` });
      changed = [];
    }
    pieces.push({ id: data.id, ...moment });
    if (pieces.length > KEPT_MOMENTS) thin(looked);
    const last = pieces.length - 1, same = pieces.indexOf(looked);
    if (trainer.active && !view.now.pen) view.show(movie(), following || same < 0 ? last : same);
    requestAnimationFrame(() => worker?.postMessage({ do: "drawn" }));
  }

  // Every second one is dropped, but for the first ones, when most happens, the last, the one that is looked at, and those before
  // which something was changed.
  function thin(looked) {
    const dropped = pieces.filter((piece, i) => i % 2 && i >= FIRST_MOMENTS && piece !== looked && !piece.about.changed && i < pieces.length - 1);
    pieces = pieces.filter((piece) => !dropped.includes(piece));
    send({ do: "drop", ids: dropped.map(({ id }) => id) });
  }

  // What was played until now stays in the picture of the losses, faintly, to compare with.
  const remember = () => { if (pieces.length > 1) before = pieces.map((p) => p.about); };

  function forget() { // what comes after the moment that is shown, whose number comes back
    const last = pieces.length - 1;
    if (view.now.index < last) {
      remember();
      view.say(`Goes on from step ${pieces[view.now.index].about.step.toLocaleString("en")}. What came after it stays as the faint losses.`, true);
    } else view.say("");
    pieces.length = Math.min(pieces.length, view.now.index + 1);
    return pieces[view.now.index]?.id;
  }

  function put(given) {
    for (const name of Object.keys(values)) { values[name] = given[name]; fieldOf(name)?.put(given[name]); }
    fieldOf("penalty").dispatchEvent(new Event("put")); // what is of no use is switched off
  }

  function begin() {
    remember();
    changed = [];
    view.setRunning(false);
    send({ do: "begin", values, seed });
  }

  // What a reader should know of a value that is allowed all the same.
  function remark(name, value) {
    if (name.startsWith("lr_") && value > 0.1) return `Networks like these learn at rates of 0.0001 to 0.01; at ${value} each step throws them far away.`;
    return "";
  }

  const tasks = {
    run() { const from = forget(); view.setRunning(true); send({ do: "run", from }); },
    pause() { view.setRunning(false); send({ do: "pause" }); },
    step() { const from = forget(); view.setRunning(false); send({ do: "step", from }); },
    again() { view.say(""); begin(); },
    reset() { seed += 1; view.say(""); begin(); },
    scrub() { tasks.pause(); },
    set({ name, value }) {
      const control = controlOf(name), problem = name === "target" && value === OWN ? "" : refusal(control, value);
      if (problem) {
        view.say(`${problem}, so it stays ${values[name]}.`);
        fieldOf(name).put(values[name]);
        return;
      }
      values[name] = value;
      if (!control.choices) fieldOf(name).put(value);
      if (name === "other") view.reveal("arrows", "others");
      if (name === "error") view.setBase(game.errors[value]); // stands there while its effect is seen
      view.say(remark(name, value), true);
      send({ do: "set", name, value });
      if (name === "target") { if (pieces.length < 2) before = []; begin(); }
      else if (!["pace", "other", "average"].includes(name)) changed = [...changed.filter((c) => !c.startsWith(control.label)), `${control.label} ${String(value).replaceAll("_", " ")}`];
    },
  };

  const trainer = {
    active: false,
    // given: settings to begin with, or null to go on as it stands; recorded: frames to compare with, until there are own ones.
    // Gives whether it is the first time.
    open(given, recorded) {
      trainer.active = true;
      view.reveal("others"); // where there are any
      if (worker && given) { trainer.begin(given, game.seed, true); before = recorded ?? []; return false; }
      if (worker) { view.show(movie(), pieces.length - 1); return false; }
      put(given ?? values);
      const url = URL.createObjectURL(new Blob([engine], { type: "text/javascript" }));
      worker = new Worker(url);
      worker.onmessage = receive;
      worker.onerror = (event) => { event.preventDefault(); view.say(NO_ENGINE); };
      send({ do: "open", game });
      begin();
      before = recorded ?? [];
      return true;
    },
    // All settings at once, and a fresh start with them: as at first, or as a link has them.
    // alone: what was played until now is not to be compared with.
    begin(given, from, alone = false) {
      seed = from;
      put(given);
      begin();
      if (alone) before = [];
    },
    // The reader's own target; gives a sentence about it. Errors: as `ownTarget` has them, and nothing is changed.
    own(told) {
      const { law, about } = ownTarget(told, game.dim, game.layout.grid[1][0]), field = fieldOf("target");
      targets[OWN] = law;
      mine = told;
      send({ do: "own", name: OWN, law });
      values.target = OWN;
      field.put(OWN);
      begin();
      view.setBase("");
      return `${about} ${WORDS.press}`;
    },
    // The reader's own target was chosen, and there is none yet: the field goes back.
    lacks(target) {
      if (target !== OWN || mine) return false;
      fieldOf("target").put(values.target);
      return true;
    },
    window: () => targets[values.target].window,
    back() { view.show(movie(), pieces.length - 1); },
    link: () => linkOf(number, game, values, seed, mine),
    ask(what, value) { tasks[what]?.(value); },
    close() { trainer.active = false; if (worker) tasks.pause(); },
  };
  document.addEventListener("visibilitychange", () => { if (document.hidden && trainer.active && worker) tasks.pause(); });
  return trainer;
}
