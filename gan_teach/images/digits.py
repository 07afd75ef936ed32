"""The handwritten digits: MNIST, fetched once and checked by its hash; and where it can't be had, small real
digits in its place.

A digit is a row of 784 numbers in [-1, 1], its 28 rows of 28 pixels one after the other: -1 is the
background, 1 is ink. The images are held as bytes and turned into numbers when they are drawn. Chapters 12 to
14.
"""

import gzip
import hashlib
import os
import struct
import warnings
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan_teach.checks import one_of, positive
from gan_teach.targets import NoDensityError, Target

VARIABLE = "GAN_TEACH_DATA"
SIDE, CLASSES = 28, 10
PIXELS = SIDE * SIDE
HASHES = {
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://raw.githubusercontent.com/fgnt/mnist/master/",
)
PARTS = {"train": "train", "test": "t10k"}
SECONDS = 10  # without a word from a mirror
IMAGES_MAGIC, LABELS_MAGIC = 2051, 2049


class DataError(RuntimeError):
    """The digits can't be had, or a file of them is not what it should be; the text says which and why."""


@dataclass(frozen=True, repr=False, eq=False)
class Digits(Target):
    """Real digits as a target: images [n, 784] uint8, labels [n] int64, both on one device; name says which
    data they are.

    `sample` gives images, `sample_labelled` images with their labels as one-hot: the law of pairs (image,
    label).
    """

    name: str
    images: Tensor
    labels: Tensor
    image = (SIDE, SIDE)
    dim = PIXELS
    classes = CLASSES
    window = ((-1.0, 1.0),) * PIXELS

    def __len__(self):
        return len(self.images)

    def to(self, device) -> "Digits":
        """The same digits on another device, still as bytes."""
        return replace(self, images=self.images.to(device), labels=self.labels.to(device))

    def only(self, label: int) -> "Digits":
        """The digits of one label. Errors: `ValueError` for a label outside 0 to 9."""
        chosen = self.labels == check_labels(torch.tensor([label]))[0].to(self.labels.device)
        return replace(self, images=self.images[chosen], labels=self.labels[chosen])

    def first(self, n: int) -> Tensor:
        """The first n digits as samples [n, dim]. Errors: `ValueError` for more than there are."""
        if positive("n", n, whole=True) > len(self):
            raise ValueError(f"n must be at most {len(self)}, the digits there are, but {n} was given")
        return self._samples(slice(n))

    def _samples(self, which) -> Tensor:
        return self.images[which].float() / 127.5 - 1

    def _chosen(self, n, generator) -> Tensor:
        return torch.randint(len(self), (n,), generator=generator).to(self.images.device)

    def _draw(self, n, generator):
        return self._samples(self._chosen(n, generator))

    def sample_labelled(self, n, generator):
        """As in `Target`: n images [n, 784] with their labels, one-hot [n, 10]."""
        chosen = self._chosen(positive("n", n, whole=True), generator)
        return self._samples(chosen), one_hot(self.labels[chosen])

    def _log_prob(self, x):
        raise NoDensityError(f"{self.name} are samples: nobody knows their density")

    def __repr__(self):
        return f"<{self.name}: {len(self):,} digits of {SIDE} x {SIDE}>"


def check_labels(labels: Tensor) -> Tensor:
    """The labels, if all are whole numbers from 0 to 9. Errors: `ValueError`."""
    if (
        labels.is_floating_point()
        or labels.dtype == torch.bool
        or not bool(((labels >= 0) & (labels < CLASSES)).all())
    ):
        raise ValueError(
            f"labels must be whole numbers from 0 to {CLASSES - 1}, but {labels.tolist()!r} was given"[:300]
        )
    return labels.long()


def one_hot(labels: Tensor) -> Tensor:
    """labels [n] -> [n, 10], a 1 at the label's place. Errors: `ValueError` for a label outside 0 to 9."""
    return torch.nn.functional.one_hot(check_labels(labels), CLASSES).float()


def as_labels(given, n: int) -> Tensor:
    """Labels for n digits as a conditional network takes them, [n, 10]: given one digit, n of them, or [n,
    10] shares.

    Errors: `ValueError` for labels outside 0 to 9, or not as many as asked for.
    """
    given = torch.as_tensor(given)
    if given.ndim == 2 and given.shape == (n, CLASSES):
        return given.float()
    given = given.repeat(n) if given.ndim == 0 else given
    if given.shape != (n,):
        raise ValueError(
            f"there must be one label for each of the {n} latents, but {list(given.shape)} were given"
        )
    return one_hot(given)


