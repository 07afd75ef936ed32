// What stands in a page as text, back into bytes, into numbers of single precision, and into a module at work.

const bytesOf = (text) => Uint8Array.from(atob(text.trim()), (c) => c.charCodeAt(0));
const numbersOf = (text) => new Float32Array(bytesOf(text).buffer);

// The object with these of its parts as numbers, where it has them as text.
function withNumbers(given, names) {
  return { ...given, ...Object.fromEntries(names.filter((name) => typeof given[name] === "string").map((name) => [name, numbersOf(given[name])])) };
}

async function unzip(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// A compiled module, as compiler.py packs it: {exports, at}, where at[name] is the place of that name in its memory.
async function openModule({ module, layout }) {
  const { instance: { exports } } = await WebAssembly.instantiate(await unzip(bytesOf(module)));
  const whole = new Float32Array(exports.memory.buffer), at = {};
  for (const [name, [address, shape]] of Object.entries(layout)) {
    at[name] = whole.subarray(address / 4, address / 4 + shape.reduce((a, b) => a * b, 1));
  }
  return { exports, at };
}
