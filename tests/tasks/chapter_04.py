"""What chapter 4 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-04-build",
        asks={"my_loop": "the loop, as the exercise has it"},
        drops=("for slip in", 'slip="no detach"'),
        without=("slip",),
        probes='''
def tried(steps, lr_g, lr_d, loop=my_loop, stale="", k=1, unlike=()):
    """G and D after the loop; one of them begins with old gradients, or one
    of the draws, (x or z, place), is another."""
    torch.manual_seed(5)
    pair = {"G": nets.Generator(1, 1, (16,)), "D": nets.Discriminator(1, (16,))}
    rules_of = Game(*pair.values(), targets.normal(1))
    draws = Batches(rules_of, public, 64, n_d=k, seed=5)
    for weights in pair[stale].parameters() if stale else ():
        weights.grad = torch.full_like(weights, 1e3)

    def handed_out(t):
        drawn = {name: draws(t)[name].clone() for name in ("x", "z")}
        for name, place in unlike:
            drawn[name][place] += 1
        return drawn

    loop(*pair.values(), handed_out, steps, k, lr_g, lr_d)
    return pair


def weights_of(pair):
    return torch.cat([nets.flatten(net) for net in pair.values()])


def keeps_old(player):
    """Whether gradients from before the first step change that step."""
    once, again = tried(1, 1e-3, 1e-3), tried(1, 1e-3, 1e-3, stale=player)
    return not torch.equal(nets.flatten(once[player]), nets.flatten(again[player]))


def prefers_fakes():
    """Whether D, after 100 steps against a fixed G, thinks more of fakes."""
    pair, dice = tried(100, 0.0, 1e-2), torch.Generator().manual_seed(0)
    fake, real = pair["G"](torch.randn(256, 1, generator=dice)), public.sample(256, dice)
    return pair["D"](fake).mean() > pair["D"](real).mean()


def plays_as(loss_g, on_d=lambda D: D):
    """Whether this is the loop with that loss of G, or such a D."""
    def other(G, D, *more):
        return algorithm_1(G, on_d(D), *more, loss_g)

    ends = [weights_of(tried(5, 1e-3, 1e-3, loop)) for loop in (my_loop, other)]
    return torch.allclose(*ends, atol=1e-6)


def goes_on(k=3):
    """How often G steps while D takes its k steps and once more."""
    start, moved = (nets.flatten(tried(n, 1e-4, 0.0, k=k)["G"]) for n in (0, 1))
    return round((moved - start).abs().max().item() / 1e-4)


def unused():
    """Those of a step's draws that change nothing."""
    needed = [("x", 0), ("x", 1), ("z", 0), ("z", 1), ("z", 2)]
    plain = weights_of(tried(1, 1e-3, 1e-3, k=2))
    return [
        f"{name}[{place}]"
        for name, place in needed
        if torch.equal(plain, weights_of(tried(1, 1e-3, 1e-3, k=2, unlike=[(name, place)])))
    ]
