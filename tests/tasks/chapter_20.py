"""What chapter 20 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-20-eleven",
        asks={
            "fixed": "from free logits [n, K + 1] those [n, K] that have the same chances, with a 0 as the "
            "last one",
            "one_logit": "the verdict on each row of free, as one logit [n]",
        },
        given=("free",),
        adds="""
for many in (2, 5):
    rolls = torch.Generator().manual_seed(2)
    others = torch.randn(7, many, generator=rolls)
    assert torch.allclose(
        eleven(fixed(others)), others.softmax(1), atol=1e-6
    ), f"not yet: fixed, for {many} logits"
""",
        wrong=(
            Wrong(
                "free[:, :-1] - free[:, -1:]",
                "free[:, :-1]",
                "torch.equal(fixed(free), free[:, :-1])",
                "A last logit that isn't 0 can't just be left out: take it away from all of them, and the "
                "chances stay.",
            ),
            Wrong(
                "free[:, :-1].logsumexp(1) - free[:, -1]",
                "free[:, :-1].logsumexp(1)",
                "torch.allclose(one_logit, free[:, :-1].logsumexp(1))",
                "This is the verdict where the logit of the fakes is 0. Here it is free, and counts against.",
            ),
            Wrong(
                "free[:, :-1].logsumexp(1) - free[:, -1]",
                "1 - free.softmax(1)[:, -1]",
                "torch.allclose(one_logit, 1 - free.softmax(1)[:, -1])",
                "This is the chance of 'real'. Its logit is the logarithm of it over the chance of 'fake'.",
            ),
        ),
    ),
    Task(
        "ex-20-floor",
        asks={
            "floors": "pairs (K, least loss behind a softmax too many), for K = 2, 11 and 1,000, to three "
            "digits behind the point",
            "ignorant": "the loss of a network that knows nothing, with K classes",
        },
        lifts={"floors": "((2, 0.313), (11, 1.543), (1000, 5.909))", "ignorant(K)": "math.log(K)"},
        probes="""
floors = floors.items() if isinstance(floors, dict) else floors
assert [K for K, _ in floors] == [2, 11, 1000], "not yet: K = 2, 11, 1000"
""",
        adds="""
for K in (2, 7, 1000):
    loss = F.cross_entropy(torch.zeros(1, K), torch.tensor([0]))
    assert abs(ignorant(K) - loss) < 1e-3, f"not yet: ignorant, K = {K}"
""",
        wrong=(
            Wrong(
                "((2, 0.313), (11, 1.543), (1000, 5.909))",
                "((2, 0.0), (11, 0.0), (1000, 0.0))",
                "max(abs(least) for _, least in floors) < 1e-6",
                "The second softmax gets chances, which are at most 1 apart: it can't be sure, and its loss "
                "never is 0.",
            ),
            Wrong(
                "((2, 0.313), (11, 1.543), (1000, 5.909))",
                "tuple((K, math.log(K)) for K in (2, 11, 1000))",
                "all(abs(least - math.log(K)) < 1e-3 for K, least in floors)",
                "This is the loss of a network that knows nothing. The least loss belongs to one that is "
                "sure, and right.",
            ),
            Wrong(
                "return math.log(K)",
                "return 1 - 1 / K",
                "abs(ignorant(2) - 0.5) < 1e-6",
                "This is how often such a network errs. Its loss is the negative logarithm of 1/K.",
            ),
            Wrong(
                "return math.log(K)",
                "return math.log2(K)",
                "abs(ignorant(2) - 1) < 1e-6 and abs(ignorant(8) - 3) < 1e-6",
                "These are bits. PyTorch's loss takes the natural logarithm.",
            ),
        ),
    ),
    Task(
        "ex-20-apart",
        asks={
            "deviation": "the deviation of the fakes of one class, where the classes are N(m, 1) and "
            "N(-m, 1), as a function of m >= 0"
        },
        adds="""
line_x = torch.linspace(-12, 12, 24_001).double()
for m in (0.4, 1.7):
    weight = (-((line_x - m) ** 2) / 2).exp()
    mu = (weight * line_x.abs()).sum() / weight.sum()
    wanted = (1 + m**2 - mu**2).sqrt()
    assert abs(deviation(m) - wanted) < 2e-3, f"not yet: m = {m}"
""",
        wrong=(
            Wrong(
                "math.sqrt(1 + m**2 - mu**2)",
                "1 + m**2 - mu**2",
                "abs(deviation(0) - (1 - 2 / math.pi)) < 2e-3",
                "This is the variance: its root is the deviation.",
            ),
            Wrong(
                "    mu += m * math.erf(m / math.sqrt(2))\n    return math.sqrt(1 + m**2 - mu**2)",
                "    beyond = mu / (1 + math.erf(m / math.sqrt(2)))\n"
                "    return math.sqrt(1 - m * beyond - beyond**2)",
                "abs(deviation(1) - 0.7935) < 1e-3",
                "Here one class is cut off at 0. But points of the other class that lie on its side get its "
                "name, too.",
            ),
            Wrong(
                "    return math.sqrt(1 + m**2 - mu**2)",
                "    return 1.0",
                "abs(deviation(0) - 1) < 1e-3 and abs(deviation(1) - 1) < 1e-3",
                "This is the deviation of the class itself. The fakes of a class are half of all points: "
                "those on its side of 0.",
            ),
        ),
    ),
    Task(
        "ex-20-blends",
        asks={
            "blend": "the fakes: means of first and second, pair by pair, [2000, 2]",
            "off_moons": "the share of points x [n, 2] where the moons' density is below 0.02",
        },
        given=("dice_blend", "first"),
        probes="""
assert getattr(blend, "shape", None) == first.shape, (
    f"not yet: blend, {len(first)} points of the plane"
)
log_density = few_labels.MOONS.log_prob(first.double())
dense = float((log_density.exp() > 0.02).double().mean())
too_low = float((log_density < 0.02).double().mean())
""",
        adds="""
assert torch.allclose(blend - first, second - blend, atol=1e-5), (
    "not yet: blend lies half way between first and second"
)
for points in (blend[:50], first[log_density < math.log(0.03)]):
    thin = few_labels.MOONS.log_prob(points.double()).exp() < 0.02
    assert abs(off_moons(points) - thin.double().mean()) < 1e-6, (
        "not yet: off_moons, for other points"
    )
""",
        wrong=(
            Wrong(
                "< math.log(0.02)",
                "< 0.02",
                "abs(off_moons(first) - too_low) < 1e-6 and too_low > 0.5",
                "log_prob is the logarithm of the density: compare it with the logarithm of 0.02.",
            ),
            Wrong(
                "x.double()) < math",
                "x.double()) > math",
                "abs(off_moons(first) - dense) < 1e-6 and dense > 0.5",
                "This is the share where the density is above 0.02: asked is where the moons are not.",
            ),
            Wrong(
                "(first + second) / 2",
                "first + second",
                "torch.allclose(blend, first + second)",
                "This is the sum of two points. Their mean is half of it.",
            ),
        ),
    ),
]
