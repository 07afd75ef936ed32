// The game in the plane: D's verdict as a coloured field with its middle contour, data, fakes, the steps asked of the fakes,
// and the sheet of latents as G carries it.

// D's answers on their grid: {values, rows, columns}, rows along the second axis.
function fieldOf(header, frame) {
  const [, rows, columns] = header.arrays.find((a) => a.name === "verdict").shape;
  return { values: frame.verdict, rows, columns };
}

const rgbOf = (hue) => [1, 3, 5].map((k) => parseInt(hue.slice(k, k + 2), 16));

function fieldColor(verdict, [fake, middle, real]) {
  const [from, to, share] = verdict < 0.5 ? [fake, middle, 2 * verdict] : [middle, real, 2 * verdict - 1];
  return from.map((v, k) => v + share * (to[k] - v));
}

function drawField(surface, { values, rows, columns }) {
  const small = new OffscreenCanvas(columns, rows), picture = new ImageData(columns, rows), colors = surface.hues.field.map(rgbOf);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const color = fieldColor(values[row * columns + column], colors);
      picture.data.set([...color, 255], 4 * ((rows - 1 - row) * columns + column));
    }
  }
  small.getContext("2d").putImageData(picture, 0, 0);
  // The values belong to points, the pixels are cells around them: half a cell sticks out on each side.
  const { left, top, right, bottom } = surface, dx = (right - left) / (columns - 1), dy = (bottom - top) / (rows - 1);
  inside(surface, (c) => c.drawImage(small, left - dx / 2, top - dy / 2, right - left + dx, bottom - top + dy));
}

// Marching squares: in each cell, the straight pieces between the edges that the level crosses.
function contourPieces({ values, rows, columns }, level) {
  const pieces = [], at = (i, j) => values[j * columns + i] - level;
  const crossing = (i, j, k, l) => {
    const a = at(i, j), share = a / (a - at(k, l));
    return [i + share * (k - i), j + share * (l - j)];
  };
  for (let j = 0; j < rows - 1; j++) {
    for (let i = 0; i < columns - 1; i++) {
      const edges = [[i, j, i + 1, j], [i + 1, j, i + 1, j + 1], [i + 1, j + 1, i, j + 1], [i, j + 1, i, j]]
        .filter(([a, b, c, d]) => at(a, b) > 0 !== at(c, d) > 0).map((edge) => crossing(...edge));
      for (let k = 0; k + 1 < edges.length; k += 2) pieces.push([edges[k], edges[k + 1]]);
    }
  }
  return pieces;
}

// The values come as bytes. Where D hardly differs from place to place, a byte's step spans many cells and the contour would
// be a staircase: then the field is smoothed over as many cells as a step spans.
function withoutSteps({ values, rows, columns }) {
  let low = Infinity, high = -Infinity;
  for (const v of values) { low = Math.min(low, v); high = Math.max(high, v); }
  const span = columns / (255 * (high - low) || 1), passes = Math.min(Math.round(span * span), 60);
  let from = Float32Array.from(values);
  const pass = (step, last, placeOf) => {
    const to = new Float32Array(from.length);
    for (let k = 0; k < from.length; k++) {
      const place = placeOf(k), before = from[place > 0 ? k - step : k], after = from[place < last ? k + step : k];
      to[k] = (before + 2 * from[k] + after) / 4;
    }
    from = to;
  };
  for (let k = 0; k < passes; k++) {
    pass(1, columns - 1, (i) => i % columns);
    pass(columns, rows - 1, (i) => Math.floor(i / columns));
  }
  return { values: from, rows, columns };
}

function drawContour(surface, field) {
  const [[x0, x1], [y0, y1]] = surface.window, right = field.columns - 1, top = field.rows - 1;
  const x = (i) => surface.x(x0 + (i / right) * (x1 - x0)), y = (j) => surface.y(y0 + (j / top) * (y1 - y0));
  inside(surface, (c) => {
    c.strokeStyle = surface.hues.D; c.lineWidth = 1.5; c.beginPath();
    for (const piece of contourPieces(withoutSteps(field), 0.5)) {
      piece.forEach(([i, j], k) => c[k ? "lineTo" : "moveTo"](x(i), y(j)));
    }
    c.stroke();
  });
}

