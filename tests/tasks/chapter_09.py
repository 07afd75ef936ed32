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
        adds="""
deviation = errors_away * np.sqrt(ceiling * (1 - ceiling) / 12_500)
by_reported = errors_away * np.sqrt(0.993 * (1 - 0.993) / 12_500)
assert c > 0, "c: a width is never below 0"
assert np.isclose([deviation, by_reported], 0.993 - ceiling, rtol=0.02).any(), (
    "errors_away: the difference, divided by the error of a share of 12,500"
)
""",
        wrong=(
            Wrong(
                "c = np.sqrt(4.5 / -np.log(1 - 0.993))",
                "c = 4.5 / -np.log(1 - 0.993)",
                "np.isclose(c, 4.5 / -np.log(1 - 0.993))",
                "This is the square of the factor, that of the variances.",
            ),
            Wrong(
                "c = np.sqrt(4.5 / -np.log(1 - 0.993))",
                "c = np.sqrt(-np.log(1 - 0.993) / 4.5)",
                "c > 1",
                "With 99.3 % inside, these clouds are narrower than the data's, not wider.",
            ),
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
            "enough": "samples until at least a third of its fair share is seen with that probability, by "
            "the binomial distribution",
        },
        adds="""
assert 457.5 < n < 467, f"n: the probability is not 99 per cent at {n}"
seen_enough = binom.sf(np.ceil(enough / 300) - 1, np.ceil(enough), 0.01)
assert seen_enough > 0.989, (
    f"enough: with {enough} samples the probability is {seen_enough:.3f}"
)
assert enough < 1020, f"enough: fewer samples than {enough} do, too"
""",
        wrong=(
            Wrong(
                "enough = next(\n    n\n    for n in range(300, 5000, 300)\n"
                "    if binom.cdf(n / 300 - 1, n, 0.01) < 0.01\n)",
                "enough = n / 3",
                "np.isclose(enough, n / 3, rtol=0.02)",
                "A third of the fair share grows with the number of samples: after 153 it is half a hit. For "
                "a share to be sure takes more samples than for one hit.",
            ),
            Wrong(
                "n / 300 - 1, n, 0.01",
                "n / 300, n, 0.01",
                "abs(enough - 1200) < 1",
                "The share is missed with fewer hits than n/300, and n/300 itself is enough: the binomial's "
                "cdf up to n/300 - 1.",
            ),
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
        asks={
            "answer_each_other": "the share of the rounds in which each of the eight places was in use, an "
            "array [8]; "
            "in the first round all thieves are at the first place"
        },
        probes="""
shares = {memory: np.asarray(answer_each_other(memory)) for memory in (False, True)}
assert shares[True].shape == (8,), "a share for each of the eight places"
""",
        adds="""
for share in shares.values():
    assert np.isclose(share.sum(), 1), "the shares of all places are 1 together"
assert np.allclose(shares[False][:2], 0.5), (
    "without a memory the thieves are at the first two places in turn"
)
for memory, used in ((False, 2), (True, 4)):
    four = np.asarray(answer_each_other(memory, 4))
    assert np.allclose(four[:used], 1 / used), "not yet: after four rounds"
""",
        wrong=(
            Wrong(
                "(past / t if memory else now)",
                "now",
                "(shares[True] > 0.01).sum() == 2",
                "These police forget: with a memory D answers the average of all places so far.",
            ),
            Wrong(
                "return past / rounds",
                "return past",
                "np.isclose(shares[False].sum(), 800)",
                "This is the number of rounds at each place: the share is that of all rounds.",
            ),
            Wrong(
                "return past / rounds",
                "return now",
                "(shares[True] > 0.01).sum() == 1",
                "This is where the thieves are in the end: the shares are over all rounds.",
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
        probes="reverse, forward = tuple(reverse), tuple(forward)",
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
        adds="""
for theta_0 in (-0.7, 0.5, 1.2):
    assert np.isclose(minus_mean_ratio(theta_0, theta_0), -1, atol=1e-3), (
        "at theta_0 the mean of p/q over q is 1, and so the loss is -1"
    )
for theta in (-1.0, 0.2, 2.0):  # the fakes move, the police stay
    loss = -np.exp(0.5 * (0.5 - theta))
    assert np.isclose(minus_mean_ratio(theta, 0.5), loss, rtol=1e-3), (
        f"not yet: theta = {theta}, against the police of theta_0 = 0.5"
    )
""",
        wrong=(
            Wrong(
                "np.exp(theta_0**2 / 2 - theta_0 * (theta + z))",
                "np.exp(theta**2 / 2 - theta * (theta + z))",
                "np.isclose(minus_mean_ratio(0.3, 0.5), minus_mean_ratio(0.3, 0.7))",
                "The police stay the best answer to theta_0 while theta moves: G's step doesn't see them "
                "move.",
            ),
            Wrong(
                "return -np.trapezoid",
                "return np.trapezoid",
                "np.isclose(minus_mean_ratio(0.3, 0.5), np.exp(0.1), rtol=0.01)",
                "The minus is missing: a mean of e to the a is positive, and G's loss is minus that.",
            ),
            Wrong(
                "theta_0 * (theta + z)",
                "theta_0 * z",
                "np.isclose(minus_mean_ratio(0.3, 0.5), minus_mean_ratio(0.8, 0.5))",
                "This loss doesn't depend on theta: the fakes are theta + z.",
            ),
        ),
    ),
]
