"""The digits: what is drawn from them, and every way in which getting them can fail."""

import errno
import gzip
import hashlib
import os
import shutil
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import torch

from gan_teach import targets
from gan_teach.images import digit_models, digits

REAL = os.environ.get(digits.VARIABLE)
needs_mnist = pytest.mark.skipif(not REAL, reason=f"{digits.VARIABLE} names no folder with the MNIST files")


def seeded(n=0):
    return torch.Generator().manual_seed(n)


def idx(n=3, side=28, magic=2051):
    head = struct.pack(">IIII", magic, n, side, side) if magic == 2051 else struct.pack(">II", magic, n)
    return head + bytes(range(256)) * (n * side * side // 256 + 1)


def images(n=3):
    return idx(n)[: 16 + n * 784]


@pytest.fixture
def alone(monkeypatch, tmp_path):
    """No folder named, an empty cache, and mirrors that nobody serves."""
    monkeypatch.delenv(digits.VARIABLE, raising=False)
    monkeypatch.setattr(digits, "MIRRORS", ("http://127.0.0.1:9/one/", "http://127.0.0.1:9/two/"))
    monkeypatch.setattr(digits, "cache_folder", lambda: tmp_path / "cache")
    digits._mnist.cache_clear()
    yield tmp_path / "cache"
    digits._mnist.cache_clear()


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """A folder of files of our own, whose hashes are taken for the official ones."""
    content = {
        name: gzip.compress(
            images(5) if "images" in name else struct.pack(">II", 2049, 5) + bytes([3, 1, 4, 1, 5])
        )
        for name in digits.HASHES
    }
    for name, packed in content.items():
        (tmp_path / name).write_bytes(packed)
    monkeypatch.setattr(
        digits, "HASHES", {name: hashlib.sha256(packed).hexdigest() for name, packed in content.items()}
    )
    monkeypatch.setenv(digits.VARIABLE, str(tmp_path))
    digits._mnist.cache_clear()
    yield tmp_path
    digits._mnist.cache_clear()


@needs_mnist
def test_the_official_files_are_read():
    train, test = digits.mnist("train"), digits.mnist("test")
    assert (len(train), len(test)) == (60000, 10000) and train.labels[:10].tolist() == [
        5,
        0,
        4,
        1,
        9,
        2,
        1,
        3,
        1,
        4,
    ]
    assert abs(float(train.images.float().mean()) - 33.318) < 0.001 and train.images.dtype == torch.uint8
    assert torch.bincount(test.labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def rows(data):
    return {bytes(image.tolist()) for image in data.images}


def test_the_digits_without_a_download_are_two_parts_that_share_nothing_and_are_balanced():
    train, test = digits.some("train"), digits.some("test")
    assert (len(train), len(test)) == (4000, 1000) and not rows(train) & rows(test)
    for part in (train, test):
        assert part.labels.tolist() == list(range(10)) * (len(part) // 10)
        assert part.name == "MNIST, 5,000 digits" and part.images.max() == 255
    assert repr(test) == "<MNIST, 5,000 digits: 1,000 digits of 28 x 28>"
    assert digits.some() is train
    with pytest.raises(ValueError, match="part must be one of train, test, but 'all'"):
        digits.some("all")


@needs_mnist
def test_they_are_the_first_of_each_class_of_the_training_file():
    official, train, test = digits.mnist("train"), digits.some("train"), digits.some("test")
    for label in (0, 7):
        first = official.only(label).images[:500]
        assert torch.equal(first, torch.cat([train.only(label).images, test.only(label).images]))
    assert not rows(digits.mnist("test")) & (rows(train) | rows(test))


def test_samples_are_rows_of_pixels_in_minus_one_to_one_and_the_same_for_the_same_seed():
    data = digits.some()
    x = data.sample(64, seeded(1))
    assert x.shape == (64, 784) and x.dtype == torch.float32 and (x.min(), x.max()) == (-1.0, 1.0)
    assert torch.equal(x, data.sample(64, seeded(1))) and not torch.equal(x, data.sample(64, seeded(2)))
    back = ((x + 1) * 127.5).round().to(torch.uint8)
    assert (back[:, None] == data.images[None]).all(-1).any(1).all()
    with pytest.raises(targets.NoDensityError, match="nobody knows"):
        data.log_prob(x)


def test_labelled_samples_are_the_images_with_their_own_labels():
    data = digits.some()
    x, y = data.sample_labelled(50, seeded(3))
    assert torch.equal(x, data.sample(50, seeded(3))) and y.shape == (50, digits.CLASSES) == (
        50,
        data.classes,
    )
    assert (y.sum(1) == 1).all() and set(data.only(7).labels.tolist()) == {7}
    same = (x[:, None] == data.first(len(data))[None]).all(
        -1
    )  # each sample is one of the data, with its label
    assert torch.equal(data.labels[same.int().argmax(1)], y.argmax(1))


def test_a_conditional_game_asks_for_every_label_equally_often():
    drawn = digit_models.conv(labelled=True, channels=4).latents(20000, seeded())
    assert drawn["z"].shape == (20000, 64) and abs(drawn["z"].std() - 1) < 0.02
    assert ((drawn["y_fake"].mean(0) - 0.1).abs() < 4 * (0.09 / 20000) ** 0.5).all()


@pytest.mark.parametrize("labels", [[10], [-1], [0.5], [True]])
def test_labels_that_are_none_are_refused(labels):
    with pytest.raises(ValueError, match="whole numbers from 0 to 9, but"):
        digits.as_labels(labels, 1)


def test_a_label_for_each_latent():
    assert digits.as_labels(7, 3).argmax(1).tolist() == [7, 7, 7]
    with pytest.raises(ValueError, match="one label for each of the 3 latents"):
        digits.as_labels([1, 2], 3)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "cut short"),
        (images()[:9], "no file of MNIST"),
        (images()[:-1], "must hold 2,352 bytes after its header, but holds 2,351"),
        (images() + b"x", "2,353"),
        (idx(side=27), "no file of MNIST"),
        (b"PK" + images()[2:], "no file of MNIST images or labels: it begins with 50 4b"),
    ],
)
def test_a_spoilt_file_is_named(content, says):
    with pytest.raises(digits.DataError, match=says) as error:
        digits.parse(content, "train-images")
    assert "train-images" in str(error.value)


