"""What chapter 18 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-18-plan",
        asks={
            "ratio": "how many times as long it takes at 1,024 from the start, for these parts at each side"
        },
        given=("sides",),
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
        asks={"thin": "the pictures x [..., h, w] at half the side, every second pixel of every second row"},
        wrong=(
            Wrong(
                "x[..., ::2, ::2]",
                "halve(x)",
                "torch.allclose(thin(portraits), halve(portraits))",
                "This is the mean of four pixels: here three of the four are never looked at.",
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
