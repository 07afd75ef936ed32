"""What chapter 5 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-05-priors",
        asks={
            "best_d": "the best D at the places x, from the densities p and q there",
            "shift": "by how much its logit lies below log p - log q",
        },
        lifts={"best_d": "p / (p + 3 * q)", "shift": "np.log(3)"},
        wrong=(
            Wrong(
                "p / (p + 3 * q)",
                "p / (p + q)",
                "np.allclose(best_d, p / (p + q))",
                "That is the best D for equal shares: here fakes are three times as frequent.",
            ),
            Wrong(
                "p / (p + 3 * q)",
                "3 * p / (3 * p + q)",
                "np.allclose(best_d, 3 * p / (3 * p + q))",
                "Three fakes for every real sample make the fakes weigh more, not the public.",
            ),
            Wrong(
                "np.log(3)",
                "-np.log(3)",
                "shift < 0",
                "With more fakes D is less sure of a real sample: the curve goes down, and `shift` says by "
                "how much.",
            ),
            Wrong(
                "np.log(3)",
                "3",
                "shift == 3",
                "The odds are divided by 3: what falls by a constant is their logarithm.",
            ),
        ),
    ),
    Task(
        "ex-05-linear",
        asks={"line": "the logit of D* at these places, as a formula of mu, nu and sigma"},
        given=("mu", "places"),
        lifts={"line": "(mu - nu) / sigma**2 * (places - (mu + nu) / 2)"},
        wrong=(
            Wrong(
                "(places - (mu + nu) / 2)",
                "(places - mu)",
                "np.allclose(line, (mu - nu) / sigma**2 * (places - mu))",
                "At the public's mean D* is surer than one half: the line crosses 0 between the two means.",
            ),
            Wrong(
                "sigma**2",
                "sigma",
                "np.allclose(line, (mu - nu) / sigma * (places - (mu + nu) / 2))",
                "The slope has the variance below, not the standard deviation.",
            ),
            Wrong(
                "(mu - nu)",
                "(nu - mu)",
                "np.allclose(line, (nu - mu) / sigma**2 * (places - (mu + nu) / 2))",
                "High means real: the line rises from the thieves at nu to the public at mu.",
            ),
        ),
    ),
    Task(
        "ex-05-least-squares",
        asks={
            "best_square": "the best D of the least-squares game at the places x",
            "verdict": "the best score s at the places x",
        },
        lifts={"best_square": "d_star"},
        wrong=(
            Wrong(
                "((q - p) * scores).argmin",
                "((q - p) * scores).argmax",
                "np.array_equal(verdict, np.where(p > q, -1, 1))",
                "High means real: D makes the difference small, and so its score is +1 where p is above q.",
            ),
            Wrong(
                "scores[((q - p) * scores).argmin(0), 0]",
                "(p - q) / (p + q)",
                "not set(np.abs(verdict)) <= {1.0}",
                "The integrand is linear in s: it is least at an end, and there is no shade between -1 and "
                "1.",
            ),
        ),
    ),
    Task(
        "ex-05-weights",
        asks={"w": "the weights of the sample, D*/(1 - D*)"},
        given=("wide_public", "sample"),
        probes="""
w = np.asarray(w)
assert w.shape == sample.shape, "w: a weight for each fake of the sample"
assert (w >= 0).all(), "a weight is a quotient of densities, never below 0"
ratio = wide_public.density(sample) / tight.density(sample)
""",
        adds="""
assert np.allclose(w, ratio, rtol=1e-3), "w is not D*/(1 - D*) of these crowds"
""",
        wrong=(
            Wrong(
                "np.exp(divergences.log_ratio(wide_public, tight, sample))",
                "1 / (1 + np.exp(-divergences.log_ratio(wide_public, tight, sample)))",
                "np.allclose(w, ratio / (1 + ratio))",
                "This is D* itself: the weight is the odds, D*/(1 - D*).",
            ),
            Wrong(
                "np.exp(divergences.log_ratio(wide_public, tight, sample))",
                "np.exp(divergences.log_ratio(wide_public, tight, sample)); w = w / w.sum()",
                "np.isclose(w.sum(), 1)",
                "Divided by their sum, the weights no longer show that something is missing: leave them as "
                "they are.",
            ),
            Wrong(
                "wide_public, tight, sample",
                "tight, wide_public, sample",
                "np.allclose(w, np.exp(divergences.log_ratio(tight, wide_public, sample)))",
                "D*/(1 - D*) is p/q, with the public above: these are its inverses.",
            ),
        ),
    ),
]
