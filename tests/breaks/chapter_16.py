"""How each claim of chapter 16 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "a-line-truncated",
        "variance = 1 - 2 * t * phi(t) / inside_line",
        "variance = 1 - t * phi(t) / inside_line",
        "one end of the integral forgotten",
    ),
    Break(
        "a-line-truncated",
        "z = torch.where(z.abs() > t, other, z)",
        "z = z.clamp(-t, t)",
        "clamping in place of drawing again",
    ),
    Break(
        "clamping-is-another-law",
        "clamped = wild.clamp(-0.5, 0.5)",
        "clamped = tame",
        "truncated latents in place of clamped ones",
    ),
    Break(
        "the-middle-is-a-bridge",
        "axis = scaling.truncated((torch.arange(n) + 0.5) / n, t)",
        "axis = scaling.truncated((torch.arange(n) + 0.5) / n, math.inf)",
        "the whole law at each limit",
    ),
    Break(
        "bad-in-the-middle",
        "((0, 0.5), (1.5, 2.5))",
        "((1.5, 2.5), (0, 0.5))",
        "far out and the middle exchanged",
    ),
    Break(
        "bad-in-the-middle",
        "(2 * Phi(0.5) - 1) ** 2 * ",
        "",
        "as if all latents were in the box",
    ),
    Break(
        "truncated-digits",
        "limits_64 = (0.25, 0.5, 1.0, 2.0, math.inf)",
        "limits_64 = (math.inf, 2.0, 1.0, 0.5, 0.25)",
        "the limits the other way round",
    ),
    Break(
        "without-a-label",
        "((labelled_G, orders), (bare_G, None))",
        "((labelled_G, orders), (labelled_G, orders))",
        "the thief with labels twice",
    ),
    Break(
        "without-a-label",
        "limits_64 = (0.25, 0.5, 1.0, 2.0, math.inf)",
        "limits_64 = (math.inf, 2.0, 1.0, 0.5, 0.25)",
        "the limits the other way round",
    ),
    Break(
        "the-box-is-empty",
        "orders_given * inside_one**64",
        "orders_given * inside_one**2",
        "two dimensions in place of 64",
    ),
    Break(
        "the-box-is-empty",
        "(2 * Phi(2) - 1) ** 64",
        "(2 * Phi(1) - 1) ** 64",
        "the limit 1 in place of 2",
    ),
    Break(
        "new-statistics-undo-it",
        "anew_norm = with_fresh_statistics(",
        "anew_norm = G_norm or (",
        "the statistics of the whole law",
    ),
    Break(
        "new-statistics-undo-it",
        "cut_norm = plain_layer(scaling.truncated(many_u, 1.0))",
        "cut_norm = plain_layer(half_z)",
        "latents narrowed in place of truncated",
    ),
    Break(
        "latents-behind-the-statistics",
        "h_in = torch.randn(60, 1, 64",
        "h_in = torch.randn(1, 1, 64",
        "pictures that differ by their latents alone: all is divided away",
    ),
    Break(
        "the-price-of-crossing",
        "return (products * (1 - torch.eye(len(W)))).square().sum()",
        "return products.square().sum()",
        "lengths are priced, too",
    ),
    Break(
        "three-programs-for-one-formula",
        "off_filter = 1 - torch.eye(len(weight_filter))",
        "off_filter = torch.ones(6, 6)",
        "the diagonal is not left out",
    ),
    Break(
        "orthogonality-and-truncation",
        'return games_of(name, "good", "0.5") >= good_price - 0.05',
        'return games_of(name, "good", "2.0") >= good_price - 0.05',
        "a limit that hardly cuts",
    ),
    Break(
        "orthogonality-and-truncation",
        '("crossing, 1e-3", "orthogonal 1e-3")',
        '("crossing, 1e-3", "no price")',
        "the games without a price twice",
    ),
    Break(
        "who-tolerates",
        'return games_of(name, "good", "0.5") >= good_price - 0.05',
        'return games_of(name, "good", "1.0") >= good_price - 0.05',
        "a wider box",
    ),
    Break(
        "who-tolerates",
        'trained.load("labelled ring orthogonal")',
        'trained.load("labelled ring")',
        "the network without the price",
    ),
    Break(
        "who-tolerates",
        '("labelled ring orthogonal", "labelled ring")',
        '("labelled ring", "labelled ring")',
        "the lengths of one network twice",
    ),
    Break(
        "who-tolerates",
        "poor = int(every[all_good < 0.7].sum())",
        "poor = int((all_good < 0.7).sum())",
        "games that don't tolerate are counted, too",
    ),
    Break(
        "what-a-batch-buys",
        'f"batch {size_batch}{scaling.SAME}"',
        'f"batch {size_batch}"',
        "1,000 steps in place of 128,000 samples",
    ),
    Break(
        "batches-by-the-second",
        '"batch 512" + scaling.LONGER',
        '"batch 512"',
        "1,000 steps in place of 2,000",
    ),
    Break(
        "batches-by-the-second",
        'seconds_of("batch 512") / seconds_of("batch 32")',
        'seconds_of("batch 512") / seconds_of("batch 32") * 1000 / 250',
        "as many samples in place of as many steps",
    ),
    Break(
        "a-label-in-the-norm",
        "return (1 + y @ self.gain) * self.norm(h) + y @ self.bias",
        "return (y @ self.gain) * self.norm(h) + y @ self.bias",
        "gain in place of 1 + gain",
    ),
    Break(
        "a-label-in-the-norm",
        "nn.Linear(6, 64), nn.BatchNorm1d(64))",
        "nn.Linear(6, 64))",
        "no norm further behind",
    ),
    Break(
        "beyond-the-margin",
        "losses.hinge.d(real_logits",
        "losses.least_squares.d(real_logits",
        "another loss than the hinge",
    ),
]
