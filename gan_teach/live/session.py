"""A training that may be changed while it goes on: all that the stage can do, without threads or pages."""

import copy
from collections.abc import Mapping
from dataclasses import replace

from gan_teach import losses, nets, rules
from gan_teach.checks import one_of, positive
from gan_teach.game import Game
from gan_teach.live.errors import ERRORS, with_error
from gan_teach.live.frames import MOST_IMAGES, merged
from gan_teach.live.lesson import CHOICES, D_STEPS, PENALTIES, penalty_of, settings_of
from gan_teach.live.settings import AT_ONCE, FALLS, MOVERS, NEW_START, Setting, counts, fall, setting
from gan_teach.snapshot import Recording, Snapshot
from gan_teach.targets import Target
from gan_teach.training import Training, train

KEPT = 600  # snapshots in the history; beyond, every second one is dropped
KNOBS = {"lr_g": "lr_G", "lr_d": "lr_D"}  # what the settings are called in a training


class Session:
    """The game, its training and its history; `set`, `advance` and `reset` change them. Not for two threads
    at once."""

    def __init__(
        self,
        game: Game,
        target: Target,
        *,
        rule="alternating",
        lr_g: float,
        lr_d: float,
        choices: Mapping | None = None,
        seed: int = 0,
        **options,
    ):
        # Modules are copied: calling one puts other parameters into it for a moment, which nobody else must
        # see.
        self.game = replace(
            game, generator=copy.deepcopy(game.generator), discriminator=copy.deepcopy(game.discriminator)
        )
        self.rule, self.options, self.seed = rules.get(rule), options, seed
        self.targets = dict(choices) if choices is not None else dict(CHOICES.get(target.dim, {}))
        self._refuse_other_shapes(target)
        name = next((n for n, t in self.targets.items() if t is target), target.name)
        self.targets = {name: target, **{n: t for n, t in self.targets.items() if n != name}}
        self.values = {
            "lr_g": lr_g,
            "lr_d": lr_d,
            "rates": "constant",
            "n_d": getattr(self.rule, "n_d", 1),
            "mover": "both",
            "loss": self.game.loss.name,
            "target": name,
        }
        self.plain = self.game  # what settings change is put on it anew
        if self.simple:
            self.values |= settings_of(self.game) | {"error": "none"}
        else:
            self.values |= {f"gamma_{name}": p.gamma for name, p in self.game.named_penalties().items()}
        self.losses = {self.game.loss.name: self.game.loss, **losses.LOSSES}
        widths = [nets.widths(net) for net in (game.generator, game.discriminator)]
        if all(widths):
            self.values["width"] = max(sum(widths, []))
        self.run = 0
        self._start()

    def _refuse_other_shapes(self, target):
        for name, other in self.targets.items():
            image = [t.image for t in (other, target)]
            if not isinstance(other, Target) or other.dim != target.dim or image[0] != image[1]:
                raise ValueError(
                    f"targets must hold targets in {target.dim}-D like {target}, but {name!r} is {other!r}"
                )

    @property
    def simple(self) -> bool:
        """Whether penalty, noise and errors may be changed: not in games with labels or of images, with
        several penalties or other ones, or with noise that falls."""
        game = self.plain
        return not game.classes and penalty_of(game) is not None and game.noise_until is None

    def lesson_options(self) -> dict:
        """How a page is to train this game itself: options of `lesson.lesson`."""
        rates = {name: self.values[name] for name in ("lr_g", "lr_d")}
        kept = {name: self.options[name] for name in ("optimiser", "batch_size") if name in self.options}
        return {"choices": self.targets, "rule": self.rule, "seed": self.seed, **rates, **kept}

    @property
    def target(self) -> Target:
        """The target now."""
        return self.targets[self.values["target"]]

    def settings(self) -> list[Setting]:
        """What may be changed in this game."""
        found = [setting("mover", MOVERS), setting("lr_d"), setting("lr_g"), setting("rates", tuple(FALLS))]
        if isinstance(self.rule, rules.Alternating):
            found.append(setting("n_d", counts(self.values["n_d"], D_STEPS)))
        found.append(setting("loss", tuple(self.losses)))
        if self.simple:
            found += [setting("penalty", ("none", *PENALTIES)), setting("gamma"), setting("noise")]
            found.append(setting("error", tuple(ERRORS)))
        else:
            found += [
                Setting(f"gamma_{name}", f"weight of {name.replace('_', ' ')}", None, AT_ONCE)
                for name in self.game.named_penalties()
            ]
        found.append(setting("target", tuple(self.targets)))
        if "width" in self.values:
            found.append(setting("width", counts(self.values["width"], (4, 16, 64, 128))))
        return found

    def _start(self):
        """Fresh networks, step 0, an empty history."""
        self.run += 1
        self.history, self._offset, self._seconds = Recording(), 0, 0.0
        self.training = self._train(None)
        self.advance(0)

    def _train(self, start) -> Training:
        move = {"both": self.rule, "police only": rules.POLICE_ONLY, "thief only": rules.THIEF_ONLY}[
            self.values["mover"]
        ]
        if move is self.rule and isinstance(move, rules.Alternating):
            move = replace(move, n_d=self.values["n_d"])
        # Random numbers are those of the seed and the step, so that after a change the old ones don't come
        # again.
        training = train(
            self.game,
            self.target,
            rule=move,
            lr_g=self.values["lr_g"],
            lr_d=self.values["lr_d"],
            start=start,
            steps=1,
            backend="traced",
            warn=False,
            seed=self.seed + 1009 * (self._offset > 0) + self._offset,
            **self.options,
        )
        if over := FALLS[self.values["rates"]]:
            since = self._offset
            training.turn_rates(lambda t: fall(over, since + t))
        return training

    def _go_on(self):
        """The same networks under a changed game or rule."""
        state = self.training.state
        self._offset, self._seconds = self.history[-1].step, self.history[-1].seconds
        self.training = self._train(state)
        now = next(
            self.training
        )  # its step 0 is the moment that is in the history already, but for what the loss asks
        self.history[-1] = self.history[-1].changed(asked_steps=now.asked_steps)

    def advance(self, steps: int) -> Snapshot | None:
        """Train so many steps (0: only look, at the beginning) and return the new Snapshot; None if the
        training has diverged."""
        if steps:
            self.training.every = steps
            self.training.extend(steps)
        snapshot = next(self.training, None)
        if snapshot is None:
            return None
        del self.training.history[:-1]  # the session keeps the history itself, across changes
        snapshot = snapshot.changed(
            step=snapshot.step + self._offset, seconds=snapshot.seconds + self._seconds
        )
        if self.target.image:  # no more than are drawn: hundreds of snapshots are kept
            snapshot = snapshot.changed(x_fake=snapshot.x_fake[:MOST_IMAGES].copy())
        self.history.append(snapshot)
        if len(self.history) > KEPT:
            self.history = halved(self.history)
        return snapshot

    @property
    def diverged(self) -> str | None:
        """Why the training can't go on, or None."""
        return self.training.stopped

    def set(self, name: str, value) -> str:
        """Change a setting; returns a sentence that says what changed and from when.

        Errors: `ValueError` or `TypeError`, and nothing is changed.
        """
        setting = {s.name: s for s in self.settings()}.get(
            one_of("setting", name, [s.name for s in self.settings()])
        )
        if setting.choices is not None:
            value = one_of(setting.label, str(value), setting.choices)
            value = int(value) if name in ("n_d", "width") else value
        else:
            value = float(positive(setting.label, value, zero=not name.startswith("lr_"), single=True))
        before = dict(self.values), self.game, self.plain
        try:
            self._change(setting, value)
        except Exception:
            self.values, self.game, self.plain = before
            raise
        when = (
            "with a new start"
            if setting.effect == NEW_START
            else f"at once, from step {self.history[-1].step:,}"
        )
        told = ERRORS[value] if name == "error" else ""
        return told or f"{setting.label}: {value}, {when}"

    def _change(self, setting: Setting, value):
        name = setting.name
        self.values[name] = value
        if name == "width":
            self.plain = replace(
                self.plain,
                generator=nets.with_width(self.plain.generator, value),
                discriminator=nets.with_width(self.plain.discriminator, value),
            )
        live = name in KNOBS or (name.startswith("gamma") and bool(self.game.penalties))
        self.game = self._played()
        if setting.effect == NEW_START:
            self._start()
        elif live and not self.diverged:
            knob = self.game.penalties[0].name if name == "gamma" else name.removeprefix("gamma_")
            self.training.set_knobs(**{KNOBS.get(name, knob): value})
        else:
            self._go_on()

    def _played(self) -> Game:
        """The plain game with loss, penalties, noise and error as the settings have them."""
        values = self.values
        game = replace(self.plain, loss=self.losses[values["loss"]])
        if self.simple:
            kind = PENALTIES.get(values["penalty"])
            game = replace(game, penalties=(kind(values["gamma"]),) if kind else (), noise=values["noise"])
            return with_error(game, values["error"])
        weighted = (
            replace(p, gamma=values[f"gamma_{own}"]) for own, p in self.plain.named_penalties().items()
        )
        return replace(game, penalties=tuple(weighted))

    def reset(self):
        """Fresh networks from the same seed, all settings as they are now."""
        self._start()


def halved(history: Recording) -> Recording:
    """Every second snapshot, and the last."""
    last = len(history) - 1
    return Recording(merged(history, [i for i in range(len(history)) if i % 2 == 0 or i == last]))
