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
        asks={"end": "the last snapshot of the loop from seed 0, where the public has the mean -1"},
        wrong=(
            Wrong(
                "public=elsewhere",
                "public=public",
                "abs(end.x_fake.mean() - 1.0) < 0.3",
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
            "fence_and_steps": "how far from the thieves the police's curve crosses one half, and the "
            "steps until "
            "half of them escape, after so many steps of the police"
        },
        wrong=(
            Wrong(
                "steps=schooling",
                "steps=140",
                "fence_and_steps(10) == fence_and_steps(1000)",
                "The police train equally long in both cases: use the number of steps that is given.",
            ),
        ),
    ),
]
