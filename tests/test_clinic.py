"""The clinic and the phase diagrams: what is stored, how it is refused, resumed and shown; and that it is the
chapter's own."""

import base64
import dataclasses
import json
import re
import shutil

import numpy as np
import pytest
import results
import torch

from gan_teach import Game, metrics, nets, optimisers, penalties, targets, train
from gan_teach.experiments import clinic, layers
from gan_teach.experiments.clinic import Cure, Protocol
from gan_teach.experiments.phases import Map, Phase, row_of
from gan_teach.experiments.stored import Stored
from gan_teach.experiments.sweep import Member
from gan_teach.files import book_data
from gan_teach.live import phase_map
from gan_teach.live.phase import colour_of, recording

TINY = Protocol("tiny", targets.ring(), 18, (8, 8), (8, 8), batch_size=16, seeds=(0, 1, 2))
PHASE = Phase(
    "tiny",
    ("weight", (0.0, 0.5)),
    ("rate", (1e-3, 2e-3, 1e9)),
    cure=lambda g: Cure(TINY.game(penalties=[penalties.r1(0.1)])),
    member=lambda g, lr, seed: Member(seed, lr, lr, (g,)),
    steps=18,
)
SPACE, LINES = results.chapter_space()


def test_treated_together_is_treated_alone():
    cure = Cure(TINY.game(discriminator=layers.Packed(TINY.discriminator(6), 3)), lr_g=5e-4, ema_halflife=5)
    done = clinic.treat(cure, TINY)
    done.run(progress=False)
    alone = train(
        cure.game,
        TINY.target,
        steps=18,
        seed=1,
        lr_g=5e-4,
        lr_d=TINY.lr,
        decay="cosine",
        batch_size=15,
        points=60,
        ema_halflife=5,
    )
    alone.run(progress=False)
    assert np.allclose(done.samples(100, averaged=True)[1], alone.sample(100, averaged=True), atol=1e-3)
    assert not np.allclose(done.samples(100)[1], done.samples(100, averaged=True)[1], atol=1e-4)


def test_a_cure_may_have_a_batch_and_steps_of_its_own():
    four = layers.Packed(TINY.discriminator(8), 4)
    more = clinic.treat(Cure(TINY.game(discriminator=four), batch_size=4 * TINY.batch_size, steps=6), TINY)
    assert more.run(progress=False).step == more.steps == 6
    assert more._batches(0)["x"].shape[2] == 4 * TINY.batch_size  # members and moves stand before it
    assert clinic.treat(Cure(TINY.game(), steps=6), TINY, steps=9).steps == 9


def test_judge_counts_as_the_metrics_do_and_marks_what_diverged():
    good = targets.ring().sample(500, torch.Generator().manual_seed(0)).numpy()
    found = clinic.count_modes([good, np.full_like(good, np.nan)], targets.ring())
    assert (
        found["modes"][0] == 8
        and found["fair"][0] == 8
        and found["quality"][0] == pytest.approx(metrics.high_quality_share(good, targets.ring()))
    )
    assert all(np.isnan(column[1]) for column in found.values())
    assert clinic.over_seeds([1.0, np.nan, 3.0]) == (2.0, 1.0)


def test_the_cost_of_a_step_is_one_for_the_plain_game():
    plain = Cure(TINY.game())
    assert (
        0.3 < clinic.cost(plain, plain, TINY, steps=10) < 3
    )  # no claim about speed: it is a ratio, and of the right things


def test_results_are_kept_and_named_when_they_are_of_something_else(tmp_path):
    kept = Stored.load(tmp_path / "clinic.json", missing_ok=True)
    kept.put("ring: plain", {"recipe": "abc", "fair": [1.0, float("nan")]})
    again = Stored.load(tmp_path / "clinic.json")
    assert again.get("ring: plain", "abc")["fair"][0] == 1.0 and list(tmp_path.iterdir()) == [
        tmp_path / "clinic.json"
    ]
    with pytest.raises(ValueError, match="another recipe"):
        again.get("ring: plain", "abd")
    with pytest.raises(KeyError, match="no result for 'ring: R9'; it has ring: plain"):
        again.get("ring: R9")
    text = (tmp_path / "clinic.json").read_text()
    (tmp_path / "clinic.json").write_text(text[:40])
    with pytest.raises(ValueError, match="cut short"):
        Stored.load(tmp_path / "clinic.json")
    (tmp_path / "clinic.json").write_text(text.replace('"version": 1', '"version": 7'))
    with pytest.raises(ValueError, match="version 7; this package reads 1"):
        Stored.load(tmp_path / "clinic.json")


