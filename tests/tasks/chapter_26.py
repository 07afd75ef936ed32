"""What chapter 26 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-26-overlap",
        asks={
            "worth_of_none": "the expected overlap of 'no shed', for a body of B cells and sheds of S",
            "worth_of_left": "that of 'a shed to the left'",
        },
        adds="""
for B, S, none, left in (
    (100, 20, 8 / 9, 107 / 126),
    (60, 30, 7 / 9, 13 / 18),
):
    assert abs(worth_of_none(B, S) - none) < 1e-6, f"not yet: none, {B, S}"
    assert abs(worth_of_left(B, S) - left) < 1e-6, f"not yet: left, {B, S}"
""",
        wrong=(
            Wrong(
                "return (1 + B / (B + S) + B / (B + 2 * S)) / 3",
                "return (1 + 2 * B / (B + S)) / 3",
                "abs(worth_of_left(100, 20) - worth_of_none(100, 20)) < 1e-9",
                "If the shed stands to the right, the union holds both sheds: the true one and yours.",
            ),
            Wrong(
                "return (1 + 2 * B / (B + S)) / 3",
                "return B / (B + S)",
                "abs(worth_of_none(100, 20) - 100 / 120) < 1e-9",
                "One house in three has no shed, and there this answer is right: overlap 1.",
            ),
        ),
    ),
    Task(
        "ex-26-hurry",
        asks={"turns_of": "the phase of the dancer who hurries in each frame, in turns, [16]"},
        probes="""
assert turns_of.shape == (16,), "not yet: turns_of, a number for each frame"
paces = 16 * turns_of.diff()
""",
        adds='assert (paces.diff() > 0).all(), "not yet: more and more"',
        wrong=(
            Wrong(
                "torch.linspace(0.85, 1.55, 15) / 16",
                "torch.full((15,), 1.2) / 16",
                'told["uneven"] < 0.01',
                "All paces are the same: this is a true dance. Let the pace grow.",
            ),
            Wrong(
                "torch.linspace(0.85, 1.55, 15) / 16",
                "torch.linspace(1.55, 0.85, 15) / 16",
                "(paces.diff() < 0).all() and paces.min() > 0",
                "This dancer slows down. Who hurries has a larger pace in each frame.",
            ),
            Wrong(
                "torch.linspace(0.85, 1.55, 15) / 16",
                "torch.linspace(0.1, 3, 15) / 16",
                'told["forward"] < 1',
                "Some of these paces no true dance has, so that a pair of frames gives it away. Stay between "
                "the slowest and the quickest tempo.",
            ),
        ),
    ),
    Task(
        "ex-26-strides",
        asks={"lowest_tone": "a function of the rate and the strides: the lowest tone, in Hz"},
        adds="""
for rate, strides, tone_at in ((4096, [4, 4], 256), (6000, [2, 3, 5], 200)):
    assert abs(lowest_tone(rate, strides) - tone_at) < 1e-6, (
        f"not yet: rate {rate}, strides {strides}"
    )
""",
        wrong=(
            Wrong(
                "return rate / math.prod(strides)",
                "return rate / max(strides)",
                "lowest_tone(4096, [2, 4]) == 1024",
                "The second layer also spreads what the first one made: its period of 2 becomes one of 8.",
            ),
            Wrong(
                "return rate / math.prod(strides)",
                "return rate / sum(strides)",
                "abs(lowest_tone(4096, [2, 4]) - 4096 / 6) < 1e-6",
                "Strides multiply: each layer makes the signal longer by a factor.",
            ),
        ),
    ),
    Task(
        "ex-26-late",
        asks={
            "difference_at": "the mean square difference at a delay, as a share of the period",
            "as_bad": "the least delay from which on silence is nearer, as a share of the period, too",
        },
        wrong=(
            Wrong(
                "return 1 - math.cos(2 * math.pi * shift)",
                "return 2 - 2 * math.cos(2 * math.pi * shift)",
                "abs(difference_at(0.5) - 4) < 1e-9",
                "This is the largest squared difference. A sine of height 1 has the mean square one half.",
            ),
            Wrong(
                "as_bad = math.acos(0.5) / (2 * math.pi)",
                "as_bad = 0.25",
                "abs(as_bad - 0.25) < 1e-9",
                "At a quarter of a period the difference is 1 already, twice that of silence.",
            ),
            Wrong(
                "as_bad = math.acos(0.5) / (2 * math.pi)",
                "as_bad = math.acos(0.5)",
                "abs(as_bad - math.pi / 3) < 1e-6 or abs(as_bad - 60) < 1e-6",
                "This is an angle. Asked is the share of the period: divide by a whole turn.",
            ),
        ),
    ),
]
