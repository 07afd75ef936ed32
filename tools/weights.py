"""Train what chapters 12 to 27 show, and the town's reader, and store it: weights, recordings, scores.

    python tools/weights.py            all that is missing (some hours on two cores; can be interrupted
    between trainings)
    python tools/weights.py NAME ...   these models again
    python tools/weights.py --seconds  only measure again how long each training takes

The MNIST files are needed. Two trainings run side by side, each on one thread. How long they take is measured
afterwards, for all models in turn and with nothing beside them, by a few hundred steps of each.
"""

import argparse
import json
import multiprocessing
import statistics
import sys
import time
from pathlib import Path

import torch

from gan_teach.experiments import distilling, pairing, scaling, strokes
from gan_teach.files import written_whole
from gan_teach.images import (
    attending_models,
    beyond_models,
    classifier,
    codes_models,
    coupled_models,
    digit_models,
    digits,
    domain_models,
    forgery_models,
    growing_models,
    label_models,
    making_models,
    member_models,
    redrawn_models,
    repairing_models,
    scan_models,
    scoring,
    style_models,
    trained,
    words_models,
)
from gan_teach.images.town import reader

DATA = Path(__file__).resolve().parents[1] / "book" / "data" / "digits"
SCORES = DATA / "scores.json"
CLASSIFIER_STEPS = 6000
READER_STEPS = 6000
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
COPIER = "copier"
SHIPPED = ("put right", "dcgan", "conditional", "dcgan wide averaged")
# Part V: lists of models, each trained from three seeds, by where their scores lie. Each of these modules has
# MODELS, SHIPPED, `start`, `finished` and `score`; some `eye_of`, which shipped network judges, and `curve`,
# how a training did on its way.
LISTS = {
    "domains": (domain_models, coupled_models),
    "scaling": (scaling,),
    "attending": (attending_models,),
    "growing": (growing_models,),
    "style": (style_models,),
    "today": (pairing, distilling, strokes),
    "labels": (label_models,),
    "codes": (codes_models, words_models),
    "beyond": (beyond_models,),
    "repairing": (repairing_models,),
    "making": (making_models,),
    "redrawn": (redrawn_models,),
    "trust": (scan_models, member_models, forgery_models),
}
MODELS = {
    name: (folder, models) for folder, them in LISTS.items() for models in them for name in models.MODELS
}


def key_of(name: str, steps: int, seed: int) -> str:
    return f"{name}, {steps} steps, seed {seed}"


def scores(path: Path = SCORES) -> dict:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def store(rows: dict, path: Path = SCORES):
    path.parent.mkdir(exist_ok=True)
    with written_whole(path, "w") as file:
        json.dump(dict(sorted(rows.items())), file, indent=1)


def judge_copier(seed: int = 3):
    """Chapter 14's thief who hands out training digits: where zero is in the table."""
    copied = digits.mnist().sample(scoring.SAMPLES, torch.Generator().manual_seed(seed))
    found = scoring.score_samples(copied, digits.mnist("test"), trained.load(trained.CLASSIFIER))
    store({**scores(), key_of(COPIER, 0, seed): {"seed": seed, "steps": 0, "seconds": 0} | found})


def train_classifier():
    began = time.process_time()
    net = classifier.fit(digits.mnist(), CLASSIFIER_STEPS, progress=False)
    seconds = round(time.process_time() - began)
    trained.store(
        trained.CLASSIFIER,
        net,
        {
            "seed": 0,
            "steps": CLASSIFIER_STEPS,
            "seconds": seconds,
            "accuracy": round(classifier.accuracy(net, digits.mnist("test")), 4),
        },
    )


def train_reader():
    began = time.process_time()
    net = reader.fit(READER_STEPS, progress=False)
    seconds = round(time.process_time() - began)
    about = {"seed": 0, "steps": READER_STEPS, "seconds": seconds}
    trained.store(trained.READER, net, about | reader.report(net))


def run(task: tuple[str, int, int]):
    """One training: what to `keep` of it. A model with marks is judged at each, and so is its averaged
    generator where that is asked for."""
    name, steps, seed = task
    torch.set_num_threads(1)
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
            found.append(((judged, snapshot.step, seed), about | scored, generator if ships else None))
    if whole:
        digit_models.keep(DATA / f"{name.replace(' ', '-')}.npz", training.history)
    return found


def scores_of(folder: str) -> Path:
    return DATA.parent / folder / "scores.json"


