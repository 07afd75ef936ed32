// What stands in a page as text, back into bytes, and into numbers of single precision.

const bytesOf = (text) => Uint8Array.from(atob(text.trim()), (c) => c.charCodeAt(0));
const numbersOf = (text) => new Float32Array(bytesOf(text).buffer);

// The object with these of its parts as numbers, where it has them as text.
function withNumbers(given, names) {
  return { ...given, ...Object.fromEntries(names.filter((name) => typeof given[name] === "string").map((name) => [name, numbersOf(given[name])])) };
}
