"""Still pictures with matplotlib: each function draws on the axes it is given and returns them. Drawing never
trains.

One set of colours throughout, `palette`'s for a light page; exact curves are dashed as well. Figures are
drawn on white; the book's style sheet turns them over for the dark theme.
"""

import base64
import io
from collections.abc import Callable, Sequence
from html import escape

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.colors import LinearSegmentedColormap

from gan_teach import losses, palette
from gan_teach.exact.theory import optimal_discriminator, pushforward_density, sigmoid
from gan_teach.snapshot import Recording, Snapshot
from gan_teach.targets import NoDensityError, Target

DATA, FAKE, CRITIC, EXACT, QUIET = (
    palette.THEMES["light"][name] for name in ("data", "fakes", "D", "exact", "quiet")
)
FIELD = LinearSegmentedColormap.from_list("verdict", palette.THEMES["light"]["field"])
SIZE = (7.0, 3.6)


def figure(columns: int = 1, rows: int = 1, size: tuple[float, float] = SIZE):
    """A figure and its axes in the book's size, in inches."""
    return plt.subplots(rows, columns, figsize=size, layout="constrained")


def png(fig, dpi: int) -> bytes:
    """The figure as a PNG; closes it."""
    file = io.BytesIO()
    fig.savefig(file, format="png", dpi=dpi)
    plt.close(fig)
    return file.getvalue()


def density(ax, x, values, color, label, style="-"):
    """A density over x [n], filled lightly."""
    ax.fill_between(x, values, color=color, alpha=0.12, linewidth=0)
    ax.plot(x, values, style, color=color, label=label)
    return ax


def losses_over_time(ax, recording: Recording, loss: losses.Loss | str = "non_saturating", smooth: int = 25):
    """Both losses at every step (running means over `smooth` steps) with the levels of the equilibrium,
    dashed."""
    loss = losses.get(loss)
    window = np.ones(smooth) / smooth
    for values, level, color, name in (
        (recording.d_loss, loss.d_equilibrium, CRITIC, "D"),
        (recording.g_loss, loss.g_equilibrium, FAKE, "G"),
    ):
        mean = np.convolve(values, window, mode="valid") if len(values) >= smooth else values
        ax.plot(
            np.arange(len(mean)) + len(values) - len(mean) + 1, mean, color=color, label=f"loss of {name}"
        )
        if level is not None:
            ax.axhline(
                level, color=color, linestyle="--", linewidth=1, label=f"level of {name} at the equilibrium"
            )
    ax.set(xlabel="step", ylabel="loss")
    ax.legend(fontsize="small")
    return ax


def game_1d(
    ax, snapshot: Snapshot, target: Target, p_g=None, lines: int = 30, best: bool = True, names: bool = False
):
    """Figure 1 of arXiv:1406.2661: p_data, p_G, D learned and D* exact; below them the map z -> x as lines.

    p_g: the density of the fakes on the snapshot's grid [n]; without it a histogram of the fakes is drawn and
    no D*. best: whether D* is drawn. names: write the curves' names above the picture in
    their colours, in place of a legend and of a title (which then goes to the right).
    """
    x = snapshot.axes[0]
    try:
        p = target.density(x)
    except NoDensityError:
        p = None
        ax.hist(
            snapshot.x_real[:, 0],
            bins=60,
            range=target.own_window[0],
            density=True,
            color=DATA,
            alpha=0.4,
            label="data",
        )
    top = 1.05 if p is None else max(1.05, 1.25 * p.max())
    if p is not None:
        density(ax, x, p, DATA, "data $p_{data}$", "--")
    if p_g is None:
        ax.hist(
            snapshot.x_fake[:, 0],
            bins=60,
            range=target.own_window[0],
            density=True,
            color=FAKE,
            alpha=0.5,
            label="fakes",
        )
    else:
        density(ax, x, np.minimum(p_g, top), FAKE, "fakes $p_G$")
        if best and p is not None:
            ax.plot(x, optimal_discriminator(p, p_g), ":", color=EXACT, label="exact $D^*$")
    ax.plot(x, sigmoid(snapshot.grid_logits), color=CRITIC, label="police $D$")
    ax.set(ylim=(-0.55, top), xlim=target.own_window[0], title=f"step {snapshot.step:,}", xlabel="x")
    ax.set_yticks([0, 0.5, 1])
    ax.axhline(0, color=QUIET, linewidth=0.8)
    _latent_lines(ax, snapshot, target, lines)
    if names:
        _coloured_names(ax, p_g is not None and best)
    return ax


