"""Dances: joints that keep their lengths, and a clock that can be read off any frame."""

import math

import pytest
import torch

from gan_teach.images.town import moving


def some(n=50, seed=0):
    dances = moving.sample(n, torch.Generator().manual_seed(seed))
    return dances, moving.movement(dances)


def test_what_is_read_off_is_what_was_drawn():
    dances, x = some()
    assert x.shape == (50, 16, 22)
    assert torch.allclose(
        moving.paces(x) * 16 / (2 * math.pi), dances.tempo[:, None].expand(-1, 15), atol=1e-3
    )
    assert torch.allclose(moving.sizes(x), dances.size[:, None].expand(-1, 16), atol=1e-4)
    first = torch.remainder(moving.phases(x)[:, 0] / (2 * math.pi) - dances.start + 0.5, 1) - 0.5
    assert first.abs().max() < 1e-3
    found = moving.report(x)
    assert found["limbs"] < 1e-4 and found["uneven"] < 1e-3 and found["forward"] == 1


def test_the_angles_come_back():
    _, x = some()
    size, turns = torch.tensor([0.7]), torch.linspace(0, 1, 16)[None]
    shown = moving.angles(moving.at(size, turns))[0]
    assert torch.allclose(shown, moving.poses(size.expand(16), 2 * math.pi * turns[0]), atol=1e-4)


def test_each_figure_of_a_report_finds_its_own_fault():
    _, x = some()
    luck = torch.Generator().manual_seed(1)
    mixed = moving.report(moving.shuffled(x, luck))
    assert mixed["limbs"] < 1e-4 and mixed["uneven"] > 3 and mixed["forward"] < 0.3
    straight = moving.report(moving.between(x))
    assert straight["limbs"] > 0.02
    still = moving.report(x[:, :1].expand(-1, 16, -1))
    assert still["forward"] == 0 and still["uneven"] < 1e-3
    backwards = moving.report(x.flip(1))
    assert backwards["forward"] == 0 and backwards["uneven"] < 1e-3
    long_legs = x.clone().unflatten(2, (-1, 2))
    long_legs[:, :, moving.JOINTS.index("left foot"), 1] += 0.2
    assert moving.report(long_legs.flatten(2))["limbs"] > 0.05


def test_shuffling_keeps_the_frames_and_between_keeps_the_key_frames():
    _, x = some(3)
    mixed = moving.shuffled(x, torch.Generator().manual_seed(0))
    assert not torch.equal(mixed, x)
    assert torch.equal(mixed.sum(2).sort(1).values, x.sum(2).sort(1).values)
    straight = moving.between(x)
    assert straight.shape == x.shape and torch.equal(straight[:, [0, 4, 8, 12, 15]], x[:, [0, 4, 8, 12, 15]])
    assert torch.allclose(straight[:, 2], (x[:, 0] + x[:, 4]) / 2, atol=1e-6)


def test_any_movement_can_be_drawn():
    x = moving.drawn(3 * torch.randn(2, 16, 22, generator=torch.Generator().manual_seed(0)))
    assert x.shape == (2, 16, 3, 32, 32) and 0 <= x.min() and x.max() <= 1


def test_what_can_not_be_is_refused_by_name():
    with pytest.raises(ValueError, match="tempo must be from 0.8 to 1.6, but 3.0"):
        moving.Dances(torch.tensor([0.8]), torch.tensor([3.0]), torch.tensor([0.0]))
    with pytest.raises(ValueError, match=r"start must be \[1\], but \[2\]"):
        moving.Dances(torch.tensor([0.8]), torch.tensor([1.0]), torch.zeros(2))
    with pytest.raises(ValueError, match=r"movements must be \[n, 16, 22\], 11 joints .* \[2, 16, 20\]"):
        moving.report(torch.zeros(2, 16, 20))
    with pytest.raises(ValueError, match="n must be a whole number above zero"):
        moving.sample(0, torch.Generator())
