"""What chapter 20 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-20-eleven",
        asks={
            "fixed": "from free logits [n, K + 1] those [n, K] that have the same chances, with a 0 as the "
            "last one",
            "one_logit": "the verdict on each row of free, as one logit [n]",
        },
        given=("free",),
        wrong=(
            Wrong(
                "free[:, :-1] - free[:, -1:]",
                "free[:, :-1]",
                "torch.equal(fixed(free), free[:, :-1])",
                "A last logit that isn't 0 can't just be left out: take it away from all of them, and the "
                "chances stay.",
            ),
            Wrong(
                "free[:, :-1].logsumexp(1) - free[:, -1]",
                "free[:, :-1].logsumexp(1)",
                "torch.allclose(one_logit, free[:, :-1].logsumexp(1))",
                "This is the verdict where the logit of the fakes is 0. Here it is free, and counts against.",
            ),
        ),
    ),
    Task(
        "ex-20-floor",
        asks={
            "floors": "pairs (K, least loss behind a softmax too many), for K = 2, 11 and 1,000",
            "ignorant": "the loss of a network that knows nothing, with K classes",
        },
        lifts={"floors": "((2, 0.313), (11, 1.543), (1000, 5.909))", "ignorant(K)": "math.log(K)"},
        adds="""
assert [K for K, _ in floors] == [2, 11, 1000], "not yet: K = 2, 11, 1000"
assert abs(ignorant(2) - 0.6931) < 1e-3, "not yet: a network that knows nothing"
""",
        wrong=(
            Wrong(
                "((2, 0.313), (11, 1.543), (1000, 5.909))",
                "((2, 0.0), (11, 0.0), (1000, 0.0))",
                "max(abs(least) for _, least in floors) < 1e-6",
                "The second softmax gets chances, which are at most 1 apart: it can't be sure, and its loss "
                "never is 0.",
            ),
            Wrong(
                "return math.log(K)",
                "return 1 - 1 / K",
                "abs(ignorant(2) - 0.5) < 1e-6",
                "This is how often such a network errs. Its loss is the negative logarithm of 1/K.",
            ),
        ),
    ),
    Task(
        "ex-20-apart",
        asks={"deviation": "the deviation of the fakes of a class, where the two are N(m, 1) and N(-m, 1)"},
        wrong=(
            Wrong(
                "math.sqrt(1 + m**2 - mu**2)",
                "1 + m**2 - mu**2",
                "abs(deviation(0) - (1 - 2 / math.pi)) < 2e-3",
                "This is the variance: its root is the deviation.",
            ),
            Wrong(
                "    mu += m * math.erf(m / math.sqrt(2))\n    return math.sqrt(1 + m**2 - mu**2)",
                "    beyond = mu / (1 + math.erf(m / math.sqrt(2)))\n"
                "    return math.sqrt(1 - m * beyond - beyond**2)",
                "abs(deviation(1) - 0.7935) < 1e-3",
                "Here one class is cut off at 0. But points of the other class that lie on its side get its "
                "name, too.",
            ),
        ),
    ),
    Task(
        "ex-20-blends",
        asks={
            "blend": "the fakes: means of first and second, pair by pair",
            "off_moons": "the share of points x [n, 2] where the moons' density is below 0.02",
        },
        given=("dice_blend", "first"),
        wrong=(
            Wrong(
                "< math.log(0.02)",
                "< 0.02",
                "off_moons(first) > 0.5",
                "log_prob is the logarithm of the density: compare it with the logarithm of 0.02.",
            ),
        ),
    ),
]
