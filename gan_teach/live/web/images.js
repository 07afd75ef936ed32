// Samples that are images, in a grid: the same latents from frame to frame.

function gridOf(header, frame) {
  const [height, width] = header.image, count = frame.images.length / (height * width);
  const columns = Math.ceil(Math.sqrt(count)), rows = Math.ceil(count / columns);
  return { height, width, count, columns, rows };
}

function drawImages(canvas, header, frame, shown, hues) {
  const { height, width, count, columns, rows } = gridOf(header, frame), about = header.arrays.find((a) => a.name === "images");
  const surface = makeSurface(canvas, [[0, columns * width], [0, rows * height]], hues, { margin: [4, 4, 4, 4], equal: true });
  if (!shown.has("fakes")) return surface;
  const small = new OffscreenCanvas(columns * width, rows * height), picture = new ImageData(columns * width, rows * height);
  for (let n = 0; n < count; n++) {
    for (let k = 0; k < height * width; k++) {
      const level = (255 * (frame.images[n * height * width + k] - about.low)) / (about.high - about.low);
      const row = Math.floor(n / columns) * height + Math.floor(k / width), column = (n % columns) * width + (k % width);
      picture.data.set([level, level, level, 255], 4 * (row * columns * width + column));
    }
  }
  small.getContext("2d").putImageData(picture, 0, 0);
  surface.context.imageSmoothingEnabled = false;
  surface.context.drawImage(small, surface.left, surface.top, surface.right - surface.left, surface.bottom - surface.top);
  return surface;
}

function readImages(header, frame, [x, y]) {
  const { height, width, count, columns, rows } = gridOf(header, frame);
  const n = Math.floor((rows * height - y) / height) * columns + Math.floor(x / width);
  return n >= 0 && n < count ? { sample: n + 1 } : {};
}
