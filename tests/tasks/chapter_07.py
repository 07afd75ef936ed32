"""What chapter 7 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-07-volumes",
        asks={
            "equal": "the logit at which both are equally loud",
            "a": "the logit at which the non-saturating loss is 100 times as loud as the saturating one",
        },
        adds="""
assert abs(ratio - 100) < 0.6, f"not yet: at a it is {ratio:.1f} times as loud"
""",
        wrong=(
            Wrong(
                "-np.log(100)",
                "np.log(0.01 / 0.99)",
                "abs(a - np.log(0.01 / 0.99)) < 0.003",
                "At this logit D is one per cent. The quotient of the volumes is (1 - D)/D, and so 99 there.",
            ),
            Wrong(
                "equal, a = 0.0",
                "equal, a = 0.5",
                "np.isclose(equal, 0.5)",
                "One half is the probability there; its logit is another number.",
            ),
            Wrong(
                "-np.log(100)",
                "-2.0",
                "np.isclose(a, -2)",
                "The quotient of the volumes is a power of e, not of 10.",
            ),
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
        asks={"kl_slope": "the slope of KL(q || p) in t, the distance of the thieves q from the public p"},
        wrong=(
            Wrong(
                "t / sigma**2",
                "t**2 / (2 * sigma**2)",
                "np.isclose(kl_slope(3.0, 4.0), 9 / 32)",
                "This is KL itself: its slope in t is asked.",
            ),
            Wrong(
                "t / sigma**2",
                "t / sigma",
                "np.isclose(kl_slope(3.0, 4.0), 3 / 4)",
                "The slope has the variance below, not the standard deviation.",
            ),
            Wrong(
                "t / sigma**2",
                "-t / sigma**2",
                "kl_slope(3.0, 4.0) < 0",
                "KL grows with the distance: its slope is positive. It is the logit that falls towards the "
                "thieves.",
            ),
            Wrong(
                "t / sigma**2",
                "t",
                "np.isclose(kl_slope(3.0, 4.0), 3)",
                "That is so for sigma = 1 alone.",
            ),
        ),
    ),
    Task(
        "ex-07-how-much-noise",
        asks={"steepness": "the slope of the JSD in the distance t, both crowds with the noise s"},
        probes="""
def grown(t, s, on_public=1, on_thieves=1):
    # how much the JSD grows per unit of distance, around t
    noises = on_public * s, on_thieves * s, on_thieves * s
    crowds = [
        targets.gaussian(d, np.hypot(0.3, noise))
        for d, noise in zip((0.0, t - 0.05, t + 0.05), noises)
    ]
    less, more = (divergences.jsd(crowds[0], w) for w in crowds[1:])
    return (more - less) / 0.1


one_noisy = [
    [grown(t, s, *noisy) for t, s in ((2.0, 1.0), (1.0, 0.5))]
    for noisy in ((1, 0), (0, 1))
]
found = [steepness(2.0, 1.0), steepness(1.0, 0.5)]
""",
        adds="""
for t, s in ((2.0, 1.0), (1.0, 0.5), (3.0, 0.8)):
    assert np.isclose(steepness(t, s), grown(t, s), rtol=0.02), (
        f"the JSD grows by {grown(t, s):.3f} per unit at t = {t}, s = {s}"
    )
""",
        wrong=(
            Wrong(
                "/ (2 * h)",
                "/ h",
                "np.isclose(steepness(2.0, 1.0), 2 * grown(2.0, 1.0), rtol=0.02)",
                "This is twice the slope: from t - h to t + h it is 2 h.",
            ),
            Wrong(
                "return (far - near) / (2 * h)",
                "return (far + near) / 2",
                "np.isclose(steepness(2.0, 1.0), divergences.jsd(targets.gaussian(0.0, 1.09**0.5), "
                "targets.gaussian(2.0, 1.09**0.5)), rtol=0.02)",
                "This is the JSD itself: how steep it is in t, is asked.",
            ),
            Wrong(
                "return (far - near)",
                "return (near - far)",
                "steepness(2.0, 1.0) < 0",
                "The JSD grows with the distance, and so its slope is positive.",
            ),
            Wrong(
                "with_noise(targets.gaussian(d, 0.3), s),",
                "targets.gaussian(d, 0.3),",
                "np.isclose(found, one_noisy, rtol=0.02).all(1).any()",
                "The noise is on one crowd only: it has to be added to both.",
            ),
        ),
    ),
    Task(
        "ex-07-least-squares",
        asks={"volumes": "how loud the loss is at D = 0 and at D = -3, two numbers"},
        lifts={"volumes": "torch.tensor([2.0, 8.0])"},
        probes="""
volumes = torch.as_tensor(volumes, dtype=torch.float32)
assert volumes.shape == (2,), "volumes: two numbers, at D = 0 and at D = -3"
""",
        wrong=(
            Wrong(
                "torch.tensor([2.0, 8.0])",
                "torch.tensor([-2.0, -8.0])",
                "(volumes < 0).any()",
                "How loud a loss is, is a size: the slope without its sign.",
            ),
            Wrong(
                "torch.tensor([2.0, 8.0])",
                "torch.tensor([1.0, 16.0])",
                "torch.allclose(volumes, torch.tensor([1.0, 16.0]))",
                "This is the loss itself: how loud it is, is its slope in D.",
            ),
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
