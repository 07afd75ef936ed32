"""Train what chapters 12 to 27 show, and the town's reader, and store it: weights, recordings, scores.

    python tools/weights.py            all that is missing (some hours on two cores; can be interrupted
    between trainings)
    python tools/weights.py NAME ...   these models again
    python tools/weights.py --seconds  only measure again how long each training takes
    python tools/weights.py --scheduler tcp://host:8786   on a Dask cluster (tools/spread.py)

The MNIST files are needed, on a cluster by each worker. Two trainings run side by side, each on one thread;
on a cluster one on each worker, and one whose worker dies begins again. How long they take is measured
afterwards, for all models in turn and with nothing beside them, by a few hundred steps of each.
"""

import argparse
import contextlib
import json
import statistics
import sys
import time
from pathlib import Path

import spread
import torch

from gan_teach.files import written_whole
from gan_teach.images import classifier, digit_models, digits, scoring, trained, trainings
from gan_teach.images.town import reader
from gan_teach.images.trainings import AVERAGED, LISTS, MODELS

DATA = Path(__file__).resolve().parents[1] / "book" / "data" / "digits"
SCORES = DATA / "scores.json"
CLASSIFIER_STEPS = 6000
READER_STEPS = 6000
COPIER = "copier"


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


def scores_of(folder: str) -> Path:
    return DATA.parent / folder / "scores.json"


def keep_digits(found: list, recording: bytes | None):
    """Store what `trainings.train_digits` found, and ship what it ships."""
    if recording is not None:
        with written_whole(DATA / f"{found[0][0][0].replace(' ', '-')}.npz") as file:
            file.write(recording)
    for task, row, content in found:
        if content is not None:
            about = {key: value for key, value in row.items() if key != "stopped"}
            trained.store(task[0], trainings.from_bytes(task[0], content), about)
        store({**scores(), key_of(*task): row})
        print(f"{key_of(*task)}: {row}", flush=True)


def keep_listed(name: str, seed: int, found: dict, ships: dict[str, bytes]):
    """Store what `trainings.train_listed` found, and ship what it ships."""
    for shipped, content in ships.items():
        about = {key: found[key] for key in ("seed", "steps", "seconds")}
        trained.store(shipped, trainings.from_bytes(shipped, content), about)
    path = scores_of(MODELS[name][0])
    store({**scores(path), f"{name}, seed {seed}": found}, path)
    print(f"{name}, seed {seed}: {found}", flush=True)


def jobs_for(asked: list[str]) -> list[spread.Job]:
    """The trainings of these models, or those that are missing."""
    done = {key for folder in LISTS for key in scores(scores_of(folder))} | set(scores())
    jobs = [(key_of(*task), trainings.train_digits, task) for task in trainings.of_digits()]
    jobs += [(f"{n}, seed {s}", trainings.train_listed, (n, s)) for n, s in trainings.of_lists()]
    return [
        spread.Job(key, function, (*task, trainings.eye_mark(task[0])))
        for key, function, task in jobs
        if (task[0] in asked if asked else key not in done)
    ]


def train(jobs: list[spread.Job], scheduler: str | None):
    """Train, and store each training as it ends."""
    with contextlib.closing(spread.run_all(jobs, scheduler)) as results:
        for job, result in results:
            if job.function is trainings.train_digits:
                keep_digits(*result)
            else:
                keep_listed(*job.args[:2], *result)


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
    spread.add_option(parser)
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
    jobs = jobs_for(asked)
    try:
        train(jobs, given.scheduler)
    except spread.SpreadError as error:
        print(error, file=sys.stderr)
        return 1
    if any(job.function is trainings.train_digits for job in jobs):
        measure_seconds()
    return 0


if __name__ == "__main__":
    sys.exit(main())
