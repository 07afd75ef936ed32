"""The trainings of chapter 25 in the small town of `everyone`: what each plays with, and how its pictures are
judged.

`make weights` trains them from three seeds each; networks of the first seed are shipped.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor, nn

from gan_teach import optimisers
from gan_teach.checks import one_of, positive
from gan_teach.images import listed, quality
from gan_teach.images import repairing as games
from gan_teach.images.repairing import Changer, Filler, Judge, Upscaler
from gan_teach.images.town import readings
from gan_teach.images.town.everyone import KINDS, everyone, shrunken
from gan_teach.players import GeneralGame
from gan_teach.starting import fresh
from gan_teach.training import Training

SIGMA, SMALL, ROWS = 0.2, 8, 15  # noise of a small picture's pixels, its side; rows of a hole
TRAITS = ("age", "beard", "glasses")  # what a changer can be asked for
JUDGED, ANSWERS = 240, 24  # citizens whom no network has seen; answers to one hole
STARTS = "super error"  # police come in when the error alone has done its work


@dataclass(frozen=True)
class Model:
    """One training. task: "super", "hole" or "change". police: whether there are any."""

    name: str
    task: str
    police: bool
    steps: int
    lr: float = 1e-3
    batch_size: int = 32
    weight: float = 0.0
    lr_d: float = 1e-3

    def game(self) -> GeneralGame:
        """The game, with untrained networks."""
        if self.task == "super":
            D = Judge() if self.police else None
            return games.super_resolution(Upscaler(), D, small_and_true, self.weight)
        if self.task == "hole":
            return games.inpainting(Filler(ROWS), Judge(), with_dice, seek=self.weight)
        D = Judge(1 + len(TRAITS)) if self.police else None
        return games.changing(Changer(len(TRAITS)), D, asked)


MODELS = {
    m.name: m
    for m in (
        Model(STARTS, "super", False, 2500, 2e-3, 64),
        Model("super police", "super", True, 1500, weight=0.03),
        Model("hole police", "hole", True, 1000),
        Model("hole seeking", "hole", True, 1000, weight=0.1),
        Model("change pairs", "change", False, 1000, 2e-3, 64),
        Model("change police", "change", True, 1500),
    )
}
SHIPPED = {
    "super error G": (STARTS, "G"),
    "hole seeking G": ("hole seeking", "G"),
    "change police G": ("change police", "G"),
}


def order(old: bool) -> Tensor:
    """All citizens in an order of chance; the first `JUDGED` of them are for judging."""
    return torch.randperm(len(everyone(old)), generator=torch.Generator().manual_seed(25))


def judged(old: bool = False) -> Tensor:
    """The places of the citizens whom networks that fill holes, or change, have not seen, [240]."""
    return order(old)[:JUDGED]


@lru_cache(maxsize=2)
def _for_networks(old: bool) -> Tensor:
    return 2 * everyone(old).pictures - 1


def seen_small(who: Tensor, generator: torch.Generator) -> Tensor:
    """What the small, noisy picture of each citizen [n] is: brightnesses [n, 3, 8, 8], some beyond 0 or 1."""
    small = shrunken(everyone().pictures[who], SMALL)
    return small + SIGMA * torch.randn(small.shape, generator=generator)


def small_and_true(n: int, generator: torch.Generator) -> dict[str, Tensor]:
    """A draw for super-resolution: of all young citizens, with fresh noise."""
    who = torch.randint(len(everyone()), (n,), generator=generator)
    return {"small": 2 * seen_small(who, generator) - 1, "true": _for_networks(False)[who]}


def with_dice(n: int, generator: torch.Generator) -> dict[str, Tensor]:
    """A draw for holes: young citizens other than those who are judged, and two throws of two dice."""
    known = order(False)[JUDGED:]
    who = known[torch.randint(len(known), (n,), generator=generator)]
    z, other = torch.randn(2, n, 2, generator=generator)
    return {"x": _for_networks(False)[who], "z": z, "other": other}


def traits(who: Tensor) -> Tensor:
    """Which of `TRAITS` citizens have, young and old ones together: -1 and 1, [n, 3]."""
    return torch.stack([2.0 * everyone(True).of(trait)[who] - 1 for trait in TRAITS], 1)


def asked(n: int, generator: torch.Generator) -> dict[str, Tensor]:
    """A draw for changes: citizens other than those who are judged, asked to change one trait each. "true" is
    the same citizen, changed; it need not be one whom networks may see, and only a game with pairs looks."""
    known = order(True)[JUDGED:]
    who = known[torch.randint(len(known), (n,), generator=generator)]
    which = torch.randint(len(TRAITS), (n,), generator=generator)
    return about(who, which)


def about(who: Tensor, which: Tensor) -> dict[str, Tensor]:
    """The same for citizens [n] and places [n] in `TRAITS`."""
    town, has = everyone(True), traits(who)
    wants = torch.where(torch.arange(len(TRAITS)) == which[:, None], -has, has)
    after = who
    for i, trait in enumerate(TRAITS):
        after = town.changed(after, trait, (wants[:, i] > 0).long())
    x = _for_networks(True)
    return {"x": x[who], "has": has, "asked": wants, "true": x[after]}


@lru_cache(maxsize=3)
def _first(seed: int) -> Tensor:
    """G of the error alone, after its training, as a vector."""
    training = start(STARTS, seed, device="cpu")
    training.run(progress=False)
    return training.state.params["G"].clone()


def start(name: str, seed: int = 0, steps: int | None = None, device=None) -> Training:
    """The model's training, ready to run; steps: another length than the model's own. "super police" goes on
    from the error alone, which is trained first. Errors: `ValueError` for an unknown name."""
    model = MODELS[one_of("name", name, MODELS)]
    steps = model.steps if steps is None else positive("steps", steps, whole=True)
    game, begin = model.game(), None
    if name == "super police":
        begin = fresh(game, seed, optimisers.get("fused adam")).with_params(G=_first(seed))
    return listed.falling(
        game,
        steps=steps,
        batch_size=model.batch_size,
        lr_g=model.lr,
        lr_d=model.lr_d,
        seed=seed,
        every=max(1, steps // 4),
        start=begin,
        device=device,
    )


def finished(training: Training) -> dict[str, nn.Module]:
    """The networks as they are now, as ordinary modules on the CPU."""
    return listed.modules(training)


def blank(name: str) -> nn.Module:
    """The untrained network that is shipped under that name."""
    model, net = SHIPPED[one_of("name", name, SHIPPED)]
    return MODELS[model].game().nets[net]


def seen(pictures: Tensor) -> Tensor:
    """From the networks' [-1, 1] to brightnesses."""
    return (pictures + 1) / 2


