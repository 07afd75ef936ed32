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
                "np.isclose(jsd_at(2.0), 2 * np.log(2))",
                "From s = 1 on nothing overlaps, and the JSD can't grow: log 2 is its largest value.",
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
        wrong=(
            Wrong(
                "divergences.kl(humps, normal(*law))",
                "divergences.kl(normal(*law), humps)",
                "abs(forward[0]) == 2.0",
                "KL(data || q) is large wherever there are data and q has nothing: it must cover both humps. "
                "What picks one hump is KL(q || data).",
            ),
        ),
    ),
    Task(
        "ex-06-bounds",
        asks={"bound": "the upper bound of the JSD"},
        lifts={"bound(p, q)": "divergences.total_variation(p, q) * np.log(2)"},
        wrong=(
            Wrong(
                "divergences.total_variation(p, q) * np.log(2)",
                "divergences.total_variation(p, q) ** 2 * np.log(2) / 2",
                "any(bound(p, q) < divergences.jsd(p, q) for p, q in zip(laws[:8], laws[1:9]))",
                "For some of these crowds the JSD is larger than this: it bounds the JSD from below.",
            ),
        ),
    ),
]