def test_files_are_taken_from_the_folder_that_is_named(folder):
    data = digits.mnist("train")
    assert (
        data.labels.tolist() == [3, 1, 4, 1, 5]
        and data.images.shape == (5, 784)
        and data.images[0, :3].tolist() == [0, 1, 2]
    )


@pytest.mark.parametrize(
    "spoil",
    [lambda b: b[:-5], lambda b: b[:40] + b"x" + b[41:], lambda b: b"<html>not found</html>"],
    ids=["cut short", "altered", "another kind"],
)
def test_a_spoilt_file_in_the_folder_is_named_with_both_hashes_and_nothing_takes_its_place(folder, spoil):
    name = "train-images-idx3-ubyte.gz"
    spoilt = spoil((folder / name).read_bytes())
    (folder / name).write_bytes(spoilt)
    with pytest.raises(digits.DataError) as error:
        digits.load("train")
    assert all(
        word in str(error.value) for word in (name, digits.HASHES[name], hashlib.sha256(spoilt).hexdigest())
    )


def test_a_folder_without_the_files_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv(digits.VARIABLE, str(tmp_path))
    with pytest.raises(digits.DataError, match="train-images-idx3-ubyte.gz can't be read"):
        digits.load("train")


def test_without_a_network_5000_digits_serve_and_say_so(alone):
    with pytest.warns(
        UserWarning, match=r"5,000 digits of its training file take its place[^§]*one/: [^§]*two/: "
    ):
        data = digits.load("test")
    assert data is digits.some("test") and list(alone.glob("*")) == []
    with pytest.raises(digits.DataError, match="can't be had"):
        digits.mnist("test")


@pytest.fixture
def served(tmp_path):
    from browsing import served

    (tmp_path / "mirror").mkdir()
    with served(tmp_path / "mirror") as address:
        yield tmp_path / "mirror", address


def test_a_download_is_checked_kept_and_not_repeated(alone, served, monkeypatch, folder):
    mirror, address = served
    for name in digits.HASHES:
        shutil.copy(folder / name, mirror)
    monkeypatch.delenv(digits.VARIABLE)
    monkeypatch.setattr(digits, "MIRRORS", ("http://127.0.0.1:9/", address))
    assert digits.mnist("train").labels.tolist() == [
        3,
        1,
        4,
        1,
        5,
    ]  # the first mirror is down, the second serves
    assert {p.name for p in alone.iterdir()} == {n for n in digits.HASHES if n.startswith("train")}
    digits._mnist.cache_clear()
    monkeypatch.setattr(digits, "MIRRORS", ())
    assert len(digits.mnist("train")) == 5


def test_a_wrong_download_leaves_nothing_behind(alone, served, monkeypatch):
    mirror, address = served
    for name in digits.HASHES:
        (mirror / name).write_bytes(gzip.compress(images()))
    monkeypatch.setattr(digits, "MIRRORS", (address,))
    name = "train-images-idx3-ubyte.gz"
    with pytest.raises(digits.DataError) as error:
        digits.mnist("train")
    assert digits.HASHES[name] in str(error.value) and hashlib.sha256(
        (mirror / name).read_bytes()
    ).hexdigest() in str(error.value)
    assert list(alone.iterdir()) == []


