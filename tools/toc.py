"""What the book consists of, read from _toc.yml."""

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]


def files_in(entry) -> list[str]:
    """Every `file:` and `root:` below a node of the table of contents, in reading order."""
    if isinstance(entry, list):
        return [name for item in entry for name in files_in(item)]
    if not isinstance(entry, dict):
        return []
    own = [entry[key] for key in ("root", "file") if key in entry]
    return own + [name for value in entry.values() for name in files_in(value)]


def pages(root: Path = ROOT) -> list[str]:
    """The names of all pages, without suffix."""
    text = (root / "_toc.yml").read_text(encoding="utf-8")
    return [name.removesuffix(".md").removesuffix(".ipynb") for name in files_in(yaml.safe_load(text))]


def notebooks(root: Path = ROOT) -> list[Path]:
    """The notebooks of the book, in reading order."""
    found = [root / f"{name}.ipynb" for name in pages(root)]
    return [path for path in found if path.exists()]
