"""The built pages as one zip, to hand on: it opens by a double click, with no server and no network.

python tools/archive.py        _build/police-and-thief-html.zip
"""

import sys
import time
import zipfile
from pathlib import Path

from toc import ROOT

from book import NotBuiltError, built
from gan_teach.files import written_whole

HTML, TARGET = ROOT / "_build" / "html", ROOT / "_build" / "police-and-thief-html.zip"
FOLDER = "police-and-thief"  # what the zip unpacks to; its index.html leads to the first page
EARLIEST = (1980, 1, 1, 0, 0, 0)  # of all files: the same pages give the same zip
LEFT_OUT = {".buildinfo", ".doctrees"}


def build(home: Path, target: Path) -> int:
    """Pack the pages in `home` into `target`; how many files it has.

    Errors: `FileNotFoundError` if `home` has no index.html.
    """
    if not (home / "index.html").exists():
        raise FileNotFoundError(f"{home} has no index.html: build the book first")
    return pack(home, target, FOLDER)


def pack(home: Path, target: Path, folder: str) -> int:
    """Pack the files below `home` into the zip `target`, which unpacks to `folder`; how many files it has.
    The zip is written whole or not at all."""
    files = sorted(
        p for p in home.rglob("*") if p.is_file() and not LEFT_OUT & set(p.relative_to(home).parts)
    )
    with written_whole(target) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in files:
            entry = zipfile.ZipInfo(f"{folder}/{path.relative_to(home).as_posix()}", EARLIEST)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            packed.writestr(entry, path.read_bytes())
    return len(files)


def main() -> int:
    began = time.perf_counter()
    try:
        with built():
            count = build(HTML, TARGET)
    except NotBuiltError as error:
        print(f"The zip was not made: {error}")
        return 1
    size, took = TARGET.stat().st_size / 1e6, time.perf_counter() - began
    print(f"The zip is ready ({took:.0f} s): {TARGET}, {count} files, {size:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
