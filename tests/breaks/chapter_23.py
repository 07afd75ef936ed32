"""How each claim of chapter 23 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "nothing-new",
        "[information(real @ throws(m, share)) for m in amounts]",
        "[information(throws(m, coins) / 3) for m in amounts]",
        "throws of the true coins in the place of made ones",
    ),
    Break(
        "nothing-new",
        "pair = real[:, :, None] * throws(20, share)",
        "pair = real[:, :, None] * throws(20, coins)[:, None]",
        "twenty more real throws beside the eight",
    ),
    Break(
        "nothing-new",
        "torch.where(share < 0.5, 0.25, torch.where(share > 0.5, 0.75, 0.5))",
        "share",
        "a generator that keeps all it saw",
    ),
    Break(
        "knowledge-helps-or-hurts",
        '"mirrored": lambda p: (p + p.flip(-1)) / 2',
        '"mirrored": lambda p: p.flip(-1)',
        "all data turned round, and none kept as they were",
    ),
    Break(
        "knowledge-helps-or-hurts",
        '"moved by three": lambda p: (p + p.roll(3, -1)) / 2',
        '"moved by three": lambda p: (p + p.roll(6, -1)) / 2',
        "moved by six places, all the way round",
    ),
    Break(
        "knowledge-helps-or-hurts",
        "middle = torch.tensor([1.0, 2, 4, 4, 2, 1]).double() / 14",
        "middle = torch.tensor([4.0, 4, 2, 2, 1, 1]).double() / 14",
        "a first class without a mirror",
    ),
    Break(
        "the-two-players",
        "value = loss.d(net.D(net.T(x), c), net.D(net.T(fake), c)).mean()",
        "value = loss.d(net.D(net.T(x), 0 * c), net.D(net.T(fake), 0 * c)).mean()",
        "police who are not told the colour",
    ),
    Break(
        "the-two-players",
        'value = loss.g(None, net.D(net.T(fake), draw["c"])).mean()',
        'value = -loss.g(None, net.D(net.T(fake), draw["c"])).mean()',
        "a thief who wants to be caught",
    ),
    Break(
        "lessons",
        'at_n = {k: per_seed(f"made of {n}", "right", k) for k in lesson_names}',
        'at_n = {k: per_seed(f"made of {n}", "right", "real") for k in lesson_names}',
        "the lesson of real pictures in the place of all",
    ),
    Break(
        "lessons",
        'a[way] - a["real"]',
        'a["both"] - a["made"]',
        "half and half compared with made ones alone",
    ),
    Break(
        "copies",
        'nearer[n, kind] = per_seed(f"made of {n}", "nearer", kind)',
        'nearer[n, kind] = per_seed(f"made of {n}", "nearer", "fresh")',
        "fresh pictures in the place of made ones",
    ),
    Break(
        "one-lesson-again",
        "fresh = models.pictured(fresh_town)",
        "fresh = models.pictured(models.photo_town(models.ASKED, 901))",
        "pictures of others than those whose hair is asked for",
    ),
    Break(
        "tested-on-made",
        "return asked_about(*models.made(few_G, 1000, 77))",
        "return tested_on_real()",
        "asked about real citizens both times",
    ),
    Break(
        "tested-on-made",
        "return asked_about(fresh, fresh_town.hair)",
        "return tested_on_made()",
        "asked about made pictures both times",
    ),
    Break(
        "copies-in-the-test",
        "return halves(*forty_of_each(some, by_dice))",
        "return split_first()",
        "split first, both times",
    ),
    Break(
        "copies-in-the-test",
        "learned, asked = halves(some, by_dice)\n    return forty_of_each(*learned), asked",
        "return changed_first()",
        "changed first, both times",
    ),
    Break(
        "the-readers-own-errors",
        "found = read(reader, (x + 1) / 2)",
        "found = read(reader, (1 - x) / 2)",
        "negatives in the place of portraits",
    ),
    Break(
        "the-readers-own-errors",
        "value = value.masked_fill(uniform, 0)",
        "value = value + 0",
        "hats and clothes counted under the uniform",
    ),
    Break(
        "faces-combinations",
        '"a copier": domain_models.pictures(learned_from[:1000], "day")',
        '"a copier": other_portraits',
        "fresh portraits in the place of copies",
    ),
    Break(
        "kinds-and-birthdays",
        "twins = (counts * (counts - 1)).sum() / (n * (n - 1))",
        "twins = (counts > 0).double().mean() / n",
        "the number of kinds, and not the twins",
    ),
    Break(
        "kinds-and-birthdays",
        "by_formula = float((1 - (1 - skew) ** 100).sum())",
        "by_formula = float((100 * skew).clamp(max=1).sum())",
        "no twins in the formula",
    ),
    Break(
        "emoji-combinations",
        "kinds = models.read_emojis(models.pictured(people, emoji))[0]",
        "kinds = models.read_emojis(-models.pictured(people, emoji))[0]",
        "negatives in the place of emojis",
    ),
    Break(
        "never-shown-pairs",
        'models.emoji_town(models.SEEN, 100, "gaps")',
        "models.emoji_town(models.SEEN, 100)",
        "the town without gaps",
    ),
    Break(
        "never-shown-pairs",
        'for row in counts_of["emojis gaps"]]',
        'for row in counts_of["emojis tenth"]]',
        "the thief who has seen both pairs",
    ),
    Break(
        "the-seldom-hat",
        'models.emoji_town(models.SEEN, 100, "tenth")',
        "models.emoji_town(models.SEEN, 100)",
        "shown a town in which every second one with long hair has a hat",
    ),
]
