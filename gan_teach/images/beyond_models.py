"""The trainings of chapter 26: solids from a picture and from dice alone, dances whose police see one frame,
two or all, and bells that are struck alike or anyhow, by products and by transposed convolutions.

`make weights` trains them from three seeds each; four generators are shipped.
"""

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gan_teach.checks import one_of, positive
from gan_teach.images import beyond, listed
from gan_teach.images.town import moving, solids, tones
from gan_teach.images.town.readings import share
from gan_teach.players import Draw, GeneralGame
from gan_teach.training import Training

SEEN, JUDGED = 4000, 300  # samples that are learned from, and by which a generator is judged


@cache
def built(n: int, seed: int) -> tuple[solids.Solids, Tensor, Tensor]:
    """n solids of the town, their voxels, and their pictures from the front."""
    there = solids.sample(n, torch.Generator().manual_seed(seed))
    v = solids.voxels(there)
    return there, v, torch.cat([solids.view(part) for part in v.split(500)])


@cache
def danced(n: int, seed: int) -> Tensor:
    """n dances as movements."""
    return moving.movement(moving.sample(n, torch.Generator().manual_seed(seed)))


@cache
def rung(n: int, seed: int, alike: bool = True) -> tuple[tones.Tones, Tensor]:
    """n tones of the town's bells, and their waves; alike: all begin with the same phase."""
    there = tones.sample(n, torch.Generator().manual_seed(seed), alike)
    return there, tones.waves(there)


def hot(notes: Tensor) -> Tensor:
    """Notes [n] as numbers for networks, [n, notes]."""
    return F.one_hot(notes, len(tones.NOTES)).float()


@dataclass(frozen=True)
class Model:
    """One training. kind: "solids", "dances" or "tones"; way: what sets it apart from others of its kind."""

    name: str
    kind: str
    way: str
    steps: int
    batch_size: int
    lr: float
    ema_halflife: float = 30

    def parts(self) -> tuple[nn.Module, nn.Module | None]:
        """G and D, untrained."""
        if self.kind == "solids":
            looks = self.way != "made"
            D = None if self.way == "alone" else beyond.Inspector(looks, deviation=not looks)
            return beyond.Builder(looks=looks), D
        if self.kind == "dances":
            place = (moving.REST, moving.SPAN)
            return beyond.Dancer(*place), beyond.Watcher(*place, int(self.way))
        G = beyond.Bell() if self.way == "transposed" else beyond.DenseBell()
        return G, beyond.Listener()

    def game(self) -> GeneralGame:
        """The game."""
        G, D = self.parts()
        draw = draw_of(self, G.latent_dim)
        if self.kind == "solids":
            return beyond.solids_game(G, D, draw)
        if self.kind == "dances":
            return beyond.dances_game(G, D, draw)
        return beyond.tones_game(G, D, draw)


MODELS = {
    m.name: m
    for m in (
        Model("solids alone", "solids", "alone", 400, 16, 1e-2),
        Model("solids watched", "solids", "watched", 500, 32, 1e-2),
        Model("solids made", "solids", "made", 600, 16, 1e-2),
        Model("dances by frame", "dances", "1", 1200, 32, 1e-2),
        Model("dances by pair", "dances", "2", 1200, 32, 1e-2),
        Model("dances whole", "dances", "16", 1200, 32, 1e-2),
        Model("bells alike", "tones", "alike", 1000, 32, 1e-2),
        Model("bells any phase", "tones", "any phase", 1000, 32, 1e-2),
        Model("bells transposed", "tones", "transposed", 1000, 32, 1e-2),
    )
}
SHIPPED = {name: (name, "G") for name in ("solids watched", "solids made", "dances whole", "bells alike")}


def draw_of(model: Model, latent_dim: int):
    """The draw of a model's game: (n, generator) -> a batch."""

    def draw(n: int, generator: torch.Generator) -> Draw:
        which = torch.randint(SEEN, (n,), generator=generator)
        z = torch.randn(n, latent_dim, generator=generator)
        if model.kind == "solids":
            _, v, x = built(SEEN, 100)
            return {"v": v[which], "z": z} | ({} if model.way == "made" else {"x": x[which]})
        if model.kind == "dances":
            return {"x": danced(SEEN, 100)[which], "z": z}
        there, x = rung(SEEN, 100, model.way != "any phase")
        return {"x": x[which], "c": hot(there.note[which]), "z": z}

    return draw


