"""A generator whose latent tells every layer how to paint: the layers and the game of StyleGAN (Karras et al.
2019, arXiv:1812.04948; 2020, arXiv:1912.04958). Chapter 19.

.. code-block:: none

    G.mapping(z)                w, [n, latent_dim]
    G.styles(z)                 w a layer, [n, layers, latent_dim]
    G.paint(styles, noise)      pictures; styles of any latents
    G(z, other, layers, noise)  pictures; some layers with other's style

Pictures are [n, 3, side, side] in (-1, 1). Random numbers of the layers come in with the draw, like the
latents: noise [n, G.places], one number for each place of each layer but the last.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gan_teach import losses
from gan_teach.checks import positive
from gan_teach.images.growing import Scaled, ScaledLinear, pixel_norm, steepness
from gan_teach.images.translation import Drawn, doubled
from gan_teach.losses import Loss
from gan_teach.players import GeneralGame, Player


class ModulatedConv2d(Scaled):
    """Pictures [n, n_in, s, s] and styles [n, n_in] -> [n, n_out, s, s]: each sample has weights of its own,
    w'_ijk = s_j w_ijk, and demodulated, w'_ijk / sqrt(sum_jk w'_ijk^2) (2020, eq. 1 and 3).

    The same for less work: what comes in is multiplied by s, what comes out divided by the root, and all
    samples share one convolution. kernel: odd.
    """

    def __init__(self, n_in: int, n_out: int, kernel: int = 3, demodulate: bool = True):
        if positive("kernel", kernel, whole=True) % 2 == 0:
            raise ValueError(f"kernel must be odd, so that pictures keep their side, but {kernel} was given")
        super().__init__(n_out, n_in, kernel, kernel, gain=1.0, equalised=True)
        self.demodulate = demodulate

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        w = self.weight * self.scale
        h = F.conv2d(x * style[:, :, None, None], w, padding=w.shape[-1] // 2)
        if self.demodulate:
            size = style.square() @ w.square().sum((2, 3)).T
            h = h * torch.rsqrt(size + 1e-8)[:, :, None, None]
        return h + self.bias[:, None, None]


class StyleLayer(nn.Module):
    """What one w does to one layer: x [n, n_in, s, s], w [n, latent_dim], noise [n, 1, s, s] or None ->
    [n, n_out, s, s]. The style is an affine function of w that begins at 1; the noise has a strength for each
    channel that begins at 0. `pixel_norm` at the end is not of these papers but of chapter 18's."""

    def __init__(self, latent_dim: int, n_in: int, n_out: int):
        super().__init__()
        self.style = ScaledLinear(latent_dim, n_in, gain=1.0)
        self.conv = ModulatedConv2d(n_in, n_out)
        self.strength = nn.Parameter(torch.zeros(n_out))
        self.reset_parameters()

    def reset_parameters(self):
        """No noise at first. (`StyleGenerator` adds the 1 to the style.)"""
        nn.init.zeros_(self.strength)

    def forward(self, x: Tensor, w: Tensor, noise: Tensor | None = None) -> Tensor:
        h = self.conv(x, 1 + self.style(w))
        if noise is not None:
            h = h + self.strength[:, None, None] * noise
        return pixel_norm(F.leaky_relu(h, 0.2))


class SlowLinear(ScaledLinear):
    """A `ScaledLinear` that starts the same and moves with `rate` times the rate: what is stored is divided
    by it, and multiplied when it is used (2019, appendix C)."""

    def __init__(self, n_in: int, n_out: int, gain: float = 2.0, rate: float = 0.1):
        super().__init__(n_in, n_out, gain)
        self.rate = positive("rate", rate)
        self.start, self.scale = self.start / rate, self.scale * rate
        self.reset_parameters()

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight * self.scale, self.bias * self.rate)


class MappingNetwork(nn.Module):
    """Latents z [n, latent_dim], normalised -> w [n, latent_dim], through `depth` layers, with a tenth of the
    rate; the last one is linear (the paper's isn't)."""

    def __init__(self, latent_dim: int, hidden: int = 96, depth: int = 3):
        super().__init__()
        between = [positive("hidden", hidden, whole=True)] * (positive("depth", depth, whole=True) - 1)
        sizes = [positive("latent_dim", latent_dim, whole=True), *between, latent_dim]
        self.layers = nn.ModuleList(
            SlowLinear(a, b, 1.0 if i == depth - 1 else 2.0) for i, (a, b) in enumerate(zip(sizes, sizes[1:]))
        )

    def forward(self, z: Tensor) -> Tensor:
        *before, last = self.layers
        h = pixel_norm(z)
        for layer in before:
            h = F.leaky_relu(layer(h), 0.2)
        return last(h)


