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


def _read(root: Path):
    return yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))


def _named(entry) -> list[str]:
    return [name.removesuffix(".md").removesuffix(".ipynb") for name in files_in(entry)]


def pages(root: Path = ROOT) -> list[str]:
    """The names of all pages, without suffix."""
    return _named(_read(root))


def parts(root: Path = ROOT) -> list[tuple[str, list[str]]]:
    """The parts in their order, (caption, names of the pages); the first page stands before them, without a
    caption."""
    read = _read(root)
    return [("", _named({"root": read["root"]})), *((p["caption"], _named(p)) for p in read.get("parts", []))]


def notebooks(root: Path = ROOT) -> list[Path]:
    """The notebooks of the book, in reading order."""
    found = [root / f"{name}.ipynb" for name in pages(root)]
    return [path for path in found if path.exists()]
