// Where the page has a game to train: a switch between the recording and the reader's own training, and the controls of that.

function offerTraining(root, view, stop, replay, ofRecording, chosen) {
  const lesson = root.querySelector("script[data-lesson]");
  if (!lesson) return null;
  const number = [...document.querySelectorAll("script[data-lesson]")].indexOf(lesson) + 1, able = typeof WebAssembly !== "undefined" && typeof Worker !== "undefined";
  const game = JSON.parse(lesson.textContent), switches = make(view.bar, "span", { className: "gs-switch" }), buttons = {};
  view.bar.prepend(switches);
  switches.setAttribute("role", "group");
  switches.setAttribute("aria-label", WORDS.source);
  const trainer = makeTrainer(view, game, ENGINE, () => (view.now.header && !view.now.header.pen ? [...view.now.shown] : [...game.shown, "others"]), number);
  const ownBar = make(view.bar, "span", { className: "gs-own" });
  for (const what of ["step", "again", "reset"]) {
    make(ownBar, "button", { type: "button", className: `gs-${what}`, title: WORDS.about[what] }, WORDS[what === "reset" ? "fresh" : what])
      .addEventListener("click", () => trainer.ask(what));
  }
  const panel = makeControls({ bar: ownBar, extras: view.extras, root }, game.controls, (what, value) => trainer.ask(what, value));
  const row = make(panel, "p");
  let played = null, first = game.values; // the recording that was shown when one went to train, and the settings that belong to it
  make(row, "button", { type: "button", title: WORDS.about.asAtFirst }, WORDS.asAtFirst).addEventListener("click", () => { drawn.stop(); view.setBase(""); view.say(""); trainer.begin(first, game.seed); });
  make(row, "button", { type: "button", title: WORDS.about.link }, WORDS.link).addEventListener("click", share);
  const link = make(make(row, "label", { hidden: true, className: "gs-link" }, `${WORDS.link}: `), "input", { readOnly: true });
  const drawn = makeOwnPanel(view, panel, { dim: game.dim, count: game.layout.grid[1][0], window: trainer.window, pause: () => trainer.ask("pause"),
    play: (told) => { link.parentElement.hidden = true; return trainer.own(told); }, back: trainer.back });
  make(root.querySelector('[name="target"]'), "option", { value: OWN }, WORDS.choose);
  const { ask } = trainer;
  trainer.ask = (what, value) => { // the pen is put down first, and a link that was made is no longer this experiment's
    if (what !== "scrub") drawn.stop();
    if (what === "set" && value.name === "target" && trainer.lacks(value.value)) { drawn.open(); return; }
    if (["set", "reset"].includes(what)) link.parentElement.hidden = true;
    ask(what, value);
  };
  let left = null; // the step of the recording at which one went to train

  async function share() {
    link.value = location.href.split("#")[0] + trainer.link();
    link.parentElement.hidden = false;
    link.select();
    try { await navigator.clipboard.writeText(link.value); view.say(WORDS.copied, true); } catch { view.say(WORDS.toCopy, true); }
  }

  function choose(own) {
    if (own) left = view.now.frame?.step ?? null; else drawn.stop();
    for (const [name, button] of Object.entries(buttons)) button.setAttribute("aria-pressed", (name === "own") === own);
    panel.hidden = ownBar.hidden = !own;
    for (const part of ofRecording) part.hidden = own;
    view.setWords(own ? WORDS.train : WORDS.run);
    view.setRunning(false);
    view.setBase("");
    view.say("");
    if (!own) { trainer.close(); replay(left); return; }
    stop();
    const name = chosen(), recorded = view.now.movie?.headerOf(0).thin ? null : view.now.movie, changes = game.variants[name], anew = changes !== undefined && name !== played;
    if (anew) { played = name; first = { ...game.values, ...changes }; }
    if (trainer.open(anew ? first : null, recorded?.frames) && recorded) view.say(WORDS.otherGame, true);
  }

  // What the address asks for: also where one comes from another link of the same page.
  trainer.follow = () => {
    const found = readLink(location.hash, number, game), link = [...document.querySelectorAll("a[data-look]")].find((a) => a.hash === location.hash);
    if (!found) {
      if (root.dataset.own !== undefined && able && !trainer.active) choose(true); // it may stand ready
      if (number === 1 && namesNoStage(location.hash)) view.say(WORDS.noStage);
      return;
    }
    bringIntoSight(root);
    if (!able) { view.say(NO_ENGINE); return; }
    if (!trainer.active) choose(true);
    const said = found.ignored.map((problem) => `${problem[0].toUpperCase()}${problem.slice(1)}, so this part of the link was left out.`);
    trainer.begin(found.values, found.seed, true);
    if (found.own) try { trainer.own(found.own); } catch (error) { said.push(`${error.message}, so this part of the link was left out.`); }
    if (found.runs) trainer.ask("run");
    view.setBase(link?.dataset.look ?? "");
    view.say(said.join(" ") || (link || found.runs ? "" : WORDS.linked), !said.length);
  };
  addEventListener("hashchange", trainer.follow);
  document.addEventListener("click", ({ target }) => { // the same link again
    const link = target.closest?.('a[href^="#"][href*="train="]');
    if (link && link.hash === location.hash) trainer.follow();
  });

  for (const [name, words] of [["recording", WORDS.recorded], ["own", WORDS.own]]) {
    buttons[name] = make(switches, "button", { type: "button" }, words);
    buttons[name].addEventListener("click", () => { if (trainer.active !== (name === "own")) choose(name === "own"); });
  }
  if (!able) { buttons.own.disabled = true; buttons.own.title = NO_ENGINE; }
  for (const [name, button] of Object.entries(buttons)) button.setAttribute("aria-pressed", name === "recording");
  panel.hidden = ownBar.hidden = true;
  return trainer;
}
