"""Independent jobs, spread over two processes of this machine, or over a Dask cluster whose scheduler's
address is given.

Only the calling process writes files, so workers need no disk in common with it. A job whose worker dies runs
again on another one, from its beginning; a result comes once. What Dask sends between machines is pickled, by
Dask; nothing of that is stored. Whoever reaches a scheduler can run programs on its workers, and they can on
the caller's machine: use a cluster that you trust, in a network of your own.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import os
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from gan_teach.experiments import jobs

VARIABLE = "DASK_SCHEDULER_ADDRESS"  # Dask's own name for it
PROCESSES = 2
PATIENCE = 5  # seconds until a scheduler has to have answered
LOOK = 2  # seconds between looks at who works
NETWORKS = "trained networks"


class SpreadError(RuntimeError):
    """Jobs that could not be run, or not all of them; the text says which, and what to do."""


@dataclass(frozen=True, eq=False)
class Job:
    """A name for people, a function of a module that workers can import, and its arguments, plain data."""

    name: str
    function: Callable
    args: tuple = ()


def add_option(parser: argparse.ArgumentParser):
    """Let the command take the address of a scheduler; the environment's serves where it is not given."""
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        default=os.environ.get(VARIABLE) or None,
        help=f"of a Dask cluster, such as tcp://host:8786 (or {VARIABLE}); without it {PROCESSES} processes "
        "work on this machine",
    )


def run_all(todo: Iterable[Job], scheduler: str | None = None) -> Iterator[tuple[Job, object]]:
    """(job, what it returned), as they end; a line for each that begins, ends or fails. Close the iterator to
    give up what still runs.

    scheduler: the address of a Dask scheduler; None: two processes here. Errors: `SpreadError` where nobody
    answers at the address, or a worker is not fit, before anything runs; after all others have come, where
    jobs raised, with their names.
    """
    waiting, running, failed = deque(enumerate(todo, 1)), {}, []
    total = len(waiting)
    if not total:
        return
    with _cluster(scheduler) if scheduler else _here() as (submit, places):
        while waiting or running:
            free = places() - len(running)
            for number, job in [waiting.popleft() for _ in range(min(free, len(waiting)))]:
                print(f"{number} of {total}  {job.name} ...", flush=True)
                running[submit(job)] = job, time.perf_counter()
            if not running:
                time.sleep(LOOK)  # every worker is gone: others may come
            for future in sorted(wait(running, LOOK, FIRST_COMPLETED).done, key=_went_wrong):
                job, begun = running.pop(future)
                try:
                    result = _result(future, [job, *(other for other, _ in running.values())])
                except Exception as error:
                    if isinstance(error, (SpreadError, jobs.Differs)):
                        raise SpreadError(f"{error}; what had ended is kept") from None
                    failed.append(job.name)
                    traceback.print_exception(error)
                    print(f"{job.name} failed: {type(error).__name__}: {error}", flush=True)
                    continue
                print(f"{job.name}: {time.perf_counter() - begun:.0f} s", flush=True)
                yield job, result
    if failed:
        raise SpreadError(f"{len(failed)} of {total} failed, the others are kept: {'; '.join(failed)}")


def _went_wrong(future: Future) -> bool:
    """Whether there is no result: what came at the same time is kept first."""
    return future.cancelled() or future.exception() is not None


def _result(future: Future, at_work: list[Job]):
    """What the job returned. Errors: what it raised; `SpreadError` where those who work are lost."""
    try:
        return future.result()
    except BrokenProcessPool:
        names = "; ".join(job.name for job in at_work)
        raise SpreadError(
            f"a process was ended from outside (short of memory?) while these ran: {names}"
        ) from None
    except CancelledError:
        raise SpreadError("the scheduler is gone") from None


@contextlib.contextmanager
def _here():
    """Two processes of this machine: how to submit a job, and how many run at a time."""
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn"))
    try:
        yield lambda job: pool.submit(jobs.run, job.function, job.args), lambda: PROCESSES
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for child in set(multiprocessing.active_children()) - others:
            child.terminate()  # in the middle of a job: nobody waits for what it would return
        raise
    pool.shutdown()


@contextlib.contextmanager
def _cluster(address: str):
    """The cluster's workers: how to submit a job, and how many run at a time, one on each worker."""
    client, known, begun = _connected(address), set(), jobs.versions()
    wanted = {name: version for name, version in begun.items() if name != NETWORKS}
    futures = set()

    def places() -> int:
        try:
            threads = client.nthreads()
            _admit(client, {a: n for a, n in threads.items() if a not in known}, begun)
        except OSError as error:
            raise SpreadError(
                f"the scheduler at {address} is gone ({error}); what had ended is kept"
            ) from None
        known.update(threads)
        return len(threads)

    try:
        if not places():
            raise SpreadError(
                f"the scheduler at {address} has no workers yet: dask worker {address} --nthreads 1"
            )
        with client.get_executor(pure=False) as pool:

            def submit(job: Job) -> Future:
                future = pool.submit(jobs.run, job.function, job.args, wanted)
                futures.add(future)
                future.add_done_callback(futures.discard)  # or the cluster would keep what it returned
                return future

            try:
                yield submit, places
            finally:
                for future in list(futures):
                    future.cancel()
    finally:
        client.close()


def _connected(address: str):
    """A client of that scheduler. Errors: `SpreadError` where Dask is not here, or nobody answers."""
    try:
        from distributed import Client, Security
        from distributed.core import rpc
    except ImportError:
        raise SpreadError(
            "a scheduler's address was given, but Dask is not installed: pip install distributed "
            "(the extra `cluster`)"
        ) from None

    async def asked():  # first: a client would wait for ever for one who takes calls and says nothing
        async with rpc(address, connection_args=Security().get_connection_args("client")) as there:
            await there.identity()

    try:
        asyncio.run(asyncio.wait_for(asked(), PATIENCE))
        return Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, ImportError, TimeoutError) as error:
        raise SpreadError(
            f"no Dask scheduler answers at {address!r} within {PATIENCE} s ({type(error).__name__}: "
            f"{error}); `dask scheduler` starts one and prints its address, such as tcp://host:8786"
        ) from None


def _admit(client, threads: dict[str, int], begun: dict[str, str]):
    """Look at workers that have not been seen before, {address: threads}. Errors: `SpreadError` for one that
    would not give the numbers that this process gives."""
    if not threads:
        return
    found = client.run(jobs.versions, workers=list(threads), on_error="return")
    # What this run has shipped meanwhile is there where the disk is shared.
    networks = {begun[NETWORKS], jobs.versions()[NETWORKS]}
    for address, theirs in found.items():
        if isinstance(theirs, OSError):
            continue  # gone again; a job that it begins all the same checks its versions itself
        if isinstance(theirs, Exception):
            raise SpreadError(f"the worker {address} can't run the book's package: {theirs}")
        wanted = begun | ({NETWORKS: theirs[NETWORKS]} if theirs[NETWORKS] in networks else {})
        otherwise = jobs.differences(wanted, theirs)
        if otherwise:
            raise SpreadError(f"the worker {address} has other versions than this process: {otherwise}")
        if threads[address] != 1:
            raise SpreadError(
                f"the worker {address} has {threads[address]} threads; a job wants a process of its own: "
                "dask worker ADDRESS --nthreads 1 --nworkers 2"
            )
