"""How much of a training is sent to the pages: no more than they can draw, and nothing any more when nobody
looks."""

import time
from collections.abc import Callable

# Frames sent that no page has drawn yet. A page answers every fourth, because answers cost the kernel time.
MOST_UNDER_WAY = 6
# Seconds after which a frame is sent all the same: while another cell runs, the kernel hears no answers.
UNHEARD = 0.25
UNWATCHED = 60.0  # seconds without a sign from any page before the training stops


class Flow:
    """What is known of the pages: how many views are open, which frames they have still to draw, when one was
    last heard. clock: seconds that only go forward."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock, self.views, self._under_way = clock, 0, 0
        self._sent, self._heard = 0.0, clock()

    @property
    def free(self) -> bool:
        """Whether another frame may be sent now. If not, none is kept waiting: the next one will be newer."""
        return self._under_way < MOST_UNDER_WAY or self._clock() - self._sent > UNHEARD

    @property
    def unwatched(self) -> bool:
        """Whether no page has given a sign for so long that nobody can be looking."""
        return self._clock() - self._heard > UNWATCHED

    def sent(self):
        """A frame has been sent."""
        self._under_way, self._sent = self._under_way + 1, self._clock()

    def heard(self, what: str):
        """A page has said what it did, or that it is there: any word is a sign."""
        self._heard = self._clock()
        if what in ("drawn", "step"):  # whoever goes step by step wants to see each
            self._under_way = 0
        if what in ("open", "closed"):
            self.views = max(self.views + (1 if what == "open" else -1), 0)