''',
        adds="""
assert "algorithm_1" not in my_loop.__code__.co_names, "write the loop yourself"
made = my_loop(
    nets.Generator(1, 1),
    nets.Discriminator(1),
    Batches(game, public, 8, n_d=1, seed=0),
    steps=1,
    k=1,
    lr_g=1e-3,
    lr_d=1e-3,
)
assert made is not None and len(made) == 2, "the loop returns G and D"
""",
        wrong=(
            Wrong(
                "slip=None",
                'slip="no detach"',
                "gradients > 1 and goes_on() < 2",
                "D's loss is sent back through G, too: detach the fakes while D moves.",
            ),
            Wrong(
                "slip=None",
                'slip="labels swapped"',
                "difference > 1e-8 and prefers_fakes()",
                "D learns to call the fakes real: the labels are swapped. High means real.",
            ),
            Wrong(
                "slip=None",
                'slip="D steps with G\'s gradient too"',
                "difference > 1e-8 and keeps_old('D')",
                "D steps with old gradients, too: G's loss fills them when it goes back through D. "
                "Clear D's gradients before each of its steps.",
            ),
            Wrong(
                "slip=None",
                'slip="G\'s gradients add up"',
                "difference > 1e-8 and keeps_old('G')",
                "G's gradients add up from step to step: backward adds, and only zero_grad clears.",
            ),
            Wrong(
                "        opt_g.step()",
                "        opt_g.step()\n"
                "        for i in range(1, k):\n"
                "            opt_g.zero_grad()\n"
                "            bce(D(G(z[k])), one).backward()\n"
                "            opt_g.step()",
                "goes_on() > 1",
                "G steps each time that D does: it moves once, after all k steps of D.",
            ),
            Wrong(
                "bce(on_fake, torch.ones_like(on_fake)).backward()",
                "bce(on_fake, torch.zeros_like(on_fake)).backward()",
                "difference > 1e-8 and plays_as(softplus)",
                "G learns to be called fake. It wants D to be wrong about its fakes: their label is 1 here.",
            ),
            Wrong(
                "bce(on_fake, torch.ones_like(on_fake)).backward()",
                "(-bce(on_fake, torch.zeros_like(on_fake))).backward()",
                "difference > 1e-8 and plays_as(minimax)",
                "G minimises log(1 - D), the minimax loss. The non-saturating one is the cross entropy with "
                "the label 1.",
            ),
            Wrong(
                "    for t in range(steps):",
                "    D = torch.nn.Sequential(D, torch.nn.Sigmoid())\n    for t in range(steps):",
                "difference > 1e-8 and plays_as(\n"
                "    non_saturating, lambda D: torch.nn.Sequential(D, torch.nn.Sigmoid())\n"
                ")",
                "binary_cross_entropy_with_logits takes D's logits as they are: it has the sigmoid inside.",
            ),
            Wrong(
                "on_fake = D(G(z[k]))",
                "on_fake = D(G(z[0]))",
                "difference > 1e-8 and gradients and unused()",
                "Some draws are never used: D's step number i takes x[i] and z[i], and G's step z[k].",
            ),
            Wrong(
                "(bce(on_real, one) + bce(on_fake, zero)).backward()",
                "(0.5 * (bce(on_real, one) + bce(on_fake, zero))).backward()",
                "1e-8 < difference < 1e-4",
                "Nearly: Adam all but hides a factor in a loss. D's loss is the sum of two means over the "
                "batch, and G's is one mean.",
            ),
        ),
    ),
    Task(
        "ex-04-detach",
        asks={
            "factor": "the multiple of its own gradient with which G steps, if what k steps of D without "
            "detach have left is not cleared"
        },
        lifts={"factor(k)": "(1 - k)"},
        probes='assert np.asarray(factor(5)).dtype.kind in "fi", "factor(k) is a number"',
        wrong=(
            Wrong(
                "(1 - k)",
                "(1 + k)",
                "factor(5) > 1",
                "D's term for fakes has the opposite sign of G's loss: its gradients work against G's own.",
            ),
            Wrong(
                "(1 - k)",
                "1",
                "factor(5) == 1",
                "backward adds to what lies there: what D's steps have left is not overwritten.",
            ),
            Wrong(
                "(1 - k)",
                "-k",
                "factor(5) == -5",
                "This is what D's steps have left. G's own gradient is added to it.",
            ),
        ),
    ),
    Task(
        "ex-04-reading",
        asks={
            "d_at_fakes": "D's answer, a probability, at a fake whose non-saturating loss is 5",
            "rate": "a rate of D, above zero, at which its loss stays at log 4, and nearly all thieves are "
            "misplaced",
        },
        lifts={"d_at_fakes": "np.exp(-5)", "rate": ("lr_d=1e-9", "1e-9")},
        probes="""
for asked in (d_at_fakes, rate):
    assert np.asarray(asked).dtype.kind in "fi", f"{asked!r:.40} is not a number"
assert rate > 0, "train takes rates above zero only"
""",
        wrong=(
            Wrong(
                "np.exp(-5)",
                "1 - np.exp(-5)",
                "d_at_fakes > 0.5",
                "A large loss of G is a D that sees through the fakes: the loss is -log D(G(z)).",
            ),
            Wrong(
                "np.exp(-5)",
                "-5",
                "d_at_fakes < 0",
                "This is a logit: D's answer is asked as a probability.",
            ),
            Wrong(
                "np.exp(-5)",
                "0.01",
                "0.0095 < d_at_fakes < 0.0105",
                "This comes from D's loss, which has the real samples in it, too. G's loss says what D "
                "answers at the fakes.",
            ),
            Wrong(
                "rate = 1e-9",
                "rate = 2e-3",
                "rate >= 2e-4",
                "This D learns, and its loss leaves log 4.",
            ),
        ),
    ),
    Task(
        "ex-04-k-or-rate",
        asks={
            "short_path": "the misplaced share at the 31 moments, for each of the seeds 0, 1 and 2, with "
            "five short steps of D: [31, 3]",
            "short_steps": "its mean over the last ten moments, for each seed: [3]",
        },
        probes='''
