"""What chapter 9 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-09-above-the-ceiling",
        asks={
            "c": "the width of the clouds, as a share of the data's",
            "errors_away": "how many standard errors the reported share lies above the ceiling",
        },
        lifts={"errors_away": "(0.993 - ceiling) / np.sqrt(ceiling * (1 - ceiling) / 12_500)"},
        wrong=(
            Wrong(
                "12_500",
                "2_500",
                "np.isclose(errors_away, (0.993 - ceiling) / np.sqrt(ceiling * (1 - ceiling) / 2_500))",
                "This is the error of one run: the five runs together have 12,500 samples.",
            ),
        ),
    ),
    Task(
        "ex-09-one-in-a-hundred",
        asks={
            "n": "samples until the mode is seen once with a probability of 99 per cent",
            "enough": "samples until a third of its fair share is seen with that probability",
        },
        wrong=(
            Wrong(
                "int(np.ceil(np.log(0.01) / np.log(1 - 0.01 * ceiling)))",
                "100",
                "n == 100",
                "One hit in a hundred is the mean: after 100 samples the mode is still unseen in more than "
                "one "
                "case of three.",
            ),
        ),
    ),
    Task(
        "ex-09-memory",
        asks={"answer_each_other": "the share of the rounds in which each of the eight places was in use"},
        wrong=(
            Wrong(
                "(past / t if memory else now)",
                "now",
                "(answer_each_other(True) > 0.01).sum() == 2",
                "These police forget: with a memory D answers the average of all places so far.",
            ),
        ),
    ),
    Task(
        "ex-09-one-gaussian",
        asks={
            "reverse": "the (mean, width) with the least KL(q || p)",
            "forward": "the one with the least KL(p || q)",
        },
        given=("two", "laws"),
        wrong=(
            Wrong(
                "divergences.kl(laws[k], two)",
                "divergences.kl(two, laws[k])",
                "reverse == (0.0, 2.0)",
                "The one that stands across both crowds has the least KL(p || q): the two are swapped.",
            ),
        ),
    ),
    Task(
        "ex-09-forward-kl",
        asks={"minus_mean_ratio": "the loss at theta, against the best police of theta_0"},
        wrong=(
            Wrong(
                "np.exp(theta_0**2 / 2 - theta_0 * (theta + z))",
                "np.exp(theta**2 / 2 - theta * (theta + z))",
                "np.isclose(minus_mean_ratio(0.3, 0.5), minus_mean_ratio(0.3, 0.7))",
                "The police stay the best answer to theta_0 while theta moves: G's step doesn't see them "
                "move.",
            ),
        ),
    ),
]
