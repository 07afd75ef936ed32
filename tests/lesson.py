"""A real JupyterLab on a copy of the book, for tests that drive it in a browser."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from toc import ROOT

# No news from elsewhere, and all cells of a notebook in the page, so that a test finds them.
QUIET = {
    "@jupyterlab/apputils-extension/notification": '{"fetchNews": "false"}',
    "@jupyterlab/notebook-extension/tracker": '{"windowingMode": "none"}',
}

# A kernel that the user has made for an environment that is gone: the book must not take it for its own.
OF_THE_USER = {
    "argv": ["/nowhere/python", "{connection_file}"],
    "display_name": "Python 3",
    "language": "python",
}


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextlib.contextmanager
def jupyterlab(folder: Path):
    """JupyterLab over a copy of book/ in `folder`; its address. Reads and leaves nothing of the user's own
    settings."""
    shutil.copytree(ROOT / "book", folder / "book", ignore=shutil.ignore_patterns("_ext", "_static"))
    for name, content in QUIET.items():
        path = folder / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    spec = folder / "data" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps(OF_THE_USER))
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if name != "JUPYTER_PATH"},
        "JUPYTER_PREFER_ENV_PATH": "0",  # as on a class's server, where the environment is not the user's own
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "GAN_TEACH_DEVICE": "cpu",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }
    command = [
        sys.executable,
        str(ROOT / "tools" / "lab.py"),
        "--no-browser",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        f"--ServerApp.root_dir={folder / 'book'}",
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ]
    with open(folder / "lab.log", "w") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        address = f"http://127.0.0.1:{port}/lab"
        for _ in range(120):
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                urllib.request.urlopen(address)
                break
            time.sleep(0.5)
        else:
            raise RuntimeError(f"JupyterLab did not start:\n{(folder / 'lab.log').read_text()}")
        yield address
    finally:
        server.terminate()
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:  # it waits for kernels, which end by themselves once it is gone
            server.kill()
            server.wait()


def open_and_run(page, address: str, notebook: str):
    """Open a notebook that has a stage, run all its cells, and wait until they have ended."""
    page.goto(f"{address}/tree/{notebook}")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
    menu(page, "Run", "Run All Cells")
    page.wait_for_selector(".gan-stage .gs-text", timeout=120_000)
    idle(page)


def idle(page):
    """Wait until no cell runs."""
    page.wait_for_selector(
        ".jp-Notebook-ExecutionIndicator[data-status=idle]", state="attached", timeout=120_000
    )


def menu(page, name: str, item: str):
    """Choose from a menu of JupyterLab."""
    page.get_by_role("menuitem", name=name, exact=True).click()
    page.get_by_role("menuitem", name=item).first.click()