def _coloured_names(ax, best: bool):
    """The curves' names in their colours above the axes, the step at the right."""
    ax.set_title(ax.get_title(), loc="right", fontsize="medium")
    ax.set_title("")
    words = [("public $p_{data}$", DATA), ("thieves $p_G$", FAKE), ("police $D$", CRITIC)]
    for at, (word, color) in zip((0, 82, 160, 232), words + [("exact $D^*$", EXACT)] * best):
        ax.annotate(word, (0, 1), (at, 5), xycoords="axes fraction", textcoords="offset points", color=color)


def _latent_lines(ax, snapshot, target, lines):
    """Latents at evenly spaced ranks on a line at the bottom, each joined to its fake on the axis above."""
    order = np.argsort(snapshot.z[:, 0])[np.linspace(0, len(snapshot.z) - 1, lines).astype(int)]
    z, x = snapshot.z[order, 0], snapshot.x_fake[order, 0]
    low, high = target.own_window[0]
    at = low + (z - z.min()) / (z.max() - z.min()) * (high - low) * 0.9 + 0.05 * (high - low)
    ax.plot(np.stack([at, x]), np.array([[-0.45], [-0.02]]) * np.ones((1, lines)), color=QUIET, linewidth=0.7)
    ax.plot(at, np.full(lines, -0.45), ".", color=QUIET, markersize=3)
    ax.text(low, -0.52, " z", color=QUIET, fontsize="small")


def game_2d(ax, snapshot: Snapshot, target: Target, field: bool = True, arrows: int = 0):
    """Real samples, fakes, D's verdict as a coloured field with its contour at 1/2; arrows: how many fakes
    show the step that G's loss asks of them (lengths to a common scale, the longest a tenth of the
    window)."""
    (left, right), (bottom, top) = target.own_window
    if field:
        probability = sigmoid(snapshot.grid_logits)
        ax.imshow(
            probability,
            origin="lower",
            extent=(left, right, bottom, top),
            cmap=FIELD,
            vmin=0,
            vmax=1,
            aspect="auto",
        )
        if probability.min() < 0.5 < probability.max():
            ax.contour(*snapshot.axes, probability, levels=[0.5], colors=CRITIC, linewidths=1)
    ax.plot(*snapshot.x_real.T, "o", color=DATA, markersize=2.5, alpha=0.5, label="data")
    ax.plot(*snapshot.x_fake.T, "o", color=FAKE, markersize=2.5, alpha=0.5, label="fakes")
    if arrows:
        start, step = snapshot.x_fake[:arrows], snapshot.asked_steps[:arrows]
        scale = 0.1 * (right - left) / max(np.linalg.norm(step, axis=1).max(), 1e-12)
        ax.quiver(
            *start.T, *(scale * step).T, angles="xy", scale_units="xy", scale=1, width=0.004, color=EXACT
        )
    spans = sorted([right - left, top - bottom])
    alike = (
        "equal" if spans[1] < 5 * spans[0] else "auto"
    )  # the same unit both ways, unless one would be a line
    ax.set(xlim=(left, right), ylim=(bottom, top), aspect=alike, title=f"step {snapshot.step:,}")
    return ax


