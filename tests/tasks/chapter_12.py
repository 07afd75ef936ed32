"""What chapter 12 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-12-shuffled",
        asks={"fitted": "a dense D that answers on shuffled digits as `plain` does on digits"},
        given=("order", "plain"),
        wrong=(
            Wrong(
                "data[:, order]",
                "data[:, order.argsort()]",
                "torch.equal(fitted.body[0].weight, plain.body[0].weight[:, order.argsort()])",
                "This is the inverse order: pixel i of a shuffled digit is the old pixel order[i].",
            ),
            Wrong(
                "data[:, order]",
                "data",
                "torch.equal(fitted.body[0].weight, plain.body[0].weight)",
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
        ),
    ),
    Task(
        "ex-12-second-order",
        asks={"difference": "by how much the police differ after one step of size h"},
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
        ),
    ),
    Task(
        "ex-12-moved",
        asks={"nearest_over_shifts": "each image's distance to the nearest of the data, over the shifts"},
        wrong=(
            Wrong(
                "for right in range(-2, 3)",
                "for right in (0,)",
                "nearest_over_shifts(few, real).max() > 0.1",
                "Copies that are moved sideways, or up or down, still look new: shift along both axes, "
                "both ways.",
            ),
        ),
    ),
]
