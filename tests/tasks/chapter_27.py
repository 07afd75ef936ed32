"""What chapter 27 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-27-half",
        asks={"even": "the base rate at which one alarm in two is right, from hits h and false alarms f"},
        adds="""
for h, f in ((0.5, 0.25), (0.9, 0.3), (0.2, 0.6)):
    assert abs(forged_given_alarm(h, f, even(h, f)) - 0.5) < 1e-6, (
        f"not yet: hits {h}, false alarms {f}"
    )
""",
        wrong=(
            Wrong(
                "return f / (h + f)",
                "return f / h",
                "abs(even(0.7, 0.2) - 0.2 / 0.7) < 1e-9",
                "This is the ratio of forged to real pictures, not the share of forged ones among all.",
            ),
            Wrong(
                "return f / (h + f)",
                "return 0.5",
                "even(0.99, 0.01) == 0.5",
                "There half of all pictures are forged, and nearly all alarms are right.",
            ),
        ),
    ),
    Task(
        "ex-27-auc",
        asks={"pairwise_auc": "the AUC of scores quiet [n] and loud [m], as a mean over all pairs"},
        given=("some", "others"),
        adds="""
thrown = torch.Generator().manual_seed(0)
for step in (0.5, 0.01):  # many ties, and few
    low = (torch.randn(40, generator=thrown) / step).round() * step
    high = (torch.randn(25, generator=thrown) / step).round() * step + step
    off = abs(pairwise_auc(low, high) - alarms.auc(low, high))
    assert off < 1e-5, "not yet: other scores"
""",
        wrong=(
            Wrong(
                "return float((above + level / 2).mean())",
                "return float(above.mean())",
                "pairwise_auc(torch.zeros(4), torch.zeros(5)) == 0",
                "Ties are missing: a detector that says the same of all would be worse than a coin.",
            ),
            Wrong(
                "return float((above + level / 2).mean())",
                "return float((above + level).mean())",
                "pairwise_auc(torch.zeros(4), torch.zeros(5)) == 1",
                "Ties count one half each. As whole hits they make a detector perfect that says the same of "
                "all.",
            ),
        ),
    ),
    Task(
        "ex-27-twice",
        asks={
            "p": "the chance of a true answer at epsilon 1, as truth_told gives it",
            "together": "the epsilon of both answers together",
            "best": "how often the best attack on both is right",
        },
        adds='assert abs(p - 0.73106) < 1e-4, f"not yet: p = {p}"',
        wrong=(
            Wrong(
                "together = math.log(p**2 / (1 - p) ** 2)",
                "together = math.log(p / (1 - p))",
                "abs(together - 1) < 1e-9",
                "This is one answer's. The probabilities of independent answers multiply, so the ratios do, "
                "too.",
            ),
            Wrong(
                "best = p**2 + 2 * p * (1 - p) / 2",
                "best = p**2",
                "abs(best - p**2) < 1e-9",
                "Where the two answers differ, a coin decides, and it is right in half of these cases.",
            ),
        ),
    ),
    Task(
        "ex-27-many",
        asks={
            "right_with": "how often the best detector is right about a source from k pictures",
            "needed": "the least k with which it is right 95 times in 100",
        },
        adds="""
for k, wanted in ((100, 0.6915), (400, 0.8413), (1600, 0.9772)):
    assert abs(right_with(k) - wanted) < 1e-3, (
        f"not yet: {k} pictures, {float(right_with(k)):.4f}"
    )
""",
        wrong=(
            Wrong(
                "shift * math.sqrt(k) / 2",
                "shift * k / 2",
                "right_with(100) > 0.99",
                "The mean of k pictures has the deviation 1 over the root of k, so the shift grows with the "
                "root.",
            ),
            Wrong(
                "shift * math.sqrt(k) / 2",
                "shift * math.sqrt(k)",
                "abs(right_with(1) - 0.5398) < 1e-3",
                "The best threshold lies in the middle: each side errs beyond half of the shift.",
            ),
        ),
    ),
]
