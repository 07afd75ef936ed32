"""The trainings of chapter 21 from words to portraits of a small town: in two stages and in one, with police
who are shown wrong captions, and who are not.

`make weights` trains them from three seeds each; the two networks of the two stages are shipped.
"""

import time
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gan_teach.checks import one_of, positive
from gan_teach.images import growing_models, listed, words
from gan_teach.images.domain_models import pictures
from gan_teach.images.growing import Design, doubled, shrunk
from gan_teach.images.town.captions import captions
from gan_teach.images.town.citizens import DISCRETE, Citizens, sample
from gan_teach.images.town.reader import read
from gan_teach.images.translation import Drawn
from gan_teach.training import Training

SEEN, JUDGED = 4000, 600  # citizens that are learned from, and captions by which a thief is judged
FACTORS = ("hair", "glasses", "hat", "clothes", "background")
# Pairs that nobody in the pictures to learn from has.
LEFT_OUT = (
    (("hair", "red"), ("glasses", "yes")),
    (("hair", "blond"), ("background", "trees")),
    (("hat", "hat"), ("background", "houses")),
)
FIXED = {
    "role": "citizen",
    "hair_length": "short",
    "beard": "no",
    "hat": ("none", "hat"),
    "night": 0,
    "x": 0.0,
    "y": 0.06,
    "size": 0.45,
    "turn": 0.0,
    "age": (0.3, 0.45),
    "smile": (-0.3, 0.3),
}
DESIGNS = {
    size: Design((8, 16, 32)[: 2 + (size == 32)], (64, 32, 16)[: 2 + (size == 32)], 16) for size in (16, 32)
}


def has(citizens: Citizens, pair) -> Tensor:
    """Which of the citizens have both of a pair of values: booleans [n]."""
    return torch.stack([getattr(citizens, name) == DISCRETE[name].index(value) for name, value in pair]).all(
        0
    )


def crowd(n: int, seed: int, left_out: bool = False) -> Citizens:
    """n citizens of the small town: short hair in four colours, glasses or none, a hat in the colour of the
    clothes or none, three grounds; skin and mouth differ without being named. left_out: only those with one
    of the pairs of LEFT_OUT at least; else only those with none."""
    many = sample(8 * positive("n", n, whole=True) + 100, torch.Generator().manual_seed(seed), **FIXED)
    odd = torch.stack([has(many, pair) for pair in LEFT_OUT]).any(0)
    return many[(odd if left_out else ~odd).nonzero()[:n, 0]]


def told(size: int, G: nn.Module | None = None, latent_dim: int = 16) -> Drawn:
    """The draw of one size: portraits, their captions, captions of others, and latents; or for a second stage
    what G, the first one, makes of them, half as large."""
    there = crowd(SEEN, 200)
    x, t = shrunk(pictures(there, "day"), size), words.counts(captions(there))

    def draw(n: int, generator: torch.Generator) -> dict[str, Tensor]:
        which, other = torch.randint(len(x), (2, n), generator=generator)
        z = torch.randn(n, latent_dim, generator=generator)
        found = {"x": x[which], "t": t[which], "wrong": t[other]}
        with torch.no_grad():
            return found | ({"z": z} if G is None else {"low": G(z, t[which])})

    return draw


@dataclass(frozen=True)
class Model:
    """One training: for each stage the side of its pictures and its steps; what D is shown of captions."""

    name: str
    stages: tuple[tuple[int, int], ...]
    kind: str = "matched"
    batch_size: int = 16
    lr: float = 1e-2
    ema_halflife: float = 30


MODELS = {
    m.name: m
    for m in (
        Model("words two stages", ((16, 400), (32, 250))),
        Model("words one stage", ((32, 500),)),
        Model("words plain", ((16, 400),), "plain"),
    )
}
SHIPPED = {"words first": ("words two stages", "G"), "words second": ("words two stages", "G2")}


