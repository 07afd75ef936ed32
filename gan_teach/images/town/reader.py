"""A network that reads photographs of the town: every factor, by day and by night, and whether it can be seen
at all. Its features are the measure for generated portraits.

.. code-block:: none

    net = trained.load("reader")
    found = read(net, pictures)   of photographs [n, 3, 32, 32] in [0, 1]
    found.names("hair")           "red", "can't be seen", ...
    found.citizens                the best guesses, to draw or to caption
    net.features(pictures)        [n, 96], for `images.quality`
    misfit(found, pictures)       from the photograph of what was read

It errs, and `accuracy` says how often: a figure that it gives of generated pictures is quoted with that
error. (Most errors with beards are at the ages at which hair turns grey, and passes the skin's colour on its
way.)

A classifier answers whatever it is shown. So this one also learns from noise, in which nothing can be seen,
and from blends of two photographs, each of which is only half there. And it learns to read pictures that are
a little blurred or noisy: faint noise hardly moves its features, and only `misfit` tells of it. Chapters 16,
19 and 22 to 25.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, log_softmax, one_hot
from tqdm import tqdm

from gan_teach.checks import positive
from gan_teach.images.classifier import in_parts
from gan_teach.images.town.citizens import CONTINUOUS, DISCRETE, FACTORS, Citizens, sample, visible
from gan_teach.images.town.portraits import SIZE, drawn, photo
from gan_teach.images.town.rubbish import halves, noise, tiles, worn
from gan_teach.nets import seeded

FEATURES = 96
UNSEEN = "can't be seen"
# Which of the network's numbers belong to which factor: a logit for each value, or one number for a
# continuous factor; then for each factor one logit that it can be seen.
WIDTHS = [len(DISCRETE[name]) if name in DISCRETE else 1 for name in FACTORS]
ENDS = torch.tensor(WIDTHS).cumsum(0).tolist()
PLACES = {name: slice(end - width, end) for name, end, width in zip(FACTORS, ENDS, WIDTHS)}
VALUES, OUTPUTS = ENDS[-1], ENDS[-1] + len(FACTORS)
# What noise is to be taken for: any value of each factor alike, and none that can be seen.
NOTHING = torch.cat([torch.full((width,), 1 / width) for width in WIDTHS] + [torch.zeros(len(FACTORS))])
# Of a batch in training, the share of blends and the share of noise.
BLENDS, NOISES = 1 / 8, 1 / 16
CLOSE = 10.0  # the weight of a continuous factor's squared error, in units of half of its range


class Reader(nn.Module):
    """Photographs [n, 3, 32, 32] in [0, 1] -> numbers [n, 50], as `read` takes them apart. `features` are the
    96 numbers from which they are read off.

    Errors: `ValueError` for pictures of another shape, or with values outside of [0, 1].
    """

    def __init__(self, channels: tuple[int, int, int] = (16, 32, 56)):
        super().__init__()
        layers, before = [], 3
        for after in channels:
            layers += [nn.Conv2d(before, after, 3, padding=1), nn.ReLU()]
            layers += [nn.Conv2d(after, after, 3, stride=2, padding=1), nn.ReLU()]
            before = after
        self.body = nn.Sequential(
            *layers, nn.Flatten(), nn.Linear(before * (SIZE // 8) ** 2, FEATURES), nn.ReLU()
        )
        self.verdict = nn.Linear(FEATURES, OUTPUTS)
        for layer in self.body:  # without batch norm, so that the pictures still differ behind six layers
            if isinstance(layer, (nn.Conv2d, nn.Linear)):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)

    def features(self, x: Tensor) -> Tensor:
        """Photographs [n, 3, 32, 32] -> [n, 96]."""
        return self.body(2 * checked(x) - 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.verdict(self.features(x))


def checked(pictures: Tensor) -> Tensor:
    """The same pictures, if they are such as `photo` draws. Errors: `ValueError` with what was given."""
    if pictures.ndim != 4 or pictures.shape[1:] != (3, SIZE, SIZE):
        raise ValueError(
            f"pictures must have the shape [n, 3, {SIZE}, {SIZE}], but {list(pictures.shape)} was given"
        )
    low, high = (float(value) for value in pictures.detach().aminmax()) if len(pictures) else (0.0, 1.0)
    if not -1e-3 <= low <= high <= 1 + 1e-3:  # NaN is refused too
        raise ValueError(f"pictures must be in [0, 1], but values from {low:.3g} to {high:.3g} were given")
    return pictures


@dataclass(frozen=True)
class Readings:
    """What was read off n pictures.

    citizens: the best guess at every factor, hidden or not. seen: for each factor, whether it can be seen,
    booleans [n], as `citizens.visible` gives them. sure: how probable the value is that was read off, of each
    discrete factor, [n].
    """

    citizens: Citizens
    seen: dict[str, Tensor]
    sure: dict[str, Tensor]

    def names(self, factor: str) -> list[str]:
        """What is answered for a discrete factor: a value's name, or "can't be seen". Errors:
        `ValueError` for any other factor."""
        found, seen = self.citizens.names(factor), self.seen[factor].tolist()
        return [name if there else UNSEEN for name, there in zip(found, seen)]


def read(net: nn.Module, pictures: Tensor) -> Readings:
    """What the reader sees in pictures [n, 3, 32, 32]. Errors: as `Reader`."""
    numbers = in_parts(net, pictures)
    seen = dict(zip(FACTORS, (numbers[:, VALUES:] > 0).unbind(1)))
    guesses, sure = {}, {}
    for name, place in PLACES.items():
        if name in DISCRETE:
            best = log_softmax(numbers[:, place], 1).max(1)
            guesses[name], sure[name] = best.indices, best.values.exp()
        else:
            low, high = CONTINUOUS[name]
            share = (1 + numbers[:, place][:, 0]) / 2
            guesses[name] = (low + (high - low) * share).clamp(low, high)
    return Readings(Citizens(**guesses), seen, sure)


def misfit(found: Readings, pictures: Tensor) -> Tensor:
    """The mean absolute difference between each picture and the photograph of what was read off it, [n]:
    small where a picture is what it was taken for. Errors: `ValueError` for another number of pictures."""
    if len(pictures) != len(found.citizens):
        raise ValueError(
            f"there must be one picture for each of the {len(found.citizens)} readings, but {len(pictures)} "
            "were given"
        )
    return (photos(found.citizens) - pictures).abs().mean((1, 2, 3))


def photos(citizens: Citizens) -> Tensor:
    """Their photographs, drawn 500 at a time: [n, 3, 32, 32]."""
    return drawn(citizens, photo)


def accuracy(net: nn.Module, citizens: Citizens, pictures: Tensor | None = None) -> dict[str, float]:
    """How well the citizens are read off their photographs (or off these pictures of them), by factor.

    Of a discrete factor the share of the pictures showing it of which it is read off rightly; "can't be seen"
    is wrong there. Of a continuous one the mean absolute error, as a share of its range. "hair unseen": of
    the pictures that hide the hair's colour, the share answered with "can't be seen"; and so for each factor
    that some of them hide.
    """
    found = read(net, photos(citizens) if pictures is None else pictures)
    result = {}
    for name, shown in visible(citizens).items():
        true, guess = getattr(citizens, name), getattr(found.citizens, name)
        if name in DISCRETE:
            result[name] = float(((guess == true) & found.seen[name])[shown].float().mean())
        else:
            low, high = CONTINUOUS[name]
            result[name] = float((guess - true).abs().mean() / (high - low))
        if not shown.all():
            result[f"{name} unseen"] = float((~found.seen[name])[~shown].float().mean())
    return result


def report(net: nn.Module, n: int = 2000, seed: int = 1000) -> dict[str, dict[str, float]]:
    """What the shipped reader's entry says of it, measured on n fresh citizens: `accuracy` by day and by
    night; how sure it is of discrete factors, on average, of photographs and of rubbish; and the share of
    factors that it says can't be seen there."""
    draw = torch.Generator().manual_seed(seed)
    crowd = sample(n, draw)
    found = {
        name: {key: round(value, 4) for key, value in accuracy(net, crowd.but(night=night)).items()}
        for name, night in (("day", 0), ("night", 1))
    }
    x = photos(crowd)
    shown = {
        "photographs": x,
        "blends": (x + x.roll(-1, 0)) / 2,
        "halves": halves(x),
        "tiles": tiles(x, draw),
        "white noise": torch.rand(x.shape, generator=draw),
    }
    readings = {name: read(net, pictures) for name, pictures in shown.items()}
    found["sure"] = {name: _mean(one.sure) for name, one in readings.items()}
    found["unseen"] = {name: round(1 - _mean(one.seen), 4) for name, one in readings.items()}
    found["misfit"] = {
        name: round(float(misfit(one, shown[name]).mean()), 4) for name, one in readings.items()
    }
    return found


