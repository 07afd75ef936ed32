"""How each claim of chapter 9 can be made false."""

from breaks.base import Break

BREAKS = [
    Break("the-ceiling", "ceiling = 1 - np.exp(-4.5)", "ceiling = 0.9973", "the ceiling of one dimension"),
    Break(
        "the-ceiling",
        "1 - np.exp(-4.5 / c**2)",
        "1 - np.exp(-4.5 / c)",
        "the variance taken for the standard deviation",
    ),
    Break("one-sample-is-not-coverage", "[3] * 2493 + others", "[3] * 2500", "without the single samples"),
    Break(
        "one-sample-is-not-coverage",
        "metrics.fair_modes(x, target)",
        "metrics.modes_covered(x, target)",
        "one sample as coverage",
    ),
    Break(
        "seven-clusters",
        '"linspace(0, 2 pi, 8)", True',
        '"linspace(0, 2 pi, 8)", False',
        "the end point not repeated",
    ),
    Break("seven-clusters", "near.any(0).sum()", "near[:, :7].any(0).sum()", "the double centre left out"),
    Break(
        "missed-by-chance",
        "comb(k, j) * (1 - j * h / k) ** n for j in range(k + 1)",
        "comb(k, j) * (1 - j * h / k) ** n for j in range(3)",
        "inclusion and exclusion broken off",
    ),
    Break("missed-by-chance", ")[:, :25]", ")[:, :12]", "only half of the modes looked at"),
    Break(
        "three-ways-to-lose-modes",
        '"quick police": (3e-4, 5e-3)',
        '"quick police": (3e-3, 3e-3)',
        "matched rates under another name",
    ),
    Break(
        "three-ways-to-lose-modes",
        '"slow police": (1e-3, 5e-4)',
        '"slow police": (3e-4, 5e-3)',
        "quick police under another name",
    ),
    Break(
        "not-a-vanishing-gradient",
        "asked = game.asked_steps(psi, x, x)",
        "asked = 1e-3 * game.asked_steps(psi, x, x)",
        "a pull that has vanished",
    ),
    Break(
        "not-a-vanishing-gradient",
        "np.argsort(-shares(x.numpy()))",
        "np.argsort(shares(x.numpy()))",
        "full and empty modes exchanged",
    ),
    Break(
        "every-divergence-wants-every-mode",
        "np.repeat([1 / m, 0.0], [m, k - m])",
        "np.repeat([1 / 8, 0.0], [m, k - m])",
        "no law: the shares don't add up",
    ),
    Break(
        "every-divergence-wants-every-mode",
        "kl(even, shares_of_m(m)) for m",
        "kl(shares_of_m(m), even) for m",
        "the other direction",
    ),
    Break("same-divergence-other-rates", '"slow": 1e-4', '"slow": 1e-3', "the same rates twice"),
    Break("same-divergence-other-rates", '"matched": 1e-3', '"matched": 1e-4', "slow police in both games"),
    Break(
        "the-best-answer-is-one-point",
        "(q @ np.log(1 - d)).argmin()",
        "(q @ np.log(1 - d)).argmax()",
        "the worst answer",
    ),
    Break(
        "the-best-answer-is-one-point",
        "answer = 0.125 / (0.125 + q)",
        "answer = np.full_like(q, 0.5)",
        "police who do not answer",
    ),
    Break(
        "frozen-police-one-place",
        'rule="thief only"',
        'rule="police only"',
        "the thief frozen in place of the police",
    ),
    Break(
        "frozen-police-one-place",
        "train(game, ring, steps=1, seed=100 + i).state)",
        "many.member(i))",
        "no new thieves",
    ),
    Break(
        "what-the-police-see",
        "game.judge(torch.tensor(s.psi), ring.modes)",
        "-game.judge(torch.tensor(s.psi), ring.modes)",
        "high means fake",
    ),
    Break(
        "what-the-police-see",
        "if top[t] != top[t - 1]]",
        "if top[t] == top[t - 1]]",
        "the moments without a jump",
    ),
    Break("rare-modes-and-many-modes", "weights=[4, 1] * 4", "weights=[1, 4] * 4", "the other modes rare"),
    Break("rare-modes-and-many-modes", "counts[1::2].sum()", "counts[::2].sum()", "the large modes counted"),
]
