"""What chapter 8 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-08-best-gamma",
        asks={"best": "the gamma, of these, with the smallest modulus"},
        given=("gammas",),
        wrong=(
            Wrong(
                "np.argmin",
                "np.argmax",
                "best < 0.06 or best > 2.9",
                "The largest modulus is the slowest game: a step multiplies the distance by the modulus.",
            ),
        ),
    ),
    Task(
        "ex-08-noise",
        asks={
            "turns": "a noise at which the game still turns",
            "straight": "a noise, at most 0.05 larger, at which it goes straight in",
        },
        lifts={"turns": "1.40", "straight": "1.43"},
        adds='assert 0 < straight - turns <= 0.05, "not yet: they lie too far apart"',
        wrong=(
            Wrong(
                "straight = 1.43",
                "turns, straight = 1.98, 2.02",
                "turns > 1.6",
                "At this noise it goes straight in already: the root is real from s^4 = 4 on, and that is "
                "the "
                "root of 2, not 2.",
            ),
        ),
    ),
    Task(
        "ex-08-wasserstein",
        asks={
            "at_once": "the modulus of a simultaneous step of h = 0.2",
            "looking_ahead": "that of an extragradient step",
        },
        lifts={"at_once": "np.sqrt(1.04)", "looking_ahead": "np.sqrt(1 - 0.04 + 0.0016)"},
        wrong=(
            Wrong(
                "np.sqrt(1.04)",
                "np.sqrt(1.01)",
                "np.isclose(at_once, np.sqrt(1.01))",
                "This is the minimax game, whose slope at the equilibrium is one half: Wasserstein's turns "
                "twice "
                "as fast.",
            ),
            Wrong(
                "np.sqrt(1.04)",
                "1.0",
                "np.isclose(at_once, 1.0)",
                "Only the continuous game stays on its circle: each step goes along the tangent, outwards.",
            ),
            Wrong(
                "np.sqrt(1.04)",
                "1.04",
                "np.isclose(at_once, 1.04)",
                "This is the square of the modulus.",
            ),
            Wrong(
                "np.sqrt(1 - 0.04 + 0.0016)",
                "1 - 0.04 + 0.0016",
                "np.isclose(looking_ahead, 1 - 0.04 + 0.0016)",
                "This is the square of extragradient's modulus.",
            ),
            Wrong(
                "np.sqrt(1 - 0.04 + 0.0016)",
                "np.sqrt(1 - 0.01 + 0.0001)",
                "np.isclose(looking_ahead, np.sqrt(1 - 0.01 + 0.0001))",
                "This is extragradient in the minimax game: Wasserstein's turns twice as fast.",
            ),
        ),
    ),
    Task(
        "ex-08-twice",
        asks={"modulus": "the modulus of a round with k steps of the police of 0.2, and one of the thief"},
        lifts={"modulus(k)": "two_rates(0.2, k * 0.2)"},
        wrong=(
            Wrong(
                "two_rates(0.2, k * 0.2)",
                "two_rates(0.2, 0.2) - 0.01 * (k - 1)",
                "modulus(5) < 0.99",
                "More steps of the police do not calm the game: they are one step at a larger rate.",
            ),
        ),
    ),
]
