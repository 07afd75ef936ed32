"""The wheel of gan_teach, built, and installed where nothing of the repository is on the path."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

# What would show an installed package the repository, or the tests' settings.
OURS = ("PYTHONPATH", "JUPYTER_PATH", "PYTEST_ADDOPTS", "MPLBACKEND", "COVERAGE_PROCESS_START")


def environment(**more: str) -> dict[str, str]:
    """The variables of this process without those that lead to the repository."""
    return {name: value for name, value in os.environ.items() if name not in OURS} | {
        "JUPYTER_PREFER_ENV_PATH": "1",
        **more,
    }


def installed(wheel: Path, folder: Path) -> Path:
    """The Python of a new environment that has the wheel, and borrows all other packages from this one.

    Those come behind the environment's own; links of theirs to folders (an editable install of the book) are
    not followed.
    """
    venv.create(folder, with_pip=False)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    where = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.check_output(where, text=True).strip())
    borrowed = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    (site / "borrowed.pth").write_text("\n".join(borrowed), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", "install"]
    subprocess.run(
        [*pip, "--quiet", "--no-index", "--no-deps", "--force-reinstall", wheel],
        check=True,
        cwd=folder,
        env=environment(),
    )
    spec = {"argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]}
    kernel = folder / "share" / "jupyter" / "kernels" / "python3" / "kernel.json"
    kernel.parent.mkdir(parents=True)
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
