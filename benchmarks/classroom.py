"""How many students does a machine hold? Starts kernels side by side, trains the ring of chapter 4 in each
for a while, kills one of them while all train, and says what one student costs.

    python benchmarks/classroom.py 2 4                 two students, then four, in one Jupyter server
    python benchmarks/classroom.py 30 --seconds 60
    python benchmarks/classroom.py 30 --hub http://127.0.0.1:8000 --names students.txt

With --hub each student logs in to a hub that was started without containers (deploy/), and has a server of
their own; CLASS_SECRET must hold the hub's secret. All requests go to this machine, and all of it ends by
itself.
"""

import argparse
import asyncio
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "deploy"), str(ROOT / "tests"), str(ROOT / "tools")]

import hub  # noqa: E402
import visitor  # noqa: E402
from lesson import free_port  # noqa: E402

MOST = 60  # students
LONGEST = 300  # seconds of training
# Imports and the first picture, as in the first cells of a chapter; then training, as on its stage.
FIRST = """
import json, time, warnings
warnings.simplefilter("ignore")
import torch
from matplotlib import pyplot as plt
from gan_teach import Game, losses, nets, targets, train
torch.set_num_threads(1)
game = Game(nets.Generator(2, 2), nets.Discriminator(2), targets.normal(2), losses.non_saturating)
training = train(game, targets.ring(), steps=10**6, every=20)
plt.scatter(*next(iter(training)).x_fake.T)
plt.show()
"""
TRAIN = """
import psutil
process = psutil.Process()
start = next(training).step  # compiled now
began, spent = time.perf_counter(), sum(process.cpu_times()[:2])
for moment in training:
    if time.perf_counter() - began > {seconds}:
        break
took, spent = time.perf_counter() - began, sum(process.cpu_times()[:2]) - spent
memory, steps = process.memory_full_info(), moment.step - start
cost = dict(pid=process.pid, rss=memory.rss, own=memory.uss, start=start, end=moment.step)
print(json.dumps(cost | dict(rate=steps / took, core=steps / spent)))
"""
DIE = """
import os, signal, threading
open("notes.txt", "w").write("what a student wrote")
threading.Timer({seconds}, lambda: os.kill(os.getpid(), signal.SIGKILL)).start()
for moment in training:
    pass
"""
AGAIN = "print('training' in globals(), open('notes.txt').read())"
KILLED = 10.0  # seconds for which the others train, at the most, while one is killed


async def one_student(kernel: visitor.Kernel, seconds: float, ready: asyncio.Barrier) -> dict:
    """Open a chapter, wait for the others, train; what it cost."""
    began, shown = time.perf_counter(), []
    await kernel.run(FIRST, 600, first=lambda: shown.append(time.perf_counter() - began))
    await ready.wait()
    said = await kernel.run(TRAIN.format(seconds=seconds), 600 + seconds)
    return json.loads(said.splitlines()[-1]) | {"first": shown[0]}


async def in_one_server(n: int, seconds: float) -> list[dict]:
    """n kernels of one Jupyter server, which is started for them and ends with them."""
    port, token = free_port(), secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyter_server", f"--port={port}", "--ServerApp.port_retries=0"]
    command += ["--no-browser", "--allow-root", "--log-level=CRITICAL"]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "JUPYTER_TOKEN": token, "JUPYTER_PREFER_ENV_PATH": "1"}
        environment |= {"PYTHONPATH": str(ROOT), "GAN_TEACH_DEVICE": "cpu", "OMP_NUM_THREADS": "1"}
        server = subprocess.Popen(command, cwd=folder, env=environment)
        try:
            address = f"http://127.0.0.1:{port}"
            await answers(f"{address}/api", token)
            kernels = await asyncio.gather(*(visitor.Kernel.start(address, token) for _ in range(n)))
            return await together(kernels, seconds, above=1)
        finally:
            server.terminate()
            server.wait(30)


async def in_a_hub(n: int, seconds: float, address: str, names: list[str]) -> list[dict]:
    """n students of a hub that runs already, each with a server of their own."""
    if len(names) < n:
        raise visitor.VisitorError(f"{n} students were asked for, but the list has {len(names)}")
    students = [visitor.Visitor(address, name) for name in names[:n]]
    try:
        for student in students:
            await student.log_in(hub.password(student.name, os.environ["CLASS_SECRET"]))
        waits = await asyncio.gather(*(served(student) for student in students))
        kernels = [await visitor.Kernel.start(student.server, student.token) for student in students]
        found = await together(kernels, seconds, above=2)
        return [one | {"server": wait} for one, wait in zip(found, waits)]
    finally:
        await asyncio.gather(*(student.stop() for student in students if student.token))


