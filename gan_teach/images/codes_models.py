"""The trainings of chapter 21 with a code of ten categories on digits of 14 x 14: quiet or loud, and heeded
or not.

`make weights` trains them from three seeds each; one generator is shipped.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gan_teach.checks import one_of, positive
from gan_teach.images import codes, growing_models, listed
from gan_teach.images.digits import CLASSES, Digits, mnist
from gan_teach.images.growing import Design
from gan_teach.players import GeneralGame
from gan_teach.training import Training

JUDGED = 2000  # pictures of which is read what the code says
DESIGN = Design((7, 14), (32, 16), 32, 1)


@dataclass(frozen=True)
class Model:
    """One training: the weight of the information, and whether the code is quiet."""

    name: str
    info: float
    steps: int = 1000
    batch_size: int = 32
    lr: float = 1e-2
    ema_halflife: float = 50
    quiet: bool = False

    @property
    def loud(self) -> float:
        """The code's one number: 1 if it is quiet; else the code is as loud as the latents."""
        return 1.0 if self.quiet else math.sqrt(CLASSES)

    def game(self, data: Digits | None = None) -> GeneralGame:
        """The game, on MNIST's digits (or others)."""
        draw = growing_models.stacked(mnist() if data is None else data, 14, DESIGN.latent_dim, 1)
        return codes.game(DESIGN, 14, CLASSES, codes.coded(draw, CLASSES), self.info, loud=self.loud)


MODELS = {
    m.name: m
    for m in (
        Model("coded digits", 1.0),
        Model("coded digits unheeded", 0.0),
        Model("coded digits quiet", 1.0, quiet=True),
        Model("coded digits quiet unheeded", 0.0, quiet=True),
    )
}
SHIPPED = {"coded digits": ("coded digits", "G")}


def start(
    name: str, seed: int = 0, steps: int | None = None, device=None, data: Digits | None = None
) -> Training:
    """The training of the model of that name, ready to run; steps: another length; data: other digits than
    MNIST's. Errors: `ValueError` for an unknown name."""
    model = MODELS[one_of("name", name, MODELS)]
    steps = model.steps if steps is None else positive("steps", steps, whole=True)
    return listed.steady(
        model.game(data),
        steps=steps,
        batch_size=model.batch_size,
        lr=model.lr,
        ema_halflife=model.ema_halflife,
        seed=seed,
        device=device,
    )


def finished(training: Training) -> dict[str, nn.Module]:
    """The averaged generator "G", D's trunk "T" and the witness "Q", as ordinary modules on the CPU."""
    return listed.modules(training, "G", "T", "Q")


def blank(name: str) -> nn.Module:
    """The untrained network that is shipped under that name."""
    model = MODELS[SHIPPED[one_of("name", name, SHIPPED)][0]]
    return codes.CodedGenerator(DESIGN, 14, CLASSES, model.loud)


def asked(G: nn.Module, seed: int) -> tuple[Tensor, Tensor]:
    """All categories in turn, [n], and a picture of each."""
    c = torch.arange(JUDGED) % CLASSES
    return c, codes.made(G, c, seed)


def of_digits(eye: nn.Module, c: Tensor, x: Tensor) -> Tensor:
    """The shares of (category, digit that the classifier sees), [10, 10]."""
    return codes.table(c, growing_models.read(eye, x)[:, 0], (CLASSES, CLASSES))


@torch.no_grad()
def guessed(networks: dict[str, nn.Module], x: Tensor) -> Tensor:
    """The witness's logits for pictures, 500 at a time: [n, codes]. As many are looked at together as D sees
    in training, or more."""
    return torch.cat([networks["Q"](networks["T"](part)) for part in x.split(500)])


def score(
    name: str, networks: dict[str, nn.Module], eye: nn.Module, seed: int, data: Digits | None = None
) -> dict:
    """The bound on the information, in nats, on fresh pictures ("bound"); how often category and digit agree
    by the best matching ("agree"), their information, the share of real digits of MNIST's test part (or other
    `data`) that the witness names wrongly by its best matching ("error"), and how far the pictures are from
    real ones ("frechet")."""
    one_of("name", name, MODELS)
    c, x = asked(networks["G"], seed)
    loss = nn.functional.cross_entropy(guessed(networks, x), c)
    joint, real = of_digits(eye, c, x), mnist("test") if data is None else data
    shown = growing_models.small_digits(real, 14).float() / 127.5 - 1
    said = guessed(networks, shown).argmax(1)
    right = codes.matching(codes.table(said, torch.as_tensor(real.labels).long(), (CLASSES, CLASSES)))[1]
    return {
        "bound": round(math.log(CLASSES) - float(loss), 4),
        "agree": round(codes.matching(joint)[1], 4),
        "information": round(codes.information(joint), 4),
        "error": round(1 - right, 4),
        "frechet": growing_models.from_digits(eye, x, data, JUDGED),
    }
