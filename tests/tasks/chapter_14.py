"""What chapter 14 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-14-invisible-halves",
        asks={"invisible": "the choices of four of range(8), as tuples, with a Fréchet distance of 0"},
        given=("corners", "whole"),
        probes="invisible = sorted(tuple(sorted(c)) for c in invisible)",
        wrong=(
            Wrong(
                "\n    and np.allclose(\n"
                "        np.cov(corners[list(c)], rowvar=False, ddof=0), whole, atol=1e-6\n    )",
                "",
                "len(invisible) > 2",
                "The Fréchet distance compares means and covariances: two of these choices agree in both.",
            ),
            Wrong(
                "np.cov(corners[list(c)], rowvar=False, ddof=0)",
                "np.cov(corners[list(c)], rowvar=False)",
                "len(invisible) == 0",
                "None is left: `whole` has ddof=0, and a covariance with another divisor never agrees with "
                "it; nor do floats agree to the last digit.",
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
            Wrong(
                "(2048 * 2053) / (64 * 69)",
                "(2048 / 64) ** 2",
                "4.9e6 < needed < 5.3e6",
                "Nearly: the floor is k(k + 5)/2n, and with 64 features the 5 still counts.",
            ),
        ),
    ),
    Task(
        "ex-14-fool-the-eye",
        asks={"pixels": "ten images that the eye takes for the ten digits, in order: a tensor [10, 784]"},
        given=("wanted",),
        wrong=(
            Wrong(
                "range(60)",
                "range(0)",
                "len(pixels) == 10 and not torch.equal(verdict, wanted)",
                "The eye takes some of them for another digit than wanted: lower the cross entropy with "
                "`wanted`, in more or larger steps.",
            ),
        ),
    ),
    Task(
        "ex-14-half-a-ring",
        asks={
            "expected": "the coverage of all real points, of which half lie in the served clouds, for k = 5"
        },
        given=("N",),
        probes="""
from math import comb

half = N // 2
""",
        adds="""
exact = (1 - comb(half - 1, 5) / comb(half + N - 1, 5)) / 2
assert abs(expected - exact) < 1e-6, (
    f"not yet: {expected:.6f}; k is 5, and N and M are finite"
)
""",
        wrong=(
            Wrong(
                "range(1, 6)",
                "range(5)",
                "abs(2 * expected - 1 + comb(half, 5) / comb(half + N, 5)) < 2e-6",
                "The product begins at i = 1: a real point isn't among its own neighbours.",
            ),
            Wrong(
                "expected = inside / 2",
                "expected = (1 - 3.0**-5) / 2",
                "abs(2 * expected - 1 + 3.0**-5) < 2e-6",
                "This is the limit of many points: with N = 400 each neighbour that is taken leaves fewer.",
            ),
            Wrong(
                "(3 * N / 2 - i)",
                "(N - i)",
                "np.isclose(2 * expected, 1 - np.prod([(N / 2 - i) / (N - i) for i in range(1, 6)]))",
                "All N fakes stand in the served half, beside N/2 real points: there are 3N/2 points in all.",
            ),
            Wrong(
                "inside / 2",
                "inside",
                "abs(expected - 0.996) < 0.002",
                "This is the coverage within the served clouds: the other half of the real points is never "
                "covered.",
            ),
            Wrong(
                "expected = inside / 2",
                "expected = (1 - np.prod([(N - i) / (2 * N - i) for i in range(1, 6)])) / 2",
                "abs(2 * expected - 0.969) < 0.003",
                "Only N/2 of the real points stand in the served clouds, beside all N fakes.",
            ),
        ),
    ),
    Task(
        "ex-14-one-pixel",
        asks={
            "to_library_moved": "the distance to the library of each of the first `most` images, over moves "
            "of up to one pixel: an array"
        },
        probes="""
some, ways = library[:16], [(-1, 0), (0, 1), (1, -1), (0, 0)]
others = torch.cat([moved(some[i::4], *way) for i, way in enumerate(ways)])
found = to_library_moved(others, 12)
""",
        adds="""
assert np.shape(found) == (12,), "not yet: not the distances of 12 images"
""",
        wrong=(
            Wrong(
                "for down in (-1, 0, 1)\n        for right in (-1, 0, 1)",
                "for down in (0, 1)\n        for right in (0, 1)",
                "np.median(to_library_moved(stolen)) > 0.1",
                "The stolen pictures still look new: they have to be moved back, the other way.",
            ),
            Wrong(
                "for down in (-1, 0, 1)\n        for right in (-1, 0, 1)",
                "for down in (-1, 0)\n        for right in (-1, 0)",
                "np.max(found) > 0.1",
                "Who moves the pictures another way, or along one axis alone, is not caught: try all nine.",
            ),
        ),
    ),
]
