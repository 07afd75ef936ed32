// A built page made fit for paper: what moves becomes pictures, what is folded goes, answers stand at the end.

const made = (tag, className, ...children) => {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children);
  return element;
};
const still = (source, alt, width) => {
  const picture = made("img", "");
  Object.assign(picture, { src: source.toDataURL(), alt });
  picture.style.width = `${width}px`;
  return picture;
};

// Small pictures are enlarged here: a reader of PDF would blur them.
function pictureOf(canvas) {
  const width = canvas.clientWidth, times = Math.ceil((2 * width) / canvas.width);
  if (getComputedStyle(canvas).imageRendering !== "pixelated" || times < 2) return still(canvas, canvas.getAttribute("aria-label") ?? "", width);
  const large = document.createElement("canvas"), context = large.getContext("2d");
  Object.assign(large, { width: times * canvas.width, height: times * canvas.height });
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, 0, 0, large.width, large.height);
  return still(large, canvas.getAttribute("aria-label") ?? "", width);
}

// The first moment, the one with which the page opens the recording or the middle, and the last.
function telling(now, start) {
  const { frames } = now.movie, last = frames.length - 1, opened = frames.findIndex((frame) => frame.step >= start);
  const turn = opened > last / 10 && opened < 0.9 * last ? opened : Math.round(last / 2);
  return [...new Set([0, turn, last])];
}

function momentsOf(root, view) {
  const row = made("div", "paper-row"), canvas = root.querySelector(".gs-frame canvas");
  for (const index of telling(view.now, Number(root.dataset.start ?? NaN))) {
    view.go(index);
    const words = root.querySelector(".gs-text").textContent, [step, ...rest] = words.split(": ");
    const caption = made("figcaption", "", made("strong", "", step), made("br", ""), rest.join(": "));
    const picture = made("figure", "paper-moment", still(canvas, words, canvas.clientWidth), caption);
    picture.dataset.step = view.now.frame.step;
    row.append(picture);
  }
  if (view.now.movie.frames.length < 2) row.append(...endOf(root));
  return row;
}

// A stage that only trains has a beginning and, for pages without scripts, the picture of its end.
function endOf(root) {
  const picture = new DOMParser().parseFromString(root.querySelector("noscript")?.textContent ?? "", "text/html").querySelector("img");
  if (!picture) return [];
  const [step, ...rest] = picture.alt.split(": ");
  picture.removeAttribute("style");
  const end = made("figure", "paper-moment paper-own", picture, made("figcaption", "", made("strong", "", step), made("br", ""), rest.join(": ")));
  end.dataset.step = step.replace(/\D/g, "");
  return [end];
}

function legendOf(root, view) {
  const legend = made("p", "paper-legend"), small = root.querySelector("canvas[role=img]");
  for (const label of root.querySelectorAll(".gs-layers label")) {
    if (label.querySelector("input").checked) legend.append(made("span", label.className, label.textContent.trim()));
  }
  if (view.now.header.thin || view.now.movie.frames.length < 2) return legend;
  const losses = made("p", "paper-legend");
  for (const key of root.querySelectorAll(".gs-key span:not([hidden])")) losses.append(made("span", key.className, key.textContent));
  return made("div", "paper-losses", still(small, small.getAttribute("aria-label"), small.clientWidth), made("div", "", losses, legend));
}

// Another recording is there when the movie has changed.
async function choose(view, choice, value) {
  const before = view.now.movie;
  choice.value = value;
  choice.dispatchEvent(new Event("change"));
  for (let i = 0; i < 200 && view.now.movie === before; i++) await new Promise((done) => setTimeout(done, 25));
}

async function fixStage(root) {
  const view = root.ganStage, sheet = made("div", "paper-stage"), map = root.querySelector(".gs-scroll");
  if (!view.now.movie) return;
  root.classList.add("paper-drawn");
  const scripts = [...root.querySelectorAll("script[data-recording]")];
  const choice = !map && [...root.querySelectorAll(".gs-bar select")].find((c) => c.options.length === scripts.length && c.options[0].text === scripts[0]?.dataset.recording);
  let first = true;
  for (const value of choice && scripts.length > 1 ? scripts.keys() : [null]) {
    if (value !== null && !first) await choose(view, choice, value);
    const row = momentsOf(root, view);
    if (value !== null) row.prepend(made("p", "paper-name", scripts[value].dataset.recording));
    else if (map) row.prepend(made("p", "paper-name", scripts[0].dataset.recording));
    const part = made("div", "paper-part", row, ...(first || !view.now.header.thin ? [legendOf(root, view)] : []));
    sheet.append(part);
    first = false;
  }
  root.replaceChildren(...[...root.querySelectorAll("style")], ...(map ? [map] : []), sheet);
}

