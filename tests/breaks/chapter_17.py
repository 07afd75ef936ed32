"""How each claim of chapter 17 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "the-rule-is-read-off-a-picture",
        "parted = attending.judged(attending.exchanged(many))",
        "parted = attending.judged(many)",
        "the chain left whole",
    ),
    Break(
        "the-rule-is-read-off-a-picture",
        "gate = attending.Lanterns()",
        "gate = attending.Lanterns(matched=False)",
        "a gate without a chain",
    ),
    Break(
        "the-rule-is-read-off-a-picture",
        "tossed = 10 * torch.rand(",
        "tossed = 9 * torch.rand(",
        "a shorter range",
    ),
    Break(
        "no-patch-touches-both",
        "seen[:8].sum() > 0 and seen[24:].sum() > 0",
        "seen[:16].sum() > 0 and seen[16:].sum() > 0",
        "patches that touch both halves, lanterns or not",
    ),
    Break(
        "a-sum-of-patches-is-blind",
        '"patches, random": nets.initialise(attending.LanternPolice(), 1)',
        '"patches, random": nets.initialise(attending.LanternPolice(head="dense"), 1)',
        "a bend behind the sum",
    ),
    Break(
        "a-sum-of-patches-is-blind",
        'seeing = trained.load("lanterns D")',
        'seeing = trained.load("lanterns patches D")',
        "police without attention in place of those with it",
    ),
    Break(
        "a-sum-of-patches-is-blind",
        "for x in (nights, cut))",
        "for x in (nights, nights))",
        "the same pictures twice",
    ),
    Break(
        "a-sum-of-patches-is-blind",
        "(low[..., :16] - low[..., 16:])",
        "(low[..., :16] + low[..., 16:])",
        "a sum of both heights, which pushes the other way",
    ),
    Break(
        "what-attention-is",
        ".softmax(dim=2)  # [n, h w, h w]",
        ".softmax(dim=1)  # [n, h w, h w]",
        "the softmax along the wrong axis",
    ),
    Break(
        "what-attention-is",
        "self.gamma = nn.Parameter(torch.zeros(()))",
        "self.gamma = nn.Parameter(torch.ones(()))",
        "a layer that is there from the start",
    ),
    Break(
        "attention-learns-the-chain",
        '("attention", "attention"))',
        '("attention", "residual"))',
        "a residual block under the name of attention",
    ),
    Break(
        "who-teaches-the-chain",
        '"attention": "lanterns attention",',
        '"attention": "lanterns none",',
        "police without attention under its name",
    ),
    Break(
        "who-teaches-the-chain",
        '"nothing": "lanterns none",',
        '"nothing": "lanterns residual",',
        "a residual block where nothing should be",
    ),
    Break(
        "who-teaches-the-chain",
        '"residual block": "lanterns residual",',
        '"residual block": "lanterns none",',
        "nothing in the residual block's place",
    ),
    Break(
        "it-looks-across",
        "looked = attending.looks(seeing, nights)",
        "looked = torch.full((2000, 4, 8, 4, 8), 1 / 32)",
        "looks that go everywhere alike",
    ),
    Break(
        "it-looks-across",
        "alike = torch.full_like(looked, 1 / 32)",
        "alike = looked",
        "the trained looks in place of even ones",
    ),
    Break(
        "it-looks-across",
        "part.gamma.zero_()",
        "part.gamma.mul_(1)",
        "a thief whose attention stays on",
    ),
    Break(
        "a-step-of-its-own",
        '(two if how == "a second Adam" else one).step()',
        "one.step()",
        "one Adam for both steps",
    ),
    Break(
        "a-step-of-its-own",
        'psi.grad = -1 + (how == "one step") * 2 * weight',
        'psi.grad = -1 + (how == "one step") * 2',
        "a sum without its weight",
    ),
]
