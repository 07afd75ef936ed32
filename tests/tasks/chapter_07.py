"""What chapter 7 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-07-volumes",
        asks={"a": "the logit at which the non-saturating loss is 100 times as loud as the saturating one"},
        wrong=(
            Wrong(
                "-np.log(100)",
                "np.log(100)",
                "a > 0",
                "There D takes the fakes for real, and the saturating loss is the louder one: at a low "
                "logit it "
                "is silent.",
            ),
        ),
    ),
    Task(
        "ex-07-which-kl",
        asks={"slope": "the logit a* at the places 0 and 1, for the public at 0 and thieves at 1.5"},
        wrong=(
            Wrong(
                "targets.gaussian(0.0, 1.0),\n    targets.gaussian(1.5, 1.0),",
                "targets.gaussian(1.5, 1.0),\n    targets.gaussian(0.0, 1.0),",
                "slope[1] > slope[0]",
                "The logit is log p - log q with the public in p: it falls towards the thieves. High means "
                "real.",
            ),
        ),
    ),
    Task(
        "ex-07-how-much-noise",
        asks={"steepness": "the slope of the JSD in the distance t, both crowds with the noise s"},
        wrong=(
            Wrong(
                "with_noise(targets.gaussian(d, 0.3), s),",
                "targets.gaussian(d, 0.3),",
                "not np.isclose(steepness(1.0, 0.91**0.5), 2 * steepness(2.0, 3.91**0.5), rtol=0.02)",
                "The noise is on one crowd only: stretched by a factor, the two crowds must look as before.",
            ),
        ),
    ),
    Task(
        "ex-07-least-squares",
        asks={"volumes": "how loud the loss is at D = 0 and at D = -3, a tensor of two"},
        lifts={"volumes": "torch.tensor([2.0, 8.0])"},
        wrong=(
            Wrong(
                "torch.tensor([2.0, 8.0])",
                "torch.tensor([1.0, 4.0])",
                "torch.allclose(torch.as_tensor(volumes), torch.tensor([1.0, 4.0]))",
                "A square has twice its root as its slope: a factor 2 is missing.",
            ),
            Wrong(
                "torch.tensor([2.0, 8.0])",
                "torch.tensor([2.0, 0.0])",
                "volumes[1] < volumes[0]",
                "It doesn't saturate where D is sure: the farther D is from the label, the louder it is.",
            ),
        ),
    ),
]
