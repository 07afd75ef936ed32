"""The stage: `stage(game, target)` in a cell. In a notebook it trains when asked; while the book is built it
records."""

import contextlib
import os
import secrets
from collections.abc import Mapping, Sequence

import anywidget
import traitlets
from IPython.display import display
from tqdm import tqdm

from gan_teach.checks import one_of, positive
from gan_teach.game import Game
from gan_teach.live import cells, flow, frames, readout, scenes, sources
from gan_teach.live.flow import Flow
from gan_teach.live.note import note
from gan_teach.live.page import player
from gan_teach.live.session import Session
from gan_teach.live.settings import setting
from gan_teach.live.worker import FULL, SPEEDS, Worker
from gan_teach.snapshot import Recording, Snapshot
from gan_teach.targets import Target

RECORD = "GAN_TEACH_STAGE"  # set to "record" by whoever builds the book
MOST_SENT = 100  # frames of the history that a newly opened view gets
SLICES = 50  # in which `run` trains, so that its bar moves and its history shows the way


class Stage(anywidget.AnyWidget):
    """What `stage` returns. Displayed, it is the live picture with its controls; `run(steps)` trains without
    a screen."""

    _esm = sources.module()
    _css = sources.style()
    frame = traitlets.Bytes(b"").tag(sync=True)
    status = traitlets.Dict({}).tag(sync=True)
    controls = traitlets.List([]).tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)  # by which a view finds the note before it

    def __init__(self, session: Session, layers, speed: str, steps: int, frames_kept: int, recording):
        self._session, self._layers, self._steps = session, layers, steps
        self._frames_kept, self._recording = frames_kept, recording
        self._worker = Worker(session, self._deliver, self._say, speed)
        self._flow, self._said = Flow(), 0
        super().__init__(name=secrets.token_hex(6))
        self._show(session.history[-1])
        listed = (setting("speed", tuple(SPEEDS)), *session.settings())
        self.controls = [one.control(self._value(one.name)) for one in listed]
        self._say("")
        self.on_msg(self._hear)
        cells.replace(self, cells.running())

    def __repr__(self):
        if self.closed:
            return "<stage, closed>"
        return f"<stage at {readout.describe(self._scene, self.history[-1])}>"

    @property
    def history(self) -> Recording:
        """The snapshots since the last start; beyond 600 they get sparser. Empty once the stage is closed."""
        return Recording() if self.closed else self._session.history

    @property
    def closed(self) -> bool:
        """Whether it has been closed: by `close()`, or because its cell ran again."""
        return self._session is None

    def close(self):
        """Stop the training after the slice in hand, and free the networks and the history. A new run of the
        cell that made this stage does it too."""
        self._worker.pause()
        with self._worker.lock:
            if not self.closed:
                super().close()
                self._session = self._worker.session = self._recording = self._shown = None
                self.frame = b""

    @property
    def running(self) -> bool:
        """Whether it trains now, by itself."""
        return self._worker.running

    @property
    def _scene(self):
        return scenes.make_scene(self._session.game, self._session.target, self._layers)

    def _value(self, name):
        value = self._worker.speed if name == "speed" else self._session.values[name]
        return str(value) if name in ("n_d", "width") else value

    def _show(self, snapshot: Snapshot):
        package = frames.package(self._scene, [snapshot], compress=False, run=self._session.run)
        self._shown = snapshot
        # The same bytes would not be sent, and nobody would answer that they are drawn.
        if package != self.frame:
            self._flow.sent()
            self.frame = package

    def _deliver(self, snapshot):
        """Called after every slice."""
        if self._flow.free:
            self._show(snapshot)
        if self._flow.unwatched:
            self._worker.pause()
            self._say(
                f"Paused: nothing was heard of any page for {flow.UNWATCHED:.0f} seconds. Another cell that "
                "runs so long has this effect too: press Run when it has ended."
            )

    def _say(self, message: str, calm: bool = False):
        values = {name: self._value(name) for name in (*self._session.values, "speed")}
        self._said += 1  # counted, or the same words twice would not be sent
        said = {"message": message, "calm": calm, "count": self._said}
        self.status = {"running": self.running, "values": values, **said}

    def _hear(self, _, content, buffers):
        """A message from a page: {do, value}."""
        if self.closed:  # said before the page knew
            return
        what, value = content.get("do"), content.get("value")
        self._flow.heard(what)
        if what == "drawn":
            if not self.running and self._shown is not self.history[-1]:
                with self._worker.lock:  # the last slice before the pause ended while the page was drawing
                    self._show(self.history[-1])
        elif what == "ping":
            self.send({"kind": "pong"})
        elif what == "open":
            self._send_history(value)
        elif what == "closed":
            if not self._flow.views:
                self._worker.pause()
                self._say("")
        else:
            self._obey(what, value)

    def _obey(self, what, value):
        if what in ("pause", "step"):
            self._worker.pause()  # before the lock is waited for: the slice in hand is then the last
        message, calm = "", True
        with self._worker.lock:
            try:
                message = self._do(what, value)
            except Exception as error:  # must reach the reader
                message, calm = str(error), False
            if not (what == "step" and self._session.diverged):  # then the worker has said why
                self._say(message, calm)

    def _do(self, what, value) -> str:
        """What a page asks for; says what has changed, if it can't be seen."""
        if what == "run":
            self._worker.run()
        elif what == "step":
            self._worker.slice(1)
        elif what == "reset":
            self._session.reset()
            self._show(self.history[-1])
            return "Reset: fresh networks, step 0."
        elif what == "layers":
            self._send_layers(value)
        elif what == "set":
            return self._set(**value)
        elif what != "pause":  # which is done already
            raise ValueError(
                f"a page may ask to run, pause, step, reset, layers or set, but asked to {what!r}"
            )
        return ""

    def _send_layers(self, names):
        """The sheet is sent from now on, to whichever view asked for it; the rest always is."""
        asked = scenes.make_scene(self._session.game, self._session.target, names).layers
        self._layers = (*self._scene.layers, *({"sheet"} & set(asked) - set(self._scene.layers)))
        self._show(self.history[-1])

    def _set(self, name, value) -> str:
        if name == "speed":
            self._worker.speed = one_of("speed", value, SPEEDS)
            return ""
        message = self._session.set(name, value)
        self._show(self.history[-1])
        return message

    def _send_history(self, view):
        """All that was seen since the last start, for a view that has just been opened."""
        with self._worker.lock:
            shown = frames.thinned(self.history, MOST_SENT)
            if len(shown) > 1:
                self.send(
                    {"kind": "history", "to": view},
                    buffers=[frames.package(self._scene, shown, run=self._session.run)],
                )

    def run(self, steps: int | None = None, progress: bool = True) -> Snapshot:
        """Train so many steps (default: those the book records) in this cell; returns the last Snapshot.

        A bar shows after two seconds. The same numbers as `train(...)` gives. Errors: `ValueError` for steps
        below 1; `RuntimeError` when the training diverges, or when the stage is closed.
        """
        if self.closed:
            raise RuntimeError("this stage is closed: make another with stage(...)")
        steps = positive("steps", self._steps if steps is None else steps, whole=True)
        self._worker.pause()
        self._say("")
        try:
            self._train(steps, progress)
        finally:  # also when interrupted: the page says how far it came
            with self._worker.lock:
                self._show(self.history[-1])
                self._say(self._session.diverged or "")
        return self.history[-1]

    def _train(self, steps, progress):
        with tqdm(total=steps, unit="step", delay=2, disable=not progress, leave=False) as bar:
            while bar.n < steps:
                with self._worker.lock:
                    part = min(max(1, steps // SLICES), steps - bar.n)
                    if self._session.advance(part) is None:
                        raise RuntimeError(self._session.diverged)
                bar.n += part
                bar.refresh()

    def _ipython_display_(self):
        """In a notebook: the note for later, and the view."""
        if self.closed or os.environ.get(RECORD) == "record":
            raise NotImplementedError  # then IPython takes the text, or the recording
        data, metadata = self._repr_mimebundle_()
        display(note(self.name), raw=True)
        display(data, metadata=metadata, raw=True)

    def _repr_mimebundle_(self, **options):
        if os.environ.get(RECORD) != "record":
            data, metadata = super()._repr_mimebundle_(**options)
            return {**data, "text/plain": repr(self)}, metadata
        if not self._recording and len(self.history) == 1:
            # What was recorded up to a divergence is worth showing too.
            with contextlib.suppress(RuntimeError):
                self.run(self._steps, progress=False)
        made = player(
            self._recording or self.history,
            self._session.game,
            self._session.target,
            layers=self._layers,
            frames_kept=self._frames_kept,
            trains=self._session.lesson_options(),
        )
        return {"text/plain": repr(self), "text/html": made.html(), "image/png": made._repr_png_()}, {}


def stage(
    game: Game,
    target: Target,
    *,
    steps: int = 500,
    rule="alternating",
    lr_g: float = 1e-3,
    lr_d: float = 1e-3,
    optimiser="adam",
    batch_size: int = 128,
    seed: int = 0,
    points: int = 500,
    targets: Mapping[str, Target] | None = None,
    device=None,
    layers: Sequence[str] | None = None,
    speed: str = FULL,
    frames_kept: int = 60,
    recording: Sequence[Snapshot] | None = None,
) -> Stage:
    """The stage for this game: run it, stop it, play the police or the thief alone, change it, look back.

    steps: as many as the book records (and `run()` trains). targets: what may be chosen instead, {name:
    target}; a few of the same dimension unless given. layers: those shown at first (`frames.LAYERS`). speed:
    one of `worker.SPEEDS`. frames_kept: of the recording. recording: of this game, if there is one already:
    the page plays it. The rest as in `train`. Errors: `ValueError` or `TypeError` before anything is drawn:
    shapes that don't fit, samples that can't be drawn, a layer or a speed that doesn't exist. Chapters 1, 2
    and 4.
    """
    scenes.check_recording(scenes.make_scene(game, target, layers), recording or [])
    (
        positive("steps", steps, whole=True),
        positive("frames_kept", frames_kept, whole=True),
        one_of("speed", speed, SPEEDS),
    )
    session = Session(
        game,
        target,
        rule=rule,
        lr_g=lr_g,
        lr_d=lr_d,
        choices=targets,
        seed=seed,
        optimiser=optimiser,
        batch_size=batch_size,
        points=points,
        device=device,
    )
    return Stage(session, layers, speed, steps, frames_kept, recording)
