"""The town: each picture shows its factors, all of them that can be seen, and nothing else."""

import re

import pytest
import torch
from torch.nn import functional

from gan_teach.images.town import captions, distances, figures, layers, portraits
from gan_teach.images.town.citizens import (
    CONTINUOUS,
    DISCRETE,
    FACTORS,
    GREY_AT,
    LEFT_OUT,
    Citizens,
    sample,
    visible,
)

POLICE = DISCRETE["role"].index("police")
# Where a picture may change with a factor: the parts in front, before and after. None: anywhere.
TOUCHES = {
    "role": ("clothes", "mask", "eyes", "hat", "glasses"),
    "skin": ("skin", "glasses", "mask"),
    "hair": ("hair", "beard", "glasses"),
    "hair_length": ("hair", "skin"),
    "beard": ("beard", "glasses"),
    "glasses": ("glasses", "eyes"),
    "hat": ("hat",),
    "clothes": ("clothes", "hat"),
    "background": ("background",),
    "night": None,
    "smile": ("mouth", "glasses"),
} | dict.fromkeys(("x", "y", "size", "age", "turn"), layers.PARTS[1:])
# Where two parts meet in one pixel, what is behind both of them shines through a little.
SEAMS = {"skin": 0.03, "hair": 0.06, "hair_length": 0.01}
STYLES = {
    "photo": portraits.photo,
    "painting": portraits.painting,
    "sketch": portraits.sketch,
    "emoji": portraits.emoji,
    "label_map": portraits.label_map,
}


def seeded(n=0):
    return torch.Generator().manual_seed(n)


def town(n=48, seed=0, **fixed):
    return sample(n, seeded(seed), **fixed)


def other(citizens, name, step=0.2):
    """The same citizens with one factor changed for all: the next value, or a step of the range inwards."""
    values = getattr(citizens, name)
    if name in DISCRETE:
        return citizens.but(**{name: (values + 1) % len(DISCRETE[name])})
    low, high = CONTINUOUS[name]
    step = step * (high - low)
    return citizens.but(**{name: torch.where(values > (low + high) / 2, values - step, values + step)})


def difference(first, second, style=portraits.photo):
    """The largest difference of a pixel's colours, [n, size, size]."""
    return (style(first) - style(second)).abs().amax(1)


def grown(mask, by):
    return functional.max_pool2d(mask, 2 * by + 1, 1, by)


@pytest.fixture(scope="module")
def base():
    """Some citizens, their photos, and their label map with four labels a pixel."""
    citizens = town(20)
    return citizens, portraits.photo(citizens), portraits.label_map(citizens, 64)


def places(labels, parts):
    """Where any of the parts is in front, however thin, and two pixels around it: [n, 32, 32]."""
    found = labels[:, [layers.PARTS.index(part) for part in parts]].amax(1, keepdim=True)
    return grown(functional.max_pool2d(found, 2), 2)[:, 0].bool()


def inner(mask):
    """The pixels of a mask [n, 1, size, size] all of whose neighbours are in it too: [n, size, size]."""
    return (1 - grown(1 - mask, 1))[:, 0].bool()


def double(citizens):
    return Citizens(**{k: v.double() if v.is_floating_point() else v for k, v in citizens.factors.items()})


def test_factors_are_uniform_on_their_values_and_independent():
    citizens = town(6000)
    for name, names in DISCRETE.items():
        shares = torch.bincount(getattr(citizens, name), minlength=len(names)) / len(citizens)
        assert shares.shape == (len(names),) and (shares - 1 / len(names)).abs().max() < 0.03
    for name, (low, high) in CONTINUOUS.items():
        values = (getattr(citizens, name) - low) / (high - low)
        assert values.min() >= 0 and values.max() <= 1
        assert (torch.histc(values, 5, 0, 1) / len(citizens) - 0.2).abs().max() < 0.03
    related = torch.corrcoef(torch.stack([v.double() for v in citizens.factors.values()]))
    assert (related - torch.eye(len(FACTORS))).abs().max() < 0.06


