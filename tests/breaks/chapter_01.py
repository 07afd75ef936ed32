"""How each claim of chapter 1 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "untrained",
        "newcomers = next(start)",
        "newcomers = train(game, public, steps=600, lr_g=5e-3, lr_d=5e-3, seed=0).run(False)",
        "networks that were trained",
    ),
    Break("police-learn", "lr_d=5e-3,", "lr_d=1e-9,", "police that do not learn"),
    Break(
        "police-learn",
        'rule="police only",',
        'rule="alternating",',
        "a thief that moves as well",
    ),
    Break(
        "thief-escapes", 'rule="thief only"', 'rule="alternating"', "police that move while the thief trains"
    ),
    Break("thief-escapes", "lr_g=2e-3,", "lr_g=1e-9,", "a thief that does not learn"),
    Break(
        "phase-one-goes-on",
        "steps=300,\n    lr_g=2e-3",
        "steps=300,\n    lr_g=1e-9",
        "no more training after the escape",
    ),
    Break(
        "too-many-thieves-are-pushed-apart",
        "turns = rules.Alternating(n_d=5)",
        "turns = rules.Alternating(n_d=0)",
        "police that never train: no dip, no push",
    ),
    Break(
        "too-many-thieves-are-pushed-apart",
        "return asked[: len(asked) // 4].mean(), asked[-len(asked) // 4 :].mean()",
        "return asked.mean(), asked.mean()",
        "one push for all thieves",
    ),
    Break(
        "the-slow-rhythm-keeps-the-heap",
        "for i in range(6):",
        "for i in range(30):",
        "thirty slow rounds: by then the heap has spread, too",
    ),
    Break(
        "loop-works",
        "turns = rules.Alternating(n_d=5)",
        "turns = rules.Alternating(n_d=0)",
        "police that never train",
    ),
    Break(
        "gradient-not-verdict",
        "torch.sigmoid(-logit) * slope",
        "-torch.sigmoid(-logit) * slope",
        "the wrong sign",
    ),
    Break("gradient-not-verdict", 'loss="non_saturating"', 'loss="minimax"', "another loss for G"),
    Break(
        "hard-verdict-is-mute",
        "(D(place) > 0).double()",
        "torch.sigmoid(30 * D(place))",
        "a verdict that lets the slope through",
    ),
    Break(
        "hard-verdict-is-mute",
        "torch.sigmoid(D(place))",
        "(D(place) > 0)",
        "an opinion that is a hard verdict",
    ),
]