class Told:
    """A training in one stage or two, which `run` plays to its end. The second stage is trained on what the
    first one's averaged generator makes, which stays as it is. done: steps. seconds: of the processor, by
    stage. networks: "G", and "G2" of a second stage."""

    def __init__(self, model: Model, seed: int = 0, stages=None, device=None):
        self.model, self.seed, self.device = model, seed, device
        self.stages = model.stages if stages is None else stages
        self.done, self.stopped = 0, None
        self.seconds: list[float] = []
        self.networks: dict[str, nn.Module] = {}

    def run(self, progress: bool = True) -> dict[str, nn.Module]:
        """Play all stages; the averaged generators."""
        for i, (size, steps) in enumerate(self.stages):
            began = time.process_time()
            training = self._begin(i, size, steps)
            training.run(progress)
            self.done, self.stopped = self.done + training.done, training.stopped
            self.networks["G2" if i else "G"] = listed.modules(training, "G")["G"]
            self.seconds.append(round(time.process_time() - began, 1))
        return self.networks

    def _begin(self, i: int, size: int, steps: int) -> Training:
        model, first = self.model, self.networks.get("G")
        game = words.game(_painter(i, size), size, DESIGNS[size], told(size, first), model.kind)
        return listed.steady(
            game,
            steps=steps,
            batch_size=model.batch_size,
            lr=model.lr,
            ema_halflife=model.ema_halflife,
            seed=2 * self.seed + i,
            device=self.device,
        )


def _painter(stage: int, size: int) -> nn.Module:
    return words.SecondStage() if stage else words.CaptionGenerator(DESIGNS[size], size)


def start(name: str, seed: int = 0, stages=None, device=None) -> Told:
    """The training of the model of that name, ready to run; stages: others than the model's own, ((side,
    steps), ...). Errors: `ValueError` for an unknown name."""
    return Told(MODELS[one_of("name", name, MODELS)], seed, stages, device)


def finished(training: Told) -> dict[str, nn.Module]:
    """The averaged generators: "G", latents and captions -> pictures, and "G2" of a second stage."""
    return training.networks


def blank(name: str) -> nn.Module:
    """The untrained network that is shipped under that name."""
    return _painter(int(SHIPPED[one_of("name", name, SHIPPED)][1] == "G2"), 16)


def eye_of(name: str) -> str:
    """Which of the shipped networks judges: the town's reader."""
    return "reader"


@torch.no_grad()
def painted(networks: dict[str, nn.Module], t: Tensor, seed: int) -> list[Tensor]:
    """What each stage makes of captions t [n, words], in [-1, 1], as large as 32 x 32: one stage's pixels are
    shown four times."""
    z = torch.randn(len(t), networks["G"].latent_dim, generator=torch.Generator().manual_seed(1000 + seed))
    first = torch.cat([networks["G"](*part) for part in zip(z.split(200), t.split(200))])
    made = [first]
    if "G2" in networks:
        made.append(torch.cat([networks["G2"](*part) for part in zip(first.split(200), t.split(200))]))
    return [doubled(x) if x.shape[-1] == 16 else x for x in made]


def kept(eye: nn.Module, x: Tensor, citizens: Citizens) -> dict[str, Tensor]:
    """For each named factor, in which of the pictures x [n, 3, 32, 32] in [-1, 1] the reader sees what was
    asked for: booleans [n]. The clothes' colour counts where a hat was asked for, as only then a caption
    names it."""
    found = read(eye, ((x + 1) / 2).clamp(0, 1)).citizens
    same = {name: getattr(found, name) == getattr(citizens, name) for name in FACTORS}
    same["clothes"] |= citizens.hat == 0
    return same


def shares(eye: nn.Module, x: Tensor, citizens: Citizens) -> dict[str, float]:
    """The shares of pictures that keep each factor, of those whose captions name it; of all words of a
    caption ("all"); and of those with a pair of LEFT_OUT, both of it ("pairs")."""
    same = kept(eye, x, citizens)
    found = {name: float(same[name].float().mean()) for name in FACTORS}
    found["clothes"] = float(same["clothes"][citizens.hat > 0].float().mean())
    found["all"] = float(torch.stack(list(same.values())).all(0).float().mean())
    both = [torch.stack([same[name] for name, _ in pair]).all(0)[has(citizens, pair)] for pair in LEFT_OUT]
    pairs = torch.cat(both).float()
    found |= {"pairs": float(pairs.mean())} if len(pairs) else {}
    return {name: round(value, 4) for name, value in found.items()}


def score(name: str, networks: dict[str, nn.Module], eye: nn.Module, seed: int) -> dict:
    """Of the last stage, and of the first ("first ...") where there are two: what is kept of captions whose
    pairs were seen, and of others ("seen", "unseen"), and how far the pictures are from real ones by the
    reader's features ("read")."""
    found = {}
    for which, odd in (("seen", False), ("unseen", True)):
        there = crowd(JUDGED, 300, odd)
        made = painted(networks, words.counts(captions(there)), seed)
        for stage, x in zip(("first ", "")[-len(made) :], made):
            found[f"{stage}{which}"] = shares(eye, x, there)
            if not odd:
                found[f"{stage}read"] = growing_models.read_apart(pictures(there, "day"), x, eye)
    return found