def _mean(by_factor: dict[str, Tensor]) -> float:
    return round(float(torch.stack(list(by_factor.values())).float().mean()), 4)


def wanted(citizens: Citizens) -> tuple[Tensor, Tensor]:
    """What the network is to say of citizens' photographs: targets [n, 50], and weights [n, 16], 1 for each
    factor that is visible."""
    shown = torch.stack(list(visible(citizens).values()), 1).float()
    columns = []
    for name in FACTORS:
        values = getattr(citizens, name)
        if name in DISCRETE:
            columns.append(one_hot(values, len(DISCRETE[name])).float())
        else:
            low, high = CONTINUOUS[name]
            columns.append((2 * (values - low) / (high - low) - 1)[:, None])
    return torch.cat([*columns, shown], 1), shown


def batch(pictures: Tensor, targets: Tensor, weights: Tensor, generator: torch.Generator):
    """A batch of training: the same three of pictures that are a little worn; the first of them blended with
    others, the last replaced by noise.

    A blend's targets are those of its two citizens, mixed as their pictures are. Noise has all values of a
    factor as targets, and none that can be seen. Neither has a target for a continuous factor.
    """
    n = len(pictures)
    first, other = slice(0, int(n * BLENDS)), slice(int(n * BLENDS), 2 * int(n * BLENDS))
    last, lines = slice(n - int(n * NOISES), n), [i for i, name in enumerate(FACTORS) if name in CONTINUOUS]
    x, t, w = worn(pictures, generator), targets.clone(), weights.clone()
    share = 0.2 + 0.6 * torch.rand(len(x[first]), 1, generator=generator)
    x[first] = torch.lerp(x[first], x[other], share[:, :, None, None])
    t[first] = torch.lerp(t[first], t[other], share)
    w[first] = w[first] * w[other]
    x[last], t[last], w[last] = noise(len(x[last]), generator), NOTHING, 1.0
    for part in (first, last):
        w[part, lines[0] :] = 0.0
    return x, t, w


