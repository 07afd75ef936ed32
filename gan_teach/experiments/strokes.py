"""The police as a reward: a thief who draws with a pen, stroke by stroke, and learns from verdicts alone
(after Yu et al. 2017, arXiv:1609.05473, and Ganin et al. 2018, arXiv:1804.01118). Chapter 22.

A drawing is LENGTH strokes, each one step right, up, left or down. The data's law is uniform over the
drawings that end where they began: 400 of 4,096. There are so few that every law is known number by number,
and so are all distances.

`make weights` trains from the seeds 0, 1 and 2; the scores lie in `book/data/today/`.
"""

from dataclasses import dataclass
from itertools import product

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gan_teach import nets
from gan_teach.checks import one_of, positive

LENGTH, STROKES = 6, ((1, 0), (0, 1), (-1, 0), (0, -1))
KINDS = len(STROKES)
DRAWINGS = torch.tensor(list(product(range(KINDS), repeat=LENGTH)))  # [4096, 6]: which stroke, in order
CLOSED = torch.tensor(STROKES)[DRAWINGS].sum(1).eq(0).all(1)  # [4096]
TRUTH = CLOSED.double() / CLOSED.sum()  # the data's law, [4096]
SEEN = F.one_hot(DRAWINGS, KINDS).float().flatten(1)  # what D sees of a drawing, [4096, 24]


def _beginnings() -> Tensor:
    """What a pen knows before each stroke, for all beginnings of drawings, shortest first: the strokes so
    far, and how many they are, [1365, 30]."""
    rows = []
    for t in range(LENGTH):
        so_far = SEEN[:: KINDS ** (LENGTH - t)].clone()
        so_far[:, KINDS * t :] = 0
        rows.append(torch.cat([so_far, F.one_hot(torch.full((len(so_far),), t), LENGTH).float()], 1))
    return torch.cat(rows)


BEGINNINGS = _beginnings()


class Pen(nn.Module):
    """A thief who draws: called without inputs it gives the logarithm of its probability for each of the
    4,096 drawings, [4096], the sum of those of its strokes."""

    def __init__(self, hidden: tuple[int, ...] = (64,)):
        super().__init__()
        self.body = nets.mlp(BEGINNINGS.shape[1], KINDS, hidden)

    def forward(self) -> Tensor:
        each, law, place = F.log_softmax(self.body(BEGINNINGS), 1), torch.zeros(1), 0
        for t in range(LENGTH):
            law = (law[:, None] + each[place : place + KINDS**t]).flatten()
            place += KINDS**t
        return law


def drawn(law: Tensor, n: int, generator: torch.Generator) -> Tensor:
    """The numbers of n drawings of this law [4096], [n]."""
    return torch.multinomial(law, n, replacement=True, generator=generator)


def off(law: Tensor) -> float:
    """The total variation between a law over the drawings [4096] and the data's, exactly. Errors:
    `ValueError` for something that is no such law."""
    if law.shape != TRUTH.shape or abs(float(law.sum()) - 1) > 1e-4 or float(law.min()) < 0:
        raise ValueError(f"a law must be {list(TRUTH.shape)}, not negative and 1 in sum")
    return float((law.double() - TRUTH).abs().sum() / 2)


def measured(law: Tensor, D: nn.Module | None = None) -> dict[str, float]:
    """Of a law over the drawings: "off", the total variation from the data; "closed", the share that ends
    where it began; "as many as", the exponential of its entropy, which is 400 for the data; with D, "reward",
    its mean verdict."""
    exact = law.double()
    entropy = -(exact * exact.clamp(min=1e-300).log()).sum()
    found = {
        "off": round(off(law), 4),
        "closed": round(float(exact[CLOSED].sum()), 4),
        "as many as": round(float(entropy.exp()), 1),
    }
    with torch.no_grad():
        return found | ({"reward": round(float(exact @ D(SEEN).double()), 3)} if D is not None else {})


@dataclass(frozen=True)
class Way:
    """A model of this module: how a pen goes on that has learned a little. police: "frozen" as they were at
    its beginning, "along" with it, or "none" (it goes on by likelihood). price: of each nat by which it
    leaves the pen it began as."""

    name: str
    police: str
    price: float = 0.0
    steps: int = 1500
    batch_size: int = 64
    lr: float = 3e-3
    pen_lr: float = 1e-3

    def __post_init__(self):
        one_of("police", self.police, ("frozen", "along", "none"))
        positive("price", self.price, zero=True), positive("steps", self.steps, whole=True)


