"""What chapter 24 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-24-red",
        asks={
            "best": "the most often that any redrawer can be right about a roof, exactly",
            "by_dice": "how often one is right who draws roofs as the town does, exactly",
            "middle_hue": "the colour that the mean absolute difference asks for, three numbers",
        },
        given=("shares_of", "many", "hues"),
        probes="""
middle_hue = torch.as_tensor(middle_hue, dtype=torch.float)
assert middle_hue.shape == (3,), "not yet: middle_hue, three numbers"
""",
        wrong=(
            Wrong(
                "shares_of.square().sum().item()",
                "1 / 3",
                "abs(by_dice - 1 / 3) < 1e-6",
                "A third is luck where all three are equally frequent: here truth and guess are both red "
                "more often.",
            ),
            Wrong(
                "shares_of.square().sum().item()",
                "shares_of.max().item()",
                "abs(by_dice - 0.6) < 1e-6",
                "This is right of one who always says red. Who throws dice says red in six of ten only, and "
                "then is right in six of ten.",
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
        probes="""
assert getattr(usual, "shape", None) == (32, 32), "not yet: usual, [32, 32]"
assert not getattr(floor, "shape", ()), "not yet: floor, one number"
""",
        adds="""
often = (many_maps == usual).sum(0)
assert all((often >= (many_maps == k).sum(0)).all() for k in range(5)), (
    "not yet: at some pixels another class is more frequent than usual"
)
assert abs(floor - (kinds == usual).double().mean()) < 1e-5, (
    f"not yet: floor = {floor}"
)
""",
        wrong=(
            Wrong(
                "many_maps.mode(0).values",
                "kinds.mode(0).values",
                "torch.equal(usual, kinds.mode(0).values)",
                "This floor was made from the maps that it is judged by. Take those that were learned from.",
            ),
            Wrong(
                "many_maps.mode(0).values",
                "many_maps.float().mean(0).round().long()",
                "torch.equal(usual, many_maps.float().mean(0).round().long())",
                "This is the mean of the classes' numbers. Classes have no order: count which is most "
                "frequent.",
            ),
            Wrong(
                "(kinds == usual)",
                "(many_maps == usual)",
                "abs(floor - (many_maps == usual).double().mean()) < 1e-5",
                "This counts on the training maps, which usual has seen. Asked is the share on the others.",
            ),
        ),
    ),
    Task(
        "ex-24-cut",
        asks={"cut_pair": "a function of a, b, generator, side (24 if it isn't given): the two parts"},
        adds="""
small = [cut_pair(picture[:1], picture, roll, side=9) for _ in range(600)]
assert all(a.shape == (1, 9, 9) for a, _ in small), "not yet: other sides"
assert all(torch.equal(a[0], b[0]) and len(b) == 3 for a, b in small), (
    "not yet: other numbers of channels"
)
corners = [int(a.min()) for a, _ in small]
for places in ({at // 32 for at in corners}, {at % 32 for at in corners}):
    assert places == set(range(24)), "not yet: every square can be drawn"
assert all(a[0, 0, 0] < a[0, -1, 0] for a, _ in small), (
    "not yet: no town stands on its head"
)
dice_pair = [torch.Generator().manual_seed(7) for _ in "ab"]
twice_cut = [cut_pair(picture, picture, of, 9)[0] for of in dice_pair]
assert torch.equal(*twice_cut), "not yet: all dice come from the generator"
""",
        wrong=(
            Wrong(
                "0, 33 - side",
                "0, 33 - 24",
                "max(int(cut_pair(picture, picture, roll, 9)[0].min()) // 32 for _ in range(200)) < 9",
                "These places are those of a side of 24. A smaller square can begin further down.",
            ),
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
