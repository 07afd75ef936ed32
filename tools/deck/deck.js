// Sets the formulas, makes each slide fit, and opens the slides. `?run=45` leaves out what is beyond the talk.

const HEIGHT = 720, WIDTH = 1280, LEAST = 0.7;

window.MathJax = {
  tex: { inlineMath: [["\\(", "\\)"]], displayMath: [["\\[", "\\]"]] },
  options: { enableMenu: false },
  startup: {
    pageReady: () => MathJax.startup.defaultPageReady().then(openDeck, openDeck),
  },
};

// A slide that is a little too high is made smaller, to seven tenths at most.
function fit(sheet) {
  const room = HEIGHT - 56;
  for (let zoom = 1; sheet.scrollHeight * zoom > room && zoom > LEAST; ) {
    zoom = Math.max(LEAST, zoom - 0.03);
    sheet.style.zoom = zoom;
    sheet.style.setProperty("--zoom", zoom);
    if (sheet.getBoundingClientRect().height <= room) break;
  }
}

let opened = false;
async function openDeck() {
  if (opened) return;
  opened = true;
  if (new URLSearchParams(location.search).has("run")) {
    document.querySelectorAll(".slides section section:not([data-talk])").forEach((e) => e.remove());
    document.querySelectorAll(".slides > section").forEach((e) => e.children.length || e.remove());
  }
  await Promise.all([...document.images].map((img) => img.decode().catch(() => 0)));
  document.querySelectorAll(".sheet").forEach(fit);
  document.querySelector(".slides").classList.remove("measuring");
  const deck = new Reveal({
    width: WIDTH, height: HEIGHT, margin: 0, center: false, hash: true, slideNumber: "c/t",
    navigationMode: "linear", transition: "none", plugins: [RevealNotes],
  });
  await deck.initialize();
  document.documentElement.dataset.deck = "open";
  window.deck = deck;
}
