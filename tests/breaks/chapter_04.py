"""How each claim of chapter 4 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "same-parameters", "fake = G(z[i]).detach()", "fake = G(z[i] + 0.01).detach()", "other fakes for D"
    ),
    Break(
        "same-parameters",
        "return -softplus(a)",
        "return softplus(-a)",
        "the non-saturating loss in the plain loop",
    ),
    Break(
        "same-parameters",
        "softplus(-D(x[i])).mean() + softplus(D(fake)).mean()",
        "softplus(D(x[i])).mean() + softplus(-D(fake)).mean()",
        "labels swapped",
    ),
    Break(
        "same-parameters",
        "optimiser.zero_grad()",
        "pass",
        "old gradients that are never forgotten",
    ),
    Break(
        "device-is-checked",
        'gan_teach.device("gpu")',
        'gan_teach.device("cpu", say=False)',
        "a device that is there",
    ),
    Break(
        "loss-not-used",
        "schooled_by(1.0), schooled_by(0.0)",
        "schooled_by(1.0), schooled_by(1.0)",
        "a loss that is differentiated both times",
    ),
    Break("loss-not-used", "steps=200):", "steps=1):", "no training at all"),
    Break(
        "step-in-between",
        "for g_loss in (too_early, in_time):",
        "for g_loss in (in_time, too_early):",
        "the two orders exchanged",
    ),
    Break(
        "losses-at-the-end",
        "rule=rules.Alternating(n_d=5),",
        "rule='police only',",
        "G never moves, so D's loss leaves its level",
    ),
    Break(
        "losses-at-the-end",
        "begin = play.history[0]",
        "begin = play.history[1]",
        "a first look that comes too late",
    ),
    Break(
        "d-is-near-d-star",
        "steps=500,\n        batch_size=512,\n        lr_d=1e-2",
        "steps=1, batch_size=512, lr_d=1e-4",
        "a D that is not trained",
    ),
    Break(
        "d-is-near-d-star",
        "gap(plots.sigmoid(logits), snapshot, fine)",
        "gap(plots.sigmoid(-logits), snapshot, fine)",
        "high means fake",
    ),
    Break(
        "p-g-is-near-the-data",
        "fake = play.sample(4000)[:, 0]",
        "fake = play.sample(4000)[:, 0] + 0.5",
        "fakes that lie beside the data",
    ),
    Break(
        "who-cannot-tell",
        "D_end = nets.load(game.discriminator, end.psi)",
        "D_end = nets.load(game.discriminator, play.history[6].psi)",
        "the D of an early step",
    ),
    Break(
        "effect-of-k", "rules.Alternating(n_d=n_d)", "rules.Alternating(n_d=1)", "one step of D in both games"
    ),
    Break("cause-of-k", "(1e-3, 1e-2)", "(1e-3, 2e-3)", "a rate for D that is no larger"),
    Break("cause-of-k", "paths((g, 2e-3), (g, d)", "paths((g, 2e-3), (g, 2e-3)", "a control that is none"),
    Break("cause-of-k", "paths(usual, gamma=0.3)", "paths(usual)", "no price on D's slope"),
    Break(
        "too-good-a-teacher",
        "loss_g(D(G(z))).mean()",
        "G(z).mean()",
        "a pull that does not come from D",
    ),
    Break(
        "too-good-a-teacher",
        "return softplus(-a)",
        "return -softplus(a)",
        "the same loss twice",
    ),
    Break(
        "two-losses-for-g",
        "torch.autograd.grad(loss_g(a), a)",
        "torch.autograd.grad(minimax(a), a)",
        "the same loss twice",
    ),
    Break(
        "ring-in-the-plane",
        "steps=3000, decay",
        "steps=300, decay",
        "a training that ends too soon",
    ),
    Break(
        "ring-in-the-plane",
        "without = at_the_end((), ",
        "without = at_the_end(plane.penalties, ",
        "the price in the control, too",
    ),
    Break(
        "first-digits",
        "images, real_digits, 64, seed=0)\nalgorithm_1(paint, inspect, pages, 800",
        "images, real_digits, 64, seed=0)\nalgorithm_1(paint, inspect, pages, 1",
        "one step of training",
    ),
    Break("first-digits", "paint(z), untrained(z)", "paint(z), paint(z)", "a control that is trained"),
    Break(
        "marker",
        "algorithm_1(*given, non_saturating)",
        "algorithm_1(*given)",
        "a loop with the other loss",
    ),
]
