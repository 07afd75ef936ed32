"""The key of stored executions says which digits there are, and is found without importing torch."""

import os
import subprocess
import sys

import cache_key
import pooch
import pytest
from toc import ROOT

from gan_teach.images import digits

NAMES = [*digits.HASHES]


@pytest.fixture
def places(monkeypatch, tmp_path):
    """A folder to be named, and this user's cache, both empty."""
    for name in ("named", "cache"):
        (tmp_path / name).mkdir()
    monkeypatch.delenv(digits.VARIABLE, raising=False)
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / "cache")
    return tmp_path


def fill(folder, names=NAMES):
    for name in names:
        (folder / name).write_bytes(b"")


def test_the_files_are_those_that_the_digits_are_read_from():
    assert sorted(cache_key.DIGITS) == sorted(digits.HASHES)


def test_the_key_says_which_digits_are_to_be_had(places, monkeypatch):
    """T3 of the trials: a book built without MNIST, and then with it, has other digits in its chapters."""
    without = cache_key.digest(ROOT)
    fill(places / "cache", NAMES[:3])
    assert cache_key.digits_to_be_had() == "5,000 digits" and cache_key.digest(ROOT) == without
    fill(places / "cache")
    assert cache_key.digits_to_be_had() == "MNIST" and cache_key.digest(ROOT) != without
    from_the_cache = cache_key.digest(ROOT)
    monkeypatch.setenv(digits.VARIABLE, str(places / "named"))
    assert cache_key.digits_to_be_had() == "none"
    assert cache_key.digest(ROOT) not in (without, from_the_cache)
    fill(places / "named")
    assert cache_key.digest(ROOT) == from_the_cache  # the same digits, wherever they lie


def test_a_cache_that_may_not_be_read_or_has_no_home_is_none(places, monkeypatch):
    def refuse(*given):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(pooch, "os_cache", refuse)
    assert cache_key.digits_to_be_had() == "5,000 digits"

    def no_rights(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.undo()
    monkeypatch.delenv(digits.VARIABLE, raising=False)
    monkeypatch.setattr(cache_key.Path, "is_file", no_rights)
    assert cache_key.digits_to_be_had() == "5,000 digits"


def test_the_key_is_found_without_importing_torch():
    code = "import sys, cache_key; cache_key.digest(cache_key.Path('.')); print('torch' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "book" / "_ext")}
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=ROOT
    )
    assert said.stdout.strip() == "False", said.stderr
