"""The core carries games of any number of networks and players: eager, traced, captured and mapped."""

import numpy as np
import pytest
import torch
from games import KINDS, cyclegan, growing, with_pool

from gan_teach import Batches, Game, GeneralGame, Player, nets, optimisers, rules, targets, train
from gan_teach.loop import algorithm_1
from gan_teach.players import Batch
from gan_teach.starting import fresh
from gan_teach.step import captured, make_step, mapped, traced
from gan_teach.torch_private import tree_map

ADAM = optimisers.Adam()


def stacked(*trees):
    return tree_map(lambda *parts: torch.stack(parts), *trees)


def batches_of(game, rule, seed=0):
    draws = Batches(game, None, 16, seed=seed, moves=len(rule.seats))
    return lambda t: Batch(draws(t))


def the_rules(game):
    players = tuple(game.players)
    return rules.InTurn(players), rules.Together(players)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_game_plays_the_same_eager_traced_and_mapped(kind):
    game = KINDS[kind]()
    for rule in the_rules(game):
        step, batch = make_step(game, rule, ADAM), batches_of(game, rule)
        first, second = fresh(game, 0), fresh(game, 1)
        fast = traced(step, first, batch(0))
        many = mapped(step)
        eager = replayed = first
        together, alone = stacked(first, second), second
        others = batches_of(game, rule, seed=5)
        for t in range(4):
            eager, shown = step(eager, batch(t))
            replayed, again = fast(replayed, batch(t))
            together, _ = many(together, stacked(batch(t), others(t)))
            alone, _ = step(alone, others(t))
        assert {*shown} == {*again} and all(torch.equal(shown[name], again[name]) for name in shown)
        for name in game.nets:
            assert torch.equal(eager.params[name], replayed.params[name])
            assert torch.allclose(together.params[name][1], alone.params[name], atol=1e-5)
            assert not torch.equal(eager.params[name], first.params[name])  # somebody moves it
        for name, carried in eager.carried.items():
            assert torch.equal(carried, replayed.carried[name]) and not torch.equal(
                carried, first.carried[name]
            )


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_game_trains_and_starts_again_where_it_was(kind):
    game = KINDS[kind]()
    run = train(game, steps=6, batch_size=8, every=3, points=5)
    last = run.run(progress=False)
    assert [s.step for s in run.history] == [0, 3, 6] and all(
        np.isfinite(v).all() for v in last.losses.values()
    )
    assert set(game.players) <= set(last.losses) and {*last.params} == {*game.nets}
    again = train(game, steps=6, batch_size=8, every=2, points=5, backend="traced").run(progress=False)
    assert all(np.array_equal(last.params[name], again.params[name]) for name in game.nets)
    on = train(game, steps=1, batch_size=8, points=5, start=run.state)
    assert all(
        np.array_equal(next(on).params[name], last.params[name]) for name in ("G", "AB") if name in game.nets
    )


def test_a_third_player_that_moves_what_others_move_has_a_memory_of_its_own():
    game = KINDS["InfoGAN"]()
    state = fresh(game)
    assert {who: {*memory} for who, memory in state.memory.items()} == {
        "D": {"T", "D"}, "G": {"G"}, "Q": {"G", "T", "Q"}
    }  # fmt: skip
    after, _ = make_step(game, rules.InTurn(("Q",)), ADAM)(state, batches_of(game, rules.InTurn(("Q",)))(0))
    moved = {name for name in game.nets if not torch.equal(after.params[name], state.params[name])}
    assert moved == {"G", "T", "Q"} and float(after.memory["Q"]["T"].steps) == 1 == 1 + float(
        after.memory["D"]["T"].steps
    )


