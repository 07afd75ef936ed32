// What brings a stage, or a moment of its training, into sight.

Object.assign(WORDS, { full: "Full screen", small: "Leave full screen" });

// A click or a stroke in the picture of the losses goes to the nearest moment that is kept; a mark tells which setting was changed.
function pointAtLosses(canvas, now, seek) {
  const nearest = (step, list) => list.reduce((best, f, i) => (Math.abs(f.step - step) < Math.abs(list[best].step - step) ? i : best), 0);
  const point = (event) => {
    if (!now.losses || now.header.pen) return;
    const { frames } = now.movie, { left, right, x, inverse } = now.losses, [step] = inverse(event.offsetX, event.offsetY);
    if (event.type === "pointerdown" || event.buttons) {
      const index = nearest(step, frames);
      if (index !== now.index) seek(index);
      return;
    }
    const marks = frames.filter((f) => f.changed), mark = marks[nearest(step, marks)], near = mark && Math.abs(x(mark.step) - event.offsetX) < 6;
    canvas.title = near && event.offsetX >= left - 6 && event.offsetX <= right + 6 ? `${WORDS.at} ${mark.step.toLocaleString("en")}: ${mark.changed}` : "";
  };
  canvas.addEventListener("pointerdown", point);
  canvas.addEventListener("pointermove", point);
}

// The stage's top comes under the page's head, and stays there while the page is still being laid out, until the reader moves.
function bringIntoSight(root, patience = 4000) {
  const go = () => root.scrollIntoView({ behavior: "instant" }), watch = new ResizeObserver(go), signs = ["wheel", "touchstart", "pointerdown", "keydown"];
  const end = () => { watch.disconnect(); for (const sign of signs) removeEventListener(sign, end); };
  watch.observe(document.body);
  for (const sign of signs) addEventListener(sign, end, { passive: true });
  go();
  if (document.readyState === "complete") setTimeout(end, patience); else addEventListener("load", () => { go(); setTimeout(end, patience); }, { once: true });
}

// The picture and its buttons, where they are not whole in the window.
function bringPictureIntoSight({ root, box, bar }) {
  const head = parseFloat(getComputedStyle(root).getPropertyValue("--gs-head")) || 0;
  if (box.getBoundingClientRect().top < head - 1 || bar.getBoundingClientRect().bottom > innerHeight) root.scrollIntoView({ behavior: "instant" });
}

// The picture as high as the screen, where the browser can; the last of the buttons.
function offerFullScreen({ root, bar }) {
  if (!document.fullscreenEnabled || !root.requestFullscreen) return;
  const full = make(bar, "button", { type: "button", className: "gs-full" }, WORDS.full), whole = () => document.fullscreenElement === root;
  full.addEventListener("click", () => (whole() ? document.exitFullscreen() : root.requestFullscreen()));
  root.addEventListener("fullscreenchange", () => { full.textContent = whole() ? WORDS.small : WORDS.full; });
}