def parse(content: bytes, name: str = "the file") -> np.ndarray:
    """The bytes of an IDX file (uncompressed): images [n, 784] or labels [n], uint8. Errors: `DataError` that
    says what is wrong."""
    if len(content) < 8:
        raise DataError(f"{name} is cut short: {len(content)} bytes, not even a header")
    magic, n = struct.unpack(">II", content[:8])
    if magic == LABELS_MAGIC:
        head, shape = 8, (n,)
    elif magic == IMAGES_MAGIC and len(content) >= 16 and struct.unpack(">II", content[8:16]) == (SIDE, SIDE):
        head, shape = 16, (n, PIXELS)
    else:
        raise DataError(
            f"{name} is no file of MNIST images or labels: it begins with {content[:16].hex(' ')}"
        )
    if len(content) - head != int(np.prod(shape)):
        raise DataError(
            f"{name} must hold {int(np.prod(shape)):,} bytes after its header, but holds {len(content) - head:,}"
        )
    return np.frombuffer(content, np.uint8, offset=head).reshape(shape)


def _read(path: Path) -> np.ndarray:
    """A file of the four, checked by its hash. Errors: `DataError` with the hash expected and found."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path.name} can't be read in {path.parent}: {error.strerror or error}") from None
    found = hashlib.sha256(content).hexdigest()
    if found != HASHES[path.name]:
        raise DataError(
            f"{path} is not the official file (cut short, altered or of another kind): "
            f"its SHA-256 should be {HASHES[path.name]} and is {found}"
        )
    return parse(gzip.decompress(content), path.name)


def cache_folder() -> Path:
    """Where downloads are kept: this user's cache."""
    import pooch

    return Path(pooch.os_cache("gan_teach"))


def _download(url: str, output_file, pooch_object=None):
    """Stream the file to `output_file`, with a progress bar."""
    import pooch

    pooch.HTTPDownloader(progressbar=True, timeout=SECONDS)(url, output_file, pooch_object)


def _fetch(name: str) -> Path:
    """The path of the file in the cache, downloaded if it is not there. Errors: `DataError` with what each
    mirror answered."""
    import pooch

    path, answers = cache_folder() / name, []
    if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == HASHES[name]:
        return path
    for mirror in MIRRORS:
        try:
            pooch.retrieve(
                mirror + name, f"sha256:{HASHES[name]}", fname=name, path=cache_folder(), downloader=_download
            )
            return path
        except ValueError as error:  # pooch names the hash expected and found, and has kept nothing
            answers.append(f"{mirror}: {error}")
        except (
            OSError
        ) as error:  # no network, a mirror that is down, a folder that can't be written, a full disk
            here = error.errno is not None or isinstance(
                error, PermissionError
            )  # and not at the mirror, whose errors carry long texts
            answers.append(f"{mirror}: {(error.strerror or error) if here else type(error).__name__}")
            if here:
                break
    raise DataError(f"{name} can't be had:\n  " + "\n  ".join(answers))


@lru_cache(maxsize=2)
def _mnist(part: str, folder: str | None) -> Digits:
    names = [f"{PARTS[part]}-{kind}-ubyte.gz" for kind in ("images-idx3", "labels-idx1")]
    images, labels = (_read(Path(folder) / name if folder else _fetch(name)) for name in names)
    return Digits("MNIST", torch.from_numpy(images.copy()), torch.from_numpy(labels.astype(np.int64)))


def mnist(part: str = "train") -> Digits:
    """MNIST (LeCun et al. 1998): the 60,000 digits of "train" or the 10,000 of "test".

    From the folder that GAN_TEACH_DATA names, or else from the cache, downloaded on the first call (11.6 MB)
    and checked by SHA-256.
    Errors: `DataError` where a file can't be had or is not the official one.
    """
    return _mnist(one_of("part", part, PARTS), os.environ.get(VARIABLE) or None)


@lru_cache(maxsize=2)
def small(part: str = "train") -> Digits:
    """The 1,797 real 8 x 8 digits that scikit-learn carries (Alpaydin and Kaynak 1998), scaled up to 20 x 20
    pixels in a frame of 4, as MNIST frames its own. "test" is every sixth of them, "train" the rest. No
    download."""
    from sklearn.datasets import load_digits

    given = load_digits()
    test = np.arange(len(given.target)) % 6 == 0
    chosen = test if one_of("part", part, PARTS) == "test" else ~test
    x = torch.from_numpy(given.images[chosen]).float()[:, None] / 16
    x = torch.nn.functional.interpolate(x, size=SIDE - 8, mode="bicubic", align_corners=False).clamp(0, 1)
    images = torch.nn.functional.pad(x, (4, 4, 4, 4)).mul(255).round().to(torch.uint8)
    return Digits(
        "small digits", images.reshape(-1, PIXELS), torch.from_numpy(given.target[chosen].astype(np.int64))
    )


def load(part: str = "train") -> Digits:
    """MNIST, or where it can't be had the small digits; a warning then says why. `name` says which they are.

    Errors: `DataError` where GAN_TEACH_DATA names a folder whose files are missing or altered: what was asked
    for by name is not replaced in silence.
    """
    try:
        return mnist(part)
    except DataError as error:
        if os.environ.get(VARIABLE):
            raise
        warnings.warn(
            f"MNIST can't be had, so the small digits of scikit-learn take its place. To have MNIST, put its four files into a "
            f"folder and name it in {VARIABLE}. ({error})",
            stacklevel=2,
        )
        return small(part)
