// Host of a stage in a notebook: shows what the kernel trains, and carries the reader's wishes to it.

const KEPT = 1000, PING_EVERY = 3000;
const GONE = "The kernel does not answer: it is busy, was restarted, or the connection is lost. " +
  "What was seen so far can still be scrubbed.";

function render({ model, el }) {
  const root = make(el, "div", { className: "gan-stage" }), live = { run: null, pieces: [], received: 0 };
  const me = Math.random().toString(36).slice(2);
  let waiting = 0, quiet = false;
  const send = (what, value = null) => {
    if (what === "step" && live.pieces.length) view.go(live.pieces.length - 1);
    try { model.send({ do: what, value }); } catch { fallSilent(); }
  };
  const view = makeView(root, (what, value) => {
    if (what === "run" && live.pieces.length) view.go(live.pieces.length - 1);
    if (what !== "scrub") send(what, value); // looking back doesn't stop the training
  });
  root.ganStage = view;
  const movie = () => ({ frames: live.pieces.map((p) => p.about), at: (i) => live.pieces[i].frame(),
    headerOf: (i) => live.pieces[i].header });

  // What stands before this view in a saved notebook, for when it is gone. It is not yet in the page when it is rendered.
  function showNote(shown) {
    const around = root.closest(".jp-OutputArea") ?? document;
    for (const note of around.querySelectorAll(`[data-stage="${model.get("name")}"]`)) {
      (note.closest(".jp-OutputArea-child") ?? note).style.display = shown ? "" : "none";
    }
  }
  const placed = new ResizeObserver(() => showNote(false));
  placed.observe(root);

  function fallSilent() { quiet = true; view.setRunning(false); view.say(GONE); }

  function hear() {
    waiting = 0;
    if (quiet) { quiet = false; status(); }
  }

  function status() {
    const { running, message, calm, values } = model.get("status");
    if (quiet) return;
    view.setRunning(running);
    view.say(message, calm);
    for (const [name, value] of Object.entries(values)) {
      const field = root.querySelector(`[name="${name}"]`);
      if (field && (field !== document.activeElement || message)) field.put(value); // not while somebody types
    }
  }

  // A moment that comes again (with another loss, or with the sheet) replaces the old one; a history goes before what is newer.
  function merge(fresh, restarted, whole) {
    const [first, last] = [fresh[0].about.step, fresh[fresh.length - 1].about.step];
    const before = restarted || whole ? [] : live.pieces.filter((p) => p.about.step < first);
    const after = whole && !restarted ? live.pieces.filter((p) => p.about.step > last) : [];
    live.pieces = [...before, ...fresh, ...after];
    if (live.pieces.length > KEPT) live.pieces = live.pieces.filter((_, i) => i % 2 === 0 || i === live.pieces.length - 1);
  }

  async function receive(data, whole = false) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    if (!bytes.length) return;
    try {
      const piece = await restore(bytes), { header } = piece;
      if (live.run !== null && header.run < live.run) return; // unpacked after a fresh start: of yesterday
      const restarted = header.run !== live.run, following = restarted || view.now.index >= live.pieces.length - 1;
      const looked = live.pieces[view.now.index]?.about.step ?? 0;
      merge(header.frames.map((about, i) => ({ about, header, frame: () => piece.frame(i) })), restarted, whole);
      live.run = header.run;
      const end = live.pieces.length - 1, same = live.pieces.findIndex((p) => p.about.step >= looked);
      view.show(movie(), following || same < 0 ? end : same);
    } catch (error) {
      view.say(`This picture can't be shown: ${error.message}.`);
    } finally {
      // The kernel sends only a few frames ahead of this answer, so a slow page gets fewer and delays nobody.
      if (live.received++ % 4 === 0 || !view.now.running) send("drawn");
    }
  }

  buildControls(view, model, send);
  offerFullScreen(view);
  const onFrame = () => { hear(); receive(model.get("frame")); };
  const onMessage = (content, buffers) => {
    hear();
    if (content.kind === "history" && content.to === me) receive(buffers[0], true);
  };
  model.on("change:frame", onFrame);
  model.on("change:status", status);
  model.on("msg:custom", onMessage);
  const pings = setInterval(() => { if (waiting++ >= 2) fallSilent(); send("ping"); }, PING_EVERY);
  status();
  receive(model.get("frame"));
  send("open", me);
  return () => {
    clearInterval(pings);
    placed.disconnect();
    showNote(true);
    send("closed");
    model.off("change:frame", onFrame);
    model.off("change:status", status);
    model.off("msg:custom", onMessage);
    view.dispose();
  };
}

function buildControls(view, model, send) {
  for (const [what, words] of [["step", WORDS.step], ["reset", WORDS.reset]]) {
    make(view.bar, "button", { type: "button", className: `gs-${what}` }, words).addEventListener("click", () => send(what));
  }
  makeControls(view, model.get("controls"), send);
}

export default { render };
