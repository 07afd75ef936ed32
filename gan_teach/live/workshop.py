"""A generator of digits that works in the page: digits asked for and made, and read by a classifier; and the
reader's own, drawn by hand. Chapter 13.

What the page gets are the networks themselves, their numbers in half precision, and a WebAssembly module
compiled from them. So no picture is stored, and the latents are the reader's.
"""

import base64

import numpy as np
import torch
from torch import nn

from gan_teach import nets, plots
from gan_teach.compiled.compiler import Module, compile
from gan_teach.live import pieces
from gan_teach.live.pieces import Piece


def _flat(net: nn.Module) -> torch.Tensor:
    """The parameters as a page has them: rounded to half precision."""
    return nets.flatten(net).half().float()


def compiled(generator: nn.Module, classifier: nn.Module, latent_dim: int, classes: int = 10) -> Module:
    """The functions `make` (z [classes, latent_dim] and y [classes, classes] -> images [classes, 784]),
    `read` (images -> seen [classes, classes], logits) and `judge` (drawing [1, 784] -> verdict [1, classes]);
    G and C are the parameters. Errors: `NotImplementedError` for a network that can't be compiled."""
    pixels = generator(torch.zeros(1, latent_dim), torch.zeros(1, classes)).shape[1]
    places = {"G": _flat(generator), "C": _flat(classifier), "drawing": torch.zeros(1, pixels)}
    places |= {"z": torch.zeros(classes, latent_dim), "y": torch.zeros(classes, classes)}
    functions = {
        "make": lambda t: {"images": nets.apply(generator, t["G"], t["z"], t["y"])},
        "read": lambda t: {"seen": nets.apply(classifier, t["C"], t["images"])},
        "judge": lambda t: {"verdict": nets.apply(classifier, t["C"], t["drawing"])},
    }
    return compile(functions, places)


class Workshop(Piece):
    """What `workshop` returns: one piece of HTML that works by itself. Its still are ten digits."""

    def __init__(self, generator: nn.Module, classifier: nn.Module, latent_dim: int):
        self.generator, self.classifier, self.latent_dim = generator, classifier, latent_dim

    def __repr__(self):
        return f"<workshop: digits from {self.latent_dim} numbers and a label>"

    def lesson(self) -> dict:
        """All that the page works with, as JSON."""
        return {
            **compiled(self.generator, self.classifier, self.latent_dim).packed(),
            "numbers": {
                name: base64.b64encode(_flat(net).numpy().astype("<f2").tobytes()).decode()
                for name, net in (("G", self.generator), ("C", self.classifier))
            },
        }

    def html(self) -> str:
        return pieces.alone("workshop", self.lesson(), self.without_script("Ten generated digits"))

    def _drawn(self) -> bytes:
        z = torch.randn(1, self.latent_dim, generator=torch.Generator().manual_seed(0)).expand(10, -1)
        with torch.no_grad():
            made = self.generator(z, torch.eye(10)).numpy()
        side = int(np.sqrt(made.shape[1]))
        fig, ax = plots.figure(size=(5, 2))
        plots.sheet(ax, made.reshape(10, side, side), 5)
        return plots.png(fig, dpi=70)


def workshop(generator: nn.Module, classifier: nn.Module, latent_dim: int = 64) -> Workshop:
    """A conditional generator of digits and a classifier at work in the page, for the last line of a cell.

    generator: called with latents [n, latent_dim] and one-hot labels [n, 10], gives images [n, 784] in
    [-1, 1]. classifier: images -> logits [n, 10]. Both with fixed statistics, as `trained.load` gives them.
    Errors: `ValueError` for networks of other shapes.
    """
    with torch.no_grad():
        made = generator(torch.zeros(2, latent_dim), torch.eye(10)[:2])
        shapes = (tuple(made.shape), tuple(classifier(made).shape))
    if shapes != ((2, 784), (2, 10)):
        raise ValueError(
            f"two latents and labels must give images [2, 784] and these logits [2, 10], but give {shapes}"
        )
    return Workshop(generator, classifier, latent_dim)
