// "Print this chapter": the rest is left out as long as it takes. On paper all folds are open.
for (const button of document.querySelectorAll("button.alone")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const kept = [document.body, ...document.querySelectorAll(`[data-chapter="${button.value}"]`)];
    for (const part of kept) part.classList.add("one");
    addEventListener("afterprint", () => { for (const part of kept) part.classList.remove("one"); }, { once: true });
    print();
  });
}
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  for (const fold of closed) fold.open = true;
});
addEventListener("afterprint", () => { for (const fold of closed) fold.open = false; });
