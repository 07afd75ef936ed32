"""Your own points: at any scale, from any file, and never changed without a word."""

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gan_teach import targets

OTHERS = [
    targets.gaussian(),
    targets.ring(),
    targets.two_moons(),
    targets.points([[1.0, 9.0]], standardise=False),
]


def clusters(scale=1.0, shift=0.0):
    rng = np.random.default_rng(0)
    centres = np.array([[0.25, 0.75], [0.75, 0.25]])[rng.integers(2, size=400)]
    return shift + scale * (centres + 0.06 * rng.normal(size=(400, 2)))


@pytest.mark.parametrize("scale", [1.0, 6.0, 1e-200, 1e12, 1e300])
def test_points_are_played_with_at_one_scale_whatever_their_own(scale):
    own, plain = targets.points(clusters(scale)), targets.points(clusters())
    assert own.rows.mean(0).abs().max() < 1e-6 and (own.rows.std(0, unbiased=False) - 1).abs().max() < 1e-6
    assert torch.allclose(own.rows, plain.rows, atol=1e-5)
    assert np.allclose(own.to_own(own.rows).numpy() / scale, clusters(), rtol=1e-6)
    assert own.own_scale == pytest.approx(scale * plain.own_scale) and own.own_scale.dtype == np.float64


def test_columns_as_different_as_seconds_and_metres_are_both_seen():
    rows = clusters() * [1e6, 1e-3] + [1.7e9, 0]
    own = targets.points(rows)
    assert (own.rows.std(0, unbiased=False) - 1).abs().max() < 1e-6
    assert np.allclose(own.to_own(own.rows.numpy()), rows, rtol=1e-7)


def test_a_constant_column_becomes_zero_and_comes_back():
    own = targets.points([[0.1, 1.0], [0.1, 2.0], [0.1, 3.0]])
    assert own.rows[:, 0].tolist() == [0, 0, 0] and own.to_own(own.rows).tolist()[0] == pytest.approx(
        [0.1, 1.0]
    )
    assert targets.points([7.5]).to_own(targets.points([7.5]).rows).tolist() == [[7.5]]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e-3, 1e-3)), min_size=1, max_size=20))
def test_there_and_back(rows):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        own = targets.points(rows)
    x = np.array(rows)
    span = np.ptp(x, axis=0)
    assert (np.abs(own.to_own(own.to_standard(x)) - x) <= 2e-6 * span + 1e-12 * np.abs(x).max(0)).all()
    (a, b), (c, d) = own.own_window
    assert a <= x[:, 0].min() and x[:, 0].max() <= b and c <= x[:, 1].min() and x[:, 1].max() <= d


def test_kinds_and_shapes_of_what_is_converted():
    own = targets.points(clusters(100, 5))
    grid = np.zeros((4, 3, 2), np.float32)
    assert own.to_own(grid).shape == (4, 3, 2) and own.to_own(grid).dtype == np.float64
    assert own.to_own(torch.zeros(3, 2)).dtype == torch.float64
    assert (
        own.to_standard(grid).dtype == np.float32
        and own.to_standard(torch.zeros(3, 2)).dtype == torch.float32
    )
    for call in (own.to_own, own.to_standard):
        with pytest.raises(ValueError, match=r"x must have the shape \[\.\.\., 2\].*\[5\]"):
            call(np.zeros(5))


@pytest.mark.parametrize("target", OTHERS, ids=str)
def test_where_nothing_was_standardised_nothing_is_converted(target):
    x = target.sample(5, torch.Generator().manual_seed(0))
    assert torch.equal(torch.as_tensor(target.to_own(x)).float(), x)
    assert torch.equal(torch.as_tensor(target.to_standard(x)), x)
    assert target.own_scale.tolist() == [1.0] * target.dim
    assert np.allclose(target.own_window, target.window)


def test_the_scale_is_left_alone_if_asked():
    assert targets.points([[1, 200], [3, 400]], standardise=False).rows.tolist() == [[1, 200], [3, 400]]


def test_times_that_differ_by_one_second_stay_different():
    times = [1700000001.0, 1700000002.0, 1700000003.0]
    own = targets.points(times)
    assert len(set(own.rows.flatten().tolist())) == 3
    assert own.to_own(own.rows).flatten().tolist() == pytest.approx(times, abs=1e-6)


