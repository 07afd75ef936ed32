"""Training as an iterator: `for snapshot in train(game, target, steps=...)`. To pause is not to ask for the
next one."""

import time
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from gan_teach import optimisers
from gan_teach.batches import Batches
from gan_teach.checks import one_of, positive
from gan_teach.devices import device as choose_device
from gan_teach.looking import Probe, look, make_probe
from gan_teach.players import AnyGame, Batch, Shown, State
from gan_teach.snapshot import Recording, Snapshot
from gan_teach.starting import (
    BACKENDS,
    DECAYS,
    RATE,
    check_game,
    check_knobs,
    check_rule,
    check_start,
    choose_backend,
    factors,
    first_knobs,
    fresh,
)
from gan_teach.step import Step, make_step
from gan_teach.torch_private import tree_map


class DivergenceWarning(UserWarning):
    """Says at which step a training stopped by itself, and why."""


Trail = tuple[Any, Shown] | None  # what the last step showed, behind what those before it did


def to_host(trail: Trail, count: int) -> dict[str, np.ndarray]:
    """What the last so many steps showed, in order, {name: float64 [count]}."""
    seen: list[Shown] = []
    while trail is not None and len(seen) < count:
        trail, shown = trail
        seen.append(shown)
    return {
        name: torch.stack([shown[name] for shown in reversed(seen)]).cpu().double().numpy()
        for name in (seen[0] if seen else {})
    }


