"""The trainings of `make weights` as jobs: none is missing, what they give back as bytes is what was trained,
and what is stored of it."""

import functools
import json

import pytest
import torch
import weights

from gan_teach.experiments import jobs
from gan_teach.images import digit_models, digits, making_models, trained, trainings


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """What `make weights` stores goes here, and not among the book's."""
    monkeypatch.setattr(weights, "DATA", tmp_path / "digits")
    for function in (weights.store, weights.scores):
        *first, _ = function.__defaults__
        monkeypatch.setattr(function, "__defaults__", (*first, tmp_path / "digits.json"))
    monkeypatch.setattr(trained, "store", functools.partial(trained.store, folder=tmp_path))
    return tmp_path


def test_what_is_stored_is_not_trained_again_and_each_can_be_asked_for():
    stored = {key for folder in trainings.LISTS for key in weights.scores(weights.scores_of(folder))}
    missing = {job.name for job in weights.jobs_for([])}
    of_lists = {f"{name}, seed {seed}" for name, seed in trainings.of_lists()}
    assert missing == of_lists - stored and stored <= of_lists and "made of 30, seed 1" in stored
    asked = weights.jobs_for(["made of 30", "wgan-gp"])
    assert [job.name for job in asked if job.function is trainings.train_listed] == [
        f"made of 30, seed {seed}" for seed in (0, 1, 2)
    ]
    mark = trained.index()["classifier"]["sha256"]
    assert [job.args for job in asked if job.function is trainings.train_digits] == [
        ("wgan-gp", 450, seed, mark) for seed in (0, 1, 2)
    ]


def test_a_network_that_came_as_bytes_is_stored_as_the_file_that_is_shipped(folder):
    name, entry = "made of 30", trained.index()["made of 30"]
    found = {"seed": 0, "steps": 700, "seconds": 5, "near": 0.5}
    weights.keep_listed(name, 0, found, {name: trainings.as_bytes(trained.load(name))})
    stored = trained.index(folder)
    assert stored[name] == entry | {"seconds": 5} and len(stored) == 1
    scores = json.loads((folder / "making" / "scores.json").read_text(encoding="utf-8"))
    assert scores == {"made of 30, seed 0": found}


def test_bytes_of_another_network_are_refused():
    with pytest.raises(RuntimeError, match="state_dict"):
        trainings.from_bytes("made of 30", trainings.as_bytes(trained.load("detector")))


def test_a_job_gives_what_the_training_gives_and_ships_of_the_first_seed_alone(monkeypatch):
    monkeypatch.setattr(making_models, "start", functools.partial(making_models.start, steps=3))
    name = "emojis gaps"
    found, ships = jobs.run(trainings.train_listed, (name, 0, trainings.eye_mark(name)))
    training = making_models.start(name, 0, device="cpu")
    training.run(progress=False)
    networks = making_models.finished(training)
    alone = making_models.score(name, networks, seed=0)
    assert {key: found[key] for key in alone} == alone and found["steps"] == 3 and found["seed"] == 0
    assert list(ships) == [name]
    theirs, ours = trainings.from_bytes(name, ships[name]).state_dict(), networks["G"].state_dict()
    assert set(theirs) == set(ours) and all(torch.equal(theirs[key], value) for key, value in ours.items())
    assert trainings.train_listed(name, 1)[1] == {}


def test_another_judge_than_the_caller_s_is_refused():
    with pytest.raises(ValueError, match="'moons gaps' is judged by 'classifier', .* should be 12ab"):
        trainings.train_listed("moons gaps", 0, "12ab")


@pytest.mark.slow  # five thousand pictures are judged
def test_a_training_of_digits_comes_back_whole(folder, monkeypatch):
    monkeypatch.setattr(digits, "mnist", digits.some)
    monkeypatch.setattr(trainings, "LONG", {"dcgan": 2})
    score = functools.partial(trainings.scoring.score, n=300, few=200)
    monkeypatch.setattr(trainings.scoring, "score", score)
    found, recording = jobs.run(trainings.train_digits, ("dcgan", 2, 0))
    weights.keep_digits(found, recording)
    assert list(weights.scores()) == ["dcgan, 2 steps, seed 0"]
    assert trained.index(folder)["dcgan"]["steps"] == 2
    assert [s.step for s in digit_models.kept(folder / "digits" / "dcgan.npz")][-1] == 2
    found, recording = trainings.train_digits("dcgan", 2, 1)  # of another seed nothing ships
    assert recording is None and found[0][2] is None
