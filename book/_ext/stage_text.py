"""Stages as they stand in executed chapters, and what a link to one asks of it: `train=2&run=1&lr_g=0.02`.

`train` names the stage of the page, among those that train; the rest are its settings, the random start
(`seed`), the reader's own target, and `run=1`, which starts it. gan_teach/live/web/link.js reads links in the
page, and leaves out what it can't understand; here that is refused, before anybody is given the link.
"""

import json
import re
from urllib.parse import parse_qsl

MARK = 'class="gan-stage"'
LESSON = re.compile(r'<script type="application/json" data-lesson>(.*?)</script>', re.DOTALL)
OWN_TARGET = ("drawn", "heights", "window", "pasted")
NUMBER = re.compile(r"[-+]?(\d+[.,]?\d*|[.,]\d+)(e[-+]?\d+)?", re.IGNORECASE)
SEED = re.compile(r"[0-9]{1,9}")
MOST = 1e6


class LinkError(ValueError):
    """A link that no stage can follow; the message says what was given and what is allowed."""


def stages(notebook) -> list[str]:
    """The HTML of the stages among the outputs."""
    return [html for cell in notebook.cells for html in stages_of(cell)]


def stages_of(cell) -> list[str]:
    """The HTML of the stages that a cell shows."""
    outputs = cell.outputs if cell.cell_type == "code" else []
    pieces = ("".join(output.get("data", {}).get("text/html", "")) for output in outputs)
    return [html for html in pieces if MARK in html]


def lesson(stage: str) -> dict | None:
    """What a stage trains with (`gan_teach.live.lesson`); None for one that only plays a recording."""
    found = LESSON.search(stage)
    return json.loads(found[1]) if found else None


def asked(play: str) -> dict[str, str]:
    """What follows # in a link, by name. Errors: `LinkError`."""
    try:
        found = parse_qsl(play or "-", keep_blank_values=True, strict_parsing=True)
    except ValueError:
        raise LinkError(f"a link is like train=1&run=1&lr_g=0.02, not {play!r}") from None
    names = [name for name, _ in found]
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise LinkError(f"{', '.join(twice)} is named twice in {play!r}")
    return dict(found)


def stage_asked(play: str, lessons: list[dict]) -> dict:
    """The lesson of the stage that a link is for; lessons: those of the page, in order. Errors:
    `LinkError`, also for a setting or a value that this stage doesn't have."""
    wanted = asked(play)
    number = wanted.get("train", "")
    if number not in [str(i + 1) for i in range(len(lessons))]:
        count = f"train=1 to train={len(lessons)}" if len(lessons) > 1 else f"{'train=1' * len(lessons)}"
        raise LinkError(f"the page has the stages {count or 'none'}, and not train={number} ({play!r})")
    found = lessons[int(number) - 1]
    controls = {control["name"]: control for control in found["controls"]}
    for name, text in wanted.items():
        if problem := refusal(name, text, controls):
            raise LinkError(f"{problem} ({play!r})")
    return found


def refusal(name: str, text: str, controls: dict[str, dict]) -> str:
    """Why a stage leaves this part of a link out, in the words of the stage, or ""."""
    if name == "seed":
        return "" if SEED.fullmatch(text) else f"the seed must be a whole number and not {text}"
    if name in controls:
        return _value_refused(text, controls[name])
    known = ("train", "run", *OWN_TARGET)
    return "" if name in known else f"there is no setting {name}"


def _value_refused(text: str, control: dict) -> str:
    """Why this can't be the setting's value, or ""."""
    label, choices = control["label"], control["choices"]
    if choices:
        return "" if text in choices else f"{label} must be one of {', '.join(choices)}, and not {text}"
    rate = control["name"].startswith("lr_")
    value = float(text.replace(",", ".")) if NUMBER.fullmatch(text.strip()) else -1.0
    if (value > 0 or (value == 0 and not rate)) and value <= MOST:
        return ""
    return f"{label} must be a number {'above' if rate else 'of at least'} 0 and at most 1,000,000"
