"""What chapter 15 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-15-patch",
        asks={
            "sides": "the sides of the patches for 0, 1, ..., 5 layers of stride 2: six numbers",
            "layers": "how many layers there are in all, for 16 and for 286 pixels: two numbers",
        },
        probes="""
sides, layers = list(sides), list(layers)
assert len(sides) == 6, "sides holds six numbers, for 0 to 5 layers"
""",
        wrong=(
            Wrong(
                "[(4, 2)] * n + [(4, 1)] * 2",
                "[(4, 2)] * n",
                "sides[3] == 22",
                "The last two layers have stride 1, and widen the patch as well, by three of their own "
                "pixels each.",
            ),
            Wrong(
                "n + 2 for n, side",
                "n for n, side",
                "layers == [1, 5]",
                "These are the layers of stride 2 alone: the last two count as well.",
            ),
        ),
    ),
    Task(
        "ex-15-majority",
        asks={"middle": "the exact median of the ten photographs: a tensor like one of them"},
        given=("kinds", "ten"),
        lifts={"middle": "ten.median(0).values"},
        wrong=(
            Wrong(
                "ten.median(0).values",
                "ten.mean(0)",
                "torch.allclose(middle, ten.mean(0))",
                "This is the mean, which makes the squared difference least: the absolute one is least at "
                "the "
                "median.",
            ),
        ),
    ),
    Task(
        "ex-15-half",
        asks={
            "slope_first": "the slope of |BA - I|^2 in A",
            "slope_other": "the slope of |AB - I|^2 in A",
        },
        given=("A", "unit"),
        lifts={
            "slope_first": "2 * B.T @ (B @ A - unit)",
            "slope_other": "2 * (A @ B - unit) @ B.T",
        },
        wrong=(
            Wrong(
                "2 * B.T @ (B @ A - unit)",
                "2 * (B @ A - unit) @ B.T",
                "torch.allclose(slope_first, 2 * (B @ A - unit) @ B.T)",
                "Matrices don't commute: B stands to the left of A here, and so does its transpose.",
            ),
        ),
    ),
    Task(
        "ex-15-print",
        asks={"printed": "what told_by says of the sketches `forged` in black (-1) and white (1)"},
        adds="""
nearer = told_by(forged.sign())
assert all(abs(printed[name] - nearer[name]) < 0.005 for name in nearer), (
    "not yet: not each pixel is black or white, whichever is nearer"
)
""",
        wrong=(
            Wrong(
                "torch.where(forged > 0, 1.0, -1.0)",
                "forged",
                'abs(printed["hair"] - heard[0]["hair"]) < 0.01',
                "These sketches still have their greys, and the greys carry part of the message.",
            ),
        ),
    ),
]