def shared_cost(made: Tensor, true: Tensor) -> float:
    """The squared 2-Wasserstein distance of as many pictures from others, per pixel: the mean squared
    difference under the best assignment."""
    apart = torch.cdist(made.flatten(1).double(), true.flatten(1).double()).square() / made[0].numel()
    rows, columns = linear_sum_assignment(apart.numpy())
    return float(apart[rows, columns].mean())


def enlarged(made: Tensor) -> dict:
    """How large pictures [N, 3, 32, 32] in [0, 1] of everyone compare with the truth: squared error and its
    decibels, how far their law is from the town's (`shared_cost`), how far each is from the nearest
    photograph ("away"), and what the nearest one says: errors by factor, and what was "invented" (of those
    who haven't it) and "lost"."""
    town = everyone()
    error = float((made - town.pictures).square().mean())
    who, away = town.nearest(made)
    wrong = {factor: float((town.of(factor)[who] != town.of(factor)).float().mean()) for factor in KINDS}
    found = {"error": error, "law": shared_cost(made, town.pictures), "away": float(away.mean())}
    found = {name: round(value, 5) for name, value in found.items()}
    found["dB"] = round(-10 * float(torch.tensor(error).log10()), 2)
    return found | {
        "wrong": {factor: round(share, 4) for factor, share in wrong.items() if factor != "age"},
        "invented": {trait: _said(town.of(trait), town.of(trait)[who], 0) for trait in ("glasses", "beard")},
        "lost": {trait: _said(town.of(trait), town.of(trait)[who], 1) for trait in ("glasses", "beard")},
    }


def _said(true: Tensor, read: Tensor, value: int) -> float:
    """Of those with this value, the share that is read as another."""
    return readings.share((read != true)[true == value])