def test_what_a_game_shows_is_in_its_snapshots_and_comes_back_from_a_file(tmp_path):
    run = train(cyclegan(), steps=4, batch_size=8, every=2, points=7, ema_halflife=2)
    last = run.run(progress=False)
    assert last.ab.shape == last.back.shape == (7, 2) and {*last.losses} == {"D", "G", "cycle"}
    assert {*last.averages} == {"AB"} and not np.array_equal(last.averages["AB"], last.params["AB"])
    from gan_teach import Recording

    back = Recording.load(run.history.save(tmp_path / "cycle.npz"))
    assert np.array_equal(back[-1].ab, last.ab) and np.array_equal(
        back.loss("cycle"), run.history.loss("cycle")
    )
    with pytest.raises(AttributeError, match="no 'ba'; it has ab, back"):
        _ = last.ba


def test_a_knob_changes_without_a_new_trace():
    game, rule = cyclegan(), rules.InTurn(("D", "G"))
    step, batch = make_step(game, rule, ADAM), batches_of(game, rule)
    state = fresh(game)
    fast = traced(step, state, batch(0))
    for changes in ({"cycle": 0.0}, {"lr_G": 0.5}, {"lr_D": 0.0}):
        other = state.with_knobs({name: torch.tensor(value) for name, value in changes.items()})
        (a, _), (b, _), (plain, _) = step(other, batch(1)), fast(other, batch(1)), step(state, batch(1))
        assert all(torch.equal(a.params[n], b.params[n]) for n in game.nets)
        assert any(not torch.equal(a.params[n], plain.params[n]) for n in game.nets)


def test_a_growing_generator_goes_on_with_what_the_smaller_one_had():
    small, large = growing(False), growing(True)
    before = train(small, steps=5, batch_size=8, every=5, points=5, knobs={"alpha": 0.0})
    before.run(progress=False)
    after = nets.grown(small.nets["G"], before.state.params["G"], large.nets["G"], fresh(large).params["G"])
    z = torch.randn(6, 2, generator=torch.Generator().manual_seed(0))
    made = small.bound(before.state.params).G(z, torch.tensor(0.0))
    assert torch.equal(large.bound({"G": after, "D": before.state.psi}).G(z, torch.tensor(0.0)), made)
    assert not torch.equal(large.bound({"G": after, "D": before.state.psi}).G(z, torch.tensor(1.0)), made)
    run = train(
        large, steps=2, batch_size=8, points=5, start=fresh(large).with_params(G=after), knobs={"alpha": 0.3}
    )
    assert run.run(progress=False).step == 2


def test_captured_is_the_step_wherever_it_is_played_from():
    """With a recorder that needs no GPU: whatever it calls again must read the new state and batch, and hand
    out copies."""
    for game in (with_pool(), cyclegan()):
        rule = rules.InTurn(("D", "G"))
        step, batch = make_step(game, rule, ADAM), batches_of(game, rule)
        played = []

        def record(play, played=played):
            """As a CUDA graph does: every replay writes over what the first one gave."""
            first = play()

            def again():
                played.append(1)
                tree_map(torch.Tensor.copy_, first, play())

            return again, first  # noqa: B023

        state = fresh(game)
        graph = captured(step, state, batch(0), record)
        plain, kept = state, []
        for t in range(4):
            plain, shown = step(plain, batch(t))
            state, again = graph(state, batch(t))
            kept.append((state, plain))
            assert all(torch.equal(shown[name], again[name]) for name in shown)
        assert len(played) == 4
        for mine, theirs in kept:  # what was handed out is not written over by later steps
            assert all(torch.equal(mine.params[n], theirs.params[n]) for n in game.nets)
    with pytest.raises(ValueError, match="CUDA graphs, but the training runs on cpu"):
        train(cyclegan(), steps=1, backend="captured", device="cpu")


