"""The table of Part VI: what each line says follows from its values, and from nothing else."""

import math
from itertools import product

import numpy as np
import pytest

from gan_teach.experiments import scored, uses


def use(ours, control, best=1, **more):
    return uses.Use(23, "u", "m", best, lambda: ours, "beside", lambda: control, **more)


def test_nearer_is_nearer_to_the_best_from_whichever_side():
    near, far = [0.9, 1.1, 1.0], [0.5, 0.52, 0.54]
    assert use(near, far).word() == "nearer" and use(far, near).word() == "farther"
    assert use([1.5, 1.52, 1.54], near).word() == "farther"
    assert use([0.5, 0.9], [0.6, 0.9]).word() == "no difference seen"
    assert use(near, far, easier=True).word() == "not compared"


def test_times_nearer_has_an_error_and_is_refused_for_what_is_perfect():
    times, error = use([0.8, 0.9], [0.4, 0.6]).times()
    assert times == pytest.approx(0.5 / 0.15)
    assert error == pytest.approx(math.hypot(0.05 / 0.15, 0.1 / 0.5))
    with pytest.raises(ValueError, match="from the best is 0"):
        use([1.0, 1.0], [0.4, 0.6]).times()


def test_equal_values_without_an_error_are_not_apart():
    assert scored.standard_errors([1.0, 1.0], [1.0, 1.0]) == 0
    assert scored.standard_errors([2.0, 2.0], [1.0, 1.0]) == math.inf
    assert scored.standard_errors([1.0, 1.0], [2.0, 2.0]) == -math.inf


def test_each_line_has_three_trainings_and_its_values():
    for line in uses.USES:
        assert len(line.ours()) == len(line.control()) == 3, line
        assert "nan" not in " ".join(line.shown().values())
    html = scored.as_html([line.shown() for line in uses.USES])
    assert html.count("<tr>") == len(uses.USES) + 1


def test_pairs_that_nobody_has_shown_are_counted_as_they_are_numbered():
    [counts] = scored.of("making", "emojis gaps", "counts").reshape(3, 64)[:1]
    kinds = list(
        product(range(4), range(2), range(2), range(2), range(2))
    )  # hair, length, beard, glasses, hat
    total = counts.sum()

    def share(wanted):
        return sum(n for n, kind in zip(counts, kinds, strict=True) if wanted(*kind)) / total

    red, seeing = share(lambda h, *_: h == 3), share(lambda h, n, b, g, t: g == 1)
    long, hat = share(lambda h, n, *_: n == 1), share(lambda h, n, b, g, t: t == 1)
    both = share(lambda h, n, b, g, t: h == 3 and g == 1), share(lambda h, n, b, g, t: n == 1 and t == 1)
    assert uses._unseen()[0] == pytest.approx((both[0] / red / seeing + both[1] / long / hat) / 2)


def test_the_best_entropy_is_that_of_24_throws_of_a_fair_die():
    ways = [math.comb(24, a) * math.comb(24 - a, b) for a in range(25) for b in range(25 - a)]
    counts = np.array([(a, b, 24 - a - b) for a in range(25) for b in range(25 - a)]) / 24
    entropy = -(counts * np.log(np.where(counts > 0, counts, 1))).sum(1)
    [holes] = [line for line in uses.USES if line.use == "holes"]
    assert holes.best == pytest.approx(np.dot(ways, entropy) / 3**24, abs=5e-4)