def test_the_table_and_the_class_name_the_same_factors():
    assert list(town(1).factors) == list(FACTORS) and {*DISCRETE} | {*CONTINUOUS} == {*FACTORS}
    assert {name for style in LEFT_OUT.values() for name in style} <= {*FACTORS} and {*TOUCHES} == {*FACTORS}


def test_factors_are_fixed_restricted_or_given():
    free = town(200)
    ages = torch.linspace(0, 1, 200)
    asked = dict(
        role="thief",
        glasses=1,
        hair=("red", "blond"),
        size=(0.42, 0.44),
        age=ages,
        x=0.1,
        night=["no", "yes"] * 100,
    )
    fixed = town(200, **asked)
    assert set(fixed.names("role")) == {"thief"} and set(fixed.names("hair")) == {"red", "blond"}
    assert (
        fixed.glasses.all() and fixed.size.min() >= 0.42 and fixed.size.max() <= 0.44 and fixed.size.std() > 0
    )
    assert torch.equal(fixed.age, ages) and (fixed.x == 0.1).all() and fixed.night.tolist() == [0, 1] * 100
    for name in set(FACTORS) - set(asked):
        assert torch.equal(getattr(fixed, name), getattr(free, name))


def test_factors_depend_on_those_drawn_so_far():
    bare = town(400, hat=lambda drawn: drawn["hat"] * (drawn["hair_length"] == 0))
    assert not bare.hat[bare.hair_length == 1].any() and bare.hat[bare.hair_length == 0].any()
    chain = town(
        400,
        age=(0.5, 1.0),
        smile=lambda drawn: 2 * drawn["age"] - 1,
        glasses=lambda drawn: drawn["smile"] > 0.5,
    )
    assert torch.allclose(chain.smile, 2 * chain.age - 1) and torch.equal(
        chain.glasses == 1, chain.age > 0.75
    )


def test_citizens_are_chosen_and_changed():
    citizens = town(10)
    assert torch.equal(citizens[2:4].age, citizens.age[2:4]) and len(citizens[-1]) == 1
    assert citizens[citizens.glasses == 1].glasses.all()
    red = citizens.but(hair="red", age=[0.1] * 10)
    assert (
        set(red.names("hair")) == {"red"} and torch.equal(red.skin, citizens.skin) and (red.age == 0.1).all()
    )


def test_the_book_of_styles_gives_shapes_and_ranges():
    citizens = town(5)
    for size in (16, 32, 50):
        for name, style in STYLES.items():
            channels = {"sketch": 1, "label_map": len(layers.PARTS)}.get(name, 3)
            found = style(citizens, size=size)
            assert found.shape == (5, channels, size, size) and found.dtype == torch.float32
            assert found.min() >= 0 and found.max() <= 1 and found.std() > 0.05


@pytest.mark.parametrize("name", FACTORS)
def test_a_photo_changes_with_its_factor_and_only_where_the_factor_is(name, base):
    citizens, photo, labels = base
    changed = other(citizens, name)
    moved = (portraits.photo(changed) - photo).abs().amax(1)
    if TOUCHES[name]:
        may = places(labels, TOUCHES[name]) | places(portraits.label_map(changed, 64), TOUCHES[name])
        assert moved[~may].max() <= SEAMS.get(name, 0)
    seen = visible(citizens)[name] & visible(changed)[name]
    least = 0.1 if name in DISCRETE else 0.05
    assert seen.sum() > 6 and moved.amax((1, 2))[seen].min() > least


def test_what_is_not_visible_changes_nothing():
    citizens = town(64)
    for name, hidden in (
        ("hat", citizens.role == POLICE),
        ("clothes", citizens.role == POLICE),
        ("hair", citizens.age >= GREY_AT),
    ):
        assert hidden.sum() > 5 and not visible(citizens)[name][hidden].any()
        moved = difference(citizens, other(citizens, name)).amax((1, 2))
        assert moved[hidden].max() == 0 and moved[visible(citizens)[name]].min() > 0.1


