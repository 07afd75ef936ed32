"""Tones of the town's bells: short sounds with a known note and known harmonics, and the ear that reads them.

.. code-block:: none

    sample(n, generator)    notes, timbres, phases, decays
    waves(tones)            [n, 512] in [-1, 1], an eighth of a second
    pitches(waves)          [n] in Hz, by the highest peak of the spectrum
    report(waves, notes)    the ear's figures

Chapter 26.
"""

import base64
import html
import io
import math
import wave
from dataclasses import dataclass

import torch
from torch import Tensor

from gan_teach.checks import positive

RATE, SAMPLES = 4096, 512  # samples a second, and in a tone
NOTES = {"G": 196.0, "A": 220.0, "B": 246.94, "D": 293.66, "E": 329.63}  # Hz
TIMBRES = {"full": (1.0, 0.5, 0.33, 0.25, 0.2), "hollow": (1.0, 0.0, 0.5, 0.0, 0.3)}  # of five harmonics
RANGES = {"phase": (0.0, 1.0), "decay": (4.0, 12.0)}  # in turns; per second
KINDS = {"note": tuple(NOTES), "timbre": tuple(TIMBRES)}
LOUD, RISE = 0.45, 0.01  # how loud the first harmonic begins, after how many seconds
HEARD, WIDE, TOP = (150.0, 420.0), 20.0, 1750.0  # Hz: where a pitch is looked for; a peak; all harmonics
LONG = 8192  # points of a spectrum: half a Hz apart


@dataclass(frozen=True, eq=False)
class Tones:
    """n tones: whole numbers [n] for the factors of `KINDS`, numbers [n] for those of `RANGES`. Errors:
    `ValueError` for values outside these, or of another number."""

    note: Tensor
    timbre: Tensor
    phase: Tensor
    decay: Tensor

    def __post_init__(self):
        for name, (low, high) in {**{k: (0, len(v) - 1) for k, v in KINDS.items()}, **RANGES}.items():
            values = getattr(self, name)
            if values.ndim != 1 or len(values) != len(self.note):
                raise ValueError(f"{name} must be [{len(self.note)}], but {list(values.shape)} was given")
            odd = values[~((values >= low) & (values <= high))]
            if len(odd):
                raise ValueError(f"{name} must be from {low} to {high}, but {odd[0].item()} was given")


def sample(n: int, generator: torch.Generator, alike: bool = False) -> Tones:
    """n tones, each factor uniform and on its own; alike: all begin with phase 0. Errors: `ValueError` for
    n < 1."""
    n = positive("n", n, whole=True)
    kinds = {name: torch.randint(len(words), (n,), generator=generator) for name, words in KINDS.items()}
    rest = {
        name: low + (high - low) * torch.rand(n, generator=generator) for name, (low, high) in RANGES.items()
    }
    return Tones(**kinds, **(rest | ({"phase": torch.zeros(n)} if alike else {})))


def waves(tones: Tones) -> Tensor:
    """[n, 512] in [-1, 1]: five harmonics, each with the tone's phase, which fade together."""
    t = torch.arange(SAMPLES) / RATE
    pitch = torch.tensor([*NOTES.values()])[tones.note]
    size = torch.tensor([*TIMBRES.values()])[tones.timbre]  # [n, harmonics]
    turns = pitch[:, None] * t + tones.phase[:, None]
    sound = sum(size[:, h, None] * torch.sin(2 * math.pi * (h + 1) * turns) for h in range(size.shape[1]))
    return LOUD * sound * (t / RISE).clamp_max(1) * torch.exp(-tones.decay[:, None] * t)


def _check(x: Tensor):
    if x.ndim != 2 or x.shape[1] != SAMPLES:
        raise ValueError(f"waves must be [n, {SAMPLES}], but {list(x.shape)} was given")


def spectrum(x: Tensor) -> Tensor:
    """How much of each frequency there is, half a Hz apart, through a Hann window: [n, 512] -> [n, 4097]."""
    _check(x)
    return torch.fft.rfft(x * torch.hann_window(SAMPLES), LONG).abs()


