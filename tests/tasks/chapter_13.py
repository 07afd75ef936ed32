"""What chapter 13 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-13-five",
        asks={
            "padding": "the padding",
            "output_padding": "the output padding",
            "counts": "how many different numbers of weights reach the pixels in the middle: 1 if the "
            "covering is even",
        },
        lifts={
            "output_padding": ("output_padding=1", "1"),
            "padding": (" padding=2", "2"),
            "counts": ("unique()) == 3", "3"),
        },
        wrong=(
            Wrong(
                "padding = 2",
                "padding = 1",
                "padding == 1",
                "That is the padding for a kernel of 4: the side is 2(n - 1) + 5 - 2p, and the output "
                "padding.",
            ),
            Wrong(
                "counts = 3",
                "counts = 1",
                "counts == 1",
                "2 does not divide 5: not all pixels are reached by equally many weights.",
            ),
            Wrong(
                "counts = 3",
                "counts = 2",
                "counts == 2",
                "That is along one axis, 2 and 3 weights. In a picture they are multiplied with those of "
                "the other axis.",
            ),
        ),
    ),
    Task(
        "ex-13-nearest",
        asks={
            "distances": "the Euclidean distance of each image to each, [n, n]",
            "nearest_stays": "True if the distance to the nearest training image stays, else False",
            "frechet_stays": "the same for the Frechet distance in our classifier's features",
        },
        given=("two",),
        lifts={
            "nearest_stays": ("(distances, True)", "True"),
            "frechet_stays": ("(eye.features, False)", "False"),
        },
        probes="""
assert distances(two).shape == (40, 40), "distances: of each image to each"
""",
        adds="""
for some in (two, data.first(7)):
    apart = (some[:, None] - some).square().sum(2).sqrt()
    assert distances(some).shape == apart.shape, "not yet: of each to each"
    assert torch.allclose(distances(some), apart, atol=0.1), (
        f"not yet: the largest of {len(some)} images is {apart.max()}"
    )
""",
        wrong=(
            Wrong(
                ".norm(dim=2)",
                ".sum(dim=2)",
                "(distances(two) < 0).any()",
                "Some of these are below 0: they are sums of differences, and no distances.",
            ),
            Wrong(
                ".norm(dim=2)",
                ".square().sum(dim=2)",
                "torch.allclose(distances(two), torch.cdist(two, two) ** 2, atol=1)",
                "These are the squares of the distances: a root is missing.",
            ),
            Wrong(
                "nearest_stays = True",
                "nearest_stays = False",
                "not nearest_stays",
                "The same pixels are compared, in another order: a sum doesn't mind.",
            ),
            Wrong(
                "frechet_stays = False",
                "frechet_stays = True",
                "frechet_stays",
                "The classifier has convolutions: it sees neighbours, and shuffled pixels have others.",
            ),
        ),
    ),
    Task(
        "ex-13-bonus",
        asks={"Bonus": "a module whose forward(x, y) gives d(x) + b_y: x [n, 2], y [n, 10] -> [n]"},
        probes="""
with torch.no_grad():  # other weights: those that begin at 0 count, too
    for w in D.parameters():
        dice = torch.Generator().manual_seed(w.numel())
        w.add_(0.3 * torch.randn(w.shape, generator=dice))
    told = D(same_fake, every_order)
assert told.shape == (10,), "D gives one number for each pair: [n]"
near, far = torch.tensor([[1.0, 0.5]]), torch.tensor([[-1.0, 2.0]])
gained = [D(x, every_order[:1]) - D(x, every_order[1:2]) for x in (near, far)]
""",
        wrong=(
            Wrong(
                "self.d(x) + self.bonus(y)[:, 0]",
                "self.d(x) * (1 + self.bonus(y)[:, 0])",
                "not torch.allclose(*gained, atol=1e-3)",
                "What the label adds depends on the place here: a bonus is for the label alone.",
            ),
            Wrong(
                "self.d(x) + self.bonus(y)[:, 0]",
                "self.d(x)",
                "told.max() - told.min() < 1e-4",
                "The label changes nothing here: each has a bonus of its own, which is learned.",
            ),
        ),
    ),
    Task(
        "ex-13-orders",
        asks={"d_star": "D* for a pair with the first label, and with the second"},
        given=("pi",),
        wrong=(
            Wrong(
                "(pi, rho)",
                "(pi, pi)",
                "np.allclose(d_star, 0.5)",
                "Perfect images are not perfect pairs: the labels that are ordered have other shares than "
                "the "
                "data's.",
            ),
            Wrong(
                "(pi, rho)",
                "(rho, pi)",
                "np.allclose(d_star, rho / (pi + rho))",
                "High means real: the data's share stands above. What is ordered too often looks fake.",
            ),
        ),
    ),
    Task(
        "ex-13-length",
        asks={
            "outcome": "{factor: (mean spread of the images of one order, share of orders fulfilled)} for "
            "the "
            "factors 0.0, 0.5, 1.0 and 3.0"
        },
        adds="""
for factor in (0.5, 1.0, 3.0):
    images = trained.generate(artist, factor * z[:1000], labels[:1000])
    verdicts = classifier.verdicts(eye, images)[0]
    share = (verdicts == labels[:1000]).float().mean()
    spread = images.view(100, 10, 784).std(0).mean()
    assert abs(outcome[factor][0] / spread - 1) < 0.03, (
        f"not yet: spread {outcome[factor][0]} with the factor {factor}"
    )
    assert abs(outcome[factor][1] - share) < 0.03, (
        f"not yet: {outcome[factor][1]} of the orders with the factor {factor}"
    )
""",
        probes="""
assert {*outcome} == {0.0, 0.5, 1.0, 3.0}, "outcome: of all four factors"
""",
        wrong=(
            Wrong(
                "images.view(100, 10, 784).std(0).mean()",
                "images.std(0).mean()",
                "outcome[0.0][0] > 0.01",
                "This is the variety between the digits: compare images of one order with each other.",
            ),
        ),
    ),
]
