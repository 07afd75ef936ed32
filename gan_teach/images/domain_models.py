"""The trainings of chapter 15 in the town: what each plays with, and how its pictures are judged.

`make weights` trains them from three seeds each; the networks of the first seed are shipped.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gan_teach.checks import one_of, positive
from gan_teach.images import listed
from gan_teach.images.town.citizens import Citizens, sample
from gan_teach.images.town.portraits import drawn, photo, sketch
from gan_teach.images.town.readings import all_with, share_kept
from gan_teach.images.translation import PatchDiscriminator, Translator, cyclegan, pix2pix
from gan_teach.players import GeneralGame
from gan_teach.training import Training

SEEN, JUDGED = 3000, 300  # citizens in each world's collection, and others by whom a training is judged
COMPARED = 60  # of them are compared with every photograph that their sketch leaves open
CHANNELS = {"day": 3, "night": 3, "sketch": 1}
COLOURS = ("skin", "hair", "clothes", "background")  # what no sketch shows
FACTORS = (*COLOURS, "role", "hair_length", "beard", "glasses", "hat")
NOISES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4)


def crowd(n: int, seed: int) -> Citizens:
    """n citizens by day, none of them so old that the hair has lost its colour."""
    return sample(n, torch.Generator().manual_seed(seed), age=(0.2, 0.55), night=0)


def pictures(citizens: Citizens, world: str) -> Tensor:
    """The citizens as this world has them, "day", "night" or "sketch", for networks: [n, channels, 32, 32] in
    [-1, 1]."""
    one_of("world", world, CHANNELS)
    there = citizens.but(night=1) if world == "night" else citizens
    style = sketch if world == "sketch" else photo
    return 2 * drawn(there, style) - 1


@dataclass(frozen=True)
class Model:
    """One training. worlds: from which to which. pairs: the two pictures of a draw are of one citizen. game:
    makes it of a draw. ships: which of its networks the book loads."""

    name: str
    worlds: tuple[str, str]
    pairs: bool
    game: Callable[[Callable], GeneralGame]
    ships: tuple[str, ...]
    steps: int = 1000


def _both_ways(world: str, **weights) -> Callable[[Callable], GeneralGame]:
    c = CHANNELS[world]
    return lambda draw: cyclegan(
        Translator(3, c), Translator(c, 3), PatchDiscriminator(3), PatchDiscriminator(c), draw, **weights
    )


MODELS = {
    m.name: m
    for m in (
        Model(
            "difference alone",
            ("sketch", "day"),
            True,
            lambda draw: pix2pix(Translator(1, 3), None, draw),
            ("G",),
            steps=3000,
        ),
        Model(
            "pix2pix",
            ("sketch", "day"),
            True,
            lambda draw: pix2pix(Translator(1, 3), PatchDiscriminator(4), draw),
            ("G",),
            steps=3000,
        ),
        Model("night", ("day", "night"), False, _both_ways("night"), ("AB", "BA")),
        Model("night alone", ("day", "night"), False, _both_ways("night", cycle=0.0), ("AB",)),
        Model(
            "night identity",
            ("day", "night"),
            False,
            _both_ways("night", identity=5.0),
            ("AB",),
        ),
        Model("witness", ("day", "sketch"), False, _both_ways("sketch"), ("AB", "BA")),
    )
}


def get(name: str) -> Model:
    """The model of that name. Errors: `ValueError` for an unknown name."""
    return MODELS[one_of("model", name, MODELS)]


# Which network of which model is shipped under a name.
SHIPPED = {f"{m.name} {net}": (m.name, net) for m in MODELS.values() for net in m.ships}


def blank(name: str) -> nn.Module:
    """The untrained network that is shipped under that name."""
    model, net = SHIPPED[name]
    return get(model).game(lambda n, generator: {}).nets[net]


def collection(model: Model) -> Callable:
    """The draw of a model: pairs, or a picture of each world that have nothing to do with each other."""
    first = crowd(SEEN, 100)
    a = pictures(first, model.worlds[0])
    b = pictures(first if model.pairs else crowd(SEEN, 101), model.worlds[1])

    def draw(n: int, generator: torch.Generator) -> dict[str, Tensor]:
        one = torch.randint(SEEN, (n,), generator=generator)
        other = one if model.pairs else torch.randint(SEEN, (n,), generator=generator)
        return {"a": a[one], "b": b[other]}

    return draw


def start(name: str, seed: int = 0, steps: int | None = None, device=None) -> Training:
    """The model's training, ready to run; steps: another length than the model's own."""
    model = get(name)
    steps = model.steps if steps is None else positive("steps", steps, whole=True)
    return listed.falling(
        model.game(collection(model)),
        steps=steps,
        batch_size=4,
        lr_g=1e-3,
        lr_d=5e-4,
        seed=seed,
        every=max(1, steps // 20),
        device=device,
    )


def finished(training: Training) -> dict[str, nn.Module]:
    """The networks as they are now, as ordinary modules on the CPU."""
    return listed.modules(training)


def kept(made: Tensor, citizens: Citizens, factors=FACTORS, night: bool = False) -> dict[str, float]:
    """The share of pictures in [-1, 1] that say of each factor what is true of the citizens."""
    there = citizens.but(night=int(night))
    return {factor: round(share_kept((made + 1) / 2, there, factor), 3) for factor in factors}


def off(made: Tensor, true: Tensor) -> float:
    """The mean absolute difference, in brightnesses of 0 to 1."""
    return round(float((made - true).abs().mean()) / 2, 4)


def from_possible(made: Tensor, citizens: Citizens) -> Tensor:
    """How far each picture in [-1, 1] is from the nearest photograph that the citizen's sketch leaves open:
    mean absolute differences of brightnesses in [0, 1], [n]."""
    apart = [
        (all_with(citizens[i], COLOURS) - (made[i] + 1) / 2).abs().mean((1, 2, 3)).amin()
        for i in range(len(citizens))
    ]
    return torch.stack(apart)


@torch.no_grad()
def score(name: str, networks: dict[str, nn.Module], eye: nn.Module | None = None, seed: int = 0) -> dict:
    """How a model's pictures of citizens that it has never seen compare with the truth: exactly, and by the
    same citizens after each training, so that neither a classifier nor the training's seed is looked at."""
    model, people = get(name), crowd(JUDGED, 51)
    a, b = (pictures(people, world) for world in model.worlds)
    if model.pairs:
        made = networks["G"](a)
        few = people[:COMPARED]
        away = float(from_possible(made[: len(few)], few).mean())
        return {"off": off(made, b), "from possible": round(away, 4), "kept": kept(made, people, FACTORS[4:])}
    made = networks["AB"](a)
    back = networks["BA"](made)
    found = {"off": off(made, b), "back off": off(back, a)}
    if model.worlds[1] == "night":
        return found | {"kept": kept(made, people, night=True), "kept back": kept(back, people)}
    dice = torch.Generator().manual_seed(0)
    through = {
        str(noise): kept(
            networks["BA"](made + noise * torch.randn(made.shape, generator=dice)), people, COLOURS
        )
        for noise in NOISES
    }
    return found | {"told": through, "told by true sketches": kept(networks["BA"](b), people, COLOURS)}
