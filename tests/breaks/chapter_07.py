"""How each claim of chapter 7 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "saturation-lives-in-the-logit",
        "torch.log(1 - torch.sigmoid(a))",
        "torch.log(1 - a.abs() / 100)",
        "no sigmoid between",
    ),
    Break(
        "three-losses-one-direction",
        '"minimax": lambda a: plots.sigmoid(a)',
        '"minimax": lambda a: plots.sigmoid(-a)',
        "the two volumes exchanged",
    ),
    Break(
        "three-losses-one-direction",
        "arrows = {\n    loss: game.asked_steps(psi, thieves, thieves).numpy()",
        "arrows = {\n    loss: game.asked_steps(psi, thieves, thieves).numpy()"
        " * (1 - 2 * (loss == 'minimax'))",
        "a wrong sign",
    ),
    Break(
        "far-away-everything-looks-the-same",
        "for t in (0.6, 1.0, 3.0):",
        "for t in (0.3, 1.0, 3.0):",
        "crowds that overlap",
    ),
    Break(
        "what-each-loss-follows",
        "(plots.sigmoid(a), np.ones_like(a), plots.sigmoid(-a))",
        "(plots.sigmoid(-a), np.ones_like(a), plots.sigmoid(a))",
        "the two losses exchanged",
    ),
    Break(
        "what-each-loss-follows",
        "return [2 * jsd, kl, kl - 2 * jsd]",
        "return [2 * jsd, kl, kl - jsd]",
        "a factor forgotten",
    ),
    Break(
        "what-each-loss-follows",
        "divergences.kl(shifted(t), p)",
        "divergences.kl(p, shifted(t))",
        "KL the wrong way round",
    ),
    Break(
        "three-losses-one-direction",
        'loss="least_squares"',
        'loss="hinge"',
        "a loss that falls everywhere",
    ),
    Break(
        "the-identity-needs-data-at-every-fake",
        "p, q, h = targets.uniform(0.0, 1.0)",
        "p, q, h = targets.uniform(0.0, 2.0)",
        "data wherever there are fakes",
    ),
    Break(
        "too-well-trained",
        '"apart": targets.gaussian(4.0, 0.3)',
        '"apart": targets.gaussian(0.5, 0.3)',
        "crowds that overlap",
    ),
    Break(
        "two-different-troubles",
        '["apart", 0]["minimax"]',
        '["overlap", 0]["minimax"]',
        "police with overlap",
    ),
    Break(
        "averaging-a-cauchy-does-not-help",
        "noise[0] / noise[1]",
        "noise[0] * noise[1]",
        "a product in the place of the quotient",
    ),
    Break(
        "not-a-cauchy-here",
        '["apart", seed]["non_saturating"]',
        '["overlap", seed]["minimax"]',
        "another loss and no gap",
    ),
    Break("make-them-overlap", "float(np.hypot(law.std, s))", "float(law.std)", "noise without effect"),
]
