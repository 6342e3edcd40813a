"""Scores are those that can be computed by hand, and every video counts the same."""

import math
import time
from contextvars import ContextVar

import numpy as np
import pytest
import torch
from drawn import Brightening, Patchworks
from guessing import Guessing
from torch import nn

from vidpred.data import DATASETS
from vidpred.errors import VidpredError
from vidpred.evaluation import BASELINES, evaluate, frame_scores, score
from vidpred.evaluation.compared_predictors import ComparedPredictors
from vidpred.evaluation.protocol import metric_facts
from vidpred.machine.threads import side_by_side
from vidpred.metrics import MASKED_METRICS, METRICS, Metric, motion_mask
from vidpred.metrics.features import RawPatches
from vidpred.predictors import CopyLast, FlowPyramid, Linear, MotionSampler


def decibels(grey_levels):
    return 20 * math.log10(255 / grey_levels)


def test_repeating_the_last_frame_scores_what_its_error_says():
    report = evaluate({}, Brightening(8, {"a": [3]}), horizon=4)
    assert report.scores["copy_last"]["psnr"] == pytest.approx([decibels(3 * step) for step in (1, 2, 3, 4)], abs=1e-3)


def test_a_report_is_shown_in_one_line_without_its_arrays():
    report = evaluate({"ours": CopyLast(3)}, Brightening(8, {"a": [3], "b": [2]}), horizon=4)
    shown = repr(report)
    assert shown.startswith(
        "<Report of ours, copy_last, linear, optical_flow, mean, 4 ahead: 2 clips of 2 videos; prot"
    )
    assert len(shown) < 150


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (torch.zeros(1, 9, 3, 16, 16), "a tensor is to be scored on, but a data set is needed"),
        ("videos/", "dataset of evaluate is 'videos/', which is no Dataset"),
    ],
)
def test_what_is_no_data_set_is_refused(data, said):
    with pytest.raises(VidpredError, match=said):
        evaluate({}, data)


@pytest.mark.parametrize(
    ("clip", "given"),
    [
        (torch.zeros(9, 16, 16, 3, dtype=torch.uint8), "an object of the class Tensor"),
        ([np.zeros((16, 16, 3), np.uint8)] * 9, "an object of the class list"),
        (np.zeros((9, 16, 16), np.uint8), r"uint8 \(9, 16, 16\)"),
        (np.zeros((9, 16, 16, 3), np.float32), r"float32 \(9, 16, 16, 3\)"),
    ],
)
def test_clips_that_are_no_8_bit_arrays_are_refused_by_what_they_are(monkeypatch, clip, given):
    data = Brightening(9, {"a": [3]})
    monkeypatch.setattr(data, "full_frames", lambda _: clip)
    told = rf"the data set returned {given} from full_frames\(0\), but a NumPy array of uint8 \(T, H, W, C\) is needed"
    with pytest.raises(VidpredError, match=told):
        evaluate({}, data, horizon=2)


@pytest.mark.parametrize("lead", [1, 2, 3])
def test_linear_change_is_predicted_perfectly_by_the_linear_predictor(lead):
    report = evaluate({"linear": Linear(2, lead=lead)}, Brightening(10, {"a": [3]}), horizon=5)
    assert report.scores["linear"]["psnr"] == pytest.approx([100] * 5, abs=0.01)
    assert report.scores["linear"]["ssim"] == pytest.approx([1] * 5, abs=1e-6)


def test_every_video_counts_the_same_however_many_windows_it_has():
    report = evaluate({}, Brightening(6, {"long": [2, 2, 2, 2], "short": [8]}), horizon=1)
    assert report.scores["copy_last"]["psnr"] == pytest.approx([(decibels(2) + decibels(8)) / 2], abs=1e-3)
    assert (report.num_videos, report.num_clips) == (2, 5)


def test_every_registered_metric_is_reported_at_every_step():
    report = evaluate({"linear": Linear(2)}, Brightening(8, {"a": [3]}), horizon=3)
    for scores in report.scores.values():
        assert sorted(scores) == sorted([*METRICS, *MASKED_METRICS])
        assert all(len(values) == 3 for values in scores.values())


def test_every_baseline_is_always_in_the_report_and_only_once():
    assert BASELINES == ("copy_last", "linear", "optical_flow", "mean")
    data = Brightening(8, {"a": [3]})
    assert evaluate({}, data, horizon=3).predictors == list(BASELINES)
    asked_for = {"ours": Linear(2), "linear": Linear(2), "copy_last": CopyLast(4)}
    assert evaluate(asked_for, data, horizon=3).predictors == ["ours", "linear", "copy_last", "optical_flow", "mean"]


