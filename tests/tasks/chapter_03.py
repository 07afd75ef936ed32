"""What chapter 3 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-03-biased-coin",
        asks={"v": "V(G, D) for D = c everywhere, at each c"},
        given=("c",),
        probes="""
v = np.asarray(v, dtype=float)
assert v.shape == c.shape, "v: one value for each c"
""",
        adds="""
assert np.allclose(np.exp(v), c * (1 - c)), "the maximum is right, the rest is not"
""",
        wrong=(
            Wrong(
                "np.log(c) + np.log(1 - c)",
                "np.log(c)",
                "np.allclose(v, np.log(c))",
                "These police call everybody honest, and pay nothing for it: the fakes' term is missing.",
            ),
            Wrong(
                "np.log(c) + np.log(1 - c)",
                "0.5 * (np.log(c) + np.log(1 - c))",
                "np.isclose(np.max(v), -np.log(2))",
                "V is the sum of its two terms, not their mean: at one half it is -log 4, not -log 2.",
            ),
            Wrong(
                "np.log(c) + np.log(1 - c)",
                "np.log2(c) + np.log2(1 - c)",
                "np.isclose(np.max(v), -2)",
                "V has natural logarithms, np.log.",
            ),
            Wrong(
                "np.log(c) + np.log(1 - c)",
                "-np.log(c) - np.log(1 - c)",
                "(v > 0).all()",
                "This is D's loss, minus V: D makes V large.",
            ),
            Wrong(
                "np.log(c) + np.log(1 - c)",
                "c * np.log(c) + (1 - c) * np.log(1 - c)",
                "np.allclose(v, c * np.log(c) + (1 - c) * np.log(1 - c))",
                "How often a sample is real or fake doesn't depend on D's answer c: each term is a mean over "
                "its own crowd.",
            ),
        ),
    ),
    Task(
        "ex-03-certainty",
        asks={"ratio": "how many right answers of 0.99 cost as much as the wrong one"},
        wrong=(
            Wrong(
                "np.log(0.01) / np.log(0.99)",
                "0.99 / 0.01",
                "np.isclose(ratio, 99)",
                "An answer costs minus its logarithm: the ratio of the probabilities is not that of the "
                "costs.",
            ),
            Wrong(
                "np.log(0.01) / np.log(0.99)",
                "np.log(0.99) / np.log(0.01)",
                "0 < ratio < 1",
                "This is the other way round, what a right answer costs in wrong ones.",
            ),
        ),
    ),
    Task(
        "ex-03-batch",
        asks={"needed": "the batch for an error bar of 0.0005"},
        probes='assert np.ndim(needed) == 0 and needed > 0, "needed: one number, above 0"',
        wrong=(
            Wrong(
                "(errors.mean() / 0.0005) ** 2",
                "(errors.mean() / 0.0005)",
                "np.isclose(needed, 128 * errors.mean() / 0.0005)",
                "The error falls like one over the root of the batch: for half of the error it takes four "
                "times "
                "the batch, not twice.",
            ),
            Wrong(
                "128 * (errors",
                "(errors",
                "np.isclose(needed, (errors.mean() / 0.0005) ** 2, rtol=0.01)",
                "This is how many times the batch of 128 has to grow, not yet the batch.",
            ),
        ),
    ),
    Task(
        "ex-03-swapped",
        asks={
            "min_max": "the value if G moves first",
            "max_min": "the value if D moves first",
        },
        wrong=(
            Wrong(
                "np.minimum(np.log(1 - a), np.log(1 - b))",
                "np.maximum(np.log(1 - a), np.log(1 - b))",
                "np.isclose(max_min, -0.955, atol=2e-3) and min_max < max_min + 2e-3",
                "If D moves first, G goes to the place that is worse for the police: the smaller of the two "
                "values, not the larger.",
            ),
            Wrong(
                "(0.5 * np.log(c) + np.log(1 - c)).max()",
                "-np.log(4)",
                "np.isclose(min_max, max_min, atol=1e-3)",
                "The two are not equal here: a thief who moves first is seen, and can't mix his places. "
                "Min and max may change places only where a theorem allows it.",
            ),
        ),
    ),
]
