"""How each claim of chapter 4 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "same-parameters", "fake = G(z[i]).detach()", "fake = G(z[i] + 0.01).detach()", "other fakes for D"
    ),
    Break(
        "same-parameters",
        "g_loss = -softplus(D(G(z[k]))).mean()",
        "g_loss = softplus(-D(G(z[k]))).mean()",
        "the non-saturating loss in the plain loop",
    ),
    Break(
        "same-parameters",
        "softplus(-D(x[i])).mean() + softplus(D(fake)).mean()",
        "softplus(D(x[i])).mean() + softplus(-D(fake)).mean()",
        "labels swapped",
    ),
    Break(
        "device-is-checked",
        'gan_teach.device("gpu")',
        'gan_teach.device("cpu", say=False)',
        "a device that is there",
    ),
    Break(
        "losses-at-the-end",
        "rule=rules.Alternating(n_d=5),",
        "rule='police only',",
        "G never moves, so D's loss leaves its level",
    ),
    Break(
        "d-is-near-d-star",
        "steps=1000,\n        batch_size=512,\n        lr_d=1e-2",
        "steps=1, batch_size=512, lr_d=1e-4",
        "a D that is not trained",
    ),
    Break(
        "d-is-near-d-star",
        "gap(verdicts, snapshot, fine),",
        "gap(1 - verdicts, snapshot, fine),",
        "high means fake",
    ),
    Break(
        "p-g-is-near-the-data",
        "play.sample(5000), real",
        "play.sample(5000) + 0.5, real",
        "fakes that lie beside the data",
    ),
    Break(
        "who-cannot-tell",
        "D_end = nets.load(game.discriminator, end.psi)",
        "D_end = nets.load(game.discriminator, play.history[6].psi)",
        "the D of an early step",
    ),
    Break("effect-of-k", "rules.Alternating(n_d=n_d)", "rules.Alternating(n_d=1)", "k has no effect"),
    Break(
        "too-good-a-teacher",
        'players.slope("G", state.params, draw)',
        "torch.func.grad(lambda params: (players.generate(params['G'], draw['z']).sum(), {}), "
        "has_aux=True)(state.params)",
        "a pull that does not come from D",
    ),
    Break(
        "two-losses-for-g",
        "loss.g(torch.zeros_like(a), a)",
        "losses.minimax.g(torch.zeros_like(a), a)",
        "the same loss twice",
    ),
    Break(
        "ring-in-the-plane",
        'steps=3000,\n    lr_g=2e-3,\n    lr_d=2e-3,\n    decay="cosine"',
        'rule="thief only", steps=300, lr_g=2e-3, lr_d=2e-3',
        "no police",
    ),
]
