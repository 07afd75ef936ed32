"""A printed claim has a value and a bound, and its verdict is that of the bound."""

import re

import numpy as np
import pytest
import torch
from toc import ROOT

from gan_teach import claim
from gan_teach.claims import LINE, MEASURED, comparable

HOLD = [
    (dict(value=3, at_most=100), "≈ 3", "at most 100"),
    (dict(value=3, at_least=1, below=4), "≈ 3", "at least 1, below 4"),
    (dict(value=0.123456, above=0.1), "≈ 0.123", "above 0.1"),
    (dict(value=1.2e-7, below=1e-5), "≈ 1.2e-07", "below 1e-05"),
    (dict(value=np.float32(0.98), near=1, within=0.15), "≈ 0.98", "within 0.15 of 1"),
    (dict(value=[0.98, 1.02], near=1, within=0.15), "≈ 0.98, 1.02", "each within 0.15 of 1"),
    (dict(value=np.arange(10), below=10), "≈ 0 to 9, 10 values", "each below 10"),
    (dict(value=np.full(9, 0.25), below=1), "≈ 0.25, 9 values", "each below 1"),
    (dict(value=torch.tensor([2.5]), at_least=2.5), "≈ 2.5", "at least 2.5"),
    (dict(value=12345, at_least=1000), "≈ 12,345", "at least 1,000"),
    (
        dict(value=-np.log(4), near=-1.3863, within=1e-4, exact=True, digits=5),
        "-1.3863",
        "within 0.0001 of -1.3863",
    ),
    (dict(value=torch.tensor(8), equals=8), "8", "exactly 8"),
    (dict(value=(1, 2), equals=[1, 2]), "1, 2", "exactly 1, 2"),
    (dict(value="R1", equals="R1"), "R1", "exactly R1"),
    (dict(value=1, above=5, unless="no writers are known"), "≈ not asked, no writers are known", "above 5"),
]
FAIL = [
    dict(value=101, at_most=100),
    dict(value=0.1, above=0.1),
    dict(value=[1.0, 1.2], near=1, within=0.15),
    dict(value=float("nan"), below=1),
    dict(value=float("inf"), above=1, below=2),
    dict(value=7, equals=8),
    dict(value=[1, 2, 3], equals=[1, 2]),
]


def said(capsys, **given):
    claim("what was measured", **given)
    return LINE.fullmatch(capsys.readouterr().out.rstrip("\n"))


@pytest.mark.parametrize("given, value, bound", HOLD)
def test_what_holds(capsys, given, value, bound):
    found = said(capsys, **given)
    assert found["verdict"] == "✓" and found["sentence"] == "what was measured"
    assert ((found["about"] or "") + found["value"], found["bound"]) == (value, bound)


@pytest.mark.parametrize(
    "given, value",
    [
        (dict(value=3e-16, below=1e-9), "0"),
        (dict(value=[-2e-12, 0.5], at_most=1), "0, 0.5"),
        (dict(value=4e-10, near=0, within=1e-6), "0"),
        (dict(value=3e-16, above=0), "3e-16"),
        (dict(value=-3e-16, below=0), "-3e-16"),
        (dict(value=2e-7, below=1), "2e-07"),
    ],
)
def test_what_may_be_rounding_is_shown_as_nothing_unless_the_bound_asks(capsys, given, value):
    found = said(capsys, **given)
    assert (found["verdict"], found["value"]) == ("✓", value)


@pytest.mark.parametrize("given", FAIL)
def test_what_fails(capsys, given):
    assert said(capsys, **given)["verdict"] == "✗"


@pytest.mark.parametrize(
    "given, error, words",
    [
        (dict(value=True, equals=True), TypeError, "True or False"),
        (dict(value=np.array([True]), above=0), TypeError, "True or False"),
        (dict(value=torch.tensor(True), at_least=1), TypeError, "True or False"),
        (dict(value=0.5, equals=0.5), TypeError, "near"),
        (dict(value=1), ValueError, "bound"),
        (dict(value=1, near=1), ValueError, "together"),
        (dict(value=1, near=1, within=1, above=0), ValueError, "no other"),
        (dict(value=[], above=0), ValueError, "a number"),
        (dict(value="many", above=0), ValueError, "a number"),
        (dict(value=1, above="much"), TypeError, "above"),
        (dict(sentence="two\nlines", value=1, above=0), ValueError, "one line"),
    ],
)
def test_what_is_refused(given, error, words):
    with pytest.raises(error, match=words):
        claim(**{"sentence": "s", **given})


def test_only_measured_values_are_left_out(capsys):
    claim("a", 0.1, above=0)
    claim("b (in steps)", 3, equals=3)
    assert comparable(capsys.readouterr().out) == "✓ a: ≈ (above 0)\n✓ b (in steps): 3 (exactly 3)\n"
    given = re.search(
        r"^regex: (.*)$", (ROOT / "tests" / "sanitize.cfg").read_text(encoding="ascii"), re.MULTILINE
    )
    for text in ("✓ a: ≈ 0.1 (above 0)", "✗ c: ≈ 1, 2 (each below 1)\n✓ d: 1 (exactly 1)"):
        assert re.sub(given[1], "about", text) == re.sub(MEASURED, "about", text) != text