@pytest.mark.parametrize("style", ["sketch", "emoji", "label_map"])
def test_a_style_shows_what_it_says_and_nothing_that_it_leaves_out(style):
    citizens = town(16)
    drawn = STYLES[style](citizens)
    for name in FACTORS:
        changed = other(citizens, name)
        moved = (STYLES[style](changed) - drawn).abs().amax((1, 2, 3))
        if name in LEFT_OUT[style]:
            assert moved.max() == 0, name
        elif name in DISCRETE:
            seen = visible(citizens, style)[name] & visible(changed, style)[name]
            assert moved[seen].min() > 0.1, name


def test_each_year_shows_behind_hat_beard_glasses_and_mask():
    hidden = dict(hat="hat", beard=1, glasses=1, hair_length="long", size=0.45, y=0.05)
    for role in DISCRETE["role"]:
        ages = [i / 20 for i in range(21)]
        line = portraits.photo(
            town(1, role=role, night=0)[torch.zeros(21, dtype=torch.long)].but(age=ages, **hidden)
        )
        assert (line[1:] - line[:-1]).abs().amax((1, 2, 3)).min() > 0.03


@pytest.mark.parametrize(
    "name, parts", [("skin", {"skin"}), ("hair", {"hair", "beard"}), ("clothes", {"clothes", "hat"})]
)
def test_the_label_map_agrees_with_the_photo(name, parts):
    citizens = town(24, role="citizen", glasses=0, age=(0.0, 0.55))
    moved = difference(citizens, other(citizens, name), lambda c: portraits.photo(c, 64)) > 0.02
    labels = portraits.label_map(citizens, 64)
    for part in layers.PARTS:
        pixels = inner(labels[:, [layers.PARTS.index(part)]])
        share = moved[pixels].float().mean()
        # What is finer than a pixel has no label, but a share in the colour.
        assert (pixels.sum() > 100 and share > 0.97) if part in parts else not share > 0.005, part


def test_masks_and_label_maps_are_one():
    citizens = town(12)
    labels = portraits.label_map(citizens)
    assert torch.equal(labels.sum(1), torch.ones(12, 32, 32))
    assert torch.equal(labels.argmax(1), portraits.label_map(citizens, indices=True))
    assert torch.equal(
        portraits.mask(citizens, "hat", "hair")[:, 0],
        labels[:, [layers.PARTS.index(p) for p in ("hat", "hair")]].sum(1),
    )
    for part, wears in (
        ("glasses", citizens.glasses == 1),
        ("beard", citizens.beard == 1),
        ("mask", citizens.role == 1),
    ):
        assert torch.equal(portraits.mask(citizens, part).amax((1, 2, 3)) > 0, wears)


def test_by_night_it_is_the_same_citizen_in_other_light():
    day, night = town(24, night=0), town(24, night=1)
    assert torch.equal(portraits.label_map(day), portraits.label_map(night))
    parts = portraits.mask(day, "skin", "hair", "beard", "clothes", "mouth") * (
        day.role != POLICE
    ).float().view(-1, 1, 1, 1)
    pixels = inner(parts)
    photo, dark = (portraits.photo(c).movedim(1, -1)[pixels] for c in (day, night))
    whole = (photo < 1).all(1)  # what is clipped by day has lost its colour
    error = (photo * torch.tensor(portraits.NIGHT_LIGHT) - dark)[whole].abs().amax(1)
    # A lit window may shine through the seam of two parts.
    assert len(error) > 1500 and (error < 1e-5).float().mean() > 0.99 and error.max() < 0.15


