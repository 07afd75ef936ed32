"""What chapter 22 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-22-heun",
        asks={"heun": "samples [n, 2] from latents z [n, 2], by so many of Heun's steps"},
        probes="""
from unittest.mock import patch

# A slope that is the level itself: all steps but Euler's last are exact.
lowest = diffusion.schedule(8, HIGH)[-2]
with patch.object(diffusion, "denoised", lambda x, level, _: x - level**2):
    went = heun(torch.zeros(2, 2), 8)
with patch.object(diffusion, "denoised", lambda x, level, _: 0 * x):
    ended = heun(torch.ones(2, 2), 8)
""",
        adds="""
exact_way = (lowest**2 - HIGH**2) / 2 - lowest**2
assert (went - exact_way).abs().max() < 1e-3, (
    "not yet: the mean of the slopes at both ends of a step, from x"
)
assert ended.abs().max() < 1e-4, "not yet: the last step, to the noise 0"
again_x = heun(z_fresh[:100], 8)
assert torch.equal(again_x, heun(z_fresh[:100], 8)), "not yet: no dice"
""",
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
            Wrong(
                "(slope + (ahead - guess) / then) / 2",
                "slope + (ahead - guess) / then",
                "(went - (lowest**2 - HIGH**2) + lowest**2).abs().max() < 1e-3",
                "This walks with the sum of both slopes, twice as far. Their mean is half of it.",
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
        probes="""
for costs in (squared, absolute):
    assert getattr(costs, "shape", None) == (201,), (
        "not yet: a mean for each of the 201 guesses"
    )
""",
        adds="""
# (guess - coin)^2 is guess^2 - 2 guess coin + 1, as coin^2 is 1.
parabola = guess[:, 0] ** 2 + 1
assert (squared - parabola).abs().max() < 0.05, "not yet: squared"
assert (absolute - 1).abs().max() < 0.05, "not yet: absolute"
""",
        wrong=(
            Wrong(
                "learned = guess[squared.argmin()].item()",
                "learned = 1.0",
                "abs(abs(learned) - 1) < 0.03 and squared[100] < squared[0] - 0.5",
                "An answer that may be right costs 0 or 4, on average 2. At 0, where none lies, it is 1.",
            ),
            Wrong(
                "(guess - coin).abs().mean(1)",
                "(guess - coin).mean(1).abs()",
                "absolute.min() < 0.05",
                "The signs have cancelled each other: take the absolute value before the mean.",
            ),
            Wrong(
                "(guess - coin).square().mean(1)",
                "(guess - coin).mean(1).square()",
                "squared.min() < 0.01",
                "This is the square of the mean error, in which the signs cancel: square before the mean.",
            ),
            Wrong(
                "(guess - coin).square().mean(1)",
                "(guess - coin).square().mean(1).sqrt()",
                "abs(squared.min() - 1) < 0.02 and abs(squared.max() - 2**0.5) < 0.02",
                "This is the root of the mean squared error. It is least at the same place, but no mean.",
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
        adds="""
as_many = torch.special.entr(half_price[closed]).sum().exp()
assert abs(size - as_many) < 1, f"not yet: size = {size}"
""",
        wrong=(
            Wrong(
                "best_law(0.5)",
                "best_law(1.0)",
                "torch.allclose(half_price[closed], half_price[closed].mean(), atol=1e-6)",
                "This is the law of price 1: the truth, in which all closed drawings are equally frequent.",
            ),
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
            Wrong(
                'strokes.measured(half_price)["as many as"]',
                "float(torch.special.entr(half_price).sum())",
                "size < 10",
                "This is the entropy, in nats. So many equally frequent drawings as its exponential says "
                "have it.",
            ),
        ),
    ),
]
