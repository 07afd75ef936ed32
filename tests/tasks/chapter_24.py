"""What chapter 24 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-24-red",
        asks={
            "best": "the most often that any redrawer can be right about a roof",
            "by_dice": "how often one is right who draws roofs as the town does",
            "middle_hue": "the colour that the mean absolute difference asks for, three numbers",
        },
        given=("shares_of", "many", "hues"),
        wrong=(
            Wrong(
                "shares_of.square().sum().item()",
                "1 / 3",
                "abs(by_dice - 1 / 3) < 1e-6",
                "A third is luck where all three are equally frequent: here truth and guess are both red "
                "more often.",
            ),
            Wrong(
                "hues.median(0).values",
                "hues.mean(0)",
                "torch.allclose(middle_hue, hues.mean(0), atol=1e-4)",
                "This is the mean, which the squared difference asks for; the absolute one wants a median.",
            ),
        ),
    ),
    Task(
        "ex-24-floor",
        asks={
            "usual": "the most frequent class at each pixel of the training maps, whole numbers [32, 32]",
            "floor": "how often it is right on the 200 other maps",
        },
        given=("many_maps",),
        wrong=(
            Wrong(
                "many_maps.mode(0).values",
                "kinds.mode(0).values",
                "not torch.equal(usual, many_maps.mode(0).values)",
                "This floor was made from the maps that it is judged by. Take those that were learned from.",
            ),
        ),
    ),
    Task(
        "ex-24-cut",
        asks={"cut_pair": "a function of a, b, generator, side (24 if it isn't given): the two parts"},
        wrong=(
            Wrong(
                "return part[: len(a)], part[len(a) :]",
                "return part[: len(a)], part[len(a) :].flip(2)",
                "not any(torch.equal(a[:1] + 0.5, b) for a, b in parts)",
                "One of the two is mirrored and the other isn't: roll the dice once for the pair.",
            ),
        ),
    ),
    Task(
        "ex-24-renamings",
        asks={
            "ways": "in how many ways the values can be renamed within the four factors",
            "share_kept_on_average": "the share of citizens who keep their hair, on average over renamings",
        },
        wrong=(
            Wrong(
                "factorial(4) * factorial(2) ** 3",
                "factorial(4) + 3 * factorial(2)",
                "ways == 30",
                "Each renaming of one factor can go with each of another: multiply.",
            ),
        ),
    ),
]
