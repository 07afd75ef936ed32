"""What the lists of trainings have in common: two ways to play, and the networks that come out. Chapters 15
to 27."""

from torch import nn

from gan_teach import nets
from gan_teach.images.stages import ADAM
from gan_teach.players import GeneralGame, State
from gan_teach.training import Training, train


def steady(
    game: GeneralGame,
    *,
    steps: int,
    batch_size: int,
    lr: float,
    ema_halflife: float,
    seed: int,
    every: int | None = None,
    device=None,
) -> Training:
    """One rate for all players, as it is, by Adam without momentum; the networks that the game averages have
    a running mean (chapter 18). every: steps between looks; None: one look, at the end."""
    return train(
        game,
        steps=steps,
        batch_size=batch_size,
        lr_g=lr,
        lr_d=lr,
        optimiser=ADAM,
        ema_halflife=ema_halflife,
        seed=seed,
        every=steps if every is None else every,
        points=2,
        device=device,
    )


def falling(
    game: GeneralGame,
    *,
    steps: int,
    batch_size: int,
    lr_g: float,
    lr_d: float,
    seed: int,
    every: int | None = None,
    start: State | None = None,
    device=None,
) -> Training:
    """A rate for each side that falls to 0 in a straight line (chapter 15). every: as in `steady`."""
    return train(
        game,
        steps=steps,
        batch_size=batch_size,
        lr_g=lr_g,
        lr_d=lr_d,
        decay="linear",
        optimiser="fused adam",
        seed=seed,
        every=steps if every is None else every,
        points=2,
        start=start,
        device=device,
    )


def modules(training: Training, *names: str) -> dict[str, nn.Module]:
    """These networks of a training, or all, as ordinary modules on the CPU, not to be trained further: their
    running means where the game keeps them, else as they are now."""
    game, state = training.game, training.state
    flat = {**state.params, **state.averages}
    return {
        name: nets.load(game.nets[name], flat[name].cpu().float()).eval().requires_grad_(False)
        for name in names or game.nets
    }
