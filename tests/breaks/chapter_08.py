"""How each claim of chapter 8 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "the-game-turns-in-circles", "plain = DiracGAN()", "plain = DiracGAN(r1=0.2)", "a pull to the middle"
    ),
    Break(
        "the-game-turns-in-circles",
        "abs(p @ plain.field(*p))",
        "abs(p @ -plain.field(*p)[::-1])",
        "the players exchanged",
    ),
    Break("steps-are-not-a-flow", "np.sqrt(1 + h**2 / 4)", "np.sqrt(1 + h**2)", "Wasserstein's eigenvalues"),
    Break("steps-are-not-a-flow", "plain = DiracGAN()", 'plain = DiracGAN("wasserstein")', "another game"),
    Break(
        "no-step-is-small-enough",
        '"simultaneous")',
        '"extragradient")',
        "another rule",
    ),
    Break(
        "three-cures",
        "DiracGAN(r1=g), -g / 2, g**2 / 4 - 0.25",
        "DiracGAN(r1=2 * g), -g / 2, g**2 / 4 - 0.25",
        "the half of the penalty forgotten",
    ),
    Break(
        "three-cures",
        "DiracGAN(consensus=g), -g / 4",
        "DiracGAN(consensus=g / 2), -g / 4",
        "a spurious factor 1/2",
    ),
    Break(
        "prediction-and-way-agree",
        'h, 200, "alternating"',
        'h, 200, "simultaneous"',
        "another rule than predicted",
    ),
    Break("prediction-and-way-agree", "-DiracGAN(r1=float(g))", "-DiracGAN(noise=float(g))", "another cure"),
    Break("r1-flattens", '"minimax",\n        (penalties.r1(gamma),),', '"minimax",', "no penalty"),
    Break(
        "as-the-authors-program",
        "DiracGAN(r1=0.3), 2.30e-7",
        "DiracGAN(r1=0.6), 2.30e-7",
        "a penalty without the half",
    ),
    Break(
        "wgan-does-not-always-converge",
        'DiracGAN("wasserstein", clip=1.0)',
        'DiracGAN("wasserstein", clip=1.0, r1=0.3)',
        "clipping and R1",
    ),
    Break("two-rates-and-the-average", "keep = 0.5 ** (1 / 200)", "keep = 0.0", "no average"),
    Break("two-rates-and-the-average", "[1, h_g / 2], [0, 1]", "[1, -h_g / 2], [0, 1]", "a wrong sign"),
    Break("the-same-in-a-real-game", "ema_halflife=50", "ema_halflife=None", "no averaging"),
    Break(
        "no-step-is-small-enough",
        "drift = distances(plain",
        "drift = distances(DiracGAN(r1=0.1)",
        "a pull to the middle",
    ),
    Break("noise-is-a-penalty", "return s**2 / 2", "return s**2", "a half forgotten"),
    Break(
        "noise-is-a-penalty",
        "-np.logaddexp(0, -real)",
        "-np.logaddexp(0, real)",
        "police who take real for fake",
    ),
    Break(
        "a-crowd-instead-of-a-point",
        "r1 = gamma / 2 * mean @",
        "r1 = 0 * gamma * mean @",
        "no penalty",
    ),
    Break(
        "a-crowd-instead-of-a-point",
        "[-up[:2], up[2:]",
        "[up[:2], up[2:]",
        "a thief who helps the police",
    ),
    Break("one-batch-for-ever", "lr_g=5e-3", "lr_g=1e-5", "thieves who hardly learn"),
]
