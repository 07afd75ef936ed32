"""Where the executed notebooks are kept: a folder named after everything that their outputs depend on.

jupyter-cache compares the code cells alone, so after a change of gan_teach or of the lock it would
serve yesterday's figures. A folder per digest makes that impossible; the Sphinx extension and
tools/book.py both ask here, so `jupyter-book build .` and `make book` share one cache.
"""

import hashlib
import os
import platform
import shutil
import sys
from pathlib import Path

import pooch

PACKAGE_FILES = (".py", ".js", ".css", ".json", ".csv", ".npz")
KEPT = 4  # the reader's device, the tests' CPU, other digits, and the state before the last change
DIGITS = tuple(
    f"{part}-{kind}-ubyte.gz" for part in ("train", "t10k") for kind in ("images-idx3", "labels-idx1")
)


def device_name() -> str:
    """The device that the notebooks will probably use, told without the seconds that importing torch
    takes."""
    if os.environ.get("GAN_TEACH_DEVICE"):
        return os.environ["GAN_TEACH_DEVICE"]
    if shutil.which("nvidia-smi") or Path("/proc/driver/nvidia").exists():
        return "cuda"
    return "mps" if (sys.platform, platform.machine()) == ("darwin", "arm64") else "cpu"


def digits_to_be_had() -> str:
    """Which digits `gan_teach.images.digits.load` will give, as far as one can tell without a download and
    without importing torch: "MNIST" or "5,000 digits"; "none" where GAN_TEACH_DATA names a folder that
    lacks one.
    """
    named = os.environ.get("GAN_TEACH_DATA")
    try:
        folder = Path(named) if named else Path(pooch.os_cache("gan_teach"))
        if all((folder / name).is_file() for name in DIGITS):
            return "MNIST"
    except (OSError, RuntimeError):  # a folder that may not be read, or no home
        pass
    return "none" if named else "5,000 digits"


def sources(root: Path) -> list[Path]:
    """The files on which an output may depend, apart from the notebook itself."""
    package = (p for p in (root / "gan_teach").rglob("*") if p.suffix in PACKAGE_FILES)
    data = (p for p in (root / "book" / "data").rglob("*") if p.is_file())
    return [root / "requirements.txt", *sorted(package), *sorted(data)]


def digest(root: Path) -> str:
    """A short name for the state of the package, the lock, Python, the device and the digits."""
    state = hashlib.sha256(f"{sys.version_info[:2]} {device_name()} {digits_to_be_had()}".encode())
    for path in sources(root):
        # Text is read with universal line ends, so that a checkout on Windows has the same name.
        content = path.read_bytes().replace(b"\r\n", b"\n") if path.exists() else b"missing"
        state.update(path.relative_to(root).as_posix().encode() + b"\0")
        state.update(hashlib.sha256(content).digest())
    return state.hexdigest()[:16]


def cache_folder(root: Path) -> Path:
    """This state's folder, made if need be; all but the newest few of the others are removed."""
    home = root / "_build" / ".jupyter_cache"
    folder = home / digest(root)
    folder.mkdir(parents=True, exist_ok=True)
    os.utime(folder)
    by_age = sorted((p for p in home.iterdir() if p.is_dir()), key=lambda p: -p.stat().st_mtime)
    for old in by_age[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    return folder
