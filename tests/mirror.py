"""What a page plays, played in Python: the same module, draws, order and start, number for number."""

import base64
import gzip

import numpy as np

from gan_teach.compiled.compiler import Module
from gan_teach.compiled.host import Host
from gan_teach.live.settings import fall

STREAMS, PROBE, NEW = 8, 0xFFFFF000, 0xFFFFFF00


def numbers(text):
    return np.frombuffer(base64.b64decode(text), "<f4")


class Mirror:
    """`live/web/train.js` in Python."""

    def __init__(self, lesson):
        self.lesson, self.values = lesson, dict(lesson["values"])
        layout = {name: (address, tuple(shape)) for name, (address, shape) in lesson["layout"].items()}
        moves = ("move_G",) if lesson["starts"]["G"] else ()
        names = (*lesson["moves"].values(), *moves, "look")
        wasm = gzip.decompress(base64.b64decode(lesson["module"]))
        self.host = Host(Module(wasm, "", layout, names, 0))
        self.take()
        self.begin(lesson["seed"])

    def take(self, **values):
        self.values |= values
        for place, name in (("lr_D", "lr_d"), ("lr_G", "lr_g"), ("gamma", "gamma"), ("noise", "noise")):
            self.host[place] = self.values[name]
        self.host["swapped"] = self.values["error"] == "labels exchanged"
        self.host["sigmoid"] = self.values["error"] == "a second sigmoid"
        self.host["leaked"] = self.values["error"] == "gradients not cleared"
        self.host["average"] = self.lesson["averages"][self.values["average"]]
        for place in ("loss", "other"):
            if place in self.lesson["layout"]:
                self.host[place] = [float(name == self.values[place]) for name in self.lesson["losses"]]

    def filled(self, how, name, stream):
        getattr(self.host, how)(name, self.seed, stream)
        return self.host[name].ravel()

    def draw_law(self, law, name, stream):
        rows = numbers(law["rows"]).reshape(-1, law["dim"])
        spread = np.broadcast_to(numbers(law["spread"]), len(rows))
        equal = ((np.arange(len(rows)) + 1) / len(rows)).astype(np.float32)
        shares = numbers(law["shares"]) if "shares" in law else equal
        count, which = len(self.host[name]), 0
        if len(rows) > 1:
            drawn = self.filled("uniform", name, stream)[:count]
            which = np.minimum(np.searchsorted(shares, drawn, side="right"), len(rows) - 1)
        box = law["kernel"] == "box"
        around = self.filled("uniform" if box else "normal", name, stream + 1).reshape(count, law["dim"])
        around = (2 * around.astype(float) - 1).astype(np.float32) if box else around
        away = (np.broadcast_to(spread[which], count)[:, None].astype(float) * around).astype(np.float32)
        self.host[name] = (rows[which].astype(float) + away).astype(np.float32)

    def draw(self):
        stream = STREAMS * self.moves
        self.moves += 1
        self.draw_law(self.lesson["targets"][self.values["target"]], "x", stream)
        self.draw_law(self.lesson["latent"], "z", stream + 2)
        if self.values["error"] == "no noise":
            self.host["z"] = np.zeros_like(self.host["z"])
        if self.values["penalty"] == "gradient penalty":
            self.filled("uniform", "u", stream + 4)
        if self.values["noise"] > 0:
            self.filled("normal", "blur_real", stream + 5), self.filled("normal", "blur_fake", stream + 6)

    def begin(self, seed):
        self.seed, self.moves, self.steps = seed, 0, 0
        for who, stream in (("G", NEW), ("D", NEW + 1)):
            for part in ("mean", "square", "steps"):
                self.host[f"{who}_{part}"] = np.zeros_like(self.host[f"{who}_{part}"])
            if not self.lesson["starts"][who]:
                continue
            drawn = (2 * self.filled("uniform", who, stream).astype(float) - 1).astype(np.float32)
            bound = np.concatenate([np.full(n, b) for n, b in self.lesson["starts"][who]])
            self.host[who] = (drawn.astype(float) * bound).astype(np.float32)
        self.host["G_average"] = self.host["G"]
        for name in ("blur_real", "blur_fake"):
            self.host[name] = np.zeros_like(self.host[name])

    def step(self):
        by = fall(self.lesson["falls"][self.values["rates"]], self.steps)
        self.host["lr_D"], self.host["lr_G"] = self.values["lr_d"] * by, self.values["lr_g"] * by
        self.steps += 1
        for _ in range(int(self.values["n_d"])):
            self.draw()
            self.host.call(self.lesson["moves"][self.values["penalty"]])
        if self.lesson["starts"]["G"]:
            self.draw()
            self.host.call("move_G")
