"""What chapter 27 counts with: scans with known lesions, alarms, marks of forgeries, and who was there."""

import math

import pytest
import torch

from gan_teach import nets
from gan_teach.images import alarms, anomaly, forgery, forgery_models, member_models, scan_models
from gan_teach.images.town import scans


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_a_lesion_is_where_the_mask_says_and_nowhere_else():
    ill = scans.sample(20, dice(), contrast=0.2, radius=(0.1, 0.2))
    bare, covered = ill.but(contrast=0.0), scans.mask(ill)
    assert covered.shape == (20, 1, 24, 24) and (covered.amax((1, 2, 3)) > 0.9).all()
    assert scans.mask(bare).abs().max() == 0
    for machine, gain in ((scans.ct, 1.0), (scans.mr, 2.0)):
        wanted = (machine(bare) + gain * 0.2 * covered).clamp(0, 1)
        assert torch.allclose(machine(ill), wanted, atol=1e-6)
    assert (scans.ct(bare) - scans.mr(bare)).abs().max() > 0.3


def test_lesions_lie_within_the_body():
    ill = scans.sample(500, dice(), contrast=0.2, radius=0.05)
    air = scans.ct(ill.but(contrast=0.0)) == 0
    assert float((scans.mask(ill) * air).sum()) == 0


def test_fixing_a_factor_leaves_the_others():
    one, other = scans.sample(9, dice()), scans.sample(9, dice(), radius=0.2, contrast=(0.1, 0.3))
    assert torch.equal(one.width, other.width) and torch.equal(one.angle, other.angle)
    assert (one.contrast == 0).all() and (other.radius == 0.2).all() and other.contrast.min() >= 0.1
    assert len(one[2:5]) == 3 and torch.equal(one[one.width > 0.8].width, one.width[one.width > 0.8])


def test_the_town_hospital_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="a factor must be one of width, .* but 'liver' was given"):
        scans.sample(3, dice(), liver=1.0)
    with pytest.raises(ValueError, match="radius must be a number from 0.05 to 0.3, but 0.5 was given"):
        scans.sample(3, dice(), radius=0.5)
    with pytest.raises(ValueError, match=r"one value for each of the 3 scans, but \[2\] was given"):
        scans.sample(3, dice(), radius=torch.tensor([0.1, 0.2]))
    with pytest.raises(ValueError, match="n must be a whole number above zero"):
        scans.sample(0, dice())
    with pytest.raises(ValueError, match="amount must be a number of zero or more"):
        scans.grained(torch.zeros(1, 1, 4, 4), dice(), -1.0)


def test_the_auc_is_the_mean_over_pairs_and_the_area_of_its_curve():
    quiet = torch.randint(6, (40,), generator=dice()).float()
    loud = torch.randint(9, (30,), generator=dice(1)).float()
    pairs = (loud[:, None] > quiet).double() + (loud[:, None] == quiet).double() / 2
    assert alarms.auc(quiet, loud) == pytest.approx(float(pairs.mean()))
    assert alarms.area(*alarms.roc(quiet, loud)) == pytest.approx(alarms.auc(quiet, loud))
    assert alarms.auc(torch.zeros(3), torch.zeros(4)) == 0.5
    assert alarms.auc(quiet, quiet + 100) == 1 and alarms.best_accuracy(quiet, quiet + 100) == 1


def test_alarms_refuse_what_does_not_fit():
    with pytest.raises(ValueError, match=r"quiet must be numbers \[n\], at least one, but \[0\] was given"):
        alarms.auc(torch.zeros(0), torch.zeros(2))
    with pytest.raises(ValueError, match="loud must be numbers, but 1 of them are none"):
        alarms.auc(torch.zeros(2), torch.tensor([0.0, math.nan]))
    with pytest.raises(ValueError, match="base must be a share from 0 to 1, but 2 was given"):
        alarms.meant(0.9, 0.1, 2)
    with pytest.raises(ValueError, match="never given"):
        alarms.meant(0.0, 0.0, 0.1)
    assert alarms.meant(0.99, 0.01, 0.001) == pytest.approx(0.0902, abs=1e-4)


def test_the_classical_answers():
    x = torch.randn(30, 1, 8, 8, generator=dice())
    assert torch.allclose(anomaly.of_mean(x)(x[:2])[0], x.mean(0))
    assert torch.equal(anomaly.of_nearest(x)(x[3:5] + 1e-3), x[3:5])
    assert torch.allclose(anomaly.of_components(x, 30)(x), x, atol=1e-4)
    errors = [anomaly.residual(x, anomaly.of_components(x, k)(x), "sum").mean() for k in (1, 5, 20)]
    assert errors[0] > errors[1] > errors[2]
    with pytest.raises(ValueError, match="count must be at most 30, but 31 was given"):
        anomaly.of_components(x, 31)
    with pytest.raises(ValueError, match="how must be one of sum, peak"):
        anomaly.residual(x, x, "mean")