function drawPoints(surface, points, color) {
  inside(surface, (c) => {
    c.fillStyle = color; c.globalAlpha = 0.6;
    for (let i = 0; i < points.length; i += 2) {
      c.beginPath(); c.arc(surface.x(points[i]), surface.y(points[i + 1]), 2, 0, 7); c.fill();
    }
  });
}

// The longest arrow is a tenth of the window; what it stands for is written beside the picture. aside: pixels to the right of
// their way, so that the arrows of two losses lie side by side.
function drawArrows(surface, fakes, arrows, color, width = 1.2, aside = 0) {
  const reach = 0.1 * (surface.right - surface.left);
  inside(surface, (c) => {
    c.strokeStyle = color; c.lineWidth = width; c.beginPath();
    for (let i = 0; i < arrows.length; i += 2) {
      const x = surface.x(fakes[i]), y = surface.y(fakes[i + 1]), dx = reach * arrows[i], dy = -reach * arrows[i + 1];
      const length = Math.hypot(dx, dy), by = aside / length;
      if (length >= 3) traceArrow(c, x - by * dy, y + by * dx, dx, dy, 5); // shorter stubs would only cover the points
    }
    c.stroke();
  });
}

function drawSheet(surface, sheet) {
  const side = Math.round(Math.sqrt(sheet.length / 2));
  const at = (i, j) => [surface.x(sheet[2 * (i * side + j)]), surface.y(sheet[2 * (i * side + j) + 1])];
  inside(surface, (c) => {
    c.strokeStyle = surface.hues.quiet; c.lineWidth = 1; c.beginPath();
    for (let i = 0; i < side; i++) {
      for (let j = 0; j < side; j++) {
        if (j + 1 < side) { c.moveTo(...at(i, j)); c.lineTo(...at(i, j + 1)); c.moveTo(...at(j, i)); c.lineTo(...at(j + 1, i)); }
      }
    }
    c.stroke();
  });
}

// Your own data are drawn in the coordinates in which they are played, with their own units written beside them.
function unitsOf(header) {
  const own = header.own ?? header.window, map = (v, [a, b], [c, d]) => c + ((v - a) / (b - a)) * (d - c);
  return { own, inside: own.map((range, k) => (v) => map(v, range, header.window[k])),
    outside: own.map((range, k) => (v) => map(v, header.window[k], range)) };
}

function drawPlane(canvas, header, frame, shown, hues) {
  const surface = makeSurface(canvas, header.window, hues, { equal: true });
  if (shown.has("field") && frame.verdict) {
    const field = fieldOf(header, frame);
    drawField(surface, field);
    drawContour(surface, field);
  }
  if (shown.has("sheet") && frame.sheet) drawSheet(surface, frame.sheet);
  if (shown.has("data")) drawPoints(surface, frame.data, hues.data);
  if (shown.has("fakes")) drawPoints(surface, frame.fakes, hues.fakes);
  if (shown.has("arrows") && frame.arrows) drawArrows(surface, frame.fakes, frame.arrows, hues.exact);
  if (shown.has("others") && frame.others) drawArrows(surface, frame.fakes, frame.others, hues.second, 1, 3);
  const { own, inside: place } = unitsOf(header);
  drawAxes(surface, { ticksX: niceTicks(...own[0]), ticksY: niceTicks(...own[1]), place });
  return surface;
}

// D between the points of the grid.
function readPlane(header, frame, [x, y]) {
  const [outX, outY] = unitsOf(header).outside, here = { x: outX(x), y: outY(y) };
  if (!frame.verdict) return here;
  const [[x0, x1], [y0, y1]] = header.window, { values, rows, columns } = fieldOf(header, frame);
  const place = (share, last) => Math.min(Math.max(share * last, 0), last - 1e-6);
  const u = place((x - x0) / (x1 - x0), columns - 1), v = place((y - y0) / (y1 - y0), rows - 1), i = Math.floor(u), j = Math.floor(v);
  const at = (di, dj) => values[(j + dj) * columns + i + di], s = u - i, t = v - j;
  return { ...here, D: (1 - t) * ((1 - s) * at(0, 0) + s * at(1, 0)) + t * ((1 - s) * at(0, 1) + s * at(1, 1)) };
}
