"""What chapter 19 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-19-forgets",
        asks={
            "two": "the same as one, but channel 0 three times as strong",
            "by_adain": "what AdaIN makes of one, less what it makes of two: scale 1, bias 0",
            "by_modulation": "what modulated makes of one, less what it makes of two: weights W, style 1",
        },
        given=("one", "same"),
        lifts={
            "by_adain": "adain(one, same, 0 * same) - adain(two, same, 0 * same)",
            "by_modulation": "modulated(one, W, same) - modulated(two, W, same)",
        },
        wrong=(
            Wrong(
                "one.clone()",
                "one",
                "torch.equal(two, one)",
                "This is the same tensor under two names: what makes a channel of one stronger does so in "
                "the other. Take a clone.",
            ),
            Wrong(
                "modulated(one, W, same) - modulated(two, W, same)",
                "by_adain",
                "by_modulation.abs().max() < 0.1",
                "Demodulation never looks at the picture: it divides by what the weights would do to "
                "independent inputs, so the strength stays.",
            ),
        ),
    ),
    Task(
        "ex-19-three",
        asks={
            "three": "portraits whose first two layers hear z1, the third z2 and the last two z3",
            "stays": "{0: share, 1: share, 2: share} of portraits whose background stays, when z1, z2 or z3 "
            "is another",
        },
        given=("z1",),
        probes="""
def with_orders(order, layer):
    "Portraits of z1, in which one layer hears another order."
    orders = G.styles(z1).clone()
    orders[:, layer] = order
    return G.paint(orders)


third = three(G, z1, z2, z1)
""",
        wrong=(
            Wrong(
                "styles[:, 2] = G.mapping(z2)\n    styles[:, 3:]",
                "styles[:, 3] = G.mapping(z2)\n    styles[:, 4:]",
                "torch.allclose(third, with_orders(G.mapping(z2), 3), atol=1e-4)",
                "Here the fourth layer hears z2: layers are counted from 0, and the third has the number 2.",
            ),
            Wrong(
                "styles[:, 2] = G.mapping(z2)",
                "styles[:, 2] = z2",
                "torch.allclose(third, with_orders(z2, 2), atol=1e-4)",
                "A layer hears an order w, not a latent: z2 goes through the mapping network first.",
            ),
        ),
    ),
    Task(
        "ex-19-psi",
        asks={
            "truncated": "w_all moved towards its mean mean_w, or away from it, by psi",
            "factor": "by what the deviations are multiplied",
            "opposite": "what G paints of the first twelve of w_all with psi = -1",
        },
        given=("w_all",),
        lifts={
            "truncated(psi)": "mean_w + psi * (w_all - mean_w)",
            "factor(psi)": "abs(psi)",
        },
        wrong=(
            Wrong(
                "return abs(psi)",
                "return psi",
                "factor(-1) < 0",
                "A deviation is never negative: mirrored numbers lie as far from their mean as before.",
            ),
            Wrong(
                "mean_w - (w_all[:12] - mean_w)",
                "-w_all[:12]",
                "torch.allclose(opposite, measures.painted(G, -w_all[:12]), atol=1e-4)",
                "This mirrors at 0. With psi each w moves on the line through the mean of all w.",
            ),
        ),
    ),
    Task(
        "ex-19-cost",
        asks={
            "convolution": "how many multiplications the convolution takes at a side",
            "for_weights": "how many more, if each picture's weights are computed first",
            "for_channels": "how many more, if channels are multiplied before and divided behind",
        },
        given=("n", "c", "kernel"),
        lifts={
            "convolution(side)": "n * side**2 * c**2 * kernel",
            "for_weights(side)": "3 * n * c**2 * kernel",
            "for_channels(side)": "2 * n * side**2 * c + n * c**2 + c**2 * kernel",
        },
        adds='assert for_channels(4) >= 2 * n * 16 * c, "not yet: before and behind"',
        wrong=(
            Wrong(
                "n * side**2 * c**2 * kernel",
                "n * side**2 * c * kernel",
                "convolution(4) == n * 16 * c * kernel",
                "Each channel that comes out looks at all that come in: the channels count twice.",
            ),
            Wrong(
                "3 * n * c**2 * kernel",
                "n * c**2 * kernel",
                "for_weights(4) == n * c**2 * kernel",
                "This is only the product with the style: for its size each weight is squared, and then "
                "divided.",
            ),
        ),
    ),
]