class StyleGenerator(nn.Module):
    """Latents z [n, latent_dim] -> pictures [n, 3, side, side] in (-1, 1), side the last of `sides`. There is
    a layer at each side, and a last one that turns channels into colours: `count` of them.

    other: latents of a second style; layers: [n, count], 1 where a layer gets it and 0 elsewhere. noise:
    [n, places], normal numbers; None: no noise.
    """

    def __init__(
        self,
        sides: Sequence[int] = (4, 8, 16, 32),
        widths: Sequence[int] = (64, 64, 32, 16),
        latent_dim: int = 32,
        hidden: int = 96,
        depth: int = 3,
    ):
        super().__init__()
        _check(sides, widths)
        self.sides, self.latent_dim = tuple(sides), latent_dim
        self.mapping = MappingNetwork(latent_dim, hidden, depth)
        self.start = nn.Parameter(torch.empty(widths[0], sides[0], sides[0]))
        self.painters = nn.ModuleList(
            StyleLayer(latent_dim, n_in, n_out) for n_in, n_out in zip((widths[0], *widths), widths)
        )
        self.colour_style = ScaledLinear(latent_dim, widths[-1], gain=1.0)
        self.colours = ModulatedConv2d(widths[-1], 3, 1, demodulate=False)
        self.reset_parameters()

    def reset_parameters(self):
        """The picture that all begin with is drawn from N(0, 1)."""
        nn.init.normal_(self.start)

    @property
    def count(self) -> int:
        """How many layers are told how to paint."""
        return len(self.painters) + 1

    @property
    def places(self) -> int:
        """How many numbers of noise a picture takes."""
        return sum(side**2 for side in self.sides)

    def styles(self, z: Tensor) -> Tensor:
        """The w of each latent, once for each layer: [n, count, latent_dim]."""
        return self.mapping(z)[:, None].expand(-1, self.count, -1)

    def paint(self, styles: Tensor, noise: Tensor | None = None) -> Tensor:
        """Pictures for styles [n, count, latent_dim]."""
        *told, last = styles.unbind(1)
        h = self.start.expand(len(styles), -1, -1, -1)
        h = h.contiguous(memory_format=torch.channels_last)  # in which convolutions are faster
        parts = [None] * len(told) if noise is None else noise.split([s * s for s in self.sides], 1)
        for i, (painter, w, part) in enumerate(zip(self.painters, told, parts)):
            side = self.sides[i]
            h = painter(doubled(h) if i else h, w, None if part is None else part.view(-1, 1, side, side))
        return self.colours(h, 1 + self.colour_style(last)).tanh()

    def forward(
        self,
        z: Tensor,
        other: Tensor | None = None,
        layers: Tensor | None = None,
        noise: Tensor | None = None,
    ) -> Tensor:
        styles = self.styles(z)
        if other is not None:
            styles = torch.where(layers[:, :, None] > 0.5, self.styles(other), styles)
        return self.paint(styles, noise)


def _check(sides: Sequence[int], widths: Sequence[int]):
    if not sides or any(b != 2 * a for a, b in zip(sides, sides[1:])):
        raise ValueError(f"each side must be twice the one before, but {tuple(sides)} was given")
    if len(widths) != len(sides):
        raise ValueError(f"there must be a width for each of {tuple(sides)}, but {tuple(widths)} was given")


def crossed(n: int, count: int, share: float, generator: torch.Generator) -> Tensor:
    """Which layers get a second style, [n, count]: in this share of samples all layers from a random one on
    (not the first), in the others none (2019, section 3.1). Errors: `ValueError` for a share outside of
    [0, 1]."""
    if not 0 <= share <= 1:
        raise ValueError(f"share must be from 0 to 1, but {share!r} was given")
    begin = torch.randint(1, positive("count", count, whole=True), (n, 1), generator=generator)
    mixed = torch.rand(n, 1, generator=generator) < share
    return ((torch.arange(count) >= begin) & mixed).float()


def drawn(pictures: Tensor, G: StyleGenerator, mixing: float = 0.9) -> Drawn:
    """The draw of a style generator: pictures, latents, second latents and the layers that get them, noise.
    mixing: the share of fakes with two styles."""
    crossed(1, G.count, mixing, torch.Generator())

    def draw(n: int, generator: torch.Generator) -> dict[str, Tensor]:
        which = torch.randint(len(pictures), (n,), generator=generator)
        z, other = torch.randn(2, n, G.latent_dim, generator=generator)
        return {
            "x": pictures[which],
            "z": z,
            "other": other,
            "layers": crossed(n, G.count, mixing, generator),
            "noise": torch.randn(n, G.places, generator=generator),
        }

    return draw


STYLED, BARE = ("z", "other", "layers", "noise"), ("z",)  # what of a draw a generator is given


@dataclass(frozen=True)
class _Inputs:
    names: tuple[str, ...]

    def __call__(self, draw):
        return [draw[name] for name in self.names]


def game(
    G: nn.Module,
    D: nn.Module,
    draw: Drawn,
    inputs: Sequence[str] = STYLED,
    gamma: float = 1.0,
    share: int = 4,
    loss: Loss = losses.non_saturating,
) -> GeneralGame:
    """A game in which G gets these parts of the draw. gamma: weight of R1, gamma/2 |grad D|^2 at real
    pictures, a knob; found on one real picture in `share`, as in chapter 18."""
    positive("share", share, whole=True)
    given = _Inputs(tuple(inputs))

    def police(net, draw, knobs):
        x = draw["x"]
        value = loss.d(net.D(x), net.D(net.G(*given(draw)))).mean()
        return value + knobs["gamma"] / 2 * steepness(net.D, x, share), {"D": value}

    def thief(net, draw, knobs):
        value = loss.g(None, net.D(net.G(*given(draw)))).mean()
        return value, {"G": value}

    players = {"D": Player(("D",), police), "G": Player(("G",), thief)}
    return GeneralGame({"G": G, "D": D}, players, draw, start_knobs={"gamma": gamma}, averaged=("G",))
