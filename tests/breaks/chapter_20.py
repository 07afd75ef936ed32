"""How each claim of chapter 20 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "eleven-from-ten",
        "return logits.logsumexp(1)",
        "return logits.max(1).values",
        "the largest logit in place of the log-sum-exp",
    ),
    Break(
        "eleven-from-ten",
        "zero = logits.new_zeros(len(logits), 1)",
        "zero = logits.new_ones(len(logits), 1)",
        "a logit of 1 for what is fake",
    ),
    Break(
        "names-alone-mislead",
        "on_known += int((net[",
        "on_known += int((-net[",
        "police who say the other name",
    ),
    Break(
        "names-alone-mislead",
        'less = average["gaps"] / average["alone"]',
        'less = average["alone"] / average["gaps"]',
        "with and without fakes exchanged",
    ),
    Break(
        "which-thief-helps",
        'moons = {way: 100 * per_seed(f"moons {way}")',
        'moons = {way: 100 * per_seed("moons alone")',
        "five times police without fakes",
    ),
    Break(
        "which-thief-helps",
        'gain = {way: moons["alone"] - shares',
        'gain = {way: moons["perfect"] - shares[::-1]',
        "games compared that have not the same names",
    ),
    Break(
        "perfect-thief-names-nothing",
        "best = names - (verdict(names) - (p / p_G).log())[:, None]",
        "best = names",
        "verdicts that were not put right",
    ),
    Break(
        "perfect-thief-names-nothing",
        "odd = torch.stack([-60 * (places - 1.4), 60 * (places - 1.4)], 1)",
        "odd = right",
        "twice the same names",
    ),
    Break(
        "what-a-point-pushes",
        '("fake", F.softplus(verdict(free)), -D_of * q)',
        '("fake", F.softplus(verdict(free)), -(1 - D_of) * q)',
        "the push of real points for fakes",
    ),
    Break(
        "what-a-point-pushes",
        "balanced = p_at / (p_at + pG_at)",
        "balanced = pG_at / (p_at + pG_at)",
        "a verdict that takes fakes for real",
    ),
    Break(
        "digits-of-which-few-have-names",
        'one, two = (per_seed(f"{n} labels {w}") for w in ("alone", "matching"))',
        'one, two = (per_seed(f"{n} labels {w}") for w in ("matching", "alone"))',
        "with and without the thief exchanged",
    ),
    Break(
        "digits-of-which-few-have-names",
        'extra = {w: per_seed(f"100 labels {w}")',
        'extra = {w: per_seed("100 labels perfect")',
        "perfect fakes in place of blends",
    ),
    Break(
        "shipped-police",
        'name = {"alone": "alone", "police": "matching"}[way]',
        'name = {"alone": "matching", "police": "alone"}[way]',
        "the scores of the two police exchanged",
    ),
    Break(
        "shipped-police",
        '["known wrong"]',
        '["wrong"]',
        "digits that were kept aside",
    ),
    Break(
        "names-that-are-used",
        "return hundred[torch.randint(len(hundred), (n,), generator=dice)]",
        "return labels.few(data, 60, int(torch.randint(99, (1,), generator=dice)))",
        "other names drawn for each batch",
    ),
    Break(
        "names-that-are-used",
        "return torch.randint(len(data), (n,), generator=dice)",
        "return torch.randint(100, (n,), generator=dice)",
        "the first hundred of all",
    ),
    Break(
        "a-softmax-too-many",
        "return F.cross_entropy(a.softmax(1), y)",
        "return F.cross_entropy(a, y)",
        "logits, as it should be",
    ),
    Break(
        "a-softmax-too-many",
        "math.log(1 + 9 / math.e)",
        "math.log(1 + 10 / math.e)",
        "the floor of eleven classes",
    ),
    Break(
        "what-names-ask-for",
        "sharp = (line > 0).double()",
        "sharp = (line > 0.5).double()",
        "points given to the less likely class",
    ),
    Break(
        "what-names-ask-for",
        "dislike = -told_apart.log_class(line)",
        "dislike = -told_apart.log_class(line).flip(1)",
        "the names of the classes exchanged",
    ),
    Break(
        "ac-gan-loses-variety",
        'key: per_seed("line is told", key)',
        'key: per_seed("line names it", key)',
        "AC-GAN in both rows",
    ),
    Break(
        "ac-gan-loses-variety",
        'key: per_seed("line names it", key).reshape(3, -1).T',
        'key: per_seed("line is told", key).reshape(3, -1).T',
        "police who are told, in all rows",
    ),
    Break(
        "ac-gan-live",
        'value + knobs["weight"] * named, {"G": value}',
        'value, {"G": value}',
        "a thief who is not paid for names",
    ),
]
