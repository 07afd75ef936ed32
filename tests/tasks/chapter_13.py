"""What chapter 13 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-13-five",
        asks={"padding": "the padding", "output_padding": "the output padding"},
        lifts={"output_padding": ("output_padding=1", "1"), "padding": (" padding=2", "2")},
        wrong=(
            Wrong(
                "padding = 2",
                "padding = 1",
                "padding == 1",
                "That is the padding for a kernel of 4: the side is 2(n - 1) + 5 - 2p, and the output "
                "padding.",
            ),
        ),
    ),
    Task(
        "ex-13-nearest",
        asks={"distances": "the Euclidean distance of each image to each, [n, n]"},
        given=("two",),
        wrong=(
            Wrong(
                ".norm(dim=2)",
                ".sum(dim=2)",
                "(distances(two) < 0).any()",
                "Some of these are below 0: they are sums of differences, and no distances.",
            ),
        ),
    ),
    Task(
        "ex-13-bonus",
        asks={"Bonus": "a module whose forward(x, y) gives d(x) + b_y; play_with plays it"},
        probes="""
near, far = torch.tensor([[1.0, 0.5]]), torch.tensor([[-1.0, 2.0]])
gained = [D(x, every_order[:1]) - D(x, every_order[1:2]) for x in (near, far)]
""",
        wrong=(
            Wrong(
                "self.d(x) + self.bonus(y)[:, 0]",
                "self.d(x) * (1 + self.bonus(y)[:, 0])",
                "not torch.allclose(*gained, atol=1e-4)",
                "What the label adds depends on the place here: a bonus is for the label alone.",
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
