"""What chapter 25 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-25-price",
        asks={"noise": "the standard deviation s at which perfect looks cost 1.5 times the smallest error"},
        adds='assert noise > 0, f"not yet: noise = {noise}"',
        wrong=(
            Wrong(
                "8**0.5",
                "3.0",
                "abs(noise - 3) < 1e-6",
                "This is the deviation of what is seen, whose variance is 1 + s squared. Take away the 1.",
            ),
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
        adds="""
# A fair draw is right with probability p^2 + (1 - p)^2; the more probable
# answer is better than a coin by |p - 1/2|.
right_of = (p**2 + (1 - p) ** 2).mean()
assert abs(1 - fair_wrong - right_of) < 1e-5, f"not yet: {fair_wrong}"
lead = (p - 0.5).abs().mean()
assert abs(0.5 - least_wrong - lead) < 1e-5, f"not yet: {least_wrong}"
""",
        wrong=(
            Wrong(
                "(2 * p * (1 - p)).mean()",
                "(p * (1 - p)).mean()",
                "abs(fair_wrong - (p * (1 - p)).mean()) < 1e-6",
                "They differ in two ways: a smile drawn where there is none, and none where there is one.",
            ),
            Wrong(
                "(2 * p * (1 - p)).mean()",
                "2 * p.mean() * (1 - p.mean())",
                "abs(fair_wrong - 2 * p.mean() * (1 - p.mean())) < 1e-6",
                "This is the error of one who doesn't look at the picture: average over pictures last.",
            ),
            Wrong(
                "torch.minimum(p, 1 - p).mean()",
                "torch.minimum(p.mean(), 1 - p.mean())",
                "abs(least_wrong - torch.minimum(p.mean(), 1 - p.mean())) < 1e-6",
                "This gives the same answer for every picture. The more probable one is another for "
                "each: average over pictures last.",
            ),
        ),
    ),
    Task(
        "ex-25-larger",
        asks={"entropy": "the mean entropy of honest answers to a hole of 18 rows, in nats"},
        wrong=(
            Wrong(
                "open_at[18].sum(1).double().log().mean()",
                "open_at[18].sum(1).double().mean().log()",
                "abs(entropy - np.log(7.5)) < 1e-6",
                "This is the logarithm of the mean number, of one who doesn't look for a beard.",
            ),
            Wrong(
                "open_at[18].sum(1).double().log().mean()",
                "open_at[18].sum(1).double().log2().mean()",
                "abs(entropy - np.log2(6)) < 1e-6",
                "These are bits. In nats it is the natural logarithm.",
            ),
        ),
    ),
]
