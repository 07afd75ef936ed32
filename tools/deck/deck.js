// Sets the formulas, makes each slide fit, and opens the slides.

const HEIGHT = 720, WIDTH = 1280, MAGNIFIED = 1.8; // the most that deck.css magnifies what is drawn in a canvas

window.MathJax = {
  tex: { inlineMath: [["\\(", "\\)"]], displayMath: [["\\[", "\\]"]] },
  options: { enableMenu: false },
  startup: {
    pageReady: () => MathJax.startup.defaultPageReady().then(openDeck, openDeck),
  },
};

const ROOM = HEIGHT - 56, WIDTHS = [1180, 1100, 1000, 900, 800, 700, 600, 520];
const high = (sheet) => sheet.getBoundingClientRect().height > ROOM;
const settle = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 60)));

// A slide that is a little too high is made smaller, to seven tenths at most, and one that moves to six. It begins
// at its full size each time, so that it grows again when something on it was closed.
function shrink(sheet) {
  const least = sheet.querySelector(".live") ? 0.6 : 0.7;
  const put = (zoom) => { sheet.style.zoom = zoom === 1 ? "" : zoom; sheet.style.setProperty("--zoom", zoom); };
  put(1);
  for (let zoom = 1; high(sheet) && zoom > least; ) put(zoom = Math.max(least, zoom - 0.03));
}

// A stage fills its slide by its style. How high another piece that moves is depends on its width, one way or the
// other: the widest that fits, or the least high. It may grow later, when it has drawn.
async function fit(sheet) {
  const live = sheet.querySelectorAll(".live > :not(.gan-stage)");
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

// Canvases ask for the density of the screen: what is magnified has to be drawn with more points, or it is blurred.
// They draw anew when the attribute changes.
function sharpen(scale) {
  const screen = Object.getOwnPropertyDescriptor(window, "devicePixelRatio");
  if (!screen?.get) return () => {};
  Object.defineProperty(window, "devicePixelRatio", { ...screen, get: () => screen.get.call(window) * MAGNIFIED * scale });
  return (now) => { scale = now; document.documentElement.dataset.scale = now; };
}

// Who uses a control by hand goes on with the keys of the slides. A control that was reached by Tab, and a text that
// is being written, have their keys for themselves, but for those of a clicker: these turn the slide from anywhere.
const TURNS = { PageDown: "next", PageUp: "prev" }, PRESSED = [" ", "Enter"];
const CONTROLS = ".live :is(input, select, textarea, button, summary, canvas, a)", WRITTEN = "textarea, input[type=text], .gs-draws canvas";

function belongs({ target, key }) {
  const control = target.closest?.(CONTROLS);
  return Boolean(control) && (PRESSED.includes(key) || control.matches("input:not([type=checkbox]), select, textarea, canvas"));
}

function listen(deck) {
  let byHand = false;
  const leave = ({ type, target }) => {
    const stays = target.matches?.(WRITTEN) || (type === "click" && target.matches?.("select, option"));
    if (byHand && !stays && document.activeElement.matches(CONTROLS)) document.activeElement.blur();
  };
  addEventListener("pointerdown", () => { byHand = true; }, true);
  for (const type of ["click", "change"]) addEventListener(type, leave);
  addEventListener("keydown", (event) => {
    byHand = false;
    if (event.key === "Enter" && event.target.matches?.("input[type=text]")) setTimeout(() => event.target.blur());
    if (!TURNS[event.key] || !event.target.closest?.(CONTROLS)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    deck[TURNS[event.key]]();
  }, true);
}

// A click magnifies a picture where it is clicked, and another makes it small again.
function magnify(deck) {
  const back = () => document.querySelectorAll(".magnified").forEach((e) => e.classList.remove("magnified"));
  addEventListener("click", ({ target, offsetX, offsetY }) => {
    const opens = target.matches("img.picture:not(.magnified)");
    back();
    if (!opens) return;
    target.style.transformOrigin = `${(100 * offsetX) / target.offsetWidth}% ${(100 * offsetY) / target.offsetHeight}%`;
    target.classList.add("magnified");
  });
  deck.on("slidechanged", back);
}

// Paper shows how each recording ends.
async function end({ ganStage: stage }) {
  for (let tries = 0; !stage.now.movie && tries < 100; tries++) await settle();
  if (stage.now.movie) stage.go(Infinity);
}

let opened = false;
async function openDeck() {
  if (opened) return;
  opened = true;
  document.querySelector(".to-print b").textContent =
    `${location.href.split(/[?#]/)[0]}?print-pdf`;
  document.querySelectorAll(".live details").forEach((e) => { e.open = false; });
  await Promise.all([...document.images].map((img) => img.decode().catch(() => 0)));
  await Promise.all([...document.querySelectorAll(".sheet")].map(fit));
  document.querySelector(".slides").classList.remove("measuring");
  const deck = new Reveal({
    width: WIDTH, height: HEIGHT, margin: 0, center: false, hash: true, slideNumber: "c/t", defaultTiming: 60,
    navigationMode: "linear", transition: "none", pdfSeparateFragments: false, plugins: [RevealNotes], keyboardCondition: (event) => !belongs(event),
  });
  await deck.initialize();
  const rescale = sharpen(deck.getScale());
  deck.on("resize", ({ scale }) => rescale(scale));
  listen(deck);
  magnify(deck);
  if (new URLSearchParams(location.search).has("print-pdf")) await Promise.all([...document.querySelectorAll(".gan-stage")].map(end));
  document.documentElement.dataset.deck = "open";
  window.deck = deck;
}