def test_baselines_see_as_much_as_the_predictors_they_are_compared_with():
    report = evaluate({"ours": CopyLast(3)}, Brightening(9, {"a": [3]}), horizon=1)
    assert report.scores["mean"]["psnr"] == pytest.approx([decibels(3 * 2)], abs=1e-3)
    assert report.protocol.conditions["baseline_context_frames"] == 3


def test_windows_of_a_long_video_are_taken_evenly():
    data = Brightening(6, {"a": [1] * 10, "b": [1]})
    report = evaluate({}, data, horizon=1, max_windows_per_video=2)
    assert sorted(set(data.read)) == [2, 7, 10]
    assert report.num_clips == 3


def test_only_the_videos_asked_for_count():
    data = Brightening(6, {"a": [2], "b": [4], "c": [8]})
    report = evaluate({}, data, horizon=1, videos={"b"})
    assert set(data.read) == {1}
    assert report.scores["copy_last"]["psnr"] == pytest.approx([decibels(4)], abs=1e-3)


@pytest.mark.parametrize(
    ("options", "mentioned"),
    [
        ({"horizon": 0}, "horizon is 0"),
        ({"horizon": 5}, r"6 frames, but 2 \+ 5 are needed"),
        ({"horizon": 1, "max_windows_per_video": 0}, "0 clips per video"),
        ({"horizon": 1, "videos": {"elsewhere"}}, "elsewhere, has a clip .*there are clips of a\\)"),
        ({"horizon": 1, "videos": "a"}, "videos is the text 'a', but a collection of names is needed; give .'a'."),
        ({"horizon": 1, "perceptual": {"psnr": METRICS["mse"]}}, "a further metric is named psnr, as one that is"),
    ],
)
def test_what_cannot_be_evaluated_is_refused(options, mentioned):
    with pytest.raises(VidpredError, match=mentioned):
        evaluate({"linear": Linear(2)}, Brightening(6, {"a": [2]}), **options)


def test_frames_too_small_for_a_score_are_refused_with_its_name():
    data = DATASETS.build("moving_shapes", {"clip_length": 4}, num_clips=1, resolution=8).train
    told = "^frames of 8 x 8 are too small for ssim, which needs at least 11 x 11 pixels, and all frames are scored by"
    with pytest.raises(VidpredError, match=told):
        evaluate({}, data, horizon=1)


@pytest.mark.parametrize("name", ["moving_shapes"])
def test_evaluating_twice_gives_the_same_report(name):
    data = DATASETS.build(name, {"clip_length": 6}, num_clips=5).train
    reports = [evaluate({"linear": Linear(2)}, data, horizon=3) for _ in range(2)]
    assert reports[0].to_json() == reports[1].to_json()
    assert reports[0].to_csv() == reports[1].to_csv()


def test_scores_of_a_clip_are_those_of_its_frames():
    real, guess = torch.rand(2, 3, 3, 16, 16) * 2 - 1
    scores = score(guess, real)
    for name, metric in METRICS.items():
        assert scores[name] == pytest.approx(metric.function(guess[None], real[None])[0].tolist())


def test_masked_scores_are_those_of_the_moving_part():
    data = Patchworks({"a": 1}, num_frames=6)
    report = evaluate({}, data, horizon=2)
    clip = torch.tensor(data.full_frames(0)).permute(0, 3, 1, 2) / 127.5 - 1
    target, copied = clip[None, -2:], clip[None, -3:-2].expand(-1, 2, -1, -1, -1)
    mask = motion_mask(clip[None, -3:-2], target)
    assert mask.float().mean() > 0.5
    for name, metric in MASKED_METRICS.items():
        wanted = metric.function(copied, target, mask)[0].tolist()
        assert report.scores["copy_last"][name] == pytest.approx(wanted, rel=1e-5)


def test_where_nothing_moves_masked_scores_are_undefined_and_others_are_not():
    report = evaluate({}, Brightening(6, {"a": [0]}), horizon=2)
    assert np.isnan(report.scores["copy_last"]["moving_pixels_psnr"]).all()
    assert report.scores["copy_last"]["psnr"] == pytest.approx([100, 100])


def test_best_median_and_worst_clip_of_the_first_predictor_are_shown():
    data = Brightening(7, {"a": [4], "b": [1, 8], "c": [2, 6]})
    report = evaluate({"ours": CopyLast(4)}, data, horizon=3)
    assert [(shown.label, shown.clip) for shown in report.example_clips] == [("best", 1), ("median", 0), ("worst", 2)]
    best = report.example_clips[0]
    assert (len(best.context), len(best.truth), best.video) == (4, 3, "b")
    np.testing.assert_array_equal(best.predictions["ours"], best.context[[-1, -1, -1]])
    np.testing.assert_array_equal(best.predictions["linear"], best.truth)
    assert best.scores["ours"] == pytest.approx([decibels(1), decibels(2), decibels(3)], abs=1e-3)


