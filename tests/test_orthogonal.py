"""The price of G's matrices: its value, its slope, and that it reaches G and nobody else."""

import pytest
import torch
from torch import nn

from gan_teach import losses, nets, optimisers, targets, train
from gan_teach.experiments.orthogonal import PricedGame, crossed, lengths, priced
from gan_teach.experiments.sweep import Member, sweep
from gan_teach.game import Game
from gan_teach.starting import fresh


def test_the_price_is_the_sum_over_pairs_of_filters():
    W = torch.randn(4, 3, 2, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    rows = [row.flatten() for row in W]
    pairs = sum(float(a @ b) ** 2 for a in rows for b in rows if a is not b)
    assert crossed(W).item() == pytest.approx(pairs)
    assert lengths(W).item() == pytest.approx(sum(float(a @ a) ** 2 for a in rows))
    flat = W.flatten(1)
    assert (crossed(W) + lengths(W)).item() == pytest.approx(float((flat @ flat.T).square().sum()))


def test_orthogonal_filters_of_any_length_are_free_and_others_pay_by_the_fourth_power():
    turned = torch.linalg.qr(torch.randn(5, 5, generator=torch.Generator().manual_seed(1)))[0]
    assert crossed(turned * torch.tensor([[3.0], [1.0], [0.1], [2.0], [7.0]])).item() < 1e-8
    W = torch.randn(5, 2, generator=torch.Generator().manual_seed(2))
    assert crossed(2 * W).item() == pytest.approx(16 * crossed(W).item(), rel=1e-5)


def test_matrices_are_priced_and_biases_are_not():
    net = nets.initialise(nn.Sequential(nn.Linear(3, 4), nn.Conv2d(2, 5, 3)), 0)
    flat = nets.flatten(net)
    paid = priced(net, flat, crossed)
    assert paid.item() == pytest.approx((crossed(net[0].weight) + crossed(net[1].weight)).item(), rel=1e-5)
    assert priced(net, nets.parts(net, flat), crossed).item() == pytest.approx(paid.item())
    assert priced(nn.ReLU(), torch.zeros(0), crossed).item() == 0


@pytest.mark.parametrize("rule", ["alternating", "simultaneous"])
def test_g_pays_and_d_does_not(rule):
    parts = nets.Generator(2, 2, (8,)), nets.Discriminator(2, (8,)), targets.normal(2)
    plain, dear = Game(*parts), PricedGame(*parts, beta=0.5)
    state = fresh(dear, 0, optimisers.get("adam"))
    draw = dear.few_draws(targets.ring())
    knobs = {name: torch.tensor(value) for name, value in dear.knobs().items()}
    for who, extra in (("D", 0.0), ("G", 0.5 * priced(dear.generator, state.theta, crossed).item())):
        without = plain.objective(who, state.params, draw)[0].item()
        paid, shown = dear.objective(who, state.params, draw, knobs)
        assert paid.item() - without == pytest.approx(extra, rel=1e-4, abs=1e-6)
        assert shown[who].item() == pytest.approx(without)  # what is shown is the loss of the game
    without = plain.joint(plain.bound(state.params), draw, plain.knobs())[0].item()
    both = dear.joint(dear.bound(state.params), draw, knobs)[0].item()
    assert both - without == pytest.approx(extra, rel=1e-3)  # what both players share has it once
    runs = [train(g, targets.ring(), steps=1, rule=rule, seed=0, backend="eager") for g in (plain, dear)]
    for run in runs:
        run.run(progress=False)
    assert not torch.equal(runs[0].state.theta, runs[1].state.theta)
    if rule == "simultaneous":
        assert torch.equal(runs[0].state.psi, runs[1].state.psi)


def test_it_lowers_the_price_and_a_sweep_can_give_each_game_its_own():
    game = PricedGame(nets.Generator(2, 2, (16,)), nets.Discriminator(2, (16,)), targets.normal(2))
    members = [Member(seed=0, gammas=(beta,)) for beta in (0.0, 0.1)]
    done = sweep(game, targets.ring(), members, steps=60, batch_size=16)
    done.run(progress=False)
    free, paying = (priced(game.generator, theta, crossed).item() for theta in done.state.theta)
    assert paying < 0.7 * free and done.stopped is None


def test_a_weight_below_zero_is_refused():
    with pytest.raises(ValueError, match="beta"):
        PricedGame(
            nets.Generator(2, 2), nets.Discriminator(2), targets.normal(2), losses.non_saturating, beta=-1
        )
