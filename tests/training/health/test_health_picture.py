"""The health of a game is drawn and told in the words of what it is about, and nothing covers its curves."""

import math

import pytest
from material import draw_images

from vidpred.runs.settings import load_config
from vidpred.runs.train import start_run
from vidpred.training.health.diagnosis import SUGGESTIONS, Diagnosis, Verdict
from vidpred.training.health.entries import health_entries
from vidpred.training.health.picture import draw_health, health_page
from vidpred.training.health.verdicts import diagnose
from vidpred.training.metrics_file import read_metrics

IMAGES = [
    "task=image_synthesis",
    "data=image_folder",
    "data.labels=false",
    "network=residual",
    "discriminator=residual",
]
IMAGES += [
    "network.hidden_channels=8",
    "discriminator.hidden_channels=8",
    "task.latent_channels=4",
    "log.best_by=kernel_distance",
]
CLIPS = ["data=moving_shapes", "data.num_clips=12", "network.num_scales=1", "log.validation_clips=2"]
FIGURES = {
    "accuracy_real": 1.0,
    "accuracy_fake": 1.0,
    "accuracy_pairs": 0.9,
    "accuracy_own_pairs": 0.9,
    "accuracy_own_pairs_held_out": 0.8,
    "diversity": 0.9,
    "drift": 0.3,
    "verdict": "healthy",
}


def history(number=30, **more):
    return [{"step": 10 * step, "clips": 500 * step, **FIGURES, **more} for step in range(1, number + 1)]


def words_of(figure):
    texts = [axes.get_title(loc="left") for axes in figure.axes]
    texts += [text.get_text() for axes in figure.axes for text in (*axes.texts, *axes.get_legend().get_texts())]
    return " | ".join(texts)


def test_a_game_about_images_is_told_of_as_one():
    of_images, of_clips = history(of="image"), history()
    found = [str(diagnose(entries)) for entries in (of_images, of_clips)]
    words = [words_of(draw_health(entries, "run")) for entries in (of_images, of_clips)]
    for text in (found[0], words[0]):
        assert "images" in text
        assert "clip" not in text
        assert "frame" not in text
    assert found[0].replace("images", "clips") == found[1]
    judged = [str(diagnose(history(60, accuracy_real=0.7, **of))) for of in ({"of": "image"}, {})]
    assert judged == [
        "healthy (the discriminator is on average right on 70% of real and 100% of fake images)",
        "healthy (the discriminator is on average right on 70% of real and 100% of fake clips, and tells 90% of "
        "clips from the fake made for each)",
    ]
    assert "own fake" not in words[0]
    assert "own fake" in words[1]
    assert "clips" in words[1]
    assert "image" not in words[1]


@pytest.mark.parametrize("verdict", Verdict)
def test_no_advice_for_images_speaks_of_clips(verdict):
    of_images = diagnose(history(3, of="image")).things
    assert "clip" not in Diagnosis(verdict, "so it is", of_images).suggestion
    assert Diagnosis(verdict, "so it is").suggestion == SUGGESTIONS[verdict]


@pytest.mark.parametrize(("settings", "of"), [(IMAGES, "image"), (CLIPS, None)])
def test_a_run_records_what_its_game_is_about(tmp_path, settings, of):
    draw_images(tmp_path / "images", 8, 16)
    data = [f"data.source={tmp_path / 'images'}"] if of else []
    small = ["data.resolution=16", "train.batch_size=2", "train.steps=1", "log.metrics_every=1"]
    start_run(load_config(None, [*settings, *data, *small]), tmp_path / "run", "cpu", say=lambda text: None)
    (measured,) = [
        line.entry for line in read_metrics(tmp_path / "run" / "metrics.jsonl").lines if "verdict" in line.entry
    ]
    assert measured.get("of") == of
    assert ("accuracy_own_pairs" in measured) == (of is None)  # an image from noise is made for no real one


def test_there_is_no_panel_without_a_point():
    entries = history(gradient_share=math.nan)
    entries[4] |= {"accuracy_seen": 0.9, "accuracy_held_out": 0.8}
    figure = draw_health(entries, "run")
    assert all(any(len(line.get_xdata()) for line in axes.lines) for axes in figure.axes)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert not [title for title in titles if "share" in title]
    (compared,) = [axes for axes in figure.axes if "real clips (" in axes.get_title(loc="left")]
    assert {line.get_marker() for line in compared.lines[:2]} == {"."}  # a line through one point would not be seen


def test_a_game_of_one_scale_has_one_gradient_of_the_adversary():
    assert "finest scale" not in words_of(draw_health(history(gradient_adversary=2.0), "run"))
    several = history(gradient_adversary=2.0, gradient_adversary_finest=1.5)
    assert words_of(draw_health(several, "run")).count("finest scale") == 1


@pytest.mark.parametrize(("old", "new", "lines"), [(1.5, {"gradient_adversary_finest": 1.5}, 1), (2.0, {}, 0)])
def test_an_older_run_that_went_on_has_one_line_of_the_finest_scale(tmp_path, old, new, lines):
    recorded = [
        {**entry, "kind": "health", "gradient_adversary": 2.0, **(new if number > 5 else {"adversarial_gradient": old})}
        for number, entry in enumerate(history())
    ]
    entries = health_entries(recorded, tmp_path / "metrics.jsonl")
    assert words_of(draw_health(entries, "run")).count("finest scale") == lines
    assert [entry.get("gradient_adversary_finest") for entry in entries] == [old if lines else None] * len(entries)


def test_no_legend_covers_a_curve():
    figure = draw_health(history(), "run")
    figure.canvas.draw()
    for axes in figure.axes:
        legend, inside = axes.get_legend().get_window_extent(), axes.get_window_extent()
        assert legend.y0 >= inside.y1 - 1
        title = axes.title if axes.get_title() else axes._left_title
        assert title.get_window_extent().x1 <= legend.x0


def test_a_page_without_any_figure_to_draw_is_still_a_page():
    entries = [{"step": 1, "verdict": "too_early_to_say"}]
    figure = draw_health(entries, "run")
    assert "too early" in health_page("run", entries, diagnose(entries), figure)