def filled(fill: Callable[[Tensor], Tensor], seed: int = 0) -> dict:
    """How holes of citizens who were not seen are filled: fill takes pictures [n, 3, 32, 32] in [-1, 1], and
    is asked 24 times. Shares of the three hats among all answers; the mean entropy of the answers to one hole
    (the truth's is log 3, 1.099; 24 throws of a fair die with three faces give 1.054); how far answers are
    from the nearest photograph; what else than the hat then differs from what is below ("torn"); and the mean
    absolute error in the hole."""
    town, people = everyone(), judged()
    x = _for_networks(False)[people]
    hats, away, torn, error = [], [], [], []
    for _ in range(ANSWERS):
        made = seen(fill(x))
        who, far = town.nearest(made)
        same = town.changed(people, "hat", town.of("hat")[who]) == who
        hats.append(town.of("hat")[who])
        away.append(far.mean())
        torn.append(1 - same.float().mean())
        error.append((made - seen(x))[:, :, :ROWS].abs().mean())
    hats = torch.stack(hats)
    each = [quality.entropy(quality.shares(hats[:, i], 3)) for i in range(len(people))]
    found = {"entropy": sum(each) / len(each)}
    found |= {
        name: float(torch.stack(v).mean()) for name, v in (("away", away), ("torn", torn), ("off", error))
    }
    shares = [round(float(s), 4) for s in quality.shares(hats.flatten(), 3)]
    return {name: round(value, 4) for name, value in found.items()} | {"hats": shares}


def edited(change: Callable[[Tensor, Tensor], Tensor]) -> dict:
    """How a change of one trait does on citizens who were not seen, for each trait: "got", the share in which
    the nearest photograph shows what was asked; "kept", of each other factor, in which it shows what was
    there; "all", got with all others kept; "off", the mean absolute error; "away", from the nearest
    photograph. change: (pictures, asked) -> pictures, in [-1, 1]."""
    town, people, found = everyone(True), judged(True), {}
    for i, trait in enumerate(TRAITS):
        task = about(people, torch.full_like(people, i))
        made = change(task["x"], task["asked"])
        who, away = town.nearest(seen(made))
        got = town.of(trait)[who] == (task["asked"][:, i] > 0).long()
        young = (town.of("age")[people] == 0) & (town.of("age")[who] == 0)
        kept, every = {}, got.clone()
        for factor in KINDS:
            if factor == trait:
                continue
            same = town.of(factor)[who] == town.of(factor)[people]
            if factor == "hair":
                kept[factor] = readings.share(same[young]) if young.any() else None
                same = same | ~young
            else:
                kept[factor] = readings.share(same)
            every &= same
        off = (made - task["true"]).abs().mean() / 2
        found[trait] = {"got": readings.share(got), "all": readings.share(every), "off": round(float(off), 4)}
        found[trait] |= {"away": round(float(away.mean()), 4), "kept": kept}
    return found


def rejuvenated(change: Callable[[Tensor, Tensor], Tensor]) -> dict[str, float | None]:
    """What becomes of the hair's colour of young citizens who were not seen: made old and young again
    ("back"), and of the photographs of the same citizens when they are old, made young ("true"): the shares
    in which the nearest photograph has the right one. There are four, and a guess is right in a quarter.
    Also "aged", the share whose picture is read as old when it was made old, and "back of aged", the share
    that is right after there and back among these; None if there are none."""
    town, people = everyone(True), judged(True)
    people = people[town.of("age")[people] == 0]
    task = about(people, torch.zeros_like(people))
    ways = {"back": change(task["x"], task["asked"]), "true": task["true"]}
    right = {}
    for name, old in ways.items():
        who, _ = town.nearest(seen(change(old, task["has"])))
        right[name] = town.of("hair")[who] == town.of("hair")[people]
    aged = town.of("age")[town.nearest(seen(ways["back"]))[0]] == 1
    found = {name: readings.share(them) for name, them in right.items()} | {"aged": readings.share(aged)}
    return found | {"back of aged": readings.share(right["back"][aged]) if aged.any() else None}


@torch.no_grad()
def score(name: str, networks: dict[str, nn.Module], eye: nn.Module | None = None, seed: int = 0) -> dict:
    """How a model's pictures compare with the truth, exactly: by the nearest of all photographs that there
    are in the small town. No network looks at them. Judged alike after each training."""
    G, task, dice = networks["G"], MODELS[one_of("name", name, MODELS)].task, torch.Generator()
    dice.manual_seed(51)
    if task == "super":
        small = seen_small(torch.arange(len(everyone())), dice)
        return enlarged(seen(G(2 * small - 1)))
    if task == "hole":
        return filled(lambda x: G(x, torch.randn(len(x), G.dice, generator=dice)))
    return edited(G) | {"hair": rejuvenated(G)}