FIRST, POLICE_FIRST, MARKS = 150, 600, 30  # steps of likelihood before; of the police before; looks
MODELS = {
    m.name: m
    for m in (
        Way("frozen police", "frozen"),
        Way("frozen police, with a price", "frozen", 1.0),
        Way("police who learn", "along"),
        Way("likelihood goes on", "none"),
    )
}
SHIPPED: dict[str, tuple[str, str]] = {}


class Course:
    """A pen under way: `run` plays it to the end. history: what was `measured` on the way, with the step.
    done: steps taken; stopped: None."""

    stopped = None

    def __init__(self, way: Way, seed: int = 0, steps: int | None = None):
        positive("seed", seed, whole=True, zero=True)
        self.way, self.luck = way, torch.Generator().manual_seed(seed)
        self.steps = way.steps if steps is None else positive("steps", steps, whole=True)
        with nets.seeded(seed):
            self.pen, self.D = Pen(), nets.Discriminator(SEEN.shape[1], (64,))
        self._of_pen = torch.optim.Adam(self.pen.parameters(), lr=way.lr)
        self._of_D = torch.optim.Adam(self.D.parameters(), lr=way.lr)
        self.done, self.history = 0, []
        for _ in range(FIRST):
            self._likelihood()
        with torch.no_grad():
            self.before = self.pen()
        self._of_pen = torch.optim.Adam(self.pen.parameters(), lr=way.pen_lr)
        for _ in range(POLICE_FIRST if way.police != "none" else 0):
            self._police(self.before)

    def _stepped(self, optimiser, loss: Tensor):
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()

    def _likelihood(self):
        real = drawn(TRUTH, self.way.batch_size, self.luck)
        self._stepped(self._of_pen, -self.pen()[real].mean())

    def _police(self, law: Tensor):
        real = drawn(TRUTH, self.way.batch_size, self.luck)
        fake = drawn(law.detach().exp(), self.way.batch_size, self.luck)
        loss = F.softplus(-self.D(SEEN[real])) + F.softplus(self.D(SEEN[fake]))
        self._stepped(self._of_D, loss.mean())

    def _reinforce(self):
        law = self.pen()
        if self.way.police == "along":
            self._police(law)
        fake = drawn(law.detach().exp(), self.way.batch_size, self.luck)
        with torch.no_grad():
            reward = self.D(SEEN[fake]) - self.way.price * (law - self.before)[fake]
        self._stepped(self._of_pen, -((reward - reward.mean()) * law[fake]).mean())

    def look(self) -> dict:
        """What is `measured` now."""
        with torch.no_grad():
            return {"step": self.done} | measured(self.pen().exp(), self.D)

    def run(self, progress: bool = True) -> dict:
        """Play to the end; the last look."""
        every = max(1, self.steps // MARKS)
        self.history = self.history or [self.look()]
        while self.done < self.steps:
            self._likelihood() if self.way.police == "none" else self._reinforce()
            self.done += 1
            if self.done % every == 0 or self.done == self.steps:
                self.history.append(self.look())
        return self.history[-1]


def start(name: str, seed: int = 0, steps: int | None = None, device=None) -> Course:
    """The course of the model of that name, ready to run. steps: another number than its own. Errors:
    `ValueError` for an unknown name."""
    return Course(MODELS[one_of("name", name, MODELS)], seed, steps)


def finished(training: Course) -> dict[str, nn.Module]:
    """The pen, "G", and the police, "D"."""
    return {"G": training.pen.requires_grad_(False), "D": training.D.requires_grad_(False)}


def blank(name: str) -> nn.Module:
    """Nothing is shipped of this list. Errors: `ValueError`, always."""
    raise ValueError(f"no network is shipped under the name {name!r}")


def score(name: str, networks: dict[str, nn.Module], eye: nn.Module | None, seed: int) -> dict:
    """What is `measured` of the pen at the end."""
    return measured(networks["G"]().exp(), networks["D"])


def curve(name: str, training: Course, eye: nn.Module | None, seed: int) -> list[dict]:
    """What was `measured` on the way."""
    return training.history
