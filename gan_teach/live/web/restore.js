// A package of frames (pack.py says how it is made) back into numbers: restore(bytes) -> {header, count, frame(i)}.

const VERSION = 1;

// The levels of one array, all frames: the differences between frames summed up again.
function levelsOf(payload, start, about) {
  const count = about.shape.reduce((a, b) => a * b, 1), size = count / about.shape[0], wide = about.levels > 256;
  const levels = wide ? new Uint16Array(count) : new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const change = wide ? payload[start + i] + 256 * payload[start + count + i] : payload[start + i];
    levels[i] = change + (i < size ? 0 : levels[i - size]); // typed arrays wrap around by themselves
  }
  return { ...about, data: levels, size, bytes: count * (wide ? 2 : 1) };
}

function valuesAt(array, i) {
  const first = (array.shape[0] === 1 ? 0 : i) * array.size, unit = (array.high - array.low) / (array.levels - 1);
  return Float32Array.from(array.data.subarray(first, first + array.size), (level) => array.low + unit * level);
}

function readHeader(bytes) {
  const length = bytes.length < 4 ? Infinity : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (4 + length > bytes.length) throw new Error("this recording is cut short");
  let header;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  } catch {
    throw new Error("this is no recording");
  }
  const { version } = header;
  if (version !== VERSION) throw new Error(`this recording is of version ${version}; this page reads version ${VERSION}`);
  return [header, bytes.subarray(4 + length)];
}

async function restore(bytes) {
  const [header, rest] = readHeader(bytes);
  const payload = header.compressed ? await unzip(rest).catch(() => new Uint8Array(0)) : rest;
  if (payload.length !== header.bytes) throw new Error("this recording is cut short");
  const arrays = [];
  for (const about of header.arrays) arrays.push(levelsOf(payload, arrays.reduce((sum, a) => sum + a.bytes, 0), about));
  const frame = (i) => ({ ...header.frames[i], ...Object.fromEntries(arrays.map((a) => [a.name, valuesAt(a, i)])) });
  return { header, count: header.frames.length, frame };
}