class Training:
    """A training that is under way: an iterator of Snapshots that remembers where it is.

    state: a copy of the `State` now. done: steps taken. history: a `Recording` of the snapshots so far.
    stopped: why the training ended by itself, or None. Interrupting keeps all of these, and the next
    `next(...)` or `run()` goes on from
    there: a step is taken whole or not at all.
    """

    def __init__(
        self,
        game: AnyGame,
        state: State,
        step: Step,
        batches: Batches,
        probe: Probe,
        *,
        steps: int,
        every: int,
        decay: str | Callable[[int], float] = "none",
        backend: str | None = None,
        warn: bool = True,
    ):
        self.game, self.target, self.steps, self.every = game, probe.target, steps, every
        self.done, self.seconds, self.history = 0, 0.0, Recording()
        self.stopped: str | None = None
        self._step, self._batches, self._decay, self._probe = step, batches, decay, probe
        self._backend, self._warn = backend, warn
        self._state, self._good = state, state
        self._trail: Trail = None

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
        since = self.done - (self.history[-1].step if self.history else 0)
        losses = to_host(self._trail, since)
        self._look_for_divergence(losses)
        if self.stopped:
            raise StopIteration
        seen = look(self.game, self.state, self._probe, self.done, self.seconds, losses)
        broken = [name for name, array in seen.arrays.items() if not np.isfinite(array).all()]
        if broken and not self.history:
            raise ValueError(
                "step 0 is not finite: before any training there are infinite numbers or NaN in "
                f"{', '.join(broken)}"
            )
        if broken:
            self._stop(self.done, "the fakes, or D's answers, are no longer finite")
            raise StopIteration
        self._good = self._state
        self.history.append(
            seen
        )  # last: an interrupt comes before it, and the look is taken again, or after it
        return seen

    def _batch(self, t: int) -> Batch:
        like = next(iter(self._state.params.values()))
        turned = factors(self.game, self._state.knobs, self._decay, t, self.steps)
        return Batch(self._batches(t), {name: like.new_full((), value) for name, value in turned.items()})

    def _advance(self, until: int):
        begun = time.perf_counter()
        if self.history[-1].step == self.done:
            self._trail = None
        try:
            if self._backend:  # only now, so that the first snapshot does not have to wait for it
                self._step = BACKENDS[self._backend](self._step, self.state, self._batch(self.done))
                self._backend, begun = None, time.perf_counter()
            with torch.inference_mode():
                while self.done < until:
                    state, shown = self._step(self._state, self._batch(self.done))
                    # All at once: an interrupt comes before or after, so neither a step nor a loss is half
                    # there.
                    self._state, self.done, self._trail = state, self.done + 1, (self._trail, shown)
        except torch.OutOfMemoryError as error:
            half = max(1, self._batches.batch_size // 2)
            raise MemoryError(
                f"the GPU has not enough memory for batch_size={self._batches.batch_size}: "
                f"try batch_size={half}"
            ) from error
        finally:
            to_host(self._trail, min(1, self.done))  # a GPU may still be at work: wait for its last number
            self.seconds += time.perf_counter() - begun

    def _look_for_divergence(self, losses: Mapping[str, np.ndarray]):
        bad = {name: ~np.isfinite(values) for name, values in losses.items()}
        broken = [name for name, w in self._state.params.items() if not bool(w.isfinite().all())]
        at = min((int(np.argmax(where)) for where in bad.values() if where.any()), default=None)
        if at is None and not broken:
            return
        if at is None:
            return self._stop(self.done, f"the parameters of {' and '.join(broken)} are no longer finite")
        said = ", ".join(f"{name}'s loss is {values[at]}" for name, values in losses.items())
        self._stop(self.history[-1].step + at + 1, said)

    def _stop(self, step: int, what: str):
        """End here for good, with the state of the last snapshot."""
        self.stopped = f"the training diverged at step {step}: {what}"
        self._state, self.done = self._good, self.history[-1].step if self.history else 0
        if self._warn:
            words = f"{self.stopped}; what was recorded up to step {self.done} is kept"
            warnings.warn(words, DivergenceWarning, stacklevel=4)

    def set_knobs(self, **values: float):
        """Other rates or weights from the next step on (`lr_G=1e-3, r1=0.1`): they are tensors, so no new
        trace is needed.

        Errors: `ValueError` for a knob that this game doesn't have, or a value that it can't have.
        """
        check_knobs(values, self._state.knobs)
        new = {name: torch.full_like(self._state.knobs[name], float(value)) for name, value in values.items()}
        self._state = self._state.with_knobs(new)

    def turn_rates(self, by: Callable[[int], float]):
        """Multiply all rates with by(t) at step t, in place of `decay`; before the first step."""
        self._decay = by

    def run(self, progress: bool = True) -> Snapshot:
        """Train to the end and return the last snapshot; a bar shows after two seconds. Interrupt it and call
        it again."""
        return run_to_the_end(self, progress)

    def extend(self, steps: int) -> "Training":
        """Ask for so many more steps, and return self."""
        self.steps += positive("steps", steps, whole=True)
        return self

    def sample(self, n: int, seed: int = 0, averaged: bool = False) -> np.ndarray:
        """n fresh samples of G as it is now, [n, dim], in the target's own units; of its averaged parameters
        if asked."""
        drawn = self.game.latents(n, torch.Generator().manual_seed(seed))
        theta = self._state.theta_ema if averaged else self._state.theta
        inputs = [part.to(theta.device, theta.dtype) for part in drawn.values()]
        with torch.no_grad():
            return np.asarray(self.target.to_own(self.game.generate(theta, *inputs).cpu().numpy()))


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
    game: AnyGame,
    target=None,
    *,
    steps: int,
    batch_size: int = 128,
    lr_g: float = RATE,
    lr_d: float = RATE,
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
    knobs: Mapping[str, float] | None = None,
) -> Training:
    """Play the game on samples of the target: an iterator that yields a Snapshot at step 0, every so many
    steps, and last.

    steps: rounds of the rule. batch_size: samples per draw. lr_d: the learning rate of the player D, lr_g: of
    all others; multiplied over the run by `decay` ("none", "linear" or "cosine" down to 0). rule: a `Rule`,
    or "alternating", "simultaneous", "extragradient", "police only", "thief only"; a game with other players
    than D and G lets them move in turn unless a rule is given. optimiser: "adam" (betas 0.5, 0.999), "fused
    adam" (the same for networks of a million parameters), "sgd" or your own `Adam(...)`. ema_halflife: in
    steps, for the averaged networks. seed: decides the first parameters and every random number. every: steps
    between snapshots (a fiftieth of the run). points: samples in a snapshot. start: the state of another
    training of the same game, to go on from. backend: "eager", "traced", "captured" (a CUDA graph) or "auto".
    warn: say it in a warning when the training diverges (`stopped` says it in any case). knobs: rates of
    single players (`lr_NAME`) and the game's own knobs.
    Errors: `ValueError` or `TypeError`, naming the argument, before anything is trained.
    """
    steps, batch_size = positive("steps", steps, whole=True), positive("batch_size", batch_size, whole=True)
    seed, points = positive("seed", seed, whole=True, zero=True), positive("points", points, whole=True)
    one_of("decay", decay, DECAYS), one_of("backend", backend, ("auto", "eager", *BACKENDS))
    every = max(1, steps // 50) if every is None else positive("every", every, whole=True)
    rule, optimiser = check_rule(game, rule, optimiser), optimisers.get(optimiser)
    where = choose_device(None if device is None else str(device), say=False)
    values = first_knobs(game, lr_g, lr_d, ema_halflife, knobs or {})
    state = fresh(game, seed, optimiser) if start is None else check_start(game, start)
    check_game(game, target, state)
    game = game.on(where, dtype)
    state = state._replace(
        knobs={name: torch.tensor(value, dtype=torch.float64) for name, value in values.items()}
    )
    state = tree_map(lambda t: t.to(where, dtype if t.is_floating_point() else t.dtype, copy=True), state)
    batches = Batches(game, target, batch_size, seed=seed, device=where, dtype=dtype, moves=len(rule.seats))
    probe = make_probe(game, target, points, where, dtype)
    chosen = choose_backend(backend, steps, where)
    step = make_step(game, rule, optimiser)
    return Training(
        game, state, step, batches, probe, steps=steps, every=every, decay=decay, backend=chosen, warn=warn
    )