def test_a_spot_of_3_x_3_is_the_peak():
    x = torch.zeros(1, 1, 12, 12)
    x[..., 4:7, 4:7] = -0.5
    assert anomaly.residual(x, torch.zeros_like(x)).item() == pytest.approx(0.5)


def test_the_search_comes_nearer():
    G = nets.initialise(scan_models.blank("scans G"), 0)
    x, start = G(torch.randn(3, 16, generator=dice())).detach(), torch.randn(3, 16, generator=dice(1))
    far = [(G(z) - x).square().mean() for z in (start, anomaly.inverted(G, x, start, 20))]
    assert far[1] < far[0] / 2
    with pytest.raises(ValueError, match=r"side 24, but \[1, 1, 8, 8\] was given"):
        anomaly.Encoder()(torch.zeros(1, 1, 8, 8))


def test_lesions_are_counted_on_true_scans_without_error():
    for who, (there, _) in scan_models.judged().items():
        true = scan_models.seen_by("mr", there, 5)
        assert scan_models.lesions(true, there) == ((1, 1) if who == "ill" else (0, 0))


def test_collections_hold_the_share_that_is_asked_for():
    for share in (0.0, 0.5, 1.0):
        there = scan_models.collection(40, 1, share)
        assert float((there.contrast > 0).float().mean()) == share
    with pytest.raises(ValueError, match="machine must be one of ct, mr"):
        scan_models.seen_by("x-ray", there, 1)


def test_cosines_are_orthogonal_and_a_fine_step_changes_nothing():
    C = forgery.cosines(8)
    assert torch.allclose(C @ C.T, torch.eye(8).double(), atol=1e-12)
    x = torch.rand(2, 3, 16, 24, generator=dice())
    assert (forgery.compressed(x, 0.01) - x).abs().max() < 0.004
    flat = torch.full((1, 1, 8, 8), 100 / 255)
    assert (forgery.compressed(flat, 4) - flat).abs().max() < 2 / 255 + 1e-6
    coarse = (forgery.compressed(x, 30) - x).abs().mean()
    assert coarse > (forgery.compressed(x, 4) - x).abs().mean() > 0.004
    with pytest.raises(ValueError, match=r"multiples of 8, but \[1, 1, 12, 8\] was given"):
        forgery.compressed(torch.zeros(1, 1, 12, 8), 4)
    with pytest.raises(ValueError, match="step must be a number above zero"):
        forgery.compressed(x, 0)


def test_a_wave_stands_at_its_frequency():
    wave = torch.cos(2 * math.pi * 5 * torch.arange(32) / 32).expand(1, 1, 32, 32)
    assert forgery.spectrum(wave).argmax().item() == 5 and forgery.spectrum(wave).shape == (1, 17)


def test_a_line_tells_what_a_line_can():
    a, b = (
        torch.randn(200, 3, generator=dice()),
        torch.randn(200, 3, generator=dice(1)) + torch.tensor([4.0, 0, 0]),
    )
    line = forgery.Linear(a, b)
    assert forgery_models.accuracy(line(a), line(b)) > 0.95
    assert forgery_models.accuracy(line(b), line(a)) < 0.05


def test_damages_and_names_are_checked():
    x = torch.rand(2, 3, 32, 32, generator=dice())
    assert torch.equal(forgery_models.damaged(x, "none"), x)
    for how in forgery_models.DAMAGES[1:]:
        assert (
            0 < (forgery_models.damaged(x, how) - x).abs().max() and forgery_models.damaged(x, how).max() <= 1
        )
    with pytest.raises(ValueError, match="how must be one of none, compressed"):
        forgery_models.damaged(x, "torn")
    for models in (scan_models, member_models, forgery_models):
        with pytest.raises(ValueError, match="name must be one of"):
            models.start("nobody")
        with pytest.raises(ValueError, match="name must be one of"):
            models.blank("nobody")


def test_members_differ_by_seed_and_are_no_outsiders():
    first, second = (member_models.members("members 30", seed) for seed in (0, 1))
    assert first.shape == (30, 3, 16, 16) and not torch.equal(first, second)
    assert torch.equal(first, member_models.members("members 30", 0))
    others = member_models.outsiders(60)
    assert torch.cdist(first.flatten(1), others.flatten(1)).min() > 0
    assert (member_models.nearness(first[:3], first) > -1e-2).all()


def test_short_courses_run_and_are_the_same_again():
    one, two = (scan_models.start("scans autoencoder", 0, 2).run() for _ in range(2))
    assert one.done == 2
    weights = [next(scan_models.finished(t)["E"].parameters()) for t in (one, two)]
    assert torch.equal(*weights)
