"""Chapter 20 on a line: two classes that overlap, learned by police who name the class (AC-GAN, Odena et al.
2017, arXiv:1610.09585) and by police who are told it; and the best that AC-GAN's thief can do, exactly (Gong
et al. 2019, arXiv:1907.02690)."""

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, logsigmoid, one_hot

from gan_teach import nets
from gan_teach.checks import one_of, positive
from gan_teach.losses import non_saturating
from gan_teach.players import Draw, GeneralGame, Player

CENTRE = 1.0  # the classes are N(-1, 1) and N(1, 1), equally frequent
POLICE = ("names it", "is told")
PAYS = ("log(1 - D)", "-log D")  # what the thief makes small, of his fakes


def sides(n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """n points of the line [n, 1], and their classes, one-hot [n, 2]: 0 is N(-1, 1), 1 is N(1, 1)."""
    y = torch.randint(2, (positive("n", n, whole=True),), generator=generator)
    x = CENTRE * (2 * y - 1) + torch.randn(n, generator=generator)
    return x[:, None], one_hot(y, 2).float()


def log_class(x: Tensor) -> Tensor:
    """The true log p(y | x) of both classes at x [n]: [n, 2]."""
    return torch.stack([logsigmoid(-2 * CENTRE * x), logsigmoid(2 * CENTRE * x)], dim=-1)


class Beside(nn.Module):
    """A multilayer perceptron of x [n, a] and y [n, b] side by side -> [n, n_out]."""

    def __init__(self, n_in: int, n_out: int):
        super().__init__()
        self.body = nets.mlp(n_in, n_out, (32, 32))

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return self.body(torch.cat([x, y], dim=1))


class TwoHeads(nn.Module):
    """AC-GAN's D: x [n, 1] -> the logit of real [n], and the classes' logits [n, 2]."""

    def __init__(self):
        super().__init__()
        self.body = nets.mlp(1, 3, (32, 32))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        out = self.body(x)
        return out[:, 0], out[:, 1:]


def _drawn(n: int, generator: torch.Generator) -> Draw:
    x, y = sides(n, generator)
    asked = one_hot(torch.randint(2, (n,), generator=generator), 2).float()
    return {"x": x, "y": y, "z": torch.randn(n, 2, generator=generator), "asked": asked}


def police_who_name(net, draw, knobs):
    """AC-GAN's police: what is real, and which class it is, of real points and of fakes."""
    real, of_real = net.D(draw["x"])
    fake, of_fake = net.D(net.G(draw["z"], draw["asked"]))
    named = cross_entropy(of_real, draw["y"]) + cross_entropy(of_fake, draw["asked"])
    told = non_saturating.d(real, fake).mean()
    return told + knobs["weight"] * named, {"D": told, "named": named}


def thief_who_is_named(net, draw, knobs):
    """AC-GAN's thief: be taken for real, and for the class that was asked for."""
    fake, of_fake = net.D(net.G(draw["z"], draw["asked"]))
    named = cross_entropy(of_fake, draw["asked"])
    value = non_saturating.g(None, fake).mean()
    return value + knobs["weight"] * named, {"G": value}


def police_who_are_told(net, draw, knobs):
    """The police of the conditional game: is this a real point of this class?"""
    real = net.D(draw["x"], draw["y"])[:, 0]
    fake = net.D(net.G(draw["z"], draw["asked"]), draw["asked"])[:, 0]
    value = non_saturating.d(real, fake).mean()
    return value, {"D": value}


def thief_who_is_told(net, draw, knobs):
    """The thief of the conditional game."""
    fake = net.D(net.G(draw["z"], draw["asked"]), draw["asked"])[:, 0]
    value = non_saturating.g(None, fake).mean()
    return value, {"G": value}


def game(police: str) -> GeneralGame:
    """AC-GAN ("names it"; the knob "weight" weighs the names in both objectives), or the conditional game
    ("is told"). Errors: `ValueError` for other police."""
    if one_of("police", police, POLICE) == "names it":
        return GeneralGame(
            {"G": Beside(4, 1), "D": TwoHeads()},
            {"D": Player(("D",), police_who_name), "G": Player(("G",), thief_who_is_named)},
            _drawn,
            start_knobs={"weight": 1.0},
        )
    return GeneralGame(
        {"G": Beside(4, 1), "D": Beside(3, 1)},
        {"D": Player(("D",), police_who_are_told), "G": Player(("G",), thief_who_is_told)},
        _drawn,
    )


@torch.no_grad()
def made(G: nn.Module, n: int = 4000, seed: int = 7) -> Tensor:
    """n fakes of each class, the first turned over so that both should be N(1, 1): [2 n]."""
    z = torch.randn(2 * n, 2, generator=torch.Generator().manual_seed(seed))
    y = one_hot(torch.arange(2 * n) % 2, 2).float()
    return G(z, y)[:, 0] * (2 * y[:, 1] - 1)


def variety(x: Tensor) -> dict[str, float]:
    """Of one class's fakes x [n], which should be N(1, 1): their deviation (1), and the share on the other
    class's side of the line (0.159)."""
    return {"deviation": float(x.std()), "across": float((x < 0).float().mean())}


def best_thief(
    x: Tensor, weight: float, rounds: int = 3000, rate: float = 0.5, pays: str = PAYS[0]
) -> Tensor:
    """The shares of AC-GAN's best thief for the class 1 at the places x [n] of an even grid: [n], sum 1.

    D and the names are the best ones, and the names are learned from real points alone. pays: one of PAYS.
    With log(1 - D) he makes 2 JSD(data, fakes) + weight E[-log p(y | x)] as small as he can; with -log D
    this is the point from which no step leads on. Found by steps on the logarithms of the shares, from
    nearly all on the side x > 0: from equal ones a small weight needs very many.
    Errors: `ValueError` for a weight that is negative, or for another loss.
    """
    positive("weight", weight, zero=True)
    saturates = one_of("pays", pays, PAYS) == PAYS[0]
    x = x.double()
    right = torch.softmax(-0.5 * (x - CENTRE) ** 2, 0)
    both = (right + right.flip(0)) / 2
    costs = -weight * log_class(x)[:, 1]
    q = torch.where(x < 0, 1e-6, 1.0).double()
    q = q / q.sum()
    for _ in range(rounds):
        fakes = (q + q.flip(0)) / 2  # the other class's fakes are the same, turned over
        value = (fakes if saturates else fakes + both).log() - (fakes + both if saturates else both).log()
        q = torch.softmax(q.clamp(min=1e-300).log() - rate * (value + costs), 0)
    return q
