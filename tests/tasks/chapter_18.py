"""What chapter 18 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-18-plan",
        asks={
            "ratio": "how many times as long it takes at 1,024 from the start, for these parts at each "
            "of the nine sides"
        },
        given=("sides",),
        adds="""
for k in range(9):
    once = [3 * (k == i) for i in range(9)]  # three parts at one side
    assert abs(ratio(once) / 4 ** (8 - k) - 1) < 1e-6, f"not yet: {once}"
assert abs(ratio([1] * 9) - 9 / (4 / 3)) < 0.01, "not yet: one part at each"
""",
        wrong=(
            Wrong(
                "(s / 1024) ** 2",
                "(s / 1024)",
                "ratio([1] + [2] * 8) < 5",
                "A step costs as much as there are pixels: the side counts twice.",
            ),
        ),
    ),
    Task(
        "ex-18-thin",
        asks={
            "thin": "the pictures x [..., h, w] at half the side, every second pixel of every second row, "
            "from the first on"
        },
        probes="""
assert thin(y).shape == (2, 3, 4, 4), "half the height and half the width"
grid = torch.arange(24.0).view(1, 1, 4, 6)  # each pixel says its place
brightest = torch.equal(thin(grid), F.max_pool2d(grid, 2)) and torch.equal(
    thin(-grid), F.max_pool2d(-grid, 2)
)
""",
        adds="""
assert thin(grid).flatten().tolist() == [0, 2, 4, 12, 14, 16], (
    f"not yet: of {grid[0, 0].tolist()} it takes {thin(grid).tolist()}"
)
""",
        wrong=(
            Wrong(
                "x[..., ::2, ::2]",
                "halve(x)",
                "torch.allclose(thin(portraits), halve(portraits))",
                "This is the mean of four pixels: here three of the four are never looked at.",
            ),
            Wrong(
                "x[..., ::2, ::2]",
                "F.max_pool2d(x, 2)",
                "brightest",
                "This looks at all four pixels and takes the brightest: take the same of the four in every "
                "place.",
            ),
        ),
    ),
    Task(
        "ex-18-thrice",
        asks={
            "smaller": "by which factor the slope in the weights is smaller, when they are three times as "
            "large"
        },
        lifts={"smaller": ("torch.allclose(3 * thrice", "3")},
        wrong=(
            Wrong(
                "smaller = 3",
                "smaller = 1",
                "abs(smaller - 1) < 1e-6",
                "The same comes out, but the slope is another: the chain rule gives 3 f'(3W) = f'(W).",
            ),
            Wrong(
                "smaller = 3",
                "smaller = 1 / 3",
                "smaller < 0.5",
                "It is the other way round: larger weights have the smaller slope.",
            ),
        ),
    ),
]
