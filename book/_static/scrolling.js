// What scrolls sideways must be reachable by keyboard, and must look like it: it gets a tab stop, only where and
// while it scrolls, and data-more while something lies to the right of what is seen (custom.css lets it fade there).
(() => {
  const ALL = ".bd-article table, .bd-article pre, mjx-container, .bd-article .math, .bd-article .cell_output";
  // Not formulas: what MathJax has for screen readers makes them wider than they look.
  const fade = (e) =>
    e.toggleAttribute("data-more", e.tabIndex === 0 && e.matches("table, pre, .cell_output") && e.scrollLeft + e.clientWidth < e.scrollWidth - 4);
  const mark = () => {
    for (const e of document.querySelectorAll(ALL)) {
      const formula = e.matches("mjx-container");
      const scrolls = e.scrollWidth > e.clientWidth + !formula && getComputedStyle(e).overflowX !== "visible";
      if (scrolls) e.tabIndex = 0;
      else if (!formula) e.removeAttribute("tabindex");
      else if (!e.hasAttribute("display")) e.tabIndex = -1; // or each formula of a line would be a stop on the way to a stage
      fade(e);
    }
  };
  addEventListener("load", async () => {
    await (window.MathJax?.startup?.promise ?? null);
    mark();
  });
  addEventListener("resize", mark);
  addEventListener("scroll", (e) => e.target.matches?.(ALL) && fade(e.target), true);
})();
