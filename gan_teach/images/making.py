"""Data that are made: a thief who is told a class and police who know it, small classifiers that learn from
real or made pictures, ways to change pictures, and what to look for among made ones: combinations, copies.
Chapter 23.

Pictures are [n, 3, side, side] in [-1, 1], as networks want them.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gan_teach import losses
from gan_teach.checks import one_of, positive
from gan_teach.images.codes import CodedGenerator, FittingVerdict, Trunk
from gan_teach.images.growing import Design, steepness
from gan_teach.images.translation import Drawn
from gan_teach.nets import seeded
from gan_teach.players import GeneralGame, Player

WAYS = ("flip", "shift", "light")
LOUD = 2.0  # the one number of a class that isn't 0: the mean square is that of a latent


def game(
    design: Design, size: int, classes: int, draw: Drawn, gamma: float = 1.0, share: int = 4
) -> GeneralGame:
    """A thief who is told a class, and police who know it. draw: (n, generator) -> {"x": real pictures, "c":
    their classes, one-hot, "z": latents}: he paints the classes that the real ones have.

    gamma: of R1, found on one real picture in `share`; a knob.
    """
    positive("classes", classes, whole=True), positive("share", share, whole=True)
    loss = losses.non_saturating

    def police(net, draw, knobs):
        x, c = draw["x"], draw["c"]
        fake = net.D(net.T(net.G(draw["z"], c)), c)
        value = loss.d(net.D(net.T(x), c), fake).mean()
        slope = steepness(lambda x: net.D(net.T(x), c[: len(x)]), x, share)
        return value + knobs["gamma"] / 2 * slope, {"D": value}

    def thief(net, draw, knobs):
        value = loss.g(None, net.D(net.T(net.G(draw["z"], draw["c"])), draw["c"])).mean()
        return value, {"G": value}

    return GeneralGame(
        {
            "G": CodedGenerator(design, size, classes, loud=LOUD),
            "T": Trunk(design, size),
            "D": FittingVerdict(classes),
        },
        {"D": Player(("T", "D"), police), "G": Player(("G",), thief)},
        draw,
        {"gamma": gamma},
        averaged=("G",),
    )


def labelled(pictures: Tensor, labels: Tensor, classes: int, latent_dim: int) -> Drawn:
    """The draw of such a game: pictures [n, 3, s, s] with their classes, whole numbers [n]. Errors:
    `ValueError` for as many labels as there are no pictures, or a class that isn't there."""
    if len(pictures) != len(labels):
        raise ValueError(
            f"there must be one label for each of the {len(pictures)} pictures, but {len(labels)} were given"
        )
    if not 0 <= int(labels.min()) <= int(labels.max()) < positive("classes", classes, whole=True):
        raise ValueError(f"labels must be from 0 to {classes - 1}, but {labels.tolist()[:5]} ... were given")
    hot = F.one_hot(labels, classes).float()

    def draw(n: int, generator: torch.Generator) -> dict[str, Tensor]:
        which = torch.randint(len(pictures), (n,), generator=generator)
        z = torch.randn(n, latent_dim, generator=generator)
        return {"x": pictures[which], "c": hot[which], "z": z}

    return draw


class SmallEye(nn.Module):
    """A small classifier: pictures [n, 3, side, side] in [-1, 1] -> logits [n, classes]."""

    def __init__(self, classes: int, side: int = 16):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 16, 3, 2, 1),
            nn.ReLU(),
            nn.Conv2d(16, 32, 3, 2, 1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(32 * (side // 4) ** 2, 64),
            nn.ReLU(),
            nn.Linear(64, classes),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x)


def changed(x: Tensor, ways: tuple[str, ...], generator: torch.Generator) -> Tensor:
    """The same pictures, changed at random in the ways of WAYS: mirrored, every second one; moved by up to
    one pixel, the edge repeated; up to 15 % lighter or darker. Errors: `ValueError` for an unknown way."""
    for way in ways:
        one_of("a way", way, WAYS)
    n, side = len(x), x.shape[-1]
    if "flip" in ways:
        mirrored = torch.rand(n, 1, 1, 1, generator=generator) < 0.5
        x = torch.where(mirrored, x.flip(3), x)
    if "shift" in ways:
        dy, dx = torch.randint(3, (2, n, 1), generator=generator) + torch.arange(side)
        wide = F.pad(x, (1, 1, 1, 1), mode="replicate")
        x = wide[torch.arange(n)[:, None, None], :, dy[:, :, None], dx[:, None, :]].permute(0, 3, 1, 2)
    if "light" in ways:
        x = (x + 1) * (0.85 + 0.3 * torch.rand(n, 1, 1, 1, generator=generator)) - 1
    return x


def taught(
    draw: Callable[[int, torch.Generator], tuple[Tensor, Tensor]],
    classes: int,
    side: int,
    seed: int = 0,
    steps: int = 300,
    batch_size: int = 32,
    lr: float = 2e-3,
) -> SmallEye:
    """A small classifier that learned from a draw of (pictures, classes): always as many steps, so that
    lessons can be compared."""
    positive("steps", steps, whole=True)
    with seeded(seed):
        eye = SmallEye(classes, side)
    dice, adam = torch.Generator().manual_seed(seed), torch.optim.Adam(eye.parameters(), lr)
    for _ in range(steps):
        x, labels = draw(batch_size, dice)
        adam.zero_grad()
        F.cross_entropy(eye(x), labels).backward()
        adam.step()
    return eye.eval().requires_grad_(False)