function fixSliders(root) {
  const settings = [...root.querySelectorAll("label")].map((label) => {
    const [name, value] = [label.querySelector("span"), label.querySelector("output") ?? label.querySelector("input")];
    label.remove();
    return `${name.textContent} ${value.value ?? value.textContent}`;
  });
  return made("p", "paper-settings", `Sliders on the page: ${settings.join(", ")}`);
}

function fixExplorer(root) {
  for (const canvas of root.querySelectorAll("canvas")) canvas.replaceWith(pictureOf(canvas));
  root.append(fixSliders(root));
}

function fixWalk(root) {
  root.querySelector("canvas").replaceWith(pictureOf(root.querySelector("canvas")));
  root.querySelectorAll("label").forEach((label) => label.remove()); // the text says where they stand
}

function fixWorkshop(root) {
  const own = root.querySelector(".gw-own"), asks = own.previousElementSibling;
  [own, asks, ...root.querySelectorAll("label")].forEach((element) => element.remove());
  for (const canvas of root.querySelectorAll("canvas")) canvas.replaceWith(pictureOf(canvas));
}

function fixFlipbook(root) {
  const pictures = [...root.querySelectorAll("img")], last = pictures.length - 1;
  const kept = [...new Set([0, Math.round(last / 2), last])].map((i) => {
    pictures[i].hidden = false;
    return made("figure", "paper-leaf", pictures[i], made("figcaption", "", pictures[i].alt));
  });
  root.replaceChildren(...kept);
}

// What can be clicked in a table or beside a picture is text on paper.
function fixButtons(article) {
  for (const button of article.querySelectorAll("button")) {
    if (!button.matches(".gs-map button, .gw-made button")) { button.remove(); continue; }
    const cell = made("div", "paper-cell", ...button.childNodes);
    cell.style.cssText = button.style.cssText;
    button.replaceWith(cell);
  }
  for (const sound of article.querySelectorAll("audio, video")) sound.replaceWith(made("em", "", "It plays on the page."));
}

function removeFolded(article) {
  article.querySelectorAll("details:not(.quiz-feedback), script, noscript, .headerlink, .quiz-said, .experiment-play:empty").forEach((e) => e.remove());
  for (const cell of article.querySelectorAll("div.cell")) if (!cell.children.length || !cell.querySelector("img, svg, canvas, pre, table, section, p, figure, div > div")) cell.remove();
}

function endSection(article, id, title) {
  const heading = made("h2", "", title), section = made("section", "paper-end", heading);
  section.id = id;
  article.querySelector("section").append(section);
  return section;
}

function moveSolutions(article) {
  const solutions = [...article.querySelectorAll("div.solution")];
  if (!solutions.length) return;
  const section = endSection(article, "paper-solutions", "Solutions of the exercises");
  for (const solution of solutions) {
    const exercise = solution.querySelector(".admonition-title a"), asked = exercise && document.getElementById(exercise.hash.slice(1));
    const link = made("a", "", "Its solution stands at the end of the chapter.");
    link.href = `#${solution.id}`;
    asked?.append(made("p", "paper-to", link));
    solution.classList.remove("dropdown", "toggle", "toggle-hidden");
    section.append(solution);
  }
}

function moveAnswers(article) {
  const questions = [...article.querySelectorAll("fieldset.quiz")];
  if (!questions.length) return;
  const section = endSection(article, "paper-answers", "Answers to the questions");
  questions.forEach((question, i) => {
    const legend = question.querySelector("legend"), answers = question.querySelector(".quiz-feedback ol");
    const repeated = legend.cloneNode(true);
    legend.prepend(`${i + 1}. `);
    section.append(made("div", "paper-answer quiz", made("p", "paper-asked", `${i + 1}. `, ...repeated.childNodes), answers));
    question.querySelector(".quiz-feedback").remove();
    question.querySelectorAll("input").forEach((input) => input.remove());
  });
}

