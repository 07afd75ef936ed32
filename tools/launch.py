"""Where a chapter can be opened without installing: links for Colab, Binder and a JupyterHub, and the branch
that they open.

All of it follows from the theme's options in _config.yml, `repository_url` and `launch_buttons` among them.
The theme makes the pages' buttons from the same lines; here are the links for the notebooks of the student
edition. Without a repository there are neither.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import package
import yaml
from toc import ROOT

WHEEL = package.file_name()
HOST = ("https:", "")
INTERFACES = {"classic": "tree", "jupyterlab": "lab/tree"}
# The kernel of Colab has its module `google.colab` loaded when it starts, and no other kernel has.
FIRST_CELL = """\
# In Colab this installs the book's package. Anywhere else it does nothing.
import sys

if "google.colab" in sys.modules:
    import subprocess
    from glob import glob
    from importlib.metadata import version

    package = {package}
    for wheel in glob("gan_teach-*.whl"):
        package = f"./{{wheel}}[live]"
    if not package:
        raise FileNotFoundError("first upload gan_teach-*.whl (make wheel)")
    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, package], check=True)
    loaded = sys.modules.get("numpy")
    if loaded and loaded.__version__ != version("numpy"):
        print("Now restart the session (menu Runtime), and go on below.")"""


class LaunchError(ValueError):
    """_config.yml names a repository or an interface that no link can be made from."""


@dataclass(frozen=True)
class Launch:
    """What _config.yml says about opening chapters. url: of the repository with the student edition, "" for
    none; path: of the book in it; binder, hub, colab: their addresses, "" for none."""

    url: str = ""
    branch: str = ""
    path: str = ""
    binder: str = ""
    hub: str = ""
    colab: str = ""
    interface: str = "jupyterlab"

    @property
    def repository(self) -> tuple[str, str]:
        """Owner and name. Errors: `LaunchError`."""
        parts = self.url.removesuffix(".git").split("/")
        if len(parts) != 5 or parts[:3] not in ([*HOST, "github.com"], [*HOST, "gitlab.com"]):
            raise LaunchError(f"_config.yml: {self.url!r} is not like https://github.com/owner/name")
        return parts[3], parts[4]

    def links(self, page: str) -> dict[str, str]:
        """{"Colab": address, ...} for a page such as book/04-training; {} without a repository."""
        if not self.url:
            return {}
        if self.interface not in INTERFACES:
            raise LaunchError(f"_config.yml: notebook_interface must be one of {', '.join(INTERFACES)}")
        (owner, name), view = self.repository, INTERFACES[self.interface]
        file = f"{self.path.strip('/')}/{page}.ipynb".lstrip("/")
        github = self.url.startswith("https://github.com/")
        found = {}
        if self.colab and github:
            found["Colab"] = f"{self.colab}/github/{owner}/{name}/blob/{self.branch}/{file}"
        if self.binder:
            kind = f"gh/{owner}/{name}" if github else f"gl/{owner}%2F{name}"
            found["Binder"] = f"{self.binder}/v2/{kind}/{self.branch}?urlpath={view}/{file}"
        if self.hub:
            asked = {"repo": self.url, "urlpath": f"{view}/{name}/{file}", "branch": self.branch}
            found["JupyterHub"] = f"{self.hub}/hub/user-redirect/git-pull?{urlencode(asked, safe='/')}"
        return found

    def badges(self, page: str) -> str:
        """A line of markdown for the top of a notebook, "" without links. No pictures: nothing is fetched
        until somebody clicks."""
        links = [f"[{name}]({address})" for name, address in self.links(page).items()]
        return f"Open this chapter without installing: {' · '.join(links)}" if links else ""

    def first_cell(self) -> str:
        """The program that installs the package in Colab, and does nothing elsewhere."""
        package = f"gan_teach[live] @ {self.url}/raw/{self.branch}/{WHEEL}" if self.url else ""
        return FIRST_CELL.format(package=f'"{package}"')


def settings(config: Path = ROOT / "_config.yml") -> Launch:
    """What _config.yml says."""
    said = yaml.safe_load(config.read_text(encoding="utf-8"))["sphinx"]["config"]["html_theme_options"]
    buttons = said.get("launch_buttons") or {}

    def address(name):
        return (buttons.get(f"{name}_url") or "").strip("/")

    return Launch(
        url=(said.get("repository_url") or "").strip("/"),
        branch=said.get("repository_branch") or "master",
        path=said.get("path_to_docs") or "",
        binder=address("binderhub"),
        hub=address("jupyterhub"),
        colab=address("colab"),
        interface=buttons.get("notebook_interface", "classic"),
    )


def publish(target: Path, found: Launch) -> Path:
    """The branch that the links open, below the target: what students get, which lies there already, the
    wheel that its notebooks run with, and what Binder needs."""
    folder = target / "branch"
    shutil.rmtree(folder, ignore_errors=True)
    book = folder / found.path.strip("/") / "book"
    shutil.copytree(target / "student", book)
    shutil.copytree(ROOT / "binder", folder / "binder")
    package.build(folder)
    return folder
