"""The trainings of chapter 20: digits of which few come with their names, with a thief and without, and
blocks of games in the plane and on a line.

`make weights` trains each from three seeds; a thief and two police are shipped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from torch import Tensor, nn

from gan_teach import nets
from gan_teach.checks import one_of, positive
from gan_teach.experiments import few_labels, told_apart
from gan_teach.experiments.together import together
from gan_teach.images import labels, listed
from gan_teach.images.classifier import in_parts
from gan_teach.images.digits import Digits, mnist
from gan_teach.images.growing_models import small_digits
from gan_teach.players import AnyGame, State
from gan_teach.training import Training, train

SIDE = 14


@dataclass(frozen=True)
class Model:
    """Digits of 14 x 14, `known` of them with their names; way: one of labels.WAYS."""

    name: str
    known: int
    way: str
    steps: int = 2000
    batch_size: int = 50
    lr: float = 3e-3


@dataclass(frozen=True)
class Block:
    """Small games, all at once, from seeds of their own. way: one of few_labels.WAYS or told_apart.POLICE;
    weights: of the names in AC-GAN's objectives, one for each game. unnamed: the weight of the part without
    names, of the moons."""

    name: str
    way: str
    games: int = 8
    steps: int = 800
    batch_size: int = 64
    weights: tuple[float, ...] = ()
    lr_d: float = 5e-3
    lr_g: float = 5e-3
    unnamed: float = 3.0


KNOWN = (20, 50, 100, 200)
WEIGHTS = (0.1, 0.3, 1.0, 3.0)
PER_MOON = 3
MODELS: dict[str, Model | Block] = {
    m.name: m
    for m in (
        *(Model(f"{n} labels {way}", n, way) for n in KNOWN for way in ("alone", "matching")),
        *(Model(f"100 labels {way}", 100, way) for way in ("perfect", "blends")),
        *(Block(f"moons {way}", way) for way in few_labels.WAYS),
        Block("line names it", "names it", len(WEIGHTS), 1500, 128, WEIGHTS, 1e-3, 1e-3),
        Block("line is told", "is told", len(WEIGHTS), 1500, 128, (), 2e-3, 1e-3),
    )
}
SHIPPED = {
    "labels alone": ("100 labels alone", "D"),
    "labels police": ("100 labels matching", "D"),
    "labels thief": ("100 labels matching", "G"),
}


class Played:
    """A block of games on its way: `run` plays it, `states` has what came out."""

    def __init__(self, games: Sequence[AnyGame], block: Block, seeds: Sequence[int], steps: int):
        self.games, self.block, self.seeds, self.steps = games, block, seeds, steps
        self.done, self.stopped = 0, None
        self.states: list[State] = []

    def run(self, progress: bool = True) -> list[State]:
        """Play all games to their end."""
        block, rates = self.block, {"lr_D": self.block.lr_d}
        if "G" in self.games[0].players:
            rates["lr_G"] = block.lr_g
        if block.way in few_labels.WAYS:
            rates["unnamed"] = block.unnamed
        knobs = [rates | ({"weight": w} if block.weights else {}) for w in block.weights or self.seeds]
        self.states = together(
            self.games,
            steps=self.steps,
            batch_size=block.batch_size,
            seeds=self.seeds,
            knobs=knobs,
            decay="linear",
        )
        self.done = self.steps
        return self.states


@lru_cache(maxsize=4)
def pictures(data: Digits) -> Tensor:
    """The digits at 14 x 14, as bytes [n, 196]."""
    return small_digits(data, SIDE).flatten(1)


def game(model: Model, seed: int, data: Digits | None = None) -> AnyGame:
    """The game of that model; the seed chooses the digits that have names. data: others than MNIST's."""
    data = mnist() if data is None else data
    known = labels.few(data, model.known, seed)
    return labels.game(model.way, pictures(data), data.labels, known)


def start(
    name: str, seed: int = 0, steps: int | None = None, device=None, data: Digits | None = None
) -> Training | Played:
    """The training of the model of that name, ready to run; steps: another length than the model's own.
    Errors: `ValueError` for an unknown name."""
    model = MODELS[one_of("name", name, MODELS)]
    steps = model.steps if steps is None else positive("steps", steps, whole=True)
    if isinstance(model, Block):
        seeds = range(model.games * seed, model.games * (seed + 1))
        if model.way in told_apart.POLICE:
            return Played([told_apart.game(model.way)] * model.games, model, seeds, steps)
        return Played([few_labels.game(model.way, PER_MOON, s) for s in seeds], model, seeds, steps)
    played = game(model, seed, data)
    return train(
        played,
        steps=steps,
        batch_size=model.batch_size,
        knobs={f"lr_{who}": model.lr for who in played.players},
        optimiser="fused adam",
        decay="linear",
        ema_halflife=100,
        seed=seed,
        every=max(1, steps // 5),
        device=device,
    )


def finished(training: Training | Played) -> dict[str, nn.Module]:
    """The networks as ordinary modules on the CPU: of digits the averaged police "D" and the thief "G"; of a
    block those of each game, "D 0", "D 1", ..."""
    if isinstance(training, Played):
        return {
            f"{name} {i}": nets.load(net, state.params[name]).eval()
            for i, state in enumerate(training.states)
            for name, net in training.games[0].nets.items()
        }
    return listed.modules(training)


def blank(name: str) -> nn.Module:
    """The untrained network that is shipped under that name."""
    return {"D": labels.NoisyPolice, "G": labels.DigitThief}[SHIPPED[one_of("name", name, SHIPPED)][1]]()


def errors(D: nn.Module, data: Digits) -> int:
    """How many of the digits the police name wrongly."""
    said = in_parts(lambda x: D(x.float() / 127.5 - 1)[0].argmax(1), pictures(data))
    return int((said != data.labels).sum())


def score(
    name: str,
    networks: dict[str, nn.Module],
    eye: nn.Module | None = None,
    seed: int = 0,
    data: tuple[Digits, Digits] | None = None,
) -> dict:
    """Of digits: how many of MNIST's 10,000 for tests are named wrongly ("wrong"), and how many of the digits
    that came with their names ("known wrong"). Of moons: the share of points on the wrong moon, for each
    game. On the line: deviation and share across of each game's fakes. data: others than MNIST's two parts.
    No classifier is needed."""
    model = MODELS[one_of("name", name, MODELS)]
    if isinstance(model, Model):
        learned, asked = (mnist(), mnist("test")) if data is None else data
        known = labels.few(learned, model.known, seed)
        own = Digits("known", learned.images[known], learned.labels[known])
        return {"wrong": errors(networks["D"], asked), "known wrong": errors(networks["D"], own)}
    if model.way in told_apart.POLICE:
        found = [told_apart.variety(told_apart.made(networks[f"G {i}"])) for i in range(model.games)]
        return {key: [round(one[key], 4) for one in found] for key in ("deviation", "across")}
    return {"wrong": [round(few_labels.wrong(networks[f"D {i}"]), 4) for i in range(model.games)]}
