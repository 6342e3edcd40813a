"""Scores are those that can be computed by hand, and every video counts the same."""

import json
import math

import numpy as np
import pytest
import torch

from vidpred.data import DATASETS
from vidpred.errors import VidpredError
from vidpred.evaluation import MAX_COLUMNS, Report, evaluate, score
from vidpred.metrics import METRICS
from vidpred.predictors import CopyLast, Linear


class Brightening:
    """Uniform clips that brighten by a constant number of grey levels per frame, some per video."""

    def __init__(self, clip_length, levels_per_frame):
        self.clip_length = clip_length
        self.clips = [(video, level) for video, levels in levels_per_frame.items() for level in levels]
        self.read = []

    def __len__(self):
        return len(self.clips)

    def full_frames(self, index):
        self.read.append(index)
        values = 40 + self.clips[index][1] * np.arange(self.clip_length)
        return np.broadcast_to(values.astype(np.uint8)[:, None, None, None], (self.clip_length, 16, 16, 3)).copy()

    def video(self, index):
        return self.clips[index][0]


def decibels(grey_levels):
    return 20 * math.log10(255 / grey_levels)


def test_repeating_the_last_frame_scores_what_its_error_says():
    report = evaluate({}, Brightening(8, {"a": [3]}), horizon=4)
    assert report.scores["copy_last"]["psnr"] == pytest.approx([decibels(3 * step) for step in (1, 2, 3, 4)], abs=1e-3)


@pytest.mark.parametrize("lead", [1, 2, 3])
def test_linear_change_is_predicted_perfectly_by_the_linear_predictor(lead):
    report = evaluate({"linear": Linear(2, lead=lead)}, Brightening(10, {"a": [3]}), horizon=5)
    assert report.scores["linear"]["psnr"] == pytest.approx([100] * 5, abs=0.01)
    assert report.scores["linear"]["ssim"] == pytest.approx([1] * 5, abs=1e-6)


def test_every_video_counts_the_same_however_many_windows_it_has():
    report = evaluate({}, Brightening(6, {"long": [2, 2, 2, 2], "short": [8]}), horizon=1)
    assert report.scores["copy_last"]["psnr"] == pytest.approx([(decibels(2) + decibels(8)) / 2], abs=1e-3)
    assert (report.num_videos, report.num_windows) == (2, 5)


def test_every_registered_metric_is_reported_at_every_step():
    report = evaluate({"linear": Linear(2)}, Brightening(8, {"a": [3]}), horizon=3)
    for scores in report.scores.values():
        assert list(scores) == list(METRICS)
        assert all(len(values) == 3 for values in scores.values())


def test_baseline_is_added_once():
    report = evaluate({"copy_last": CopyLast(4), "linear": Linear(2)}, Brightening(8, {"a": [3]}), horizon=3)
    assert list(report.scores) == ["copy_last", "linear"]


def test_windows_of_a_long_video_are_taken_evenly():
    data = Brightening(6, {"a": [1] * 10, "b": [1]})
    report = evaluate({}, data, horizon=1, max_windows_per_video=2)
    assert data.read == [2, 7, 10]
    assert report.num_windows == 3


def test_only_the_videos_asked_for_count():
    data = Brightening(6, {"a": [2], "b": [4], "c": [8]})
    report = evaluate({}, data, horizon=1, videos={"b"})
    assert data.read == [1]
    assert report.scores["copy_last"]["psnr"] == pytest.approx([decibels(4)], abs=1e-3)


@pytest.mark.parametrize(
    ("options", "mentioned"),
    [
        ({"horizon": 0}, "horizon is 0"),
        ({"horizon": 5}, r"6 frames, but 2 \+ 5 are needed"),
        ({"horizon": 1, "max_windows_per_video": 0}, "0 windows"),
        ({"horizon": 1, "videos": {"elsewhere"}}, "no video has a clip"),
    ],
)
def test_what_cannot_be_evaluated_is_refused(options, mentioned):
    with pytest.raises(VidpredError, match=mentioned):
        evaluate({"linear": Linear(2)}, Brightening(6, {"a": [2]}), **options)


@pytest.mark.parametrize("name", ["moving_shapes"])
def test_evaluating_twice_gives_the_same_report(name):
    data = DATASETS.build(name, {"clip_length": 6}, num_clips=5).train
    reports = [evaluate({"linear": Linear(2)}, data, horizon=3) for _ in range(2)]
    assert reports[0] == reports[1]


def test_scores_of_a_clip_are_those_of_its_frames():
    real, guess = torch.rand(2, 3, 3, 16, 16) * 2 - 1
    scores = score(guess, real)
    for name, metric in METRICS.items():
        assert scores[name] == pytest.approx(metric.function(guess[None], real[None])[0].tolist())


def report(horizon):
    falling = {name: [30.0 - step / 2 for step in range(horizon)] for name in METRICS}
    return Report({"ours": falling, "copy_last": falling}, num_videos=2, num_windows=7)


def test_table_has_a_row_per_predictor_and_a_column_per_step_and_the_mean():
    blocks = report(3).table().split("\n\n")
    assert len(blocks) == len(METRICS)
    for block in blocks:
        head, *rows = block.splitlines()
        assert head.split()[-4:] == ["t+1", "t+2", "t+3", "mean"]
        assert [row.split() for row in rows] == [
            [name, "30.000", "29.500", "29.000", "29.500"] for name in ("ours", "copy_last")
        ]


def test_table_of_a_long_horizon_shows_some_steps_and_the_mean_of_all():
    head, row, _ = report(101).table().split("\n\n")[0].splitlines()
    assert len(head.split()[-MAX_COLUMNS - 1 :]) == len(row.split()) - 1 == MAX_COLUMNS + 1
    assert (head.split()[-2], row.split()[-2], row.split()[-1]) == ("t+101", "-20.000", "5.000")


def test_json_holds_every_score_and_how_to_read_it():
    tree = json.loads(report(3).to_json())
    assert tree["scores"]["ours"]["psnr"] == {"steps": [30.0, 29.5, 29.0], "mean": 29.5}
    assert tree["metrics"]["psnr"] == {"unit": "dB", "higher_is_better": True}
    assert (tree["num_videos"], tree["num_windows"], tree["horizon"]) == (2, 7, 3)


def test_plot_is_written(tmp_path):
    report(3).plot(tmp_path / "curves.png")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
