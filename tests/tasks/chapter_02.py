"""What chapter 2 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-02-exponential",
        asks={"to_exponential": "G(z) for z in [0, 1]"},
        wrong=(
            Wrong(
                "-np.log(1 - np.clip(z, 0, 1 - 1e-12))",
                "np.exp(-z)",
                "np.allclose(to_exponential(np.array([0.25, 0.5])), np.exp([-0.25, -0.5]))",
                "This is the density that the samples shall have, not the function that makes them: "
                "invert the distribution function.",
            ),
        ),
    ),
    Task(
        "ex-02-flat",
        asks={
            "relu_fakes": "G(z) of these latents",
            "density": "the density of p_G at the places `at`, all above 0",
        },
        given=("z",),
        lifts={"density(at)": "targets.normal(1).density(at)"},
        wrong=(
            Wrong(
                "return targets.normal(1).density(at)",
                "return 2 * targets.normal(1).density(at)",
                "np.allclose(density(np.array([1.0])), 2 * targets.normal(1).density(np.array([1.0])))",
                "The sand of the left half isn't spread over the right half: it lies in the heap at 0.",
            ),
        ),
    ),
    Task(
        "ex-02-log-odds",
        asks={"straight": "nn.Linear(1, 1), trained to tell these real samples from these fakes"},
        given=("seeded", "real", "fake"),
        wrong=(
            Wrong(
                "F.softplus(-straight(real)).mean()\n        + F.softplus(straight(fake)).mean()",
                "F.softplus(straight(real)).mean()\n        + F.softplus(-straight(fake)).mean()",
                "straight.weight.item() < 0",
                "High means real: this line falls from the fakes to the real samples. The labels are "
                "swapped.",
            ),
        ),
    ),
    Task("ex-02-thin", asks={"circle": "G(z) of these latents, [1000, 2]"}, given=("z",)),
]
