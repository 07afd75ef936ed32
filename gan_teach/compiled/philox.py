"""Random numbers by counting: the same in every browser and in Python, for the same seed and stream.

Philox 4x32-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405) mixes a counter and a key ten times into four
words of 32 bits. The counter's first word is the number of the block and its second the stream; the key's
first word is the seed. A uniform number is the upper 24 bits of a word; normal ones come in pairs from two
uniforms by Box and Muller's formula.
"""

import numpy as np

from gan_teach.compiled.text import add, call, get, lanes, mul, put, sub

MULTIPLIERS, WEYL, ROUNDS = (0xD2511F53, 0xCD9E8D57), (0x9E3779B9, 0xBB67AE85), 10


def _half(product: str, high: bool) -> str:
    shifted = f"(i64.shr_u {get(product)} (i64.const 32))" if high else get(product)
    return f"(i32.wrap_i64 {shifted})"


def _xor(*words: str) -> str:
    return words[0] if len(words) == 1 else f"(i32.xor {_xor(*words[:-1])} {words[-1]})"


def _round() -> str:
    text = ""
    for product, counter, by in (("a", "c0", MULTIPLIERS[0]), ("b", "c2", MULTIPLIERS[1])):
        text += put(product, f"(i64.mul (i64.extend_i32_u {get(counter)}) (i64.const {by}))")
    text += put("c0", _xor(_half("b", True), get("c1"), get("k0")))
    text += put("c2", _xor(_half("a", True), get("c3"), get("k1")))
    text += put("c1", _half("b", False)) + put("c3", _half("a", False))
    for key, by in zip(("k0", "k1"), WEYL):
        text += put(key, f"(i32.add {get(key)} (i32.const {by}))")
    return text


def _block() -> str:
    """Four uniforms in [0, 1): those of block c0 of stream c1 under the key k0."""
    words = f"(i32x4.splat {get('c0')})"
    for lane in (1, 2, 3):
        words = f"(i32x4.replace_lane {lane} {words} {get(f'c{lane}')})"
    return (
        "(func $philox (param $c0 i32) (param $c1 i32) (param $k0 i32) (result v128) "
        "(local $c2 i32) (local $c3 i32) (local $k1 i32) (local $a i64) (local $b i64) (local $r i32) "
        f"{put('r', f'(i32.const {ROUNDS})')} (loop $again {_round()} "
        f"(br_if $again (local.tee $r (i32.sub {get('r')} (i32.const 1))))) "
        f"{mul(f'(f32x4.convert_i32x4_u (i32x4.shr_u {words} (i32.const 8)))', 2.0**-24)})"
    )


def _filling(name: str, value: str) -> str:
    """An exported function (address, count, seed, stream) that writes so many numbers, whole blocks."""
    drawn = put("u", f"(call $philox {get('i')} {get('stream')} {get('seed')})")
    at = f"(i32.add {get('address')} (i32.shl {get('i')} (i32.const 4)))"
    onward = f"(local.tee $i (i32.add {get('i')} (i32.const 1)))"
    return (
        f'(func (export "{name}") (param $address i32) (param $count i32) '
        "(param $seed i32) (param $stream i32) "
        f"(local $i i32) (local $u v128) (loop $again {drawn} (v128.store {at} {value}) "
        f"(br_if $again (i32.lt_u (i32.shl {onward} (i32.const 2)) {get('count')}))))"
    )


def _picked(*which: int) -> str:
    """These lanes of u, in this order."""
    order = " ".join(str(4 * lane + byte) for lane in which for byte in range(4))
    return f"(i8x16.shuffle {order} {get('u')} {get('u')})"


def _normals() -> str:
    """sqrt(-2 log u0) cos 2 pi u2, the same of u1 and u3, and both with the sine: a quarter turn less."""
    far = lanes("sqrt", mul(-2, call("log", add(_picked(0, 1, 0, 1), 2.0**-24))))
    back = "(v128.const f32x4 0 0 0.25 0.25)"
    return mul(far, call("turn", sub(_picked(2, 3, 2, 3), back)))


FILLING = _block() + _filling("uniform", get("u")) + _filling("normal", _normals())


def words(blocks: int, seed: int, stream: int) -> np.ndarray:
    """The first blocks of a stream in NumPy: uint32 [blocks, 4]. For tests."""
    return mixed([np.arange(blocks), stream, 0, 0], [seed, 0])


def mixed(counter, key) -> np.ndarray:
    """Philox 4x32-10 of a counter of four words and a key of two, each a number or an array [n]: [n, 4]."""
    c0, c1, c2, c3 = np.broadcast_arrays(*(np.atleast_1d(np.asarray(c, np.uint64)) for c in counter))
    k0, k1 = (int(k) for k in key)
    low, high = np.uint64(0xFFFFFFFF), np.uint64(32)
    for _ in range(ROUNDS):
        a, b = c0 * np.uint64(MULTIPLIERS[0]), c2 * np.uint64(MULTIPLIERS[1])
        c0, c2 = (b >> high) ^ c1 ^ np.uint64(k0), (a >> high) ^ c3 ^ np.uint64(k1)
        c1, c3 = b & low, a & low
        k0, k1 = (k0 + WEYL[0]) & 0xFFFFFFFF, (k1 + WEYL[1]) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], axis=1).astype(np.uint32)


def uniforms(count: int, seed: int, stream: int) -> np.ndarray:
    """What the module's `uniform` writes, to the bit: float32 [count]."""
    of = words(-(-count // 4), seed, stream) >> np.uint32(8)
    return (of.astype(np.float32) * np.float32(2**-24)).reshape(-1)[:count]


def normals(count: int, seed: int, stream: int) -> np.ndarray:
    """What the module's `normal` writes, in double precision: [count]."""
    u = uniforms(4 * -(-count // 4), seed, stream).reshape(-1, 4).astype(float)
    far, turn = np.sqrt(-2 * np.log(u[:, :2] + 2**-24)), 2 * np.pi * u[:, 2:]
    return np.concatenate([far * np.cos(turn), far * np.sin(turn)], axis=1).reshape(-1)[:count]
