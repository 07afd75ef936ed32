"""The town's reader: what it reads off photographs, what it says it can't see, what its features notice."""

import pytest
import torch

from gan_teach.images import quality, trained
from gan_teach.images.classifier import in_parts
from gan_teach.images.town import reader, rubbish
from gan_teach.images.town.citizens import CONTINUOUS, DISCRETE, FACTORS, Citizens, sample, visible

POLICE = DISCRETE["role"].index("police")
HIDDEN = ["hair", "hat", "clothes"]


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def net():
    return trained.load("reader")


@pytest.fixture(scope="module")
def crowd():
    """Fresh citizens, with whom nobody trained or measured before, and their photographs."""
    citizens = sample(1500, dice(4321))
    return citizens, reader.photos(citizens)


@pytest.mark.parametrize("night", [0, 1])
def test_the_shipped_reader_reads_fresh_photographs_as_its_entry_says(net, crowd, night):
    citizens = crowd[0].but(night=night)
    stated = trained.index()["reader"]["night" if night else "day"]
    found = reader.accuracy(net, citizens)
    assert set(found) == set(stated) == {*FACTORS, *(f"{name} unseen" for name in HIDDEN)}
    for name, value in found.items():
        if name in CONTINUOUS:
            assert value <= 0.05 and value == pytest.approx(stated[name], abs=0.005), name
        else:
            assert value >= 0.975 and value == pytest.approx(stated[name], abs=0.015), name


def test_it_answers_with_names_and_says_what_can_not_be_seen(net, crowd):
    citizens, pictures = crowd
    found, shown = reader.read(net, pictures), visible(citizens)
    assert isinstance(found.citizens, Citizens) and set(found.seen) == set(FACTORS)
    assert set(found.sure) == set(DISCRETE)
    hats, true = found.names("hat"), citizens.names("hat")
    right = sum(
        said == (name if seen else reader.UNSEEN) for said, name, seen in zip(hats, true, shown["hat"])
    )
    assert right >= 0.98 * len(citizens)
    assert {name for name, seen in shown.items() if not seen.all()} == set(HIDDEN)
    # What every photograph shows is always said to be seen, nearly.
    assert all(found.seen[name].float().mean() > 0.99 for name in FACTORS if name not in HIDDEN)


def test_it_is_less_sure_of_rubbish_and_sees_less_in_it(net, crowd):
    pictures, draw = crowd[1], dice(1)
    shown = {
        "photographs": pictures,
        "blends": (pictures + pictures.roll(-1, 0)) / 2,
        "tiles": rubbish.tiles(pictures, draw),
        "noise": torch.rand(pictures.shape, generator=draw),
    }
    readings = {name: reader.read(net, x) for name, x in shown.items()}
    sure = {name: torch.stack(list(r.sure.values())).mean() for name, r in readings.items()}
    seen = {name: torch.stack(list(r.seen.values())).float().mean() for name, r in readings.items()}
    apart = {name: reader.misfit(r, shown[name]).mean() for name, r in readings.items()}
    assert sure["photographs"] > 0.98 and max(sure["blends"], sure["tiles"]) < 0.9 and sure["noise"] < 0.6
    assert seen["photographs"] > 0.9 and seen["noise"] < 0.05
    assert apart["photographs"] < 0.03 and min(apart["blends"], apart["tiles"], apart["noise"]) > 0.1


def test_features_notice_damage(net, crowd):
    citizens, pictures = crowd
    other = reader.photos(sample(1500, dice(99)))

    def far(x, kept=slice(None)):
        real, fake = (in_parts(net.features, y) for y in (pictures[kept], x[kept]))
        return quality.frechet(real, fake)

    floor = far(other)
    bare = reader.photos(sample(1500, dice(99), glasses=0))
    damage = {
        "blurred": rubbish.blurred(other),
        "halves": rubbish.halves(other),
        "nobody has glasses": bare,
    }
    assert in_parts(net.features, pictures).shape == (1500, reader.FEATURES)
    assert {name for name, x in damage.items() if far(x) < 2.5 * floor} == set()
    precision, recall = quality.precision_recall(*(in_parts(net.features, x[:750]) for x in (pictures, bare)))
    assert precision > recall  # bare faces are all possible, but half of the town is missing


def test_misfit_is_small_only_for_the_picture_that_was_read(net, crowd):
    pictures = crowd[1][:50]
    found = reader.read(net, pictures)
    assert (reader.misfit(found, pictures) < reader.misfit(found, pictures.roll(-1, 0))).all()


def test_targets_are_the_factors_and_weights_what_is_visible():
    citizens = sample(60, dice())
    targets, weights = reader.wanted(citizens)
    assert targets.shape == (60, reader.OUTPUTS) and weights.shape == (60, len(FACTORS))
    shown = visible(citizens)
    for i, (name, place) in enumerate(reader.PLACES.items()):
        part, values = targets[:, place], getattr(citizens, name)
        if name in DISCRETE:
            assert torch.equal(part.argmax(1), values) and torch.equal(part.sum(1), torch.ones(60))
        else:
            low, high = CONTINUOUS[name]
            assert torch.allclose((part[:, 0] + 1) / 2 * (high - low) + low, values, atol=1e-6)
        assert torch.equal(weights[:, i], shown[name].float())
        assert torch.equal(targets[:, reader.VALUES + i], shown[name].float())