assert np.shape(short_path) == (31, 3), "short_path: 31 moments, three seeds"
assert np.shape(short_steps) == (3,), "short_steps: one share for each seed"
short_path, short_steps = np.asarray(short_path), np.asarray(short_steps)
begun = {}


def begins_as(lr_g, lr_d, n_d):
    """Whether short_path begins as the game with these rates does."""
    settings_of = lr_g, lr_d, n_d
    if settings_of not in begun:
        *_, moment = sweep(
            game,
            public,
            [Member(seed, lr_g, lr_d) for seed in range(3)],
            steps=8,
            rule=rules.Alternating(n_d=n_d),
            every=8,
            points=4000,
        )
        begun[settings_of] = [misplaced(x[:, 0]) for x in moment.x_fake]
    return np.allclose(short_path[1], begun[settings_of], atol=1e-3)
''',
        adds="""
assert begins_as(1e-3, 4e-4, 5), "short_path is that of another game"
assert np.allclose(short_steps, short_path[-10:].mean(0)), (
    "short_steps: the mean over the last ten moments of short_path"
)
""",
        wrong=(
            Wrong(
                "(1e-3, 4e-4)",
                "(1e-3, 2e-3)",
                "np.allclose(short_path, five)",
                "These are five long steps of D: divide its rate by five, or D moves five times as far.",
            ),
            Wrong(
                "(1e-3, 4e-4)",
                "(2e-4, 4e-4)",
                "not begins_as(1e-3, 4e-4, 5) and begins_as(2e-4, 4e-4, 5)",
                "G's rate is divided, too, and so D is as fast against G as before: only D's is a fifth.",
            ),
            Wrong(
                ", n_d=5",
                "",
                "not begins_as(1e-3, 4e-4, 5) and begins_as(1e-3, 4e-4, 1)",
                "D takes one short step here: n_d=5 gives it five.",
            ),
            Wrong(
                "short_path[-10:].mean(0)",
                "short_path.mean(0)",
                "np.allclose(short_steps, short_path.mean(0)) and np.ptp(short_path) > 0",
                "This mean is over the whole game; what counts is late in it, the last ten moments.",
            ),
        ),
    ),
    Task(
        "ex-04-seeds",
        asks={
            "ends": "the misplaced share at the end, for the seeds 1, 2 and 3",
            "mean": "their mean",
            "error": "its standard error",
        },
        probes="""
assert len(ends) == 3, "three seeds, three ends"
assert len(set(np.round(ends, 6))) == 3, (
    "two of the three ends are equal: give each game its own seed"
)
assert not np.isclose(ends, misplaced_exactly(end)).any(), (
    "seed 0 is the chapter's own game: take the seeds 1, 2 and 3"
)
""",
        adds="""
assert np.isclose(mean, np.mean(ends)), "mean: the mean of the three ends"
assert np.isclose(error, np.std(ends, ddof=1) / np.sqrt(3), rtol=1e-3), (
    "error: their standard deviation, divided by the root of 3"
)
again = train(
    game,
    public,
    steps=600,
    rule=rules.Alternating(n_d=5),
    lr_g=1e-3,
    lr_d=2e-3,
    decay="linear",
    seed=1,
)
first_end = misplaced_exactly(again.run(progress=False))
assert np.isclose(ends, first_end, atol=1e-3).any(), (
    f"the same game with seed 1 ends at {first_end:.4f}: is a setting another?"
)
""",
        wrong=(
            Wrong(
                " / np.sqrt(3)",
                "",
                "np.isclose(error, [np.std(ends), np.std(ends, ddof=1)]).any()",
                "This is the standard deviation of one game; the mean of three is surer, by the root of "
                "three.",
            ),
            Wrong(
                "ddof=1",
                "ddof=0",
                "np.isclose(error, np.std(ends) / np.sqrt(3))",
                "np.std divides by n: with ddof=1 it divides by n - 1, as the deviations are taken from the "
                "mean of these three and not from the true one.",
            ),
            Wrong(
                " / np.sqrt(3)",
                " / 3",
                "np.isclose(error, np.std(ends, ddof=1) / 3)",
                "The error falls with the root of the number of games, not with the number.",
            ),
            Wrong(
                "rule=rules.Alternating(n_d=5),",
                "",
                "min(ends) > 0.3",
                "These games end far from the data: in that game D takes five steps for each of G's.",
            ),
        ),
    ),
]
