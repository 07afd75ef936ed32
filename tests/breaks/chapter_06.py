"""How each claim of chapter 6 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "truth-surprises-least",
        "values = [divergences.kl(p, q)",
        "values = [-divergences.kl(p, q)",
        "a wrong sign",
    ),
    Break(
        "truth-surprises-least",
        "divergences.kl(wide, uniform(-1.0, 1.0))",
        "divergences.kl(uniform(-1.0, 1.0), wide)",
        "the wrong way round",
    ),
    Break(
        "what-kind-of-distance",
        "divergences.jsd(p, q) for q in laws[:10]",
        "divergences.kl(p, q) for q in laws[:10]",
        "KL is not symmetric",
    ),
    Break(
        "what-kind-of-distance",
        "root = np.sqrt(np.maximum(jsd, 0))",
        "root = jsd**2",
        "not the square root but the square",
    ),
    Break(
        "three-ways-to-one-number",
        "return (np.array(value) + np.log(4)) / 2",
        "return np.array(value) + np.log(4)",
        "the factor 2 forgotten",
    ),
    Break(
        "three-ways-to-one-number",
        "latent=q, loss=",
        "latent=p, loss=",
        "a D that is trained on perfect fakes",
    ),
    Break("three-ways-to-one-number", "(-np.log(4) + by_kl)", "(-np.log(2) + by_kl)", "log 2 for log 4"),
    Break(
        "the-only-solution",
        "divergences.value_at_best_d(normal(0.0, 1.0)",
        "divergences.value_at_best_d(normal(1.0, 1.0)",
        "other data",
    ),
    Break(
        "factors-and-units",
        "j, v = divergences.jsd(p, q), ",
        "j, v = divergences.jsd(p, q) / np.log(2), ",
        "bits taken for nats",
    ),
    Break(
        "histogram-floor",
        "manual_seed(1000 * i + j)",
        "manual_seed(1000 * i)",
        "one sample compared with itself",
    ),
    Break(
        "convex-in-the-law-only",
        "targets.mixture([-2.0, 2.0], 0.5, [1 - t, t])",
        "normal(4 * t - 2, 0.5)",
        "the parameter moved instead of the mass",
    ),
    Break(
        "floors-in-many-dimensions",
        "dice.uniform(size=(2, n, dim))",
        "dice.uniform(size=(2, n, 2))",
        "points that stay in the plane",
    ),
    Break(
        "floors-in-many-dimensions",
        "bins=10, dim=d",
        "bins=10, dim=1",
        "one dimension throughout",
    ),
    Break(
        "improving-is-not-arriving",
        "(1 - 0.5**t) / 2",
        "1 - 1 / (t + 1)",
        "shares whose sum is infinite",
    ),
    Break(
        "improving-is-not-arriving",
        "[share, 1 - share]",
        "[1 - share, share]",
        "real people replaced by fakes",
    ),
    Break(
        "convex-in-the-law-only",
        "[(1 - t) / 2, (1 - t) / 2, t / 2, t / 2]",
        "[t / 2, t / 2, (1 - t) / 2, (1 - t) / 2]",
        "the shares exchanged",
    ),
    Break(
        "what-each-loss-measures",
        "np.logaddexp(0, -answers), np.logaddexp(0, answers)",
        "np.logaddexp(0, answers), np.logaddexp(0, answers)",
        "a wrong sign in the loss",
    ),
    Break(
        "what-each-loss-measures",
        "2 - 2 * divergences.total_variation",
        "1 - divergences.total_variation",
        "a lost factor",
    ),
    Break("what-g-follows", "-(share**2)", "-share", "another loss for G"),
    Break(
        "what-g-follows",
        "torch.sign(logit)",
        "torch.tanh(5 * logit)",
        "a verdict that lets the slope through",
    ),
    Break("what-g-follows", "1.125 - 1.5", "1.125 + 1.5", "a D that points the wrong way"),
    Break(
        "a-discriminator-for-every-f", "lambda t: t**2 / 4 + t", "lambda t: t**2 / 2 + t", "a wrong conjugate"
    ),
    Break("a-discriminator-for-every-f", "slope(P / Q", "slope(Q / P", "the ratio upside down"),
    Break(
        "a-discriminator-for-every-f",
        "lambda u: 2 * (u - 1)",
        "lambda u: 2.2 * (u - 1)",
        "not the best T: others are better",
    ),
    Break("the-bound-needs-cover", "T = np.array([10.0", "T = np.array([1.0", "a T that is not large there"),
    Break(
        "the-bound-needs-cover",
        "uniform(0.0, 1.0), uniform(0.5, 1.5)",
        "uniform(0.0, 1.0), uniform(0.0, 1.5)",
        "fakes that cover the data",
    ),
    Break(
        "relativistic-is-the-same-d",
        "a[:, None], a[None, :])",
        "a[:, None] * 0, a[None, :])",
        "real answers left out",
    ),
    Break(
        "relativistic-is-the-same-d",
        "np.log(P.numpy() / Q.numpy())",
        "np.log(P.numpy())",
        "a density for a ratio",
    ),
    Break(
        "wasserstein-is-no-f-divergence", "normal(3.0, 1.4)", "normal(1.5, 1.4)", "not the same stretching"
    ),
    Break(
        "not-kl",
        "p, q = uniform(0.0, 1.0), uniform(0.5, 1.5)",
        "p, q = normal(0.0, 1.0), normal(0.5, 1.0)",
        "distributions that cover each other",
    ),
    Break(
        "what-g-follows",
        "torch.sign(1.125 - 1.5 * (1.5 + h + z))",
        "torch.sign(1.125 - 1.5 * (1.5 + z))",
        "nobody crosses the border",
    ),
]
