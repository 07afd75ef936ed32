"""What chapter 25 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-25-price",
        asks={"noise": "the standard deviation s at which perfect looks cost 1.5 times the smallest error"},
        wrong=(
            Wrong(
                "8**0.5",
                "8.0",
                "abs(noise - 8) < 1e-6",
                "This is the variance of the noise, s squared. The standard deviation is its root.",
            ),
        ),
    ),
    Task(
        "ex-25-mouth",
        asks={
            "fair_wrong": "how often a fair draw is wrong about the smile",
            "least_wrong": "how often the more probable answer is",
        },
        given=("p",),
        lifts={
            "fair_wrong": "(2 * p * (1 - p)).mean()",
            "least_wrong": "torch.minimum(p, 1 - p).mean()",
        },
        wrong=(
            Wrong(
                "(2 * p * (1 - p)).mean()",
                "(p * (1 - p)).mean()",
                "abs(fair_wrong - (p * (1 - p)).mean()) < 1e-6",
                "They differ in two ways: a smile drawn where there is none, and none where there is one.",
            ),
        ),
    ),
    Task(
        "ex-25-larger",
        asks={"entropy": "the mean entropy of honest answers to a hole of 18 rows"},
        lifts={"entropy": "open_at[18].sum(1).double().log().mean()"},
        wrong=(
            Wrong(
                "open_at[18].sum(1).double().log().mean()",
                "open_at[18].sum(1).double().mean().log()",
                "abs(entropy - np.log(7.5)) < 1e-6",
                "This is the logarithm of the mean number, of one who doesn't look for a beard.",
            ),
        ),
    ),
]
