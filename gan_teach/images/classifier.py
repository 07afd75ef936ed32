"""A small classifier of digits of our own: the eye with which chapter 14 judges samples, and chapter 13 asks
whether a digit is the one that was ordered."""

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, log_softmax
from tqdm import tqdm

from gan_teach.checks import positive
from gan_teach.images.digits import CLASSES, SIDE, Digits
from gan_teach.nets import seeded

FEATURES = 64


class Classifier(nn.Module):
    """images [n, 784] in [-1, 1] -> logits [n, 10]. `features` are the 64 numbers from which the verdict is
    read off."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Unflatten(1, (1, SIDE, SIDE)),
            nn.Conv2d(1, 16, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(32 * (SIDE // 4) ** 2, FEATURES),
            nn.ReLU(),
        )
        self.verdict = nn.Linear(FEATURES, CLASSES)

    def features(self, x: Tensor) -> Tensor:
        """images [n, 784] -> [n, 64]."""
        return self.body(x)

    def forward(self, x: Tensor) -> Tensor:
        return self.verdict(self.features(x))


def fit(
    digits: Digits, steps: int, batch_size: int = 128, lr: float = 2e-3, seed: int = 0, progress: bool = True
) -> Classifier:
    """A classifier trained on the digits with Adam, its rate falling to 0 along a cosine; every image is
    moved by up to two pixels each way."""
    positive("steps", steps, whole=True), positive("batch_size", batch_size, whole=True), positive("lr", lr)
    with seeded(seed):
        net = Classifier()
    draw = torch.Generator().manual_seed(seed)
    adam = torch.optim.Adam(net.parameters(), lr, fused=True)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, steps)
    for _ in tqdm(range(steps), desc="classifier", delay=2, disable=not progress, leave=False):
        which = torch.randint(len(digits), (batch_size,), generator=draw)
        x, y = digits.images[which].float() / 127.5 - 1, digits.labels[which]
        shift = torch.randint(-2, 3, (2,), generator=draw).tolist()
        x = (
            x.view(-1, SIDE, SIDE).roll(shift, dims=(1, 2)).flatten(1)
        )  # most digits have an empty frame, so little comes in at the other side
        adam.zero_grad()
        cross_entropy(net(x), y).backward()
        adam.step()
        falling.step()
    return net.eval().requires_grad_(False)


def in_parts(function, *inputs: Tensor, size: int = 2000) -> Tensor:
    """function(*inputs) computed `size` rows at a time, so that ten thousand images fit into memory."""
    with torch.no_grad():
        return torch.cat([function(*part) for part in zip(*(x.split(size) for x in inputs))])


def verdicts(net: Classifier, x: Tensor) -> tuple[Tensor, Tensor]:
    """For images [n, 784]: the digit that each looks like [n], and how sure the classifier is of it, a
    probability [n]."""
    best = log_softmax(in_parts(net, x), dim=1).max(dim=1)
    return best.indices, best.values.exp()


def accuracy(net: Classifier, digits: Digits) -> float:
    """Share of the digits that are recognised."""
    return float((verdicts(net, digits.first(len(digits)))[0] == digits.labels).float().mean())
