// Host of a stage on a page: plays the recordings that stand in the page's own HTML.

const SPEEDS = [["¼", 0.25], ["½", 0.5], ["1", 1], ["2", 2], ["4", 4]], FRAMES_A_SECOND = 10;

function openPlayer(root) {
  const scripts = [...root.querySelectorAll("script[data-recording]")], movies = new Map();
  let timer = null, wanted = null, fresh = true, speed = Number(root.dataset.speed) || 1;
  const stop = () => { clearInterval(timer); timer = null; view.setRunning(false); };
  const advance = () => { view.go(view.now.index + 1); if (view.now.index === view.now.movie.frames.length - 1) stop(); };
  const play = () => {
    clearInterval(timer);
    view.setRunning(true);
    timer = setInterval(advance, CALM ? 1000 : 1000 / FRAMES_A_SECOND / speed);
  };
  const view = makeView(root, (what, value) => {
    if (what === "layers" || !view.now.movie) return undefined;
    if (trainer?.active) return trainer.ask(what, value);
    const untouched = fresh; // it opens in the middle of the story, but the first Run tells it from the beginning
    fresh = false;
    if (what !== "run") return stop();
    if (untouched || view.now.index === view.now.movie.frames.length - 1) view.go(0);
    return play();
  });

  async function open(script, step) {
    wanted = script;
    try {
      if (!movies.has(script)) {
        const piece = await restore(bytesOf(script.textContent));
        movies.set(script, { frames: piece.header.frames, at: piece.frame, headerOf: () => piece.header });
      }
      if (script !== wanted || trainer?.active) return; // another was chosen while this one was unpacked
      const movie = movies.get(script), steps = movie.frames.map((f) => Math.abs(f.step - step));
      view.show(movie, step === null ? 0 : steps.indexOf(Math.min(...steps)));
      for (const cell of cells) cell.setAttribute("aria-pressed", scripts[cell.dataset.cell] === script); // with the picture, not before
      view.say("");
    } catch (error) {
      view.say(`This picture can't be shown: ${error.message}. The rest of the page is complete.`);
    }
  }

  const cells = [...root.querySelectorAll("[data-cell]")], ofRecording = [];
  for (const cell of cells) cell.addEventListener("click", () => open(scripts[cell.dataset.cell], 0).then(play));
  if (!cells.length && scripts.length > 1) {
    const choice = labelled(view.bar, WORDS.setting, "select", {});
    view.bar.prepend(choice.parentElement);
    ofRecording.push(choice.parentElement);
    scripts.forEach((s, i) => make(choice, "option", { value: i }, s.dataset.recording));
    choice.addEventListener("change", () => open(scripts[choice.value], view.now.frame ? view.now.frame.step : null));
  }
  const pace = labelled(view.bar, WORDS.speed, "select", {});
  for (const [words, value] of SPEEDS) make(pace, "option", { value, selected: value === speed }, words + " \u00d7");
  ofRecording.push(pace.parentElement);
  pace.addEventListener("change", () => { speed = Number(pace.value); if (timer) play(); });
  root.ganStage = view;
  const trainer = offerTraining(root, view, stop, (step) => open(wanted, step), ofRecording, () => (wanted ?? scripts[0]).dataset.recording);
  offerFullScreen(view);
  trainer?.follow();
  const opened = open(scripts[0], root.dataset.start === undefined ? null : Number(root.dataset.start));

  if (root.dataset.plays === undefined || CALM) return; // else it begins by itself, once, when it is first seen
  const seen = new IntersectionObserver(([entry]) => {
    if (!entry.isIntersecting) return;
    seen.disconnect();
    opened.then(() => { if (fresh && view.now.movie && !trainer?.active) { fresh = false; view.go(0); play(); } });
  }, { threshold: 0.5 });
  seen.observe(root);
}

openPlayer(document.currentScript.closest(".gan-stage"));
