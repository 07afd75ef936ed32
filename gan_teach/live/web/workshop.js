// A generator and a classifier at work in the page: ten digits from one latent, and the reader's own drawing.

const SIDE = 28, BRUSH = 1.5, LATENTS = 0x5eed; // pixels; the stream of random numbers of the latents

function fromHalf(bytes) {
  return Float32Array.from(new Uint16Array(bytes.buffer), (h) => {
    const sign = h & 0x8000 ? -1 : 1, power = (h >> 10) & 31, rest = h & 1023;
    return sign * (power ? 2 ** (power - 15) * (1 + rest / 1024) : rest * 2 ** -24);
  });
}

async function makeNetworks(lesson) {
  const { exports, at } = await openModule(lesson);
  for (const [name, text] of Object.entries(lesson.numbers)) at[name].set(fromHalf(bytesOf(text)));
  at.y.fill(0);
  for (let k = 0; k < 10; k++) at.y[11 * k] = 1;
  const latent = (seed) => { exports.normal(at.z.byteOffset, at.z.length, seed | 0, LATENTS); return at.z.slice(0, at.z.length / 10); };
  return { at, latent, make() { exports.make(); exports.read(); }, judge() { exports.judge(); } };
}

function softmax(logits) {
  const most = Math.max(...logits), parts = Array.from(logits, (v) => Math.exp(v - most)), sum = parts.reduce((a, b) => a + b, 0);
  return parts.map((v) => v / sum);
}

function paint(canvas, pixels) { // from -1, black, to 1, white
  const context = canvas.getContext("2d"), picture = context.createImageData(SIDE, SIDE);
  pixels.forEach((v, i) => { const level = 127.5 * (v + 1); picture.data.set([level, level, level, 255], 4 * i); });
  context.putImageData(picture, 0, 0);
}

// In the middle by its centre of mass, as MNIST's digits are; whole pixels, so that nothing is blurred.
function centred(drawing) {
  let mass = 0, x = 0, y = 0;
  drawing.forEach((v, i) => { mass += v; x += v * (i % SIDE); y += v * Math.floor(i / SIDE); });
  const dx = Math.round((SIDE - 1) / 2 - x / mass), dy = Math.round((SIDE - 1) / 2 - y / mass);
  return Float32Array.from(drawing, (_, i) => {
    const column = (i % SIDE) - dx, row = Math.floor(i / SIDE) - dy, inside = column >= 0 && column < SIDE && row >= 0 && row < SIDE;
    return inside ? 2 * drawing[row * SIDE + column] - 1 : -1;
  });
}

