"""The trainings of chapter 17 on two lanterns: what stands in the middle of the police and of the thief, and
whether the heights match in the end.

`make weights` trains them from three seeds each; the networks of two of them are shipped.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gan_teach import nets, targets
from gan_teach.checks import one_of, positive
from gan_teach.game import Game
from gan_teach.images.attending import (
    LATENT_DIM,
    LanternPolice,
    Lanterns,
    LanternThief,
    across,
    exchanged,
    judged,
    looks,
)
from gan_teach.training import Training, train


@dataclass(frozen=True)
class Watch:
    """A model of this module: the layer that stands in D and in G where the picture is 4 x 8 places large,
    and D's head."""

    name: str
    layer: str = "none"
    head: str = "patches"
    steps: int = 1200
    batch_size: int = 32
    lr: float = 2e-3

    def game(self) -> Game:
        """The game of these networks, by the log loss and without a penalty."""
        D = LanternPolice(self.layer, head=self.head)
        return Game(LanternThief(self.layer), D, targets.normal(LATENT_DIM))


MODELS = {
    m.name: m
    for m in (
        Watch("lanterns none"),
        Watch("lanterns residual", "residual"),
        Watch("lanterns attention", "attention"),
        Watch("lanterns dense", head="dense"),
    )
}


def start(name: str, seed: int = 0, steps: int | None = None, device=None) -> Training:
    """The training of the model of that name, ready to run; steps: another length than the model's own.
    Errors: `ValueError` for an unknown name."""
    model = MODELS[one_of("name", name, MODELS)]
    steps = model.steps if steps is None else positive("steps", steps, whole=True)
    return train(
        model.game(),
        Lanterns(),
        steps=steps,
        batch_size=model.batch_size,
        lr_g=model.lr,
        lr_d=model.lr,
        optimiser="fused adam",
        ema_halflife=100,
        seed=seed,
        points=64,
        every=max(1, steps // 20),
        device=device,
    )


def finished(training: Training) -> dict[str, nn.Module]:
    """The averaged thief "G" and the police "D" as ordinary modules on the CPU."""
    game, state = training.game, training.state
    found = {"G": (game.generator, state.theta_ema), "D": (game.discriminator, state.psi)}
    return {name: nets.load(net, flat.cpu().float()).eval() for name, (net, flat) in found.items()}


# Which network of which model is shipped under a name.
SHIPPED = {
    "lanterns G": ("lanterns attention", "G"),
    "lanterns D": ("lanterns attention", "D"),
    "lanterns patches G": ("lanterns none", "G"),
    "lanterns patches D": ("lanterns none", "D"),
}


def blank(name: str) -> nn.Module:
    """The untrained network that is shipped under that name."""
    model, net = SHIPPED[name]
    return MODELS[model].game().nets[net]


def tells(police: nn.Module, x: Tensor) -> dict[str, float]:
    """How well D tells pictures x [n, 512] from the same pictures with right halves of others: the mean
    verdict on the first less that on the second (`gap`), and the share of pairs of one of each in which the
    first gets the higher verdict (`ranked`; half is chance)."""
    with torch.no_grad():
        true, mixed = police(x), police(exchanged(x))
    return {
        "gap": float((true - mixed).mean()),
        "ranked": float((true[:, None] > mixed[None]).float().mean()),
    }


@torch.no_grad()
def score(
    name: str, networks: dict[str, nn.Module], eye: nn.Module | None = None, seed: int = 0, n: int = 2000
) -> dict:
    """What is right in n pictures of the thief, and what the police can tell in n true pictures; of police
    with attention also how much of it goes `across` from lantern to lantern: the mean over the places of a
    lantern, and the place from which most does. No classifier is needed."""
    model = MODELS[one_of("name", name, MODELS)]
    dice = torch.Generator().manual_seed(1000 + seed)
    z, x = torch.randn(n, LATENT_DIM, generator=dice), Lanterns().sample(n, dice)
    found = judged(networks["G"](z)) | tells(networks["D"], x)
    if model.layer == "attention":
        shares = across(looks(networks["D"], x), x)
        found |= {"across": float(shares.mean()), "across most": float(shares.max())}
    return {key: round(value, 4) for key, value in found.items()}
