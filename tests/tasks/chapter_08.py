"""What chapter 8 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-08-best-gamma",
        asks={"best": "the gamma, of these, with the smallest modulus"},
        given=("gammas",),
        wrong=(
            Wrong(
                ', "alternating"',
                "",
                "abs(best - 1) < 0.005",
                "At 1 the flow is fastest, and so are simultaneous steps. Alternating steps of 0.2 have a "
                "best strength of their own.",
            ),
            Wrong(
                "np.argmin",
                "np.argmax",
                "best < 0.06 or 2.9 < best < 3.1",
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
                "Only the continuous game, or steps in turn, stay on the circle: steps at once go along the "
                "tangent, outwards.",
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
        asks={
            "matrix": "that of a round of the linearised game for (theta, psi), [2, 2]: k steps of the "
            "police of 0.2, then one of the thief",
            "modulus": "the largest modulus of its eigenvalues, one number",
        },
        probes="""
rounds = {k: np.asarray(matrix(k), float) for k in (1, 2, 5)}
assert all(m.shape == (2, 2) for m in rounds.values()), "matrix(k) is [2, 2]"
assert np.ndim(modulus(5)) == 0, "modulus(k) is one number"
""",
        adds="""
for k in (3, 7):
    exact = [[1 - 0.01 * k, 0.1], [-0.1 * k, 1]]
    assert np.allclose(matrix(k), exact), f"not yet: matrix({k})"
    largest = np.abs(np.linalg.eigvals(exact)).max()
    assert abs(modulus(k) - largest) < 1e-9, f"not yet: modulus({k})"
""",
        wrong=(
            Wrong(
                "thief @ np.linalg.matrix_power(police, k)",
                "thief + np.linalg.matrix_power(police, k) - np.eye(2)",
                "np.allclose(np.diag(rounds[2]), 1) and rounds[2][0, 1] > 0",
                "Both move at once here: the thief answers police who have moved already.",
            ),
            Wrong(
                "thief @ np.linalg.matrix_power(police, k)",
                "np.linalg.matrix_power(police, k) @ thief",
                "rounds[2][0, 0] == 1 and rounds[2][1, 1] < 1 and rounds[2][0, 1] > 0",
                "Here the thief moves first: the matrix of whoever moves first stands at the right.",
            ),
            Wrong(
                "thief @ np.linalg.matrix_power(police, k)",
                "np.linalg.matrix_power(thief @ police, k)",
                "not np.isclose(rounds[5][0, 1], rounds[1][0, 1])",
                "The thief moves once in a round, however often the police move.",
            ),
            Wrong(
                "[1, h / 2], [0, 1]",
                "[1, h], [0, 1]",
                "np.isclose(rounds[1][0, 1], 0.2)",
                "At the equilibrium the slope of both losses has a factor 1/2: D is one half there.",
            ),
            Wrong(
                "return np.abs(np.linalg.eigvals(matrix(k))).max()",
                "return np.abs(np.linalg.eigvals(matrix(1))).max() - 0.01 * (k - 1)",
                "modulus(5) < 0.99",
                "More steps of the police do not calm the game: they are one step at a larger rate.",
            ),
        ),
    ),
]
