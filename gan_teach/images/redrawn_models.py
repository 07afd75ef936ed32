"""The trainings of chapter 24: maps and aerial pictures, label maps painted, figures in a new pose,
photographs as emoji; each with the difference alone and with police, or with pairs and without.

`make weights` trains them from three seeds each; six networks are shipped.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from gan_teach.checks import one_of, positive
from gan_teach.images import listed, redrawn
from gan_teach.images.domain_models import off
from gan_teach.images.town import above
from gan_teach.images.town.citizens import sample
from gan_teach.images.town.figures import JOINTS, figure, sample_poses
from gan_teach.images.town.layers import PARTS
from gan_teach.images.town.portraits import emoji, label_map, photo
from gan_teach.images.town.readings import share
from gan_teach.images.translation import PatchDiscriminator, Translator, cyclegan, pix2pix
from gan_teach.players import GeneralGame
from gan_teach.training import Training

SEEN, JUDGED = 1000, 200  # pairs that are learned from, and others by which a training is judged
CHANNELS, WATCHING = 12, 24
# Few factors: what is fixed need not be learned, and what stays free can be counted.
PORTRAIT = {"role": "citizen", "background": "hills", "night": 0, "age": (0.3, 0.5), "turn": 0.0}
POSED = PORTRAIT | {"hat": "none", "beard": "no", "smile": 0.5}
FACE = {"background": "hills", "night": 0, "age": (0.3, 0.5), "turn": 0.0, "x": 0.0, "y": 0.06, "size": 0.45}
TASKS = {
    "aerial": (3, 3),
    "plan": (3, 3),
    "layout": (len(PARTS), 3),
    "pose": (3 + len(JOINTS), 3),
    "emoji": (3, 3),
}


@dataclass(frozen=True)
class Sample:
    """n cases of a task: what is given, a, and what is wanted, b, for networks in [-1, 1]; and what is true
    of them: views of places, or citizens, and the poses asked."""

    a: Tensor
    b: Tensor
    views: Any = None
    citizens: Any = None
    poses: Any = None

    def __len__(self):
        return len(self.a)


def cases(task: str, n: int, seed: int) -> Sample:
    """n cases of a task of TASKS. Errors: `ValueError` for an unknown task."""
    one_of("task", task, TASKS)
    dice = torch.Generator().manual_seed(seed)
    if task in ("aerial", "plan"):
        there = above.sample_views(n, dice)
        pair = 2 * above.plan(there) - 1, 2 * above.aerial(there) - 1
        return Sample(*(pair if task == "aerial" else pair[::-1]), views=there)
    if task == "pose":
        people = sample(n, dice, **POSED)
        old, new = sample_poses(n, dice), sample_poses(n, dice)
        given = torch.cat([2 * figure(people, old) - 1, redrawn.heat(new)], 1)
        return Sample(given, 2 * figure(people, new) - 1, citizens=people, poses=new)
    people = sample(n, dice, **(PORTRAIT if task == "layout" else FACE))
    if task == "layout":
        return Sample(2 * label_map(people) - 1, 2 * photo(people) - 1, citizens=people)
    return Sample(2 * photo(people) - 1, 2 * emoji(people) - 1, citizens=people)


@dataclass(frozen=True)
class Model:
    """One training. task: of TASKS. police: a discriminator besides the difference. pairs: the two pictures
    of a draw belong together; without, it is a CycleGAN. ships: which of its networks the book loads."""

    name: str
    task: str
    police: bool = True
    pairs: bool = True
    steps: int = 1000
    ships: tuple[str, ...] = ()

    def game(self, draw: Callable) -> GeneralGame:
        """The game on this draw."""
        given, wanted = TASKS[self.task]
        there = Translator(given, wanted, CHANNELS, 1 if self.task == "plan" else 2)
        if not self.pairs:
            back = Translator(wanted, given, CHANNELS)
            at_a, at_b = (PatchDiscriminator(n, WATCHING) for n in (given, wanted))
            return cyclegan(there, back, at_a, at_b, draw)
        D = PatchDiscriminator(given + wanted, WATCHING) if self.police else None
        return pix2pix(there, D, draw)


MODELS = {
    m.name: m
    for m in (
        Model("plan", "plan", police=False, steps=1000, ships=("G",)),
        Model("aerial alone", "aerial", police=False, steps=1500, ships=("G",)),
        Model("aerial", "aerial", steps=2000, ships=("G",)),
        Model("layout alone", "layout", police=False, steps=1000),
        Model("layout", "layout", steps=1500, ships=("G",)),
        Model("pose alone", "pose", police=False, steps=1500),
        Model("pose", "pose", steps=2000, ships=("G",)),
        Model("emoji pairs", "emoji", police=False, steps=700),
        Model("emoji", "emoji", pairs=False, steps=600, ships=("AB",)),
    )
}
SHIPPED = {f"{m.name} {net}": (m.name, net) for m in MODELS.values() for net in m.ships}


def get(name: str) -> Model:
    """The model of that name. Errors: `ValueError` for an unknown name."""
    return MODELS[one_of("model", name, MODELS)]


def blank(name: str) -> nn.Module:
    """The untrained network that is shipped under that name."""
    model, net = SHIPPED[one_of("name", name, SHIPPED)]
    return get(model).game(lambda n, generator: {}).nets[net]


def eye_of(name: str) -> str:
    """Which of the shipped networks judges that model: for pictures from above the one that draws maps of
    them, else the town's reader."""
    return "plan G" if get(name).task == "aerial" else "reader"


