"""The game of two: a generator, a discriminator, the latent's law, a loss and penalties."""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import SimpleNamespace

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import grad

from gan_teach import losses, nets
from gan_teach.checks import positive
from gan_teach.laws import pairs
from gan_teach.losses import Loss
from gan_teach.penalties import Penalty
from gan_teach.players import AnyGame, Draw, Knobs, Player
from gan_teach.targets import Target


@dataclass(frozen=True)
class Game(AnyGame):
    """Who plays (generator, discriminator), from what (latent), for what (loss, penalties).

    generator: any `nn.Module`, latents [n, latent_dim] -> samples [n, dim]; discriminator: samples -> logits
    [n].
    latent: a target that serves as G's source. loss: a `Loss` or its name. penalties: added to D's loss.
    noise: the std of Gaussian noise on all that D sees in training ("instance noise", Sonderby et al. 2017,
    arXiv:1610.04490), falling to 0 in a straight line over the steps `noise_until` (None: it stays). classes:
    0, or the number of labels in a conditional game; then G is called with (z, y) and D with (x, y), y [n,
    classes] one-hot.

    The networks are templates: training never changes them. theta and psi are the flat parameter vectors of G
    and D. A D that sees its whole batch (batch norm, packs) judges real samples and fakes apart, always.

    A draw holds x [n, dim], z [n, latent_dim], u [n] uniform on [0, 1]; with labels also y of the real
    samples and y_fake, those asked of G; with noise also blur_real and blur_fake [n, dim].
    """

    generator: nn.Module
    discriminator: nn.Module
    latent: Target
    loss: Loss = losses.non_saturating  # or its name, which becomes the loss
    penalties: Sequence[Penalty] = ()
    noise: float = 0.0
    noise_until: int | None = None
    classes: int = 0
    averaged = ("G",)

    def __post_init__(self):
        positive("noise", self.noise, zero=True)
        positive("classes", self.classes, whole=True, zero=True)
        if self.noise_until is not None:
            positive("noise_until", self.noise_until, whole=True)
        object.__setattr__(self, "loss", losses.get(self.loss))
        object.__setattr__(self, "penalties", tuple(self.penalties))
        object.__setattr__(self, "nets", {"G": self.generator, "D": self.discriminator})
        players = {"D": Player(("D",), self._objective_of_d), "G": Player(("G",), self._objective_of_g)}
        object.__setattr__(self, "players", players)
        object.__setattr__(self, "joint", self._both_objectives)

    # What each player wants

    def _objective_of_d(self, net, draw: Draw, knobs: Knobs):
        """What D minimises; shown is its loss without the penalties, for which the equilibrium line is
        drawn."""
        real, fake = self._seen(draw, self._made(net, draw), knobs)
        loss = self.loss.d(self._judged(net, real, draw, "y"), self._judged(net, fake, draw, "y_fake")).mean()
        return self._with_penalties(loss, net, real, fake, draw, knobs), {"D": loss}

    def _objective_of_g(self, net, draw: Draw, knobs: Knobs):
        """What G minimises."""
        x_real, x_fake = self._seen(draw, self._made(net, draw), knobs)
        fake = self._judged(net, x_fake, draw, "y_fake")
        real = self._judged(net, x_real, draw, "y") if self.loss.g_sees_real else None
        loss = self.loss.g(real, fake).mean()
        return loss, {"G": loss}

    def _both_objectives(self, net, draw: Draw, knobs: Knobs):
        """Both objectives on one draw and one set of fakes: a number whose slope in theta is that of G's
        objective and whose slope in psi is that of D's. For simultaneous moves; G runs once. Chapter 12."""
        made = self._made(net, draw)
        real, fake = self._seen(draw, made.detach(), knobs)
        of_real, of_fake = self._judged(net, real, draw, "y"), self._judged(net, fake, draw, "y_fake")
        d_loss = self.loss.d(of_real, of_fake).mean()
        total = self._with_penalties(d_loss, net, real, fake, draw, knobs)
        frozen = SimpleNamespace(D=nets.frozen(net.D))  # D as it is: what psi would do about it is D's affair
        passed = self._judged(frozen, self._seen(draw, made, knobs)[1], draw, "y_fake")
        g_loss = self.loss.g(of_real.detach() if self.loss.g_sees_real else None, passed).mean()
        return total + g_loss, {"D": d_loss, "G": g_loss}

    def _made(self, net, draw: Draw) -> Tensor:
        return net.G(draw["z"], draw["y_fake"]) if self.classes else net.G(draw["z"])

    def _judged(self, net, x: Tensor, draw: Draw, labels: str) -> Tensor:
        return net.D(x, draw[labels]) if self.classes else net.D(x)

    def _seen(self, draw: Draw, fake: Tensor, knobs: Knobs) -> tuple[Tensor, Tensor]:
        """What D sees of this draw: real samples and fakes, with the instance noise if the game has any."""
        if "blur_real" not in draw:
            return draw["x"], fake
        return draw["x"] + knobs["noise"] * draw["blur_real"], fake + knobs["noise"] * draw["blur_fake"]

    def _with_penalties(
        self, total: Tensor, net, real: Tensor, fake: Tensor, draw: Draw, knobs: Knobs
    ) -> Tensor:
        """The loss and the weighted penalties. Fakes are penalised with the labels that were asked of them,
        and points between a real sample and a fake with the real one's."""
        for name, penalty in self.named_penalties().items():
            labels = "y_fake" if penalty.at == "fake" else "y"
            critic = partial(self._judged, net, draw=draw, labels=labels)
            total = total + knobs[name] * penalty.value(critic, real, fake, draw["u"]).mean()
        return total

    def named_penalties(self) -> dict[str, Penalty]:
        """The penalties under the names of their knobs: a second one of a kind has a number behind its
        name."""
        named: dict[str, Penalty] = {}
        for penalty in self.penalties:
            name, number = penalty.name, 2
            while name in named:
                name, number = f"{penalty.name}_{number}", number + 1
            named[name] = penalty
        return named

    # What a training needs to know

    def knobs(self):
        found = {name: penalty.gamma for name, penalty in self.named_penalties().items()}
        return found | ({"noise": self.noise} if self.noise else {})

    def factors(self, t: int):
        if not self.noise or self.noise_until is None:
            return {}
        return {"noise": float(max(1 - np.float32(t) / np.float32(self.noise_until), np.float32(0)))}

    def block(self, lead, target, generator):
        count = math.prod(lead)
        if self.classes:
            x, y = target.sample_labelled(count, generator)
            found = {"x": x, "y": y, **self.latents(count, generator)}
        else:
            found = {"x": target.sample(count, generator), **self.latents(count, generator)}
        found["u"] = torch.rand(count, generator=generator)
        found = {name: part.reshape(*lead, *part.shape[1:]) for name, part in found.items()}
        if self.noise:
            dim = found["x"].shape[len(lead) :]
            blur = torch.randn(*lead[:-1], 2, lead[-1], *dim, generator=generator)
            found["blur_real"], found["blur_fake"] = blur.unbind(len(lead) - 1)
        return found

    def latents(self, n: int, generator: torch.Generator) -> Draw:
        """What G starts from, n times: z [n, latent_dim], and in a conditional game y_fake [n, classes], each
        label equally often."""
        z = self.latent.sample(n, generator)
        if not self.classes:
            return {"z": z}
        asked = torch.randint(self.classes, (n,), generator=generator)
        return {"z": z, "y_fake": nn.functional.one_hot(asked, self.classes).float()}

    def probe(self, points, target, generator):
        """Fixed latents and data, apart from those of the training, and a grid over the target's window (1-D
        and 2-D)."""
        found = self.latents(points, generator)
        if self.classes:
            found["x"], found["y"] = target.sample_labelled(points, generator)
        else:
            found["x"] = target.sample(points, generator)
        axes = grid_axes(target)
        if axes:
            places = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, target.dim)
            found["grid"] = torch.from_numpy(places)
        return found

    def view(self, net, probe):
        """x_fake [n, dim], real_logits and fake_logits [n], asked_steps [n, dim] (not for images, where none
        are drawn), and grid_logits at the grid's points."""
        fake = self._made(net, probe)
        found = {
            "x_fake": fake,
            "real_logits": self._judged(net, probe["x"], probe, "y"),
            "fake_logits": self._judged(net, fake, probe, "y_fake"),
        }
        if "grid" in probe and not self.classes:
            found["grid_logits"] = net.D(probe["grid"])
        if "grid" in probe:
            found["asked_steps"] = self._asked(net, fake, probe)
        return found

    def shown_of_probe(self, probe):
        found = {"x_real": probe["x"], "z": probe["z"]}
        return found | ({"labels": probe["y_fake"]} if self.classes else {})

    @property
    def few(self) -> int:
        """A number of samples that D takes, as small as may be."""
        return 2 * getattr(self.discriminator, "pack", 1)

    def few_draws(self, target):
        """As in `AnyGame`. Errors: `TypeError` for something that is no target, `ValueError` for one without
        the labels."""
        for name, given in (("target", target), ("game.latent", self.latent)):
            if not isinstance(given, Target):
                raise TypeError(
                    f"{name} must be one of gan_teach.targets, such as targets.ring(), but {given!r} "
                    "was given"
                )
        if self.classes and target.classes != self.classes:
            raise ValueError(
                f"a game with classes={self.classes} needs a target with as many labels, "
                f"but {target} has {target.classes}"
            )
        return super().few_draws(target)

    def on(self, device, dtype):
        placed = {"generator": self.generator, "discriminator": self.discriminator}
        moved = {name: nets.placed(net, device, dtype) for name, net in placed.items()}
        return self if all(moved[name] is placed[name] for name in placed) else replace(self, **moved)

    def check(self, few, target, params):
        """As in `AnyGame`, with the shapes of latent, G, D and target in words."""
        self._check_shapes(target, few, self.bound(params))

    def _check_shapes(self, target, draw: Draw, net):
        try:
            fake = self._made(net, draw)
        except (RuntimeError, TypeError) as error:
            shape = list(draw["z"].shape)
            raise ValueError(
                f"generator can't take latents of shape {shape}, as {self.latent} gives them: {error}"
            ) from None
        x = draw["x"]
        if fake.shape != x.shape:
            raise ValueError(
                f"generator must give samples of shape {list(x.shape)}, like {target}, but gives "
                f"{list(fake.shape)}"
            )
        try:
            logits = self._judged(net, x, draw, "y")
        except (RuntimeError, TypeError) as error:
            raise ValueError(f"discriminator can't take samples of shape {list(x.shape)}: {error}") from None
        if logits.shape != (len(x),):
            raise ValueError(
                f"discriminator must give one logit a sample, shape [n], but for n={len(x)} gives "
                f"{list(logits.shape)}"
            )
        self._check_loss(logits)
        if ends_in_a_sigmoid(partial(self._judged, net, draw=draw, labels="y"), x):
            warnings.warn(
                "D ends in a sigmoid, so its answers lie between 0 and 1 and are no logits: leave it "
                "out, for the loss "
                "has it already (chapter 2 shows what two of them do)",
                stacklevel=4,
            )

    def _check_loss(self, logits: Tensor):
        try:
            of_g = self.loss.g(logits if self.loss.g_sees_real else None, logits)
        except (TypeError, AttributeError) as error:
            raise ValueError(
                f"G's loss fails without D's answers on real samples; if it needs them, make it with "
                f"g_sees_real=True ({error})"
            ) from None
        for who, values in (("D", self.loss.d(logits, logits)), ("G", of_g)):
            if values.shape != logits.shape:
                raise ValueError(
                    f"{who}'s loss must give one number a sample, shape [n], but for n={len(logits)} "
                    f"gives {list(values.shape)}"
                )

    # For chapters, by hand

    def generate(self, theta: Tensor, z: Tensor, y: Tensor | None = None) -> Tensor:
        """G's samples for the latents z [n, latent_dim] (and labels y [n, classes]): [n, dim]."""
        return nets.apply(self.generator, theta, z, *(() if y is None else (y,)))

    def judge(self, psi: Tensor, x: Tensor, y: Tensor | None = None) -> Tensor:
        """D's logits for the samples x [n, dim] (and labels y [n, classes]): [n]. High means real."""
        return nets.apply(self.discriminator, psi, x, *(() if y is None else (y,)))

    def asked_steps(self, psi: Tensor, x_fake: Tensor, x_real: Tensor) -> Tensor:
        """The step that G's loss asks of each fake: minus the gradient of that fake's loss, [n, dim].

        This is all that G ever learns from D. Chapter 1 draws it.
        """
        return self._asked(
            SimpleNamespace(D=partial(nets.apply, self.discriminator, psi)), x_fake, {"x": x_real}
        )

    def _asked(self, net, x_fake: Tensor, draw: Draw) -> Tensor:
        real = self._judged(net, draw["x"], draw, "y") if self.loss.g_sees_real else None

        def loss(x: Tensor) -> Tensor:
            return self.loss.g(real, self._judged(net, x, draw, "y_fake")).sum()

        return -grad(loss)(x_fake.detach())


def grid_axes(target: Target) -> tuple[np.ndarray, ...]:
    """The coordinates at which D is asked for a picture: 200 in 1-D, 48 each way in 2-D, none beyond."""
    sizes = {1: (200,), 2: (48, 48)}.get(target.dim, ())
    return tuple(np.linspace(low, high, n) for (low, high), n in zip(pairs(target) if sizes else (), sizes))


VIEWS = ("Squeeze", "View", "Reshape", "Select", "Slice", "Unsqueeze", "Alias", "Permute", "Clone")


def ends_in_a_sigmoid(judge, x: Tensor) -> bool:
    """Whether the last thing that happens to D's answers, but for their shape, confines them to [0, 1]."""
    with torch.enable_grad():
        last = judge(x.detach().requires_grad_()).grad_fn
    while last is not None and last.name().startswith(VIEWS):
        last = last.next_functions[0][0]
    return last is not None and last.name().startswith(("Sigmoid", "Hardsigmoid", "Softmax"))
