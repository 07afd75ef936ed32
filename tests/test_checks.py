"""What every argument goes through: any type of number, Python's own number back, and a word for the rest."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from gan_teach import checks

WHOLE = [5, np.int64(5), np.uint8(5), np.int16(5)]
REAL = [2.5, np.float64(2.5), np.float32(2.5), np.float16(2.5), Fraction(5, 2)]


@pytest.mark.parametrize("given", WHOLE, ids=lambda v: type(v).__name__)
def test_any_type_of_whole_number_is_taken_and_pythons_own_comes_back(given):
    for value in (
        checks.positive("n", given, whole=True),
        checks.positive("x", given),
        checks.finite("x", given),
    ):
        assert type(value) is int and value == 5


@pytest.mark.parametrize("given", REAL, ids=lambda v: type(v).__name__)
def test_any_type_of_real_number_is_taken_and_pythons_own_comes_back(given):
    for value in (
        checks.positive("x", given),
        checks.positive("x", given, single=True),
        checks.finite("x", -given),
    ):
        assert type(value) is float and abs(value) == 2.5
    with pytest.raises(TypeError, match="n must be a whole number above zero, but .*(2.5|5, 2)"):
        checks.positive("n", given, whole=True)


@pytest.mark.parametrize("given", [True, np.True_, "5", None, 5j, [5], np.array([5]), Decimal(5)], ids=repr)
def test_what_is_no_number_is_named(given):
    for check in (checks.positive, checks.finite):
        with pytest.raises(TypeError, match="n must be a .*number.*, but .* was given"):
            check("n", given)


@pytest.mark.parametrize(
    "given", [math.nan, math.inf, -math.inf, np.float32("nan"), Fraction(10**400, 3)], ids=str
)
def test_what_is_not_finite_is_named(given):
    for check in (checks.positive, checks.finite):
        with pytest.raises(ValueError, match="x must be a .*number.*, but .* was given"):
            check("x", given)


def test_a_rate_that_single_precision_does_not_hold_is_refused():
    for given in (1e-50, 7e-46, 1e39, 10**400):
        with pytest.raises(
            ValueError, match="lr must be .* in single precision too|lr must be a number above"
        ):
            checks.positive("lr", given, single=True)
    assert checks.positive("lr", 1e-50) == 1e-50 and checks.positive("lr", 1.5e-45, single=True) == 1.5e-45
    assert checks.positive("noise", 0, zero=True, single=True) == 0
    with pytest.raises(ValueError, match="mean must be a finite number in single precision too"):
        checks.finite("mean", -1e39)


@pytest.mark.parametrize(
    ("given", "allowed", "wanted"),
    [("D", ("D", "G"), "D"), (np.str_("D"), ("D", "G"), "D"), (np.int64(10), (0, 10), 10)],
    ids=["str", "np.str_", "np.int64"],
)
def test_one_of_gives_back_what_is_allowed(given, allowed, wanted):
    found = checks.one_of("first", given, allowed)
    assert found == wanted and type(found) is type(wanted)


@pytest.mark.parametrize("given", ["X", None, ["D"], np.array(["D", "G"]), {}, False, 1], ids=repr)
def test_one_of_names_what_is_allowed(given):
    with pytest.raises(ValueError, match="first must be one of D, G, 0, but"):
        checks.one_of("first", given, ("D", "G", 0))
