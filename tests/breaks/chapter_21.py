"""How each claim of chapter 21 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "bound-is-a-bound",
        "found[who] = entropy + integral(q.log())",
        "found[who] = entropy + integral(q.log()) / 2",
        "half of the witness's cross-entropy",
    ),
    Break(
        "bound-is-a-bound",
        '"too timid": posterior.sqrt()',
        '"too timid": posterior',
        "a second witness with the exact posterior",
    ),
    Break(
        "bound-is-a-bound",
        "math.log(2 * math.pi * math.e * 0.7**2)",
        "math.log(2 * math.pi * 0.7**2)",
        "a wrong entropy of the normal law",
    ),
    Break(
        "bound-is-a-bound",
        "(posterior * (posterior / q).log())",
        "(q * (q / posterior).log())",
        "the divergence the other way round",
    ),
    Break(
        "entropy-left-out",
        "return bound(log_q, c, 0.0)",
        "return bound(log_q, c, entropy)",
        "the entropy put back",
    ),
    Break(
        "softmax-twice",
        "q = logits if softmaxes == 1 else logits.softmax(1)",
        "q = logits",
        "one softmax in both programs",
    ),
    Break(
        "softmax-twice",
        "ceiling = math.log(10) + 1 - math.log(math.e + 9)",
        "ceiling = math.log(10) + 1 - math.log(math.e + 10)",
        "eleven categories in the ceiling's formula",
    ),
    Break(
        "softmax-twice",
        "odd.log_softmax(1).max()",
        "odd.log().max()",
        "guesses that are used as guesses",
    ),
    Break(
        "a-turned-code",
        "[math.sin(a), math.cos(a)]]",
        "[math.sin(a), 1.0]]",
        "a map that is no rotation",
    ),
    Break(
        "a-turned-code",
        "renamed = bound(told_anew[:, numbered], c, entropy)",
        "renamed = bound(told_anew, c, entropy)",
        "a new numbering that the witness does not know",
    ),
    Break(
        "a-turned-code",
        "numbered = torch.tensor([2, 0, 1])",
        "numbered = torch.tensor([2, 2, 1])",
        "two categories with one number",
    ),
    Break(
        "who-takes-what",
        "heeded = [playing(seed, 1.0) for seed in range(5)]",
        "heeded = [playing(0, 1.0)] * 5",
        "five times the same random start",
    ),
    Break(
        "who-takes-what",
        "unheeded = [playing(seed, 0.0) for seed in range(5)]",
        "unheeded = [playing(seed, 1.0) for seed in range(5)]",
        "the information with its weight in all ten",
    ),
    Break(
        "digits-by-code",
        '"quiet, weight 0": "coded digits quiet unheeded"',
        '"quiet, weight 0": "coded digits unheeded"',
        "a loud code in the place of the quiet one",
    ),
    Break(
        "digits-by-code",
        "codes_models.of_digits(eye, *scribbles)",
        "codes_models.of_digits(eye, scribbles[0].sort().values, scribbles[1])",
        "pictures that are not of the code",
    ),
    Break(
        "digits-by-code",
        "for s in [s for s in range(3) if",
        "for s in [s for s in range(2) if",
        "the third seeds forgotten",
    ),
    Break(
        "police-who-read",
        "called_fake = (F.softplus(fake) + F.softplus(wrong)) / 2",
        "called_fake = F.softplus(fake)",
        "no wrong captions",
    ),
    Break(
        "the-readers-own-errors",
        "there = words_models.crowd(300, 301)",
        "there = words_models.crowd(300, 301, True)",
        "citizens with the pairs that were left out",
    ),
    Break(
        "words-kept",
        '"two kinds": ("words plain", "")',
        '"two kinds": ("words two stages", "first ")',
        "three kinds of pairs compared with themselves",
    ),
    Break(
        "words-kept",
        "words.counts(captions(crowd_again)), 0",
        "words.counts(captions(crowd_again)).roll(1, 0), 0",
        "portraits for the captions of others",
    ),
    Break(
        "one-stage-or-two",
        'both = {"two stages": "words two stages", "one stage": "words one stage"}',
        'both = {"two stages": "words one stage", "one stage": "words two stages"}',
        "the two plans exchanged",
    ),
    Break(
        "what-the-second-mends",
        "for x in (sketched, portrayed)",
        "for x in (sketched, sketched)",
        "the sketches in the place of the portraits",
    ),
    Break(
        "what-the-second-mends",
        "before, after = (same",
        "after, before = (same",
        "sketch and portrait exchanged",
    ),
    Break(
        "targets-out-of-reach",
        "return (x - means) / deviations",
        "return 2 * x - 1",
        "targets from -1 to 1",
    ),
    Break(
        "mean-of-a-divergence",
        "return each.mean() / 2",
        "return each.sum(1).mean() / 2",
        "the sum over the numbers in both programs",
    ),
]
