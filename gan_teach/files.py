"""Files that are written whole or not at all, and where the book keeps its stored results."""

import contextlib
import os
import tempfile
from pathlib import Path


@contextlib.contextmanager
def written_whole(path, mode: str = "wb"):
    """A file object to write to; `path` gets the content when the block ends well, and stays as it was when
    it doesn't. Folders that are missing are made. mode: "wb" or "w" (UTF-8)."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, mode, encoding=None if "b" in mode else "utf-8") as file:
            yield file
        os.chmod(unfinished, 0o644)  # mkstemp's files are for their owner alone
        os.replace(unfinished, path)
    except BaseException:
        os.unlink(unfinished)
        raise


def data_folder() -> Path:
    """The folder of the stored results: `data` in an installed package, `book/data` beside it in the
    repository."""
    package = Path(__file__).resolve().parent
    shipped = package / "data"
    return shipped if shipped.is_dir() else package.parent / "book" / "data"


def book_data(name: str) -> Path:
    """The path of a stored result of the book, such as `digits/scores.json`, whatever the working folder is.

    Errors: `FileNotFoundError` for a name that isn't there.
    """
    folder = data_folder()
    if not (folder / name).exists():
        there = ", ".join(sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.*"))) or "none"
        raise FileNotFoundError(f"there is no stored result {name} in {folder}; it has {there}")
    return folder / name