def start(name: str, seed: int = 0, steps: int | None = None, device=None) -> Training:
    """The training of the model of that name, ready to run; steps: another length. Errors: `ValueError` for
    an unknown name."""
    model = MODELS[one_of("name", name, MODELS)]
    steps = model.steps if steps is None else positive("steps", steps, whole=True)
    return listed.steady(
        model.game(),
        steps=steps,
        batch_size=model.batch_size,
        lr=model.lr,
        ema_halflife=model.ema_halflife,
        seed=seed,
        device=device,
    )


def finished(training: Training) -> dict[str, nn.Module]:
    """The averaged generator "G", as an ordinary module on the CPU."""
    return listed.modules(training, "G")


def blank(name: str) -> nn.Module:
    """The untrained network that is shipped under that name."""
    return MODELS[SHIPPED[one_of("name", name, SHIPPED)][0]].parts()[0]


def dice(G: nn.Module, n: int, seed: int) -> Tensor:
    """n latents of a generator, [n, latent_dim], none of which was used in training."""
    return torch.randn(n, G.latent_dim, generator=torch.Generator().manual_seed(1000 + seed))


def sheds(there: solids.Solids, v: Tensor) -> dict:
    """What stands behind the bodies, in voxels that should be `there`: the shares with none, with one to the
    left, to the right, and with both ("kinds"); and the share in which one of the two places is neither empty
    nor full, between .15 and .85 ("undecided")."""
    full = solids.in_shed(there, v)
    kind = ((full > 0.5).long() * torch.tensor([1, 2])).sum(1)
    halves = ((full > 0.15) & (full < 0.85)).any(1)
    shares = torch.bincount(kind, minlength=4) / len(kind)
    return {
        "kinds": [round(float(s), 4) for s in shares],
        "undecided": share(halves),
    }


def standing(v: Tensor) -> dict[str, float]:
    """The share of solids that are of one piece ("whole"), and the mean share of filled cells that hang in
    the air ("hanging")."""
    return {
        "whole": share(solids.pieces(v) == 1),
        "hanging": round(float(solids.hanging(v).mean()), 4),
    }


def nearest(v: Tensor, known: Tensor) -> Tensor:
    """The overlap of each solid of v with the one of `known` that it overlaps most: [n]."""
    a, b = (v >= 0.5).flatten(1).float(), (known >= 0.5).flatten(1).float()
    both = a @ b.T
    return (both / (a.sum(1, keepdim=True) + b.sum(1) - both).clamp_min(1)).amax(1)


def score(name: str, networks: dict[str, nn.Module], eye: nn.Module, seed: int) -> dict:
    """How a generator did on what it hasn't seen. Of solids from pictures: the overlap with the truth, what
    stands behind the body, and in how many other dice change that; of solids from dice: whether they stand,
    and how near each is to its nearest in the training set, and to its nearest in the other half of what was
    made; of movements and tones: their reports. The eye isn't asked."""
    model, G = MODELS[one_of("name", name, MODELS)], networks["G"]
    z = dice(G, JUDGED, seed)
    if model.kind == "dances":
        return moving.report(G(z))
    if model.kind == "tones":
        notes = torch.arange(JUDGED) % len(tones.NOTES)
        return tones.report(G(z, hot(notes)), notes)
    there, v, x = built(JUDGED, 200)
    if model.way == "made":
        made = G(z)
        near = nearest(made, built(SEEN, 100)[1])
        apart = nearest(made[: JUDGED // 2], made[JUDGED // 2 :])
        return standing(made) | {
            "nearest": round(float(near.mean()), 4),
            "among themselves": round(float(apart.mean()), 4),
        }
    made, other = G(z, x), G(z.flip(0), x)
    behind = [solids.in_shed(there, one) > 0.5 for one in (made, other)]
    return {
        "overlap": round(float(solids.overlap(made, v).mean()), 4),
        "changes": share((behind[0] != behind[1]).any(1)),
        **sheds(there, made),
        **standing(made),
    }
