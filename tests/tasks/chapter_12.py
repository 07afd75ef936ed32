"""What chapter 12 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-12-shuffled",
        asks={"fitted": "a dense D that answers on shuffled digits as `plain` does on digits"},
        given=("order", "plain"),
        probes="""
fresh = nets.initialise(models.dense().discriminator, seed=0)
with torch.no_grad():
    told = fitted(real.first(20))
    right, turned = plain(real.first(20)), plain(real.first(20)[:, order])
""",
        wrong=(
            Wrong(
                "fitted = nets.initialise(models.dense().discriminator, seed=0)",
                "fitted = plain",
                "not torch.equal(plain.body[0].weight, fresh.body[0].weight)",
                "`plain` has changed, too: `fitted` needs weights of its own.",
            ),
            Wrong(
                "data[:, order]",
                "data[:, order.argsort()]",
                "torch.allclose(told, turned, atol=1e-5)",
                "This is the inverse order: pixel i of a shuffled digit is the old pixel order[i].",
            ),
            Wrong(
                "data[:, order]",
                "data",
                "torch.allclose(told, right, atol=1e-5)",
                "These columns still expect the old order: a dense network doesn't find out by itself "
                "where a "
                "pixel went.",
            ),
        ),
    ),
    Task(
        "ex-12-half-loss",
        asks={
            "adam_stays": "True if Adam's step is the same for half of the loss, else False",
            "sgd_stays": "the same for plain gradient steps",
            "level": "where the mean of D's two terms stands at the equilibrium",
        },
        lifts={"adam_stays": "True", "sgd_stays": "False"},
        wrong=(
            Wrong(
                "adam_stays = True",
                "adam_stays = False",
                "not adam_stays",
                "Adam divides the slope by its own size: a constant factor on the loss cancels.",
            ),
            Wrong(
                "sgd_stays = False",
                "sgd_stays = True",
                "sgd_stays",
                "A plain step is as long as the slope: half of the loss, half of the step.",
            ),
            Wrong(
                "np.log(2)",
                "np.log(4)",
                "np.isclose(float(level), np.log(4))",
                "This is the level of the sum: of the mean it is half.",
            ),
        ),
    ),
    Task(
        "ex-12-second-order",
        asks={"difference": "by how much the police differ after one step of size h from (1, -1)"},
        adds="""
one, other = (
    DiracGAN().trajectory((1, -1), 0.1, 1, moves)[-1, 1]
    for moves in ("simultaneous", "alternating")
)
assert abs(abs(difference(0.1)) - abs(one - other)) < 1e-6, (
    f"not yet: difference(0.1) = {difference(0.1)}"
)
""",
        wrong=(
            Wrong(
                "[-1, 1]",
                "[-1, 0]",
                "difference(0.1) == 0",
                "The thief moves first in both orders, and moves alike: look at the police, the second "
                "number.",
            ),
        ),
    ),
    Task(
        "ex-12-half-std",
        asks={"variance": "the variance of the inputs"},
        lifts={"variance": "(4 / 15)"},
        wrong=(
            Wrong(
                "(4 / 15)",
                "0.8",
                "np.isclose(variance, 0.8)",
                "There half of the variance is left: half of the standard deviation is a quarter of the "
                "variance.",
            ),
            Wrong(
                "(4 / 15)",
                "(4 / 15) ** 0.5",
                "np.isclose(variance, 0.5164, atol=1e-3)",
                "This is the standard deviation of these inputs: their variance is its square.",
            ),
        ),
    ),
    Task(
        "ex-12-moved",
        asks={
            "nearest_over_shifts": "each image's distance to the nearest of the data, the least over all "
            "shifts of up to two pixels: [n]"
        },
        probes="""
ways = [(-2, -2), (-2, 2), (2, -2), (2, 2), (0, 1), (-1, 0), (0, 0), (1, 2)]
pairs = zip(real.first(8).view(-1, 28, 28), ways)
turned = torch.stack([digit.roll(way, (0, 1)) for digit, way in pairs])
found = nearest_over_shifts(turned.flatten(1), real)
""",
        adds='assert found.shape == (8,), "not yet: one distance for each image"',
        wrong=(
            Wrong(
                "for right in range(-2, 3)",
                "for right in (0,)",
                "nearest_over_shifts(few, real).max() > 0.1",
                "Copies that are moved sideways, or up or down, still look new: shift along both axes, "
                "both ways.",
            ),
            Wrong(
                "for down in range(-2, 3)",
                "for down in range(-2, 1)",
                "found.max() > 0.1",
                "Copies that are moved another way still look new: shift by -2, -1, 0, 1 and 2 along both "
                "axes.",
            ),
        ),
    ),
]
