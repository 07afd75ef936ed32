"""Make the picture in the README: the stage of chapter 4, in the built book.

python tools/picture.py      after make book; needs a Chromium or Chrome
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from browsing import launched  # noqa: E402

PAGE, TARGET, MOMENT, MOST_BYTES = (
    ROOT / "_build/html/book/04-training.html",
    ROOT / "book/stage.png",
    0.25,
    300_000,
)


def main() -> int:
    if not PAGE.exists():
        sys.exit("the book is not built: make book")
    with launched() as browser:
        page = browser.new_page(viewport={"width": 1100, "height": 900}, device_scale_factor=1.5)
        page.goto(PAGE.as_uri())
        page.wait_for_function("document.querySelectorAll('.gan-stage')[1]?.ganStage?.now.movie")
        stage = page.locator(".gan-stage").nth(1)  # the ring of eight clouds
        stage.evaluate(
            "(e, share) => e.ganStage.go(Math.round(share * e.ganStage.now.movie.frames.length))", MOMENT
        )
        stage.screenshot(path=str(TARGET))
    size = TARGET.stat().st_size
    if size > MOST_BYTES:
        sys.exit(f"{TARGET.name} has {size:,} bytes, at most {MOST_BYTES:,} are allowed")
    print(f"{TARGET.relative_to(ROOT)}: {size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
