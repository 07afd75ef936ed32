"""The trainings of chapter 18 that grow, and those of the same cost that don't: small stacked digits, whose
kinds can be counted, and portraits of the town.

`make weights` trains them from three seeds each; two generators of portraits are shipped.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gan_teach.checks import one_of, positive
from gan_teach.images import domain_models, quality
from gan_teach.images.classifier import Classifier, in_parts, verdicts
from gan_teach.images.digits import CLASSES, SIDE, Digits, mnist
from gan_teach.images.growing import Design, Drawn, GrowingGenerator, enlarged, shrunk
from gan_teach.images.stages import Growth, Stage
from gan_teach.images.town.citizens import Citizens

STACKED = 25_600  # samples whose kinds are counted, as in the paper
KINDS = CLASSES**3
SEEN, JUDGED = 6000, 1000  # portraits that are learned from, and others that are compared with


def small_digits(data: Digits, size: int = SIDE // 2) -> Tensor:
    """The digits shrunk to this size, 14 or 7, as bytes: uint8 [n, 1, size, size]."""
    folded = data.images.view(-1, 1, SIDE, SIDE)
    return torch.cat([shrunk(part.float(), size).round().byte() for part in folded.split(10_000)])


def stacked(data: Digits, size: int, latent_dim: int = 64, channels: int = 3) -> Drawn:
    """The draw of one size: three random digits as the channels of one picture (or another number of them),
    [n, 3, size, size] in [-1, 1], and latents. There are 1,000 kinds, all about equally frequent."""
    shown = small_digits(data, size)
    positive("channels", channels, whole=True)

    def draw(n: int, generator: torch.Generator) -> dict[str, Tensor]:
        which = torch.randint(len(shown), (n, channels), generator=generator)
        z = torch.randn(n, latent_dim, generator=generator)
        return {"x": shown[which].squeeze(2).float() / 127.5 - 1, "z": z}

    return draw


def apart(pictures: Tensor) -> Tensor:
    """Each channel as a digit of 28 x 28 for the classifier: [n, channels, s, s] -> [n channels, 784]."""
    x = pictures.reshape(-1, 1, *pictures.shape[2:])
    return in_parts(lambda x: F.interpolate(x, (SIDE, SIDE), mode="bilinear").flatten(1), x)


def read(eye: Classifier, pictures: Tensor) -> Tensor:
    """The digit that a classifier of digits of 28 x 28 sees in each channel: [n, channels, s, s] ->
    [n, channels]. It answers whatever it is shown."""
    return verdicts(eye, apart(pictures))[0].view(len(pictures), -1)


def kinds(seen: Tensor) -> dict[str, float]:
    """Of triples of digits [n, 3]: how many of the 1,000 kinds there are, and the Kullback-Leibler divergence
    of their shares from equal ones, in nats."""
    if seen.ndim != 2 or seen.shape[1] != 3:
        raise ValueError(f"seen must be triples of digits, [n, 3], but {list(seen.shape)} was given")
    share = quality.shares(seen @ torch.tensor([CLASSES**2, CLASSES, 1]), KINDS)
    return {"kinds": int((share > 0).sum()), "from equal": round(math.log(KINDS) - quality.entropy(share), 4)}


def portraits(n: int, seed: int) -> tuple[Citizens, Tensor]:
    """n citizens by day, none of them old, and their portraits for networks, [n, 3, 32, 32] in [-1, 1]."""
    there = domain_models.crowd(n, seed)
    return there, domain_models.pictures(there, "day")


def of_town(pictures: Tensor, size: int, latent_dim: int = 32) -> Drawn:
    """The draw of one size: portraits [n, 3, size, size] and latents."""
    shown = shrunk(pictures, size)

    def draw(n: int, generator: torch.Generator) -> dict[str, Tensor]:
        which = torch.randint(len(shown), (n,), generator=generator)
        return {"x": shown[which], "z": torch.randn(n, latent_dim, generator=generator)}

    return draw


@dataclass(frozen=True)
class Model:
    """One training: what it shows, its networks, and its stages; the half-life of its averaged generator, in
    steps, and how often a stage is looked at (`Growth`)."""

    name: str
    data: str
    design: Design
    stages: tuple[Stage, ...]
    lr: float = 1e-3
    batch_size: int = 16
    gamma: float = 1.0
    ema_halflife: float = 100
    marks: int = 4

    def draw_of(self, data: Digits | None = None) -> Callable[[int], Drawn]:
        """The draw of each size, of MNIST's digits (or others), or of the town."""
        if self.data == "digits":
            return lambda size: stacked(mnist() if data is None else data, size, self.design.latent_dim)
        pictures = portraits(SEEN, 100)[1]
        return lambda size: of_town(pictures, size, self.design.latent_dim)


LADDER = {  # what each row of the paper's table adds to the one before
    "plain": {"equalised": False, "norm": False, "deviation": False},
    "norms": {"deviation": False},
    "deviation": {},
    "growing": {},
}


def _digits(row: str, *stages: Stage, lr: float) -> Model:
    return Model(f"digits {row}", "digits", Design((7, 14), (32, 16), 64, **LADDER[row]), stages, lr, 32)


