"""What chapter 16 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-16-uniform",
        asks={"share": "the share of latents of 64 numbers that lie in the box of t = 0.5"},
        lifts={"share": "0.5**64"},
        wrong=(
            Wrong(
                "0.5**64",
                "0.5",
                "np.isclose(share, 0.5)",
                "That is the share for one number: all 64 have to lie inside at once.",
            ),
        ),
    ),
    Task(
        "ex-16-again",
        asks={"p": "the probability that a normal number lies within [-0.5, 0.5]"},
        wrong=(
            Wrong(
                "2 * Phi(0.5) - 1",
                "Phi(0.5)",
                "abs(p - Phi(0.5)) < 1e-6",
                "This counts all numbers below 0.5, also those below -0.5.",
            ),
        ),
    ),
    Task(
        "ex-16-plane",
        asks={
            "least": "the least price of crossing",
            "even": "sixteen filters of length 1 with that price, [16, 2]",
        },
        lifts={"least": "112"},
        wrong=(
            Wrong(
                "112",
                "0",
                "least == 0",
                "Only two directions of a plane can be orthogonal: with sixteen there is a price that "
                "nobody can "
                "avoid.",
            ),
            Wrong(
                "112",
                "128",
                "least == 128",
                "The diagonal is no crossing: take off the 16 squared lengths.",
            ),
        ),
    ),
]
