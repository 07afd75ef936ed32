"""The town's bells: tones whose pitch and timbre are known, an ear that reads them, and sounds for a page."""

import base64
import io
import math
import re
import wave

import pytest
import torch

from gan_teach.images.town import tones


def some(n=200, seed=0, alike=False):
    there = tones.sample(n, torch.Generator().manual_seed(seed), alike)
    return there, tones.waves(there)


@pytest.mark.parametrize("alike", [False, True])
def test_the_ear_reads_what_was_rung(alike):
    there, x = some(alike=alike)
    assert x.shape == (200, 512) and 0.3 < x.abs().max() < 1
    found = tones.report(x, there.note)
    assert found["cents"] < 2 and found["in tune"] == 1
    assert found["beside"] < 0.01 and found["above"] < 1e-3 and found["timbre"] < 0.02
    known = torch.tensor([*tones.TIMBRES.values()])[there.timbre]
    assert (tones.harmonics(x) - known).abs().max() < 0.15
    assert not alike or there.phase.abs().max() == 0


def test_each_figure_finds_its_own_fault():
    there, x = some()
    wrong = tones.report(x, (there.note + 1) % 5)
    assert wrong["in tune"] == 0 and wrong["cents"] > 100
    t = torch.arange(512) / tones.RATE
    high = x + 0.3 * torch.sin(2 * math.pi * 1900 * t)
    assert tones.above(high).min() > 0.05 > tones.above(x).max()
    between = x + 0.3 * torch.sin(2 * math.pi * 1.5 * tones.pitches(x)[:, None] * t)
    assert tones.beside(between).mean() > 0.1 > tones.beside(x).max()
    assert tones.beside(torch.zeros(1, 512)).item() == 1
    square = tones.report(x.sign(), there.note)
    assert square["timbre"] > 0.05


def test_the_ear_does_not_ask_for_the_phase():
    there, x = some(50)
    moved = tones.Tones(there.note, there.timbre, torch.remainder(there.phase + 0.5, 1), there.decay)
    assert tones.cents(tones.pitches(tones.waves(moved)), tones.pitches(x)).abs().max() < 15
    assert tones.cents(torch.tensor(440.0), torch.tensor(220.0)) == 1200


def test_a_recording_plays_what_it_was_given():
    _, x = some(4)
    line = tones.melody(x, pause=32)
    assert line.shape == (4 * 544,) and torch.equal(line[544:1056], x[1]) and line[512:544].abs().max() == 0
    content = tones.recording(line)
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8192, 1, 2)
        played = torch.frombuffer(bytearray(file.readframes(file.getnframes())), dtype=torch.int16)
    assert len(played) == 2 * len(line)
    assert (played[::2] / 32767 - line.clamp(-1, 1)).abs().max() < 0.01
    assert len(content) < 100_000


def test_sounds_stand_in_the_page_with_their_words():
    _, x = some(1)
    page = tones.Heard({'a "bell" & more': x[0]})._repr_html_()
    assert 'aria-label="a &quot;bell&quot; &amp; more"' in page and "<audio controls" in page
    (data,) = re.findall(r'src="data:audio/wav;base64,([^"]+)"', page)
    assert base64.b64decode(data) == tones.recording(x[0])
    assert "autoplay" not in page and "http" not in page
    assert repr(tones.Heard({"a bell": x[0]})) == "<sounds: a bell>"


def test_what_can_not_be_is_refused_by_name():
    one = torch.tensor([0])
    with pytest.raises(ValueError, match="note must be from 0 to 4, but 9"):
        tones.Tones(one + 9, one, torch.zeros(1), torch.tensor([5.0]))
    with pytest.raises(ValueError, match=r"decay must be \[1\], but \[2\]"):
        tones.Tones(one, one, torch.zeros(1), torch.zeros(2) + 5)
    with pytest.raises(ValueError, match=r"waves must be \[n, 512\], but \[1, 500\]"):
        tones.pitches(torch.zeros(1, 500))
    with pytest.raises(ValueError, match="pause must be a whole number above zero"):
        tones.melody(torch.zeros(1, 512), 0)
