"""How each claim of chapter 5 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "best-answer-at-one-place",
        "f = u * sympy.log(y) + v * sympy.log(1 - y)",
        "f = u * sympy.log(y) - v * sympy.log(1 - y)",
        "a wrong sign",
    ),
    Break("best-answer-at-one-place", "U / (U + V)", "V / (U + V)", "real and fake exchanged"),
    Break(
        "nobody-is-better",
        "d_star = theory.optimal_discriminator(p, q)",
        "d_star = theory.optimal_discriminator(q, p)",
        "real and fake exchanged",
    ),
    Break(
        "nobody-is-better",
        "d_star = theory.optimal_discriminator(p, q)",
        "d_star = plots.sigmoid(0.9 * (np.log(p) - np.log(q)))",
        "a D that is only nearly the best",
    ),
    Break(
        "nobody-is-better",
        "(x < -7.5) | (x > 7.5)",
        "(x < -1.5) | (x > 7.5)",
        "other answers where people are",
    ),
    Break(
        "price-of-a-wrong-answer",
        "(p + q) * kl(d_star, d)",
        "(p + q) * kl(d, d_star)",
        "the divergence the wrong way round",
    ),
    Break(
        "price-of-a-wrong-answer",
        "np.log(1 - at_fake).mean()",
        "np.log(1 - at_real).mean()",
        "fakes that are real people",
    ),
    Break("price-of-a-wrong-answer", "(p + q) * kl(d_star, d)", "kl(d_star, d)", "every place counted alike"),
    Break("one-sided-smoothing", "best_answers(0.9, 0.0)", "best_answers(0.9, 0.1)", "both labels smoothed"),
    Break("log-ratio-and-accuracy", "fake) <= 0", "fake) > 0", "the wrong answers counted as right"),
    Break(
        "log-ratio-and-accuracy",
        "(p - q) * (d_star > c)",
        "(p - 2 * q) * (d_star > c)",
        "two thieves to one citizen",
    ),
    Break(
        "log-ratio-and-accuracy",
        "divergences.total_variation(public, thieves)",
        "2 * divergences.total_variation(public, thieves)",
        "the factor 1/2 forgotten",
    ),
    Break(
        "fakes-turned-into-data",
        "np.exp(best_logit(fake))",
        "np.exp(-best_logit(fake))",
        "the ratio upside down",
    ),
    Break(
        "learned-against-exact",
        "D, data=public, fakes=thieves, steps=1500",
        "D, data=thieves, fakes=public, steps=1500",
        "labels swapped",
    ),
    Break(
        "learned-against-exact",
        "D, data=public, fakes=thieves, steps=1500",
        "D, data=public, fakes=thieves, steps=100",
        "not trained to the end",
    ),
    Break(
        "off-the-support", "place = np.array([8.0])", "place = np.array([4.0])", "a place where people are"
    ),
    Break("a-small-d-is-not-free", "(width,) if width else ()", "(64, 64)", "networks that are not small"),
    Break(
        "too-few-people",
        "draw = torch.Generator().manual_seed(100 + seed)",
        "n, draw = 20_000, torch.Generator().manual_seed(100 + seed)",
        "enough people each time",
    ),
    Break(
        "the-best-passes-too",
        "luck = {n: star_on(n) - best",
        "luck = {n: star_on(n) - best - 0.1",
        "a bar that D* does not reach on average",
    ),
    Break(
        "the-best-passes-too",
        "return divergences.log_ratio(public, thieves, places)",
        "return 0.3 * divergences.log_ratio(public, thieves, places)",
        "a policeman who is not the best",
    ),
    Break(
        "one-sided-smoothing",
        "formula = (0.9 * p + 0.1 * q)",
        "formula = (0.9 * p + 0.0 * q)",
        "only the real label smoothed",
    ),
]
