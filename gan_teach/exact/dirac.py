"""The Dirac-GAN: the smallest game that turns in circles (Mescheder, Geiger, Nowozin 2018, arXiv:1801.04406).
NumPy. Chapter 8.

Data: one point at 0. Generator: one point at theta. Discriminator: the logit psi * x, high for real as
everywhere in this book (the paper's D is high on fakes, so its psi is minus ours). The equilibrium is theta =
psi = 0.
"""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import NDArray

from gan_teach.checks import one_of, positive

LOSSES = ("minimax", "non_saturating", "wasserstein")
MOVES = ("simultaneous", "alternating", "extragradient")
_NODES, _WEIGHTS = hermegauss(60)
_WEIGHTS = (
    _WEIGHTS / _WEIGHTS.sum()
)  # the mean over a standard normal number, exact for polynomials up to degree 119


def _sigmoid(a):
    return 0.5 * (1 + np.tanh(a / 2))  # takes complex numbers too, which the Jacobian needs


@dataclass(frozen=True)
class DiracGAN:
    """One variant of the game; each strength is 0 where it is not used.

    loss: "minimax", "non_saturating" or "wasserstein". r1: gamma of gamma/2 psi^2 (with the half, as in the
    paper).
    noise: standard deviation of instance noise on real and fake. consensus: weight of half the squared length
    of the field.
    gradient_penalty: weight of weight/2 (|psi| - 1)^2. clip: bound of |psi| after each step of D.
    """

    loss: str = "minimax"
    r1: float = 0.0
    noise: float = 0.0
    consensus: float = 0.0
    gradient_penalty: float = 0.0
    clip: float = 0.0

    def __post_init__(self):
        one_of("loss", self.loss, LOSSES)
        for name in ("r1", "noise", "consensus", "gradient_penalty", "clip"):
            positive(name, getattr(self, name), zero=True)
        if self.noise and self.loss == "wasserstein":
            raise ValueError(
                "noise changes nothing for the loss wasserstein: D is linear, so its mean is the same"
            )

    def _plain(self, theta, psi):
        """The field without consensus: what each player's own objective asks for."""
        if self.loss == "wasserstein":
            to_theta, to_psi = psi + 0 * theta, -theta + 0 * psi
        else:
            fake, real = theta + self.noise * _NODES, self.noise * _NODES
            volume = _sigmoid(psi * fake) if self.loss == "minimax" else _sigmoid(-psi * fake)
            to_theta = psi * (_WEIGHTS * volume).sum()
            to_psi = (_WEIGHTS * (real * _sigmoid(-psi * real) - fake * _sigmoid(psi * fake))).sum()
        if self.gradient_penalty:
            to_psi = to_psi - self.gradient_penalty * (np.abs(psi) - 1) * np.sign(psi)
        return np.array([to_theta, to_psi - self.r1 * psi])

    def field(self, theta: float, psi: float) -> NDArray:
        """Where both players are pulled, (theta', psi'): [2]. Both climb: theta' is minus the slope of G's
        loss."""
        plain = self._plain(theta, psi)
        if not self.consensus:
            return plain
        return plain - self.consensus * self._plain_jacobian(theta, psi).T @ plain

    def _plain_jacobian(self, theta, psi):
        if self.gradient_penalty:
            raise ValueError(
                "the gradient penalty has a kink at psi = 0: there is no Jacobian at the equilibrium"
            )
        tiny = 1e-30j  # complex steps: exact to rounding, because nothing is subtracted
        columns = [self._plain(theta + tiny, psi), self._plain(theta, psi + tiny)]
        return np.stack(columns, axis=1).imag / 1e-30

    def jacobian(self) -> NDArray:
        """The Jacobian of the field at the equilibrium, [2, 2], rows theta' and psi'.

        Errors: `ValueError` for the gradient penalty, whose field has a kink there.
        """
        plain = self._plain_jacobian(0.0, 0.0)
        return (
            plain - self.consensus * plain.T @ plain
        )  # the field itself is 0 here, so no second derivative enters

    def eigenvalues(self) -> NDArray:
        """The eigenvalues of the Jacobian, complex [2]: the game settles (in continuous time) if both real
        parts are below 0."""
        return np.linalg.eigvals(self.jacobian().astype(complex))

    def update_matrix(self, h: float, moves: str = "simultaneous") -> NDArray:
        """The linear part of one update of step size h at the equilibrium, [2, 2]: eigenvalues inside the
        unit circle settle."""
        positive("h", h), one_of("moves", moves, MOVES)
        one, J = np.eye(2), h * self.jacobian()
        if moves == "simultaneous":
            return one + J
        if moves == "extragradient":
            return one + J @ (one + J)
        thief, police = np.array([[1, 0], [0, 0]]), np.array([[0, 0], [0, 1]])
        return (one + police @ J) @ (one + thief @ J)

    def modulus(self, h: float, moves: str = "simultaneous") -> float:
        """The factor by which the distance changes per update in the long run: the largest modulus of an
        eigenvalue."""
        return float(np.abs(np.linalg.eigvals(self.update_matrix(h, moves).astype(complex))).max())

    def trajectory(
        self, start: tuple[float, float], h: float, steps: int, moves: str = "alternating"
    ) -> NDArray:
        """(theta, psi) at the start and after each update, [steps + 1, 2]. In alternating moves the thief
        goes first."""
        positive("h", h), positive("steps", steps, whole=True), one_of("moves", moves, MOVES)
        path = [np.array(start, dtype=np.float64)]
        for _ in range(steps):
            theta, psi = path[-1]
            v = self.field(theta, psi)
            if moves == "extragradient":
                v = self.field(theta + h * v[0], psi + h * v[1])
            if moves == "alternating":
                v[1] = self.field(theta + h * v[0], psi)[1]
            theta, psi = theta + h * v[0], psi + h * v[1]
            path.append(np.array([theta, np.clip(psi, -self.clip, self.clip) if self.clip else psi]))
        return np.array(path)
