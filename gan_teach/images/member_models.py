"""The trainings of chapter 27 for the question who was in the training set: GANs of portraits of 16 x 16,
each of few citizens or many.

`make weights` trains from the seeds 0, 1 and 2, each with citizens of its own; the scores lie in
`book/data/trust/`.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gan_teach.checks import one_of, positive
from gan_teach.images import growing, growing_models, listed
from gan_teach.images.alarms import auc
from gan_teach.images.classifier import in_parts
from gan_teach.images.growing import Design, GrowingDiscriminator, GrowingGenerator
from gan_teach.training import Training

SIDE, OUTSIDE, FAKES = 16, 500, 1000
DESIGN = Design((8, SIDE), (32, 16), 16, deviation=False)  # a logit is of one picture


@dataclass(frozen=True)
class Model:
    """One training on so many citizens."""

    name: str
    citizens: int
    steps: int = 350
    lr: float = 1e-2
    gamma: float = 0.2


MODELS = {m.name: m for m in (Model(f"members {n}", n) for n in (30, 100, 1000))}
SHIPPED = {
    "members 30 D": ("members 30", "D"),
    "members 30 G": ("members 30", "G"),
    "members 1000 D": ("members 1000", "D"),
}


def members(name: str, seed: int = 0) -> Tensor:
    """The portraits that a training learns from, [citizens, 3, 16, 16] in [-1, 1]."""
    n = MODELS[one_of("name", name, MODELS)].citizens
    return growing.shrunk(
        growing_models.portraits(n, 500 + positive("seed", seed, whole=True, zero=True))[1], SIDE
    )


def outsiders(n: int = OUTSIDE) -> Tensor:
    """Portraits of citizens of whom no training has seen one, [n, 3, 16, 16]."""
    return growing.shrunk(growing_models.portraits(n, 77)[1], SIDE)


def start(name: str, seed: int = 0, steps: int | None = None, device=None) -> Training:
    """The training of the model of that name, ready to run. Errors: `ValueError` for an unknown name."""
    model, pictures = MODELS[one_of("name", name, MODELS)], members(name, seed)
    steps = model.steps if steps is None else positive("steps", steps, whole=True)
    return listed.steady(
        growing.game(
            GrowingGenerator(DESIGN, SIDE),
            GrowingDiscriminator(DESIGN, SIDE),
            growing_models.of_town(pictures, SIDE, DESIGN.latent_dim),
            gamma=model.gamma,
        ),
        steps=steps,
        batch_size=16,
        lr=model.lr,
        ema_halflife=30,
        seed=seed,
        device=device,
    )


def finished(training: Training) -> dict[str, nn.Module]:
    """The averaged generator, "G", and the police, "D", as ordinary modules on the CPU."""
    return listed.modules(training)


def blank(name: str) -> nn.Module:
    """The untrained network that is shipped under that name."""
    net = SHIPPED[one_of("name", name, SHIPPED)][1]
    return GrowingGenerator(DESIGN, SIDE) if net == "G" else GrowingDiscriminator(DESIGN, SIDE)


def fakes(G: nn.Module, n: int = FAKES, seed: int = 5) -> Tensor:
    """n pictures of G, [n, 3, 16, 16]."""
    z = torch.randn(n, DESIGN.latent_dim, generator=torch.Generator().manual_seed(seed))
    return in_parts(G, z, size=250)


def nearness(x: Tensor, pictures: Tensor) -> Tensor:
    """Minus the distance of each portrait from the nearest of the pictures, [n]."""
    return -torch.cdist(x.flatten(1), pictures.flatten(1)).amin(1)


@torch.no_grad()
def score(name: str, networks: dict[str, nn.Module], eye: nn.Module | None, seed: int) -> dict:
    """`auc` of two attacks, members against 500 outsiders: "D", the logit, for whoever has the police; "G",
    how near the nearest of 1,000 fakes is, for whoever has the thief; and the mean logits."""
    inside, outside = members(name, seed), outsiders()
    made, D = fakes(networks["G"]), networks["D"]
    means = {"inside": D(inside), "outside": D(outside), "fakes": D(made)}
    return {
        "D": round(auc(means["outside"], means["inside"]), 4),
        "G": round(auc(nearness(outside, made), nearness(inside, made)), 4),
        "logits": {who: round(float(value.mean()), 3) for who, value in means.items()},
    }
