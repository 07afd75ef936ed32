"""Training as an iterator: `for snapshot in train(game, target, steps=...)`. To pause is not to ask for the
next one."""

import math
import time
import warnings

import numpy as np
import torch
from torch.utils._pytree import tree_map
from tqdm import tqdm

from gan_teach import nets, optimisers, rules
from gan_teach.checks import one_of, positive
from gan_teach.devices import device as choose_device
from gan_teach.game import Draw, Game
from gan_teach.optimisers import Memory
from gan_teach.rules import Batch, Rates, State
from gan_teach.snapshot import Recording, Snapshot
from gan_teach.step import make_step, traced
from gan_teach.targets import Target

BLOCK = 64  # steps whose random numbers are drawn at once; part of what a seed means
HEAVY = (
    200_000  # parameters; snapshots of networks with more leave them out, or a history would fill the memory
)
SHORT = 150  # below so many steps a trace costs more time than it saves
DECAYS = {
    "none": lambda share: 1.0,
    "linear": lambda share: 1 - share,
    "cosine": lambda share: 0.5 * (1 + math.cos(math.pi * share)),
}


class DivergenceWarning(UserWarning):
    """Says at which step a training stopped by itself, and why."""


class Batches:
    """The random numbers of every step: `batches(t)` is the batch of step t, a pure function of the seed and
    t.

    So a training that was interrupted goes on exactly as if it had not been, and a plain loop can play the
    same game.
    """

    def __init__(
        self,
        game: Game,
        target: Target,
        batch_size: int,
        n_d: int = 1,
        seed: int = 0,
        device="cpu",
        dtype=torch.float32,
    ):
        self.game, self.target, self.batch_size, self.draws = game, target, batch_size, max(n_d, 0) + 1
        self.seed, self.device, self.dtype = seed, device, dtype
        self._number, self._block = None, None

    def __call__(self, t: int) -> Batch:
        number, i = divmod(t, BLOCK)
        if number != self._number:
            self._number, self._block = number, self.block(number)
        return Batch(*(Draw(*(part[i] for part in draw)) for draw in self._block))

    def block(self, number: int) -> Batch:
        """The batches of the `BLOCK` steps from number * BLOCK on, in one: every tensor with a leading axis
        of steps."""
        with torch.inference_mode(
            False
        ):  # a block may be drawn in the middle of a training and used outside it
            return self._drawn_as_ordinary_tensors(number)

    def _drawn_as_ordinary_tensors(self, number: int) -> Batch:
        mixed = np.random.SeedSequence([self.seed, number]).generate_state(1, np.uint64)
        generator = torch.Generator().manual_seed(int(mixed[0]) >> 1)
        lead = (BLOCK, self.draws, self.batch_size)
        count = math.prod(lead)
        x, z = self.target.sample(count, generator), self.game.latent.sample(count, generator)
        u = torch.rand(count, generator=generator)
        shaped = (
            x.reshape(*lead, *x.shape[1:]),
            z.reshape(*lead, *z.shape[1:]),
            u.reshape(lead),
            self._blur(number, lead, x.shape[1:], generator),
        )
        placed = [part.to(self.device, self.dtype) for part in shaped]
        return Batch(d=Draw(*(part[:, :-1] for part in placed)), g=Draw(*(part[:, -1] for part in placed)))

    def _blur(self, number, lead, shape, generator):
        """The game's instance noise, at the strength that each step of the block has."""
        if not self.game.noise:
            return torch.zeros(*lead[:2], 0)
        t = number * BLOCK + torch.arange(BLOCK).float()
        left = (
            torch.ones(BLOCK)
            if self.game.noise_until is None
            else (1 - t / self.game.noise_until).clamp(min=0)
        )
        blur = torch.randn(*lead[:2], 2, lead[2], *shape, generator=generator)
        return self.game.noise * left.view(-1, *[1] * (blur.ndim - 1)) * blur


