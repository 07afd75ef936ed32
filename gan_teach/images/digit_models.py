"""The models of chapters 12 to 14 as one list: what each is, how it is trained, and what of a training is
kept for the page.

`make weights` trains them; chapter 14 puts them into one table.
"""

import io
import math
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from gan_teach import penalties, rules, targets
from gan_teach.checks import one_of, positive
from gan_teach.experiments import layers
from gan_teach.game import Game
from gan_teach.images import image_nets
from gan_teach.images.digits import CLASSES, Digits
from gan_teach.snapshot import Recording, Snapshot
from gan_teach.targets import Target
from gan_teach.training import Training, train

EPOCH = 938  # steps of 64 that go once through 60,000 digits
SPRINT = 2000  # steps from three seeds, for chapter 14's table
LOSSES = {"d_loss": "D", "g_loss": "G"}
SHOWN = 25  # samples of a stored recording, 5 x 5 as article D shows them


@dataclass(frozen=True, repr=False)
class StandardNormal(Target):
    """Standard normal numbers as the generator gives them: the latents with which the conditional model was
    trained. (`targets.normal` draws the component of a mixture first, so from the same seed it gives other
    numbers.)"""

    dim: int
    name: str = "standard normal"

    @property
    def window(self):
        return ((-4.0, 4.0),) * self.dim

    def _draw(self, n, generator):
        return torch.randn(n, self.dim, generator=generator)

    def _log_prob(self, x):
        return -0.5 * (x**2 + math.log(2 * math.pi)).sum(1)


@dataclass(frozen=True)
class Model:
    """One way to play for digits. game: makes it. steps, batch_size, lr (of both players), rule,
    ema_halflife: as in `train`.

    averaged: what is judged and kept is the averaged generator. sprint: its steps for chapter 14's table;
    where a step has more moves, as many as take the same time.
    """

    name: str
    title: str
    game: Callable[[], Game]
    steps: int
    rule: object = rules.Alternating()
    batch_size: int = 64
    lr: float = 2e-4
    ema_halflife: float = 500
    averaged: bool = False
    sprint: int = SPRINT


def dense(eps: float = 1e-5) -> Game:
    """The dense networks of article D. Chapter 12."""
    return Game(image_nets.ArticleGenerator(eps=eps), image_nets.ArticleDiscriminator(), targets.normal(100))


def conv(
    loss="non_saturating",
    penalties=(),
    g=None,
    d=None,
    channels: int = 16,
    labelled: bool = False,
    spectral: bool = False,
) -> Game:
    """DCGAN's networks; g, d: changes to the generator and the discriminator; spectral: D's layers are
    spectrally normalised. Chapters 13 and 14."""
    classes = 10 if labelled else 0
    G = image_nets.ConvGenerator(channels=channels, classes=classes, **(g or {}))
    D = image_nets.ConvDiscriminator(channels=channels, classes=classes, **(d or {}))
    return Game(
        G,
        layers.spectral(D) if spectral else D,
        StandardNormal(64) if labelled else targets.normal(64),
        loss,
        penalties,
        classes=classes,
    )


def _conv(
    name,
    title,
    steps: int = 8000,
    lr: float = 5e-4,
    averaged: bool = False,
    labelled: bool = False,
    rule: object = rules.Alternating(),
    sprint: int = SPRINT,
    **changes,
) -> Model:
    return Model(
        name,
        title,
        lambda: conv(labelled=labelled, **changes),
        steps,
        rule,
        lr=lr,
        averaged=averaged,
        sprint=sprint,
    )


FREE = {
    "norm": False,
    "small_start": False,
}  # without batch norm, as penalties need D, from PyTorch's own weights
R1 = {"penalties": (penalties.r1(0.1),), "d": FREE}
R3GAN = {"loss": "relativistic", "penalties": (penalties.r1(0.1), penalties.r2(0.1)), "d": FREE}
# Weight 10, and five steps of D to one of G, as Gulrajani et al. 2017 have them, arXiv:1704.00028; the rates
# are those of the other models. A step takes 4.4 times as long as DCGAN's.
WGAN_GP = {"loss": "wasserstein", "penalties": (penalties.gradient_penalty(10.0),), "d": FREE}
TOGETHER = rules.Simultaneous(shared=True)  # as the program of article D moves (chapter 12)
MODELS = {
    m.name: m
    for m in (
        Model(
            "as printed",
            "dense, as printed (eps 0.8)",
            lambda: dense(0.8),
            50 * EPOCH,
            TOGETHER,
            ema_halflife=1000,
        ),
        Model("put right", "dense, put right", dense, 50 * EPOCH, TOGETHER, ema_halflife=1000),
        _conv("dcgan", "DCGAN"),
        _conv("no batch norm", "DCGAN without batch norm", g={"norm": False}, d={"norm": False}),
        _conv(
            "no norm pytorch start",
            "the same, PyTorch's own weights",
            g=FREE,
            d=FREE,
        ),
        _conv(
            "pytorch start",
            "DCGAN from PyTorch's own weights",
            g={"small_start": False},
            d={"small_start": False},
        ),
        _conv("relu", "DCGAN, D with ReLU", d={"leaky": False}),
        _conv("pooling", "DCGAN, pooling and nearest pixels", g={"up": "nearest"}, d={"stride": False}),
        _conv("r1", "R1, averaged G", **R1, averaged=True),
        _conv("r3gan", "R3GAN's loss, averaged G", **R3GAN, averaged=True),
        _conv("r1 last", "R1, last G", **R1),
        _conv("r3gan last", "R3GAN's loss, last G", **R3GAN),
        _conv(
            "wgan-gp",
            "WGAN-GP, five steps of D to one of G, in DCGAN's time",
            rule=rules.Alternating(n_d=5),
            sprint=450,
            **WGAN_GP,
        ),
        _conv("hinge", "hinge, D with spectral norm", loss="hinge", d=FREE, spectral=True),
        _conv("conditional", "conditional DCGAN", labelled=True),
        _conv("dcgan wide", "DCGAN, 32 channels", steps=20_000, channels=32),
        _conv("dcgan wide averaged", "the same, averaged G", steps=20_000, channels=32, averaged=True),
    )
}


