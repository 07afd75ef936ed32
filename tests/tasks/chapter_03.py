"""What chapter 3 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-03-biased-coin",
        asks={"v": "V(G, D) for D = c everywhere, at each c"},
        given=("c",),
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
        ),
    ),
    Task(
        "ex-03-batch",
        asks={"needed": "the batch for an error bar of 0.0005"},
        wrong=(
            Wrong(
                "(errors.mean() / 0.0005) ** 2",
                "(errors.mean() / 0.0005)",
                "np.isclose(needed, 128 * errors.mean() / 0.0005)",
                "The error falls like one over the root of the batch: for half of the error it takes four "
                "times "
                "the batch, not twice.",
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
                "(0.5 * np.log(c) + np.log(1 - c)).max()",
                "-np.log(4)",
                "np.isclose(min_max, max_min, atol=1e-3)",
                "The two are not equal here: a thief who moves first is seen, and can't mix his places. "
                "Min and max may change places only where a theorem allows it.",
            ),
        ),
    ),
]