class Training:
    """A training that is under way: an iterator of Snapshots that remembers where it is.

    state: a copy of the `State` now. done: steps taken. history: a `Recording` of the snapshots so far.
    stopped: why the training ended by itself, or None. Interrupting keeps all of these, and the next
    `next(...)` or `run()` goes on from there.
    """

    def __init__(
        self,
        game,
        target,
        state,
        step,
        batches,
        steps,
        every,
        decay,
        probe,
        trace=False,
        warn=True,
        in_place=False,
    ):
        self.game, self.target, self.steps, self.every = game, target, steps, every
        self.done, self.seconds, self.history, self.stopped = 0, 0.0, Recording(), None
        self._step, self._batches, self._decay, self._probe = step, batches, DECAYS[decay], probe
        self._trace, self._warn = trace, warn
        self._state, self._rates, self._good, self._losses = state, state.rates, state, []
        self._in_place = in_place

    @property
    def state(self) -> State:
        """The state now, as ordinary tensors (inside, the steps run in inference mode, which is a sixth
        faster)."""
        return tree_map(torch.clone, self._state)

    def __iter__(self):
        return self

    def __next__(self) -> Snapshot:
        if self.stopped or (self.history and self.history[-1].step >= self.steps):
            raise StopIteration
        if self.history:
            self._advance(min(self.history[-1].step + self.every, self.steps))
        d_loss, g_loss = torch.tensor(self._losses, dtype=torch.float64).reshape(-1, 2).T.numpy()
        self._look_for_divergence(d_loss, g_loss)
        if self.stopped:
            raise StopIteration
        seen = look(self.game, self.state, self._probe, self.done, self.seconds, d_loss, g_loss)
        answers = seen.real_logits, seen.fake_logits, seen.grid_logits
        if not all(np.isfinite(a).all() for a in (seen.x_fake, seen.asked_steps, *answers)):
            self._stop(self.done, "the fakes, or D's answers, are no longer finite")
            raise StopIteration
        self.history.append(seen)
        self._good, self._losses = (self.state if self._in_place else self._state), []
        return seen

    def _advance(self, until: int):
        if self._trace:  # only now, so that the first snapshot does not have to wait for it
            self._step, self._trace = traced(self._step, self.state, self._batches(self.done)), False
        losses = []
        try:
            with torch.inference_mode():
                while self.done < until:
                    begun = time.perf_counter()
                    factor = self._decay(self.done / self.steps)
                    rates = self._rates._replace(
                        lr_g=self._rates.lr_g * factor, lr_d=self._rates.lr_d * factor
                    )
                    state, stats = self._step(self._state._replace(rates=rates), self._batches(self.done))
                    losses.append(torch.stack(stats))
                    self._state, self.done = state, self.done + 1
                    self.seconds += time.perf_counter() - begun
        except torch.OutOfMemoryError as error:
            half = max(1, self._batches.batch_size // 2)
            raise MemoryError(
                f"the GPU has not enough memory for batch_size={self._batches.batch_size}: try batch_size={half}"
            ) from error
        finally:  # also when interrupted: nothing that was trained is lost
            if losses:
                self._losses += torch.stack(losses).double().tolist()

    def _look_for_divergence(self, d_loss, g_loss):
        bad = ~(np.isfinite(d_loss) & np.isfinite(g_loss))
        broken = [name for name in ("theta", "psi") if not bool(getattr(self._state, name).isfinite().all())]
        if not bad.any() and not broken:
            return
        first = self.history[-1].step + int(np.argmax(bad)) + 1 if bad.any() else self.done
        what = (
            f"D's loss is {d_loss[np.argmax(bad)]}, G's loss is {g_loss[np.argmax(bad)]}"
            if bad.any()
            else f"the parameters {' and '.join(broken)} are no longer finite"
        )
        self._stop(first, what)

    def _stop(self, step: int, what: str):
        """End here for good, with the state of the last snapshot."""
        self.stopped = f"the training diverged at step {step}: {what}"
        self._state, self.done = self._good, self.history[-1].step if self.history else 0
        if self._warn:
            warnings.warn(
                f"{self.stopped}; what was recorded up to step {self.done} is kept",
                DivergenceWarning,
                stacklevel=4,
            )

    def set_rates(self, rates: Rates):
        """Other rates from the next step on: they are tensors, so no new trace is needed."""
        self._rates = tree_map(lambda t: t.to(self._state.theta.device, self._state.theta.dtype), rates)
        self._state = self._state._replace(rates=self._rates)

    def run(self, progress: bool = True) -> Snapshot:
        """Train to the end and return the last snapshot; a bar shows after two seconds. Interrupt it and call
        it again."""
        return run_to_the_end(self, progress)

    def extend(self, steps: int) -> "Training":
        """Ask for so many more steps, and return self."""
        self.steps += positive("steps", steps, whole=True)
        return self

    def sample(self, n: int, seed: int = 0, averaged: bool = False) -> np.ndarray:
        """n fresh samples of G as it is now, [n, dim]; of its averaged parameters if asked."""
        z = self.game.latent.sample(n, torch.Generator().manual_seed(seed))
        theta = self._state.theta_ema if averaged else self._state.theta
        with torch.no_grad():
            return self.game.generate(theta, z.to(theta.device, theta.dtype)).cpu().numpy()


def run_to_the_end(training, progress: bool):
    """Ask a training (or a sweep) for all that it has to yield; the last of it. What was done stays done when
    interrupted."""
    with tqdm(
        total=training.steps, initial=training.done, unit="step", delay=2, disable=not progress, leave=False
    ) as bar:
        try:
            for moment in training:
                bar.update(moment.step - bar.n)
        except KeyboardInterrupt as error:
            error.add_note(
                f"interrupted at step {training.done} of {training.steps}; run() goes on from there"
            )
            raise
    return training.history[-1]


def train(
    game: Game,
    target: Target,
    *,
    steps: int,
    batch_size: int = 128,
    lr_g: float = 1e-3,
    lr_d: float = 1e-3,
    rule="alternating",
    optimiser="adam",
    decay: str = "none",
    ema_halflife: float | None = None,
    seed: int = 0,
    every: int | None = None,
    points: int = 500,
    start: State | None = None,
    backend: str = "auto",
    device=None,
    dtype=torch.float32,
    warn: bool = True,
) -> Training:
    """Play the game on samples of the target: an iterator that yields a Snapshot at step 0, every so many
    steps, and last.

    steps: G-and-D rounds. batch_size: samples per draw. lr_g, lr_d: learning rates, multiplied over the run
    by `decay` ("none", "linear" or "cosine" down to 0). rule: a `Rule`, or "alternating", "simultaneous",
    "extragradient", "police only", "thief only".
    optimiser: "adam" (betas 0.5, 0.999), "fused adam" (the same for networks of a million parameters), "sgd"
    or your own `Adam(...)`. ema_halflife: in steps, for the averaged generator.
    seed: decides the first parameters and every random number. every: steps between snapshots (a fiftieth of
    the run).
    points: samples in a snapshot. start: the state of another training of the same game, to go on from.
    backend: "eager", "traced" or "auto". warn: say it in a warning when the training diverges (`stopped` says
    it in any case).
    Errors: `ValueError` or `TypeError`, naming the argument, before anything is trained.
    """
    positive("steps", steps, whole=True), positive("batch_size", batch_size, whole=True)
    positive("lr_g", lr_g), positive("lr_d", lr_d), positive("seed", seed, whole=True, zero=True)
    positive("points", points, whole=True), one_of("decay", decay, DECAYS)
    one_of("backend", backend, ("auto", "eager", "traced"))
    every = max(1, steps // 50) if every is None else positive("every", every, whole=True)
    rule, optimiser = rules.get(rule), optimisers.get(optimiser)
    where = choose_device(None if device is None else str(device), say=False)
    rates = make_rates(game, lr_g, lr_d, ema_halflife)
    state = fresh(game, seed, rates) if start is None else start._replace(rates=rates)
    check_fit(game, target, state)
    state = tree_map(lambda t: t.to(where, dtype, copy=True), state)
    batches = Batches(game, target, batch_size, rule.n_d, seed, where, dtype)
    trace = backend == "traced" or (backend == "auto" and steps >= SHORT)
    probe = make_probe(game, target, points, where, dtype)
    return Training(
        game,
        target,
        state,
        make_step(game, rule, optimiser),
        batches,
        steps,
        every,
        decay,
        probe,
        trace,
        warn,
        optimiser.in_place,
    )


def make_rates(game: Game, lr_g: float, lr_d: float, ema_halflife: float | None = None) -> Rates:
    """The rates as tensors; without a half-life the averaged generator is the generator itself."""
    keep = 0.0 if ema_halflife is None else 0.5 ** (1 / positive("ema_halflife", ema_halflife))
    return Rates(
        torch.tensor(lr_g, dtype=torch.float64),
        torch.tensor(lr_d, dtype=torch.float64),
        torch.tensor([p.gamma for p in game.penalties], dtype=torch.float64),
        torch.tensor(keep, dtype=torch.float64),
    )


def fresh(game: Game, seed: int, rates: Rates) -> State:
    """The state before the first step: parameters drawn by the seed, nothing remembered."""
    theta = nets.flatten(nets.initialise(game.generator, 2 * seed))
    psi = nets.flatten(nets.initialise(game.discriminator, 2 * seed + 1))

    def blank(w):
        return Memory(torch.zeros_like(w), torch.zeros_like(w), torch.zeros(()))

    return State(theta, psi, theta.clone(), blank(theta), blank(psi), rates)


def check_fit(game: Game, target: Target, state: State):
    """The shapes of latent, G, D and target must fit: found out on two samples, before anything is
    trained."""
    for name, given in (("target", target), ("game.latent", game.latent)):
        if not isinstance(given, Target):
            raise TypeError(
                f"{name} must be one of gan_teach.targets, such as targets.ring(), but {given!r} was given"
            )
    generator = torch.Generator().manual_seed(0)
    few = 2 * getattr(game.discriminator, "pack", 1)
    z, x = game.latent.sample(few, generator), target.sample(few, generator)
    for who, net, w in (
        ("generator", game.generator, state.theta),
        ("discriminator", game.discriminator, state.psi),
    ):
        if w.shape != (nets.count(net),):
            raise ValueError(
                f"start does not fit this game: the {who} has {nets.count(net)} parameters, start has {w.numel()}"
            )
    try:
        fake = game.generate(state.theta.float().cpu(), z)
    except RuntimeError as error:
        raise ValueError(
            f"generator can't take latents of shape {list(z.shape)}, as {game.latent} gives them: {error}"
        ) from None
    if fake.shape != x.shape:
        raise ValueError(
            f"generator must give samples of shape {list(x.shape)}, like {target}, but gives {list(fake.shape)}"
        )
    try:
        logits = game.judge(state.psi.float().cpu(), x)
    except RuntimeError as error:
        raise ValueError(f"discriminator can't take samples of shape {list(x.shape)}: {error}") from None
    if logits.shape != (few,):
        raise ValueError(
            f"discriminator must give one logit a sample, shape [n], but for n={few} gives {list(logits.shape)}"
        )


class Probe(tuple):
    """Where every snapshot of a run looks: (z, x_real, axes, grid), drawn once."""


def make_probe(game: Game, target: Target, points: int, device, dtype) -> Probe:
    """Fixed latents and data, apart from those of the training, and a grid over the target's window (1-D and
    2-D)."""
    generator = torch.Generator().manual_seed(12345)
    z, x = game.latent.sample(points, generator), target.sample(points, generator)
    sizes = {1: (200,), 2: (48, 48)}.get(target.dim, ())
    axes = tuple(np.linspace(low, high, size) for (low, high), size in zip(target.window, sizes))
    grid = (
        np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, target.dim) if axes else np.zeros((0, target.dim))
    )
    return Probe(
        (z.to(device, dtype), x.to(device, dtype), axes, torch.from_numpy(grid).to(dtype).to(device))
    )


def look(game: Game, state: State, probe: Probe, step: int, seconds: float, d_loss, g_loss) -> Snapshot:
    """A Snapshot of the state, copied to host memory."""
    z, x_real, axes, grid = probe
    with torch.no_grad():
        x_fake = game.generate(state.theta, z)
        if getattr(game.discriminator, "sees_batch", False):
            real, fake, field = (
                game.judge(state.psi, x) if len(x) else x[:, 0] for x in (x_real, x_fake, grid)
            )
        else:  # one call for all places, which costs little more than one of the three
            real, fake, field = game.judge(state.psi, torch.cat([x_real, x_fake, grid])).split(
                [len(x_real), len(x_fake), len(grid)]
            )
        field = field.reshape([len(a) for a in reversed(axes)]) if axes else field
    asked = game.asked_steps(state.psi, x_fake, x_real)
    host = [t.detach().cpu().numpy().copy() for t in (x_real, x_fake, z, real, fake, asked)]
    flat = [
        (t if t.numel() <= HEAVY else t[:0]).detach().cpu().numpy().copy()
        for t in (state.theta, state.theta_ema, state.psi)
    ]
    return Snapshot(
        step, seconds, *host, axes, field.cpu().numpy().copy(), d_loss.copy(), g_loss.copy(), *flat
    )
