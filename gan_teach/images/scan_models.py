"""The trainings of chapter 27 on scans: a generator of healthy ones with its encoder, an autoencoder at
about the same cost, and translators between two machines whose collections hold more or fewer lesions.

`make weights` trains from the seeds 0, 1 and 2; the scores lie in `book/data/trust/`.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gan_teach import nets
from gan_teach.checks import one_of, positive
from gan_teach.images import growing, listed
from gan_teach.images.alarms import auc
from gan_teach.images.anomaly import Answer, Encoder, inverted, residual
from gan_teach.images.growing import Design, Drawn, GrowingDiscriminator, GrowingGenerator
from gan_teach.images.town import readings, scans
from gan_teach.images.town.scans import Scans
from gan_teach.images.translation import PatchDiscriminator, Translator, cyclegan
from gan_teach.training import Training

DESIGN = Design((6, 12, 24), (48, 32, 16), 16, channels=1)
SEEN, JUDGED, SEARCHED = 3000, 200, 60  # scans to learn from; to judge by; those judged by AnoGAN's search
GRAIN = 0.02
CONTRASTS, RADII = (-0.2, 0.1, 0.2, 0.4), (0.08, 0.14, 0.22)
LESION = {"contrast": 0.25, "radius": (0.14, 0.22)}  # of the collections for translators
SHOWN = 0.5  # a lesion is shown from half of its true brightness on


def dice(seed: int) -> torch.Generator:
    """A generator of random numbers with this seed."""
    return torch.Generator().manual_seed(seed)


def seen_by(machine: str, there: Scans, seed: int) -> Tensor:
    """The scans as "ct" or "mr" sees them, with grain, for networks: [n, 1, 24, 24], about [-1, 1]."""
    drawn = {"ct": scans.ct, "mr": scans.mr}[one_of("machine", machine, ("ct", "mr"))](there)
    return 2 * scans.grained(drawn, dice(seed), GRAIN) - 1


def healthy(n: int = SEEN, seed: int = 100) -> Tensor:
    """Healthy scans by the first machine, for networks."""
    return seen_by("ct", scans.sample(n, dice(seed)), seed + 1)


def collection(n: int, seed: int, share: float) -> Scans:
    """Scans of which this share has a lesion."""
    drawn = scans.sample(n, dice(seed), **LESION)
    ill = torch.arange(n) < round(share * n)
    return drawn.but(contrast=torch.where(ill, drawn.contrast, 0.0))


def of_scans(pictures: Tensor) -> Drawn:
    """The draw: pictures, and latents."""

    def draw(n: int, generator: torch.Generator) -> dict[str, Tensor]:
        which = torch.randint(len(pictures), (n,), generator=generator)
        return {"x": pictures[which], "z": torch.randn(n, DESIGN.latent_dim, generator=generator)}

    return draw


@dataclass(frozen=True)
class Model:
    """One training. kind: "gan" with an encoder after it, "autoencoder", or "translator" from a collection
    with half ill to one of which `share` is. steps, then: of the game, and of the encoder."""

    name: str
    kind: str
    steps: int
    then: int = 0
    share: float = 0.5


MODELS = {
    m.name: m
    for m in (
        Model("scans gan", "gan", 500, 400),
        Model("scans autoencoder", "autoencoder", 0, 1350),
        Model("scans to none ill", "translator", 400, share=0.0),
        Model("scans to half ill", "translator", 400, share=0.5),
        Model("scans to all ill", "translator", 400, share=1.0),
    )
}
SHIPPED = {
    "scans G": ("scans gan", "G"),
    "scans E": ("scans gan", "E"),
    **{f"{m.name} AB": (m.name, "AB") for m in MODELS.values() if m.kind == "translator"},
}


def _translator() -> Translator:
    return Translator(1, 1, channels=8, blocks=1)


def translation(share: float, seed: int = 0, steps: int = 400) -> Training:
    """A CycleGAN from the first machine's collection, half of it ill, to the second's, of which `share`
    is."""
    a, b = seen_by("ct", collection(2000, 200, 0.5), 201), seen_by("mr", collection(2000, 300, share), 301)

    def draw(n: int, generator: torch.Generator) -> dict[str, Tensor]:
        one, other = torch.randint(2000, (2, n), generator=generator)
        return {"a": a[one], "b": b[other]}

    police = PatchDiscriminator(1, 16), PatchDiscriminator(1, 16)
    return listed.falling(
        cyclegan(_translator(), _translator(), *police, draw),
        steps=steps,
        batch_size=8,
        lr_g=2e-3,
        lr_d=1e-3,
        seed=seed,
        device="cpu",
    )


class Course:
    """A generator of healthy scans, then an encoder that finds the latent whose picture is nearest to a scan
    (the "izi" training of f-AnoGAN, Schlegl et al. 2019); or both as an autoencoder, without police. `run`
    plays it to the end. done: steps taken; stopped: why the game ended by itself, or None."""

    def __init__(self, model: Model, seed: int = 0, steps: int | None = None):
        positive("seed", seed, whole=True, zero=True)
        self.model, self.seed, self.done, self.stopped = model, seed, 0, None
        self.steps = model.steps if steps is None else positive("steps", steps, whole=True)
        self.then = model.then if steps is None else steps
        with nets.seeded(seed):
            self.G, self.E = GrowingGenerator(DESIGN, scans.SIZE), Encoder(DESIGN.latent_dim)

    def _game(self, x: Tensor):
        game = growing.game(self.G, GrowingDiscriminator(DESIGN, scans.SIZE), of_scans(x))
        training = listed.steady(
            game,
            steps=self.steps,
            batch_size=16,
            lr=1e-2,
            ema_halflife=60,
            seed=self.seed,
            device="cpu",
        )
        training.run(progress=False)
        self.G = listed.modules(training, "G")["G"]
        self.done, self.stopped = training.done, training.stopped

    def run(self, progress: bool = True) -> "Course":
        """Play to the end."""
        x, luck, moved = healthy(), dice(self.seed), [*self.E.parameters()]
        if self.model.kind == "gan":
            self._game(x)
        else:
            moved += self.G.parameters()
        adam = torch.optim.Adam(moved, lr=2e-3)
        rate = torch.optim.lr_scheduler.CosineAnnealingLR(adam, self.then)
        for _ in range(self.then):
            some = x[torch.randint(len(x), (32,), generator=luck)]
            adam.zero_grad()
            (self.G(self.E(some)) - some).square().mean().backward()
            adam.step(), rate.step()
            self.done += 1
        return self


def start(name: str, seed: int = 0, steps: int | None = None, device=None) -> Training | Course:
    """The training of the model of that name, ready to run. Errors: `ValueError` for an unknown name."""
    model = MODELS[one_of("name", name, MODELS)]
    if model.kind != "translator":
        return Course(model, seed, steps)
    return translation(model.share, seed, model.steps if steps is None else steps)


def finished(training: Training | Course) -> dict[str, nn.Module]:
    """The networks as they are now: "G" and "E", or "AB" and "BA"."""
    if isinstance(training, Course):
        return {"G": training.G.eval().requires_grad_(False), "E": training.E.eval().requires_grad_(False)}
    return listed.modules(training, "AB", "BA")


def blank(name: str) -> nn.Module:
    """The untrained network that is shipped under that name."""
    net = SHIPPED[one_of("name", name, SHIPPED)][1]
    return {"G": lambda: GrowingGenerator(DESIGN, scans.SIZE), "E": lambda: Encoder(DESIGN.latent_dim)}.get(
        net, _translator
    )()


def cases(contrast: float, radius: float, n: int = JUDGED, seed: int = 51) -> tuple[Tensor, Tensor]:
    """n bodies that nobody has learned from, healthy and with such a lesion, by the first machine: two
    [n, 1, 24, 24], with grain of their own."""
    bodies = scans.sample(n, dice(seed))
    ill = bodies.but(contrast=contrast, radius=radius)
    return seen_by("ct", bodies, seed + 1), seen_by("ct", ill, seed + 2)


def told(answer: Answer, contrast: float, radius: float, n: int = JUDGED) -> dict[str, float]:
    """`auc` of residuals from a method's answer, scans with a lesion against the healthy, by the kind of
    residual, "peak" or "sum"."""
    both = [(x, answer(x)) for x in cases(contrast, radius, n)]
    return {how: round(auc(*(residual(*one, how) for one in both)), 4) for how in ("peak", "sum")}


def brightness(made: Tensor, there: Scans, machine: str = "mr") -> Tensor:
    """What pictures [n, 1, 24, 24] in [-1, 1] show of each body's own lesion: [n], 1 where it is as bright as
    it should be, 0 where nothing is."""
    drawn = {"ct": scans.ct, "mr": scans.mr}[one_of("machine", machine, ("ct", "mr"))]
    bare = drawn(there.but(contrast=0.0))
    extra = drawn(there.but(contrast=LESION["contrast"])) - bare
    return (((made + 1) / 2 - bare) * extra).sum((1, 2, 3)) / extra.square().sum((1, 2, 3))


def lesions(made: Tensor, there: Scans, machine: str = "mr") -> tuple[float, float]:
    """What a machine's pictures [n, 1, 24, 24] in [-1, 1] show: the share that shows its own lesion, by
    at least half of its brightness, and the share that shows one anywhere: 3 x 3 pixels that are brighter
    than the healthy body by half of a lesion's brightness."""
    own = brightness(made, there, machine)
    more = (made + 1) / 2 - {"ct": scans.ct, "mr": scans.mr}[machine](there.but(contrast=0.0))
    least = SHOWN * scans.GREYS[machine][-1] * LESION["contrast"]
    anywhere = F.avg_pool2d(more, 3, 1, 1).amax((1, 2, 3)) > least
    return readings.share(own > SHOWN), readings.share(anywhere)


