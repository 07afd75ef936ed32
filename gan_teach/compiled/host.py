"""A compiled module in Python, run by wasmtime: the engine of a page, for tests and for recording."""

import ctypes
import math
from typing import Any

import numpy as np
import wasmtime

from gan_teach.checks import one_of
from gan_teach.compiled.compiler import Module


class Host:
    """An instance of the module, with a memory of its own, which begins with zeros.

    host["x"] is the place's content, float32 in its shape (a copy); host["x"] = numbers writes it. host.call
    runs a function. Errors: `ValueError` for a place or function that isn't there, or another shape.
    """

    def __init__(self, module: Module):
        self.module = module
        self._store = wasmtime.Store()
        instance = wasmtime.Instance(self._store, wasmtime.Module(self._store.engine, module.wasm), [])
        # The typed exports are of many kinds; here a name says which.
        self._exports: Any = instance.exports(self._store)

    def _numbers(self, name: str) -> np.ndarray:
        address, shape = self.module.layout[one_of("place", name, self.module.layout)]
        count = math.prod(shape)
        memory = self._exports["memory"]
        start = ctypes.addressof(memory.data_ptr(self._store).contents) + address
        return np.ctypeslib.as_array((ctypes.c_float * count).from_address(start)).reshape(shape)

    def __getitem__(self, name: str) -> np.ndarray:
        return self._numbers(name).copy()

    def __setitem__(self, name: str, numbers):
        place, numbers = self._numbers(name), np.asarray(numbers, np.float32)
        if numbers.shape != place.shape:
            raise ValueError(
                f"{name!r} has the shape {list(place.shape)}, but {list(numbers.shape)} was given"
            )
        place[...] = numbers

    def call(self, name: str):
        """Run the function."""
        self._exports[one_of("function", name, self.module.functions)](self._store)

    def uniform(self, name: str, seed: int, stream: int):
        """Fill the place with uniform numbers in [0, 1) of this seed and stream, whole numbers below 2^32."""
        self._fill("uniform", name, seed, stream)

    def normal(self, name: str, seed: int, stream: int):
        """Fill the place with standard normal numbers of this seed and stream."""
        self._fill("normal", name, seed, stream)

    def _fill(self, how: str, name: str, seed: int, stream: int):
        address, shape = self.module.layout[one_of("place", name, self.module.layout)]
        self._exports[how](self._store, address, math.prod(shape), _signed(seed), _signed(stream))


def _signed(word: int) -> int:
    """A word of 32 bits as WebAssembly takes it from Python."""
    if not 0 <= word < 2**32:
        raise ValueError(f"a seed or stream must be a whole number from 0 to 2^32 - 1, but {word} was given")
    return word - (1 << 32) if word >= 1 << 31 else word
