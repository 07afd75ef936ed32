"""How fast is one step of `gan_teach.train`, against the loop that people usually write? Prints ratios of one
run.

    python benchmarks/step_speed.py [--rounds 5] [--steps 300] [--device cpu]

The same game, batches already drawn, one thread: `nn.Module` with `torch.optim.Adam`, the same with
`fused=True`, and the traced step. The three take turns in every round, so that a machine whose speed drifts
treats them alike; the ratios are medians over the rounds. Also: eager, and 64 games mapped at once.
"""

import argparse
import copy
import statistics
import time

import torch
from torch.nn.functional import softplus
from torch.utils._pytree import tree_map

from gan_teach import Batches, Game, nets, optimisers, penalties, rules, targets
from gan_teach.players import Batch
from gan_teach.starting import fresh
from gan_teach.step import make_step, mapped, traced

BATCH, HIDDEN, MEMBERS = 128, (64, 64), 64


def plain_loop(game, gamma, fused, device):
    """A function that takes batches and trains ordinary modules on them."""
    G, D = (copy.deepcopy(net).to(device) for net in (game.generator, game.discriminator))
    opt_g, opt_d = (
        torch.optim.Adam(net.parameters(), lr=1e-3, betas=(0.5, 0.999), fused=fused) for net in (G, D)
    )

    def run(batches):
        for batch in batches:
            x, z = batch.draws["x"][0], batch.draws["z"]
            if gamma:
                x = x.clone().requires_grad_()
            real = D(x)
            d_loss = softplus(-real).mean() + softplus(D(G(z[0]).detach())).mean()
            if gamma:
                (slope,) = torch.autograd.grad(real.sum(), x, create_graph=True)
                d_loss = d_loss + gamma / 2 * (slope**2).sum(1).mean()
            opt_d.zero_grad()
            d_loss.backward()
            opt_d.step()
            opt_g.zero_grad()
            softplus(-D(G(z[1]))).mean().backward()
            opt_g.step()

    return run


def our_loop(step, state):
    """The same for a pure step."""

    def run(batches):
        nonlocal state
        with torch.inference_mode():
            for batch in batches:
                state, _ = step(state, batch)

    return run


def steps_per_second(run, batches, device):
    begun = time.perf_counter()
    run(batches)
    if device.type == "cuda":
        torch.cuda.synchronize()
    return len(batches) / (time.perf_counter() - begun)


def compare(gamma, rounds, steps, device):
    game = Game(
        nets.Generator(2, 2, HIDDEN),
        nets.Discriminator(2, HIDDEN),
        targets.normal(2),
        penalties=(penalties.r1(gamma),) if gamma else (),
    )
    draw = Batches(game, targets.ring(), BATCH, device=device)
    batches = [Batch(tree_map(torch.Tensor.contiguous, draw(t))) for t in range(steps)]
    step = make_step(game, rules.Alternating(), optimisers.Adam())
    state = tree_map(lambda t: t.to(device, torch.float32), fresh(game))
    many = tree_map(lambda t: torch.stack([t] * MEMBERS), state)
    wide = [tree_map(lambda t: torch.stack([t] * MEMBERS), b) for b in batches[: max(1, steps // 20)]]
    begun = time.perf_counter()
    replayed = traced(step, state, batches[0])
    print(f"R1 weight {gamma}: traced in {time.perf_counter() - begun:.1f} s")
    runs = {
        "plain loop, Adam": (plain_loop(game, gamma, False, device), batches),
        "plain loop, fused Adam": (plain_loop(game, gamma, True, device), batches),
        "gan_teach, traced": (our_loop(replayed, state), batches),
        "gan_teach, eager": (our_loop(step, state), batches[: max(1, steps // 5)]),
        f"gan_teach, {MEMBERS} games mapped": (our_loop(traced(mapped(step), many, wide[0]), many), wide),
    }
    speeds = {name: [] for name in runs}
    for turn in range(rounds + 1):
        for name, (run, given) in runs.items():
            speed = steps_per_second(run, given, device) * (MEMBERS if "mapped" in name else 1)
            if turn:  # the first turn warms up
                speeds[name].append(speed)
    for name, seen in speeds.items():
        against = [statistics.median(a / b for a, b in zip(seen, speeds[base])) for base in list(runs)[:2]]
        print(
            f"  {name:28s} {statistics.median(seen):6.0f} steps/s   "
            f"{against[0]:.2f} x Adam   {against[1]:.2f} x fused Adam"
        )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    torch.set_num_threads(1)
    device = torch.device(args.device)
    print(
        f"batch {BATCH}, hidden {HIDDEN}, {device}, {torch.get_num_threads()} thread, "
        f"medians of {args.rounds} rounds"
    )
    for gamma in (0.0, 0.1):
        compare(gamma, args.rounds, args.steps, device)


if __name__ == "__main__":
    main()
