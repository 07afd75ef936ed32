"""The trainings of chapter 23: thieves who are told a colour of hair and know 30, 100 or 1,000 citizens, and
painters of emojis in a town in which one pair of factors seldom goes together, and in one in which two pairs
never do.

`make weights` trains them from three seeds each; three generators are shipped.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor, nn

from gan_teach.checks import one_of, positive
from gan_teach.images import growing, listed, making
from gan_teach.images.codes import CodedGenerator
from gan_teach.images.growing import Design, GrowingDiscriminator, GrowingGenerator
from gan_teach.images.town import readings
from gan_teach.images.town.citizens import CONTINUOUS, DISCRETE, Citizens, sample
from gan_teach.images.town.portraits import drawn, emoji, photo
from gan_teach.training import Training

SIDE, LATENT_DIM = 16, 32
DESIGN = Design((4, 8, SIDE), (48, 32, 16), LATENT_DIM)
COLOURS = len(DISCRETE["hair"])
# Emojis that are learned from and that are read; photographs that are "many", fresh ones that are asked for,
# and made ones of which copies are looked for.
SEEN, READ, MANY, ASKED, COMPARED = 4000, 2000, 4000, 2000, 500
PHOTO = {
    "role": "citizen",
    "hat": ("none", "hat"),
    "beard": "no",
    "clothes": "blue",
    "background": "hills",
    "night": 0,
    "age": (0.2, 0.5),
    "turn": 0.0,
}
EMOJI = {"role": "citizen", "hat": ("none", "hat"), "clothes": "red", "age": 0.3}
FACTORS = ("hair", "hair_length", "beard", "glasses", "hat")  # what emojis differ by, but for the smile
SMILES = (-0.9, -0.45, 0.0, 0.45, 0.9)
SELDOM = 0.1  # of those with long hair, who wear a hat in the town in which few do


def with_gaps(there: Citizens) -> Citizens:
    """The same citizens, but nobody with long hair wears a hat, and nobody with red hair glasses."""
    red = there.hair == DISCRETE["hair"].index("red")
    return there.but(hat=there.hat * (there.hair_length == 0), glasses=there.glasses * ~red)


def few_hats(there: Citizens) -> Citizens:
    """The same citizens, but of those with long hair one in ten wears a hat. (The place throws the dice: an
    emoji doesn't show it.)"""
    low, high = CONTINUOUS["x"]
    few = ((there.x - low) / (high - low) < SELDOM).long()
    return there.but(hat=torch.where(there.hair_length == 0, there.hat, few))


TOWNS: dict[str, Callable[[Citizens], Citizens]] = {
    "fair": lambda there: there,
    "gaps": with_gaps,
    "tenth": few_hats,
}


def emoji_town(n: int, seed: int, town: str = "fair") -> Citizens:
    """n citizens for emojis, whose hair, its length, beard, glasses, hat and smile differ. town: "fair", all
    independent; "gaps", nobody with red hair wears glasses and nobody with long hair a hat; "tenth", one in
    ten with long hair wears a hat. Errors: `ValueError` for another town."""
    rule = TOWNS[one_of("town", town, TOWNS)]
    return rule(sample(n, torch.Generator().manual_seed(seed), **EMOJI))


def photo_town(n: int, seed: int) -> Citizens:
    """n citizens for photographs: skin, hair, its length, glasses, a hat or none, smile, age, place and size
    differ."""
    return sample(n, torch.Generator().manual_seed(seed), **PHOTO)


def pictured(citizens: Citizens, style: Callable = photo, side: int = SIDE) -> Tensor:
    """The citizens for networks, [n, 3, side, side] in [-1, 1]."""
    return 2 * drawn(citizens, style, side) - 1


@dataclass(frozen=True)
class Model:
    """One training: of so many photographs with the colour of the hair, or (known = 0) of emojis of a
    town."""

    name: str
    known: int = 0
    town: str = "fair"
    steps: int = 700
    batch_size: int = 16
    lr: float = 1e-2
    ema_halflife: float = 40


MODELS = {
    m.name: m
    for m in (
        Model("made of 30", 30),
        Model("made of 100", 100),
        Model("made of 1000", 1000),
        Model("emojis gaps", town="gaps"),
        Model("emojis tenth", town="tenth"),
    )
}
SHIPPED = {
    "made of 30": ("made of 30", "G"),
    "made of 1000": ("made of 1000", "G"),
    "emojis gaps": ("emojis gaps", "G"),
}


def known(n: int, seed: int) -> tuple[Tensor, Tensor]:
    """The photographs that a training of that seed knows, and the colours of their hair: [n, 3, 16, 16] and
    whole numbers [n]."""
    there = photo_town(n, 100 + seed)
    return pictured(there), there.hair


def of_emojis(town: str) -> Callable:
    """The draw of a painter of emojis: pictures and latents."""
    x = pictured(emoji_town(SEEN, 100, town), emoji)

    def draw(n: int, generator: torch.Generator) -> dict[str, Tensor]:
        which = torch.randint(len(x), (n,), generator=generator)
        return {"x": x[which], "z": torch.randn(n, LATENT_DIM, generator=generator)}

    return draw


def start(name: str, seed: int = 0, steps: int | None = None, device=None) -> Training:
    """The training of the model of that name, ready to run; steps: another length than the model's own.
    Errors: `ValueError` for an unknown name."""
    model = MODELS[one_of("name", name, MODELS)]
    steps = model.steps if steps is None else positive("steps", steps, whole=True)
    if model.known:
        draw = making.labelled(*known(model.known, seed), COLOURS, LATENT_DIM)
        game = making.game(DESIGN, SIDE, COLOURS, draw)
    else:
        networks = GrowingGenerator(DESIGN, SIDE), GrowingDiscriminator(DESIGN, SIDE)
        game = growing.game(*networks, of_emojis(model.town))
    return listed.steady(
        game,
        steps=steps,
        batch_size=model.batch_size,
        lr=model.lr,
        ema_halflife=model.ema_halflife,
        seed=seed,
        device=device,
    )


def finished(training: Training) -> dict[str, nn.Module]:
    """The averaged generator, "G", as an ordinary module on the CPU."""
    return listed.modules(training, "G")


def blank(name: str) -> nn.Module:
    """The untrained network that is shipped under that name."""
    model = MODELS[SHIPPED[one_of("name", name, SHIPPED)][0]]
    if model.known:
        return CodedGenerator(DESIGN, SIDE, COLOURS, loud=making.LOUD)
    return GrowingGenerator(DESIGN, SIDE)


@lru_cache(maxsize=1)
def templates() -> tuple[Tensor, Tensor]:
    """Every emoji, of each combination of FACTORS with each of SMILES: pictures [n, 768], and the numbers of
    their combinations [n]."""
    ranges = [range(2 if name == "hat" else len(DISCRETE[name])) for name in FACTORS]
    rows = list(itertools.product(*ranges, SMILES))
    columns = {name: [row[i] for row in rows] for i, name in enumerate((*FACTORS, "smile"))}
    there = sample(len(rows), torch.Generator().manual_seed(0), **EMOJI).but(**columns)
    return pictured(there, emoji).flatten(1), torch.arange(len(rows)) // len(SMILES)


def combination(citizens: Citizens) -> Tensor:
    """The number of each citizen's combination of FACTORS, whole numbers [n] below 64."""
    place = torch.zeros(len(citizens), dtype=torch.long)
    for name in FACTORS:
        place = place * (2 if name == "hat" else len(DISCRETE[name])) + getattr(citizens, name)
    return place


def read_emojis(x: Tensor) -> tuple[Tensor, Tensor]:
    """The combination of the nearest of all emojis, and how far it is (the root of the mean squared
    difference of pixels in [0, 1]): [n] and [n]."""
    pictures, numbers = templates()
    far, which = torch.cdist(x.flatten(1), pictures).min(1)
    return numbers[which], far / 2 / pictures.shape[1] ** 0.5


def nearest(x: Tensor, others: Tensor) -> tuple[Tensor, Tensor]:
    """The nearest of others to each picture: how far (as `read_emojis`), and which: [n] and [n]."""
    far, which = torch.cdist(x.flatten(1), others.flatten(1)).min(1)
    return far / 2 / x[0].numel() ** 0.5, which


@torch.no_grad()
def made(G: nn.Module, n: int, seed: int, hair: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """n pictures of G, [n, 3, 16, 16] in (-1, 1), and what it was told: colours of hair [n], random unless
    given; of a painter of emojis nothing, -1."""
    dice = torch.Generator().manual_seed(1000 + seed)
    z = torch.randn(n, LATENT_DIM, generator=dice)
    if not isinstance(G, CodedGenerator):
        return torch.cat([G(part) for part in z.split(500)]), torch.full((n,), -1)
    told = torch.randint(COLOURS, (n,), generator=dice) if hair is None else hair
    hot = nn.functional.one_hot(told, COLOURS).float()
    return torch.cat([G(*parts) for parts in zip(z.split(500), hot.split(500))]), told


def taught_by(draw: Callable, seed: int) -> nn.Module:
    """A small classifier of hair that learned from this draw of (pictures, colours)."""
    return making.taught(draw, COLOURS, SIDE, seed)


def lessons(x: Tensor, hair: Tensor, G: nn.Module) -> dict[str, Callable]:
    """What a classifier of hair can learn from, where n pictures are known: they themselves ("real"), those
    of a thief who knows them ("made"), half and half ("both"); the known ones mirrored and moved ("changed"),
    and also lighter and darker ("lit"). Each a draw of (pictures, colours)."""

    def real(n: int, dice: torch.Generator):
        which = torch.randint(len(x), (n,), generator=dice)
        return x[which], hair[which]

    def made_ones(n: int, dice: torch.Generator):
        told, z = torch.randint(COLOURS, (n,), generator=dice), torch.randn(n, LATENT_DIM, generator=dice)
        with torch.no_grad():
            return G(z, nn.functional.one_hot(told, COLOURS).float()), told

    def both(n: int, dice: torch.Generator):
        parts = zip(real(n // 2, dice), made_ones(n - n // 2, dice))
        return tuple(torch.cat(part) for part in parts)

    def changed(ways: tuple[str, ...]):
        def draw(n: int, dice: torch.Generator):
            pictures, colours = real(n, dice)
            return making.changed(pictures, ways, dice), colours

        return draw

    return {
        "real": real,
        "made": made_ones,
        "both": both,
        "changed": changed(("flip", "shift")),
        "lit": changed(making.WAYS),
    }


def right(eye: nn.Module, x: Tensor, hair: Tensor) -> float:
    """The share of pictures whose colour of hair the classifier says rightly."""
    with torch.no_grad():
        return readings.share(eye(x).argmax(1) == hair)


def of_photos(n: int, G: nn.Module, seed: int) -> dict:
    """How often fresh citizens' hair is named rightly after each of `lessons` and after MANY real ones, the
    same number of steps each ("right"); how often made hair is what it was told to be, as the last of them
    reads it ("obeyed"); and what `near` finds."""
    x, hair = known(n, seed)
    fresh = photo_town(ASKED, 900)
    there = pictured(fresh)
    eyes = {name: taught_by(draw, seed) for name, draw in lessons(x, hair, G).items()}
    eyes["many"] = taught_by(lessons(*known(MANY, 500 + seed), G)["real"], seed)
    told_right = right(eyes["many"], *made(G, COMPARED, seed))
    rights = {name: right(eye, there, fresh.hair) for name, eye in eyes.items()}
    return {"right": rights, "obeyed": told_right} | near(n, G, seed)


def near(n: int, G: nn.Module, seed: int) -> dict:
    """Whether a thief who knows n pictures copies: distances to the nearest known one, of made and of fresh
    ones, sorted ("copies"); and how often the nearest known one is nearer than the nearest of as many that he
    doesn't know, on average over five such sets ("nearer"), which is one half for whoever knows none."""
    x, fresh = known(n, seed)[0], pictured(photo_town(COMPARED, 901))
    unknown = [pictured(photo_town(n, 700 + 10 * seed + i)) for i in range(5)]
    found: dict[str, dict] = {"copies": {}, "nearer": {}}
    for name, some in (("made", made(G, COMPARED, seed)[0]), ("fresh", fresh)):
        far = nearest(some, x)[0]
        wins = torch.stack([(far < nearest(some, other)[0]).float().mean() for other in unknown])
        found["copies"][name] = [round(float(v), 4) for v in far.sort().values[::10]]
        found["nearer"][name] = round(float(wins.mean()), 4)
    return found


def score(name: str, networks: dict[str, nn.Module], eye: nn.Module | None = None, seed: int = 0) -> dict:
    """Of photographs: `of_photos`. Of emojis: how many of READ made ones show each of the 64 combinations
    ("counts"), and of the clearer half of them ("clear"); and how far they are from the nearest emoji that
    there is, on average ("far"). No reader is needed."""
    model = MODELS[one_of("name", name, MODELS)]
    if model.known:
        return of_photos(model.known, networks["G"], seed)
    kinds, far = read_emojis(made(networks["G"], READ, seed)[0])
    clear = kinds[far <= far.median()]
    found = {key: k.bincount(minlength=64).tolist() for key, k in (("counts", kinds), ("clear", clear))}
    return found | {"far": round(float(far.mean()), 4)}