def loss(numbers: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """What the network is to make small, the mean over a batch: cross-entropies of the discrete factors and
    squared errors of the continuous ones, each where it is visible, and cross-entropies of what can be
    seen."""
    total = binary_cross_entropy_with_logits(numbers[:, VALUES:], targets[:, VALUES:], reduction="sum")
    for weight, (name, place) in zip(weights.T, PLACES.items()):
        said, true = numbers[:, place], targets[:, place]
        if name in DISCRETE:
            errors = -(true * log_softmax(said, 1)).sum(1)
        else:
            errors = CLOSE * (said - true).square().sum(1)
        total = total + (weight * errors).sum()
    return total / len(numbers)


def fit(
    steps: int,
    citizens: int = 30_000,
    batch_size: int = 64,
    lr: float = 4e-3,
    seed: int = 0,
    progress: bool = True,
) -> Reader:
    """A reader trained on photographs of so many citizens, by Adam with decoupled decay of the weights; the
    rate rises at first and then falls to 0 (one cycle)."""
    positive("steps", steps, whole=True), positive("batch_size", batch_size, whole=True), positive("lr", lr)
    draw = torch.Generator().manual_seed(seed)
    crowd = sample(citizens, draw)
    pictures, (targets, weights) = photos(crowd), wanted(crowd)
    with seeded(seed):
        net = Reader().to(memory_format=torch.channels_last)
    adam = torch.optim.AdamW(net.parameters(), lr, weight_decay=0.01, fused=True)
    cycle = torch.optim.lr_scheduler.OneCycleLR(adam, lr, total_steps=steps)
    for _ in tqdm(range(steps), desc="reader", delay=2, disable=not progress, leave=False):
        which = torch.randint(citizens, (batch_size,), generator=draw)
        x, *wants = batch(pictures[which], targets[which], weights[which], draw)
        adam.zero_grad()
        loss(net(x.contiguous(memory_format=torch.channels_last)), *wants).backward()
        adam.step()
        cycle.step()
    return net.eval().requires_grad_(False)
