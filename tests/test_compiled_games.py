"""A compiled step is PyTorch's step: every kind of game, from PyTorch's own states."""

import gzip

import numpy as np
import pytest
import torch
from torch import nn

from gan_teach import Batches, Game, losses, nets, optimisers, penalties, rules, targets
from gan_teach.compiled import program
from gan_teach.compiled.host import Host
from gan_teach.players import Batch
from gan_teach.starting import fresh
from gan_teach.step import make_step

pytest.importorskip("wasmtime")
RING = targets.ring()


def two(loss="non_saturating", penalty=(), d="leaky_relu", g="relu", **options):
    return Game(
        nets.Generator(2, 2, (32, 32), activation=g),
        nets.Discriminator(2, (32, 32), activation=d),
        targets.normal(2),
        loss,
        penalty,
        **options,
    )


class BatchNormed(nn.Module):
    """A generator with batch norm that goes by the batch at hand."""

    def __init__(self):
        super().__init__()
        norm = nn.BatchNorm1d(32, track_running_stats=False)
        # Without a constant: its slope is 0 but for rounding, of which Adam would make whole steps.
        self.body = nn.Sequential(nn.Linear(2, 32, bias=False), norm, nn.ReLU(), nn.Linear(32, 2))

    def forward(self, z):
        return self.body(z)


R1, GP = penalties.r1(0.1), penalties.gradient_penalty(1.0)
ALTERNATING = rules.Alternating()
GAMES = {
    "R1": (two(penalty=(R1,)), ALTERNATING),
    "two steps of D": (two(penalty=(R1,)), rules.Alternating(n_d=2)),
    "minimax": (two("minimax", d="relu"), ALTERNATING),
    "least squares": (two("least_squares"), ALTERNATING),
    "hinge": (two("hinge"), ALTERNATING),
    "pairs, R1 and R2": (two("relativistic", (R1, penalties.r2(0.1))), ALTERNATING),
    "Wasserstein, gradient penalty": (two("wasserstein", (GP,)), ALTERNATING),
    "Wasserstein, clipped": (two("wasserstein"), rules.Alternating(clip=0.05)),
    "smoothed": (two(losses.smoothed(0.9)), ALTERNATING),
    "softplus": (two(penalty=(R1,), d="softplus", g="softplus"), ALTERNATING),
    "noise": (two("minimax", noise=0.2, noise_until=100), ALTERNATING),
    "simultaneous": (two(), rules.Simultaneous()),
    "simultaneous, shared": (two(), rules.Simultaneous(shared=True)),
    "extragradient": (two(), rules.Extragradient()),
    "consensus": (two(d="tanh", g="tanh"), rules.Consensus(1.0)),
    "unrolled": (two(), rules.Unrolled(3)),
    "thief only": (two(), rules.THIEF_ONLY),
    "batch norm": (
        Game(BatchNormed(), nets.Discriminator(2, (32,)), targets.normal(2)),
        ALTERNATING,
    ),
    "a thief without parameters": (
        Game(nn.Identity(), nets.Discriminator(2, (32,)), targets.normal(2)),
        rules.POLICE_ONLY,
    ),
    "in one dimension": (
        Game(nets.Generator(1, 1, (16,)), nets.Discriminator(1, (16,)), targets.uniform()),
        ALTERNATING,
    ),
}


def one_step_errors(game, rule, optimiser, target, steps):
    """The largest difference of a parameter after one step, along PyTorch's own way."""
    optimiser = optimisers.get(optimiser)
    state = fresh(game, 0, optimiser, **({} if isinstance(rule, rules.Unrolled) else {}))
    batches = Batches(game, target, 64, moves=len(rule.seats))
    batch = Batch(batches(0), {"noise": torch.tensor(0.5)} if game.noise else {})
    host = Host(program.whole_step(game, rule, optimiser, state, batch))
    step, worst = make_step(game, rule, optimiser), 0.0
    for t in range(steps):
        batch = batch._replace(draws=batches(t))
        for name, tensor in {**program.named(state), **program.named(batch)}.items():
            host[name] = tensor.detach().numpy()
        host.call("step")
        state, shown = step(state, batch)
        for name, tensor in program.named(state).items():
            if not name.startswith("knobs"):
                off = np.abs(host[name] - tensor.detach().numpy()) / (1 + np.abs(tensor.detach().numpy()))
                worst = max(worst, float(off.max()) if off.size else 0.0)
        for who, value in shown.items():
            assert abs(host[f"shown.{who}"] - float(value)) < 1e-4 * (1 + abs(float(value)))
    return worst