@pytest.mark.parametrize(("levels", "labels"), [([1], ["only"]), ([1, 2], ["best", "worst"])])
def test_fewer_clips_than_three_are_shown_once_each(levels, labels):
    report = evaluate({}, Brightening(6, {"a": levels}), horizon=1)
    assert [shown.label for shown in report.example_clips] == labels


SAMPLER = MotionSampler(widths=(8, 8, 8)).eval()


class Remembering(nn.Module):
    """Keeps what it is given in attributes, waits, and predicts from there, and from the random numbers of all."""

    num_context_frames, lead = 2, 1

    def forward(self, context):
        self.seen = context[:, -1:]
        time.sleep(0.01)  # in which another thread could overwrite it
        return [self.seen + torch.randn(1) / 10]


class KeepingPatches(RawPatches):
    """An extractor that keeps what it found in an attribute."""

    def __call__(self, clips):
        self.found = super().__call__(clips)
        time.sleep(0.01)
        return self.found


@pytest.mark.parametrize(
    ("others", "extractor"), [(True, KeepingPatches()), (False, RawPatches()), (False, KeepingPatches())]
)
def test_scores_do_not_depend_on_how_many_threads_there_are(others, extractor):
    data, before = Patchworks({"a": 3, "b": 2}, 9), torch.get_num_threads()
    predictors = {"remembering": Remembering(), "guessing": Guessing()} if others else {"sampler": SAMPLER}
    try:
        reports = []
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            torch.manual_seed(0)
            reports.append(evaluate(predictors, data, horizon=2, num_samples=3, extractors=[extractor]))
    finally:
        torch.set_num_threads(before)
    for report in reports[1:]:
        np.testing.assert_allclose(report.values, reports[0].values, rtol=1e-5)
        assert report.videos == reports[0].videos
        assert report.protocol.conditions == reports[0].protocol.conditions
        for name, distances in report.sets[0].distances.items():
            first = reports[0].sets[0].distances[name]
            assert {each: found.value for each, found in distances.items()} == pytest.approx(
                {each: found.value for each, found in first.items()}, rel=1e-5, abs=1e-4
            )
        for name, estimates in report.samples.estimates.items():
            np.testing.assert_allclose(estimates.value, reports[0].samples.estimates[name].value, rtol=1e-4)


def test_only_predictors_of_this_package_as_they_are_predict_in_several_threads():
    def may(*predictors):
        named = {str(number): one for number, one in enumerate(predictors)}
        return ComparedPredictors(named, horizon=1, num_samples=2, best_of=None, seed=0).may_share_threads

    hooked = FlowPyramid(widths=(8,), num_scales=1).eval()
    assert may(CopyLast(2), hooked)
    assert not may(CopyLast(2), Remembering())
    assert not may(FlowPyramid(widths=(8,), num_scales=1).train())
    hooked.stages[0].register_forward_hook(lambda *_: None)
    assert not may(hooked)


def test_metrics_that_make_one_value_of_all_frames_are_asked_for_each():
    target = torch.rand(3, 3, 16, 16)
    away = torch.tensor([0.1, 0.2, 0.3]).view(3, 1, 1, 1)
    for function in (lambda p, t: (p - t).abs().mean(), lambda p, t: float((p - t).abs().mean())):
        found = score(target + away, target, metrics={"off": Metric(function, unit="", higher_is_better=False)})
        assert found["off"] == pytest.approx([0.1, 0.2, 0.3])


def test_what_metrics_and_predictors_write_into_frames_changes_no_other_score(monkeypatch):
    class InPlace(nn.Module):
        num_context_frames, lead = 2, 1

        def forward(self, context):
            return [context.mul_(0.5)[:, -1:]]

    def unit(prediction, target):
        return (prediction.add_(1).div_(2) - target.add_(1).div_(2)).abs().mean(dim=(2, 3, 4))

    data = DATASETS["moving_shapes"](6, num_validation_clips=3).validation
    expected = evaluate({"linear": Linear()}, data, horizon=2)
    monkeypatch.setitem(METRICS._parts, "a_first", Metric(unit, unit="", higher_is_better=False))
    found = evaluate({"in_place": InPlace(), "linear": Linear()}, data, horizon=2)
    rows = [found.metrics.index(name) for name in expected.metrics]
    for number, name in enumerate(expected.predictors):
        ours = found.values[found.predictors.index(name)]
        np.testing.assert_array_equal(ours[rows], expected.values[number])
        np.testing.assert_allclose(ours[found.metrics.index("a_first")], ours[found.metrics.index("mae")])


