"""What chapter 17 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-17-axis",
        asks={
            "home": "{dim: what each place takes home, [1, 32]} for softmax over dim 1 and 2, all values 1"
        },
        given=("h", "layer", "q", "scores"),
        adds="""
brought = scores.softmax(1) @ torch.ones(32, 1)
assert torch.allclose(home[1].flatten(), brought.flatten(), atol=1e-5), (
    "not yet: home[1] isn't what the places take home"
)
""",
        wrong=(
            Wrong(
                ".sum(2)",
                ".sum(1)",
                "torch.allclose(home[1], torch.ones(1, 32), atol=1e-5)",
                "This is how much each place is looked at: what place i takes home is the sum over the "
                "places j that it looks at, the last axis (or dim 1 and dim 2 are exchanged).",
            ),
        ),
    ),
    Task(
        "ex-17-pixel",
        asks={
            "summed": "a sum over the pixels of a night, for each of the nights x",
            "bent": "a verdict made of these sums s [n], high for nights at the gate",
            "Wide": "the patch police with the convolution before the head: [n, 512] -> [n]",
        },
        probes="""
x, y, dice = nights[:50], nights[50:100], torch.Generator().manual_seed(0)
mask = torch.rand(x.shape, generator=dice) < 0.5
mixed = torch.where(mask, x, y), torch.where(mask, y, x)
gap = sum(summed(m) for m in mixed) - summed(x) - summed(y)
alone = gap.abs().max() < 1e-3 * summed(x).abs().max()
ranked = attending_models.tells(verdict, nights)["ranked"]
""",
        adds='assert gap.shape == (50,), "not yet: one sum for each night"',
        wrong=(
            Wrong(
                "-s.abs()",
                "s",
                "alone and abs(ranked - 0.5) < 0.03",
                "A sum of patches ranks nothing: it takes a bend behind the sum.",
            ),
            Wrong(
                "return (x + 1) / 2 @ weights",
                "return ((x + 1) / 2 @ weights) ** 3",
                "not alone",
                "What a pixel adds depends on other pixels: each f_i sees one pixel, and every bend comes "
                "behind the sum.",
            ),
            Wrong(
                "(1, 15), padding=(0, 7)",
                "(15, 1), padding=(7, 0)",
                "np.mean(lessons[-50:]) > 0.8",
                "These police don't learn the chain: before the head the convolution has to reach from one "
                "lantern to the other, along the last axis.",
            ),
        ),
    ),
    Task(
        "ex-17-laws",
        asks={
            "equal": "the two pictures of p, each of two pixels, -1 or 1: a tensor [2, 2]",
            "opposite": "the two pictures of q",
        },
        probes="equal, opposite = equal.float(), opposite.float()",
        adds="""
assert equal.shape == opposite.shape == (2, 2), "not yet: two pictures each"
assert (torch.cat([equal, opposite]).abs() == 1).all(), (
    "not yet: a pixel is -1 or 1"
)
""",
        wrong=(
            Wrong(
                "torch.tensor([[1.0, -1.0], [-1.0, 1.0]])",
                "torch.tensor([[1.0, -1.0], [1.0, -1.0]])",
                "not torch.equal(equal.mean(0), opposite.mean(0))",
                "A single pixel gives these laws away: each pixel must be bright equally often in both.",
            ),
        ),
    ),
]
