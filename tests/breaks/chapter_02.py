"""How each claim of chapter 2 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "change-of-variables",
        "latent.density(np.log(x)) / np.abs(x)",
        "latent.density(np.log(x)) * np.abs(x)",
        "multiplied by the slope instead of divided",
    ),
    Break(
        "change-of-variables",
        "latent.density(np.log(x)) / np.abs(x)",
        "latent.density(np.log(x))",
        "the slope forgotten",
    ),
    Break(
        "change-of-variables",
        " + latent.density(-root)",
        "",
        "one of the two preimages forgotten",
    ),
    Break("change-of-variables", "2 * root", "2 * x", "the slope taken at x instead of at z"),
    Break(
        "two-averages",
        "latent.density(np.log(fine_x)) / fine_x",
        "latent.density(fine_x)",
        "the law of z in the place of p_G",
    ),
    Break(
        "any-prior",
        "two_humps.cdf(line), line)",
        "two_humps.cdf(line), -line + 0.5)",
        "another quantile function",
    ),
    Break(
        "any-prior",
        "np.interp(source.cdf(z)",
        "np.interp(targets.normal(1).cdf(z)",
        "the ranks of another latent",
    ),
    Break("any-prior", "targets.uniform(-1.0, 1.0)", "two_humps", "a latent that is the data"),
    Break(
        "network-bends",
        "lesson.history[0], lesson.history[-1]",
        "lesson.history[-1], lesson.history[0]",
        "before and after exchanged",
    ),
    Break("network-bends", "steps=1200", "steps=5", "a generator that was not trained"),
    Break(
        "network-bends", "(g_after, latent, x)", "(g_before, latent, x)", "the density of another generator"
    ),
    Break(
        "area-factor",
        "torch.linalg.det(jacobian).abs()",
        "jacobian.norm(dim=(1, 2))",
        "a norm instead of the determinant",
    ),
    Break(
        "area-factor",
        "edge_1[:, 0] * edge_2[:, 1] - ",
        "edge_1[:, 0] * edge_2[:, 1] + ",
        "a wrong sign in the area",
    ),
    Break(
        "gap-never-empty",
        "np.clip(steepness * middles, -2, 2)",
        "2 * np.sign(middles)",
        "a generator that jumps",
    ),
    Break("trained-bridge", "steps=1500", "steps=5", "a generator that was not trained"),
    Break(
        "trained-bridge",
        "landed = g_bridge(middles)",
        "landed = 2 * np.sign(g_bridge(middles))",
        "a generator that jumps",
    ),
    Break(
        "loss-is-cross-entropy",
        "torch.cat([torch.ones(500), torch.zeros(500)])",
        "torch.cat([torch.zeros(500), torch.ones(500)])",
        "the labels swapped",
    ),
    Break(
        "loss-is-cross-entropy",
        "F.softplus(-real_logits).mean()",
        "F.softplus(real_logits).mean()",
        "a wrong sign in the loss",
    ),
    Break(
        "logits-are-stable",
        "-F.softplus(-wrong)",
        "torch.log(torch.sigmoid(wrong))",
        "the logarithm of a rounded sigmoid",
    ),
    Break(
        "logits-are-stable",
        "torch.tensor(-200.0, requires_grad=True)",
        "torch.tensor(-20.0, requires_grad=True)",
        "a logit at which nothing overflows",
    ),
    Break(
        "small-modules",
        "nn.ReLU(), nn.Linear(128, dim)",
        "nn.ReLU(), nn.Linear(128, latent_dim)",
        "a generator that returns latents",
    ),
    Break("small-modules", ".squeeze(-1)", "", "logits of shape [n, 1]"),
    Break("discriminator-learns", "D(G(z).detach())", "D(G(z))", "a gradient let through to G"),
    Break(
        "discriminator-learns",
        "loss(D(x_real), D(G(z).detach()))",
        "loss(D(G(z).detach()), D(x_real))",
        "real and fake exchanged",
    ),
    Break(
        "double-sigmoid",
        "torch.sigmoid(torch.sigmoid(everything))",
        "torch.sigmoid(everything)",
        "a single sigmoid",
    ),
    Break(
        "double-sigmoid",
        "with_loss(d_loss, lambda a: a)",
        "with_loss(double, torch.sigmoid)",
        "two sigmoids in both versions",
    ),
    Break(
        "double-sigmoid",
        "d_loss(torch.sigmoid(real), torch.sigmoid(fake))",
        "d_loss(real, fake) + 0",
        "the error mended",
    ),
    Break("batchnorm-eps", "nn.BatchNorm1d(1, 0.8)", "nn.BatchNorm1d(1, momentum=0.8)", "the argument named"),
    Break(
        "batchnorm-eps",
        "new = nn.BatchNorm1d(1, momentum=0.2)",
        "new = nn.BatchNorm1d(1, momentum=0.8)",
        "the weight of the old average, as some libraries have it",
    ),
    Break(
        "batchnorm-mixes",
        "nn.BatchNorm1d(16), nn.Tanh()",
        "nn.LayerNorm(16), nn.Tanh()",
        "a norm within each sample",
    ),
]