@pytest.mark.parametrize(
    ("made", "told"), [(None, "None"), (torch.zeros(1, 1, 3), r"a tensor \(1, 1, 3\)"), ([1.0], r"\[1\.0\]")]
)
def test_a_metric_makes_a_number_of_a_frame(made, told):
    mine = Metric(lambda prediction, target: made, unit="", higher_is_better=False)
    with pytest.raises(VidpredError, match=f"the metric 'mine' made {told} of a frame, but one number is needed"):
        score(torch.rand(2, 3, 16, 16), torch.rand(2, 3, 16, 16), metrics={"mine": mine})
    with pytest.raises(VidpredError, match=f"the metric 'mine' made {told} of a frame"):
        metric_facts({"mine": mine})


def test_a_metric_of_complex_numbers_is_refused_instead_of_halved():
    mine = Metric(lambda p, t: torch.fft.fft2(p - t).mean(dim=(2, 3, 4)), unit="", higher_is_better=False)
    with pytest.raises(VidpredError, match=r"the metric 'mine' made complex numbers, .*take their \.abs\(\)"):
        score(torch.rand(2, 3, 16, 16), torch.rand(2, 3, 16, 16), metrics={"mine": mine})


@pytest.mark.parametrize("number", [None, 2.5, "2", 0])
def test_a_predictor_that_does_not_say_how_many_frames_it_takes_is_named(number):
    predictor = Linear()
    predictor.num_context_frames = number
    with pytest.raises(VidpredError, match=rf"num_context_frames of the predictor Linear is {number!r}, but a whole"):
        evaluate({"mine": predictor}, Brightening(8, {"a": [3]}), horizon=2)


def test_another_predictor_does_not_stand_in_for_a_baseline():
    data = DATASETS["moving_shapes"](6, num_validation_clips=1).validation
    with pytest.raises(VidpredError, match="copy_last is the name of a baseline, but that of an object"):
        evaluate({"copy_last": Linear()}, data, horizon=2)
    assert evaluate({"copy_last": CopyLast(2)}, data, horizon=2).predictors[0] == "copy_last"


named = ContextVar("named", default="nobody's")


def test_number_format_and_modes_are_those_of_the_caller_in_every_thread(monkeypatch):
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)

    def formats():
        product = torch.ones(2, 2) @ torch.ones(2, 2)
        return product.dtype, product.is_inference(), torch.is_inference_mode_enabled()

    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        assert side_by_side(formats, [(), ()]) == [(torch.bfloat16, True, True)] * 2
    assert side_by_side(formats, [()]) == [(torch.float32, False, False)]
    with torch.no_grad():
        assert side_by_side(torch.is_grad_enabled, [(), ()]) == [False, False]
    named.set("the caller's")
    assert side_by_side(named.get, [(), ()]) == ["the caller's"] * 2


@pytest.mark.parametrize("together", [1, 3 * 32 * 40 * 2, 10**9])
def test_frames_that_are_scored_at_once_have_the_scores_of_each(monkeypatch, together):
    target, noise = torch.rand(2, 5, 3, 32, 40) * 2 - 1
    prediction, mask = (target + noise / 4).clamp(-1, 1), torch.rand(5, 32, 40) > 0.5
    one = [score(prediction[at : at + 1], target[at : at + 1], mask[at : at + 1]) for at in range(5)]
    monkeypatch.setattr(frame_scores, "TOGETHER", together)
    found = score(prediction, target, mask)
    for name, values in found.items():
        assert values == pytest.approx([each[name][0] for each in one], rel=1e-12)


class Forgetful(nn.Module):
    """Repeats the last frame, or grey where a dropout is at work."""

    num_context_frames, lead = 2, 1

    def __init__(self):
        super().__init__()
        self.fixed = nn.Dropout(1.0).eval()
        self.dropout = nn.Dropout(1.0)

    def forward(self, context):
        return [self.fixed(self.dropout(context[:, -1:]))]


def test_predictors_are_scored_in_evaluation_mode_and_put_back_part_by_part():
    forgetful = Forgetful()
    report = evaluate({"ours": forgetful}, Brightening(6, {"a": [3]}), horizon=2)
    assert report.scores["ours"]["mae"] == report.scores["copy_last"]["mae"]
    assert [part.training for part in forgetful.modules()] == [True, False, True]
