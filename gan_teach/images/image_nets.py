"""Networks for images of 28 x 28: samples are rows of 784 numbers here too, and convolutions fold them into
images inside.

`ArticleGenerator` and `ArticleDiscriminator` are the dense networks of many a first program for MNIST
(chapter 12); `ConvGenerator` and `ConvDiscriminator` are DCGAN's, fitted to 28 x 28 (Radford et al. 2016,
arXiv:1511.06434), with or without labels (chapter 13). Batch norm goes by the statistics of the batch at hand
while the game is on; `standing` fixes them afterwards.
"""

import copy

import torch
from torch import Tensor, nn

from gan_teach import nets
from gan_teach.checks import one_of, positive
from gan_teach.images.digits import CLASSES, PIXELS, SIDE
from gan_teach.torch_private import BATCH_NORM

QUARTER = SIDE // 4  # two steps of stride 2 lead from 28 to 7 and back


class ArticleGenerator(nn.Module):
    """latents [n, 100] -> 128 -> 256 -> 512 -> 1024 -> images [n, 784] in (-1, 1); batch norm on the three
    inner widening layers.

    eps: batch norm's, 1e-5 as PyTorch has it. The programs in circulation have 0.8 there, by a slip (chapter
    12).
    """

    def __init__(self, latent_dim: int = 100, eps: float = 1e-5):
        super().__init__()
        positive("latent_dim", latent_dim, whole=True), positive("eps", eps)
        layers, width = [], latent_dim
        for size in (128, 256, 512, 1024):
            norm = [nn.BatchNorm1d(size, eps, track_running_stats=False)] if layers else []
            layers += [nn.Linear(width, size), *norm, nn.LeakyReLU(0.2)]
            width = size
        self.body = nn.Sequential(*layers, nn.Linear(width, PIXELS), nn.Tanh())

    def forward(self, z: Tensor) -> Tensor:
        return self.body(z)


