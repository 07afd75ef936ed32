// A walk among latents on a page: each slider is one axis of a table of pictures that stands in the page's own HTML.

async function openWalk(root) {
  const sliders = [...root.querySelectorAll("input")], canvas = root.querySelector("canvas"), text = root.querySelector("[role=status]");
  const packed = root.querySelector("script[data-recording]").textContent;
  let piece;
  try {
    piece = await restore(bytesOf(packed));
  } catch (error) {
    text.textContent = `These pictures can't be shown: ${error.message}. The rest of the page is complete.`;
    return;
  }
  const { axes, image: [height, width], columns, marks } = piece.header, context = canvas.getContext("2d");
  const marked = () => sliders.map((slider, i) => axes[i].labels[Number(slider.value)]);

  function show() {
    const place = sliders.reduce((sum, slider, i) => sum * axes[i].labels.length + Number(slider.value), 0);
    const { images } = piece.frame(place), count = images.length / (height * width), rows = Math.ceil(count / columns);
    Object.assign(canvas, { width: columns * width, height: rows * height });
    const picture = context.createImageData(canvas.width, canvas.height);
    images.forEach((level, k) => {
      const n = Math.floor(k / (height * width)), inside = k % (height * width);
      const row = Math.floor(n / columns) * height + Math.floor(inside / width), column = (n % columns) * width + (inside % width);
      picture.data.set([level, level, level, 255], 4 * (row * canvas.width + column));
    });
    context.putImageData(picture, 0, 0);
    const said = marked().map((label, i) => `${axes[i].name} ${label}`).join(", ");
    text.textContent = marks ? `${said}: ${marks[place]}` : said;
    canvas.setAttribute("aria-label", text.textContent);
    sliders.forEach((slider, i) => slider.setAttribute("aria-valuetext", marked()[i]));
    root.dataset.place = place;
  }
  for (const slider of sliders) slider.addEventListener("input", show);
  show();
}

openWalk(document.currentScript.closest(".gan-walk"));
