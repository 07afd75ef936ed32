"""The detectors of chapter 27: networks that tell real portraits from those of one generator, trained on
pictures as they are, or on damaged ones as well.

`make weights` trains from the seeds 0, 1 and 2; the scores lie in `book/data/trust/`.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gan_teach import nets
from gan_teach.checks import one_of, positive
from gan_teach.images import growing_models, style_models, trained
from gan_teach.images.alarms import auc
from gan_teach.images.classifier import in_parts
from gan_teach.images.forgery import SHIPPED, Detector, blank, compressed
from gan_teach.images.town.rubbish import blurred

__all__ = [
    "MODELS",
    "SHIPPED",
    "Course",
    "Model",
    "accuracy",
    "blank",
    "damaged",
    "finished",
    "forged",
    "makers",
    "real",
    "score",
    "start",
]
SEEN, JUDGED, SIDE = 1500, 500, 32
KNOWN = "town growing"  # the generator that the detectors learn from
GENERATORS = (KNOWN, "town at once", "style G", "style bottom G")
DAMAGES = ("none", "compressed", "compressed hard", "blurred", "noisy")


def real(n: int, seed: int) -> Tensor:
    """Portraits of the town, [n, 3, 32, 32] in [0, 1]."""
    return (growing_models.portraits(n, seed)[1] + 1) / 2


def forged(name: str, G: nn.Module, n: int, seed: int) -> Tensor:
    """n pictures of one of GENERATORS, [n, 3, 32, 32] in [0, 1]."""
    town = one_of("name", name, GENERATORS).startswith("town")
    made = growing_models.made(G, n, seed, SIDE) if town else style_models.made(G, n, seed)
    return (made + 1) / 2


def damaged(x: Tensor, how: str, seed: int = 0) -> Tensor:
    """The pictures after one of DAMAGES: compression in steps of 4 or 16, a blur, or noise of 0.05."""
    if one_of("how", how, DAMAGES) == "none":
        return x
    if how == "blurred":
        return blurred(x)
    if how == "noisy":
        return (x + 0.05 * torch.randn(x.shape, generator=torch.Generator().manual_seed(seed))).clamp(0, 1)
    return compressed(x, 4 if how == "compressed" else 16)


@dataclass(frozen=True)
class Model:
    """One detector. hardened: every other batch is damaged, real and forged alike."""

    name: str
    hardened: bool
    steps: int = 200


MODELS = {m.name: m for m in (Model("detector", False), Model("detector hardened", True))}


class Course:
    """A detector under way; `run` plays it to the end. makers: {name: generator}, from which its forgeries
    come."""

    stopped = None

    def __init__(self, model: Model, seed: int = 0, steps: int | None = None):
        positive("seed", seed, whole=True, zero=True)
        self.model, self.seed, self.done = model, seed, 0
        self.steps = model.steps if steps is None else positive("steps", steps, whole=True)
        with nets.seeded(seed):
            self.D = Detector()

    def run(self, progress: bool = True) -> "Course":
        """Play to the end."""
        G = makers((KNOWN,))[KNOWN]
        x, fake = real(SEEN, 130), forged(KNOWN, G, SEEN, 10)
        luck = torch.Generator().manual_seed(self.seed)
        adam = torch.optim.Adam(self.D.parameters(), lr=3e-3)
        rate = torch.optim.lr_scheduler.CosineAnnealingLR(adam, self.steps)
        for step in range(self.steps):
            pair = [part[torch.randint(SEEN, (32,), generator=luck)] for part in (x, fake)]
            if self.model.hardened and step % 2:
                how = DAMAGES[1:][int(torch.randint(len(DAMAGES) - 1, (1,), generator=luck))]
                pair = [damaged(part, how, step) for part in pair]
            logits = [self.D(part) for part in pair]
            adam.zero_grad()
            (F.softplus(logits[0]).mean() + F.softplus(-logits[1]).mean()).backward()
            adam.step(), rate.step()
            self.done += 1
        return self


def makers(names=GENERATORS) -> dict[str, nn.Module]:
    """The shipped generators of these names."""
    return {name: trained.load(name) for name in names}


def start(name: str, seed: int = 0, steps: int | None = None, device=None) -> Course:
    """The training of the model of that name, ready to run. Errors: `ValueError` for an unknown name."""
    return Course(MODELS[one_of("name", name, MODELS)], seed, steps)


def finished(training: Course) -> dict[str, nn.Module]:
    """The detector, "D"."""
    return {"D": training.D.eval().requires_grad_(False)}


def accuracy(quiet: Tensor, loud: Tensor) -> float:
    """The balanced accuracy of an alarm at logits above 0."""
    return float(((quiet <= 0).double().mean() + (loud > 0).double().mean()) / 2)


def score(name: str, networks: dict[str, nn.Module], eye: nn.Module | None, seed: int) -> dict:
    """For each generator, undamaged, and for the known one after each damage: the balanced accuracy of alarms
    at logits above 0, and `auc`; of 500 fresh pictures of each kind."""
    D, x, found = networks["D"], real(JUDGED, 78), {}
    for maker, G in makers().items():
        fake = forged(maker, G, JUDGED, 11)
        for how in DAMAGES if maker == KNOWN else DAMAGES[:1]:
            logits = [in_parts(D, damaged(part, how, 1), size=250) for part in (x, fake)]
            key = maker if how == "none" else how
            found[key] = {"accuracy": round(accuracy(*logits), 4), "auc": round(auc(*logits), 4)}
    return found