def test_what_is_carried_comes_from_the_last_draw_and_the_new_networks():
    """A pool of old fakes against the same in a plain loop."""
    game, rule = with_pool(), rules.InTurn(("D", "G"))
    step, batch, state = make_step(game, rule, ADAM), batches_of(game, rule), fresh(game)
    for t in range(3):
        draws = batch(t).draws
        of_d = rules.stepped(
            ADAM, state, "D", game.slope("D", state.params, {**rules.seat(draws, 0), **state.carried})[0]
        )
        of_g = rules.stepped(
            ADAM, of_d, "G", game.slope("G", of_d.params, {**rules.seat(draws, 1), **state.carried})[0]
        )
        new = game.bound(of_g.params).G(draws["z"][1][:4])
        pool = torch.where(draws["u"][1][:4, None] < 0.5, new, state.carried["pool"])
        state, _ = step(state, batch(t))
        assert torch.allclose(state.carried["pool"], pool) and torch.allclose(
            state.params["G"], of_g.params["G"]
        )


def test_a_player_who_only_watches_sees_what_is_carried():
    game = with_pool()
    state = fresh(game)._replace(carried={"pool": torch.full((4, 2), 3.0)})
    draws = batches_of(game, rules.Alternating(0))(0).draws
    _, shown = rules.Alternating(0).move(game, ADAM, state, draws)
    moved = rules.step_of(game, ADAM, state, "G", rules.seat(draws, 0))[0]
    expected = game.objective("D", moved.params, {**rules.seat(draws, 0), **state.carried})[1]
    assert torch.equal(shown["D"], expected["D"])


def test_an_array_with_any_name_is_saved_as_it_was(tmp_path):
    """Arrays that are the same object in all snapshots are kept once, whatever their names, and others are
    not."""
    from dataclasses import replace

    from gan_teach import Recording

    game = replace(KINDS["BiGAN"](), show=lambda net, draw: {"z": net.E(draw["x"]), "x_real": draw["x"]})
    run = train(game, steps=4, batch_size=8, every=2, points=5)
    run.run(progress=False)
    back = Recording.load(run.history.save(tmp_path / "bigan.npz"))
    assert all(np.array_equal(a.z, b.z) for a, b in zip(back, run.history)) and not np.array_equal(
        back[0].z, back[-1].z
    )


BAD_RULES = [
    (lambda: rules.Simultaneous(shared=True), "shared moves are for a game of two"),
    (lambda: rules.Alternating(clip=0.1), "wants players D and G that move one network of their name"),
    (lambda: rules.Unrolled(2), "wants players D and G that move one network of their name"),
]


@pytest.mark.parametrize(("rule", "says"), BAD_RULES)
def test_rules_that_do_not_fit_are_refused_before_anything_is_trained(rule, says):
    with pytest.raises(ValueError, match=says):
        train(cyclegan(), steps=1, rule=rule())


def test_named_rules_move_all_players_and_no_network_has_two_movers_under_consensus():
    game = KINDS["InfoGAN"]()
    for name in ("alternating", "simultaneous", "extragradient"):
        last = train(game, steps=1, rule=name, batch_size=8, points=5).run(progress=False)
        assert {*last.losses} == {"D", "G", "Q"}
    with pytest.raises(ValueError, match="some have two movers"):
        train(game, steps=1, rule=rules.Consensus(0.1, ("D", "G", "Q")))


def test_a_start_without_what_the_game_needs_is_refused():
    whole = fresh(with_pool())
    for part in ("memory", "carried"):
        with pytest.raises(ValueError, match=f"start does not fit this game: its {part} lacks"):
            train(with_pool(), steps=1, start=whole._replace(**{part: {}}))
    with pytest.raises(ValueError, match="its averages lacks AB"):
        train(cyclegan(), steps=1, start=fresh(cyclegan())._replace(averages={}))


def test_the_loop_on_one_screen_is_what_train_does():
    game = Game(nets.Generator(2, 2, (8,)), nets.Discriminator(2, (8,)), targets.normal(2))
    ours = train(
        game,
        targets.ring(),
        steps=30,
        rule=rules.Alternating(3),
        lr_d=2e-3,
        dtype=torch.float64,
        batch_size=16,
    )
    first, last = next(ours), ours.run(progress=False)
    G, D = nets.load(game.generator, first.theta), nets.load(game.discriminator, first.psi)
    batches = Batches(game, targets.ring(), 16, n_d=3, dtype=torch.float64)
    G, D = algorithm_1(G, D, batches, steps=30, n_d=3, lr_d=2e-3)
    for net, ours, begun in ((G, last.theta, first.theta), (D, last.psi, first.psi)):
        assert np.abs(nets.flatten(net).numpy() - ours).max() < 1e-9 and np.abs(ours - begun).max() > 1e-3