async def served(student: visitor.Visitor) -> float:
    """Seconds until the student's server is there."""
    began = time.perf_counter()
    await student.start(600)
    return time.perf_counter() - began


async def together(kernels: list, seconds: float, above: int) -> list[dict]:
    """All train at once; then once more, and one of them is killed. above: how many processes up from a
    kernel the one is that started all of this."""
    ready = asyncio.Barrier(len(kernels))
    try:
        found = await asyncio.gather(*(one_student(kernel, seconds, ready) for kernel in kernels))
        found[0]["all"] = whole(psutil.Process(found[0]["pid"]).parents()[above - 1])
        if len(kernels) > 1:
            found[0]["back"] = await one_killed(kernels, found, min(KILLED, seconds))
    finally:
        for kernel in kernels:
            await kernel.end()
    return found


async def one_killed(kernels: list, found: list[dict], seconds: float) -> float:
    """Kill the first while all train: the others must end where they would have ended, and the first must get
    a new kernel with the files that were there. Seconds until it answers."""
    others = [kernel.run(TRAIN.format(seconds=seconds), 600 + seconds) for kernel in kernels[1:]]
    back, *said = await asyncio.gather(killed(kernels[0], seconds / 2), *others)
    after = [json.loads(text.splitlines()[-1]) for text in said]
    for before, now in zip(found[1:], after):
        if (now["pid"], now["start"]) != (before["pid"], before["end"] + 20) or now["end"] <= now["start"]:
            raise visitor.VisitorError(f"a killed kernel took from another: {before}, then {now}")
    return back


async def killed(kernel: visitor.Kernel, seconds: float) -> float:
    """Let a kernel kill itself after so many seconds; how long its student then waits for the new one."""
    try:
        await kernel.run(DIE.format(seconds=seconds), 600)
    except visitor.KernelDiedError:
        began = time.perf_counter()
        said = await kernel.run(AGAIN, 600)
        if said != "False what a student wrote\n":
            raise visitor.VisitorError(
                f"the new kernel should know the files alone, but says {said!r}"
            ) from None
        return time.perf_counter() - began
    raise visitor.VisitorError("a kernel survived its end")


def whole(server: psutil.Process) -> int:
    """Bytes of a server and all that it started; what they share counts once (0 where only Linux tells)."""
    parts = [process.memory_full_info() for process in (server, *server.children(recursive=True))]
    return sum(getattr(part, "pss", 0) for part in parts)


async def answers(address: str, token: str) -> None:
    """Wait until the server does."""
    for _ in range(240):
        try:
            if (await visitor.ask(address, token=token))[0] == 200:
                return
        except OSError:
            await asyncio.sleep(0.5)
    raise visitor.VisitorError(f"nothing answers at {address}")


def row(n: int, found: list[dict]) -> str:
    """A line of the table."""
    rates, first = [s["rate"] for s in found], [s["first"] for s in found]
    own, resident = (max(s[key] for s in found) / 2**20 for key in ("own", "rss"))
    core, every = sum(s["core"] for s in found) / n, found[0]["all"] / 2**20
    waits, back = max(s.get("server", 0) for s in found), found[0].get("back", 0)
    return (
        f"{n:8} {own:6.0f} MB {resident:6.0f} MB {every:6.0f} MB {sum(rates):9.0f} {min(rates):6.0f} to "
        f"{max(rates):5.0f} {core:14.0f} {waits:11.1f} s {max(first):12.1f} s {back:14.1f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("students", nargs="+", type=int)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--hub", help="the address of a hub on this machine")
    parser.add_argument("--names", default="students.txt", help="the file with the hub's students")
    given = parser.parse_args()
    if max(given.students) > MOST or given.seconds > LONGEST or min(given.students) < 1:
        parser.error(f"at most {MOST} students and {LONGEST} seconds")
    if given.hub and not given.hub.startswith("http://127.0.0.1:"):
        parser.error("the hub must be on this machine, http://127.0.0.1:PORT")
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GB, load {load:.1f} before")
    print(
        "students    kernel   resident     of all  steps/s of all      each  per core second  server after  "
        "first picture  killed one back"
    )
    for n in given.students:
        if given.hub:
            work = in_a_hub(n, given.seconds, given.hub, hub.students(given.names))
        else:
            work = in_one_server(n, given.seconds)
        print(row(n, asyncio.run(work)), flush=True)


if __name__ == "__main__":
    main()
