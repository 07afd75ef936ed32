"""How each claim of chapter 12 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "nothing-in-the-game-changes",
        "real.log_prob(real.first(1))",
        "targets.normal(784).log_prob(real.first(1))",
        "a law with a density",
    ),
    Break("nothing-in-the-game-changes", "game = models.dense()", "game = models.conv()", "other networks"),
    Break(
        "latents-live-on-a-shell",
        "torch.randn(",
        "torch.rand(",
        "uniform latents",
    ),
    Break(
        "latents-live-on-a-shell",
        "return (\n        torch.sin((1 - t) * angle) * z + torch.sin(t * angle) * other\n"
        "    ) / torch.sin(angle)",
        "return (1 - t) * z + t * other",
        "a straight line",
    ),
    Break(
        "g-first-and-yet-simultaneous",
        "fakes = G(z)\n        opt_g.zero_grad()",
        "fakes, made_again = G(z), True\n        opt_g.zero_grad()",
        "the fakes made again",
    ),
    Break(
        "g-first-and-yet-simultaneous",
        "printed = models.dense(eps=0.8)",
        "printed = models.dense()",
        "another eps than in the program",
    ),
    Break(
        "g-first-and-yet-simultaneous",
        "bce(D(fakes), ones)",
        "bce(D(fakes), zeros).neg()",
        "the saturating loss that articles derive",
    ),
    Break(
        "what-eps-lets-through", '("as printed", 0.8)', '("as printed", 1e-5)', "batch norm as it was meant"
    ),
    Break(
        "what-eps-lets-through",
        "(v / (v + eps)).sqrt()",
        "v / (v + eps)",
        "a variance for a standard deviation",
    ),
    Break("the-floor-of-a-double-sigmoid", '("two", torch.sigmoid)', '("two", lambda a: a)', "one sigmoid"),
    Break(
        "the-floor-of-a-double-sigmoid",
        "np.log(1 + np.e) - 1 + np.log(2)",
        "np.log(2) + np.log(2)",
        "log 4 taken for the floor",
    ),
    Break(
        "what-was-measured",
        'for version in ("as printed", "put right")',
        'for version in ("put right", "as printed")',
        "the two confused",
    ),
    Break(
        "what-was-measured", 's["frechet"] for s in short', 's["precision"] for s in short', "another metric"
    ),
    Break(
        "sure-is-not-enough",
        "shipped,\n    torch.randn(2000, 100,",
        "shipped,\n    0.1 * torch.randn(2000, 100,",
        "latents near the origin",
    ),
    Break(
        "sure-is-not-enough",
        "speckle = (\n    2 * torch.rand(2000, 784, generator=torch.Generator().manual_seed(4))\n    - 1\n)",
        "speckle = made",
        "the fakes in place of random pixels",
    ),
    Break(
        "losses-do-not-tell",
        'frames = full["put right"][1:]',
        'frames = full["as printed"][1:]',
        "the printed program",
    ),
    Break(
        "losses-do-not-tell",
        'for whose_loss in ("d_loss", "g_loss")',
        'for whose_loss in ("g_loss", "d_loss")',
        "the players confused",
    ),
    Break("the-norm-is-a-knob", "(one + two) / 2)", "5 * (one + two))", "far outside the shell"),
    Break("the-norm-is-a-knob", '("norm 2", one / 5)', '("norm 2", one)', "latents on the shell"),
    Break(
        "as-far-as-unseen-digits",
        "forged, held_back = made[:300]",
        "forged, held_back = real.first(300)",
        "a thief who hands in copies",
    ),
    Break(
        "as-far-as-unseen-digits",
        "+ 0.05",
        "+ 2.0",
        "copies under so much speckle that nobody would know them",
    ),
    Break(
        "copies-that-pass-the-test",
        "drawings.roll((pixels, pixels)",
        "drawings.roll((0, 0)",
        "copies that stay where they are",
    ),
    Break(
        "copies-that-pass-the-test",
        "(pixels, pixels), dims=(1, 2))",
        "(pixels, pixels), dims=(0, 0))",
        "the pile moved, and not the pixels",
    ),
]
