"""What chapter 19 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-19-forgets",
        asks={
            "two": "the same as one, but channel 0 three times as strong",
            "by_adain": "what AdaIN makes of one, less what it makes of two (scale 1, bias 0), [1, 24, 8, 8]",
            "by_modulation": "what modulated makes of one, less what it makes of two (weights W, style 1), "
            "[1, 12, 8, 8]",
        },
        given=("one", "same"),
        lifts={
            "by_adain": "adain(one, same, 0 * same) - adain(two, same, 0 * same)",
            "by_modulation": "modulated(one, W, same) - modulated(two, W, same)",
        },
        probes="""
for value, channels in ((by_adain, 24), (by_modulation, 12)):
    assert getattr(value, "shape", None) == (1, channels, 8, 8), (
        f"not yet: a difference at each place of {channels} channels"
    )
""",
        adds="""
times = torch.ones(24, 1, 1)
times[0] = 3
assert torch.allclose(two, times * one), "not yet: channel 0, three times"
assert by_adain.abs().max() > 0, (
    "not yet: AdaIN of two; for the 1e-5 under the root it is a little off"
)
# Without a look at the picture, modulated is linear in it.
assert torch.allclose(
    by_modulation, modulated(one - two, W, same), atol=1e-4
), "not yet: modulated of one, less modulated of two"
""",
        wrong=(
            Wrong(
                "one.clone()",
                "one",
                "torch.equal(two, one)",
                "This is the same tensor under two names: what makes a channel of one stronger does so in "
                "the other. Take a clone.",
            ),
            Wrong(
                "two[:, 0] *= 3",
                "two[0] *= 3",
                "torch.allclose(two, 3 * one)",
                "Here all 24 channels are stronger: the first index of a tensor counts the portraits, the "
                "second the channels.",
            ),
            Wrong(
                "modulated(one, W, same) - modulated(two, W, same)",
                "0 * modulated(one, W, same)",
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
            "stays": "{0: share, 1: share, 2: share} of the portraits of z1, z2 and z3 whose background "
            "stays, when z1, z2 or z3 is drawn anew",
        },
        given=("z1",),
        probes="""
def with_orders(orders):
    "Portraits of z1, in which some layers hear other orders."
    heard = G.styles(z1).clone()
    for layer, order in orders.items():
        heard[:, layer] = order
    return G.paint(heard)


third, whole = three(G, z1, z2, z1), three(G, z1, z2, z3)
by_2, by_3 = G.mapping(z2), G.mapping(z3)
""",
        adds="""
assert torch.allclose(
    whole, with_orders({2: by_2, 3: by_3, 4: by_3}), atol=1e-4
), "not yet: which layer hears z1, z2 and z3"
seen_before = measures.seen(reader, whole).value("background")
for place, other in ((0, z2), (1, z3), (2, z1)):
    heard = [z1, z2, z3]
    heard[place] = other
    seen_now = measures.seen(reader, three(G, *heard)).value("background")
    share = float((seen_now == seen_before).float().mean())
    assert abs(stays[place] - share) < 0.25, f"not yet: stays = {stays}"
""",
        wrong=(
            Wrong(
                "styles[:, 2] = G.mapping(z2)\n    styles[:, 3:]",
                "styles[:, 3] = G.mapping(z2)\n    styles[:, 4:]",
                "torch.allclose(third, with_orders({3: by_2}), atol=1e-4)",
                "Here the fourth layer hears z2: layers are counted from 0, and the third has the number 2.",
            ),
            Wrong(
                "styles[:, 2] = G.mapping(z2)",
                "styles[:, 2] = z2",
                "torch.allclose(third, with_orders({2: z2}), atol=1e-4)",
                "A layer hears an order w, not a latent: z2 goes through the mapping network first.",
            ),
            Wrong(
                "styles[:, 3:] = G.mapping(z3)[:, None]",
                "styles[:, 3] = G.mapping(z3)",
                "torch.allclose(whole, with_orders({2: by_2, 3: by_3}), atol=1e-4)",
                "Here only the fourth layer hears z3. There are five, and the last one hears z3, too.",
            ),
            Wrong(
                "now == painted_by",
                "now != painted_by",
                "max(stays[1], stays[2]) < 0.3",
                "These are the shares of portraits whose background changes: count those where it stays.",
            ),
        ),
    ),
    Task(
        "ex-19-psi",
        asks={
            "truncated": "w_all moved towards its mean mean_w, or away from it, by psi, [2000, 32]",
            "factor": "by what psi multiplies the deviations",
            "opposite": "what G paints of the first twelve of w_all with psi = -1",
        },
        given=("w_all",),
        lifts={
            "truncated(psi)": "mean_w + psi * (w_all - mean_w)",
            "factor(psi)": "abs(psi)",
        },
        probes="""
