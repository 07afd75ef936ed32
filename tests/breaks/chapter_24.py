"""How each claim of chapter 24 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "the-lines-that-were-trained",
        'return believed + knobs["l1"] * far',
        "return believed + far",
        "a difference that weighs no more than the police",
    ),
    Break(
        "the-lines-that-were-trained",
        'forged = torch.cat([draw["a"], net.G(draw["a"])], 1)',
        'forged = torch.cat([draw["a"], draw["b"]], 1)',
        "police who are shown true pairs only",
    ),
    Break(
        "aerial-to-map",
        'return {"a": learned.a[some], "b": learned.b[some]}',
        'return {"a": learned.a[some], "b": learned.b[some.flip(0)]}',
        "maps of other places",
    ),
    Break(
        "aerial-to-map",
        'copied = redrawn_models.nearest_pair("plan", airs)',
        "copied = airs.b",
        "the true map as the control",
    ),
    Break(
        "map-to-aerial",
        'names = {"difference alone": "aerial alone", "with police": "aerial"}',
        'names = {"difference alone": "aerial", "with police": "aerial alone"}',
        "the two trainings exchanged",
    ),
    Break(
        "map-to-aerial",
        "anew = told(both, places.views)",
        "anew = told(both.roll(1, 0), places.views)",
        "views of other places",
    ),
    Break(
        "nobody-guesses-better",
        "lucky = (guess == places.views.roofs)",
        "lucky = (guess == guess)",
        "a guesser who sees the truth",
    ),
    Break(
        "nobody-guesses-better",
        '"trees, of 2": (0.5, 0.06, "trees")',
        '"trees, of 2": (0.5, 0.06, "redrawn")',
        "what the map tells, in place of what it doesn't",
    ),
    Break(
        "a-perfect-forger-loses",
        "fair = rolled(3)",
        "fair = places.views",
        "a forger who knows the truth",
    ),
    Break(
        "a-perfect-forger-loses",
        "for name in above.HIDDEN}",
        'for name in ("stands", "roofs")}',
        "a forger who builds other houses",
    ),
    Break(
        "cut-together",
        "apart.append((cut(place, one) == cut(place, other))",
        "apart.append((cut(place, one) == cut(place, one))",
        "both cut at the same corner",
    ),
    Break(
        "cut-together",
        "together.append((cut(place, one) == cut(place, one))",
        "together.append((cut(place, one) == cut(place, other))",
        "each cut at a corner of its own",
    ),
    Break(
        "the-layout-is-kept",
        'for name in ("layout alone", "layout")\n    ]\n    controls',
        'for name in ("layout", "layout alone")\n    ]\n    controls',
        "the two trainings exchanged",
    ),
    Break(
        "the-layout-is-kept",
        'laid_alike = shown(redrawn_models.nearest_pair("layout", layouts))',
        "laid_alike = shown(layouts.b)",
        "the truth in place of the most alike pair",
    ),
    Break(
        "colours-are-made-up",
        'of("redrawn", "layout", "kept", factor).mean() * len(DISCRETE[factor])',
        'of("redrawn", "pose", "kept", factor).mean() * len(DISCRETE[factor])',
        "colours that were told, of figures",
    ),
    Break(
        "norm-forgets-flat-layouts",
        "behind = [F.instance_norm(layer(a, weight)) for a in (sky, grass)]",
        "behind = [layer(a, weight) for a in (sky, grass)]",
        "no normalisation",
    ),
    Break(
        "norm-forgets-flat-layouts",
        "return F.instance_norm(x) * (1 + gamma) + beta",
        "return F.instance_norm(x)",
        "a layout that isn't said again",
    ),
    Break(
        "spade-and-its-one",
        "return F.instance_norm(x) * gamma + beta",
        "return F.instance_norm(x) * (1 + gamma) + beta",
        "the 1 put back",
    ),
    Break(
        "spade-and-its-one",
        "lambda x: F.batch_norm(x, None, None, training=True)",
        "F.instance_norm",
        "the statistics of each picture in both",
    ),
    Break(
        "pose-and-person",
        "at = joints(poses)[..., None, None]",
        "at = joints(poses)[..., None, None].flip(1)",
        "spots in another order than in training",
    ),
    Break(
        "pose-and-person",
        '("with police", "pose")):',
        '("with police", "pose alone")):',
        "the training without police twice",
    ),
    Break(
        "pose-and-person",
        '"handed back": shown(poses.a[:, :3])',
        '"handed back": shown(poses.b)',
        "the truth handed back",
    ),
    Break(
        "what-an-emoji-keeps",
        'emoji_kept[factor] = of("redrawn", "emoji", "kept", factor)',
        'emoji_kept[factor] = of("redrawn", "emoji pairs", "kept", factor)',
        "the network that learned from pairs",
    ),
    Break(
        "what-was-not-said",
        "paths = words_models.painted(artists, words.counts(captions(asked)), 5)[-1]",
        "paths = words_models.painted(\n    artists, words.counts(captions(asked)).roll(1, 0), 5\n)[-1]",
        "captions of others",
    ),
    Break(
        "what-was-not-said",
        "said_before.index(s) for s",
        "0 for s",
        "the first picture for every caption",
    ),
    Break(
        "sketches-and-paintings",
        "return ((x - a) / s * t + b).clamp(0, 1)",
        "return x",
        "colours that stay where they are",
    ),
    Break(
        "sketches-and-paintings",
        'for name in ("difference alone", "pix2pix")',
        'for name in ("night", "night")',
        "the scores of another use",
    ),
]
