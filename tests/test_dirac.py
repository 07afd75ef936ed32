"""The Dirac-GAN against closed forms and against the distances that arXiv:1801.04406's authors'
program."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_teach.exact.dirac import LOSSES, DiracGAN

strengths = st.floats(0.01, 5)


def root(x):
    return np.sqrt(complex(x))


def same(found, expected):
    """Equal to 1e-10, in whatever order."""
    return min(np.abs(found - np.array(order)).max() for order in (expected, expected[::-1])) < 1e-10


@given(strengths)
def test_eigenvalues_have_their_closed_forms(g):
    assert same(DiracGAN().eigenvalues(), [0.5j, -0.5j]) and same(
        DiracGAN("non_saturating").eigenvalues(), [0.5j, -0.5j]
    )
    assert same(DiracGAN("wasserstein").eigenvalues(), [1j, -1j])
    split = root(g**2 / 4 - 0.25)
    if abs(split) > 1e-4:  # at g = 1 the two meet, and rounding shows by its square root
        assert same(DiracGAN(r1=g).eigenvalues(), [-g / 2 + split, -g / 2 - split])
    split = root(g**4 / 16 - 0.25)
    if abs(split) > 1e-4:
        assert same(DiracGAN(noise=g).eigenvalues(), [-(g**2) / 4 + split, -(g**2) / 4 - split])
    assert same(DiracGAN(consensus=g).eigenvalues(), [-g / 4 + 0.5j, -g / 4 - 0.5j])


@given(st.floats(0.01, 3.9))
def test_moduli_have_their_closed_forms(h):
    game = DiracGAN()
    assert game.modulus(h) == pytest.approx(np.sqrt(1 + h**2 / 4), abs=1e-10)
    assert game.modulus(h, "alternating") == pytest.approx(1, abs=1e-9)
    assert game.modulus(h, "extragradient") == pytest.approx(np.sqrt(1 - h**2 / 4 + h**4 / 16), abs=1e-9)


def test_beyond_a_step_of_4_alternating_moves_run_away():
    assert DiracGAN().modulus(4.01, "alternating") == pytest.approx(1.152, abs=5e-4)


@pytest.mark.parametrize(
    "game, start, distance",
    [
        (DiracGAN(), (1, -1), "1.421"),
        (DiracGAN(), (1, 1), "1.495"),
        (DiracGAN("non_saturating"), (1, -1), "0.2839"),
        (DiracGAN("wasserstein", clip=1.0), (1, -1), "1.024"),
        (DiracGAN("wasserstein", gradient_penalty=0.7), (1, -1), "1.22"),
        (DiracGAN(r1=0.3), (1, -1), "2.3e-07"),
        (DiracGAN(r1=0.3), (1, 1), "3.2e-07"),
        (DiracGAN(r1=1.0), (1, -1), "7.48e-17"),
    ],
)
def test_distances_of_the_authors_program_after_500_alternating_steps(game, start, distance):
    found = float(np.linalg.norm(game.trajectory(start, h=0.2, steps=500)[-1]))
    digits = len(distance.split("e")[0].replace(".", "").lstrip("0"))
    assert f"{found:.{digits}g}" == f"{float(distance):.{digits}g}"


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("extra", [{}, {"r1": 0.4}, {"consensus": 0.7}])
def test_the_jacobian_is_that_of_the_field(loss, extra):
    game, h = DiracGAN(loss, **extra), 1e-5
    columns = [(game.field(*(h * e)) - game.field(*(-h * e))) / (2 * h) for e in np.eye(2)]
    assert np.allclose(np.stack(columns, axis=1), game.jacobian(), atol=1e-8)


def test_noise_is_averaged_exactly():
    rng = np.random.default_rng(0)
    fake, real = 0.7 + 0.5 * rng.normal(size=400_000), 0.5 * rng.normal(size=400_000)

    def s(a):
        return 1 / (1 + np.exp(-a))

    expected = [(-1.3 * s(-1.3 * fake)).mean(), (real * s(1.3 * real) - fake * s(-1.3 * fake)).mean()]
    assert np.allclose(DiracGAN(noise=0.5).field(0.7, -1.3), expected, atol=5e-3)


@pytest.mark.parametrize(
    "call, complaint",
    [
        (lambda: DiracGAN("hinge"), "loss must be one of"),
        (lambda: DiracGAN(r1=-1.0), "r1 must be"),
        (lambda: DiracGAN("wasserstein", noise=1.0), "noise changes nothing"),
        (lambda: DiracGAN(gradient_penalty=1.0).jacobian(), "kink"),
        (lambda: DiracGAN().modulus(0.1, "random"), "moves must be one of"),
        (lambda: DiracGAN().trajectory((1, 1), 0.0, 5), "h must be"),
        (lambda: DiracGAN().trajectory((1, 1), 0.1, 0), "steps must be"),
    ],
)
def test_bad_input_is_named(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call()