def judged() -> dict[str, tuple[Scans, Tensor]]:
    """Bodies that no translator has learned from, "healthy" and "ill", with the first machine's pictures."""
    ill = collection(JUDGED, 61, 1.0)
    both = {"healthy": ill.but(contrast=0.0), "ill": ill}
    return {who: (there, seen_by("ct", there, 62)) for who, there in both.items()}


@torch.no_grad()
def _of_translator(networks: dict[str, nn.Module]) -> dict:
    found = {}
    for who, (there, x) in judged().items():
        made = networks["AB"](x)
        own, anywhere = lesions(made, there)
        off = float(((made + 1) / 2 - scans.mr(there)).abs().mean())
        again = networks["BA"](made)
        back, returned = float((again - x).abs().mean()) / 2, lesions(again, there, "ct")[0]
        found[who] = {"own": own, "anywhere": anywhere, "returned": returned}
        found[who] |= {"off": round(off, 4), "back": round(back, 4)}
    return found


def score(name: str, networks: dict[str, nn.Module], eye: nn.Module | None, seed: int) -> dict:
    """Of a translator: what its pictures show of the healthy and of the ill, and what share of the ill have
    their lesion again on the way back ("returned"). Of the others: "auc" by contrast
    and radius, of both kinds of `residual`; "searched": that of AnoGAN's search from the encoder's latent,
    for one kind of lesion and fewer scans, and "unsearched" without the search."""
    if MODELS[name].kind == "translator":
        return _of_translator(networks)
    G, E = networks["G"], networks["E"]

    def by_encoder(x):
        with torch.no_grad():
            return G(E(x))

    def by_search(x):
        return G(inverted(G, x, E(x), steps=40))

    every = {f"{c} {r}": told(by_encoder, c, r) for c in CONTRASTS for r in RADII}
    found = {how: {case: row[how] for case, row in every.items()} for how in ("peak", "sum")}
    few = {"unsearched": by_encoder, "searched": by_search}
    return found | {word: told(way, 0.2, 0.14, SEARCHED)["peak"] for word, way in few.items()}
