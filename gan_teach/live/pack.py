"""Frames as bytes: quantised, told as differences from the frame before, compressed. `restore.js` is the
other half.

A package is a 4-byte little-endian length, a JSON header of that length, and a payload, gzip-compressed where
the header says so. An array a [frames, ...] with `levels` L over [low, high] is kept as q = round((a - low) /
(high - low) (L - 1)), at most half a level off; what lies outside goes to the edge. Each frame holds q minus
the q of the frame before, modulo 256 or 65536, and 16-bit arrays hold all low bytes before all high bytes:
both leave gzip long runs to shorten.
"""

import gzip
import json
import struct
from typing import NamedTuple

import numpy as np

VERSION = 1


class Channel(NamedTuple):
    """One array of a package: values [frames, ...] (or [1, ...] where all frames share it), kept in `levels`
    over [low, high]."""

    name: str
    values: np.ndarray
    low: float
    high: float
    levels: int


def quantise(channel: Channel) -> np.ndarray:
    """The channel's levels, uint8 or uint16, same shape. Errors: `ValueError` for NaN, an empty range or too
    many levels."""
    name, values, low, high, levels = channel
    values = np.asarray(values, dtype=np.float64)
    if not 2 <= levels <= 65536:
        raise ValueError(f"levels of {name} must be 2 to 65536, but {levels!r} was given")
    if not low < high:
        raise ValueError(f"low of {name} must be below high, but low={low!r} and high={high!r} were given")
    if np.isnan(values).any():
        raise ValueError(f"{name} holds NaN, which can't be drawn")
    steps = np.rint((np.clip(values, low, high) - low) / (high - low) * (levels - 1))
    return steps.astype(np.uint8 if levels <= 256 else np.uint16)


def _bytes(levels: np.ndarray) -> bytes:
    change = np.diff(
        levels, axis=0, prepend=np.zeros_like(levels[:1])
    )  # unsigned: wraps around, as the reader's sum does
    if change.dtype == np.uint8:
        return change.tobytes()
    return (change & 255).astype(np.uint8).tobytes() + (change >> 8).astype(np.uint8).tobytes()


def pack(header: dict, channels: list[Channel], compress: bool = True) -> bytes:
    """Header (JSON-serialisable) and channels in one piece. compress: for the page; a live frame travels as
    it is."""
    parts = [_bytes(quantise(c)) for c in channels]
    about = [
        {"name": c.name, "shape": list(np.shape(c.values)), "low": c.low, "high": c.high, "levels": c.levels}
        for c in channels
    ]
    payload = b"".join(parts)
    whole = {"version": VERSION, "compressed": compress, "bytes": len(payload), "arrays": about, **header}
    text = json.dumps(whole, allow_nan=False, separators=(",", ":")).encode()
    return struct.pack("<I", len(text)) + text + (gzip.compress(payload, 9, mtime=0) if compress else payload)