shown_12 = measures.painted(G, w_all[:12])
assert getattr(opposite, "shape", None) == shown_12.shape, (
    "not yet: opposite, pictures of the first twelve"
)
""",
        adds="""
for psi in (-2.0, 0.25):
    drawn_w = truncated(psi)
    apart_by = drawn_w.std(0) / w_all.std(0) - factor(psi)
    assert apart_by.abs().max() < 1e-3, f"not yet: psi = {psi}"
# Whoever goes on by psi - 1 from w is at psi times its way from the mean.
turned_w = truncated(-1.0)
assert ((turned_w + w_all) / 2 - mean_w).abs().max() < 0.2 * w_all.std(), (
    "not yet: psi = -1 leads to the other side of the mean"
)
off = (opposite - measures.painted(G, turned_w[:12])).abs().mean()
assert off < 0.045, "not yet: opposite, psi = -1"
""",
        wrong=(
            Wrong(
                "return abs(psi)",
                "return psi",
                "factor(-1) < 0",
                "A deviation is never negative: mirrored numbers lie as far from their mean as before.",
            ),
            Wrong(
                "return abs(psi)",
                "return psi**2",
                "abs(factor(0.5) - 0.25) < 1e-9",
                "Variances are multiplied by this. The deviation is the root of the variance.",
            ),
            Wrong(
                "mean_w - (w_all[:12] - mean_w)",
                "-w_all[:12]",
                "torch.allclose(opposite, measures.painted(G, -w_all[:12]), atol=1e-4)",
                "This mirrors at 0. With psi each w moves on the line through the mean of all w.",
            ),
            Wrong(
                "mean_w - (w_all[:12] - mean_w)",
                "G.mapping(-style_models.latents(2000, 3)[:12])",
                "torch.allclose(opposite, measures.painted(G, "
                "G.mapping(-style_models.latents(2000, 3)[:12])), atol=1e-4)",
                "Here the latents are turned round. Psi moves w, behind the mapping network, which is not "
                "linear.",
            ),
        ),
    ),
    Task(
        "ex-19-cost",
        asks={
            "convolution": "how many multiplications the convolution takes at a side",
            "for_weights": "how many more, if each picture's weights are computed first",
            "for_channels": "how many more, if channels are multiplied before and divided behind, and the "
            "divisors computed once for each picture",
        },
        given=("n", "c", "kernel"),
        lifts={
            "convolution(side)": "n * side**2 * c**2 * kernel",
            "for_weights(side)": "3 * n * c**2 * kernel",
            "for_channels(side)": "2 * n * side**2 * c + n * c**2 + c**2 * kernel",
        },
        adds="""
for side, least in ((4, 11_272_192), (256, 2_158_231_552)):
    assert least <= for_channels(side) < 1.002 * least, (
        f"not yet: for_channels({side}) = {for_channels(side)}"
    )
assert convolution(4) == 1_207_959_552, f"not yet: {convolution(4)}"
""",
        wrong=(
            Wrong(
                "n * side**2 * c**2 * kernel",
                "n * side**2 * c * kernel",
                "convolution(4) == n * 16 * c * kernel",
                "Each channel that comes out looks at all that come in: the channels count twice.",
            ),
            Wrong(
                "n * side**2 * c**2 * kernel",
                "n * side**2 * c**2 * 3",
                "convolution(4) == n * 16 * c**2 * 3",
                "A kernel of 3 has 3 x 3 = 9 numbers for each pair of channels.",
            ),
            Wrong(
                "3 * n * c**2 * kernel",
                "n * c**2 * kernel",
                "for_weights(4) == n * c**2 * kernel",
                "This is only the product with the style: for its size each weight is squared, and then "
                "divided.",
            ),
            Wrong(
                "2 * n * side**2 * c + n * c**2 + c**2 * kernel",
                "2 * n * side**2 * c",
                "for_channels(4) == 2 * n * 16 * c",
                "The divisors take more than this: weights are squared, once for all pictures, and their "
                "sums multiplied by the squared styles of each picture.",
            ),
        ),
    ),
]
