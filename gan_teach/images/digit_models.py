"""The models of chapters 12 and 13 as one list: what each is, how it is trained, and what of a training is
kept for the page.

`make weights` trains them; chapter 14 puts them into one table.
"""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch

from gan_teach import penalties, rules, targets
from gan_teach.checks import one_of, positive
from gan_teach.files import written_whole
from gan_teach.game import Game
from gan_teach.images import image_nets
from gan_teach.images.digits import Digits, LabelledLatent
from gan_teach.snapshot import Recording, Snapshot
from gan_teach.training import Training, train

EPOCH = 938  # steps of 64 that go once through 60,000 digits
SHOWN = 25  # samples of a stored recording, 5 x 5 as article D shows them


@dataclass(frozen=True)
class Model:
    """One way to play for digits. game: makes it. steps, batch_size, lr (of both players), rule,
    ema_halflife: as in `train`.

    labelled: a conditional game, on pairs. averaged: what is judged and kept is the averaged generator.
    """

    name: str
    title: str
    game: Callable[[], Game]
    steps: int
    rule: object = rules.Alternating()
    batch_size: int = 64
    lr: float = 2e-4
    ema_halflife: float = 500
    labelled: bool = False
    averaged: bool = False


def dense(eps: float = 1e-5) -> Game:
    """The dense networks of article D. Chapter 12."""
    return Game(image_nets.ArticleGenerator(eps=eps), image_nets.ArticleDiscriminator(), targets.normal(100))


def conv(
    loss="non_saturating", penalties=(), g=None, d=None, channels: int = 16, labelled: bool = False
) -> Game:
    """DCGAN's networks; g, d: changes to the generator and the discriminator. Chapter 13."""
    classes = 10 if labelled else 0
    return Game(
        image_nets.ConvGenerator(channels=channels, classes=classes, **(g or {})),
        image_nets.ConvDiscriminator(channels=channels, classes=classes, **(d or {})),
        LabelledLatent(64) if labelled else targets.normal(64),
        loss,
        penalties,
    )


def _conv(
    name,
    title,
    steps: int = 8000,
    lr: float = 5e-4,
    averaged: bool = False,
    labelled: bool = False,
    **changes,
) -> Model:
    return Model(
        name,
        title,
        lambda: conv(labelled=labelled, **changes),
        steps,
        lr=lr,
        averaged=averaged,
        labelled=labelled,
    )


FREE = {
    "norm": False,
    "small_start": False,
}  # D without batch norm, which penalties need, from PyTorch's own weights
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
            "pytorch start",
            "DCGAN from PyTorch's own weights",
            g={"small_start": False},
            d={"small_start": False},
        ),
        _conv("relu", "DCGAN, D with ReLU", d={"leaky": False}),
        _conv("pooling", "DCGAN, pooling and nearest pixels", g={"up": "nearest"}, d={"stride": False}),
        _conv("r1", "R1, averaged G", penalties=(penalties.r1(0.1),), d=FREE, averaged=True),
        _conv(
            "r3gan",
            "R3GAN's loss, averaged G",
            loss="relativistic",
            penalties=(penalties.r1(0.1), penalties.r2(0.1)),
            d=FREE,
            averaged=True,
        ),
        _conv("conditional", "conditional DCGAN", labelled=True),
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
        data.pairs() if model.labelled else data,
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
    z = training.game.latent.sample(latents, torch.Generator().manual_seed(seed))
    state = training.state
    return image_nets.standing(
        training.game.generator, (state.theta_ema if model.averaged else state.theta).cpu().float(), z
    )


def keep(path, recording: Recording, shown: int = SHOWN):
    """Write what the page shows of a recording of digits: the first samples as bytes, D's logits, the mean
    losses between frames (.npz)."""

    def bytes_of(x):
        return ((x[:shown] + 1) * 127.5).round().clip(0, 255).astype(np.uint8)

    def means(name):
        return np.array(
            [np.mean(getattr(s, name)) if len(getattr(s, name)) else np.nan for s in recording], np.float32
        )

    with written_whole(path) as file:
        np.savez_compressed(
            file,
            step=[s.step for s in recording],
            seconds=np.array([s.seconds for s in recording], np.float32),
            x_fake=np.stack([bytes_of(s.x_fake) for s in recording]),
            real_logits=np.stack([s.real_logits for s in recording]).astype(np.float16),
            fake_logits=np.stack([s.fake_logits for s in recording]).astype(np.float16),
            d_loss=means("d_loss"),
            g_loss=means("g_loss"),
        )


def kept(path) -> Recording:
    """The recording that `keep` wrote. Errors: `FileNotFoundError`, or `ValueError` for another kind of
    file."""
    try:
        with np.load(path, allow_pickle=False) as file:
            data = dict(file)
        nothing = np.zeros(0, np.float32)
        return Recording(
            Snapshot(
                int(step),
                float(data["seconds"][i]),
                np.zeros((0, data["x_fake"].shape[-1]), np.float32),
                data["x_fake"][i].astype(np.float32) / 127.5 - 1,
                nothing,
                *(data[n][i].astype(np.float32) for n in ("real_logits", "fake_logits")),
                np.zeros((1, 1), np.float32),
                (),
                nothing,
                *(data[n][i : i + 1][np.isfinite(data[n][i : i + 1])] for n in ("d_loss", "g_loss")),
                nothing,
                nothing,
                nothing,
            )
            for i, step in enumerate(data["step"])
        )
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError) as error:
        raise ValueError(f"{path} is no stored recording of digits, or it is cut short ({error})") from None


def other_rates(model: Model, **changes) -> Model:
    """The model with some of its fields changed, for an exercise or a trial."""
    return replace(model, **changes)