def test_classes_differ_in_colour_by_day_and_by_night():
    light = torch.tensor([[1.0, 1.0, 1.0], portraits.NIGHT_LIGHT])[:, None]
    for table in (layers.SKIN, layers.HAIR, layers.CLOTHES, (*layers.HAIR, *layers.SKIN, layers.GREY_HAIR)):
        colours = torch.tensor(table) * light
        assert torch.cdist(colours, colours).add(torch.eye(len(table))).min() > 0.12


@pytest.mark.parametrize("style", STYLES)
def test_a_batch_is_its_citizens_one_by_one(style):
    citizens = town(9)
    alone = torch.cat([STYLES[style](citizens[i]) for i in range(9)])
    assert torch.allclose(STYLES[style](citizens), alone, atol=2e-6)


def test_sizes_agree():
    citizens = town(24)
    for style, bounds in (("photo", (0.006, 0.016)), ("emoji", (0.005, 0.014)), ("sketch", (0.015, 0.05))):
        fine, middle, coarse = (STYLES[style](citizens, size) for size in (64, 32, 16))
        for found, half, bound in ((fine, middle, bounds[0]), (middle, coarse, bounds[1])):
            assert (functional.avg_pool2d(found, 2) - half).abs().mean() < bound
            assert (found.mean((2, 3)) - half.mean((2, 3))).abs().max() < bound


@pytest.mark.parametrize("name", CONTINUOUS)
def test_slopes_are_those_of_differences_and_lead_to_the_true_factor(name):
    low, high = CONTINUOUS[name]
    inside = (low + 0.1 * (high - low), high - 0.1 * (high - low))
    citizens = double(town(6, **{name: inside}))
    weights = torch.rand(3, 32, 32, generator=seeded(1), dtype=torch.float64)
    values = getattr(citizens, name).requires_grad_()

    def seen(at):
        return (portraits.photo(citizens.but(**{name: at})) * weights).sum((1, 2, 3))

    slope, step = torch.autograd.grad(seen(values).sum(), values)[0], 1e-7
    differences = (seen(values + step) - seen(values - step)).detach() / (2 * step)
    assert slope.isfinite().all() and slope.abs().min() > 0
    assert torch.allclose(slope, differences, rtol=1e-3, atol=1e-3)
    for away in (-0.03 * (high - low), 0.03 * (high - low)):
        moved = (values.detach() + away).requires_grad_()
        error = (portraits.photo(citizens.but(**{name: moved})) - portraits.photo(citizens)).square().sum()
        assert (torch.autograd.grad(error, moved)[0] * away > 0).float().mean() > 0.9


def test_captions_say_what_is_drawn_and_are_read_back():
    citizens = town(100)
    said = captions.captions(citizens)
    seen = visible(citizens)
    for i, text in enumerate(said):
        assert (citizens.names("hair")[i] + " hair" in text) == seen["hair"][i].item()
        assert ("beard" in text, "glasses" in text) == (citizens.beard[i] == 1, citizens.glasses[i] == 1)
        assert bool(re.search("hat|beanie", text)) == (seen["hat"][i] and citizens.hat[i] > 0).item()
        assert set(re.findall("[a-z]+", text)) <= set(captions.WORDS)
        again = sample(1, seeded(i), **captions.asked(text))
        assert captions.captions(again) == [text]
    assert captions.captions(sample(1, seeded(), **captions.asked(captions.EXAMPLE))) == [captions.EXAMPLE]
    assert set(captions.WORDS) == {
        word for text in captions.captions(town(3000)) for word in re.findall("[a-z]+", text)
    }


