"""How each claim of chapter 18 can be made false."""

from breaks.base import Break

BREAKS = [
    Break(
        "nothing-is-forgotten",
        "begun = stages.grown_state(small, had, large, seed=2)",
        "begun = fresh(large, 2)",
        "larger networks that take nothing over",
    ),
    Break(
        "nothing-is-forgotten",
        "shown = after.G(z_few, 0.0)",
        "shown = after.G(z_few, 0.1)",
        "a tenth of the new layers at the beginning",
    ),
    Break(
        "nothing-is-forgotten",
        "penalty(large, begun.params, x_few, 0.0)",
        "penalty(large, begun.params, x_few, 1.0)",
        "the penalty with all of the new layers",
    ),
    Break(
        "one-size-is-squashed",
        "return fade_in(old, new, alpha).tanh()",
        "return fade_in(old, new, alpha)",
        "no tanh behind the mixture",
    ),
    Break(
        "digits-grow",
        "new_row = live.generator(grown)(z_row, grown.fade)",
        "new_row = live.generator(grown)(z_row, 1.0)",
        "new layers that take over at once",
    ),
    Break(
        "digits-grow",
        "end_row = live.generator()(z_row)",
        "end_row = double(live.generator(seven)(z_row))",
        "the pictures of 7 x 7 in place of the last ones",
    ),
    Break(
        "what-an-equalised-rate-does",
        "else a**rates)",
        "else a ** (rates + 1))",
        "rates with another power of c",
    ),
    Break(
        "equal-shares",
        "equalised=equalised)",
        "equalised=not equalised)",
        "the two kinds of layer exchanged",
    ),
    Break(
        "equal-shares",
        "out = out.detach().relu()",
        "out = out.detach()",
        "no ReLU behind the layer",
    ),
    Break(
        "pixel-norm-and-deviation",
        "return x / (x.square().mean(1, keepdim=True) + 1e-8).sqrt()",
        "return x / (x.square().mean((1, 2, 3), keepdim=True) + 1e-8).sqrt()",
        "one norm for the whole picture",
    ),
    Break(
        "pixel-norm-and-deviation",
        "apart = h - h.mean(0)",
        "apart = h - h.mean()",
        "a deviation that is not over the batch",
    ),
    Break(
        "groups-that-are-no-groups",
        "spread if apart else spread.mean().expand(len(spread))",
        "spread",
        "groups that keep their numbers",
    ),
    Break(
        "a-classifier-answers-anything",
        '("untrained", noisy)',
        '("untrained", noisy[:1].expand_as(noisy))',
        "an untrained thief whose pictures are all the same",
    ),
    Break(
        "a-classifier-answers-anything",
        "growing_models.kinds(dice)",
        "growing_models.kinds(dice % 9)",
        "dice that never show a nine",
    ),
    Break(
        "what-each-adds",
        'per_seed(model, "kinds").min()',
        'per_seed(model, "kinds").max()',
        "each row's best seed in place of its poorest",
    ),
    Break(
        "what-each-adds",
        'watched = spread_kl["digits deviation"] / spread_kl["digits norms"]',
        'watched = spread_kl["digits norms"] / spread_kl["digits deviation"]',
        "with and without the deviation exchanged",
    ),
    Break(
        "what-each-adds",
        "more = scores[row] - scores[control]",
        "more = scores[control] - scores[row]",
        "a row and its control exchanged",
    ),
    Break(
        "what-each-adds",
        "best = np.argmin(list(scores.values()), axis=0)",
        "best = np.argmax(list(scores.values()), axis=0)",
        "the row farthest off in place of the best",
    ),
    Break(
        "where-both-end",
        'ways = {"growing": "town growing", "at once": "town at once"}',
        'ways = {"growing": "town at once", "at once": "town growing"}',
        "the two trainings exchanged",
    ),
    Break(
        "what-growing-saves",
        'ways = {"growing": "town growing", "at once": "town at once"}',
        'ways = {"growing": "town growing", "at once": "town growing"}',
        "growing compared with itself",
    ),
    Break(
        "what-growing-saves",
        "near = np.logical_and.accumulate(near[::-1])[::-1]",
        "near = gone <= level",
        "the first time, called for good",
    ),
    Break(
        "what-growing-saves",
        "max(every) / every[0] for every in layouts",
        "every[-1] / every[0] for every in layouts",
        "the last layout at a size in place of the worst",
    ),
    Break(
        "shipped-and-floor",
        'trained.load("town growing")',
        'trained.load("town at once")',
        "another network than the one that was scored",
    ),
    Break(
        "shipped-and-floor",
        "growing_models.portraits(1000, 102)[1]",
        "growing_models.portraits(1000, 102)[1].flip(1)",
        "portraits whose red and blue are exchanged",
    ),
]
