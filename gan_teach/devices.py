"""Where the training runs: the reader's GPU when there is one, else the CPU."""

import os

import torch

VARIABLE = "GAN_TEACH_DEVICE"


def device(name: str | None = None, say: bool = True) -> torch.device:
    """Choose the device to train on, and say which.

    name: "cpu", "cuda" (also "cuda:1") or "mps". Without it the environment variable GAN_TEACH_DEVICE
    decides, and without that the first of CUDA, MPS (Apple) and CPU that is there. say: print the choice in
    one line.
    Errors: `ValueError` for a device that does not exist or is not there. Used by every chapter that trains.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    source = "device" if name else VARIABLE
    asked = name or os.environ.get(VARIABLE) or next(kind for kind, found in there.items() if found)
    kind = asked.split(":")[0]
    if kind not in there:
        raise ValueError(f"{source} must be one of cpu, cuda, mps, but {asked!r} was given")
    if not there[kind]:
        found = ", ".join(k for k, yes in there.items() if yes)
        raise ValueError(f"{source} asks for {asked!r}, which is not there; found here: {found}")
    try:
        chosen = torch.device(asked)
    except RuntimeError:
        raise ValueError(
            f"{source} must look like cpu, cuda, cuda:1 or mps, but {asked!r} was given"
        ) from None
    if chosen.type == "cuda" and chosen.index is not None and chosen.index >= torch.cuda.device_count():
        raise ValueError(
            f"{source} asks for {asked!r}, but this machine has {torch.cuda.device_count()} CUDA devices"
        )
    if say:
        label = (
            torch.cuda.get_device_name(chosen)
            if chosen.type == "cuda"
            else {"mps": "Apple GPU"}.get(kind, "CPU")
        )
        print(f"training on {chosen} ({label})")
    return chosen
