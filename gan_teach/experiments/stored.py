"""What took long to compute, on disk: one entry a result, with what it was made from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gan_teach.files import written_whole

VERSION = 1


@dataclass
class Stored:
    """Results on disk, as JSON: one entry per key, each with what it was made from. Written whole or not at
    all.

    path: the file. entries: {key: entry}. Errors: `ValueError` for a file of another version, or one that is
    cut short.
    """

    path: Path
    entries: dict[str, dict] = field(default_factory=dict)

    @classmethod
    def load(cls, path, missing_ok: bool = False) -> "Stored":
        """Read the file. missing_ok: no file is an empty one, to be filled. Errors: `FileNotFoundError`."""
        path = Path(path)
        if not path.exists():
            if missing_ok:
                return cls(path)
            raise FileNotFoundError(
                f"there are no stored results in {path.absolute()}: `make results` computes them, "
                "and files.book_data finds those of the book"
            )
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            version, entries = data["version"], data["entries"]
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise ValueError(
                f"{path.name} holds no stored results, or it is cut short ({error}): delete it, "
                "and `make results`"
            ) from None
        if version != VERSION:
            raise ValueError(f"{path.name} holds results of version {version}; this package reads {VERSION}")
        return cls(path, entries)

    def get(self, key: str, recipe: str | None = None) -> dict:
        """The entry. Errors: `KeyError` where there is none; `ValueError` where it was made from another
        recipe."""
        if key not in self.entries:
            raise KeyError(
                f"{self.path.name} has no result for {key!r}; "
                f"it has {', '.join(sorted(self.entries)) or 'none'}"
            )
        entry = self.entries[key]
        if recipe is not None and entry["recipe"] != recipe:
            raise ValueError(
                f"the stored result for {key!r} was made by another recipe than the chapter has now: "
                "`make results`"
            )
        return entry

    def put(self, key: str, entry: Mapping):
        """Add or replace an entry, and write the file."""
        self.entries[key] = dict(entry)
        with written_whole(self.path, "w") as file:
            json.dump({"version": VERSION, "entries": dict(sorted(self.entries.items()))}, file, indent=1)
