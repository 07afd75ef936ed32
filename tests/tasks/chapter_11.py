"""What chapter 11 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-11-three",
        asks={"f": "the critic, a function of an array of places"},
        given=("public_at",),
        adds='assert np.abs(np.diff(f(np.linspace(-1, 6, 701)))).max() < 0.01001, "steeper than 1"',
        wrong=(
            Wrong(
                "np.abs(x - 3)",
                "1.0 * x",
                "np.isclose(f(public_at).mean(), f(thieves_at).mean())",
                "This critic sees no difference at all: one thief has to go left and one right, and f must "
                "fall "
                "before it rises.",
            ),
            Wrong(
                "np.abs(x - 3)",
                "2 * np.abs(x - 3)",
                "f(public_at).mean() - f(thieves_at).mean() > 1.34",
                "No honest critic pays more than the cheapest plan: this one is steeper than 1.",
            ),
        ),
    ),
    Task(
        "ex-11-wider",
        asks={"w1": "W1 between N(0, 1) and N(0, sigma^2)"},
        lifts={"w1(sigma)": "abs(sigma - 1) * np.sqrt(2 / np.pi)"},
        wrong=(
            Wrong(
                "abs(sigma - 1) * np.sqrt(2 / np.pi)",
                "abs(sigma - 1)",
                "np.isclose(w1(3.0), 2.0)",
                "That is the way of a grain at one standard deviation (and it is W2): W1 is the mean over "
                "all "
                "grains.",
            ),
        ),
    ),
    Task(
        "ex-11-outlier",
        asks={
            "w1": "W1 for one thief at the distance M",
            "overlap": "the JSD (with the natural logarithm) for any such M",
        },
        lifts={"w1(M)": "M / 100", "overlap": "np.log(2) / 100"},
        wrong=(
            Wrong(
                "M / 100",
                "M",
                "np.isclose(w1(100.0), 100.0)",
                "One thief of a hundred has far to go: W1 is the mean way of all.",
            ),
            Wrong(
                "np.log(2) / 100",
                "np.log(2)",
                "np.isclose(overlap, np.log(2))",
                "The other 99 stand where the public stands: only a hundredth doesn't overlap.",
            ),
        ),
    ),
    Task(
        "ex-11-layer",
        asks={
            "bound": "the bound of the slope, for weights of at most c and this number of hidden layers, "
            "all of width n; what goes in is one number"
        },
        lifts={"bound(c, n, layers)": "(c ** (layers + 1) * n**layers)"},
        wrong=(
            Wrong(
                "c ** (layers + 1)",
                "c**layers",
                "np.isclose(bound(0.01, 64, 2), 0.64**2)",
                "Two hidden layers have three matrices: the last one is clipped as well.",
            ),
        ),
    ),
    Task(
        "ex-11-price",
        asks={"gamma": "the least weight for an error of one per cent at t = 4"},
        wrong=(
            Wrong(
                "4 / (2 * 0.01)",
                "4 / 0.01",
                "np.isclose(gamma, 400)",
                "The relative error is t over twice gamma: the slope of a square has a factor 2.",
            ),
            Wrong(
                "4 / (2 * 0.01)",
                "1 / (2 * 0.01)",
                "np.isclose(gamma, 50)",
                "The error of the slope is t/(2 gamma), and so is the relative error of the distance: "
                "t = 4 doesn't cancel.",
            ),
        ),
    ),
]
