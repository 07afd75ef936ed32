"""How each claim of chapter 3 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "two-forms-of-the-second-term", "np.log(1 - D(G(z)))", "np.log(1 - D(z))", "latents taken for fakes"
    ),
    Break("values-of-the-game", "half = np.full_like(x, 0.5)", "half = D(x)", "a D that is not 1/2"),
    Break("values-of-the-game", "x, right, left)", "x, left, right)", "labels swapped"),
    Break(
        "sure-police-lose-everything",
        "np.clip(sure, 0.02, 0.98)",
        "np.clip(sure, 0.0, 1.0)",
        "no doubt after all",
    ),
    Break(
        "perfect-fakes-mean-one-half",
        "police = train_classifier(one, two)",
        "police = train_classifier(one, two - 1.0)",
        "fakes that are not perfect",
    ),
    Break(
        "the-error-bar-is-honest",
        "terms.std(1, ddof=1) / np.sqrt(m)",
        "terms.std(1, ddof=1) / m",
        "an error bar that falls like 1/m",
    ),
    Break(
        "the-error-bar-is-honest",
        "np.log(D(real)) + np.log(1 - D(G(z)))",
        "np.log(D(real)) + np.log(D(G(z)))",
        "a wrong second term",
    ),
    Break(
        "d-loss-is-bce",
        "torch.cat([torch.ones(64), torch.zeros(64)])",
        "torch.cat([torch.zeros(64), torch.ones(64)])",
        "labels swapped",
    ),
    Break("d-loss-is-bce", "minus_v / mean_bce", "minus_v / (2 * mean_bce)", "sum and mean confused"),
    Break(
        "other-losses-are-other-numbers",
        "cross = -np.trapezoid(p * log_q, x)",
        "cross = own",
        "the two taken for one",
    ),
    Break(
        "the-arrows-turn", "psi * -slopes(theta, psi)[0]", "psi * slopes(theta, psi)[0]", "both players climb"
    ),
    Break("the-path-spirals-in", "np.array([-down, up])", "np.array([down, up])", "both players climb"),
    Break("the-path-spirals-in", "0.1 * np.array", "5.0 * np.array", "steps that are too large"),
    Break(
        "moving-last-never-hurts",
        "tables.min(0).max(), tables.max((1, 2)).min()",
        "tables.max((1, 2)).min(), tables.min(0).max()",
        "the two orders exchanged",
    ),
    Break(
        "moving-last-never-hurts",
        "both_orders(shares)",
        "both_orders((0, 1))",
        "a G that may not mix after all",
    ),
    Break(
        "no-value-without-compactness",
        "largest=20_000",
        "largest=10",
        "a game in which nobody may name more than 10",
    ),
    Break("swapped-game-collapses", "rule=rule", 'rule="alternating"', "turns of a single step"),
    Break(
        "best-answer-to-a-fixed-d",
        "(-softplus(fixed))",
        "(softplus(fixed))",
        "a thief who flees from the peak of D",
    ),
]