def test_a_spoilt_file_in_the_cache_is_fetched_again(alone, served, monkeypatch, folder):
    mirror, address = served
    for name in digits.HASHES:
        shutil.copy(folder / name, mirror)
    monkeypatch.delenv(digits.VARIABLE)
    monkeypatch.setattr(digits, "MIRRORS", (address,))
    alone.mkdir()
    (alone / "train-images-idx3-ubyte.gz").write_bytes(b"half of it")
    assert len(digits.mnist("train")) == 5


@pytest.mark.parametrize(
    "number", [errno.ENOSPC, errno.EACCES, errno.EROFS], ids=["full disk", "no rights", "read-only"]
)
def test_a_cache_that_cannot_be_written_leads_to_the_5000(alone, served, monkeypatch, number):
    _, address = served
    monkeypatch.setattr(digits, "MIRRORS", (address,))

    def refuse(*arguments, **options):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", refuse)
    monkeypatch.setattr(os, "makedirs", refuse)
    with pytest.warns(UserWarning, match=f"(?i){os.strerror(number)}|permission"):
        assert digits.load("train").name == "MNIST, 5,000 digits"


def test_a_disk_that_fills_up_half_way_keeps_no_half_file(alone, served, monkeypatch, folder):
    mirror, address = served
    for name in digits.HASHES:
        shutil.copy(folder / name, mirror)
    monkeypatch.delenv(digits.VARIABLE)
    monkeypatch.setattr(digits, "MIRRORS", (address,))

    def half(url, output_file, *arguments, **options):
        Path(output_file).write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(digits, "_download", half)
    with pytest.warns(UserWarning, match="No space left"):
        assert digits.load("train").name == "MNIST, 5,000 digits"
    assert [p for p in alone.iterdir() if p.is_file()] == []


def test_data_that_is_held_in_memory_moves_to_the_device_as_bytes():
    data = digits.some().to("cpu")
    assert data.images.dtype == torch.uint8 and np.prod(data.images.shape) == 4000 * 784


def test_a_training_file_alone_is_not_taken_for_the_digits_to_learn_from(alone, served, monkeypatch, folder):
    """The 5,000 are of the training file: a test part of them beside MNIST's own 60,000 would be no test."""
    mirror, address = served
    for name in digits.HASHES:
        if name.startswith("train"):
            shutil.copy(folder / name, mirror)
    monkeypatch.delenv(digits.VARIABLE)
    monkeypatch.setattr(digits, "MIRRORS", (address,))
    for part in digits.PARTS:
        with pytest.warns(UserWarning, match="t10k-images-idx3-ubyte.gz can't be had[^§]*status 404"):
            assert digits.load(part) is digits.some(part)
    assert len(digits.mnist("train")) == 5


@pytest.mark.parametrize("what", ["exists", "read_bytes"])
def test_a_cache_that_may_not_be_read_leads_to_the_5000(alone, monkeypatch, what):
    alone.mkdir()
    (alone / "train-images-idx3-ubyte.gz").write_bytes(b"not for you")

    def refuse(path):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, what, refuse)
    with pytest.warns(UserWarning, match="cache folder can't be read .Permission denied"):
        assert digits.load("test") is digits.some("test")


def test_no_home_to_keep_a_cache_in_leads_to_the_5000(alone, monkeypatch):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(digits, "cache_folder", homeless)
    with pytest.warns(UserWarning, match="cache folder can't be read .*home directory"):
        assert digits.load("train") is digits.some("train")


@pytest.mark.parametrize("status", [403, 503])
def test_the_status_of_a_mirror_is_named(alone, monkeypatch, status):
    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_error(status)

        def log_message(self, *said):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(digits, "MIRRORS", (f"http://127.0.0.1:{server.server_port}/",))
        with pytest.warns(UserWarning, match=f"/: HTTPError, status {status} "):
            digits.load("train")
        server.shutdown()


SOME = (torch.zeros(3, 784, dtype=torch.uint8), torch.zeros(3, dtype=torch.int64))


@pytest.mark.parametrize(
    ("images", "labels", "says"),
    [
        (torch.zeros(3, 784), SOME[1], r"images must be bytes.* images float32 \[3, 784\]"),
        (SOME[0].numpy(), SOME[1], "images must be bytes.* images ndarray"),
        (SOME[0].int(), SOME[1], "images must be bytes.* images int32"),
        (SOME[0].view(3, 28, 28), SOME[1], r"images \[n, 784\] .*\[3, 28, 28\]"),
        (SOME[0][:2], SOME[1], r"images \[n, 784\] and labels \[n\], but images uint8 \[2, 784\]"),
        (SOME[0], SOME[1].float(), "labels must be whole numbers.* labels float32"),
        (SOME[0], SOME[1][:, None], r"labels \[n\].*\[3, 1\]"),
        (SOME[0], [0, 1, 2], "labels must be whole numbers.* labels list"),
        (SOME[0], SOME[1] + 10, "labels must be whole numbers from 0 to 9"),
    ],
)
def test_digits_of_another_kind_are_refused(images, labels, says):
    with pytest.raises(ValueError, match=says):
        digits.Digits("mine", images, labels)
