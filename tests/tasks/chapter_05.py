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
        ),
    ),
    Task(
        "ex-05-least-squares",
        asks={
            "best_square": "the best D of the least-squares game at the places x",
            "verdict": "the best score s at the places x",
        },
        given=("tries",),
        lifts={"best_square": "d_star"},
        wrong=(
            Wrong(
                "tries[((q - p) * tries).argmin(0), 0]",
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
        wrong=(
            Wrong(
                "wide_public, tight, sample",
                "tight, wide_public, sample",
                "np.allclose(w, np.exp(divergences.log_ratio(tight, wide_public, sample)))",
                "D*/(1 - D*) is p/q, with the public above: these are its inverses.",
            ),
        ),
    ),
]
