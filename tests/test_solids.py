"""The town's solids: voxels that are what the factors say, pictures of them, and the rules that judge
them."""

import math

import pytest
import torch

from gan_teach.images.town import solids


def some(n=40, seed=0):
    return solids.sample(n, torch.Generator().manual_seed(seed))


def of(**factors):
    given = {
        "body": 0,
        "roof": 0,
        "shed": 0,
        "width": 4.0,
        "depth": 3.5,
        "height": 5.0,
        "rise": 3.0,
    } | factors
    return solids.Solids(**{name: torch.tensor([value]) for name, value in given.items()})


def test_a_box_has_the_volume_of_its_factors():
    v = solids.voxels(of())
    assert v.shape == (1, 16, 16, 16) and 0 <= v.min() and v.max() <= 1
    assert v.sum() == pytest.approx(8 * 7 * 5, rel=0.03)
    gable = solids.voxels(of(roof=1)).sum() - v.sum()
    assert gable == pytest.approx(8 * 7 * 3 / 2, rel=0.05)
    round_tower = solids.voxels(of(body=1)).sum()
    assert round_tower == pytest.approx(math.pi * 4 * 3.5 * 5, rel=0.03)


def test_all_solids_stand_and_no_cell_hangs():
    there = some(200)
    v = solids.voxels(there)
    assert solids.pieces(v).max() == 1 and solids.hanging(v).max() == 0
    assert v[:, :, 0].max() == 0 and v[:, :, -1].max() == 0 and v[:, -1].max() == 0  # inside the box


def test_sheds_stand_where_they_should_and_are_hidden_from_the_front():
    there = some()
    none, left, right = (solids.voxels(there.but(shed)) for shed in solids.SHEDS)
    assert torch.equal(solids.in_shed(there, left), torch.tensor([1.0, 0.0]).expand(40, 2))
    assert torch.equal(solids.in_shed(there, right), torch.tensor([0.0, 1.0]).expand(40, 2))
    assert solids.in_shed(there, none).max() == 0
    seen = [solids.view(v) for v in (none, left, right)]
    assert max(float((x - seen[0]).abs().max()) for x in seen[1:]) < 0.03
    behind = [solids.view(v, math.pi) for v in (none, left, right)]
    assert min(float((x - behind[0]).abs().amax((1, 2, 3)).min()) for x in behind[1:]) > 0.1


def test_a_picture_is_paper_where_nothing_is_and_turns_all_the_way_around():
    empty = torch.zeros(1, 16, 16, 16)
    assert torch.allclose(solids.view(empty), torch.full((1, 1, 24, 24), solids.PAPER))
    v = solids.voxels(some(3))
    x = solids.view(v)
    assert x.shape == (3, 1, 24, 24) and 0 <= x.min() and x.max() <= 1
    assert torch.allclose(solids.view(v, 0.4), solids.view(v, 0.4 + 2 * math.pi), atol=1e-5)
    assert torch.equal(solids.spin(v[:1], 4)[1], solids.view(v[:1], math.pi / 2)[0])
    up = v.roll(1, 1)  # a floor higher, a floor higher in the picture
    rows = [(solids.PAPER - p).sum((0, 1, 3)) for p in (solids.view(v), solids.view(up))]
    middle = [float((r * torch.arange(24)).sum() / r.sum()) for r in rows]
    assert middle[0] - middle[1] == pytest.approx(1 / solids.PIXEL, abs=0.3)


def test_a_picture_can_be_asked_for_its_slope():
    v = solids.voxels(some(2)).requires_grad_()
    solids.view(v, torch.tensor(0.3)).sum().backward()
    assert v.grad.abs().sum() > 0


def test_overlap_pieces_and_hanging_count_cells():
    a = torch.zeros(1, 16, 16, 16)
    a[0, 0, 3, 3:7] = 1
    b = a.roll(2, 3)
    assert solids.overlap(a, b).item() == pytest.approx(2 / 6) and solids.overlap(a, a).item() == 1
    assert solids.overlap(0 * a, 0 * a).item() == 1
    assert solids.pieces(a).item() == 1 and solids.pieces(a + a.roll(5, 2)).item() == 2
    corner = a.clone()
    corner[0, 0, 4, 7] = 1  # touches only with an edge
    assert solids.pieces(corner).item() == 2
    assert solids.hanging(a).item() == 0 and solids.hanging(a.roll(1, 1)).item() == 1
    assert solids.hanging(a + a.roll(1, 1)).item() == 0


def test_what_can_not_be_is_refused_by_name():
    with pytest.raises(ValueError, match="width must be a number from 4.0 to 6.0, but 9.0"):
        of(width=9.0)
    with pytest.raises(ValueError, match="roof must be one of flat, gable, pointed, dome, or 0 to 3, but 7"):
        of(roof=7)
    with pytest.raises(ValueError, match="shed must be one of none, left, right, but 'front'"):
        of().but("front")
    with pytest.raises(ValueError, match=r"voxels must be \[n, 16, 16, 16\], but \[2, 16, 16\]"):
        solids.view(torch.zeros(2, 16, 16))
    with pytest.raises(ValueError, match="turn must be a finite number"):
        solids.view(torch.zeros(1, 16, 16, 16), math.inf)
    with pytest.raises(ValueError, match="n must be a whole number above zero"):
        solids.sample(0, torch.Generator())