def test_results_that_are_not_there_are_an_error_and_those_of_the_book_are_found_from_anywhere(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        FileNotFoundError, match=f"no stored results in {re.escape(str(tmp_path))}.*make results"
    ):
        Stored.load("data/clinic.json")
    assert Stored.load("data/clinic.json", missing_ok=True).entries == {} and not list(tmp_path.iterdir())
    assert Stored.load(book_data("clinic.json")).entries
    with pytest.raises(
        FileNotFoundError, match="no stored result clinics.json in .*book.data; it has .*clinic.json"
    ):
        book_data("clinics.json")


def test_a_failed_write_loses_nothing(tmp_path):
    kept = Stored.load(tmp_path / "clinic.json", missing_ok=True)
    kept.put("a", {"recipe": "1"})
    with pytest.raises(TypeError):
        kept.put("b", {"recipe": object()})
    assert (
        Stored.load(tmp_path / "clinic.json").entries == {"a": {"recipe": "1"}}
        and len(list(tmp_path.iterdir())) == 1
    )


def test_a_recipe_changes_with_the_lines_and_with_every_part_of_the_protocol():
    marks = [clinic.recipe("x", TINY), clinic.recipe("y", TINY)]
    marks += [
        clinic.recipe("x", dataclasses.replace(TINY, **change))
        for change in (
            {"steps": 19},
            {"lr": 1e-3},
            {"seeds": (0,)},
            {"target": targets.ring(std=0.03)},
            {"target": targets.ring(weights=[2.0] + 7 * [1.0])},
            {"g_hidden": (9, 8)},
            {"d_hidden": (9, 8)},
            {"batch_size": 17},
            {"decay": "none"},
            {"optimiser": optimisers.Adam(0.9)},
            {"latent_dim": 3},
        )
    ]
    assert len(set(marks)) == len(marks)


def test_a_recipe_does_not_change_with_the_layout_of_the_lines():
    lines, again = "a = f(1, 'b')", 'a = f(\n    1,  # a comment\n    "b",\n)'
    assert clinic.recipe(lines, TINY) == clinic.recipe(again, TINY)
    assert clinic.recipe(lines, TINY) != clinic.recipe(again.replace("1", "2"), TINY)


def test_a_row_of_a_map_is_what_each_game_gives_alone():
    fair, fakes, steps = row_of(PHASE, TINY, 0.5, columns=(1e-3, 2e-3), progress=False)
    assert fair.shape == (2, 2) and fakes.shape == (2, 10, 80, 2) and steps.tolist() == list(range(0, 19, 2))
    game = Game(TINY.generator(), TINY.discriminator(), TINY.latent, penalties=[penalties.r1(0.5)])
    alone = train(
        game,
        TINY.target,
        steps=18,
        every=2,
        seed=0,
        lr_g=2e-3,
        lr_d=2e-3,
        decay="cosine",
        batch_size=16,
        points=80,
    )
    alone.run(progress=False)
    assert np.allclose(fakes[1], [s.x_fake for s in alone.history], atol=1e-3)


def keep(*values):
    """Make these rows of the small map, and store them as they come."""
    for value in values:
        results.keep_mapped(PHASE, "abc", value, row_of(PHASE, TINY, value, progress=False), 0.1)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The file of a small map, made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(results, "FOLDER", tmp_path_factory.mktemp("map"))
        keep(0.0, 0.5)
        return results.FOLDER / "tiny.npz"


def test_a_map_goes_on_where_it_was_interrupted_and_its_rows_come_in_any_order(tmp_path, monkeypatch, made):
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    whole, missing = Map.load(made, "abc"), [("map: tiny", "abc", PHASE, TINY)]
    assert [job.args[-1] for job in results.jobs_for(missing, ())] == [0.0, 0.5]
    keep(0.5)
    assert not results.is_stored("map: tiny", "abc", PHASE)
    assert [job.args[-1] for job in results.jobs_for(missing, ())] == [0.0]
    keep(0.0, 0.5)  # the second of them for the second time
    assert results.is_stored("map: tiny", "abc", PHASE)
    again = Map.load(tmp_path / "tiny.npz", "abc")
    assert again.rows == whole.rows and again.seconds == whole.seconds
    assert np.array_equal(again.fakes, whole.fakes) and np.array_equal(again.fair, whole.fair, equal_nan=True)