def get(name: str) -> Model:
    """The model of that name. Errors: `ValueError` for an unknown name."""
    return MODELS[one_of("model", name, MODELS)]


def start(
    model: Model, data: Digits, seed: int = 0, steps: int | None = None, device=None, every: int | None = None
) -> Training:
    """The model's training on the digits, ready to run; steps: another length than the model's own; every:
    steps between snapshots (a fortieth of the run)."""
    steps = model.steps if steps is None else positive("steps", steps, whole=True)
    return train(
        model.game(),
        data,
        steps=steps,
        batch_size=model.batch_size,
        lr_g=model.lr,
        lr_d=model.lr,
        rule=model.rule,
        optimiser="fused adam",
        ema_halflife=model.ema_halflife,
        seed=seed,
        points=64,
        every=max(1, steps // 40) if every is None else every,
        device=device,
    )


def finished(model: Model, training: Training, latents: int = 5000, seed: int = 7) -> torch.nn.Module:
    """The trained generator as an ordinary module on the CPU, batch norm by the standing statistics of so
    many latents."""
    drawn = training.game.latents(latents, torch.Generator().manual_seed(seed))
    state = training.state
    theta = state.theta_ema if model.averaged else state.theta
    return image_nets.standing(training.game.generator, theta.cpu().float(), *drawn.values())


def packed(recording: Recording, shown: int = SHOWN) -> bytes:
    """What the page shows of a recording of digits: the first samples as bytes, D's logits, the mean losses
    between frames, as the content of an .npz file."""
    pixels = [((s.x_fake[:shown] + 1) * 127.5).round().clip(0, 255).astype(np.uint8) for s in recording]
    means = {
        name: np.array(
            [np.mean(s.losses[who]) if len(s.losses.get(who, ())) else np.nan for s in recording], np.float32
        )
        for name, who in LOSSES.items()
    }
    logits = {
        name: np.stack([getattr(s, name) for s in recording]).astype(np.float16)
        for name in ("real_logits", "fake_logits")
    }
    asked = recording[-1].arrays.get(
        "labels"
    )  # the digits that the samples were to be, if it is a conditional game
    labels = {} if asked is None else {"labels": asked[:shown].argmax(1).astype(np.uint8)}
    file = io.BytesIO()
    np.savez_compressed(
        file,
        **labels,
        step=[s.step for s in recording],
        seconds=np.array([s.seconds for s in recording], np.float32),
        x_fake=np.stack(pixels),
        **logits,
        **means,
    )
    return file.getvalue()


def kept(path) -> Recording:
    """The recording that `keep` wrote. Errors: `FileNotFoundError`, or `ValueError` for another kind of
    file."""
    try:
        with np.load(path, allow_pickle=False) as file:
            data = dict(file)
        return Recording(_moment(data, i) for i in range(len(data["step"])))
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError) as error:
        raise ValueError(f"{path} is no stored recording of digits, or it is cut short ({error})") from None


def _moment(data: dict, i: int) -> Snapshot:
    arrays = {"x_fake": data["x_fake"][i].astype(np.float32) / 127.5 - 1}
    arrays |= {name: data[name][i].astype(np.float32) for name in ("real_logits", "fake_logits")}
    if "labels" in data:
        arrays["labels"] = np.eye(CLASSES, dtype=np.float32)[data["labels"]]
    losses = {who: data[name][i : i + 1][np.isfinite(data[name][i : i + 1])] for name, who in LOSSES.items()}
    return Snapshot(int(data["step"][i]), float(data["seconds"][i]), arrays, losses=losses)