@pytest.mark.parametrize(
    ("source", "options", "counts"),
    [
        ([1700000001.0, 1700000002.0, 1700000003.0], {"standardise": False}, "of 3 .* only 1 .*17000000"),
        ([0.0, 1.0, 1e12, 2e12], {}, r"of 4 .* only 3 .*\[0.0\] and \[1.0\]"),
        (np.array([2**60, 2**60 + 1, 2**60 + 2]), {}, "of 3 .* only 1 "),
        ([[1.0, 0.0], [9.0, 1e-12], [1.0, 2e-12], [5.0, 9.0]], {}, "of 4 .* only 3 "),
    ],
    ids=["as they are", "two scales", "large whole numbers", "not neighbours in order"],
)
def test_points_that_fall_together_in_single_precision_are_named(source, options, counts):
    with pytest.warns(UserWarning, match=counts):
        targets.points(source, **options)


def test_points_that_stay_apart_are_passed_in_silence():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        targets.points([[1.0, 2.0], [1.0, 2.0], [3.0, 4.0]])  # the same point twice is no loss
        targets.points(clusters())


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (["a", "b"], "array of numbers.*<U1"),
        ([[1, 2], [3]], "array of numbers"),
        ([1 + 2j], "array of numbers.*complex"),
        (np.array(["2020-01-01"], "M8[D]"), "array of numbers.*datetime"),
        ({"x": 1}, "array of numbers"),
        (None, r"shape .*, but \[\] was given"),
        ([1.0, None], "finite, but row 1, column 0 is nan"),
        ([], r"n > 0, but \[0, 1\]"),
    ],
)
def test_what_is_no_array_of_numbers_is_named(source, says):
    with pytest.raises(ValueError, match=says):
        targets.points(source)


def test_numbers_beyond_single_precision_need_a_scale():
    with pytest.raises(ValueError, match="row 1, column 0 is 1e[+]?39, beyond single precision"):
        targets.points([0.0, 1e39], standardise=False)
    assert targets.points([-1.7e308, 1.7e308]).rows.flatten().tolist() == [-1, 1]


# --- files


def written(tmp_path, content):
    path = tmp_path / "mine.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("nan,nan\n1,2\n", "line 1, column 1: a finite number is needed, not 'nan'"),
        ("inf\n1\n", "line 1, column 1"),
        ("1.2.3\n4\n", "line 1, column 1.*'1.2.3'"),
        ("NA,n/a\n1,2\n", "line 1, column 1.*'NA'"),
        ("-,-\n1,2\n", "line 1, column 1"),
        ("12px\n1\n", "line 1, column 1.*'12px'"),
        ("2024-01-01\n1\n", "line 1, column 1"),
        ('"1,5","2,5"\n1,2\n', "line 1, column 1.*'1,5'"),
        ("x,2024\n1,2\n", "line 1, column 1.*'x'"),
        ("x,y\nu,v\n1,2\n", "line 2, column 1.*'u'"),
        ('1,2\n3,"4\n5,6\n', "line 2: a quote is not closed"),
        ('1,2\n3,"4"x\n', "line 2: a quote is not closed, or stands in a wrong place"),
        ('1,2\n"' + "3" * 200_000 + "\n", "line 2: a quote is not closed"),
    ],
)
def test_what_is_neither_a_number_nor_a_heading_is_refused(tmp_path, text, complaint):
    with pytest.raises(ValueError, match=f"mine.csv, {complaint}"):
        targets.points(written(tmp_path, text))


@pytest.mark.parametrize(
    "heading", ["x,y", '"width","height"', "高度,宽度", "Größe,Höhe", ",y", "t (s),v (m/s)"]
)
def test_a_heading_is_left_out_and_the_target_says_so(tmp_path, heading):
    own = targets.points(written(tmp_path, f"{heading}\n1,2\n3,5\n"), standardise=False)
    assert own.rows.tolist() == [[1, 2], [3, 5]]
    assert "2 rows of mine.csv, without its heading" in repr(own) and heading.split(",")[1].strip(
        '"'
    ) in repr(own)
    assert "heading" not in repr(targets.points(written(tmp_path, "1,2\n3,5\n")))


def test_a_file_of_another_encoding_is_named(tmp_path):
    path = written(tmp_path, "Größe,Höhe\n1,2\n".encode("cp1252"))
    with pytest.raises(
        ValueError, match="mine.csv, line 1: byte 0xf6 is not text in the encoding utf-8.*cp1252"
    ):
        targets.points(path)
    assert "Größe, Höhe" in repr(targets.points(path, encoding="cp1252"))
    with pytest.raises(ValueError, match="encoding must be .*'klingon'"):
        targets.points(path, encoding="klingon")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_mark_at_the_beginning_says_the_encoding(tmp_path, encoding):
    own = targets.points(written(tmp_path, "Größe,Höhe\r\n1,2\r\n".encode(encoding)), standardise=False)
    assert own.rows.tolist() == [[1, 2]] and "Größe, Höhe" in repr(own)
