"""Build the wheel of gan_teach, with the weights and the stored results that the chapters read.

python tools/package.py             into _build/wheel/
python tools/package.py some/folder
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from toc import ROOT

TARGET = ROOT / "_build" / "wheel"
# The environment has the build backend (it is in the lock), so nothing is fetched for this.
PIP = ["-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation"]


def version() -> str:
    """The package's version, without importing it."""
    text = (ROOT / "gan_teach" / "__init__.py").read_text(encoding="utf-8")
    return re.search(r'^__version__ = "(.*?)"', text, re.MULTILINE)[1]


def file_name() -> str:
    """What the wheel is called."""
    return f"gan_teach-{version()}-py3-none-any.whl"


def build(folder: Path) -> Path:
    """The wheel's path; an older wheel in the folder gives way. Errors: `RuntimeError` with pip's words."""
    with tempfile.TemporaryDirectory() as fresh:
        done = subprocess.run(
            [sys.executable, *PIP, "--wheel-dir", fresh, str(ROOT)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"the wheel was not built: {done.stdout.strip()}")
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("gan_teach-*.whl"):
            old.unlink()
        (made,) = Path(fresh).glob("gan_teach-*.whl")
        return Path(shutil.move(made, folder / made.name))


def main(asked: list[str]) -> int:
    try:
        wheel = build(Path(asked[0]) if asked else TARGET)
    except RuntimeError as error:
        print(error)
        return 1
    print(f"{wheel} ({wheel.stat().st_size / 1e6:.1f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
