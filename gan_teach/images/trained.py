"""The trained networks that the book ships, generators, a classifier of digits and the town's reader:
safetensors, in half precision, each with its hash.

`index.json` says of each file what it is, from which seed and run it came, and its SHA-256; `make weights`
makes them again. Chapters 12 to 27.
"""

import hashlib
import json
from itertools import chain
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load as parse
from safetensors.torch import save as serialise
from torch import nn

from gan_teach.checks import one_of
from gan_teach.experiments import distilling, pairing, scaling, strokes
from gan_teach.files import written_whole
from gan_teach.images import (
    attending_models,
    beyond_models,
    codes_models,
    coupled_models,
    digit_models,
    domain_models,
    forgery,
    growing_models,
    image_nets,
    label_models,
    making_models,
    member_models,
    redrawn_models,
    repairing_models,
    scan_models,
    style_models,
    words_models,
)
from gan_teach.images.classifier import Classifier
from gan_teach.images.digits import as_labels
from gan_teach.images.town.reader import Reader

FOLDER = Path(__file__).parent / "weights"
INDEX = FOLDER / "index.json"
CLASSIFIER, READER = "classifier", "reader"
# Lists of trainings, by where their scores lie in `book/data`: each has SHIPPED, the names of what is shipped
# of it, and `blank`. The detectors' trainings load other networks; `forgery` is what ships of them.
LISTS = {
    "domains": (domain_models, coupled_models),
    "scaling": (scaling,),
    "attending": (attending_models,),
    "growing": (growing_models,),
    "style": (style_models,),
    "today": (pairing, distilling, strokes),
    "labels": (label_models,),
    "codes": (codes_models, words_models),
    "beyond": (beyond_models,),
    "repairing": (repairing_models,),
    "making": (making_models,),
    "redrawn": (redrawn_models,),
    "trust": (scan_models, member_models, forgery),
}


class WeightsError(RuntimeError):
    """A file of weights is not there, not the one that was shipped, or of another network; the text names
    both."""


def index(folder: Path = FOLDER) -> dict:
    """What is shipped: {name: {"file", "sha256", "architecture", "seed", "steps", "seconds", ...}}. {} where
    there is nothing yet."""
    path = folder / INDEX.name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def architecture(module: nn.Module) -> str:
    """The module in one line: its class, and its layers that have parameters with their sizes."""
    layers = [
        f"{type(layer).__name__} {'x'.join(map(str, layer.weight.shape))}"
        for layer in module.modules()
        if isinstance(getattr(layer, "weight", None), nn.Parameter)
    ]
    return f"{type(module).__name__}: {', '.join(layers)}"


def blank(name: str) -> nn.Module:
    """The network of that name, untrained, as the file has it (batch norm with statistics)."""
    if name == CLASSIFIER:
        return Classifier()
    if name == READER:
        return Reader()
    for models in chain.from_iterable(LISTS.values()):
        if name in models.SHIPPED:
            return models.blank(name)
    return image_nets.with_statistics(digit_models.get(name).game().generator)


def store(name: str, module: nn.Module, about: dict, folder: Path = FOLDER) -> Path:
    """Write the module's numbers in half precision, and its entry in the index; about: seed, steps, seconds,
    scores."""
    numbers = {
        key: value.detach().half().contiguous() if value.is_floating_point() else value
        for key, value in module.state_dict().items()
    }
    content = serialise(numbers, metadata={"architecture": architecture(module)})
    path = folder / f"{name.replace(' ', '-')}.safetensors"
    with written_whole(path) as file:
        file.write(content)
    entry = {
        "file": path.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "architecture": architecture(module),
        **about,
    }
    with written_whole(folder / INDEX.name, "w") as file:
        json.dump(dict(sorted({**index(folder), name: entry}.items())), file, indent=1)
    return path


def load(name: str, into: nn.Module | None = None, folder: Path = FOLDER) -> nn.Module:
    """The trained network of that name, on the CPU, in single precision, for use and not for training.

    into: a network of your own to take the weights. Errors: `ValueError` for an unknown name; `WeightsError`
    for a file that is missing or altered (with the hash expected and found), or a network of another
    architecture (with both).
    """
    entry = index(folder)[one_of("name", name, index(folder))]
    module, path = blank(name) if into is None else into, folder / entry["file"]
    if not path.exists():
        raise WeightsError(f"the weights of {name!r} are missing: {path}")
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != entry["sha256"]:
        raise WeightsError(
            f"{path} is not the file that was shipped: its SHA-256 should be {entry['sha256']} and is {found}"
        )
    with safe_open(path, "pt") as file:
        theirs = (file.metadata() or {}).get("architecture", "unknown")
    if architecture(module) != theirs:
        raise WeightsError(
            f"the weights of {name!r} are those of another network.\n  in the file: {theirs}\n  asked "
            f"for:   {architecture(module)}"
        )
    numbers = {
        key: value.float() if value.is_floating_point() else value for key, value in parse(content).items()
    }
    try:
        module.load_state_dict(numbers)
    except RuntimeError as error:
        raise WeightsError(
            f"the weights of {name!r} don't fit into {architecture(module)}: {error}"
        ) from None
    return module.eval().requires_grad_(False)


def generate(generator: nn.Module, z: torch.Tensor, labels=None) -> torch.Tensor:
    """Images [n, 784] for the latents z [n, latent_dim]; of a conditional generator, for the labels asked of
    it: one digit, [n] digits, or [n, 10] shares of digits.

    Errors: `ValueError` for latents of another size, for labels that are no digits or not one a latent, or
    for labels where none are wanted (and none where they are).
    """
    classes = getattr(generator, "classes", 0)
    first = next(layer for layer in generator.modules() if isinstance(layer, nn.Linear)).in_features - classes
    if z.ndim != 2 or z.shape[1] != first:
        raise ValueError(
            f"latents must have the shape [n, {first}] for this generator, but {list(z.shape)} was given"
        )
    if bool(classes) != (labels is not None):
        raise ValueError(f"this generator takes {'a label with each latent' if classes else 'no labels'}")
    with torch.no_grad():
        return generator(z, as_labels(labels, len(z)).to(z)) if classes else generator(z)