def test_a_map_marks_what_diverged_and_refuses_other_files(tmp_path, made):
    shutil.copy(made, tmp_path)
    found = Map.load(tmp_path / "tiny.npz", "abc")
    assert found.rows == ("weight", [0.0, 0.5]) and np.isfinite(found.fair[:, :2]).all()
    with pytest.raises(ValueError, match="another recipe"):
        Map.load(tmp_path / "tiny.npz", "abd")
    (tmp_path / "tiny.npz").write_bytes((tmp_path / "tiny.npz").read_bytes()[:200])
    with pytest.raises(ValueError, match="cut short"):
        Map.load(tmp_path / "tiny.npz")
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    with pytest.raises(ValueError, match="no phase diagram"):
        Map.load(tmp_path / "other.npz")


@pytest.mark.parametrize("values", [(), (1, 1)])
def test_an_axis_that_is_empty_or_repeats_itself_is_refused(values):
    with pytest.raises(ValueError, match="the axis 'rate' must hold values"):
        dataclasses.replace(PHASE, columns=("rate", values))


def test_the_table_shows_every_run_and_a_recording_takes_at_most_10_kB(made):
    found = Map.load(made, "abc")
    html = phase_map(found, TINY.target, "A <map>")._repr_html_()
    assert html.count("data-cell=") == html.count("data-recording=") == 6 and "A &lt;map&gt;" in html
    sizes = [len(base64.b64encode(recording(found, TINY.target, i, j))) for i in range(2) for j in range(3)]
    assert max(sizes) <= 10_000
    with pytest.raises(ValueError, match="no rows yet"):
        phase_map(Map.begun(PHASE, "x"), TINY.target, "empty")
    with pytest.raises(ValueError, match="no modes to count"):
        phase_map(found, targets.two_moons(), "moons")


def test_figures_stand_out_from_their_cells():
    def light(colour):
        values = (
            [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
            if len(colour) == 7
            else [int(c, 16) / 15 for c in colour[1:]]
        )
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in values]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for share in np.linspace(0, 1, 101):
        a, b = sorted(map(light, colour_of(float(share))))
        assert (b + 0.05) / (a + 0.05) > 4.5


# What the book stores.


def stored_jobs():
    entries = Stored.load(results.FOLDER / "clinic.json").entries
    return [job for job in results.wanted(SPACE, LINES) if job[0] in entries or job[0].startswith("map:")]


@pytest.mark.parametrize("job", stored_jobs(), ids=lambda job: job[0])
def test_what_is_stored_was_made_from_the_lines_that_the_chapter_shows(job):
    assert results.is_stored(*job[:3])


def test_nothing_is_stored_that_the_chapter_no_longer_has():
    keys = {job[0] for job in results.wanted(SPACE, LINES)}
    entries = Stored.load(results.FOLDER / "clinic.json").entries
    assert set(entries) <= keys
    assert {p.stem for p in results.FOLDER.glob("*.npz")} == {p.name for p in SPACE["phases"].values()}
    for entry in entries.values():
        assert {"seeds", "seconds", "torch", "python", "machine", "cost", "steps"} <= set(entry) and len(
            entry["fair"]
        ) == len(entry["seeds"]) == 10


@pytest.mark.slow  # a trace for each of the chapter's cures
def test_every_cure_can_be_built_and_plays():
    for name, make in SPACE["cures"].items():
        done = clinic.treat(make(TINY), TINY, seeds=(0,), steps=2)
        assert done.run(progress=False).alive.all(), name


def test_the_chapter_is_read_statement_by_statement():
    assert set(LINES) == set(SPACE["cures"]) | set(SPACE["phases"]) and all(
        re.match(r"(cures|phases)\[", text) for text in LINES.values()
    )
    assert json.dumps(LINES)
    assert nets.count(SPACE["cures"]["packs of 3"](TINY).game.discriminator) > nets.count(
        TINY.discriminator()
    )