// A link becomes "page:NAME#ID", which the binder makes lead inside the book; what is not in the book is no link.
function nameLinks(article, root, name, pages) {
  for (const link of article.querySelectorAll("a[href]")) {
    const to = new URL(link.getAttribute("href"), location.href).href, [path, id] = to.split("#");
    if (!to.startsWith(root)) { if (!/^https?:|^mailto:/.test(to)) link.removeAttribute("href"); continue; }
    const page = path.slice(root.length).replace(/\.html$/, "");
    const here = page === name && id !== undefined && !document.getElementById(decodeURIComponent(id));
    if (!pages.includes(page) || here) link.removeAttribute("href");
    else link.setAttribute("href", `page:${page}${id === undefined ? "" : `#${id}`}`);
  }
}

// The browser writes down where an element stands if the page itself has a link to it.
function markPlaces(article) {
  const marks = made("div", "");
  marks.hidden = true;
  for (const { id } of article.querySelectorAll("[id]")) {
    const mark = made("a", "");
    mark.setAttribute("href", `#${id}`);
    marks.append(mark);
  }
  article.append(marks);
}

// A box that fits on a page stays whole; a long program may go on on the next.
function chooseBreaks(article) {
  for (const box of article.querySelectorAll(".admonition")) if (box.offsetHeight < 700) box.classList.add("paper-whole");
  for (const block of article.querySelectorAll("div.highlight")) {
    if (block.textContent.split("\n").length > 28) for (let e = block; e && !e.matches("div.cell, section"); e = e.parentElement) e.classList.add("paper-long");
  }
}

// What is wider than the paper becomes smaller, and nothing is cut off.
function fitWidth(article) {
  const room = article.clientWidth, smaller = [];
  for (const element of article.querySelectorAll("table, mjx-container[display=true], pre")) {
    const right = element.closest("pre, mjx-container") ? element.scrollWidth : element.getBoundingClientRect().width;
    const inner = element.parentElement.clientWidth || room, share = inner / right;
    if (share < 0.995) { element.style.zoom = Math.max(share, 0.4); smaller.push(element.textContent.slice(0, 40)); }
  }
  return smaller;
}

// What would be cut off all the same.
function cutOff(article) {
  const { left, right } = article.getBoundingClientRect();
  const out = [...article.querySelectorAll("pre, table, img, mjx-container[display=true], p, li, dt, figure")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width && (box.right > right + 2 || box.left < left - 2 || (element.matches("pre") && element.scrollWidth > element.clientWidth + 1));
  });
  return out.map((element) => `${element.tagName.toLowerCase()} ${element.textContent.trim().slice(0, 40)}`);
}

function headingsOf(article) {
  const tex = new Map([...(window.MathJax?.startup?.document?.math ?? [])].map((item) => [item.typesetRoot, item.math]));
  return [...article.querySelectorAll("h1, h2, h3")].map((heading) => {
    const copy = heading.cloneNode(true), formulas = [...heading.querySelectorAll("mjx-container")];
    copy.querySelectorAll("mjx-container").forEach((formula, i) => formula.replaceWith(tex.get(formulas[i]) ?? ""));
    return { level: Number(heading.tagName[1]), words: copy.textContent.trim(), id: heading.id || heading.closest("section")?.id || "" };
  });
}

async function toPaper({ root, name, pages }) {
  const article = document.querySelector("article");
  document.documentElement.dataset.theme = "light"; // explorers draw themselves anew, in the sizes of the paper
  await new Promise((done) => setTimeout(done, 50));
  for (const stage of article.querySelectorAll(".gan-stage")) await fixStage(stage);
  article.querySelectorAll(".gan-explorer").forEach(fixExplorer);
  article.querySelectorAll(".gan-walk").forEach(fixWalk);
  article.querySelectorAll(".gan-workshop").forEach(fixWorkshop);
  article.querySelectorAll(".flipbook").forEach(fixFlipbook);
  removeFolded(article);
  fixButtons(article);
  moveSolutions(article);
  moveAnswers(article);
  chooseBreaks(article);
  nameLinks(article, root, name, pages);
  const headings = headingsOf(article);
  markPlaces(article);
  for (const picture of document.images) { picture.loading = "eager"; await picture.decode().catch(() => 0); }
  const moments = [...article.querySelectorAll('.gan-stage[data-kind="plane"] .paper-row')].map((row) => [...row.querySelectorAll("img")].map((picture) => picture.src));
  return { headings, moments: moments[0] ?? [], smaller: fitWidth(article), cut: cutOff(article) };
}
