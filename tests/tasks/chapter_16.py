"""What chapter 16 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-16-uniform",
        asks={"share": "the share of latents of 64 numbers that lie in the box of t = 0.5"},
        lifts={"share": "0.5**64"},
        wrong=(
            Wrong(
                "0.5**64",
                "0.5",
                "np.isclose(share, 0.5)",
                "That is the share for one number: all 64 have to lie inside at once.",
            ),
        ),
    ),
    Task(
        "ex-16-again",
        asks={
            "each": "how many normal numbers it takes on average to have one within [-0.5, 0.5]",
            "whole": "how many latents of 64 numbers, until all 64 lie inside",
        },
        lifts={"each": "1 / p", "whole": "p**-64"},
        adds="""
assert abs(each - 2.6114) < 0.005, f"not yet: each = {each!r:.60}"
assert abs(math.log(whole) - 64 * math.log(2.6114)) < 0.3, (
    f"not yet: whole = {whole!r:.60}"
)
""",
        wrong=(
            Wrong(
                "2 * Phi(0.5) - 1",
                "Phi(0.5)",
                "abs(each - 1 / Phi(0.5)) < 1e-6",
                "This counts all numbers below 0.5, also those below -0.5.",
            ),
            Wrong(
                "1 / p",
                "p",
                "each < 1",
                "This is the probability that one number is inside: it takes its inverse.",
            ),
            Wrong(
                "p**-64",
                "64 / p",
                "whole < 1000",
                "So many numbers does it take if each is drawn again by itself. A whole latent succeeds "
                "only if all 64 lie inside at once.",
            ),
        ),
    ),
    Task(
        "ex-16-plane",
        asks={
            "least": "the least price of crossing",
            "even": "sixteen filters of length 1 with that price: a tensor [16, 2]",
        },
        lifts={"least": "112"},
        probes="""
first, second, last = (even[i].abs() for i in (0, 1, -1))
closed = torch.allclose(first, last, atol=1e-4) and (first != second).any()
""",
        adds="""
lengths = even.norm(dim=1)
assert even.shape == (16, 2) and (lengths - 1).abs().max() < 1e-4, (
    "not yet: these are not sixteen filters of length 1"
)
""",
        wrong=(
            Wrong(
                "112",
                "0",
                "least == 0",
                "Only two directions of a plane can be orthogonal: with sixteen there is a price that "
                "nobody can "
                "avoid.",
            ),
            Wrong(
                "112",
                "128",
                "least == 128",
                "The diagonal is no crossing: take off the 16 squared lengths.",
            ),
            Wrong(
                "torch.arange(16) * math.pi / 16",
                "torch.linspace(0, math.pi, 16)",
                "closed and float(crossed(even)) > 112.001",
                "The first filter and the last lie on one line, which counts twice: leave out the end of "
                "the half circle.",
            ),
        ),
    ),
]