def pitches(x: Tensor) -> Tensor:
    """The pitch of each sound in Hz, [n]: where between 150 and 420 Hz the spectrum is highest. The ear
    answers whatever it is given."""
    low, high = (round(f * LONG / RATE) for f in HEARD)
    return (spectrum(x)[:, low : high + 1].argmax(1) + low) * RATE / LONG


def cents(heard: Tensor, wanted: Tensor) -> Tensor:
    """How far one pitch is above another, in hundredths of a semitone."""
    return 1200 * torch.log2(heard / wanted)


def harmonics(x: Tensor) -> Tensor:
    """How strong the five harmonics of the heard pitch are, each over the first: [n, 5]."""
    at = torch.arange(1, 6) * pitches(x)[:, None]
    found = spectrum(x).gather(1, (at * LONG / RATE).round().long().clamp_max(LONG // 2))
    return found / found[:, :1].clamp_min(1e-9)


def beside(x: Tensor) -> Tensor:
    """The share of a sound's energy that lies beside the harmonics of its pitch: [n]; 1 for silence."""
    power, f = spectrum(x).square(), torch.arange(LONG // 2 + 1) * RATE / LONG
    of_pitch = pitches(x)[:, None]
    nearest = (f / of_pitch).round().clamp(1, 5) * of_pitch
    inside = (f - nearest).abs() <= WIDE
    return 1 - (power * inside).sum(1) / power.sum(1).clamp_min(1e-12)


def above(x: Tensor) -> Tensor:
    """The share of a sound's energy above 1750 Hz, where no tone of the town has a harmonic: [n]."""
    power, first = spectrum(x).square(), round(TOP * LONG / RATE)
    return power[:, first:].sum(1) / power.sum(1).clamp_min(1e-12)


def report(x: Tensor, notes: Tensor) -> dict[str, float]:
    """Of sounds and the notes that were asked for: "cents", the median of how far the pitch is off; "in
    tune", the share within 25 cents; "beside" and "above", the means of these shares; "timbre", the mean of
    how far the harmonics are from the nearer of the two timbres."""
    off = cents(pitches(x), torch.tensor([*NOTES.values()])[notes]).abs()
    known = torch.tensor([*TIMBRES.values()])
    far = (harmonics(x)[:, None] - known).abs().mean(2).amin(1)
    found = {
        "cents": off.median(),
        "in tune": (off <= 25).float().mean(),
        "beside": beside(x).mean(),
        "above": above(x).mean(),
        "timbre": far.mean(),
    }
    return {name: round(float(value), 4) for name, value in found.items()}


class Heard:
    """What the last line of a cell shows: sounds to play, {words: waves [samples]}. They stand in the page
    itself, so that nothing is fetched, and nothing plays by itself."""

    def __init__(self, sounds: dict[str, Tensor]):
        self.sounds = sounds

    def __repr__(self):
        return f"<sounds: {'; '.join(self.sounds)}>"

    def _repr_html_(self) -> str:
        parts = []
        for words, x in self.sounds.items():
            data, said = base64.b64encode(recording(x)).decode(), html.escape(words)
            parts.append(
                f'<figure style="margin: 0 0 .7rem"><figcaption style="text-align: left; color: inherit">'
                f'{said}</figcaption><audio controls aria-label="{said}" '
                f'src="data:audio/wav;base64,{data}"></audio></figure>'
            )
        return "".join(parts)


def melody(x: Tensor, pause: int = 64) -> Tensor:
    """Sounds one after another, with a pause of so many samples: [n, 512] -> [samples]."""
    _check(x)
    return torch.cat([x, x.new_zeros(len(x), positive("pause", pause, whole=True))], 1).flatten()


def recording(x: Tensor) -> bytes:
    """One sound [samples] in [-1, 1] as a WAV file of 16 bits at 8192 Hz; louder parts are cut off."""
    spectral = torch.fft.rfft(x.double())
    finer = 2 * torch.fft.irfft(spectral, 2 * len(x))
    content = (finer.clamp(-1, 1) * 32767).round().to(torch.int16).numpy().astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1), out.setsampwidth(2), out.setframerate(2 * RATE)
        out.writeframes(content.tobytes())
    return file.getvalue()
