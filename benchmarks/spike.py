"""The spike that the design of `gan_teach.step` rests on: one pure GAN step with R1, run three ways.

    python benchmarks/spike.py

Eager, traced by make_fx, and mapped over many GANs by vmap, the same function gives the same numbers; this
prints the largest difference and the speeds. It stands alone on purpose: it tests the idea, not the package.
"""

import copy
import time

import torch
from torch.func import functional_call, grad, vmap
from torch.fx.experimental.proxy_tensor import make_fx
from torch.nn.functional import softplus

BATCH, HIDDEN, MEMBERS, LR, GAMMA = 128, 64, 64, 1e-3, 0.1
torch.set_num_threads(1)


def mlp(n_in, n_out):
    return torch.nn.Sequential(
        torch.nn.Linear(n_in, HIDDEN),
        torch.nn.ReLU(),
        torch.nn.Linear(HIDDEN, HIDDEN),
        torch.nn.ReLU(),
        torch.nn.Linear(HIDDEN, n_out),
    )


def apply(net, flat, x):
    """The network as a pure function of one flat vector of parameters."""
    named = dict(net.named_parameters())
    parts = flat.split([p.numel() for p in named.values()])
    return functional_call(net, {k: part.view(p.shape) for (k, p), part in zip(named.items(), parts)}, (x,))


def adam(w, m, v, g, t):
    m, v = 0.5 * m + 0.5 * g, 0.999 * v + 0.001 * g * g
    return w - LR * (m / (1 - 0.5**t)) / ((v / (1 - 0.999**t)).sqrt() + 1e-8), m, v


def make_step(G, D):
    def d_loss(psi, theta, x, z):
        slope = grad(lambda x: apply(D, psi, x).sum())(x)  # each row is the gradient at one real sample
        return (
            softplus(-apply(D, psi, x)).mean()
            + softplus(apply(D, psi, apply(G, theta, z))).mean()
            + GAMMA / 2 * (slope**2).sum(1).mean()
        )

    def g_loss(theta, psi, z):
        return softplus(-apply(D, psi, apply(G, theta, z))).mean()

    def step(state, x, z):
        t, theta, mg, vg, psi, md, vd = state
        t = t + 1
        psi, md, vd = adam(psi, md, vd, grad(d_loss)(psi, theta, x, z), t)
        theta, mg, vg = adam(theta, mg, vg, grad(g_loss)(theta, psi, z), t)
        return t, theta, mg, vg, psi, md, vd

    return step


def start(G, D):
    theta, psi = (torch.nn.utils.parameters_to_vector(n.parameters()).detach() for n in (G, D))
    zero = torch.zeros_like
    return torch.tensor(0.0), theta, zero(theta), zero(theta), psi, zero(psi), zero(psi)


def run(step, state, batches):
    with torch.inference_mode():
        begun = time.perf_counter()
        for x, z in batches:
            state = step(state, x, z)
        return state, len(batches) / (time.perf_counter() - begun)


def plain_loop(G, D, batches, fused):
    """The loop as most people write it, with the same losses and the same penalty."""
    G, D = copy.deepcopy(G), copy.deepcopy(D)
    og, od = (torch.optim.Adam(n.parameters(), lr=LR, betas=(0.5, 0.999), fused=fused) for n in (G, D))
    begun = time.perf_counter()
    for x, z in batches:
        x = x.clone().requires_grad_()
        real = D(x)
        (slope,) = torch.autograd.grad(real.sum(), x, create_graph=True)
        od.zero_grad()
        (
            softplus(-real).mean() + softplus(D(G(z).detach())).mean() + GAMMA / 2 * (slope**2).sum(1).mean()
        ).backward()
        od.step()
        og.zero_grad()
        softplus(-D(G(z))).mean().backward()
        og.step()
    speed = len(batches) / (time.perf_counter() - begun)
    return torch.nn.utils.parameters_to_vector(G.parameters()).detach(), speed


def main(steps=600):
    torch.manual_seed(0)
    G, D = mlp(2, 2), mlp(2, 1)
    batches = [(torch.randn(BATCH, 2), torch.randn(BATCH, 2)) for _ in range(steps)]
    step, state = make_step(G, D), start(G, D)
    traced = make_fx(step)(state, *batches[0])
    many = tuple(torch.stack([s] * MEMBERS) for s in state)
    mapped_batches = [tuple(b.expand(MEMBERS, *b.shape).contiguous() for b in pair) for pair in batches[:50]]
    mapped = make_fx(vmap(step))(many, *mapped_batches[0])
    for f, n in ((step, 20), (traced, 50)):  # warm up
        run(f, state, batches[:n])
    eager_short, _ = run(step, state, batches[:50])
    traced_short, _ = run(traced, state, batches[:50])
    mapped_short, mapped_speed = run(mapped, many, mapped_batches)
    plain_short, _ = plain_loop(G, D, batches[:50], fused=False)
    print(f"threads {torch.get_num_threads()}, batch {BATCH}, hidden {HIDDEN} x {HIDDEN}, with R1")
    gap = lambda a, b: f"{(a - b).abs().max().item():.1e}"
    print(
        "after 50 steps, largest difference of theta: eager-traced",
        gap(eager_short[1], traced_short[1]),
        " traced-mapped",
        gap(traced_short[1], mapped_short[1]),
        " eager-plain loop",
        gap(eager_short[1], plain_short),
    )
    speeds = {
        "eager": run(step, state, batches[:150])[1],
        "traced": run(traced, state, batches)[1],
        "plain, Adam": plain_loop(G, D, batches, False)[1],
        "plain, fused Adam": plain_loop(G, D, batches, True)[1],
        f"mapped over {MEMBERS} (GAN steps)": mapped_speed * MEMBERS,
    }
    for name, speed in speeds.items():
        print(f"{name:32s} {speed:7.0f} steps/s   {speed / speeds['plain, Adam']:.2f} x plain")


if __name__ == "__main__":
    main()
