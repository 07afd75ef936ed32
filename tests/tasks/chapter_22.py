"""What chapter 22 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-22-heun",
        asks={"heun": "samples [n, 2] from latents z [n, 2], by so many of Heun's steps"},
        wrong=(
            Wrong(
                "if then > 0:",
                "if then >= 0:",
                "heun(z_fresh[:100], 8).isnan().any()",
                "The last step ends at the noise 0, and its slope there divides by 0: this step stays with "
                "Euler.",
            ),
            Wrong(
                "(slope + (ahead - guess) / then) / 2",
                "slope",
                "torch.allclose(heun(z_fresh[:100], 8), walked(z_fresh[:100], 8), atol=1e-3)",
                "These are Euler's steps: look at the slope at their end, too, and take the mean of both.",
            ),
        ),
    ),
    Task(
        "ex-22-two",
        asks={
            "squared": "the mean squared error of each of guess, [201]",
            "absolute": "the mean absolute error of each of guess, [201]",
            "learned": "what a student answers who minimises the squared error",
        },
        given=("coin", "guess"),
        lifts={"learned": "guess[squared.argmin()].item()"},
        wrong=(
            Wrong(
                "learned = guess[squared.argmin()].item()",
                "learned = 1.0",
                "abs(abs(learned) - 1) < 0.03",
                "An answer that may be right costs 0 or 4, on average 2. At 0, where none lies, it is 1.",
            ),
            Wrong(
                "(guess - coin).abs().mean(1)",
                "(guess - coin).mean(1).abs()",
                "absolute.min() < 0.05",
                "The signs have cancelled each other: take the absolute value before the mean.",
            ),
        ),
    ),
    Task(
        "ex-22-low",
        asks={
            "half_price": "the law of the pen at the price 0.5",
            "expected": "the same among the closed drawings, from q0 alone",
            "size": "how many drawings it uses: the exponential of its entropy",
        },
        given=("closed",),
        wrong=(
            Wrong(
                "(1 / q0[closed]) / (1 / q0[closed]).sum()",
                "torch.full_like(q0[closed], 1 / 400)",
                "torch.allclose(expected, torch.full_like(expected, 1 / 400))",
                "The price 1 leads to the truth. At half of it the pen goes further from q0 than the truth "
                "lies.",
            ),
            Wrong(
                'strokes.measured(half_price)["as many as"]',
                "int((half_price > 0).sum())",
                "size == 400",
                "This counts all drawings that it ever makes, however rare. The entropy weighs them.",
            ),
        ),
    ),
]
