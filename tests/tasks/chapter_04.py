"""What chapter 4 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-04-build",
        asks={"my_loop": "the loop, as the exercise has it"},
        drops=("for slip in", 'slip="no detach"'),
        without=("slip",),
        probes='''
def tried(steps, lr_g, lr_d, stale=""):
    """G and D after my_loop; one of them begins with old gradients."""
    torch.manual_seed(5)
    pair = {"G": nets.Generator(1, 1, (16,)), "D": nets.Discriminator(1, (16,))}
    rules_of = Game(*pair.values(), targets.normal(1))
    draws = Batches(rules_of, public, 64, n_d=1, seed=5)
    for weights in pair[stale].parameters() if stale else ():
        weights.grad = torch.full_like(weights, 1e3)
    my_loop(*pair.values(), draws, steps, 1, lr_g, lr_d)
    return pair


def keeps_old(player):
    """Whether gradients from before the first step change that step."""
    once, again = tried(1, 1e-3, 1e-3), tried(1, 1e-3, 1e-3, stale=player)
    return not torch.equal(nets.flatten(once[player]), nets.flatten(again[player]))


def prefers_fakes():
    """Whether D, after 100 steps against a fixed G, thinks more of fakes."""
    pair, dice = tried(100, 0.0, 1e-2), torch.Generator().manual_seed(0)
    fake, real = pair["G"](torch.randn(256, 1, generator=dice)), public.sample(256, dice)
    return pair["D"](fake).mean() > pair["D"](real).mean()
''',
        wrong=(
            Wrong(
                "slip=None",
                'slip="no detach"',
                "gradients > 1",
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
        ),
    ),
    Task(
        "ex-04-detach",
        asks={
            "factor": "G's gradient as a multiple of its own, if those of k steps of D without detach "
            "still lie "
            "there"
        },
        lifts={"factor(k)": "(1 - k)"},
        wrong=(
            Wrong(
                "(1 - k)",
                "(1 + k)",
                "factor(1) == 2",
                "D's term for fakes has the opposite sign of G's loss: its gradients work against G's own.",
            ),
            Wrong(
                "(1 - k)",
                "1",
                "factor(5) == 1",
                "backward adds to what lies there: what D's steps have left is not overwritten.",
            ),
        ),
    ),
    Task(
        "ex-04-reading",
        asks={
            "d_at_fakes": "D's answer at fakes where the non-saturating loss is 5",
            "rate": "a rate of D at which its loss stays at log 4, and nearly all thieves are misplaced",
        },
        lifts={"d_at_fakes": "np.exp(-5)", "rate": ("lr_d=1e-9", "1e-9")},
        wrong=(
            Wrong(
                "np.exp(-5)",
                "1 - np.exp(-5)",
                "d_at_fakes > 0.5",
                "A large loss of G is a D that sees through the fakes: the loss is -log D(G(z)).",
            ),
            Wrong(
                "rate = 1e-9",
                "rate = 2e-3",
                "rate > 1e-4",
                "This D learns, and its loss leaves log 4.",
            ),
        ),
    ),
    Task(
        "ex-04-k-or-rate",
        asks={
            "short_steps": "the misplaced share late in the game, for each seed, with five short steps of D"
        },
        wrong=(
            Wrong(
                "(1e-3, 4e-4)",
                "(1e-3, 2e-3)",
                "(short_steps < 2 * late_five).all()",
                "These are five long steps of D: divide its rate by five, or D moves five times as far.",
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
        wrong=(
            Wrong(
                " / np.sqrt(3)",
                "",
                "np.isclose(error, np.std(ends, ddof=1))",
                "This is the standard deviation of one game; the mean of three is surer, by the root of "
                "three.",
            ),
        ),
    ),
]