@pytest.mark.parametrize("name", GAMES)
def test_a_step_of_each_kind_of_game(name):
    game, rule = GAMES[name]
    target = targets.gaussian(1.0, 0.5) if game.latent.dim == 1 else RING
    assert one_step_errors(game, rule, "adam", target, 12) < 1e-5


def test_plain_gradient_descent():
    assert one_step_errors(two(penalty=(R1,)), ALTERNATING, "sgd", RING, 12) < 1e-5


def test_adam_in_one_pass_is_refused_by_name():
    with pytest.raises(NotImplementedError, match="step: .*fused_adam"):
        one_step_errors(two(), ALTERNATING, "fused adam", RING, 1)


@pytest.fixture(scope="module")
def page():
    game = two(penalty=(R1,))
    return game, Host(program.pieces(game, RING, optimisers.get("adam"), batch_size=64, points=50))


def start(host, game, chosen, gamma=0.1):
    state = fresh(game)
    for who in ("G", "D"):
        host[who] = state.params[who].numpy()
        for part in ("mean", "square"):
            host[f"{who}_{part}"] = np.zeros(nets.count(game.nets[who]))
        host[f"{who}_steps"] = 0
    host["G_average"] = state.params["G"].numpy()
    for name, value in {"lr_D": 1e-3, "lr_G": 1e-3, "gamma": gamma, "average": 0.5}.items():
        host[name] = value
    host["loss"] = [float(name == chosen) for name in program.choices(game)]
    return state


def draw_into(host, batch, move):
    for name in ("x", "z", "u"):
        host[name] = batch[name][move].numpy()


@pytest.mark.parametrize("penalty", [None, R1, GP], ids=lambda p: p.name if p else "none")
@pytest.mark.parametrize("loss", losses.LOSSES)
def test_the_pieces_make_the_same_step(page, loss, penalty):
    own, host = page
    game = two(loss, (penalty,) if penalty else ())
    state = start(host, own, loss, penalty.gamma if penalty else 0.0)
    state = fresh(game, average=0.5)
    batches = Batches(game, RING, 64)
    step = make_step(game, ALTERNATING, optimisers.get("adam"))
    suffix = {None: "", "r1": "_r1", "gradient_penalty": "_gp"}[penalty and penalty.name]
    for t in range(3):
        state, shown = step(state, Batch(batches(t)))
        draw_into(host, batches(t), 0)
        host.call("move_D" + suffix)
        draw_into(host, batches(t), 1)
        host.call("move_G")
    for who in ("G", "D"):
        assert np.abs(host[who] - state.params[who].detach().numpy()).max() < 2e-5
        assert abs(host[f"loss_{who}"] - float(shown[who])) < 1e-4
    assert np.abs(host["G_average"] - state.theta_ema.detach().numpy()).max() < 2e-5


def test_the_pieces_look_as_a_snapshot_does(page):
    game, host = page
    state = start(host, game, "non_saturating")
    probe = game.probe(50, RING, torch.Generator().manual_seed(1))
    for place, name in (("probe_x", "x"), ("probe_z", "z"), ("grid", "grid")):
        host[place] = probe[name].numpy()
    host.call("look")
    seen = game.view(game.bound(state.params), {k: v.float() for k, v in probe.items()})
    for name, tensor in seen.items():
        assert np.abs(host[name] - tensor.detach().numpy()).max() < 1e-5, name


def test_errors_can_be_switched_on(page):
    """D's labels exchanged, and a second sigmoid: the loss is what the error makes of it."""
    game, host = page
    draw = {name: part[0] for name, part in Batches(game, RING, 64)(0).items()}
    wrong = {
        "swapped": lambda real, fake: losses.non_saturating.d(fake, real),
        "sigmoid": lambda real, fake: losses.non_saturating.d(real.sigmoid(), fake.sigmoid()),
    }
    for error, loss in wrong.items():
        state = start(host, game, "non_saturating")
        host[error] = 1
        draw_into(host, Batches(game, RING, 64)(0), 0)
        host.call("move_D")
        host[error] = 0
        fake = game.generate(state.params["G"], draw["z"])
        right = loss(game.judge(state.params["D"], draw["x"]), game.judge(state.params["D"], fake)).mean()
        assert abs(host["loss_D"] - float(right)) < 1e-5


def test_labels_and_images_have_no_pieces():
    with pytest.raises(ValueError, match="without labels in one or two dimensions"):
        program.places(two(classes=2), RING, 8, 8)


def test_a_step_is_small():
    game = Game(nets.Generator(2, 2), nets.Discriminator(2), targets.normal(2), "non_saturating", (R1,))
    state, batch = fresh(game), Batch(Batches(game, RING, 128)(0))
    module = program.whole_step(game, ALTERNATING, optimisers.get("adam"), state, batch)
    assert len(gzip.compress(module.wasm, 9)) < 12_000
