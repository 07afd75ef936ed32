"""The trainings of chapter 19: portraits of the town by generators whose latent tells every layer how to
paint, and by those in which it enters at the bottom.

`make weights` trains them from three seeds each, and a larger pair of networks for longer, once, for the
pictures of this part and the next; three generators are shipped.
"""

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn

from gan_teach.checks import one_of, positive
from gan_teach.images import growing_models, listed, quality, style
from gan_teach.images import style_measures as measures
from gan_teach.images.classifier import in_parts
from gan_teach.images.growing import Design, GrowingDiscriminator, GrowingGenerator, pixel_norm
from gan_teach.images.style import StyleGenerator
from gan_teach.images.style_measures import Space
from gan_teach.players import GeneralGame
from gan_teach.training import Training

LATENT_DIM, SIDE = 32, 32
# How many pictures are judged; pairs of latents for path lengths and for detours; latents for probes and for
# pushes; pairs for swaps; how far w is drawn to its mean.
JUDGED, PAIRS, SHORT, PROBED, PUSHED, SWAPPED = 1000, 300, 100, 2000, 300, 400
PSI = (0.0, 0.25, 0.5, 0.75, 1.0)
BELOW = Design((4, 8, 16, SIDE), (64, 64, 32, 16), LATENT_DIM)  # the generators with the latent at the bottom
WATCHING = Design((8, 16, SIDE), (64, 32, 16), LATENT_DIM)  # the discriminators of all that are compared
# The larger pair: layers of the generator, and the discriminator.
LARGER, WATCHING_CLOSELY = (64, 64, 48, 32), Design((4, 8, 16, SIDE), (96, 64, 48, 32), LATENT_DIM)


@dataclass(frozen=True)
class Model:
    """One training. kind: "style", or "bottom", where the latent enters. mixing: the share of fakes with two
    styles. steps: with them all models that are compared take about the same time. larger: networks with more
    channels, that are compared with nothing."""

    name: str
    kind: str
    mixing: float = 0.0
    steps: int = 600
    lr: float = 1e-2
    batch_size: int = 16
    ema_halflife: float = 60
    larger: bool = False

    def generator(self) -> nn.Module:
        """The untrained generator."""
        if self.kind == "bottom":
            return GrowingGenerator(BELOW, SIDE)
        return StyleGenerator(latent_dim=LATENT_DIM, **({"widths": LARGER} if self.larger else {}))

    def game(self, pictures: Tensor) -> GeneralGame:
        """The game on these portraits, [n, 3, 32, 32] in [-1, 1]."""
        G = self.generator()
        D = GrowingDiscriminator(WATCHING_CLOSELY if self.larger else WATCHING, SIDE)
        if isinstance(G, StyleGenerator):
            return style.game(G, D, style.drawn(pictures, G, self.mixing))
        return style.game(G, D, growing_models.of_town(pictures, SIDE, LATENT_DIM), style.BARE)


MODELS = {
    m.name: m
    for m in (
        Model("style", "style", 0.5),
        Model("style unmixed", "style"),
        Model("bottom", "bottom"),
        Model("style long", "style", 0.5, 4000, 4e-3, 24, 300, larger=True),
    )
}
COMPARED = tuple(name for name, model in MODELS.items() if not model.larger)
ONCE = ("style long",)  # takes a quarter of an hour, and serves as a painter only: one seed is enough
SHIPPED = {
    "style G": ("style", "G"),
    "style bottom G": ("bottom", "G"),
    "style long G": ("style long", "G"),
}


