"""How each claim of chapter 3 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "two-forms-of-the-second-term", "np.log(1 - D(G(z)))", "np.log(1 - D(z))", "latents taken for fakes"
    ),
    Break("values-of-the-game", "half = np.full_like(x, 0.5)", "half = D(x)", "a D that is not 1/2"),
    Break(
        "values-of-the-game",
        "(x > 0).astype(float), x, right, left",
        "(x < 0).astype(float), x, right, left",
        "labels swapped",
    ),
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
        "the error does not fall like 1/m",
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
    Break("d-loss-is-bce", "2 * mean_bce", "mean_bce", "sum and mean confused"),
    Break(
        "other-losses-are-other-numbers",
        "of_the_laws = -np.trapezoid",
        "of_the_laws = own + 0 * np.trapezoid",
        "the two taken for one",
    ),
    Break(
        "the-arrows-turn", "psi * -slopes(theta, psi)[0]", "psi * slopes(theta, psi)[0]", "both players climb"
    ),
    Break(
        "moving-last-never-hurts",
        "tables.min(2).max(1), tables.max(1).min(1)",
        "tables.max(1).min(1), tables.min(2).max(1)",
        "the two orders exchanged",
    ),
    Break(
        "swapped-game-collapses",
        'rule="thief only",',
        'rule="alternating",',
        "D moves as often as G",
    ),
    Break(
        "best-answer-to-a-fixed-d",
        "best_point = inner.min()",
        "best_point = inner.mean()",
        "not the best point",
    ),
]
