"""Independent jobs, in two processes here and on a cluster of two workers of which one is killed: each is
stored once, with the numbers that it gives alone; and what is refused."""

import contextlib
import multiprocessing
import os
import re
import signal
import socket
import threading
import time

import numpy as np
import pytest
import results
import spread
import torch
from spread import Job, SpreadError

from gan_teach import targets
from gan_teach.experiments import clinic, jobs
from gan_teach.experiments.clinic import COLUMNS, Protocol
from gan_teach.experiments.phases import Map
from gan_teach.experiments.stored import Stored

SOURCES = (
    """
from gan_teach import penalties
from gan_teach.experiments.clinic import RING, Cure
from gan_teach.experiments.phases import Phase
from gan_teach.experiments.sweep import Member

cures, phases = {}, {}
""",
    """
cures["plain"] = lambda p: Cure(p.game())
phases["small"] = Phase(
    "small",
    ("weight", (0.0, 0.1, 0.2, 0.3, 0.4)),
    ("rate", (1e-3, 2e-3)),
    cure=lambda gamma: Cure(RING.game(penalties=[penalties.r1(0.1)])),
    member=lambda gamma, lr, seed: Member(seed, lr, lr, (gamma,)),
    steps=180,
)
""",
)
TINY = Protocol("tiny", targets.ring(), 60, (8, 8), (8, 8), batch_size=16, seeds=(0, 1, 2))
SPACE = jobs.space_of(SOURCES)
PHASE = SPACE["phases"]["small"]
MISSING = [
    ("tiny: plain", "a", "plain", TINY),
    ("map: small", "b", PHASE, TINY),
]


@pytest.fixture(scope="module")
def alone():
    """What each of the six jobs gives here, one after the other."""
    return {job.name: jobs.run(job.function, job.args) for job in results.jobs_for(MISSING, SOURCES)}


def made(folder, monkeypatch, scheduler=None):
    """Make all six and store them there; how often something was stored."""
    monkeypatch.setattr(results, "FOLDER", folder)
    kept = []
    for name in ("keep_cured", "keep_mapped"):
        keep = getattr(results, name)
        monkeypatch.setattr(results, name, lambda *what, keep=keep: kept.append(keep(*what)))
    with contextlib.suppress(AttributeError):
        scheduler.kept = kept
    results.make(MISSING, SOURCES, getattr(scheduler, "scheduler_address", None))
    return len(kept)


def is_what_came_alone(folder, alone):
    """Whether the files hold the six results, each once, to the last bit."""
    entries = Stored.load(folder / "clinic.json").entries
    same = [list(entries) == ["tiny: plain"]]
    same += [entries[name][column] == alone[name][column] for name in entries for column in COLUMNS]
    same += [entries[name]["recipe"] == recipe for name, recipe, *_ in MISSING[:1]]
    found = Map.load(folder / "small.npz", "b")
    same.append(found.rows == ("weight", [0.0, 0.1, 0.2, 0.3, 0.4]))
    for value, fair, fakes in zip(*found.rows[1:], found.fair, found.fakes):
        (his_fair, his_fakes, _), _ = alone[f"map: small, {value}"]
        same.append(np.array_equal(fair, his_fair, equal_nan=True))
        same.append(np.array_equal(fakes, his_fakes.astype(np.float16).astype(np.float32)))
    return all(same) and sorted(p.name for p in folder.iterdir()) == ["clinic.json", "small.npz"]


# In two processes of this machine.


@pytest.mark.slow  # processes that import the package
def test_two_processes_give_what_comes_alone(tmp_path, monkeypatch, alone, capsys):
    assert made(tmp_path, monkeypatch) == 6 and is_what_came_alone(tmp_path, alone)
    said = capsys.readouterr().out
    assert "1 of 6  tiny: plain ...\n" in said and re.search(r"^map: small, 0.3: \d+ s$", said, re.MULTILINE)
    assert results.jobs_for(MISSING[1:], SOURCES) == {}


@pytest.mark.slow  # processes that import the package
def test_who_stops_waits_for_nobody():
    others, begun = set(multiprocessing.active_children()), time.perf_counter()
    with contextlib.closing(spread.run_all([Job("a", abs, (-2,)), Job("b", time.sleep, (300,))])) as found:
        assert next(found)[1] == 2
    assert time.perf_counter() - begun < 200
    while set(multiprocessing.active_children()) - others:  # they end at once
        assert time.perf_counter() - begun < 200
        time.sleep(0.1)


@pytest.mark.slow  # processes that import the package
def test_a_process_that_is_ended_from_outside_is_said_with_what_it_did():
    with pytest.raises(SpreadError, match="ended from outside .* while these ran: the large one; .* is kept"):
        list(spread.run_all([Job("the large one", os._exit, (9,))]))


def test_without_jobs_nothing_is_started():
    assert list(spread.run_all([], "tcp://nowhere")) == []


# On a cluster.


