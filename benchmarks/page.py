"""How fast a page trains, in one run, engines in turns: the page's module in a headless Chromium, the same
module under wasmtime, and PyTorch's traced step in Python, each on one thread and with its own draws.

    python benchmarks/page.py             needs a Chromium or Chrome
"""

import json
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools")]

from browsing import STAGES_STAND, launched  # noqa: E402
from mirror import Mirror  # noqa: E402

from gan_teach import Game, nets, penalties, rules, targets, train  # noqa: E402
from gan_teach.live import player, sources  # noqa: E402

SECONDS, ROUNDS = 1.5, 5
R1 = penalties.r1(0.1)
RING = targets.ring()
GAMES = {
    "ring": (Game(nets.Generator(2, 2), nets.Discriminator(2), targets.normal(2)), RING, {}),
    "ring, R1": (
        Game(nets.Generator(2, 2), nets.Discriminator(2), targets.normal(2), penalties=(R1,)),
        RING,
        {},
    ),
    "chapter 1": (
        Game(
            nets.Generator(1, 1, (32, 32), "softplus"),
            nets.Discriminator(1, (64, 64), "tanh"),
            targets.uniform(),
            "minimax",
        ),
        targets.gaussian(1.0, 0.5),
        {"rule": rules.Alternating(n_d=5)},
    ),
}
# In a worker, as on the page: steps a second.
MEASURE = """([engine, game, seconds]) => new Promise((resolve, reject) => {
  const code = engine + `;onmessage = async ({ data: { game, seconds } }) => {
    const e = await makeEngine(game); e.begin(game.seed);
    for (let i = 0; i < 200; i++) e.move();
    const begun = performance.now(), from = e.step;
    while (performance.now() - begun < 1000 * seconds) for (let i = 0; i < 10; i++) e.move();
    postMessage(1000 * (e.step - from) / (performance.now() - begun));
  };`;
  const worker = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
  worker.onmessage = ({ data }) => { worker.terminate(); resolve(data); };
  worker.onerror = (e) => reject(new Error(e.message));
  worker.postMessage({ game, seconds });
})"""


def rate(step) -> float:
    """How often a second it can be called."""
    for _ in range(20):
        step()
    begun, count = time.perf_counter(), 0
    while time.perf_counter() - begun < SECONDS:
        for _ in range(10):
            step()
        count += 10
    return count / (time.perf_counter() - begun)


def in_pytorch(game, target, options):
    """The traced step of a training, with its own draws."""
    run = train(game, target, steps=10**9, every=10**9, backend="traced", warn=False, **options)
    next(run)
    return lambda: run._advance(run.done + 1)


def piece(game, target, options):
    """The page's HTML and its lesson."""
    run = train(game, target, steps=20, every=10, points=500, **options)
    run.run(progress=False)
    made = player(run.history, game, target, trains=options)
    return made.html(), made.lesson


def engines(browser):
    """Steps a second of each engine, in turns."""
    page = browser.new_page()
    page.goto("about:blank")
    for name, (game, target, options) in GAMES.items():
        lesson = piece(game, target, options)[1]
        mirror, traced = Mirror(lesson), in_pytorch(game, target, options)
        found = {"page": [], "wasmtime": [], "PyTorch, traced": []}
        for _ in range(ROUNDS):
            found["page"].append(page.evaluate(MEASURE, [sources.engine(serves=False), lesson, SECONDS]))
            found["wasmtime"].append(rate(mirror.step))
            found["PyTorch, traced"].append(rate(traced))
        middle = {engine: statistics.median(times) for engine, times in found.items()}
        said = ", ".join(f"{engine} {times:,.0f}" for engine, times in middle.items())
        print(
            f"{name}: steps a second: {said}; the page {middle['page'] / middle['PyTorch, traced']:.2f} times"
        )
        sizes = len(lesson["module"]) * 3 // 4, len(json.dumps(lesson))
        print("  the module: {:,} bytes; all of the lesson: {:,}".format(*sizes))
    page.close()


COUNT = """() => { window.pictures = 0; window.long = [];
  new PerformanceObserver((l) => l.getEntries().forEach((e) => long.push(e.duration)))
    .observe({ type: 'longtask' });
  new MutationObserver(() => { pictures += 1; }).observe(document.querySelector('.gan-stage'),
    { attributes: true, attributeFilter: ['data-index'] }); }"""
# From the click on "Train it yourself" to the first step.
OPEN = """async () => {
  const begun = performance.now(), stage = document.querySelector('.gan-stage').ganStage;
  const buttons = [...document.querySelectorAll('button')];
  const press = (words) => buttons.find((b) => b.textContent === words).click();
  press('Train it yourself');
  while (stage.now.movie.frames.length > 1) await new Promise(requestAnimationFrame);
  press('One step');
  while (stage.now.frame.step !== 1) await new Promise(requestAnimationFrame);
  return performance.now() - begun; }"""
STEP = "document.querySelector('.gan-stage').ganStage.now.frame.step"


def on_a_page(browser, folder: Path, slow: int = 1):
    """The stage as a person uses it: the first step, pictures a second, what holds the page up."""
    for name in ("ring, R1", "chapter 1"):
        file = folder / "page.html"
        file.write_text(
            f"<!doctype html><meta charset=utf-8><body>{piece(*GAMES[name])[0]}", encoding="utf-8"
        )
        page = browser.new_page()
        page.goto(file.as_uri())
        page.wait_for_function(STAGES_STAND)
        if slow > 1:
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slow})
        page.evaluate(COUNT)
        opened = page.evaluate(OPEN)
        page.locator("[name=pace]").select_option("many steps")
        page.get_by_role("button", name="Train", exact=True).click()
        page.wait_for_timeout(500)
        before = page.evaluate(f"[{STEP}, pictures, performance.now()]")
        page.wait_for_timeout(4000)
        after = page.evaluate(f"[{STEP}, pictures, performance.now()]")
        seconds = (after[2] - before[2]) / 1000
        longest = max(page.evaluate("long"), default=0)
        print(
            f"{name}, processor slowed {slow} times: first step {opened:.0f} ms after the click, "
            f"{(after[0] - before[0]) / seconds:,.0f} steps and "
            f"{(after[1] - before[1]) / seconds:.0f} pictures a second, "
            f"longest task of the page {longest:.0f} ms"
        )
        page.close()


def main():
    torch.set_num_threads(1)
    print(platform.processor() or platform.machine(), "PyTorch", torch.__version__)
    with launched() as browser, tempfile.TemporaryDirectory() as folder:
        engines(browser)
        on_a_page(browser, Path(folder))
        on_a_page(browser, Path(folder), slow=6)


if __name__ == "__main__":
    main()