def test_a_figure_has_its_joints_where_they_are_drawn():
    citizens, poses = town(16, role="citizen", skin="light", night=0), figures.sample_poses(16, seeded())
    places = figures.joints(poses)
    assert places.shape == (16, len(figures.JOINTS), 2) and places.abs().max() < 1
    found = figures.figure(citizens, poses, 64)
    assert found.shape == (16, 3, 64, 64) and found.min() >= 0 and found.max() <= 1
    x, y = ((places + 1) * 32).long().unbind(-1)
    light = portraits.falling(*distances.grid(64))[0, 0]
    for joint, true in (
        ("hand", torch.tensor(layers.SKIN[:1])),
        ("elbow", figures.SLEEVE * torch.tensor(layers.CLOTHES)[citizens.clothes]),
    ):
        for i in [figures.JOINTS.index(f"{side} {joint}") for side in figures.SIDES]:
            seen = found[torch.arange(16), :, y[:, i], x[:, i]]
            wanted = (true * light[y[:, i], x[:, i], None]).clamp(max=1)
            # The others are behind the trunk or long hair.
            assert ((seen - wanted).abs().amax(1) < 0.02).float().mean() > 0.6, figures.JOINTS[i]


def test_a_pose_bends_as_it_says_and_keeps_the_lengths_of_its_limbs():
    poses = figures.sample_poses(50, seeded())
    places = dict(zip(figures.JOINTS, figures.joints(poses).unbind(1)))
    angles = dict(zip(figures.ANGLES, poses.T))
    for side, sign in figures.SIDES.items():
        upper = places[f"{side} elbow"] - places[f"{side} shoulder"]
        fore = places[f"{side} hand"] - places[f"{side} elbow"]
        assert torch.allclose(upper.norm(dim=1), torch.tensor(figures.UPPER_ARM))
        assert torch.allclose(fore.norm(dim=1), torch.tensor(figures.FOREARM))
        arm, bent = (torch.atan2(sign * bone[:, 0], bone[:, 1]) for bone in (upper, fore))
        assert torch.allclose(arm, angles[f"{side} arm"], atol=1e-5)
        assert torch.allclose(bent - arm, angles[f"{side} elbow"], atol=1e-5)


def test_all_is_determined_by_factors_and_generator():
    before = torch.get_rng_state()
    first, second = town(6), town(6)
    for style in STYLES.values():
        assert torch.equal(style(first), style(second))
    painted = [portraits.painting(first, generator=seeded(i)) for i in (1, 1, 2)]
    assert torch.equal(painted[0], painted[1]) and (painted[0] - painted[2]).abs().mean() > 0.01
    assert torch.equal(torch.get_rng_state(), before)


def test_shapes_are_exact_at_their_edges():
    x, y = distances.grid(400, torch.float64)
    area = lambda shape: distances.cover(shape, 400).mean().item() * 4
    zero = torch.zeros(1, 1, 1, dtype=torch.float64)
    assert area(distances.ellipse(x, y, zero, 0.1, 0.6, 0.2)) == pytest.approx(torch.pi * 0.12, rel=1e-3)
    assert area(distances.box(x, y, zero, 0.1, 0.6, 0.2)) == pytest.approx(0.48, rel=1e-3)
    assert area(distances.stick(x, y, zero - 0.4, -0.2, 0.4, 0.4, 0.1)) == pytest.approx(
        0.2 + torch.pi * 0.01, rel=1e-3
    )
    assert area(distances.gable(x, y, zero, -0.5, 0.3, 0.4)) == pytest.approx(0.32, rel=2e-3)
    slope = [
        (d[..., 1:, 200] - d[..., :-1, 200]).abs() * 200
        for d in (distances.ellipse(x, y, zero, 0.0, 0.8, 0.2),)
    ][0]
    assert slope[0, 238:241].mean() == pytest.approx(
        1, abs=0.1
    )  # one unit a unit, also across the short axis
    thing, hole = distances.box(x, y, zero, 0.0, 0.5, 0.5), distances.box(x, y, zero, 0.0, 0.2, 0.2)
    assert area(distances.without(thing, hole)) == pytest.approx(0.84, rel=1e-3)
    assert area(distances.either(thing, hole)) == pytest.approx(1, rel=1e-3)
    assert area(distances.both(thing, hole)) == pytest.approx(0.16, rel=1e-3)


