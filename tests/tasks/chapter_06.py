"""What chapter 6 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-06-coins",
        asks={
            "kl_pq": "KL(p || q)",
            "kl_qp": "KL(q || p)",
            "jsd": "the JSD",
            "value": "V(G, D*)",
        },
        given=("p",),
        wrong=(
            Wrong(
                "((p * np.log(p / m)).sum() + (q * np.log(q / m)).sum()) / 2",
                "(kl_pq + kl_qp) / 2",
                "np.isclose(jsd, (kl_pq + kl_qp) / 2)",
                "The mean of the two KLs is another divergence: for the JSD each coin is compared with the "
                "mean "
                "of both.",
            ),
            Wrong(
                "(q * np.log(q / p)).sum()",
                "(p * np.log(p / q)).sum()",
                "np.isclose(kl_pq, kl_qp)",
                "KL is not symmetric: the weights are those of its first law.",
            ),
            Wrong(
                "kl_pq, kl_qp = (p * np.log(p / q)).sum(), (q * np.log(q / p)).sum()",
                "kl_qp, kl_pq = (p * np.log(p / q)).sum(), (q * np.log(q / p)).sum()",
                "np.isclose(kl_pq, np.log(27 / 16) / 4)",
                "The two KLs are exchanged: in KL(p || q) the weights are those of p, the real coin.",
            ),
            Wrong(
                "np.log(p / q)).sum(), (q * np.log(q / p)).sum()",
                "np.log2(p / q)).sum(), (q * np.log2(q / p)).sum()",
                "np.isclose(kl_pq, np.log2(4 / 3) / 2)",
                "This is in bits. The chapter's logarithms are natural ones, np.log.",
            ),
            Wrong(
                "np.log(q / m)).sum()) / 2",
                "np.log(q / m)).sum())",
                "np.isclose(jsd, value + np.log(4)) and jsd > 0.05",
                "The JSD is the mean of the two KLs to m, not their sum.",
            ),
            Wrong(
                "(p * np.log(d) + q * np.log(1 - d)).sum()",
                "(p * np.log(d) + q * np.log(1 - d)).sum() / 2",
                "np.isclose(value, jsd - np.log(2))",
                "V is the sum of its two terms, not their mean.",
            ),
            Wrong(
                "(p * np.log(d) + q * np.log(1 - d)).sum()",
                "jsd - np.log(4)",
                "np.isclose(value, jsd - np.log(4)) and jsd < 0.05",
                "V has the JSD twice: both of its terms are KLs to m, and the JSD is their mean.",
            ),
        ),
    ),
    Task(
        "ex-06-half",
        asks={"jsd_at": "the JSD at the shift s, for every s from 0 on"},
        lifts={"jsd_at(s)": "min(s, 1.0) * np.log(2)"},
        wrong=(
            Wrong(
                "min(s, 1.0) * np.log(2)",
                "s * np.log(2)",
                "np.isclose(jsd_at(2.0), 2 * np.log(2)) and np.isclose(jsd_at(1.0), np.log(2))",
                "From s = 1 on nothing overlaps, and the JSD can't grow: log 2 is its largest value.",
            ),
            Wrong(
                "min(s, 1.0) * np.log(2)",
                "min(s, 1.0)",
                "np.isclose(jsd_at(0.5), 0.5)",
                "The factor log 2 is missing: this is the share that doesn't overlap.",
            ),
            Wrong(
                "min(s, 1.0)",
                "(1 - min(s, 1.0))",
                "np.isclose(jsd_at(0.0), np.log(2))",
                "At s = 0 the two crowds are the same: what counts is where one of them is alone.",
            ),
        ),
    ),
    Task(
        "ex-06-which-way",
        asks={
            "forward": "the (mean, width) of the grid with the least KL(data || q)",
            "backward": "the one with the least KL(q || data)",
        },
        given=("humps", "grid"),
        probes="forward, backward = tuple(forward), tuple(backward)",
        wrong=(
            Wrong(
                "divergences.kl(humps, normal(*law))",
                "divergences.kl(normal(*law), humps)",
                "abs(forward[0]) == 2.0",
                "KL(data || q) is large wherever there are data and q has nothing: it must cover both humps. "
                "What picks one hump is KL(q || data).",
            ),
            Wrong(
                "divergences.kl(normal(*law), humps)",
                "divergences.kl(humps, normal(*law))",
                "backward[0] == 0.0",
                "KL(q || data) is large where q stands and there are no data, as in the middle: it picks "
                "one hump.",
            ),
        ),
    ),
    Task(
        "ex-06-bounds",
        asks={"bound": "the upper bound of the JSD, for the crowds p and q"},
        lifts={"bound(p, q)": "divergences.total_variation(p, q) * np.log(2)"},
        adds="""
for s in (0.25, 0.5, 1.0):
    p, q = uniform(0.0, 1.0), uniform(s, 1.0 + s)
    assert np.isclose(bound(p, q), divergences.jsd(p, q)), (
        "two uniform crowds reach this bound: it is not larger than their JSD"
    )
for p, q in zip(laws[:8], laws[1:9]):
    known = divergences.total_variation(p, q) * np.log(2)
    assert np.isclose(bound(p, q), known), "not yet: not TV log 2"
""",
        wrong=(
            Wrong(
                "divergences.total_variation(p, q) * np.log(2)",
                "divergences.total_variation(p, q) ** 2 * np.log(2) / 2",
                "any(bound(p, q) < divergences.jsd(p, q) for p, q in zip(laws[:8], laws[1:9]))",
                "For some of these crowds the JSD is larger than this: it bounds the JSD from below.",
            ),
            Wrong(
                "divergences.total_variation(p, q) * np.log(2)",
                "np.log(2)",
                "np.isclose(bound(uniform(0.0, 1.0), uniform(0.5, 1.5)), np.log(2))",
                "log 2 bounds the JSD of any two crowds. This bound knows how much they overlap.",
            ),
            Wrong(
                "divergences.total_variation(p, q) * np.log(2)",
                "divergences.total_variation(p, q)",
                "np.isclose(bound(uniform(0.0, 1.0), uniform(0.5, 1.5)), 0.5)",
                "TV alone is a bound, too, but not the one that is asked for: a factor is missing.",
            ),
            Wrong(
                "divergences.total_variation(p, q) * np.log(2)",
                "divergences.jsd(p, q)",
                "all(np.isclose(bound(p, q), divergences.jsd(p, q)) for p, q in zip(laws[:8], laws[1:9]))",
                "This is the JSD itself: a bound that is of use knows the total variation alone.",
            ),
        ),
    ),
]
