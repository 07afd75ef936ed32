"""Where each buffer stands. Those that are kept stand by themselves; the others, which one function needs
while it runs, share what is left: two may stand at one place if the one is read for the last time before the
other is written."""

from collections.abc import Iterable, Mapping, Sequence

GUARD = 64  # bytes left free at the beginning: an address of 0 belongs to nobody
ROOM = 4  # numbers after each buffer, for the end of a last vector


def size(numbers: int) -> int:
    """The bytes of a buffer, in whole vectors."""
    return 4 * (-(-numbers // 4) * 4 + ROOM)


def kept(sizes: Mapping[int, int], buffers: Iterable[int]) -> tuple[dict[int, int], int]:
    """Addresses one after the other, and the first free byte. sizes: numbers of each buffer."""
    places, free = {}, GUARD
    for buffer in buffers:
        places[buffer] = free
        free += size(sizes[buffer])
    return places, free


def shared(
    sizes: Mapping[int, int], base: int, tasks: Sequence, until_end: Iterable[int], placed: Iterable[int]
) -> tuple[dict[int, int], int]:
    """Addresses from `base` on for the buffers that the tasks write and that are not placed yet, and the
    first byte that none of them reaches. A task has the sets `reads` and `writes`; until_end: buffers that
    are read after the last task."""
    placed = set(placed)
    last_use = {buffer: i for i, task in enumerate(tasks) for buffer in task.reads | task.writes}
    last_use |= dict.fromkeys(until_end, len(tasks))
    places: dict[int, int] = {}
    alive: list[tuple[int, int, int]] = []  # from, to, buffer
    top = base
    for i, task in enumerate(tasks):
        alive = [spot for spot in alive if last_use[spot[2]] >= i]
        for buffer in sorted(task.writes - placed - set(places)):
            start, needed = base, size(sizes[buffer])
            for begin, end, _ in sorted(alive):
                if begin - start >= needed:
                    break
                start = max(start, end)
            places[buffer] = start
            alive.append((start, start + needed, buffer))
            top = max(top, start + needed)
    return places, top
