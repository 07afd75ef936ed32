"""The trainings of `make weights` as jobs: which there are, and what each gives back as plain data and bytes,
so that it can run in another process or on another machine. Chapters 12 to 27.

A training that is cut off begins again: only what has ended is stored.
"""

import time

from safetensors.torch import load as parse
from safetensors.torch import save as serialise
from torch import nn

from gan_teach.images import (
    digit_models,
    digits,
    forgery_models,
    member_models,
    scan_models,
    scoring,
    trained,
)

SHORT, SEEDS = digit_models.SPRINT, (0, 1, 2)  # the table of chapter 14: every model equally long
LONG = {
    "as printed": 50 * digit_models.EPOCH,
    "put right": 50 * digit_models.EPOCH,
    "dcgan": 8000,
    "conditional": 8000,
}
# Judged at several steps of one training, from three seeds; and whose averaged generator is judged beside it.
MARKS = {"dcgan wide": (SHORT, 4000, 8000, 20_000)}
AVERAGED = {"dcgan wide": "dcgan wide averaged"}
SHIPPED = ("put right", "dcgan", "conditional", "dcgan wide averaged")
# Parts V and VI: lists of models, each trained from three seeds, by where their scores lie. Each module has
# MODELS, SHIPPED, `start`, `finished` and `score`; some `eye_of`, which shipped network judges, and `curve`,
# how a training did on its way.
LISTS = trained.LISTS | {"trust": (scan_models, member_models, forgery_models)}
MODELS = {
    name: (folder, models) for folder, them in LISTS.items() for models in them for name in models.MODELS
}


def longest(name: str) -> int | None:
    """The steps of a model of digits at full length; None where it has but those of chapter 14."""
    return LONG.get(name) or max(MARKS.get(name, (0,))) or None


def of_digits() -> list[tuple[str, int, int]]:
    """All trainings of digits: (name, steps, seed)."""
    alone = [name for name in digit_models.MODELS if name not in (*MARKS, *AVERAGED.values())]
    tasks = [(name, steps, 0) for name, steps in LONG.items()]
    tasks += [(name, digit_models.get(name).sprint, seed) for seed in SEEDS for name in alone]
    return tasks + [(name, max(marks), seed) for seed in SEEDS for name, marks in MARKS.items()]


def of_lists() -> list[tuple[str, int]]:
    """All trainings of the lists: (name, seed); from one seed where nothing is compared with it."""
    return [
        (name, seed)
        for name, (_, models) in MODELS.items()
        for seed in (SEEDS[:1] if name in getattr(models, "ONCE", ()) else SEEDS)
    ]


def eye_of(name: str) -> str:
    """The shipped network that judges the model of that name."""
    models = MODELS[name][1] if name in MODELS else None
    return models.eye_of(name) if hasattr(models, "eye_of") else trained.CLASSIFIER


def eye_mark(name: str) -> str | None:
    """The SHA-256 of the network that judges that model, as it is here; None where it isn't there yet."""
    return trained.index().get(eye_of(name), {}).get("sha256")


def _same_eye(name: str, wanted: str | None):
    if wanted is not None and eye_mark(name) != wanted:
        raise ValueError(
            f"{name!r} is judged by {eye_of(name)!r}, whose SHA-256 should be {wanted}, and here is "
            f"{eye_mark(name)}: give all machines the same gan_teach/images/weights"
        )


def as_bytes(module: nn.Module) -> bytes:
    """The module's numbers as they are, in safetensors' form."""
    return serialise({key: value.detach().clone().contiguous() for key, value in module.state_dict().items()})


def from_bytes(name: str, content: bytes) -> nn.Module:
    """The network that is shipped under that name, with the numbers that `as_bytes` gave. Errors:
    `RuntimeError` for those of another network."""
    module = trained.blank(name)
    module.load_state_dict(parse(content))
    return module.eval().requires_grad_(False)


def train_digits(name: str, steps: int, seed: int, eye: str | None = None) -> tuple[list, bytes | None]:
    """One training of digits: what was found, a list of ((name, step, seed), scores, the generator's numbers
    if it ships), and the content of its recording if it is kept. A model with marks is judged at each, and so
    is its averaged generator where that is asked for.

    eye: the `eye_mark` that the judge must have. Errors: `ValueError` where it has another one.
    """
    _same_eye(name, eye)
    training = digit_models.start(digit_models.get(name), digits.mnist(), seed, steps, device="cpu")
    began, found = time.process_time(), []  # of one thread: what else the machine does is not counted
    marks = {mark for mark in MARKS.get(name, ()) if mark <= steps} | {steps}
    whole = seed == 0 and steps == longest(name)
    for snapshot in training:
        if snapshot.step not in marks:
            continue
        spent = round(time.process_time() - began)
        for judged in (name, *([AVERAGED[name]] if name in AVERAGED else [])):
            model = digit_models.get(judged)
            generator = digit_models.finished(model, training)
            about = {"seed": seed, "steps": snapshot.step, "seconds": spent}
            scored = scoring.score(model, generator, digits.mnist("test")) | {"stopped": training.stopped}
            ships = whole and snapshot.step == steps and judged in SHIPPED
            row = (judged, snapshot.step, seed), about | scored, as_bytes(generator) if ships else None
            found.append(row)
    return found, digit_models.packed(training.history) if whole else None


def train_listed(name: str, seed: int, eye: str | None = None) -> tuple[dict, dict[str, bytes]]:
    """One training of a list: how it is judged, and the numbers of what it ships, {name: bytes}, which are
    those of the first seed. eye, errors: as in `train_digits`."""
    _same_eye(name, eye)
    models = MODELS[name][1]
    training = models.start(name, seed, device="cpu")
    began = time.process_time()
    training.run(progress=False)
    about = {"seed": seed, "steps": training.done, "seconds": round(time.process_time() - began)}
    networks = models.finished(training)
    judge = trained.load(eye_of(name))
    found = models.score(name, networks, judge, seed)
    if hasattr(models, "curve"):
        found["curve"] = models.curve(name, training, judge, seed)
    ships = {
        shipped: as_bytes(networks[net])
        for shipped, (model, net) in models.SHIPPED.items()
        if seed == 0 and model == name
    }
    return about | found | {"stopped": training.stopped}, ships
