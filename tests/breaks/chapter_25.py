"""How each claim of chapter 25 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "a-town-small-enough-to-count",
        "who = apart.argmin(1)",
        "who = apart.argmax(1)",
        "the farthest photograph in place of the nearest",
    ),
    Break(
        "a-town-small-enough-to-count",
        "return torch.softmax(-apart / (2 * sigma**2), 1)",
        "return torch.exp(-apart / (2 * sigma**2))",
        "Bayes' rule without its denominator",
    ),
    Break(
        "the-price-of-good-looks",
        "return torch.cat([x * x, x * yz[:, :1]], 1)",
        "return torch.cat([x * x, 0 * x], 1)",
        "police beside y who don't look at it",
    ),
    Break(
        "the-price-of-good-looks",
        "return (1 - w) ** 2 + w**2 + u**2",
        "return (1 - w) ** 2 + u**2",
        "the noise is forgotten",
    ),
    Break(
        "what-enlarging-costs",
        "truth[chance.multinomial(1, generator=luck)[:, 0]]",
        "truth[chance.argmax(1)]",
        "the most probable in place of a fair draw",
    ),
    Break(
        "what-enlarging-costs",
        "return truth[linear_sum_assignment(cost.numpy())[1]]",
        "return truth[cost.argmin(1)]",
        "each mean takes its nearest photograph, though another took it already",
    ),
    Break(
        "invention-counted",
        'doubt = chance @ (town.of("glasses") == 1).float()',
        'doubt = chance @ (town.of("glasses") == 0).float()',
        "the probability of no glasses",
    ),
    Break(
        "invention-counted",
        "truth[chance.multinomial(1, generator=luck)[:, 0]]",
        "truth[chance.argmax(1)]",
        "the most probable in place of a fair draw",
    ),
    Break(
        "two-ways-to-measure-wrongly",
        '"one of 16": truth[:, :, 2::4, 2::4]',
        '"one of 16": F.avg_pool2d(truth, 4)',
        "the same camera twice",
    ),
    Break(
        "two-ways-to-measure-wrongly",
        "each = decibels(made, truth).mean().item()",
        "each = -10 * (made - truth).square().mean().log10().item()",
        "the decibels of the mean error twice",
    ),
    Break(
        "what-a-hole-leaves-open",
        "below = truth[:, :, rows:].flatten(1)",
        "below = truth[:, :, rows - 3 :].flatten(1)",
        "three rows of the hole are looked at",
    ),
    Break(
        "many-answers-to-one-hole",
        'three(n, "entropy") for n in ("hole police", "hole seeking")',
        'three(n, "entropy") for n in ("hole seeking", "hole police")',
        "the two games exchanged",
    ),
    Break(
        "many-answers-to-one-hole",
        "truth[alike.multinomial(1, generator=fill_dice)[:, 0]]",
        "truth[alike.argmax(1)]",
        "always the first of the possible",
    ),
    Break(
        "two-wrong-judges-of-a-hole",
        '"die": seen(rolled(pictures))',
        '"die": seen(blend(pictures))',
        "the mean in place of the die",
    ),
    Break(
        "two-wrong-judges-of-a-hole",
        "middle = truth[open_at[15][people].nonzero()[:, 1].view(-1, 3)].median(1)",
        "middle = truth[open_at[15][people].nonzero()[:, 1].view(-1, 3)].max(1)",
        "the brightest in place of the median",
    ),
    Break(
        "was-only-that-changed",
        '"nothing": repairing_models.edited(nothing)',
        '"nothing": repairing_models.edited(shifted)',
        "the mean difference in both rows",
    ),
    Break(
        "was-only-that-changed",
        "signs = (wanted - has) / 2",
        "signs = (wanted - has) / 200",
        "a hundredth of the mean difference",
    ),
    Break(
        "the-hair-of-the-young",
        'back, true = (three("change police", "hair", k) for k in ("back", "true"))',
        'back, true = (three("change police", "hair", k) for k in ("true", "back"))',
        "the two ways exchanged",
    ),
    Break(
        "someone-never-painted",
        "def inverted(G, x, steps=120, rate=0.1):",
        "def inverted(G, x, steps=1, rate=0.1):",
        "one step of the search",
    ),
    Break(
        "what-enlarging-costs",
        "truth[chance.multinomial(1, generator=luck)[:, 0]]",
        "truth * 1",
        "the truths themselves in place of a fair draw",
    ),
    Break(
        "two-wrong-judges-of-a-hole",
        'answers_to["median"] = middle.values',
        'answers_to["median"] = seen(rolled(pictures))',
        "the die in place of the median",
    ),
    Break(
        "the-hair-of-the-young",
        'anew["back of aged"]',
        'anew["true"]',
        "those who are truly old in place of those made old",
    ),
    Break(
        "the-hair-of-the-young",
        'anew["aged"]',
        'repairing_models.rejuvenated(nothing)["aged"]',
        "pictures handed back as they are",
    ),
    Break(
        "someone-never-painted",
        "for x in (repainted, closest)",
        "for x in (closest, repainted)",
        "the search and the look-up exchanged",
    ),
    Break(
        "what-enlarging-costs",
        "anyone = torch.randint(len(town), (len(town),), generator=throws)",
        "anyone = torch.arange(len(town))",
        "each citizen once, in place of people drawn at random",
    ),
    Break(
        "many-answers-to-one-hole",
        'three("hole seeking", "hats")[:, 1]',
        'three("hole seeking", "hats")[:, 0]',
        "bare heads in place of brimmed hats",
    ),
    Break(
        "was-only-that-changed",
        "(pixels * wrong_by).mean() / before",
        "(~pixels * wrong_by).mean() / before",
        "the pixels that should stay in place of those that should change",
    ),
]
