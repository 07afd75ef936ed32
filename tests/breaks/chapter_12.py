"""How each claim of chapter 12 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "nothing-in-the-game-changes",
        "known_density(real)",
        "known_density(targets.normal(784))",
        "a distribution with a density",
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
        "np.cos(a) * z + np.sin(a) * other for",
        "(np.cos(a) * z + np.sin(a) * other).sign() for",
        "the norm of the shell, and all coordinates 1 or -1",
    ),
    Break(
        "the-circle-stays-on-the-shell",
        "return mixed / torch.sin(angle)",
        "return (1 - t) * z + t * other",
        "a straight line",
    ),
    Break(
        "g-first-and-yet-simultaneous",
        "fakes = G(z)\n    opt_g.zero_grad()",
        "fakes, made_again = G(z), True\n    opt_g.zero_grad()",
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
    Break("what-eps-lets-through", "through(0.8)", "through(1e-5)", "batch norm as it was meant"),
    Break(
        "what-eps-lets-through",
        "(v / (v + eps)).sqrt()",
        "v / (v + eps)",
        "a variance for a standard deviation",
    ),
    Break("the-floor-of-a-double-sigmoid", "school(torch.sigmoid)", "school(lambda a: a)", "one sigmoid"),
    Break(
        "the-floor-of-a-double-sigmoid",
        "np.log(1 + np.e) - 1 + np.log(2)",
        "np.log(2) + np.log(2)",
        "log 4 taken for the floor",
    ),
    Break(
        "what-was-measured",
        'f"as printed, {whole} steps, seed 0"',
        'f"put right, {whole} steps, seed 0"',
        "the two confused",
    ),
    Break(
        "what-was-measured", 'stored(v, 2000, "frechet")', 'stored(v, 2000, "precision")', "another metric"
    ),
    Break(
        "what-was-measured",
        'key=lambda run: run["sure"]',
        'key=lambda run: run["classes"]',
        "the printed run with the most kinds",
    ),
    Break(
        "sure-is-not-enough",
        "trained.generate(shipped, torch.randn(2000, 100,",
        "trained.generate(shipped, 0.1 * torch.randn(2000, 100,",
        "latents near the origin",
    ),
    Break(
        "sure-is-not-enough",
        "speckle = 2 * torch.rand(2000, 784, generator=dice) - 1",
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
        "d_loss = np.array([s.d_loss",
        "d_loss = np.array([s.g_loss",
        "the players confused",
    ),
    Break("the-norm-is-a-knob", "(one + two) / 2,", "5 * (one + two),", "far outside the shell"),
    Break("the-norm-is-a-knob", '"norm 2": one / 5', '"norm 2": one', "latents on the shell"),
    Break(
        "as-far-as-unseen-digits",
        "forged, held_back = made[:300]",
        "forged, held_back = real.first(300)",
        "a thief who hands in copies",
    ),
    Break(
        "as-far-as-unseen-digits",
        "noise = 0.05 *",
        "noise = 2.0 *",
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
