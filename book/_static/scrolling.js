// What scrolls sideways must be reachable by keyboard: give it a tab stop, only where and while it scrolls.
(() => {
  const mark = () => {
    for (const e of document.querySelectorAll(".bd-article table, .bd-article pre, .bd-article mjx-container, .bd-article .math, .bd-article .cell_output")) {
      const scrolls = e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== "visible";
      if (scrolls) e.tabIndex = 0;
      else if (!e.matches("mjx-container")) e.removeAttribute("tabindex"); // MathJax gives its formulas one of their own
    }
  };
  addEventListener("load", async () => {
    await (window.MathJax?.startup?.promise ?? null);
    mark();
  });
  addEventListener("resize", mark);
})();