def sheet(ax, shown, columns: int | None = None):
    """Images [n, height, width] in rows of `columns` (a square without it), dark to bright over their own
    range."""
    shown = np.asarray(shown)
    count, height, width = shown.shape
    columns = int(np.ceil(np.sqrt(count))) if columns is None else columns
    rows = -(-count // columns)
    laid = np.full((rows * columns, height, width), shown.min())
    laid[:count] = shown
    ax.imshow(
        laid.reshape(rows, columns, height, width).swapaxes(1, 2).reshape(rows * height, columns * width),
        cmap="gray",
    )
    ax.set_axis_off()
    return ax


def rows(ax, named, above: Sequence[str] = ()):
    """Rows of pictures with their names to the left: {name: pictures [n, 1 or 3, height, width] in [0, 1]},
    grey or in colours, the same n and size in all. above: what stands over the first of each column."""
    strips = []
    for pictures in named.values():
        pictures = np.clip(np.asarray(pictures), 0, 1)
        pictures = np.broadcast_to(pictures, (len(pictures), 3, *pictures.shape[2:]))
        strips.append(np.concatenate(pictures.transpose(0, 2, 3, 1), axis=1))
    height, width = strips[0].shape[0], strips[0].shape[1] // len(pictures)
    ax.imshow(np.concatenate(strips), interpolation="nearest")
    for i in range(1, len(strips)):
        ax.axhline(i * height - 0.5, color="white", linewidth=2)
    for i in range(1, len(pictures)):
        ax.axvline(i * width - 0.5, color="white", linewidth=2)
    # Words that can be read on a telephone, where the whole figure is as wide as the screen.
    words = max(11, 1.4 * ax.figure.get_figwidth())
    ax.set_yticks([(i + 0.5) * height for i in range(len(strips))], list(named), fontsize=words)
    ax.set_xticks([(i + 0.5) * width - 0.5 for i in range(len(above))], list(above), fontsize=words - 1)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def images(ax, snapshot: Snapshot, size: tuple[int, int], most: int = 64):
    """The first fakes as images [height, width] = size in a square grid, dark to bright over the samples' own
    range."""
    height, width = size
    sheet(ax, snapshot.x_fake[:most].reshape(-1, height, width))
    ax.set(title=f"step {snapshot.step:,}")
    return ax


def generator_density(game, snapshot: Snapshot, x=None) -> np.ndarray:
    """The exact density of the fakes of a 1-D game on the snapshot's grid, or at x [n]
    (theory.pushforward_density)."""
    import torch

    from gan_teach.nets import load  # the only place where a picture needs the network itself

    G = load(game.generator, snapshot.theta.astype(np.float64))

    def g(z):
        with torch.no_grad():
            return G(torch.from_numpy(z).reshape(-1, 1)).numpy()[:, 0]

    return pushforward_density(g, game.latent, snapshot.axes[0] if x is None else x)


class Flipbook:
    """Frames of a picture to page through: a slider and a button, in the notebook and on the built page
    alike.

    draw: called with fresh axes (an array of `columns` of them, if more than one) and each item. captions:
    one text per frame, which is also the alt text. The HTML holds the frames itself and asks for nothing from
    outside; where only a still is shown, it is the last frame.
    """

    def __init__(
        self,
        items: Sequence,
        draw: Callable,
        captions: Sequence[str],
        size: tuple[float, float] = SIZE,
        columns: int = 1,
    ):
        if len(items) == 0 or len(items) != len(captions):
            raise ValueError(
                "items and captions must be equally many and not none, "
                f"but {len(items)} and {len(captions)} were given"
            )
        self.captions, self.frames = list(captions), [self._png(item, draw, size, columns) for item in items]

    @staticmethod
    def _png(item, draw, size, columns) -> bytes:
        fig, ax = figure(columns, size=size)
        draw(ax, item)
        return png(fig, dpi=80)

    def __repr__(self):
        return f"<flipbook of {len(self.frames)} frames>"

    def _repr_png_(self):
        return self.frames[-1]

    def _repr_html_(self):
        frames = "".join(
            f'<img alt="{escape(caption)}" src="data:image/png;base64,{base64.b64encode(png).decode()}"'
            f"{'' if i == 0 else ' hidden'}>"
            for i, (png, caption) in enumerate(zip(self.frames, self.captions))
        )
        return FLIPBOOK.format(frames=frames, last=len(self.frames) - 1, first=escape(self.captions[0]))


# The script finds its own box, so that several flipbooks on one page do not disturb each other.
FLIPBOOK = """<div class="flipbook">{frames}
<p><button type="button">Play</button>
<input type="range" min="0" max="{last}" value="0" step="1" aria-label="frame" style="width:60%;vertical-align:middle">
<span role="status">{first}</span></p>
<script>(() => {{
  const box = document.currentScript.closest(".flipbook"), images = [...box.querySelectorAll("img")];
  const bar = box.querySelector("input"), button = box.querySelector("button"), text = box.querySelector("span");
  let timer = null;
  const show = () => {{ images.forEach((im, i) => im.hidden = i !== +bar.value); text.textContent = images[bar.value].alt;
    bar.setAttribute("aria-valuetext", text.textContent); }};
  const stop = () => {{ clearInterval(timer); timer = null; button.textContent = "Play"; }};
  bar.addEventListener("input", () => {{ stop(); show(); }});
  button.addEventListener("click", () => {{
    if (timer) return stop();
    if (+bar.value === images.length - 1) bar.value = 0;
    button.textContent = "Pause";
    timer = setInterval(() => {{ bar.value = +bar.value + 1; show(); if (+bar.value === images.length - 1) stop(); }}, 200);
  }});
}})();</script></div>"""  # noqa: E501
