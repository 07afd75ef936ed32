"""The dense game for digits: this package against the program that circulates, in one run.

    python benchmarks/digits.py [--rounds 5] [--steps 100]

Both train the same networks (batch norm's eps of 0.8 included) with the same batch and the same updates. The
program is written here from its
description: a DataLoader that turns each image into a PIL image, a tensor and a normalised tensor by itself,
modules with a sigmoid at D's end, Adam as PyTorch has it by default, and a line printed at each step. Turns
alternate between the two; printed are steps per second, the median of the rounds, and their ratio in each
round. On a GPU, the seconds that 50 epochs would take as well.
"""

import argparse
import contextlib
import io
import statistics
import time

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset

from gan_teach import device, rules, train
from gan_teach.images import digit_models, digits

EPOCHS = 50


class ToTensor(nn.Module):
    """A picture -> [1, 28, 28] between 0 and 1."""

    def forward(self, picture):
        return (
            torch.from_numpy(np.array(picture, copy=True))
            .view(28, 28, 1)
            .permute(2, 0, 1)
            .contiguous()
            .float()
            .div(255)
        )


class Normalise(nn.Module):
    """0 to 1 -> -1 to 1; mean and standard deviation become tensors, and are looked at, for each image
    anew."""

    def forward(self, x):
        mean, std = torch.as_tensor([0.5], dtype=x.dtype), torch.as_tensor([0.5], dtype=x.dtype)
        if (std == 0).any():
            raise ValueError("the standard deviation must not be 0")
        return x.clone().sub_(mean.view(-1, 1, 1)).div_(std.view(-1, 1, 1))


class OneByOne(Dataset):
    """Each image is made into a picture, resized, and turned into a normalised tensor when it is asked
    for."""

    def __init__(self, data: digits.Digits):
        self.images, self.labels = data.images.view(-1, 28, 28), data.labels
        self.transforms = ToTensor(), Normalise()

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        x = Image.fromarray(self.images[i].numpy()).resize((28, 28))
        for transform in self.transforms:
            x = transform(x)
        return x, int(self.labels[i])


def circulating(data, where):
    """Steps of the program that circulates, one for each `next`."""

    def widening(n_in, n_out, normalise=True):
        return [
            nn.Linear(n_in, n_out),
            *([nn.BatchNorm1d(n_out, 0.8)] if normalise else []),
            nn.LeakyReLU(0.2, inplace=True),
        ]

    G = nn.Sequential(
        *widening(100, 128, False),
        *widening(128, 256),
        *widening(256, 512),
        *widening(512, 1024),
        nn.Linear(1024, 784),
        nn.Tanh(),
    ).to(where)
    D = nn.Sequential(
        nn.Linear(784, 512),
        nn.LeakyReLU(0.2, inplace=True),
        nn.Linear(512, 256),
        nn.LeakyReLU(0.2, inplace=True),
        nn.Linear(256, 1),
        nn.Sigmoid(),
    ).to(where)
    loss = nn.BCELoss()
    adam_g, adam_d = (torch.optim.Adam(net.parameters(), lr=2e-4, betas=(0.5, 0.999)) for net in (G, D))
    loader = DataLoader(OneByOne(data), batch_size=64, shuffle=True)
    while True:
        for i, (images, _) in enumerate(loader):
            real = images.to(where)
            one, zero = torch.ones(len(real), 1, device=where), torch.zeros(len(real), 1, device=where)
            adam_g.zero_grad()
            fakes = G(
                torch.tensor(np.random.normal(0, 1, (len(real), 100)), dtype=torch.float32, device=where)
            ).view(-1, 1, 28, 28)
            g_loss = loss(D(fakes.flatten(1)), one)
            g_loss.backward()
            adam_g.step()
            adam_d.zero_grad()
            d_loss = (loss(D(real.flatten(1)), one) + loss(D(fakes.detach().flatten(1)), zero)) / 2
            d_loss.backward()
            adam_d.step()
            print(f"[batch {i}] [D loss {d_loss.item():.4f}] [G loss {g_loss.item():.4f}]")
            yield


def ours(data, where, steps):
    """The same updates by this package: as many at each `next` as a turn has."""
    yield from train(
        digit_models.dense(0.8),
        data,
        steps=10**6,
        batch_size=64,
        lr_g=2e-4,
        lr_d=2e-4,
        rule=rules.Simultaneous(shared=True),
        optimiser="fused adam",
        every=steps,
        points=64,
        device=where,
    )


def speed(turn, steps, where) -> float:
    """Steps per second of one turn."""
    began = time.perf_counter()
    turn()
    if where.type == "cuda":
        torch.cuda.synchronize()
    return steps / (time.perf_counter() - began)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=100)
    given = parser.parse_args()
    where, data = device(), digits.load()
    theirs, mine = circulating(data, where), ours(data, where, given.steps)

    def their_turn():
        with contextlib.redirect_stdout(io.StringIO()):
            for _ in range(given.steps):
                next(theirs)

    turns = {"the program in circulation": their_turn, "this package": lambda: next(mine)}
    found = {name: [] for name in turns}
    next(mine)  # step 0 comes without training
    for turn in turns.values():
        turn()  # warm
    for _ in range(given.rounds):
        for name, turn in turns.items():
            found[name].append(speed(turn, given.steps, where))
    print(f"{data.name}, {torch.get_num_threads()} threads")
    for name, speeds in found.items():
        print(f"{name}: {statistics.median(speeds):.1f} steps a second")
    slow, fast = found.values()
    print("ratio in each round: " + ", ".join(f"{f / s:.2f}" for s, f in zip(slow, fast)))
    if where.type == "cuda":
        print(f"{EPOCHS} epochs would take {EPOCHS * digit_models.EPOCH / statistics.median(fast):.0f} s")


if __name__ == "__main__":
    main()
