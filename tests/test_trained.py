"""The shipped weights: what is in them, and what is refused."""

import hashlib
import json
import os
import shutil
from itertools import chain

import pytest
import torch
from safetensors.torch import save

from gan_teach import nets
from gan_teach.images import (
    classifier,
    digit_models,
    digits,
    domain_models,
    image_nets,
    trained,
)

SHIPPED = sorted(trained.index())
OF_DIGITS = ["classifier", "conditional", "dcgan", "dcgan wide averaged", "put right"]
SMALL = digit_models.conv(channels=4)


@pytest.fixture
def folder(tmp_path):
    """A folder with the book's own weights, to be spoilt."""
    shutil.copytree(trained.FOLDER, tmp_path / "weights")
    return tmp_path / "weights"


def test_what_the_book_needs_is_shipped_and_small():
    listed = [name for models in chain.from_iterable(trained.LISTS.values()) for name in models.SHIPPED]
    assert SHIPPED == sorted([*OF_DIGITS, trained.READER, *listed])
    files = [trained.FOLDER / entry["file"] for entry in trained.index().values()]
    assert {p.name for p in trained.FOLDER.iterdir()} == {p.name for p in files} | {"index.json"}
    assert sum(p.stat().st_size for p in files) < 20e6
    assert all(
        (trained.FOLDER / trained.index()[name]["file"]).stat().st_size < 2e6
        for name in domain_models.SHIPPED
    )
    assert (trained.FOLDER / trained.index()[trained.READER]["file"]).stat().st_size < 0.5e6
    assert all(
        {"sha256", "architecture", "seed", "steps", "seconds"} <= set(entry)
        for entry in trained.index().values()
    )


@pytest.mark.parametrize("name", SHIPPED)
def test_each_is_the_file_that_was_shipped_and_of_its_architecture(name):
    entry, module = trained.index()[name], trained.load(name)
    content = (trained.FOLDER / entry["file"]).read_bytes()
    assert (
        hashlib.sha256(content).hexdigest() == entry["sha256"]
        and trained.architecture(module) == entry["architecture"]
    )
    assert not module.training and all(
        p.dtype == torch.float32 and not p.requires_grad for p in module.parameters()
    )


@pytest.mark.parametrize("name", [n for n in OF_DIGITS if n != "classifier"])
def test_each_generator_gives_images_one_for_a_latent(name):
    G, game = trained.load(name), digit_models.get(name).game()
    drawn, latent = [*game.latents(40, torch.Generator().manual_seed(0)).values()], game.latent
    x, z = trained.generate(G, *drawn), drawn[0]
    assert x.min() >= -1 and x.max() <= 1 and x.std(0).max() > 0.3
    assert torch.allclose(trained.generate(G, *(part[3:4] for part in drawn)), x[3:4], atol=1e-5)
    with pytest.raises(ValueError, match="takes"):
        trained.generate(G, z, None if game.classes else 3)
    with pytest.raises(
        ValueError,
        match=rf"latents must have the shape \[n, {latent.dim}\] for this generator, but \[40, 7\]",
    ):
        trained.generate(G, z[:, :7])


@pytest.mark.skipif(not os.environ.get(digits.VARIABLE), reason="needs MNIST")
def test_the_classifier_is_as_good_as_the_index_says():
    measured = classifier.accuracy(trained.load("classifier"), digits.mnist("test"))
    assert measured == pytest.approx(trained.index()["classifier"]["accuracy"], abs=5e-4) and measured > 0.985


def test_weights_come_back_in_half_precision(tmp_path):
    theta = nets.flatten(nets.initialise(SMALL.generator, 1))
    G = image_nets.standing(
        SMALL.generator, theta, torch.randn(50, 64, generator=torch.Generator().manual_seed(0))
    )
    trained.store("dcgan", G, {"seed": 1, "steps": 0, "seconds": 0}, folder=tmp_path)
    back = trained.load("dcgan", into=image_nets.with_statistics(SMALL.generator), folder=tmp_path)
    z = torch.randn(5, 64, generator=torch.Generator().manual_seed(2))
    assert (trained.generate(back, z) - trained.generate(G, z)).abs().max() < 0.01
    assert sorted(p.name for p in tmp_path.iterdir()) == ["dcgan.safetensors", "index.json"]


def test_an_altered_file_is_refused_with_both_hashes(folder):
    path = folder / trained.index()["classifier"]["file"]
    spoilt = path.read_bytes()[:-1] + b"x"
    path.write_bytes(spoilt)
    with pytest.raises(trained.WeightsError) as error:
        trained.load("classifier", folder=folder)
    assert all(
        h in str(error.value)
        for h in (trained.index()["classifier"]["sha256"], hashlib.sha256(spoilt).hexdigest())
    )


def test_a_missing_file_is_named(folder):
    (folder / "dcgan.safetensors").unlink()
    with pytest.raises(trained.WeightsError, match="the weights of 'dcgan' are missing"):
        trained.load("dcgan", folder=folder)


def test_another_architecture_is_refused_with_both():
    other = image_nets.with_statistics(SMALL.generator)
    with pytest.raises(trained.WeightsError) as error:
        trained.load("dcgan", into=other)
    assert trained.architecture(other) in str(error.value) and trained.index()["dcgan"][
        "architecture"
    ] in str(error.value)


def test_a_file_that_says_it_is_what_it_is_not_is_refused(folder):
    content = save(
        {"x": torch.zeros(3)}, metadata={"architecture": trained.architecture(classifier.Classifier())}
    )
    (folder / "classifier.safetensors").write_bytes(content)
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    index["classifier"]["sha256"] = hashlib.sha256(content).hexdigest()
    (folder / "index.json").write_text(json.dumps(index), encoding="utf-8")
    with pytest.raises(trained.WeightsError, match="don't fit"):
        trained.load("classifier", folder=folder)


def test_an_unknown_name_is_answered_with_those_there_are():
    with pytest.raises(
        ValueError,
        match="name must be one of .*, classifier, coded digits, .*, but 'biggan'",
    ):
        trained.load("biggan")
