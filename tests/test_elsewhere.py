"""What happens on a GPU, without one: nothing is left on the CPU, nothing needs float64 there, nobody else's
dice are thrown."""

import copy

import pytest
import torch
from elsewhere import PLACE, Elsewhere, gpu
from games import KINDS
from torch import nn

from gan_teach import Game, nets, penalties, rules, targets, train
from gan_teach.experiments.sweep import Member, sweep
from gan_teach.images import classifier, digit_models, digits
from gan_teach.live.session import Session

RING = targets.ring()
KINDS_OF_DEVICE = pytest.mark.parametrize("float64", [True, False], ids=["CUDA", "MPS"])


class Scaled(nn.Module):
    """A network with a buffer, which has to follow its parameters."""

    def __init__(self, body):
        super().__init__()
        self.body = body
        self.register_buffer("by", torch.tensor([2.0, 0.5]))

    def forward(self, x):
        return self.body(self.by * x)


def game(**changes):
    given = {
        "generator": Scaled(nets.Generator(2, 2, (8,))),
        "discriminator": Scaled(nets.Discriminator(2, (8,))),
    }
    return Game(**{**given, "latent": targets.normal(2), "penalties": (penalties.r1(0.1),), **changes})


PLAYED = {
    "alternating": lambda: (game(), {"decay": "cosine", "ema_halflife": 3.0}),
    "noise and two penalties": lambda: (
        game(noise=0.2, noise_until=4, penalties=(penalties.r2(), penalties.gradient_penalty())), {}
    ),
    "simultaneous": lambda: (game(), {"rule": rules.Simultaneous(shared=True)}),
    "extragradient": lambda: (game(), {"rule": "extragradient", "optimiser": "sgd"}),
    "unrolled": lambda: (game(), {"rule": rules.Unrolled(2)}),
    "clipped": lambda: (game(), {"rule": rules.Alternating(2, clip=0.1)}),
}  # fmt: skip


@KINDS_OF_DEVICE
@pytest.mark.parametrize("backend", ["eager", "traced"])
@pytest.mark.parametrize("kind", PLAYED)
def test_a_training_stays_on_its_device(kind, backend, float64, monkeypatch):
    its, options = PLAYED[kind]()
    with gpu(monkeypatch, float64):
        run = train(its, RING, steps=4, every=2, batch_size=4, points=5, backend=backend, **options)
        last = run.run(progress=False)
        assert all(w.device == PLACE for w in run.state.params.values())
        assert run.sample(3).shape == (3, 2)
    assert (
        last.step == 4
        and last.x_fake.shape == (5, 2)
        and last.grid_logits.shape == (48, 48)
        and len(last.d_loss) == 2
    )


@KINDS_OF_DEVICE
@pytest.mark.parametrize("kind", KINDS)
def test_games_of_every_kind_stay_on_their_device(kind, float64, monkeypatch):
    with gpu(monkeypatch, float64):
        assert train(KINDS[kind](), steps=2, every=1, batch_size=4, points=5).run(progress=False).step == 2


@KINDS_OF_DEVICE
def test_a_sweep_stays_on_its_device(float64, monkeypatch):
    with gpu(monkeypatch, float64):
        many = sweep(
            game(),
            RING,
            [Member(0), Member(1, lr_g=1e-2)],
            steps=4,
            every=2,
            batch_size=4,
            points=5,
            decay="linear",
        )
        last = many.run(progress=False)
        assert last.x_fake.shape == (2, 5, 2) and many.samples(3).shape == (2, 3, 2)


@KINDS_OF_DEVICE
def test_the_stage_and_its_changes_stay_on_their_device(float64, monkeypatch):
    with gpu(monkeypatch, float64):
        its = Session(game(), RING, lr_g=1e-3, lr_d=1e-3, batch_size=4, points=5)
        its.advance(2)
        its.set("lr_d", 1e-2), its.set("gamma", 0.5), its.set("loss", "hinge")
        assert its.advance(2).step == 4


@KINDS_OF_DEVICE
@pytest.mark.parametrize("name", ["put right", "conditional", "r1"])
def test_digits_stay_on_their_device(name, float64, monkeypatch):
    with gpu(monkeypatch, float64):
        run = digit_models.start(digit_models.get(name), digits.some(), steps=1, every=1)
        assert run.run(progress=False).x_fake.shape == (64, 784)


def test_the_device_that_is_not_there_notices_what_a_gpu_would():
    """The tests above can fail: each kind of slip raises."""
    away = torch.ones(3, device=PLACE)
    with Elsewhere(float64=False):
        with pytest.raises(RuntimeError, match="device"):
            away + torch.ones(3)
        with pytest.raises(TypeError, match="no float64"):
            away.double()
        assert away.cpu().double().tolist() == [1.0, 1.0, 1.0]


def test_a_start_is_drawn_on_the_cpu_and_leaves_all_other_dice_alone(monkeypatch):
    """Also for a network that stands on a GPU; seeding PyTorch as a whole would throw the GPU's dice anew."""

    def refuse(*seed):
        raise AssertionError("the GPU's generators were seeded")

    for module in (torch.cuda, torch.mps):
        for name in ("manual_seed", "manual_seed_all"):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, refuse)
    net = nets.Generator(2, 2)
    away, before = copy.deepcopy(net).to(PLACE), torch.get_rng_state()
    here, there = nets.initialise(net, 3), nets.initialise(away.to_empty(device="cpu"), 3)
    classifier.fit(digits.some(), 1, progress=False)
    assert torch.equal(nets.flatten(here), nets.flatten(there)) and torch.equal(torch.get_rng_state(), before)
    assert nets.flatten(copy.deepcopy(net).to(PLACE)).device == PLACE


def test_seconds_are_counted_until_the_losses_have_come_to_the_host(monkeypatch):
    """The loop only starts a GPU's steps; a training that counts until the last start counts too little."""
    from gan_teach import training

    run, clock, fetch = (
        train(game(), RING, steps=4, every=4, batch_size=4, points=5, backend="eager"),
        [0.0],
        training.to_host,
    )
    next(run)

    def slow(trail, count):
        clock[0] += 10.0 * (count > 0)  # a GPU that needs ten seconds until its numbers can be read
        return fetch(trail, count)

    monkeypatch.setattr(training.time, "perf_counter", lambda: clock[0])
    monkeypatch.setattr(training, "to_host", slow)
    assert next(run).seconds == 10.0


@pytest.mark.parametrize(
    "net", [Scaled(nets.mlp(2, 2, (4,))), nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2).eval())]
)
def test_a_recorded_step_copies_nothing_from_the_host(net, monkeypatch):
    """Inside a CUDA graph a copy from the CPU is an error: what the step reads stands there before."""
    from gan_teach.step import captured
    from gan_teach.training import BACKENDS

    seen = []

    def record(play):
        with Elsewhere() as mode:
            mode.from_host = seen
            return play, play()

    monkeypatch.setitem(BACKENDS, "captured", lambda *given: captured(*given, record))
    monkeypatch.setattr("gan_teach.training.choose_backend", lambda *given: "captured")
    with gpu(monkeypatch):
        train(game(generator=net), RING, steps=2, every=2, batch_size=4, points=5, decay="linear").run(
            progress=False
        )
    assert seen == []
    with Elsewhere() as mode:  # and a copy would be noticed
        mode.from_host = seen
        torch.ones(2).to(PLACE)
    assert seen
