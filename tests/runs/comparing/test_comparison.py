"""``vidpred.compare`` scores runs, named predictors and objects on the same held-out clips."""

from functools import partial

import numpy as np
import pytest
import torch
from guessing import Guessing
from material import draw_video, save_checkpoint

import vidpred
from vidpred.data import DATASETS
from vidpred.errors import VidpredError
from vidpred.evaluation import BASELINES
from vidpred.predictors import CopyLast


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def videos(tmp_path):
    for number in range(4):
        draw_video(tmp_path / "videos" / f"{number}.mp4", seed=number)
    return tmp_path / "videos"


@pytest.fixture
def notes():
    """What was said."""
    return []


@pytest.fixture
def compare(notes):
    """Compare as fast as can be, and keep what is said."""
    return partial(vidpred.compare, max_windows_per_video=1, extractors=(), device="cpu", say=notes.append)


def save_run(folder, source, **data):
    settings = {"name": "video_folder", "resolution": 32, "crop": 32, "source": str(source), **data}
    return save_checkpoint(folder / "best.safetensors", data=settings).parent


def validation_names(videos):
    split = DATASETS.build("video_folder", {"clip_length": 5}, source=videos, seed=0, resolution=32, crop=32)
    return {split.validation.video(index) for index in range(len(split.validation))}


def test_training_videos_of_a_run_are_never_scored_which_is_said_and_not_printed(
    compare, videos, tmp_path, notes, capsys
):
    run = save_run(tmp_path / "run", videos)
    report = compare(videos, [run], 1)
    assert set(report.videos) == validation_names(videos)
    assert [note for note in notes if "only its validation videos are scored" in note]
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "")


def test_videos_that_one_run_validated_on_and_another_learnt_from_are_not_scored(compare, videos, tmp_path):
    draw_video(tmp_path / "others" / "0.mp4", seed=7)
    first = save_run(tmp_path / "first", tmp_path / "others", validation_source=str(videos))
    second = save_run(tmp_path / "second", videos)
    assert set(compare(videos, [first], 1).videos) == {"0.mp4", "1.mp4", "2.mp4", "3.mp4"}
    assert set(compare(videos, [first, second], 1).videos) == validation_names(videos)


def test_a_folder_within_that_of_the_training_is_scored_with_a_note(compare, videos, tmp_path, notes):
    compare(videos / "0.mp4", save_run(tmp_path / "run", videos), 1)
    assert "may be known to it" in notes[0]


def test_objects_runs_and_registered_names_are_compared_by_the_names_that_they_are_given(compare, videos, tmp_path):
    draw_video(tmp_path / "else" / "a.mp4")
    run = save_run(tmp_path / "run", tmp_path / "else")
    report = compare(videos, {"mine": CopyLast(), "trained": run, "lines": "linear", "guess": Guessing()}, 2)
    assert report.predictors == ["mine", "trained", "lines", "guess", *BASELINES]
    assert report.scores["mine"] == report.scores["copy_last"]
    assert report.scores["lines"] == report.scores["linear"]
    assert report.samples.samplers == ["guess"]
    origins = report.protocol.circumstances["predictors"]
    assert origins["mine"].endswith("CopyLast")
    assert "SHA-256" in origins["trained"]
    assert origins["lines"] == "no weights"


def test_one_word_is_one_predictor(compare, videos):
    assert compare(videos, "linear", 1).predictors == ["linear", "copy_last", "optical_flow", "mean"]


def test_a_run_that_is_called_like_a_baseline_does_not_stand_for_it(compare, videos, tmp_path):
    draw_video(tmp_path / "else" / "a.mp4")
    run = save_run(tmp_path / "linear", tmp_path / "else")
    report = compare(videos, [run], 1)
    assert report.predictors == [str(run), *BASELINES]


@pytest.mark.parametrize(
    ("predictors", "told"),
    [
        ([CopyLast()], "an object of the class CopyLast has no name"),
        ({"mine": object()}, "no num_context_frames, lead, __call__"),
        ({"linear": CopyLast()}, "linear is the name of a baseline"),
        ({"mine": "lineer"}, "did you mean 'linear'"),
        (["multiscale"], "has weights, which training finds"),
        (["nowhere/run"], "no folder of a run"),
        (np.array("linear"), "an object of the class ndarray is to be compared; name"),
        (torch.tensor(3), "an object of the class Tensor is to be compared; name"),
    ],
)
def test_what_cannot_be_compared_is_refused_before_any_video_is_opened(compare, tmp_path, predictors, told):
    with pytest.raises(VidpredError, match=told):
        compare(tmp_path, predictors, 1)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"horizon": 0}, "the horizon is 0"),
        ({"num_samples": 1}, "1 sample of"),
        ({"context": 1}, "the context is 1 frame, but 2 must be known"),
    ],
)
def test_numbers_that_are_too_low_are_refused(compare, tmp_path, options, told):
    with pytest.raises(VidpredError, match=told):
        compare(tmp_path, "copy_last", **options)


def test_videos_that_are_not_there_are_refused_by_name(compare, tmp_path):
    with pytest.raises(VidpredError, match="nowhere does not exist"):
        compare(tmp_path / "nowhere", "linear", 1)
