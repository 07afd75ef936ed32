// Sets the formulas, makes each slide fit, and opens the slides. `?run=45` leaves out what is beyond the talk.

const HEIGHT = 720, WIDTH = 1280;

window.MathJax = {
  tex: { inlineMath: [["\\(", "\\)"]], displayMath: [["\\[", "\\]"]] },
  options: { enableMenu: false },
  startup: {
    pageReady: () => MathJax.startup.defaultPageReady().then(openDeck, openDeck),
  },
};

const ROOM = HEIGHT - 56, WIDTHS = [1000, 900, 800, 700, 600, 520];
const high = (sheet) => sheet.getBoundingClientRect().height > ROOM;
const settle = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 60)));

// A slide that is a little too high is made smaller, to seven tenths at most, and one with a stage to six.
function shrink(sheet) {
  const least = sheet.querySelector(".live") ? 0.6 : 0.7;
  for (let zoom = Number(sheet.style.zoom) || 1; high(sheet) && zoom > least; ) {
    zoom = Math.max(least, zoom - 0.03);
    sheet.style.zoom = zoom;
    sheet.style.setProperty("--zoom", zoom);
  }
}

// How high a stage is depends on its width, one way or the other: the widest that fits, or the least high. It
// may grow later, when it has drawn.
async function fit(sheet) {
  const live = sheet.querySelectorAll(".live > *");
  const narrow = async (width) => {
    live.forEach((e) => e.style.setProperty("max-width", `${width}px`, "important"));
    await settle();
    return sheet.getBoundingClientRect().height;
  };
  let best = [Infinity, 0];
  for (const width of live.length ? WIDTHS : []) {
    const height = await narrow(width);
    if (height < best[0]) best = [height, width];
    if (height <= ROOM) break;
  }
  if (live.length) await narrow(best[1]);
  shrink(sheet);
  if (live.length) new ResizeObserver(() => shrink(sheet)).observe(sheet);
}

let opened = false;
async function openDeck() {
  if (opened) return;
  opened = true;
  if (new URLSearchParams(location.search).has("run")) {
    document.querySelectorAll(".slides section section:not([data-talk])").forEach((e) => e.remove());
    document.querySelectorAll("[data-talk] [data-beyond]").forEach((e) => e.remove());
    document.querySelectorAll(".slides > section").forEach((e) => e.children.length || e.remove());
  }
  await Promise.all([...document.images].map((img) => img.decode().catch(() => 0)));
  await Promise.all([...document.querySelectorAll(".sheet")].map(fit));
  document.querySelector(".slides").classList.remove("measuring");
  const deck = new Reveal({
    width: WIDTH, height: HEIGHT, margin: 0, center: false, hash: true, slideNumber: "c/t",
    navigationMode: "linear", transition: "none", plugins: [RevealNotes],
  });
  await deck.initialize();
  document.documentElement.dataset.deck = "open";
  window.deck = deck;
}