def broken(**changes):
    """A game of two with something wrong in it."""

    def fine(net, draw, knobs):
        value = net.D(net.G(draw["z"])).mean()
        return value, {"G": value}

    given = {
        "player": Player(("G",), fine),
        "draw": lambda n, g: {"z": torch.randn(n, 2, generator=g)},
    } | changes
    return GeneralGame(
        {"G": nets.mlp(2, 2, (4,)), "D": nets.Discriminator(2, (4,))},
        {"G": given["player"]},
        given["draw"],
        **{
            name: given[name]
            for name in ("start_knobs", "averaged", "start_carried", "show")
            if name in given
        },
    )


def thief(objective, moves=("G",)):
    """Start a training in which G's player is this one."""
    return train(broken(player=Player(moves, objective)), steps=1)


BAD_PLAYERS = [
    (None, ("H",), "'G' must move one or more of G, D, but moves .*H"),
    (None, (), "must move one or more"),
    (lambda net, draw, knobs: (draw["y"], {}), ("G",), "'G' fails.*'y'"),
    (lambda net, draw, knobs: (net.G(draw["z"]), {}), ("G",), r"one number, \[\], but gives \[4, 2\]"),
    (lambda net, draw, knobs: (net.G(draw["z"]).sum(), {"G": 1}), ("G",), "shows must be numbers"),
    (lambda net, draw, knobs: net.G(draw["z"]).sum(), ("G",), r"must give two things, .* but gives \[\]"),
    (lambda net, draw, knobs: (net.G(draw["z"]).sum(), 0.5), ("G",), "must give two things"),
    (
        lambda net, draw, knobs: (net.D(net.G(draw["z"]).detach()).sum(), {}),
        ("G",),
        "'G' doesn't depend on G, which it moves: is something detached",
    ),
]


@pytest.mark.parametrize(("objective", "moves", "says"), BAD_PLAYERS)
def test_players_that_do_not_fit_are_named_before_anything_is_trained(objective, moves, says):
    with pytest.raises(ValueError, match=says):
        thief(objective, moves)


BAD_GAMES = [
    (lambda: train(broken(draw=lambda n, g: torch.zeros(n, 2)), steps=1), r"draw must give tensors by name"),
    (
        lambda: train(broken(show=lambda net, draw: net.G(draw["z"])), steps=1).run(),
        "show must give tensors by",
    ),
    (lambda: Player("G", None), r"moves must be a tuple of names, \('G',\)"),
    (lambda: train(broken(draw=lambda n, g: {"z": torch.zeros(3, 2)}), steps=1), "must give tensors"),
    (lambda: train(broken(), targets.ring(), steps=1), "draws its own data: leave the target out"),
    (lambda: train(broken(), steps=1, rule=rules.InTurn(("G", "Q"))), "moves Q, but the players .* are G"),
    (lambda: train(broken(), steps=1, knobs={"cycle": 1.0}), "the knob must be one of lr_G, but 'cycle'"),
    (lambda: train(broken(), steps=1, knobs={"lr_G": -1.0}), "lr_G must be"),
    (lambda: train(broken(start_knobs={"w": float("nan")}), steps=1), "the knob w must be"),
    (lambda: broken(averaged=("H",)), "averaged must name some of G, D"),
    (lambda: broken(start_carried={"pool": torch.zeros(1)}), "belong together"),
    (lambda: train(broken(), steps=2).sample(3), "samples are drawn from a game of two"),
]


@pytest.mark.parametrize(("call", "says"), BAD_GAMES)
def test_what_does_not_fit_is_named_before_anything_is_trained(call, says):
    with pytest.raises((ValueError, TypeError), match=says):
        call()
