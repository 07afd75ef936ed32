"""How each claim of chapter 13 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "a-dense-game-does-not-notice",
        "D=permuted(dense.discriminator, start.psi, 0)",
        "D=start.psi",
        "D's weights stay where they were",
    ),
    Break(
        "a-dense-game-does-not-notice",
        "part.bias.copy_(part.bias[order])",
        "part.bias.copy_(part.bias)",
        "G's constants stay where they were",
    ),
    Break(
        "a-shifted-image-has-shifted-features",
        "conv = nn.Conv2d(1, 3, kernel_size=4, stride=2",
        "conv = nn.Conv2d(1, 3, kernel_size=4, stride=1",
        "a stride of 1: the features move by two places",
    ),
    Break(
        "a-shifted-image-has-shifted-features",
        "conv(some.flatten(1)[:, order]",
        "conv(some.flatten(1)[:, order.sort().values]",
        "nothing is shuffled",
    ),
    Break(
        "weights-counted",
        "nn.Linear(784, 16 * 14 * 14)",
        "nn.Linear(784, 14 * 14)",
        "one feature in place of sixteen",
    ),
    Break(
        "weights-counted",
        "image_nets.ArticleGenerator()",
        "image_nets.ArticleGenerator(latent_dim=64)",
        "another network",
    ),
    Break(
        "convolutions-need-neighbours", "data.first(32)[:, order]}", "data.first(32)}", "nothing is shuffled"
    ),
    Break(
        "convolutions-need-neighbours",
        "image_nets.ConvGenerator(\n        channels=16, norm=False, small_start=False",
        "nets.Generator(64, 784, (256,)",
        "two dense networks",
    ),
    Break(
        "what-the-transpose-does",
        "F.conv_transpose2d(features, w,",
        "F.conv_transpose2d(features, w.flip(2),",
        "the kernel upside down",
    ),
    Break(
        "what-the-transpose-does",
        "torch.zeros(1, 1, 4, 4),",
        "torch.zeros(1, 1, 3, 3),",
        "a kernel of 3",
    ),
    Break(
        "the-transpose-undoes-nothing",
        "F.conv2d(unit, w[..., :3, :3], padding=1)",
        "F.conv2d(unit, 0 * w[..., :1, :1] + 2)",
        "a kernel of one pixel",
    ),
    Break(
        "the-transpose-undoes-nothing",
        "back = A.T @ (A @ image.flatten())",
        "back = image.flatten()",
        "the image itself",
    ),
    Break("even-and-uneven-covering", "stride=s", "stride=1", "no stride"),
    Break(
        "even-and-uneven-covering",
        "(size % stride == 0)",
        "(size % 2 == 0)",
        "even kernels in place of multiples of the stride",
    ),
    Break(
        "even-covering-is-not-enough",
        "torch.randn(1, 1, 4, 4, generator",
        "torch.zeros(1, 1, 4, 4) + 0 * torch.randn(1, generator",
        "equal weights",
    ),
    Break(
        "which-guidelines-matter",
        "SEEDS, COLUMNS = (\n    range(3),",
        "SEEDS, COLUMNS = (\n    range(2),",
        "a seed left out",
    ),
    Break("which-guidelines-matter", '("frechet", ".0f"', '("kernel", ".0f"', "another column"),
    Break(
        "small-weights-need-batch-norm",
        "apart_at_first(norm, small) for small",
        "apart_at_first(norm, False) for small",
        "no small weights",
    ),
    Break(
        "small-weights-need-batch-norm",
        "norm=norm, small_start=small_start",
        "norm=True, small_start=small_start",
        "batch norm everywhere",
    ),
    Break(
        "batch-norm-and-penalties", "channels=8, norm=with_norm", "channels=8, norm=False", "no batch norm"
    ),
    Break(
        "batch-norm-and-penalties",
        "own = torch.stack([J[i, i] for i in range(6)])",
        "own = J.sum(0)",
        "the slopes of the sum",
    ),
    Break(
        "penalties-on-images",
        "SEEDS, COLUMNS = (\n    range(3),",
        "SEEDS, COLUMNS = (\n    range(2),",
        "a seed left out",
    ),
    Break(
        "the-conditional-game",
        "p, q = pairs(p_means, p_std), pairs(q_means, q_std)",
        "p, q = pairs(p_means, p_std), pairs(q_means, q_std, share[::-1])",
        "other shares among the fakes",
    ),
    Break(
        "the-conditional-game",
        "far = np.array([0.5, 0.3, 0.2]), 200.0",
        "far = np.array([0.5, 0.3, 0.2]), 2.0",
        "labels that can be mistaken",
    ),
    Break("if-the-shares-differ", " + np.log(pi / rho)", "", "the factor of the shares forgotten"),
    Break(
        "if-the-shares-differ",
        "orders = np.array([0.2, 0.3, 0.5])",
        "orders = share[[0, 2, 1]]",
        "other orders",
    ),
    Break("blind-police-in-theory", "np.roll(p_means, 1)", "p_means", "every order is fulfilled"),
    Break(
        "blind-police-in-theory",
        "targets.mixture(list(q_means), q_std",
        "targets.mixture(list(far + q_means), q_std",
        "images that betray the label",
    ),
    Break(
        "blind-police-in-theory",
        "np.add.outer(far, p_means).ravel()",
        "far + p_means",
        "labels that belong to the images",
    ),
    Break(
        "blind-police-in-a-game",
        "play_with(Blind(nets.Discriminator(2)))",
        "play_with(SideBySide(nets.Discriminator(2 + 10)))",
        "police who see",
    ),
    Break(
        "blind-police-in-a-game",
        "self.ring.modes.float()[y]",
        "self.ring.modes.float()[y.flip(0)]",
        "data with wrong labels",
    ),
    Break(
        "a-projection",
        "best_logits([0.7] * 3, [0.9] * 3)",
        "best_logits([0.7, 0.8, 0.7], [0.9] * 3)",
        "labels of different widths",
    ),
    Break(
        "one-latent-one-hand",
        "hands.repeat_interleave(10, 0)",
        "hands.repeat(10, 1)",
        "another latent for every digit",
    ),
    Break(
        "one-latent-one-hand",
        "np.roll(values[:, digit], 7 * digit)",
        "values[:, digit]",
        "the comparison has the same latents",
    ),
    Break(
        "asking-for-a-digit",
        "trained.generate(artist, z, labels)",
        "trained.generate(artist, z, labels.flip(0))",
        "other digits are asked for",
    ),
    Break(
        "labels-make-it-easier",
        "SEEDS, COLUMNS = (\n    range(3),",
        "SEEDS, COLUMNS = (\n    range(2),",
        "a seed left out",
    ),
    Break("labels-make-it-easier", '("dcgan", "conditional")', '("dcgan", "r1")', "another model"),
    Break(
        "what-can-not-be-asked-for",
        "torch.tensor([3, 11])",
        "torch.tensor([3, 8])",
        "an order that can be fulfilled",
    ),
    Break("half-orders", "(0.5, half)", "(0.95, half)", "orders that are nearly whole"),
]