@pytest.fixture(scope="class")
def cluster():
    """A scheduler in this process, and two workers in processes of their own."""
    from distributed import LocalCluster

    settings = dict(n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1")
    with LocalCluster(**settings, dashboard_address=None) as found:
        yield found


class Killer(threading.Thread):
    """Kills a worker of the cluster while it works, as soon as a first result is kept."""

    def __init__(self, cluster):
        super().__init__(daemon=True)
        from distributed import Client

        with Client(cluster, set_as_default=False) as client:
            self.pids = client.run(os.getpid)
        self.cluster, self.kept, self.killed = cluster, [], []
        self.scheduler_address = cluster.scheduler_address

    def run(self):
        while not self.killed:
            time.sleep(0.01)
            for worker in list(self.cluster.scheduler.workers.values()) if self.kept else ():
                if worker.processing and not self.killed:
                    os.kill(self.pids[worker.address], signal.SIGKILL)
                    self.killed.append(worker.address)


@pytest.mark.slow  # processes that import the package
class TestOnACluster:
    def test_a_killed_worker_loses_nothing_and_nothing_is_stored_twice(
        self, tmp_path, monkeypatch, alone, cluster
    ):
        killer = Killer(cluster)
        killer.start()
        assert made(tmp_path, monkeypatch, killer) == 6 and is_what_came_alone(tmp_path, alone)
        assert killer.killed and killer.killed[0] not in cluster.scheduler.workers

    def test_a_job_that_raises_is_named_and_the_others_come(self, cluster, capsys):
        todo, found = [Job("first", abs, (-1,)), Job("broken", int, ("x",)), Job("last", abs, (-3,))], []
        with pytest.raises(SpreadError, match="1 of 3 failed, the others are kept: broken"):
            for job, result in spread.run_all(todo, cluster.scheduler_address):
                found.append((job.name, result))
        assert sorted(found) == [("first", 1), ("last", 3)]
        assert "broken failed: ValueError: invalid literal" in capsys.readouterr().out

    @pytest.mark.parametrize(
        "where, name, said",
        [
            (torch, "__version__", "PyTorch is .* and not 9.9"),
            (jobs, "_SOURCES", "gan_teach is .* and not .*9"),
        ],
    )
    def test_a_worker_of_other_versions_is_refused(self, cluster, monkeypatch, where, name, said):
        monkeypatch.setattr(where, name, "9.9")
        with pytest.raises(SpreadError, match=f"the worker tcp://.* has other versions .*: {said}"):
            list(spread.run_all([Job("a", abs, (1,))], cluster.scheduler_address))


class Workers:
    """A client whose workers answer this."""

    def __init__(self, *answers):
        self.answers = answers

    def run(self, function, workers, on_error):
        return dict(zip(workers, self.answers))


def test_workers_that_would_give_other_numbers_are_refused():
    here = jobs.versions()
    old = here | {"trained networks": "older"}
    spread._admit(Workers(here, OSError("gone")), {"a": 1, "b": 1}, here)
    spread._admit(Workers(here), {"a": 1}, old)  # shipped meanwhile, and seen by all
    spread._admit(Workers(old), {"a": 1}, old)
    with pytest.raises(SpreadError, match="a has 4 threads.*--nthreads 1"):
        spread._admit(Workers(here), {"a": 4}, here)
    with pytest.raises(SpreadError, match="trained networks is older and not"):
        spread._admit(Workers(old), {"a": 1}, here)
    with pytest.raises(SpreadError, match="a can't run the book's package: No module named 'gan_teach'"):
        spread._admit(Workers(ModuleNotFoundError("No module named 'gan_teach'")), {"a": 1}, here)


def test_a_worker_that_came_unseen_looks_at_its_versions_itself():
    assert jobs.run(abs, (-1,), jobs.versions()) == 1
    with pytest.raises(jobs.Differs, match="on .* Python is 3.* and not 2.7"):
        jobs.run(abs, (-1,), {"Python": "2.7"})


def test_an_address_that_answers_nothing_is_named_within_seconds(monkeypatch):
    monkeypatch.setattr(spread, "PATIENCE", 1)
    with socket.socket() as silent, socket.socket() as closed:
        for place in (silent, closed):
            place.bind(("127.0.0.1", 0))
        silent.listen()
        for address in ("nonsense", *(f"tcp://127.0.0.1:{s.getsockname()[1]}" for s in (silent, closed))):
            begun = time.perf_counter()
            with pytest.raises(SpreadError, match=f"no Dask scheduler answers at '{address}' within 1 s"):
                list(spread.run_all([Job("a", abs, (1,))], address))
            assert time.perf_counter() - begun < 10


def test_without_dask_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(SpreadError, match="Dask is not installed: pip install distributed"):
        list(spread.run_all([Job("a", abs, (1,))], "tcp://127.0.0.1:8786"))


def test_the_book_s_own_jobs_are_plain_data():
    """The cells' text, names and numbers, which any pickle of any version carries."""
    space, lines = results.chapter_space()
    todo = results.jobs_for(results.wanted(space, lines), results.cells_of())
    assert len(todo) == 2 * len(space["cures"])  # the maps are stored whole
    for job in todo:
        sources, name, protocol = job.args
        assert name in space["cures"] and protocol in (clinic.RING, clinic.GRID)
        assert all(isinstance(source, str) for source in sources)