class ArticleDiscriminator(nn.Module):
    """images [n, 784] -> 512 -> 256 -> logits [n]. The article's ends in a sigmoid; here, as everywhere, the
    loss has it."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(PIXELS, 512),
            nn.LeakyReLU(0.2),
            nn.Linear(512, 256),
            nn.LeakyReLU(0.2),
            nn.Linear(256, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x).squeeze(-1)


def _weights_of_dcgan(module: nn.Module):
    """Weights from N(0, 0.02^2), as DCGAN has them."""
    for layer in module.modules():
        if isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(layer.weight, 0.0, 0.02)
            nn.init.zeros_(layer.bias)


UPSAMPLINGS = ("transposed", "nearest")


def _up(kind: str, n_in: int, n_out: int) -> list[nn.Module]:
    """Twice the side: [n, n_in, s, s] -> [n, n_out, 2 s, 2 s]."""
    if kind == "transposed":
        return [nn.ConvTranspose2d(n_in, n_out, 4, stride=2, padding=1)]
    return [nn.Upsample(scale_factor=2), nn.Conv2d(n_in, n_out, 3, padding=1)]


class ConvGenerator(nn.Module):
    """DCGAN's generator: latents [n, latent_dim] -> 2 channels x 7 x 7 -> channels x 14 x 14 -> images [n,
    784] in (-1, 1).

    classes: 10 for a conditional generator, which is called with a label beside the latent, y [n, 10]
    one-hot. norm: batch norm before each ReLU. up: "transposed" convolutions, or "nearest" pixels and a
    convolution.
    small_start: weights from N(0, 0.02^2), or PyTorch's own.
    """

    def __init__(
        self,
        latent_dim: int = 64,
        channels: int = 32,
        classes: int = 0,
        norm: bool = True,
        up: str = "transposed",
        small_start: bool = True,
    ):
        super().__init__()
        positive("latent_dim", latent_dim, whole=True), positive("channels", channels, whole=True)
        one_of("classes", classes, (0, CLASSES)), one_of("up", up, UPSAMPLINGS)
        self.latent_dim, self.classes, self.small_start = latent_dim, classes, small_start
        wide = 2 * channels
        first = [
            nn.Linear(latent_dim + classes, wide * QUARTER**2),
            nn.Unflatten(1, (wide, QUARTER, QUARTER)),
        ]
        second = _up(up, wide, channels)
        self.body = nn.Sequential(
            *first,
            *([nn.BatchNorm2d(wide, track_running_stats=False)] if norm else []),
            nn.ReLU(),
            *second,
            *([nn.BatchNorm2d(channels, track_running_stats=False)] if norm else []),
            nn.ReLU(),
            *_up(up, channels, 1),
            nn.Flatten(),
            nn.Tanh(),
        )
        self.reset_parameters()

    def reset_parameters(self):
        """Called after those of the layers when fresh parameters are drawn."""
        if self.small_start:
            _weights_of_dcgan(self)

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        return self.body(z if y is None else torch.cat([z, y], dim=1))


class ConvDiscriminator(nn.Module):
    """DCGAN's discriminator: images [n, 784] -> channels x 14 x 14 -> 2 channels x 7 x 7 -> logits [n].

    classes: 10 for a conditional one, which judges an image with its label y [n, 10]: to the logit of the
    image it adds the product of the image's features with a vector of the label's own (a projection; Miyato
    and Koyama 2018, arXiv:1802.05637). norm: batch norm in the second layer, as in DCGAN; it then sees the
    batch, and penalties on its slope have no meaning. leaky: slope 0.2 below zero, or ReLU. stride: halve the
    side by stride, or by the mean of 2 x 2 fields.
    """

    def __init__(
        self,
        channels: int = 32,
        classes: int = 0,
        norm: bool = True,
        leaky: bool = True,
        stride: bool = True,
        small_start: bool = True,
    ):
        super().__init__()
        positive("channels", channels, whole=True), one_of("classes", classes, (0, CLASSES))
        self.classes, self.small_start = classes, small_start
        wide = 2 * channels

        def half(n_in, n_out):
            return (
                [nn.Conv2d(n_in, n_out, 4, stride=2, padding=1)]
                if stride
                else [nn.Conv2d(n_in, n_out, 3, padding=1), nn.AvgPool2d(2)]
            )

        def bend():
            return nn.LeakyReLU(0.2) if leaky else nn.ReLU()

        self.body = nn.Sequential(
            nn.Unflatten(1, (1, SIDE, SIDE)),
            *half(1, channels),
            bend(),
            *half(channels, wide),
            *([nn.BatchNorm2d(wide, track_running_stats=False)] if norm else []),
            bend(),
            nn.Flatten(),
        )
        self.verdict = nn.Linear(wide * QUARTER**2, 1)
        if classes:
            self.of_label = nn.Linear(classes, wide * QUARTER**2)
        self.reset_parameters()

    def reset_parameters(self):
        """Called after those of the layers when fresh parameters are drawn."""
        if self.small_start:
            _weights_of_dcgan(self)

    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        features = self.body(x)
        logit = self.verdict(features).squeeze(-1)
        return logit if y is None else logit + (features * self.of_label(y)).sum(1)


def with_statistics(module: nn.Module) -> nn.Module:
    """A copy whose batch norms hold statistics of their own, still to be found (`standing`) or loaded."""
    module = copy.deepcopy(module)
    for parent in list(module.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, BATCH_NORM):
                kept = type(child)(child.num_features, child.eps, momentum=None, track_running_stats=True)
                kept.weight, kept.bias = child.weight, child.bias
                setattr(parent, name, kept)
    return module


def standing(generator: nn.Module, theta, *inputs: Tensor) -> nn.Module:
    """A copy of G with the parameters theta whose batch norms go by fixed statistics, those of the latents z
    [n, ...] (some thousands; with their labels, if G wants labels): a latent then has one image, whatever
    else is in its batch ("standing statistics"; Brock et al. 2019, arXiv:1809.11096, B).

    A generator without batch norm comes back with its parameters, otherwise as it is.
    """
    module = with_statistics(nets.load(generator, theta))
    with torch.no_grad():
        module.train()(*inputs)
    return module.eval().requires_grad_(False)
