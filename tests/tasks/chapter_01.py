"""What chapter 1 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-01-arrest-everybody",
        asks={"caught": "the share of thieves that are caught", "accuracy": "the police's accuracy"},
        given=("real_logits", "fake_logits"),
        wrong=(
            Wrong(
                "caught = (fake_logits < 0).mean()",
                "caught = (fake_logits > 0).mean()",
                "caught == 0",
                "High means real: the thieves who are caught are those with a logit below 0.",
            ),
            Wrong(
                "caught = (fake_logits < 0).mean()",
                "caught = (fake_logits < 0).sum()",
                "caught > 1",
                "This is a number of thieves: their share is asked.",
            ),
            Wrong(
                "((real_logits > 0).mean() + (fake_logits < 0).mean()) / 2",
                "(fake_logits < 0).mean()",
                "accuracy == 1.0",
                "All thieves are caught, and all honest people are arrested: accuracy counts both crowds.",
            ),
        ),
    ),
    Task(
        "ex-01-other-public",
        asks={
            "end": "the last snapshot of the loop (`many_short_rounds`) from seed 0, where the public has "
            "the mean -1 and the same standard deviation as before, 0.5"
        },
        probes="""
assert hasattr(end, "x_fake") and hasattr(end, "step"), (
    "a snapshot is asked: run(progress=False) gives the last"
)
""",
        adds="""
assert end.step == 500, "the loop goes on for 500 steps: take its last snapshot"
moved = many_short_rounds(0, targets.gaussian(-1.0, 0.5))
assert np.allclose(end.x_real, next(moved).x_real), (
    "this is another public: its mean is -1, its standard deviation 0.5"
)
""",
        wrong=(
            Wrong(
                "public=elsewhere",
                "public=public",
                "end.x_real.mean() > 0.5",
                "The police were still trained on the old public: nothing else tells the thieves where it "
                "is.",
            ),
        ),
    ),
    Task(
        "ex-01-no-police",
        asks={
            "here": "the last snapshot of 500 steps of the thief alone",
            "there": "the same training with the public's mean at -1",
        },
        probes="""
for end_of in (here, there):
    assert hasattr(end_of, "x_real"), (
        "a snapshot is asked: run(progress=False) gives the last"
    )
""",
        adds="""
assert here.step == there.step == 500, "both train for 500 steps"
""",
        wrong=(
            Wrong(
                "targets.gaussian(mean=-1.0, std=0.5)",
                "public",
                "there.x_real.mean() > 0",
                "Both trainings have the same public here: in the second its mean is -1.",
            ),
            Wrong(
                'rule="thief only",',
                "",
                "not np.allclose(here.grid_logits, newcomers.grid_logits)",
                "The police have moved, and so the public matters: let the thief train alone.",
            ),
        ),
    ),
    Task(
        "ex-01-longer-phases",
        asks={
            "fence_and_steps": "a pair, after so many steps of the police alone (from `start.state`, with "
            "seed 0 and the rate of `one_round`): how far from the thieves' mean the police's curve crosses "
            "one half, and the steps until half of them escape (`until_half_escape`)"
        },
        probes="""
own = train(
    game, public, rule="police only", start=start.state, steps=10, lr_d=5e-3, seed=0
)
drawn = own.run(progress=False)
places = drawn.axes[0]
fence = places[drawn.grid_logits < 0].max() - drawn.x_fake.mean()
steps = until_half_escape(own.state, seed=0)[1].step
""",
        adds="""
assert abs(far - fence) < 0.1, (
    f"after 10 steps the curve is one half {fence:.2f} from the thieves' mean"
)
assert abs(many - steps) <= 1, (
    f"from the police that trained for 10 steps half escape in {steps} steps"
)
assert few == int(few) > 0, "the second number is a number of steps"
""",
        wrong=(
            Wrong(
                "steps=schooling",
                "steps=140",
                "(far, many) == (near, few)",
                "The police train equally long in both cases: use the number of steps that is given.",
            ),
            Wrong(
                " - police.x_fake.mean()",
                "",
                "near < 0",
                "A distance is never below 0: this may be the fence's place. How far it lies from the "
                "thieves' mean is asked.",
            ),
            Wrong(
                "return fence, until_half_escape(school.state, seed=0)[1].step",
                "return until_half_escape(school.state, seed=0)[1].step, fence",
                "(far, near) == (int(far), int(near))",
                "The distance comes first, and then the steps.",
            ),
        ),
    ),
]
