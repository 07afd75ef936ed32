"""What chapter 10 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-10-pack",
        asks={"right": "how often the best D is right about packs of 1, 2, ..., 7 samples: seven numbers"},
        probes='assert np.shape(right) == (7,), "right holds seven numbers"',
        adds="""
assert np.allclose(right, 1 - (7 / 8) ** np.arange(1, 8) / 2), (
    f"not yet: right = {right!r:.60}"
)
""",
        wrong=(
            Wrong(
                "(1 + tv(packed(data, m), packed(missing, m))) / 2",
                "tv(packed(data, m), packed(missing, m))",
                "right[0] < 0.5",
                "A D that guesses is right in half of the cases already: half of the rest comes from the "
                "total "
                "variation.",
            ),
        ),
    ),
    Task(
        "ex-10-level",
        asks={"level": "D's loss at the equilibrium for the real label r"},
        given=("r",),
        wrong=(
            Wrong(
                "-r * np.log(r / 2) - (2 - r) * np.log(1 - r / 2)",
                "np.log(4)",
                "np.isclose(level, np.log(4))",
                "log 4 is the level of a D that answers one half: with a label of 0.9 the best D answers "
                "0.45.",
            ),
            Wrong(
                "-r * np.log(r / 2) - (2 - r) * np.log(1 - r / 2)",
                "-(r * np.log(r / 2) + (2 - r) * np.log(1 - r / 2)) / 2",
                "np.isclose(2 * level, losses.smoothed(r).d_equilibrium)",
                "This is the mean of D's two terms: its loss is their sum.",
            ),
            Wrong(
                "-r * np.log(r / 2) - (2 - r) * np.log(1 - r / 2)",
                "-np.log(r / 2) - np.log(1 - r / 2)",
                "np.isclose(level, -np.log(r / 2) - np.log(1 - r / 2))",
                "These are the answers of the best D, but with the labels 1 and 0: its term for real samples "
                "has a smoothed label.",
            ),
        ),
    ),
    Task(
        "ex-10-fit",
        asks={"MyPacked": "a module around `body`, which judges packs of m samples of two numbers, [n, 2]"},
        probes='''
MyPacked(body, 3)  # what isn't written yet says so here
def police(m):
    """Those who judge packs of m."""
    return nets.initialise(nets.Discriminator(2 * m), 0)
def refuses(samples, m=3):
    """Whether packs are refused where they don't come out even."""
    try:
        MyPacked(police(m), m)(torch.zeros(samples, 2))
    except ValueError:
        return True
    except RuntimeError:  # by a shape that doesn't fit
        return False
    return False
def same(m):
    """Whether packs of m are judged as the package judges them."""
    try:
        said = MyPacked(police(m), m)(x)
    except RuntimeError:
        return False
    return torch.equal(said, parts.Packed(police(m), m)(x))
''',
        adds="""
assert same(2) and same(1), "not yet: packs of other sizes than three"
assert refuses(127, 2) and refuses(125) and not refuses(126, 2), (
    "not yet: other batches are refused wrongly, or not refused"
)
""",
        wrong=(
            Wrong(
                'raise ValueError(f"{len(x)} samples make no packs of {self.m}")',
                "x = x[: len(x) // self.m * self.m]",
                "not refuses(128)",
                "Samples that make no whole packs are dropped or repeated silently, or fail only by their "
                "shape: refuse such a batch with a ValueError.",
            ),
            Wrong(
                "verdicts.repeat_interleave(self.m)",
                "verdicts.repeat(self.m)",
                "torch.equal(MyPacked(body, 3)(x), body(x.reshape(-1, 6)).repeat(3))",
                "Each sample gets the verdict of another pack: a pack's verdict belongs to its own m "
                "samples.",
            ),
            Wrong(
                "self.m * 2",
                "6",
                "same(3) and not same(2)",
                "This holds for packs of three alone: m says how large a pack is.",
            ),
        ),
    ),
    Task(
        "ex-10-unrolled",
        asks={"gamma": "the weight of R1"},
        lifts={"gamma": "0.5"},
        wrong=(
            Wrong(
                "0.5",
                "0.25",
                "np.isclose(gamma, 0.25)",
                "The real part is -1/4, and R1's is half of its weight: gamma is twice as large.",
            ),
            Wrong(
                "0.5",
                "1.0",
                "np.isclose(gamma, 1.0)",
                "The sum of both eigenvalues is the trace: the real part of each is half of it.",
            ),
        ),
    ),
]
