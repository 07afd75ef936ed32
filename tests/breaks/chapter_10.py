"""How each claim of chapter 10 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "packs-see-more",
        "return reduce(np.multiply.outer, [p] * m).ravel()",
        "return p",
        "only one sample of the pack is looked at",
    ),
    Break(
        "packs-see-more",
        "np.r_[np.full(7, 1 / 7), 0]",
        "np.r_[np.full(4, 1.25), np.full(4, 0.75)] / 8",
        "nothing is missing",
    ),
    Break(
        "looking-ahead-pulls-inwards",
        "rules.Unrolled(k, through=False), k * h / 4",
        "rules.Unrolled(k), k * h / 4",
        "through the steps after all",
    ),
    Break(
        "looking-ahead-pulls-inwards",
        "rules.Unrolled(k), k * h / 2",
        "rules.Unrolled(2 * k), k * h / 2",
        "twice as far ahead",
    ),
    Break(
        "the-best-d-under-smoothing",
        "abs(best_by_search(p, q, r, s) - (r * p + s * q) / (p + q))",
        "abs(best_by_search(p, q, r, s) - p / (p + q))",
        "the best D without smoothing",
    ),
    Break(
        "the-best-d-under-smoothing",
        "losses.smoothed(0.9).d(logits, -logits)",
        "losses.non_saturating.d(logits, -logits)",
        "hard labels",
    ),
    Break(
        "spectral-norm-bounds-the-slope",
        "parts.spectral(nets.Discriminator(2))",
        "nets.Discriminator(2)",
        "no normalisation",
    ),
    Break(
        "spectral-norm-bounds-the-slope",
        "G = parts.batch_normalised(nets.Generator(2, 2))",
        "G = nets.Generator(2, 2)",
        "no batch norm",
    ),
    Break(
        "only-differences-count", "losses.relativistic.d)", "losses.non_saturating.d)", "a loss on each logit"
    ),
    Break(
        "the-clinic",
        'for column in ("modes", "fair", "quality", "reverse_kl")',
        'for column in ("fair", "modes", "quality", "reverse_kl")',
        "columns exchanged",
    ),
    Break("what-helped", '["fair"])', '["modes"])', "one sample taken for coverage"),
    Break(
        "a-sample-of-the-clinic-again",
        "treat(cures[name](RING), RING, seeds=range(20, 24))",
        'treat(cures["plain"](RING), RING, seeds=range(20, 24))',
        "no R1",
    ),
    Break(
        "a-sample-of-the-clinic-again",
        "treat(cures[name](RING), RING, seeds=range(20, 24))",
        'treat(cures["R1"](RING), RING, seeds=range(20, 24))',
        "R1 for the plain game too",
    ),
    Break("what-the-maps-say", "seen.fair.mean(axis=2)", "seen.fair.max(axis=2)", "the luckier seed"),
    Break(
        "a-corner-of-the-map-again",
        'row_of(phases["r1"], RING, weight, columns=(0.005,))',
        'row_of(phases["r1"], RING, 0.0, columns=(0.005,))',
        "R1 left out",
    ),
]
