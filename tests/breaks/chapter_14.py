"""How each claim of chapter 14 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "the-loss-measures-the-police",
        "(police.parameters(), 2e-4,",
        "(police.parameters(), 2e-9,",
        "police who learn next to nothing",
    ),
    Break(
        "the-loss-measures-the-police",
        "(softplus(-on_real) + softplus(on_fake))",
        "(softplus(on_real) + softplus(-on_fake))",
        "labels exchanged",
    ),
    Break(
        "losses-rise-while-samples-improve", "s.g_loss.mean()", "s.d_loss.mean()", "the other player's loss"
    ),
    Break(
        "losses-rise-while-samples-improve",
        "late - early, near - far",
        "early - late, near - far",
        "backwards in time",
    ),
    Break(
        "the-eye",
        'eye = trained.load("classifier")',
        "eye = classifier.Classifier().requires_grad_(False)",
        "an eye that was never trained",
    ),
    Break(
        "the-eye",
        ".argmax(1) == test_digits.labels",
        ".argmin(1) == test_digits.labels",
        "the least likely digit",
    ),
    Break(
        "sure-is-not-right",
        "2 * torch.rand(300, 784, generator=dice) - 1",
        "real_300.clone()",
        "digits in place of random pixels",
    ),
    Break(
        "sure-is-not-right",
        'eye = trained.load("classifier")',
        "eye = classifier.Classifier().requires_grad_(False)",
        "an eye that was never trained is sure of nothing",
    ),
    Break("entropy-of-the-shares", "np.full(10, 0.1)", "np.r_[0.55, np.full(9, 0.05)]", "unequal shares"),
    Break(
        "entropy-of-the-shares",
        "dirichlet(np.ones(10), 2000)",
        "dirichlet(np.ones(12), 2000)",
        "more than ten classes",
    ),
    Break("on-the-line", "1.0 + 2.0 * u", "1.0 + 2.5 * u", "another width than in the formula"),
    Break("on-the-line", "rng.permutation(y)", "y", "the pairing in order, twenty times"),
    Break(
        "two-moments-are-all-it-sees",
        "crowd(50_000, 2, clouds=(0, 2, 4, 6))",
        "crowd(50_000, 2, clouds=(0, 1, 4, 6))",
        "not a square",
    ),
    Break(
        "two-moments-are-all-it-sees",
        "(range(8), (0, 2, 4, 6), range(4))",
        "(range(8), (0, 1, 4, 5), range(4))",
        "a mean of 0, but not round",
    ),
    Break(
        "the-floor", "rng.normal(size=(2, n, k))", "rng.normal(size=(2, 2 * n, k))", "twice as many samples"
    ),
    Break(
        "the-floor",
        "quality.frechet(*rng.normal(size=(2, n, k)))",
        "quality.frechet(*rng.uniform(-1, 1, size=(2, n, k)))",
        "another variance",
    ),
    Break(
        "the-floor-of-real-digits",
        "without=7,",
        "without=None,",
        "nothing is missing",
    ),
    Break(
        "the-floor-of-real-digits",
        "return pool_seen[ours],",
        "return 1.5 * pool_seen[ours],",
        "two different laws",
    ),
    Break(
        "different-n-turn-the-order-round",
        "perfect[0].mean() > sevenless[3]",
        "perfect[3].mean() > sevenless[3]",
        "the same n",
    ),
    Break(
        "different-n-turn-the-order-round",
        "without=7,",
        "without=None,",
        "nothing is missing",
    ),
    Break(
        "the-kernel-distance-has-no-floor",
        "quality.kernel_distance(points[list(xs)]",
        "quality.frechet(points[list(xs)]",
        "a biased distance",
    ),
    Break(
        "the-kernel-distance-has-no-floor",
        '("kernel", quality.kernel_distance)',
        '("kernel", quality.frechet)',
        "a distance with a floor",
    ),
    Break(
        "every-set-of-features-has-its-own-unit",
        "louder.body[-2].weight.mul_(3),\n    louder.body[-2].bias.mul_(3)",
        "louder.body[-2].weight.mul_(2), louder.body[-2].bias.mul_(2)",
        "another unit",
    ),
    Break(
        "every-set-of-features-has-its-own-unit",
        "28, 28), 4).flatten(\n        1\n    )",
        "28, 28), 4).flatten(\n        1\n    ) * 1000",
        "grey values in another unit",
    ),
    Break(
        "what-a-perfect-thief-gets",
        "(n - i) / (2 * n - i)",
        "(n - i) / (3 * n - i)",
        "twice as many fakes in the formula",
    ),
    Break(
        "what-a-perfect-thief-gets",
        "quality.density_coverage(*pair, k)",
        "quality.density_coverage(pair[0], 0.5 * pair[1], k)",
        "shrunken fakes",
    ),
    Break(
        "four-thieves-four-numbers",
        '{"clouds": (0, 2, 4, 6)}, {"width": 0.3}',
        '{}, {"width": 0.3}',
        "no cloud is missing",
    ),
    Break(
        "four-thieves-four-numbers",
        '{"width": 0.3}, {"width": 3.0}',
        '{"width": 0.3}, {"width": 1.0}',
        "not inflated",
    ),
    Break("one-outlier-fools-precision", "[[6.0, 0.0]]", "[[-6.0, 0.0]]", "the outlier on the other side"),
    Break(
        "one-outlier-fools-precision",
        "np.vstack([town, [[6.0, 0.0]]])",
        "np.vstack([town, rng.normal(6.0, 1.0, (20, 2))])",
        "a village in place of an outlier",
    ),
    Break(
        "the-copier-wins",
        "train_digits.sample(COUNT, torch.Generator().manual_seed(3))",
        "fakes_of('conditional', COUNT)[:, :784]",
        "he copies fakes",
    ),
    Break(
        "the-copier-wins",
        '("frechet", -1), ("kernel", -1)',
        '("frechet", 1), ("kernel", 1)',
        "the larger distance wins",
    ),
    Break(
        "the-training-set-betrays-the-copier",
        "train_digits.sample(COUNT, torch.Generator().manual_seed(3))",
        "test_digits.sample(COUNT, torch.Generator().manual_seed(3))",
        "he copies what is held out",
    ),
    Break(
        "the-training-set-betrays-the-copier",
        '"copier, one pixel off": moved(copied)',
        '"copier, one pixel off": copied',
        "he does not move them",
    ),
    Break(
        "which-real-digits",
        "test_seen[mixed[:side]], test_seen",
        "1.5 * test_seen[mixed[:side]], test_seen",
        "two different laws",
    ),
    Break(
        "which-real-digits",
        ") / count",
        ") / count**2",
        "a floor that falls too fast",
    ),
    Break(
        "the-table-of-counts-and-distances",
        "ddof=1) / np.sqrt(len(values))\n    return",
        "ddof=1)\n    return",
        "deviations, not errors",
    ),
    Break(
        "the-table-of-counts-and-distances",
        "SEEDS, STEPS = (0, 1, 2), 2000",
        "SEEDS, STEPS = (0, 1), 2000",
        "a seed less",
    ),
    Break(
        "the-table-of-neighbours",
        "SEEDS, STEPS = (0, 1, 2), 2000",
        "SEEDS, STEPS = (0, 1), 2000",
        "a seed less",
    ),
    Break("the-long-runs", 'row["steps"] > STEPS', 'row["steps"] >= STEPS', "the short runs as well"),
    Break(
        "which-differences-stand",
        "(min(of_a) > max(of_b)) - (max(of_a) < min(of_b))",
        "(sum(of_a) > sum(of_b)) - (sum(of_a) < sum(of_b))",
        "means alone",
    ),
    Break(
        "which-differences-stand",
        '"recall": 1,',
        '"recall": 0,',
        "a column left out",
    ),
    Break(
        "metrics-that-disagree",
        "stands(a, b, second) < 0",
        "stands(a, b, second) > 0",
        "pairs on which they agree",
    ),
    Break(
        "metrics-that-disagree",
        '"frechet": -1,\n    "kernel": -1,',
        '"frechet": 1,\n    "kernel": 1,',
        "large distances are good",
    ),
    Break(
        "measured-again", "classifier.verdicts(eye, again)", "classifier.verdicts(eye, -again)", "negatives"
    ),
    Break(
        "measured-again",
        "trained.load(shipped),",
        "trained.blank(shipped).eval().requires_grad_(False),",
        "generators that were never trained",
    ),
]