def start(name: str, seed: int = 0, steps: int | None = None, device=None) -> Training:
    """The training of the model of that name, ready to run; steps: another length than the model's own.
    Errors: `ValueError` for an unknown name."""
    model = MODELS[one_of("name", name, MODELS)]
    steps = model.steps if steps is None else positive("steps", steps, whole=True)
    return listed.steady(
        model.game(growing_models.portraits(growing_models.SEEN, 100)[1]),
        steps=steps,
        batch_size=model.batch_size,
        lr=model.lr,
        ema_halflife=model.ema_halflife,
        seed=seed,
        every=max(1, min(500, steps // 4)),
        device=device,
    )


def finished(training: Training) -> dict[str, nn.Module]:
    """The averaged generator, "G", as an ordinary module on the CPU."""
    return listed.modules(training, "G")


def blank(name: str) -> nn.Module:
    """The untrained network that is shipped under that name."""
    return MODELS[SHIPPED[one_of("name", name, SHIPPED)][0]].generator()


def eye_of(name: str) -> str:
    """Which of the shipped networks judges that model: the town's reader."""
    one_of("name", name, MODELS)
    return "reader"


def latents(n: int, seed: int) -> Tensor:
    """n latents, [n, latent_dim]."""
    return torch.randn(n, LATENT_DIM, generator=torch.Generator().manual_seed(seed))


def spaces(G: nn.Module) -> dict[str, Space]:
    """Where one can walk with this generator: "z", on circles, and where there is a mapping network also "w",
    straight; without noise. (Of z only the direction counts, for all of our generators.)"""
    found = {"z": Space(measures.arc, G)}
    if isinstance(G, StyleGenerator):
        found["w"] = Space(measures.line, partial(measures.painted, G))
    return found


def pointed(G: nn.Module, z: Tensor, where: str) -> Tensor:
    """The points of latents in a space: directions of z, or w."""
    return G.mapping(z) if where == "w" else pixel_norm(z)


@torch.no_grad()
def made(G: nn.Module, n: int, seed: int, mixed: bool = False) -> Tensor:
    """n pictures of G as it was trained: [n, 3, 32, 32] in (-1, 1). mixed: from two styles each, from a
    random layer on."""
    z = latents(n, 1000 + seed)
    if not isinstance(G, StyleGenerator):
        return in_parts(G, z, size=250)
    dice = torch.Generator().manual_seed(3000 + seed)
    noise, layers = torch.randn(n, G.places, generator=dice), style.crossed(n, G.count, 1.0, dice)
    styles = G.styles(z)
    if mixed:
        styles = torch.where(layers[:, :, None] > 0.5, G.styles(latents(n, 4000 + seed)), styles)
    return torch.cat([G.paint(w, e) for w, e in zip(styles.split(250), noise.split(250))])


def mean_style(G: StyleGenerator, n: int = 4000) -> Tensor:
    """The mean of w over n latents, [latent_dim]."""
    return G.mapping(latents(n, 77)).mean(0)


@torch.no_grad()
def truncations(G: StyleGenerator, eye: nn.Module, real: Tensor, seed: int = 0) -> dict[str, dict]:
    """Pictures whose w is drawn to the mean, w' = mean + psi (w - mean) (2019, appendix B), for each psi: how
    far they are from real ones, how unlike a photograph, and precision and recall in the reader's
    features."""
    w, mean, n = G.mapping(latents(JUDGED, 1000 + seed)), mean_style(G), JUDGED // 2
    noise = torch.randn(JUDGED, G.places, generator=torch.Generator().manual_seed(3000 + seed))
    features, found = in_parts(eye.features, (real + 1) / 2, size=500), {}
    for psi in PSI:
        parts = zip((mean + psi * (w - mean)).split(250), noise.split(250))
        x = torch.cat([measures.painted(G, *part) for part in parts])
        theirs = in_parts(eye.features, (x + 1) / 2, size=500)
        precision, recall = quality.precision_recall(features[:n], theirs[:n])
        found[str(psi)] = {
            "read": round(quality.frechet(features, theirs), 1),
            "unlike": measures.unlike(eye, x),
            "precision": round(precision, 3),
            "recall": round(recall, 3),
        }
    return found


@torch.no_grad()
def in_space(G: nn.Module, eye: nn.Module, where: str, seed: int) -> dict:
    """What a walk, a straight cut and a push find in "z" or "w": `measures.path_length`, `detours`,
    `separability`, `pushes`."""
    space, dice = spaces(G)[where], torch.Generator().manual_seed(5000 + seed)
    a, b = (pointed(G, latents(PAIRS, 5000 + 2 * seed + i), where) for i in (0, 1))
    x = pointed(G, latents(PROBED, 6000 + seed), where)
    parts = measures.separability(x, measures.seen(eye, measures.pictures_at(space, x)))
    return {
        "path": round(measures.path_length(space, eye, a, b, torch.rand(PAIRS, generator=dice)), 1),
        "detours": measures.detours(space, eye, a[:SHORT], b[:SHORT]),
        "separability": round(measures.score_of(parts), 3),
        "cuts": parts,
        "pushes": {name: measures.pushes(space, eye, x[:PUSHED], name) for name in ("glasses", "beard")},
    }


def score(name: str, networks: dict[str, nn.Module], eye: nn.Module, seed: int) -> dict:
    """How far portraits are from real ones (`growing_models.distances`, of 1,000), what the reader sees in
    them, and what it sees change with the latent; of style generators also mixed styles, swapped layers and
    truncation. eye: the town's reader."""
    G, real = networks["G"], growing_models.portraits(JUDGED, 101)[1]
    pictures = made(G, JUDGED, seed)
    found = growing_models.distances(real, pictures, eye)
    found |= {
        "unlike": measures.unlike(eye, pictures),
        "shares": measures.shares(measures.seen(eye, pictures)),
    }
    found |= {where: in_space(G, eye, where, seed) for where in spaces(G)}
    if isinstance(G, StyleGenerator):
        mixed = growing_models.distances(real, made(G, JUDGED, seed, mixed=True), eye)
        found |= {"mixed": mixed["read"], "truncated": truncations(G, eye, real, seed)}
        with torch.no_grad():
            found["swaps"] = measures.swaps(
                G, eye, latents(SWAPPED, 7000 + seed), latents(SWAPPED, 8000 + seed)
            )
    return found