@pytest.mark.parametrize(
    "call, error, words",
    [
        (lambda: town(5, colour="red"), ValueError, "a factor must be one of role, skin, .*'colour'"),
        (lambda: town(5, hair="pink"), ValueError, "hair must be one of black, .*'pink'"),
        (lambda: town(5, hair=4), ValueError, "hair must be one of .* 3, but 4"),
        (lambda: town(5, hair=()), ValueError, "at least one value"),
        (lambda: town(5, age=1.5), ValueError, "age must be a number from 0 to 1, but 1.5"),
        (lambda: town(5, age=(0.2, 1.2)), ValueError, "age must be a number from 0 to 1, but 1.2"),
        (lambda: town(5, age=(0.5, 0.2)), ValueError, r"\(low, high\), but \(0.5, 0.2\)"),
        (lambda: town(5, age=(0.5,)), ValueError, r"pair \(low, high\), but \(0.5,\)"),
        (lambda: town(5, age="old"), TypeError, "age must be a finite number, but 'old'"),
        (lambda: town(5, age=[0.1] * 4), ValueError, "each of the 5 citizens, but 4"),
        (
            lambda: town(5, hat=lambda drawn: 1),
            ValueError,
            r"function for hat must give \[5\], but gave \[\]",
        ),
        (lambda: town(5, hat=lambda drawn: drawn["hat"] + 7), ValueError, "hat must be one of none, .* but"),
        (lambda: town(0), ValueError, "n must be a whole number above zero"),
        (lambda: sample(5, 1), TypeError, "generator must be a torch.Generator"),
        (lambda: town(5).but(eyes=1), ValueError, "a factor must be one of .*'eyes'"),
        (lambda: town(5).but(x=torch.full((5,), torch.nan)), ValueError, "x must be .*nan"),
        (lambda: town(5).but(x=torch.zeros(4)), ValueError, "each of the 5 citizens, but 4"),
        (lambda: town(5).but(hat=torch.zeros(5)), TypeError, "hat must be .* torch.int64, .*float32"),
        (lambda: town(5).but(age=torch.zeros(5).double()), ValueError, "of their dtype"),
        (lambda: town(5).names("age"), ValueError, "factor must be one of role"),
        (lambda: visible(town(5), "film"), ValueError, "style must be one of photo"),
        (lambda: portraits.photo(town(5), 0), ValueError, "size must be a whole number above zero"),
        (lambda: portraits.photo(town(5), 32.0), TypeError, "size must be a whole number"),
        (lambda: portraits.mask(town(5), "nose"), ValueError, "a part must be one of background.*'nose'"),
        (lambda: portraits.mask(town(5)), ValueError, "parts must be some of background"),
        (lambda: figures.joints(torch.zeros(3, 6)), ValueError, r"poses must be \[n, 7\], .*but \[3, 6\]"),
        (
            lambda: figures.joints(torch.full((1, 7), 0.1)),
            ValueError,
            "left arm must be .* 0.2 to 2, but 0.1",
        ),
        (lambda: figures.figure(town(2), figures.sample_poses(3, seeded())), ValueError, "2 poses, .* but 3"),
        (lambda: figures.sample_poses(3, None), TypeError, "generator must be a torch.Generator"),
        (
            lambda: captions.asked("a citizen with short purple hair"),
            ValueError,
            "the word 'purple'; a caption is",
        ),
        (lambda: captions.asked("a citizen"), ValueError, "^a caption is like 'an old"),
        (lambda: captions.asked(7), ValueError, "a caption is like .* but 7"),
        (
            lambda: captions.asked("a young thief with short grey hair, before trees"),
            ValueError,
            "hair is grey from",
        ),
        (
            lambda: captions.asked("a police officer with short red hair and a red hat, before trees"),
            ValueError,
            "wears a cap",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()
