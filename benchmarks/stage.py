"""What the stage costs and how quickly it draws, measured in one run in a real JupyterLab and a headless
Chromium.

    python benchmarks/stage.py            needs a Chromium or Chrome, and the built book (make book)

The share of steps per second is that of the stage, shown in a browser on the same machine, in pairs with the
same training by `train` alone in the same kernel. Everything else is measured on the built pages.
"""

import base64
import statistics
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import torch

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools")]

from browsing import launched  # noqa: E402
from lesson import idle, jupyterlab, open_and_run  # noqa: E402

from gan_teach import Game, nets, penalties, targets, train  # noqa: E402
from gan_teach.live import frames, scenes, sources  # noqa: E402

SECONDS, PAIRS = 8.0, 3
GAME = """import time, torch
from gan_teach import Game, nets, penalties, targets, train
from gan_teach.live import stage
torch.set_num_threads(1)
ring = targets.ring()
G, D = nets.Generator(2, 2), nets.Discriminator(2)
game = Game(G, D, targets.normal(2), "non_saturating", (penalties.r1(0.02),))
def alone(steps=3000):
    run = train(game, ring, steps=steps, every=steps, lr_g=2e-3, lr_d=2e-3)
    next(run); run._advance(10)
    begun = time.perf_counter(); run._advance(steps)
    return (steps - 10) / (time.perf_counter() - begun)
print("ready", "now")"""
COUNT = """() => { window.seen = []; const text = document.querySelector('.gan-stage .gs-text');
  const step = () => parseInt(text.textContent.slice(5).replaceAll(',', ''));
  new MutationObserver(() => seen.push([performance.now(), step()]))
    .observe(text, { childList: true, characterData: true, subtree: true }); }"""
# As when somebody scrubs: one redraw for each picture that the browser shows.
REDRAW = """async () => { const v = document.querySelector('.gan-stage').ganStage, times = [];
  for (let round = 0; round < 3; round++) for (let i = 0; i < v.now.movie.frames.length; i++) {
    await new Promise(requestAnimationFrame);
    const begun = performance.now(); v.go(i); times.push(performance.now() - begun); }
  return times; }"""
FIRST = """window.firstPicture = null;
new MutationObserver((changes) => { firstPicture ??= performance.now(); }).observe(
  document, { subtree: true, childList: false, attributes: true, attributeFilter: ['data-index'] });"""


def notebook(folder: Path):
    folder.mkdir(parents=True, exist_ok=True)
    cells = [nbformat.v4.new_code_cell(GAME)] + [
        nbformat.v4.new_code_cell("print('alone', alone())"),
        nbformat.v4.new_code_cell("shown = stage(game, ring, lr_g=2e-3, lr_d=2e-3); shown"),
    ]
    book = nbformat.v4.new_notebook(
        cells=cells,
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(book, folder / "benchmark.ipynb")


def in_lab():
    """Pairs of (steps per second alone, steps per second on the stage, frames per second)."""
    home, pairs = Path(tempfile.mkdtemp()), []
    with launched() as browser, jupyterlab(home) as address:
        notebook(home / "book")
        page = browser.new_page(viewport={"width": 1300, "height": 1000})
        open_and_run(page, address, "benchmark.ipynb")
        page.evaluate(COUNT)
        for _ in range(PAIRS):
            cell = page.locator(".jp-CodeCell").nth(1)
            cell.locator(".jp-InputPrompt").click()
            page.keyboard.press("Control+Enter")
            page.wait_for_timeout(500)
            idle(page)
            alone = float(cell.locator(".jp-OutputArea-output").inner_text().split()[-1])
            run = page.locator(".gan-stage .gs-run")
            run.click()
            page.wait_for_timeout(2500)  # the trace, and the stage finding its pace
            page.evaluate("seen.length = 0")
            page.wait_for_timeout(1000 * SECONDS)
            seen = page.evaluate("seen")
            run.click()
            page.wait_for_timeout(500)
            seconds = (seen[-1][0] - seen[0][0]) / 1000
            pairs.append((alone, (seen[-1][1] - seen[0][1]) / seconds, (len(seen) - 1) / seconds))
            print(
                f"  alone {alone:.0f} steps/s, on the stage {pairs[-1][1]:.0f} steps/s, "
                f"{pairs[-1][2]:.1f} frames/s",
                flush=True,
            )
    return pairs


def recording_size() -> tuple[int, int]:
    """Bytes of 100 frames of the ring with 500 + 500 points and a field of 48 x 48 in the page, and of the
    scripts beside it."""
    torch.set_num_threads(1)
    game = Game(
        nets.Generator(2, 2),
        nets.Discriminator(2),
        targets.normal(2),
        "non_saturating",
        (penalties.r1(0.02),),
    )
    run = train(game, targets.ring(), steps=1980, every=20, lr_g=2e-3, lr_d=2e-3)
    run.run(progress=False)
    assert len(run.history) == 100
    package = frames.package(scenes.make_scene(game, targets.ring()), run.history)
    return len(base64.b64encode(package)), len(sources.script()) + len(sources.style())


def on_pages():
    """Milliseconds: the first picture after the page has loaded, and redraws, for a chapter over file://."""
    with launched() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.add_init_script(FIRST)
        firsts = []
        for _ in range(5):
            page.goto((ROOT / "_build" / "html" / "book" / "04-training.html").as_uri(), wait_until="load")
            page.wait_for_function("firstPicture !== null && performance.timing.loadEventEnd")
            firsts.append(
                page.evaluate(
                    "firstPicture - (performance.timing.loadEventEnd - performance.timing.navigationStart)"
                )
            )
        page.wait_for_timeout(2000)
        times = []
        for _ in range(2):
            page.evaluate("document.querySelector('.gan-stage').remove()") if times else None
            times.append(sorted(page.evaluate(REDRAW)))
        return statistics.median(firsts), times


def main():
    begun = time.perf_counter()
    print("the stage in JupyterLab, against the same training alone:")
    pairs = in_lab()
    shares = [stage / alone for alone, stage, _ in pairs]
    print(
        f"share of the steps per second that is left: {statistics.median(shares):.3f} "
        f"(from {min(shares):.3f} to {max(shares):.3f})"
    )
    print(f"frames per second: {statistics.median(p[2] for p in pairs):.1f}")
    size, scripts = recording_size()
    print(
        f"100 frames, 500 + 500 points, field 48 x 48: {size / 1000:.0f} kB in the page, "
        f"and {scripts / 1000:.0f} kB of scripts and styles"
    )
    first, times = on_pages()
    print(f"first picture: {first:.0f} ms after the page has loaded (below 0: before)")
    for name, t in zip(("line", "plane"), times):
        print(
            f"redraw, {name}: median {t[len(t) // 2]:.1f} ms, "
            f"99 of 100 below {t[int(0.99 * len(t))]:.1f} ms, longest {t[-1]:.1f} ms"
        )
    print(f"({time.perf_counter() - begun:.0f} s)")


if __name__ == "__main__":
    main()