def test_a_hidden_factor_has_no_slope():
    citizens = sample(30, dice(), role=POLICE)
    targets, weights = reader.wanted(citizens)
    numbers = torch.randn(30, reader.OUTPUTS, generator=dice(), requires_grad=True)
    reader.loss(numbers, targets, weights).backward()
    for name in ("hat", "clothes"):
        assert not numbers.grad[:, reader.PLACES[name]].any()
    assert numbers.grad[:, reader.PLACES["role"]].all() and numbers.grad[:, reader.VALUES :].all()


def test_a_batch_has_blends_noise_and_photographs():
    citizens = sample(32, dice())
    x = reader.photos(citizens)
    wants = reader.wanted(citizens)
    pictures, targets, weights = reader.batch(x, *wants, dice(1))
    blends, plain, noise = slice(0, 4), slice(4, 30), slice(30, 32)
    assert torch.equal(targets[plain], wants[0][plain]) and torch.equal(weights[plain], wants[1][plain])
    assert torch.equal(targets[noise], reader.NOTHING.expand(2, -1))
    roles = targets[:, reader.PLACES["role"]]
    assert ((roles[blends] < 0.81) | (roles[blends] == roles[blends].round())).all()
    assert torch.allclose(roles.sum(1), torch.ones(32))
    lines = [i for i, name in enumerate(FACTORS) if name in CONTINUOUS]
    assert not weights[blends][:, lines].any() and not weights[noise][:, lines].any()
    assert (pictures - x).abs().mean((1, 2, 3))[blends].min() > 0.03
    assert pictures.min() >= 0 and pictures.max() <= 1 and torch.equal(x, reader.photos(citizens))


def test_a_training_is_the_same_again_and_learns():
    first, second = (reader.fit(12, citizens=64, batch_size=16, progress=False) for _ in range(2))
    same = all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters()))
    assert same and not first.training
    citizens = sample(64, dice(0))
    before, after = (
        reader.loss(net(reader.photos(citizens)), *reader.wanted(citizens))
        for net in (reader.fit(1, citizens=64, batch_size=16, progress=False), first)
    )
    assert after < before


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda net: net(torch.rand(2, 3, 16, 16)), ValueError, r"\[n, 3, 32, 32\], but \[2, 3, 16, 16\]"),
        (lambda net: net.features(torch.rand(3, 32, 32)), ValueError, r"but \[3, 32, 32\] was given"),
        (lambda net: net.features(torch.full((1, 3, 32, 32), -0.5)), ValueError, "from -0.5 to -0.5"),
        (lambda net: net(torch.full((1, 3, 32, 32), float("nan"))), ValueError, "from nan to nan"),
        (lambda net: reader.read(net, 255 * torch.rand(4, 3, 32, 32)), ValueError, r"must be in \[0, 1\]"),
        (lambda net: reader.read(net, torch.rand(4, 3, 32, 32)).names("nose"), ValueError, "'nose'"),
        (lambda net: reader.read(net, torch.rand(4, 3, 32, 32)).names("age"), ValueError, "'age'"),
        (
            lambda net: reader.misfit(reader.read(net, torch.rand(4, 3, 32, 32)), torch.rand(3, 3, 32, 32)),
            ValueError,
            "one picture for each of the 4 readings, but 3 were given",
        ),
        (lambda net: reader.fit(0), ValueError, "steps must be a whole number above zero, but 0"),
        (lambda net: reader.fit(5, batch_size=1.5), TypeError, "batch_size must be a whole number"),
        (lambda net: reader.fit(5, lr=-1), ValueError, "lr must be"),
        (lambda net: rubbish.noise(2, dice(), 20), ValueError, "a multiple of 16, but 20"),
        (lambda net: rubbish.blurred(torch.rand(1, 3, 8, 8), 0), ValueError, "times must be"),
    ],
)
def test_what_can_not_be_read_is_refused_in_words(net, call, error, words):
    with pytest.raises(error, match=words):
        call(net)


def test_no_picture_is_no_reading(net):
    assert len(reader.read(net, torch.zeros(0, 3, 32, 32)).citizens) == 0


def test_rubbish_is_in_range_and_keeps_what_it_says():
    x = reader.photos(sample(6, dice()))
    for made in (rubbish.noise(6, dice()), rubbish.worn(x, dice()), rubbish.blurred(x, 2)):
        assert made.shape == x.shape and made.min() >= 0 and made.max() <= 1
    mixed = rubbish.halves(x)
    assert torch.equal(mixed[:, :, :16], x[:, :, :16]) and torch.equal(mixed[5, :, 16:], x[0, :, 16:])
    laid = rubbish.tiles(x, dice())
    assert torch.equal(laid.flatten(2).sort(2).values, x.flatten(2).sort(2).values)
    assert not torch.equal(laid, x)
    first = laid[0, :, :8, :8]  # one of the picture's own tiles
    assert any(
        torch.equal(first, x[0, :, i : i + 8, j : j + 8]) for i in range(0, 32, 8) for j in range(0, 32, 8)
    )
    flat = torch.full((1, 3, 8, 8), 0.3)
    assert torch.allclose(rubbish.blurred(flat), flat)