def run_listed(task: tuple[str, int]):
    """One training of a list: how it is judged, and its networks, by name."""
    name, seed = task
    torch.set_num_threads(1)
    models = MODELS[name][1]
    training = models.start(name, seed, device="cpu")
    began = time.process_time()
    training.run(progress=False)
    about = {"seed": seed, "steps": training.done, "seconds": round(time.process_time() - began)}
    networks = models.finished(training)
    eye = trained.load(models.eye_of(name) if hasattr(models, "eye_of") else trained.CLASSIFIER)
    found = models.score(name, networks, eye, seed)
    if hasattr(models, "curve"):
        found["curve"] = models.curve(name, training, eye, seed)
    return task, about | found | {"stopped": training.stopped}, networks


def keep_listed(task: tuple[str, int], found: dict, networks: dict):
    """Store what a training of a list found, and ship what it ships of the first seed."""
    (name, seed), (folder, models) = task, MODELS[task[0]]
    for shipped, (model, net) in models.SHIPPED.items() if seed == 0 else ():
        if model == name:
            trained.store(shipped, networks[net], {key: found[key] for key in ("seed", "steps", "seconds")})
    path = scores_of(folder)
    store({**scores(path), f"{name}, seed {seed}": found}, path)
    print(f"{name}, seed {seed}: {found}", flush=True)


def seeds_of(models, name: str) -> tuple[int, ...]:
    """The seeds of a model of a list: one where nothing is compared with it."""
    return SEEDS[:1] if name in getattr(models, "ONCE", ()) else tuple(SEEDS)


def train_listed(pool, asked: list[str]):
    """Train what is asked for, or what is missing, of the lists."""
    done = {key for folder in LISTS for key in scores(scores_of(folder))}
    tasks = [(name, seed) for name, (_, models) in MODELS.items() for seed in seeds_of(models, name)]
    tasks = [(n, s) for n, s in tasks if (n in asked if asked else f"{n}, seed {s}" not in done)]
    for result in pool.imap_unordered(run_listed, tasks):
        keep_listed(*result)


def longest(name: str) -> int | None:
    return LONG.get(name) or max(MARKS.get(name, (0,))) or None


def keep(task: tuple[str, int, int], found: dict, generator):
    """Store what a training found."""
    if generator is not None:
        trained.store(task[0], generator, {k: v for k, v in found.items() if k != "stopped"})
    store({**scores(), key_of(*task): found})
    print(f"{key_of(*task)}: {found}", flush=True)


def seconds_per_step(name: str, rounds: int = 8, steps: int = 25) -> float:
    """Seconds of a step of this model on one thread: the median of some rounds, after a first one that is not
    counted."""
    training = digit_models.start(
        digit_models.get(name), digits.mnist(), steps=(rounds + 1) * steps, device="cpu", every=steps
    )
    ends = [snapshot.seconds for snapshot in training]
    return statistics.median(later - sooner for sooner, later in zip(ends[1:], ends[2:])) / steps


def measure_seconds():
    """Put into every stored score how long its training takes alone."""
    alone = [name for name in digit_models.MODELS if name not in AVERAGED.values()]
    per_step = {name: seconds_per_step(name) for name in alone}
    per_step |= {averaged: per_step[last] for last, averaged in AVERAGED.items()}
    store(
        {
            key: row | {"seconds": round(row["steps"] * per_step.get(key.split(",")[0], 0))}
            for key, row in scores().items()
        }
    )
    print(
        "milliseconds of a step: " + ", ".join(f"{name} {1000 * t:.1f}" for name, t in per_step.items()),
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", nargs="*", choices=[[], *digit_models.MODELS, *MODELS])
    parser.add_argument("--seconds", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(1)
    if given.seconds:
        measure_seconds()
        return 0
    asked = given.model
    if trained.CLASSIFIER not in trained.index():
        print("training the classifier ...", flush=True)
        train_classifier()
    if trained.READER not in trained.index():
        print("training the town's reader ...", flush=True)
        train_reader()
    if not any(key.startswith(COPIER) for key in scores()):
        judge_copier()
    tasks = [(name, steps, 0) for name, steps in LONG.items()]
    alone = [name for name in digit_models.MODELS if name not in (*MARKS, *AVERAGED.values())]
    tasks += [(name, digit_models.get(name).sprint, seed) for seed in SEEDS for name in alone]
    tasks += [(name, max(marks), seed) for seed in SEEDS for name, marks in MARKS.items()]
    tasks = [t for t in tasks if (t[0] in asked if asked else key_of(*t) not in scores())]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for results in pool.imap_unordered(run, tasks):
            for result in results:
                keep(*result)
        train_listed(pool, asked)
    if tasks:
        measure_seconds()
    return 0


if __name__ == "__main__":
    sys.exit(main())
