"""How each claim of chapter 19 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "what-demodulation-does",
        "own = own / (size + 1e-8).sqrt()",
        "own = own / size.mean().sqrt()",
        "one size for all channels and all pictures",
    ),
    Break(
        "what-demodulation-does",
        "x = torch.randn(4000, 24, 5, 5, generator=dice)",
        "x = torch.randn(4000, 1, 5, 5, generator=dice).expand(-1, 24, 5, 5)",
        "channels that are all the same",
    ),
    Break(
        "where-the-assumption-fails",
        "return torch.randn(x.shape, generator=torch.Generator().manual_seed(1))",
        "return x",
        "fed with what it gets, in place of independent numbers",
    ),
    Break(
        "where-the-assumption-fails",
        "as_trained, as_assumed = loudness(G, w_many), loudness(G, w_many, strangers)",
        "as_trained = as_assumed = loudness(G, w_many, strangers)",
        "the trained network fed with independent numbers",
    ),
    Break(
        "where-the-assumption-fails",
        "as_blank.append(loudness(blank_G, w_blank))",
        "as_blank.append(loudness(blank_G, w_blank, strangers))",
        "the untrained networks fed with independent numbers",
    ),
    Break(
        "where-the-assumption-fails",
        "as_blank.append(loudness(blank_G, w_blank))",
        "as_blank.append(as_trained)",
        "the trained network in the place of the untrained ones",
    ),
    Break(
        "where-the-assumption-fails",
        "louder[:, 0] *= 3",
        "louder *= 3",
        "all channels three times as loud, and not one of them",
    ),
    Break(
        "noise-that-shouts",
        "painter.strength.copy_(strength * start)",
        "painter.strength.copy_(0 * start)",
        "strengths that begin at 0",
    ),
    Break(
        "noise-that-shouts",
        '("every second pixel", stripes[..., ::2, ::2], {"at_least": 1})',
        '("every second pixel", growing.halved(stripes), {"at_least": 1})',
        "means of four in place of every second pixel",
    ),
    Break(
        "noise-that-shouts",
        '("one sheet for both", (first, first), 16)',
        '("one sheet for both", (first, second), 16)',
        "a sheet for each layer",
    ),
    Break(
        "an-order-that-begins-at-nothing",
        '("around 0", scales, {"near": 0.5, "within": 0.1})',
        '("around 0", 1 + scales, {"near": 0.5, "within": 0.1})',
        "a scale that begins around 1",
    ),
    Break(
        "an-order-that-begins-at-nothing",
        '("around 0", faint, {"below": 0.05})',
        '("around 0", 1 + faint, {"below": 0.05})',
        "orders close to 0, and a scale that begins around 1",
    ),
    Break(
        "an-order-that-begins-at-nothing",
        "torch.ones(500, 64, 4, 4)",
        "torch.randn(500, 64, 4, 4, generator=dice)",
        "a ground that differs from place to place",
    ),
    Break(
        "a-rehearsal",
        "first_of_one[:, :1] = one_w[:, :1]",
        "first_of_one[:, :1] = all_w[:, :1]",
        "each picture's own order for the layer at 4 x 4",
    ),
    Break(
        "shipped-and-floor",
        "real_too = growing_models.portraits(1000, 102)[1]",
        "real_too = growing_models.portraits(1000, 102)[1].flip(1)",
        "portraits whose red and blue are exchanged",
    ),
    Break(
        "no-meaning-of-their-own",
        "hears.weight.copy_(hears.weight @ back)",
        "hears.weight.copy_(hears.weight @ M)",
        "styles that turn the same way as w, and not back",
    ),
    Break(
        "does-it-paint-better",
        '"bottom": "bottom"',
        '"bottom": "style"',
        "the thief with styles compared with himself",
    ),
    Break(
        "does-it-paint-better",
        'for way in ("style", "unmixed"):\n    claim(',
        'for way in ("style", "bottom"):\n    claim(',
        "the control compared with himself",
    ),
    Break(
        "shipped-and-floor",
        'stored["style long, seed 0"]',
        'stored["style, seed 0"]',
        "the short training in the place of the long one",
    ),
    Break(
        "which-layer-carries-which",
        'factors.index("background")',
        'factors.index("turn")',
        "the head's turn in place of the background",
    ),
    Break(
        "and-where-both-agree",
        'max(lost["glasses"])',
        'max(lost["background"])',
        "the background in the place of the glasses",
    ),
    Break(
        "what-mixing-changes",
        '"unmixed": "style unmixed"',
        '"unmixed": "style"',
        "the thief trained with two orders in the place of the one trained without",
    ),
    Break(
        "ways-and-cuts",
        'in_z, in_w = (per_seed("style", space, key) for space in "zw")',
        'in_w, in_z = (per_seed("style", space, key) for space in "zw")',
        "z and w exchanged",
    ),
    Break(
        "ways-and-cuts",
        'plain_z = per_seed("bottom", "z", key)',
        'plain_z = per_seed("unmixed", "z", key)',
        "the thief with styles and without mixing in the place of the control",
    ),
    Break(
        "each-factor-cut",
        'for space in "wz"',
        'for space in "zw"',
        "z and w exchanged",
    ),
    Break(
        "not-by-construction",
        "w_blank = untrained(z_live)",
        "w_blank = w_live",
        "the trained mapping network in the place of the untrained one",
    ),
    Break(
        "not-by-construction",
        '("M w", w_live @ M.T)',
        '("M w", w_live[:, :8])',
        "eight of the 32 numbers of w, and not all of them in another way",
    ),
    Break(
        "drawn-to-the-mean",
        "G(0.5 * z_few)",
        "G(0.5 + z_few)",
        "z moved, and not made smaller",
    ),
]
