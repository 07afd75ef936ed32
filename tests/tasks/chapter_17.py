"""What chapter 17 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-17-axis",
        asks={
            "home": "{dim: what each place takes home, [1, 32]} for softmax over dim 1 and 2, all values 1"
        },
        given=("h", "layer", "q", "scores"),
        wrong=(
            Wrong(
                ".sum(2)",
                ".sum(1)",
                "torch.allclose(home[1], torch.ones(1, 32), atol=1e-5)",
                "This is how much each place is looked at: what place i takes home is the sum over the "
                "places j "
                "that it looks at, the last axis.",
            ),
        ),
    ),
    Task(
        "ex-17-pixel",
        asks={
            "summed": "a sum over the pixels of a night, for each of the nights x",
            "bent": "a verdict made of that sum, high for nights at the gate",
        },
        wrong=(
            Wrong(
                "-summed(x).abs()",
                "summed(x)",
                'abs(attending_models.tells(bent, nights)["ranked"] - 0.5) < 0.03',
                "A sum of patches ranks nothing: it takes a bend behind the sum.",
            ),
        ),
    ),
    Task(
        "ex-17-laws",
        asks={
            "equal": "the two pictures of p, each of two pixels, -1 or 1: a tensor [2, 2]",
            "opposite": "the two pictures of q",
        },
        wrong=(
            Wrong(
                "torch.tensor([[1.0, -1.0], [-1.0, 1.0]])",
                "torch.tensor([[1.0, -1.0], [1.0, -1.0]])",
                "not torch.equal(equal.mean(0), opposite.mean(0))",
                "A single pixel gives these laws away: each pixel must be bright equally often in both.",
            ),
        ),
    ),
]
