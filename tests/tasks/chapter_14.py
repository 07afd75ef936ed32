"""What chapter 14 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-14-invisible-halves",
        asks={"invisible": "the choices of four of range(8), as tuples, with a Fréchet distance of 0"},
        given=("corners", "whole"),
        wrong=(
            Wrong(
                "\n    and np.allclose(\n"
                "        np.cov(corners[list(c)], rowvar=False, ddof=0), whole, atol=1e-6\n    )",
                "",
                "len(invisible) > 2",
                "The Fréchet distance compares means and covariances: two of these choices agree in both.",
            ),
        ),
    ),
    Task(
        "ex-14-features-and-samples",
        asks={"needed": "the samples"},
        wrong=(
            Wrong(
                "(2048 * 2053) / (64 * 69)",
                "2048 / 64",
                "np.isclose(needed, 160_000)",
                "The floor grows with the number of covariances, which is about the square of the number of "
                "features.",
            ),
        ),
    ),
    Task(
        "ex-14-fool-the-eye",
        asks={"pixels": "ten images that the eye takes for the ten digits, in order, [10, 784]"},
        given=("wanted",),
    ),
    Task(
        "ex-14-half-a-ring",
        asks={"inside": "the coverage within the served clouds"},
        given=("N",),
        wrong=(
            Wrong(
                "(3 * N / 2 - i)",
                "(N - i)",
                "np.isclose(inside, 1 - np.prod([(N / 2 - i) / (N - i) for i in range(1, 6)]))",
                "All N fakes stand in the served half, beside N/2 real points: there are 3N/2 points in all.",
            ),
        ),
    ),
    Task(
        "ex-14-one-pixel",
        asks={"to_library_moved": "each image's distance to the library, over moves of up to one pixel"},
        wrong=(
            Wrong(
                "for down in (-1, 0, 1)\n        for right in (-1, 0, 1)",
                "for down in (0, 1)\n        for right in (0, 1)",
                "np.median(to_library_moved(stolen)) > 0.1",
                "The stolen pictures still look new: they have to be moved back, the other way.",
            ),
        ),
    ),
]
