"""How each claim of chapter 22 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "r1-does-not-see-the-thieves",
        "rho = 0.9",
        "rho = 1.5",
        "bumps that reach the people",
    ),
    Break(
        "r1-does-not-see-the-thieves",
        "r1, r2 = square_slope(D, x), square_slope(D, y)",
        "r1, r2 = square_slope(D, x), square_slope(D, x)",
        "both penalties at the people",
    ),
    Break(
        "two-slips-in-the-thiefs-loss",
        "    loss = F.softplus(-fake)  # ... lost here\n",
        "",
        "pairs that are not thrown away",
    ),
    Break(
        "two-slips-in-the-thiefs-loss",
        "def half(real, fake):\n    return F.softplus(real.mean() - fake)",
        "def half(real, fake):\n    return average(real, fake)",
        "both halves of the average",
    ),
    Break(
        "a-step-in-between",
        "p.data -= 2 * g",
        "p.data -= 0 * g",
        "police who take no step in between",
    ),
    Break(
        "a-d-that-is-never-told",
        "return loss + penalty if told else penalty",
        "return loss + penalty",
        "a loss that is sent back",
    ),
    Break(
        "how-many-steps",
        "guess = diffusion.denoised(x, now, grid25)\n        x = guess",
        "guess = diffusion.denoised(x, then, grid25)\n        x = guess",
        "a mean for less noise than there is",
    ),
    Break(
        "how-many-steps",
        "ratio = torch.where(n - 1 > i, pair[1] / pair[0], 0.0)",
        "ratio = torch.where(n - 1 > i, pair[1] / pair[0], 0.5)",
        "a slider that stops half-way in its last step",
    ),
    Break(
        "what-can-be-copied",
        "diced_pairs = distilling.taught(64, dice=True, n=4000)",
        "diced_pairs = distilling.taught(64, n=4000)",
        "a second teacher without dice",
    ),
    Break(
        "what-can-be-copied",
        "single = walked(few, 1)",
        "single = walked(few, 16)",
        "the mean compared with sixteen steps",
    ),
    Break(
        "four-corners",
        'for penalty in ("R1 and R2", "R1 alone")\n',
        'for penalty in ("R1 and R2", "R1 and R2")\n',
        "both penalties in both places",
    ),
    Break(
        "what-police-add-to-copying",
        'poor, lifted = "copies the coarse one", "copies the coarse one, then police"',
        'lifted, poor = "copies the coarse one", "copies the coarse one, then police"',
        "with and without police exchanged",
    ),
    Break(
        "what-pairs-and-r2-add",
        'apart(f"{pairs}, R1 and R2", f"{pairs}, R1 alone", key)',
        'apart(f"{pairs}, R1 and R2", "copies the coarse one", key)',
        "a row that is none of the four",
    ),
    Break(
        "seven-students",
        "return a * thief_loss(D, x, made) + b * copied",
        "return thief_loss(D, x, made) + copied",
        "weights that are left out",
    ),
    Break(
        "what-a-frozen-reward-asks-for",
        "q = q0 * (D_best / price).exp()",
        "q = (D_best / price).exp()",
        "a price that forgets where the pen began",
    ),
    Break(
        "hacked-before-your-eyes",
        "    return -(better * law[drawn]).mean()",
        "    return -(reward * law[drawn]).mean()",
        "rewards that are not compared with each other",
    ),
    Break(
        "a-frozen-judge-is-hacked",
        'hacked, learned = of("frozen police", "off"), of("police who learn", "off")',
        'learned, hacked = of("frozen police", "off"), of("police who learn", "off")',
        "frozen and learning police exchanged",
    ),
    Break(
        "hacked-before-your-eyes",
        "course = strokes.start(name, seed=5, steps=300)",
        'course = strokes.start("police who learn", seed=5, steps=300)',
        "police who learn in both places",
    ),
    Break(
        "the-table-of-part-five",
        'rows_of["CoGAN, negatives"].ours()',
        'rows_of["CoGAN, negatives"].control()',
        "the control in place of ours",
    ),
    Break(
        "four-corners",
        'for where in ("at fakes", "at data"):',
        'for where in ("at fakes", "good"):',
        "good fakes in place of the slope at the people",
    ),
    Break(
        "what-police-add-to-copying",
        'of("copies, then with police", "good") - copied',
        'of("copies", "good") - copied',
        "copying alone in both places",
    ),
    Break(
        "hacked-before-your-eyes",
        "all_paid[many]))",
        "all_paid[many] ** 2))",
        "rewards that are squared on the way",
    ),
]
