"""The recordings that a stage holds: what was played, how each of them ends, and a picture of it.

Packages are written by gan_teach/live/pack.py and read by the page; here they are read in Python.
"""

import base64
import gzip
import json
import re
import struct
from html import unescape
from types import SimpleNamespace

import numpy as np
from stages import Stage

from gan_teach import plots

RECORDING = re.compile(r'<script type="text/plain" data-recording="([^"]*)">([^<]*)</script>')
STILL = re.compile(r'<noscript><img alt="([^"]*)" src="(data:image/png;base64,[^"]*)">')


def packages(stage: Stage) -> dict[str, bytes]:
    """The stage's recordings by name, packed, in its order."""
    return {unescape(name): base64.b64decode(text) for name, text in RECORDING.findall(stage.html)}


def header_of(package: bytes) -> dict:
    """What a package says of itself and of each of its moments."""
    return json.loads(package[4 : 4 + struct.unpack("<I", package[:4])[0]])


def unpacked(package: bytes) -> tuple[dict, dict[str, np.ndarray]]:
    """The header and the arrays [moments, ...] by name: what restore.js does, in NumPy."""
    header, start, found = header_of(package), 4 + struct.unpack("<I", package[:4])[0], {}
    payload, at = gzip.decompress(package[start:]) if header["compressed"] else package[start:], 0
    for a in header["arrays"]:
        count, wide = int(np.prod(a["shape"])), a["levels"] > 256
        raw = np.frombuffer(payload, np.uint8, count * (1 + wide), at).astype(np.int64)
        change = (raw[:count] + 256 * raw[count:] if wide else raw).reshape(a["shape"])
        levels = np.cumsum(change, 0) % (65536 if wide else 256)
        found[a["name"]] = a["low"] + levels * (a["high"] - a["low"]) / (a["levels"] - 1)
        at += count * (1 + wide)
    return header, found


def ends(stage: Stage) -> dict[str, str]:
    """How each recording ends, in the stage's own words, such as "step 600: 8 of 8 modes, ..."."""
    last = {name: header_of(package)["frames"][-1] for name, package in packages(stage).items()}
    return {name: f"{moment['text']}, longest arrow {moment['longest']:g}" for name, moment in last.items()}


def last_step(stage: Stage) -> int:
    """The step at which the longest of the recordings ends."""
    return max(header_of(package)["frames"][-1]["step"] for package in packages(stage).values())


def played(stage: Stage) -> dict[str, dict]:
    """The recordings that the page can play, too, each with the settings that are others than at first."""
    first, offered = stage.lesson["values"], {c["name"] for c in stage.lesson["controls"]}
    return {
        name: {what: v for what, v in own.items() if what in offered and v != first[what]}
        for name, own in stage.lesson.get("variants", {}).items()
    }


def sound(stage: Stage) -> str | None:
    """The recording of the game with which the stage begins to train; None if no recording is of it."""
    return next((name for name, changed in played(stage).items() if not changed), None)


def picture(stage: Stage, name: str | None) -> tuple[str, str]:
    """How a recording ends as (text, address of the picture); two empty texts where that can't be drawn."""
    found, still = packages(stage), STILL.search(stage.html)
    if still and name == next(iter(found)):  # the stage has it drawn already
        return unescape(still[1]), still[2]
    if name is None or header_of(found[name])["kind"] != "plane":
        return "", ""
    header, arrays = unpacked(found[name])
    png = base64.b64encode(_in_the_plane(header, arrays)).decode()
    return ends(stage)[name], f"data:image/png;base64,{png}"


def _in_the_plane(header: dict, arrays: dict[str, np.ndarray]) -> bytes:
    """The last moment as a PNG, as the stage's own still is drawn."""
    verdict = np.clip(arrays["verdict"][-1], 1e-6, 1 - 1e-6)
    window = header["window"]
    moment = SimpleNamespace(
        step=header["frames"][-1]["step"],
        grid_logits=np.log(verdict / (1 - verdict)),
        axes=[np.linspace(*side, count) for side, count in zip(window, verdict.shape[::-1])],
        x_real=arrays["data"][-1],
        x_fake=arrays["fakes"][-1],
        asked_steps=arrays["arrows"][-1],
    )
    fig, ax = plots.figure(size=(4.2, 4.2))
    plots.game_2d(ax, moment, SimpleNamespace(own_window=window), arrows=len(moment.asked_steps))
    return plots.png(fig, dpi=70)
