"""The trainings of chapter 15 with shared layers: which layers are shared, on which digits, and whether the
pictures of a latent belong together.

`make weights` trains them from three seeds each; the generators of "negatives" are shipped.
"""

from dataclasses import dataclass, replace

import torch
from torch import nn

from gan_teach.checks import one_of, positive
from gan_teach.images import image_nets
from gan_teach.images.classifier import verdicts
from gan_teach.images.coupled import (
    TASKS,
    Drawn,
    agreements,
    cogan,
    coupled,
    discriminator_layers,
    generator_layers,
)
from gan_teach.images.digits import Digits, mnist
from gan_teach.players import GeneralGame
from gan_teach.training import Training, train


def unpaired(data: Digits, task: str, latent_dim: int = 64) -> Drawn:
    """Draws for `cogan`: digits of the first half of the data, what the task makes of digits of the second
    half, and latents. No digit is in both worlds, so no pair can be met by chance."""
    transform, half = TASKS[one_of("task", task, TASKS)], len(data) // 2
    if not half:
        raise ValueError(f"there must be two digits or more, one for each world, but there are {len(data)}")
    positive("latent_dim", latent_dim, whole=True)
    one = replace(data, images=data.images[:half], labels=data.labels[:half])
    other = replace(data, images=data.images[half:], labels=data.labels[half:])

    def draw(n, generator):
        a, b = one.sample(n, generator), transform(other.sample(n, generator))
        return {"a": a, "b": b, "z": torch.randn(n, latent_dim, generator=generator)}

    return draw


@dataclass(frozen=True)
class Sharing:
    """A model of this module: which task it plays, and how many layers are shared, of G from the first on, of
    D from the last on (or from the first, d_end="first")."""

    name: str
    task: str = "negatives"
    g_shared: int = 3
    d_shared: int = 3
    d_end: str = "last"
    steps: int = 2000
    batch_size: int = 32
    lr: float = 1e-3

    def game(self, draw: Drawn) -> GeneralGame:
        """The game of these draws."""
        G = coupled(generator_layers, self.g_shared)
        D = coupled(discriminator_layers, self.d_shared, self.d_end)
        return cogan(G, D, draw)


MODELS = {
    m.name: m
    for m in (
        Sharing("cogan negatives"),
        Sharing("cogan G shares two", g_shared=2),
        Sharing("cogan G shares one", g_shared=1),
        Sharing("cogan G shares none", g_shared=0),
        Sharing("cogan D shares none", d_shared=0),
        Sharing("cogan D at the wrong end", d_end="first"),
        Sharing("cogan nothing shared", g_shared=0, d_shared=0),
        Sharing("cogan edges", "edges"),
        Sharing("cogan edges longer", "edges", steps=6000),
        Sharing("cogan mirrored", "mirrored"),
    )
}


def start(
    name: str, seed: int = 0, steps: int | None = None, device=None, data: Digits | None = None
) -> Training:
    """The training of the model of that name, ready to run; steps: another length than the model's own; data:
    other digits than MNIST's. Errors: `ValueError` for an unknown name."""
    model = MODELS[one_of("name", name, MODELS)]
    steps = model.steps if steps is None else positive("steps", steps, whole=True)
    return train(
        model.game(unpaired(mnist() if data is None else data, model.task)),
        steps=steps,
        batch_size=model.batch_size,
        lr_g=model.lr,
        lr_d=model.lr,
        optimiser="fused adam",
        ema_halflife=200,
        seed=seed,
        points=64,
        every=max(1, steps // 40),
        device=device,
    )


def generator(game: GeneralGame, world: str) -> nn.Module:
    """The generator of world "a" or "b" of a game of `cogan` in one piece, untrained: latents
    [n, latent_dim] -> what it makes of them."""
    own = {"a": "GA", "b": "GB"}[one_of("world", world, ("a", "b"))]
    return nn.Sequential(*(game.nets[name] for name in ("S", own) if name in game.nets))


def finished(training: Training, latents: int = 5000, seed: int = 7) -> dict[str, nn.Module]:
    """The averaged generators of both worlds, "a" and "b", as ordinary modules on the CPU, latents
    [n, latent_dim] -> pictures [n, 784], batch norm by the standing statistics of so many latents."""
    game, averages = training.game, training.state.averages
    z = game.draw(positive("latents", latents, whole=True), torch.Generator().manual_seed(seed))["z"]

    def one(world: str, own: str) -> nn.Module:
        theta = torch.cat([averages[name].cpu().float() for name in ("S", own) if name in averages])
        return image_nets.standing(generator(game, world), theta, z)

    return {"a": one("a", "GA"), "b": one("b", "GB")}


# Which network of which model is shipped under a name.
SHIPPED = {"cogan A": ("cogan negatives", "a"), "cogan B": ("cogan negatives", "b")}


def blank(name: str) -> nn.Module:
    """The untrained network that is shipped under that name, with statistics for its batch norms."""
    model, world = SHIPPED[name]
    game = MODELS[model].game(lambda n, generator: {})
    return image_nets.with_statistics(generator(game, world))


@torch.no_grad()
def score(name: str, networks: dict[str, nn.Module], eye: nn.Module, seed: int, pairs: int = 2000) -> dict:
    """Whether the two generators' pictures of a latent belong together: `agreements` over so many latents,
    and, of negatives, the share in which a classifier of digits sees the same digit in both."""
    task = MODELS[name].task
    z = torch.randn(pairs, 64, generator=torch.Generator().manual_seed(1000 + seed))
    first, second = (networks[world](z) for world in ("a", "b"))
    found = agreements(first, second, TASKS[task])
    if task == "negatives":
        alike = verdicts(eye, first)[0] == verdicts(eye, -second)[0]
        found["same digit"] = float(alike.float().mean())
    return {key: round(value, 4) for key, value in found.items()}
