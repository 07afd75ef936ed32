"""The thread that trains for the stage, in slices of about a sixteenth of a second.

Why this is safe. The session and its networks belong to the stage alone (the session copies the modules), and
whoever touches them holds `lock`: the thread for one slice at a time, a message from the page for one change,
a cell for `run`. So nobody sees a half-finished step, and a message waits for a slice at most. Random numbers
come from generators of our own, and inference mode is kept per thread. PyTorch keeps two things per process:
the tracer, which `step.traced` therefore lets in one at a time, and the global generator, from which a fresh
start draws its parameters before it is put back: a cell that draws from it in the same millisecond may see
that. The kernel's main thread never waits.
"""

import atexit
import threading
import time
import weakref
from collections.abc import Callable

from gan_teach.checks import one_of
from gan_teach.live.session import Session
from gan_teach.snapshot import Snapshot

FRAMES_A_SECOND = 16
FULL = "as fast as it can"
SPEEDS = {"1 step a second": 1, "10 steps a second": 10, "100 steps a second": 100, FULL: None}
MOST_STEPS = 2000  # in one slice
_ALL = weakref.WeakSet()


@atexit.register
def _end_all():
    """PyTorch must not be in the middle of a step when the process ends."""
    for worker in list(_ALL):
        worker.stop()


class Worker:
    """Runs a session in the background. deliver(snapshot) is called with the lock held, after every slice;
    stopped(words) when it stops by itself."""

    def __init__(
        self,
        session: Session,
        deliver: Callable[[Snapshot], None],
        stopped: Callable[[str], None],
        speed: str = FULL,
    ):
        self.session, self.lock, self.speed = session, threading.RLock(), one_of("speed", speed, SPEEDS)
        self._deliver, self._stopped, self._thread, self._going, self._full = (
            deliver,
            stopped,
            None,
            threading.Event(),
            1,
        )
        _ALL.add(self)

    @property
    def running(self) -> bool:
        """Whether it trains now."""
        return self._going.is_set()

    def run(self):
        """Start, or go on; a daemon, so that it never keeps a kernel from ending."""
        with self.lock:
            if not self.running:
                self._going.set()
                self._thread = threading.Thread(
                    target=self._train, args=[self._thread], name="gan_teach stage", daemon=True
                )
                self._thread.start()

    def pause(self):
        """Stop after the slice in hand."""
        self._going.clear()

    def stop(self, seconds: float = 5.0):
        """Stop, and wait until the slice in hand has ended."""
        self.pause()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(seconds)

    def _train(self, before):
        if before is not None:
            before.join()  # a pause and a run in quick succession: never two threads
        while self.running:
            begun = time.monotonic()
            with self.lock:
                if not self.running:
                    return
                try:
                    self.slice()
                except Exception as error:  # must reach the reader, not die with the thread
                    self.pause()
                    self._stopped(f"{type(error).__name__}: {error}")
            rate = SPEEDS[self.speed]
            period = 0.0 if rate is None else max(1 / rate, 1 / FRAMES_A_SECOND)
            time.sleep(max(period - (time.monotonic() - begun), 0.0002))  # also lets the others have the lock

    def slice(self, steps: int | None = None):
        """One slice of training, of so many steps or of as many as the speed asks for."""
        rate = SPEEDS[self.speed]
        wanted = steps or (self._full if rate is None else max(1, rate // FRAMES_A_SECOND))
        begun = time.monotonic()
        snapshot = self.session.advance(wanted)
        if snapshot is None:
            self.pause()
            self._stopped(
                f"{self.session.diverged}. What was seen up to here is kept; change a setting or press Reset."
            )
            return
        self._deliver(snapshot)
        if steps is None and rate is None:  # aim at the length of a frame
            share = (1 / FRAMES_A_SECOND) / max(time.monotonic() - begun, 1e-4)
            self._full = min(max(1, round(wanted * min(max(share, 0.5), 2))), MOST_STEPS)