def _town(row: str, *stages: Stage) -> Model:
    design = Design((8, 16, 32), (64, 32, 16), 32)
    return Model(f"town {row}", "town", design, stages, 1e-2, ema_halflife=30, marks=9 // len(stages))


MODELS = {
    m.name: m
    for m in (
        _digits("plain", Stage(14, 900), lr=3e-3),
        _digits("norms", Stage(14, 900), lr=1e-2),
        _digits("deviation", Stage(14, 900), lr=1e-2),
        _digits("growing", Stage(7, 350), Stage(14, 660, 200), lr=1e-2),
        _town("at once", Stage(32, 640)),
        _town("growing", Stage(8, 300), Stage(16, 210, 70), Stage(32, 375, 100)),
    )
}
SHIPPED = {name: (name, "G") for name in ("town at once", "town growing")}


def start(
    name: str, seed: int = 0, stages: tuple[Stage, ...] | None = None, device=None, data: Digits | None = None
) -> Growth:
    """The training of the model of that name, ready to run; stages: others than the model's own; data: other
    digits than MNIST's. Errors: `ValueError` for an unknown name."""
    model = MODELS[one_of("name", name, MODELS)]
    return Growth(
        model.design,
        model.draw_of(data),
        model.stages if stages is None else stages,
        seed=seed,
        batch_size=model.batch_size,
        lr=model.lr,
        gamma=model.gamma,
        ema_halflife=model.ema_halflife,
        marks=model.marks,
        device=device,
    )


def finished(training: Growth) -> dict[str, nn.Module]:
    """The averaged generator, "G", as an ordinary module on the CPU: latents -> pictures of the last size."""
    return {"G": training.generator()}


def blank(name: str) -> nn.Module:
    """The untrained network that is shipped under that name."""
    model = MODELS[SHIPPED[one_of("name", name, SHIPPED)][0]]
    return GrowingGenerator(model.design, model.stages[-1].size)


def made(G: nn.Module, n: int, seed: int, side: int, fade: float = 1.0) -> Tensor:
    """n pictures of G, as large as `side`: [n, channels, side, side] in (-1, 1)."""
    z = torch.randn(n, G.first.weight.shape[1], generator=torch.Generator().manual_seed(1000 + seed))
    return enlarged(in_parts(lambda z: G(z, fade), z, size=250), side)


def far(real: Tensor, pictures: Tensor, side: int = 8) -> float:
    """The squared Frechet distance of pictures in [-1, 1] from real ones, both shrunk to this side, in
    brightnesses of 0 to 1: of `side`^2 pixels in their colours."""
    return quality.frechet(*((shrunk(x, side).flatten(1) + 1) / 2 for x in (real, pictures)))


def distances(real: Tensor, pictures: Tensor, eye: nn.Module) -> dict[str, float]:
    """How far portraits in [-1, 1] are from real ones, as squared Frechet distances: in layout and colours
    ("at 8", of 8 x 8 pixels), and in what the town's reader sees in them ("read", of its features)."""
    return {"at 8": round(far(real, pictures), 3), "read": read_apart(real, pictures, eye)}


def read_apart(real: Tensor, pictures: Tensor, eye: nn.Module) -> float:
    """The squared Frechet distance of portraits in [-1, 1] from real ones, in the features of the town's
    reader."""
    features = [in_parts(eye.features, (x + 1) / 2, size=500) for x in (real, pictures)]
    return round(quality.frechet(*features), 1)


def eye_of(name: str) -> str:
    """Which of the shipped networks judges that model: the reader of portraits, or of digits."""
    return "reader" if MODELS[name].data == "town" else "classifier"


def curve(name: str, training: Growth, eye: nn.Module, seed: int) -> list[dict]:
    """How far the pictures of each moment of a training in the town are from others' portraits, enlarged to
    full size; [] for digits."""
    if MODELS[name].data != "town":
        return []
    real, found = portraits(JUDGED, 101)[1], []
    for moment in training.history:
        pictures = made(training.generator(moment), JUDGED, seed, real.shape[-1], moment.fade)
        about = {"seconds": round(moment.seconds, 1), "step": moment.steps, "size": moment.size}
        found.append(about | distances(real, pictures, eye))
    return found


def score(
    name: str, networks: dict[str, nn.Module], eye: nn.Module, seed: int, data: Digits | None = None
) -> dict:
    """Of digits: how many of the 1,000 kinds there are in 25,600 samples, how far their shares are from equal
    ones, and how far single digits are from real ones in the classifier's features (`quality.frechet`, 5,000
    of each; of MNIST's test part, or other `data`). Of portraits: `distances` of 1,000 from as many real
    ones. eye: the network that `eye_of` names."""
    if MODELS[name].data == "town":
        real = portraits(JUDGED, 101)[1]
        return distances(real, made(networks["G"], JUDGED, seed, real.shape[-1]), eye)
    pictures = made(networks["G"], STACKED, seed, MODELS[name].stages[-1].size)
    return kinds(read(eye, pictures)) | {"digits": from_digits(eye, pictures, data)}


def from_digits(eye: nn.Module, pictures: Tensor, data: Digits | None = None, n: int = 5000) -> float:
    """The squared Frechet distance of n channels of pictures from n real digits, shrunk alike, in the
    features of the classifier."""
    real = small_digits(mnist("test") if data is None else data, pictures.shape[-1])[-n:].float() / 127.5 - 1
    features = [in_parts(eye.features, apart(x)[:n]).numpy() for x in (real, pictures)]
    return round(quality.frechet(*features), 2)