async function openWorkshop(root) {
  const say = (text) => { status.textContent = text; };
  const made = make(root, "div", { className: "gw-made" }), row = make(root, "label", {}, "from one latent to another");
  const slider = make(row, "input", { type: "range", min: 0, max: 100, value: 0 }), other = make(row, "button", { type: "button" }, "Go on to another latent");
  const status = make(root, "p");
  status.setAttribute("role", "status");
  let networks;
  try {
    networks = await makeNetworks(JSON.parse(root.querySelector("script[data-workshop]").textContent));
  } catch (error) {
    say(`The networks can't work here: ${error.message}. The rest of the page is complete.`);
    return;
  }
  const { at } = networks, drawing = new Float32Array(SIDE * SIDE);
  let seed = 0, from = networks.latent(seed), to = networks.latent(seed + 1);

  const cells = Array.from({ length: 10 }, (_, k) => {
    const button = make(made, "button", { type: "button", title: "to the drawing board" }), canvas = make(button, "canvas", { width: SIDE, height: SIDE });
    button.addEventListener("click", () => { drawing.set(at.images.subarray(k * SIDE * SIDE, (k + 1) * SIDE * SIDE).map((v) => (v + 1) / 2)); judge(); });
    return { button, canvas, said: make(button, "span") };
  });

  function remake() { // along a quarter of a circle, so that the latents keep their length
    const turn = (slider.value / 100) * (Math.PI / 2);
    for (let k = 0; k < 10; k++) at.z.set(from.map((v, i) => Math.cos(turn) * v + Math.sin(turn) * to[i]), k * from.length);
    networks.make();
    let right = 0;
    cells.forEach(({ button, canvas, said }, k) => {
      paint(canvas, at.images.subarray(k * SIDE * SIDE, (k + 1) * SIDE * SIDE));
      const shares = softmax(at.seen.subarray(10 * k, 10 * k + 10)), best = shares.indexOf(Math.max(...shares));
      right += best === k;
      said.textContent = `${best}, ${percent(shares[best])}`;
      said.classList.toggle("gw-wrong", best !== k);
      button.setAttribute("aria-label", `asked for ${k}, read as ${best}, ${percent(shares[best])} sure; put it on the drawing board`);
    });
    say(`Asked for 0 to 9; the classifier reads ${right} of 10 as asked. Under each picture: what it reads, and how sure it is.`);
    root.dataset.right = right;
  }

  const own = make(root, "div", { className: "gw-own" }), left = make(own, "div"), pad = make(left, "canvas", { className: "gw-pad", width: SIDE, height: SIDE, tabIndex: 0 });
  pad.setAttribute("role", "application");
  pad.setAttribute("aria-label", "drawing board: draw a digit with the pointer, or with arrow keys and Space");
  const below = make(left, "p");
  root.insertBefore(make(root, "p", {}, "Draw a digit, or click one above and change it. By keyboard: arrow keys move, Space draws, Backspace clears."), own);
  const bars = make(own, "ol"), lines = Array.from({ length: 10 }, (_, k) => {
    const line = make(bars, "li");
    make(line, "span", {}, String(k));
    return { bar: make(make(line, "div", { className: "gw-bar" }), "i"), said: make(line, "span") };
  });
  const read = make(below, "strong"), cursor = { x: SIDE / 2, y: SIDE / 2, last: null };
  read.setAttribute("role", "status");
  make(below, "button", { type: "button" }, "Clear").addEventListener("click", () => { drawing.fill(0); judge(); });
  below.insertBefore(document.createTextNode(" "), below.lastChild);

  function judge() {
    const empty = !drawing.some((v) => v > 0.1);
    paint(pad, drawing.map((v) => 2 * v - 1));
    if (empty) read.textContent = "Nothing to read yet.";
    else { at.drawing.set(centred(drawing)); networks.judge(); }
    const shares = empty ? new Array(10).fill(0) : softmax(at.verdict), best = shares.indexOf(Math.max(...shares));
    lines.forEach(({ bar, said }, k) => { bar.style.width = `${100 * shares[k]}%`; said.textContent = empty ? "" : percent(shares[k]); });
    if (!empty) read.textContent = `Read as ${best}.`;
    root.dataset.read = empty ? "" : best;
  }

  function dab(x, y) {
    for (let i = 0; i < drawing.length; i++) {
      const far = Math.hypot((i % SIDE) + 0.5 - x, Math.floor(i / SIDE) + 0.5 - y);
      drawing[i] = Math.max(drawing[i], Math.min(1, Math.max(0, BRUSH + 0.5 - far)));
    }
  }

  function stroke(event, begins) {
    const x = (event.offsetX / pad.clientWidth) * SIDE, y = (event.offsetY / pad.clientHeight) * SIDE, { last } = cursor;
    const steps = begins || !last ? 1 : Math.max(1, Math.ceil(Math.hypot(x - last[0], y - last[1])));
    for (let s = 1; s <= steps; s++) dab(...(begins || !last ? [x, y] : [last[0] + ((x - last[0]) * s) / steps, last[1] + ((y - last[1]) * s) / steps]));
    cursor.last = [x, y];
    judge();
  }
  pad.addEventListener("pointerdown", (event) => { pad.setPointerCapture(event.pointerId); stroke(event, true); });
  pad.addEventListener("pointermove", (event) => { if (event.buttons) stroke(event, false); });
  pad.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way && ![" ", "Backspace"].includes(event.key)) return;
    event.preventDefault();
    if (way) { cursor.x = Math.max(0, Math.min(SIDE, cursor.x + way[0])); cursor.y = Math.max(0, Math.min(SIDE, cursor.y + way[1])); }
    if (event.key === " ") dab(cursor.x, cursor.y);
    if (event.key === "Backspace") drawing.fill(0);
    judge();
    const context = pad.getContext("2d");
    context.strokeStyle = "#56b4e9";
    context.strokeRect(cursor.x - 1.5, cursor.y - 1.5, 3, 3);
  });
  slider.addEventListener("input", remake);
  other.addEventListener("click", () => { seed += 1; from = to; to = networks.latent(seed + 1); slider.value = 0; remake(); });
  remake();
  judge();
}

openWorkshop(document.currentScript.closest(".gan-workshop"));
