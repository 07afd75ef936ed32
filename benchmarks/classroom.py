"""How many students does a machine hold? Starts kernels side by side, trains the ring of chapter 4 in each
for a while, and says what one student costs.

    python benchmarks/classroom.py 2 4                 two students, then four, in one Jupyter server
    python benchmarks/classroom.py 30 --seconds 60
    python benchmarks/classroom.py 30 --hub http://127.0.0.1:8000 --names students.txt

With --hub each student logs in to a hub (deploy/) and has a server of their own; CLASS_SECRET must hold the
hub's secret. All requests go to this machine, and all of it ends by itself.
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
cost = dict(pid=process.pid, rss=memory.rss, own=memory.uss)
print(json.dumps(cost | dict(rate=steps / took, core=steps / spent)))
"""


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
            return await together(kernels, seconds)
        finally:
            server.terminate()
            server.wait(30)


async def in_a_hub(n: int, seconds: float, address: str, names: list[str]) -> list[dict]:
    """n students of a hub that runs already, each with a server of their own."""
    students = [visitor.Visitor(address, name) for name in names[:n]]
    try:
        for student in students:
            await student.log_in(hub.password(student.name, os.environ["CLASS_SECRET"]))
        await asyncio.gather(*(student.start() for student in students))
        kernels = [await visitor.Kernel.start(student.server, student.token) for student in students]
        return await together(kernels, seconds)
    finally:
        for student in students:
            await student.stop()


async def together(kernels: list, seconds: float) -> list[dict]:
    """All train at once; then one is killed, and the others must go on."""
    ready = asyncio.Barrier(len(kernels))
    try:
        found = await asyncio.gather(*(one_student(kernel, seconds, ready) for kernel in kernels))
        if len(kernels) > 1:
            psutil.Process(found[0]["pid"]).kill()
            said = await asyncio.gather(*(kernel.run("print(moment.step)") for kernel in kernels[1:]))
            if not all(text.strip().isdigit() for text in said):
                raise visitor.VisitorError(f"a killed kernel took others with it: {said}")
    finally:
        for kernel in kernels:
            await kernel.end()
    return found


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
    core = sum(s["core"] for s in found) / n
    return (
        f"{n:8} {own:6.0f} MB {resident:6.0f} MB {sum(rates):9.0f} {min(rates):6.0f} to {max(rates):5.0f} "
        f"{core:14.0f} {max(first):12.1f} s"
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
    print("students  memory  resident  steps/s of all   each    per core second  first picture")
    for n in given.students:
        if given.hub:
            work = in_a_hub(n, given.seconds, given.hub, hub.students(given.names))
        else:
            work = in_one_server(n, given.seconds)
        print(row(n, asyncio.run(work)), flush=True)


if __name__ == "__main__":
    main()
