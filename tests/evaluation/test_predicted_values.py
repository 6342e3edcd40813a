"""A report says of which predictions the values cannot be right, and which predictors are the same."""

import json
import math

import numpy as np
import pytest
import torch
from drawn import Brightening, Patchworks
from guessing import Guessing
from torch import nn

from vidpred.evaluation import evaluate
from vidpred.evaluation.example_clips import choose_clips
from vidpred.evaluation.pages.page import report_page
from vidpred.evaluation.predicted_values import ValueLedger
from vidpred.metrics.features import RawPatches
from vidpred.predictors import CopyLast, Linear

VIDEOS = {"a": [3], "b": [2], "c": [4]}  # grey levels per frame, from mid-grey on: one clip of each


class Changed(nn.Module):
    """The last frame, changed by a function of it and of how many calls there were before."""

    num_context_frames, lead = 2, 1

    def __init__(self, change):
        super().__init__()
        self.change, self.calls = change, 0

    def forward(self, context):
        frame = self.change(context[:, -1:], self.calls)
        self.calls += 1
        return [frame]


def scored(predictors, horizon=2, **options):
    return evaluate(predictors, Brightening(8, VIDEOS), horizon=horizon, **options)


def breaking(clip, step):
    """Return a predictor that puts one nan into frame t + ``step`` + 1 of the predictions of ``clip`` of two frames."""

    def change(frame, call):
        changed = frame.nan_to_num(0.0).clone()
        if call == 2 * clip + step:
            changed[..., 0, 0] = math.nan
        return changed

    return Changed(change)


def test_frames_with_nan_are_named_and_not_left_out_of_means():
    report = scored({"ours": breaking(1, 1), "copy": CopyLast()})
    assert report.scores["ours"]["psnr"] == pytest.approx([report.scores["copy"]["psnr"][0], math.nan], nan_ok=True)
    assert math.isnan(report.estimates["ours"].value[0, -1])
    assert math.isfinite(report.values[0, 0, 0, 1])  # the scores of the other clips are kept
    said = "ours: 1 of 6 predicted frames holds nan or infinite values, the first at t+2 of clip 2 (b); means over"
    assert report.table(width=None).count(said) == report.table("ssim", width=None).count(said) == 1
    assert report_page(report, "today").count("ours: 1 of 6 predicted frames holds nan") == 1


def test_differences_of_a_predictor_with_nan_are_not_defined_either():
    report = scored({"ours": breaking(0, 0)})
    assert np.isnan(report.differences["ours"]["copy_last"].value[:, [0, 2]]).all()


def test_what_is_odd_about_values_stands_in_the_json_by_name():
    report = scored({"ours": breaking(1, 1), "far": Changed(lambda frame, _: frame * 0 + 3)})
    tree = json.loads(report.to_json())
    assert tree["predicted_values"]["ours"]["frames_not_finite"] == 1
    assert tree["predicted_values"]["far"] == {
        "least": 3, "largest": 3, "frames": 6, "frames_not_finite": 0, "frames_outside": 6
    }  # fmt: skip
    assert tree["predicted_values"]["copy_last"]["frames_outside"] == 0
    assert tree["remarks"] == report.remarks
    assert [remark.split(":")[0] for remark in report.remarks] == ["ours", "far"]


def test_values_outside_of_the_range_of_frames_are_named():
    (remark,) = scored({"ours": Changed(lambda frame, _: (frame * 0 - 0.2) * 127.5)}).remarks
    assert "ours: 6 of 6 predicted frames hold values outside of [-1, 1], from -25.5 to -25.5" in remark


def test_a_slight_overshoot_is_none():
    assert scored({"ours": Changed(lambda frame, _: frame * 0 + 1.05)}).remarks == []


def test_frames_in_0_to_1_are_recognised():
    class Dark(Brightening):
        def full_frames(self, index):
            return super().full_frames(index) // 4

    report = evaluate({"ours": Changed(lambda frame, _: (frame + 1) / 2)}, Dark(8, VIDEOS), horizon=1)
    (remark,) = report.remarks
    assert remark.startswith("ours: no value of 3 predicted frames is below 0")
    assert remark.endswith("where it predicts in [0, 1], return 2 * frames - 1")


def test_bright_frames_are_not_taken_for_such_in_0_to_1_where_nothing_dark_was_to_be_seen():
    class Darkening(Brightening):
        def full_frames(self, index):
            frames = np.full_like(super().full_frames(index), 200)
            frames[-1] = 0
            return frames

    ours = Changed(lambda frame, _: frame + 0.01)
    assert evaluate({"ours": ours}, Darkening(8, VIDEOS), horizon=1).remarks == []


def test_of_a_still_video_that_all_predict_rightly_nothing_is_said():
    assert evaluate({"ours": CopyLast(3)}, Brightening(8, {"still": [0]}), horizon=2).remarks == []
    (remark,) = evaluate({"ours": CopyLast(3)}, Brightening(8, {"still": [0], "a": [3]}), horizon=2).remarks
    assert remark.startswith("ours, copy_last: the same predictions")


def test_predictors_that_predict_the_same_are_named_together():
    report = scored({"one": CopyLast(3), "other": CopyLast(2), "third": Linear(2)})
    assert report.remarks == [
        "one, other, copy_last: the same predictions, value by value (the same weights, or the same computation)",
        "third, linear: the same predictions, value by value (the same weights, or the same computation)",
    ]


def test_of_baselines_alone_nothing_is_said():
    assert evaluate({}, Brightening(8, {"still": [0]}), horizon=2).remarks == []


def test_samples_with_nan_leave_no_means():
    class Broken(Guessing):
        def forward(self, context, latent=None):
            pyramid = super().forward(context, latent)
            return [frames * math.nan for frames in pyramid]

    report = scored({"ours": Broken(), "theirs": Guessing()}, num_samples=2)
    assert np.isnan(report.samples.estimates["ours"].value).all()
    assert np.isfinite(report.samples.estimates["theirs"].value).all()


def test_sets_leave_out_the_predictor_whose_features_are_not_finite_and_keep_the_others():
    broken = {"fine": CopyLast(), "ours": Changed(lambda frame, _: frame * math.nan)}
    clips = Patchworks({"a": 5, "b": 5}, 6)
    for optional in ((), ("raw_patches",)):
        report = evaluate(broken, clips, 2, extractors=[RawPatches()], optional=optional)
        (found,) = report.sets
        assert list(found.distances) == ["fine", "copy_last", "linear", "optical_flow", "mean"]
        assert "ours left out: some of its features are not finite" in report.further_tables()
        assert "<p>ours is left out: some of its features are not finite.</p>" in report_page(report, "today")
        assert json.loads(report.to_json())["sets"][0]["not_finite"] == ["ours"]


def test_a_clip_without_a_score_is_the_worst():
    assert choose_clips(np.array([3, math.nan, 5])) == {"best": 2, "median": 0, "worst": 1}


def test_threads_may_look_at_clips_in_any_order():
    ledger = ValueLedger()
    for clip in (1, 0):
        ledger.add(clip, {"ours": torch.full((1, 2, 3, 4, 4), float(clip))}, torch.zeros(2, 3, 4, 4))
    assert ledger.close().least["ours"].tolist() == [[0, 0], [1, 1]]