def drawing(model: Model) -> Callable:
    """The draw of a model: pairs, or two pictures that have nothing to do with each other."""
    first = cases(model.task, SEEN, 100)
    b = first.b if model.pairs else cases(model.task, SEEN, 101).b

    def draw(n: int, generator: torch.Generator) -> dict[str, Tensor]:
        one = torch.randint(SEEN, (n,), generator=generator)
        other = one if model.pairs else torch.randint(SEEN, (n,), generator=generator)
        return {"a": first.a[one], "b": b[other]}

    return draw


def start(name: str, seed: int = 0, steps: int | None = None, device=None) -> Training:
    """The model's training, ready to run; steps: another length than the model's own."""
    model = get(name)
    steps = model.steps if steps is None else positive("steps", steps, whole=True)
    return listed.falling(
        model.game(drawing(model)),
        steps=steps,
        batch_size=4,
        lr_g=1e-3,
        lr_d=5e-4,
        seed=seed,
        device=device,
    )


def finished(training: Training) -> dict[str, nn.Module]:
    """The networks as they are now, as ordinary modules on the CPU."""
    return listed.modules(training)


def judged(task: str, made: Tensor, there: Sample, eye: nn.Module) -> dict:
    """What pictures [n, 3, 32, 32] in [-1, 1] that were made for these cases show of the truth, by task: see
    `redrawn`. "off": the mean absolute difference from the true picture, of brightnesses in [0, 1]."""
    x = ((made + 1) / 2).clamp(0, 1)
    found = {"off": off(made, there.b)}
    if task == "plan":
        right = above.read_plan(x) == above.classes(there.views)
        return found | {"right": share(right)}
    if task == "aerial":
        return found | redrawn.from_above(x, there.views, eye)
    if task == "layout":
        return found | redrawn.laid_out(x, there.citizens, eye)
    if task == "pose":
        return found | redrawn.posed(x, there.citizens, there.poses)
    return found | redrawn.as_emoji(x, there.citizens)


@torch.no_grad()
def score(name: str, networks: dict[str, nn.Module], eye: nn.Module, seed: int = 0) -> dict:
    """How a model's pictures of cases that it has never seen compare with the truth; of a CycleGAN also how
    far the way back ends from its start. The same cases after each training."""
    model = get(name)
    there = cases(model.task, JUDGED, 51)
    made = networks["G" if model.pairs else "AB"](there.a)
    found = judged(model.task, made, there, eye)
    return found if model.pairs else found | {"back off": off(networks["BA"](made), there.a)}


def nearest_pair(task: str, there: Sample) -> Tensor:
    """The classical answer: of the pairs that were learned from, the b of the one whose a is nearest, by the
    mean absolute difference, [n, 3, 32, 32]. In a new pose only the joints are compared."""
    seen = cases(task, SEEN, 100)
    mine, theirs = (s.a[:, 3:] if task == "pose" else s.a for s in (there, seen))
    return seen.b[torch.cdist(mine.flatten(1), theirs.flatten(1), p=1).argmin(1)]
