"""The wheel of gan_teach, built, and installed where nothing of the repository is on the path."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

from toc import ROOT

RESOLUTION = {"lowest": "lowest-direct", "newest": "highest"}  # of uv
# What would show an installed package the repository, or the tests' settings.
OURS = ("PYTHONPATH", "JUPYTER_PATH", "PYTEST_ADDOPTS", "MPLBACKEND", "COVERAGE_PROCESS_START")


def environment(**more: str) -> dict[str, str]:
    """The variables of this process without those that lead to the repository."""
    return {name: value for name, value in os.environ.items() if name not in OURS} | {
        "JUPYTER_PREFER_ENV_PATH": "1",
        **more,
    }


def borrow(python: Path) -> None:
    """Let an environment see this one's packages, behind its own; links of theirs to folders (an editable
    install of the book) are not followed."""
    where = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.check_output(where, text=True).strip())
    borrowed = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    (site / "borrowed.pth").write_text("\n".join(borrowed), encoding="utf-8")


def fetch(python: Path, versions: str) -> None:
    """Install what the wheel and its extra `live` ask for, with its lowest or its newest versions, and what
    runs notebooks. uv's own variables (UV_CONSTRAINT, UV_FIND_LINKS) say from where. Errors: `ValueError`."""
    if versions not in RESOLUTION:
        raise ValueError(f"versions must be one of {', '.join(RESOLUTION)}, but {versions!r} was given")
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", python]
    asked = ["-r", ROOT / "pyproject.toml", "--extra", "live"]
    subprocess.run([*uv, "--resolution", RESOLUTION[versions], *asked], check=True, env=environment())
    # Apart from these: their own lowest versions are nobody's concern.
    subprocess.run([*uv, *asked, "nbval", "ipykernel"], check=True, env=environment())


def installed(wheel: Path, folder: Path, versions: str = "") -> Path:
    """The Python of a new environment that has the wheel. All other packages it borrows from this one, or
    has its own: with `versions` "lowest" or "newest"."""
    venv.create(folder, with_pip=False)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    fetch(python, versions) if versions else borrow(python)
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", "install"]
    subprocess.run(
        [*pip, "--quiet", "--no-index", "--no-deps", "--force-reinstall", wheel],
        check=True,
        cwd=folder,
        env=environment(),
    )
    spec = {"argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]}
    kernel = folder / "share" / "jupyter" / "kernels" / "python3" / "kernel.json"
    kernel.parent.mkdir(parents=True, exist_ok=True)
    kernel.write_text(json.dumps(spec | {"display_name": "Python 3", "language": "python"}))
    return python


def run(python: Path, *arguments, cwd: Path, **variables: str) -> str:
    """What the command says; it must end well. The environment's own kernel is `python3` to it."""
    done = subprocess.run(
        [python, *map(str, arguments)],
        cwd=cwd,
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout
