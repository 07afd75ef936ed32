"""What chapter 2 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-02-exponential",
        asks={"to_exponential": "G(z) for an array z in [0, 1], both ends included"},
        probes="""
halves = np.array([0.25, 0.5, 0.75])
with np.errstate(divide="ignore"):
    ends = np.asarray(to_exponential(np.array([0.0, 1.0])))
assert np.isfinite(ends).all(), (
    f"G(0) and G(1) are {ends!r:.50}: cut z off just before the infinite one"
)
""",
        wrong=(
            Wrong(
                "-np.log(1 - np.clip(z, 0, 1 - 1e-12))",
                "np.exp(-z)",
                "np.allclose(to_exponential(halves), np.exp(-halves))",
                "This is the density that the samples shall have, not the function that makes them: "
                "invert the distribution function.",
            ),
            Wrong(
                "-np.log(1 - np.clip(z, 0, 1 - 1e-12))",
                "1 - np.exp(-z)",
                "np.allclose(to_exponential(halves), 1 - np.exp(-halves))",
                "This is the distribution function F, from x to z. G goes back, from z to x.",
            ),
            Wrong(
                "-np.log(1 - np.clip(z, 0, 1 - 1e-12))",
                "np.log(1 - np.clip(z, 0, 1 - 1e-12))",
                "(to_exponential(halves) < 0).all()",
                "These fakes are negative: the logarithm of a number below 1 is.",
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
        probes="""
relu_fakes = torch.as_tensor(relu_fakes)
assert relu_fakes.shape == z.shape, "relu_fakes: one fake for each latent"
""",
        adds="""
assert (relu_fakes[z > 0] == z[z > 0]).all(), "a latent above 0 stays as it is"
assert (relu_fakes[z < 0] == 0).all(), "a latent below 0 goes to 0"
assert np.shape(density(at)) == at.shape, "density: a number for each place"
""",
        wrong=(
            Wrong(
                "torch.relu(z)",
                "torch.clamp(z, max=0)",
                "(relu_fakes < 0).any()",
                "max(z, 0) is never below 0: it is the larger of the two.",
            ),
            Wrong(
                "return targets.normal(1).density(at)",
                "return 0.5 * targets.normal(1).density(at)",
                "np.allclose(density(np.array([1.0])), 0.5 * targets.normal(1).density(np.array([1.0])))",
                "Above 0 nothing is taken away: each latent there stays where it is. The other half "
                "lies in the heap at 0.",
            ),
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
        asks={
            "log_odds": "the logit of 'real' at x, as a formula",
            "straight": "nn.Linear(1, 1), trained to tell these real samples from these fakes",
        },
        given=("seeded", "real", "fake"),
        probes="""
assert isinstance(straight, nn.Linear) and straight.bias is not None, (
    "straight: nn.Linear(1, 1) alone, with its bias; no sigmoid behind it"
)
""",
        wrong=(
            Wrong(
                "x - 0.5",
                "0.5 - x",
                "log_odds(3.0) < log_odds(0.0)",
                "High means real: the real samples lie to the right, and the logit rises there.",
            ),
            Wrong(
                "x - 0.5",
                "x",
                "np.isclose(log_odds(0.0), 0)",
                "At 0, in the middle of the fakes, a sample is rather fake. The odds are even where the two "
                "densities cross.",
            ),
            Wrong(
                "x - 0.5",
                "1 / (1 + np.exp(0.5 - x))",
                "np.isclose(log_odds(0.5), 0.5) and 0.9 < log_odds(3.0) < 1",
                "This is the probability of 'real'. Its logit is the logarithm of the odds.",
            ),
            Wrong(
                "F.softplus(-straight(real)).mean()\n        + F.softplus(straight(fake)).mean()",
                "F.softplus(straight(real)).mean()\n        + F.softplus(-straight(fake)).mean()",
                "straight.weight.item() < 0",
                "High means real: this line falls from the fakes to the real samples. The labels are "
                "swapped.",
            ),
        ),
    ),
    Task(
        "ex-02-thin",
        asks={"circle": "G(z) of these latents, [1000, 2]"},
        given=("z",),
        probes="""
circle = torch.as_tensor(circle)
assert circle.shape == (1000, 2), "circle: a row for each latent, two columns"
""",
        adds="""
assert torch.allclose(circle[:, 0], z[:, 0].cos()), (
    "the first coordinate is not cos z"
)
assert torch.allclose(circle[:, 1], z[:, 0].sin()), (
    "the second coordinate is not sin z"
)
""",
        wrong=(
            Wrong(
                "[z.cos(), z.sin()]",
                "[z.sin(), z.cos()]",
                "torch.allclose(circle.flip(1), torch.cat([z.cos(), z.sin()], 1))",
                "The two coordinates are exchanged: the cosine comes first.",
            ),
            Wrong(
                "[z.cos(), z.sin()]",
                "[z, z]",
                "torch.allclose(circle, z)",
                "These fakes lie on a curve, too, but on a straight line: G bends it to a circle.",
            ),
        ),
    ),
]
