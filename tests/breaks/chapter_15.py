"""How each claim of chapter 15 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "one-answer-where-many-are-right",
        "median = every.median(0).values",
        "median = every[0]",
        "a possible photograph in the median's place",
    ),
    Break(
        "one-answer-where-many-are-right",
        "cost(every.mean(0), every)[1]",
        "cost(median, every)[1]",
        "the median as the best answer for squares",
    ),
    Break(
        "how-large-is-a-patch",
        "side += (kernel - 1) * apart",
        "side += kernel * apart",
        "a formula that counts the pixel in the middle again",
    ),
    Break(
        "how-large-is-a-patch",
        "popular = [(4, 2), (4, 2), (4, 2), (4, 2), (4, 1)]",
        "popular = [(4, 2), (4, 2), (4, 2), (4, 1), (4, 1)]",
        "the strides of the paper",
    ),
    Break(
        "police-make-it-possible",
        'kinds = ("difference alone", "pix2pix")',
        'kinds = ("pix2pix", "difference alone")',
        "the two trainings exchanged",
    ),
    Break(
        "the-lines-that-were-trained",
        "there_and_back = (net.BA(as_b) - a).abs()",
        "there_and_back = (net.BA(as_b) - a).square()",
        "the square of the way there and back",
    ),
    Break(
        "the-lines-that-were-trained",
        'forged = torch.cat([draw["a"], net.G(draw["a"])], dim=1)',
        'forged = torch.cat([draw["a"], draw["b"]], dim=1)',
        "police who are shown true pairs only",
    ),
    Break(
        "there-and-back-is-blind",
        "swap[-2:] = swap[-2:].flip(0)",
        "swap[-2:] = swap[-2:].clone()",
        "nothing is exchanged",
    ),
    Break(
        "there-and-back-is-blind",
        "turned = [ended for ended, _ in played]",
        "turned = [played[0][0] for _ in played]",
        "one seed six times",
    ),
    Break(
        "what-the-identity-loss-settles",
        "for there, _ in told]",
        "for there, _ in played]",
        "the games without identity loss",
    ),
    Break(
        "who-comes-out",
        'skins = three("night", "kept", "skin")',
        'skins = three("night identity", "kept", "skin")',
        "the trainings with the identity loss",
    ),
    Break(
        "who-comes-out",
        'back = [three("night", "kept back", f)',
        'back = [three("night alone", "kept back", f)',
        "the trainings without there and back",
    ),
    Break(
        "the-hidden-message",
        'quiet = lift("told", "0.0")',
        'quiet = lift("told by true sketches")',
        "true sketches in place of forged ones",
    ),
    Break(
        "the-hidden-message",
        "told_by(forged + noise * static)",
        "told_by(sketches + noise * static)",
        "the shipped network is given true sketches",
    ),
    Break(
        "what-sharing-does",
        'order = ("negatives", "G shares two", "G shares one", "G shares none")',
        'order = ("G shares two", "negatives", "G shares one", "G shares none")',
        "three shared layers and two exchanged",
    ),
    Break(
        "what-sharing-does",
        "anew = coupled.agreements(made_a, made_b, coupled.negative)",
        "anew = coupled.agreements(made_a, made_b.roll(1, 0), coupled.negative)",
        "pictures of other latents",
    ),
    Break(
        "the-lines-of-two-thieves",
        "return net.GA(h), net.GB(h)",
        "return net.GA(h), net.GA(h)",
        "one thief twice",
    ),
    Break(
        "slips-of-the-pen",
        "if kept is None or not cached:",
        "if kept is None or cached:",
        "the cache the other way round",
    ),
    Break(
        "slips-of-the-pen",
        "scale = centre + 0.02",
        "scale = 1 + 0.02",
        "both scales start around 1",
    ),
]
