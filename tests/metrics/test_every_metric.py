"""What any metric must do: a newly registered one is tested here without another line."""

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.metrics import METRICS
from vidpred.metrics.metric import cost


@pytest.fixture(params=sorted(METRICS))
def metric(request):
    return METRICS[request.param]


@pytest.fixture
def degraded(clip):
    """The same clip with growing noise from frame to frame."""
    strength = torch.linspace(0.05, 0.8, clip.shape[1]).reshape(1, -1, 1, 1, 1)
    return (clip + strength * torch.randn_like(clip)).clamp(-1, 1)


def cost_of(metric, scores):
    return cost(scores, metric.higher_is_better, metric.best)


def test_scores_every_frame_apart(metric, clip, degraded):
    scores = metric.function(degraded, clip)
    assert scores.shape == (2, 5)
    alone = metric.function(degraded[1:, 3:4], clip[1:, 3:4])
    torch.testing.assert_close(scores[1:, 3:4], alone)


def test_scores_are_the_same_on_whatever_device_torch_makes_tensors_by_default(metric):
    truth = torch.linspace(-1, 1, 3 * 183 * 187).reshape(1, 1, 3, 183, 187)  # sides that no other test has
    prediction = truth.flip(-1)
    with torch.device("meta"):  # stands for a GPU that is the default device
        scores = metric.function(prediction, truth)
    assert torch.equal(scores, metric.function(prediction, truth))


def test_identical_frames_score_best_and_finite(metric, clip, degraded):
    best, worse = metric.function(clip, clip), metric.function(degraded, clip)
    assert best.isfinite().all()
    assert (cost_of(metric, best) < cost_of(metric, worse)).all()


def test_no_score_is_beyond_its_bounds_and_the_best_reaches_them(metric, clip, degraded):
    lowest, highest = metric.bounds
    for scores in (metric.function(degraded, clip), metric.function(30 * degraded, clip)):
        assert ((scores >= lowest) & (scores <= highest)).all()
    if metric.best is None:
        best = highest if metric.higher_is_better else lowest
        assert metric.function(clip, clip).numpy() == pytest.approx(best, abs=1e-5)
    else:
        assert metric.function(30 * degraded, clip).max().item() == highest


def test_more_noise_scores_worse(metric, clip, degraded):
    every = 1 if metric.best is None else 2  # ratios vary more from frame to frame
    assert (cost_of(metric, metric.function(degraded, clip))[:, ::every].diff(dim=1) > 0).all()


@pytest.mark.parametrize("channels", [1, 4])
def test_takes_any_number_of_channels_and_odd_sizes(metric, channels):
    prediction, target = torch.rand(2, 1, 2, channels, 33, 47) * 2 - 1
    assert metric.function(prediction, target).shape == (1, 2)


def test_half_precision_is_scored_as_what_it_stands_for(metric, clip, degraded):
    rounded = degraded.bfloat16()
    torch.testing.assert_close(metric.function(rounded, clip), metric.function(rounded.float(), clip))


def test_what_is_no_clip_is_refused_in_one_sentence(metric, clip):
    wrong = {
        "of the class ndarray, but a tensor": (clip.numpy(), clip),
        "the target is of the class NoneType": (clip, None),
        r"\(B, T, C, H, W\) with at least one frame": (clip[0], clip[0]),
        r"the clips are \(2, 0, 3": (clip[:, :0], clip[:, :0]),
        "torch.uint8, but floats": (clip.byte(), clip.byte()),
    }
    for message, (prediction, target) in wrong.items():
        with pytest.raises(VidpredError, match=message):
            metric.function(prediction, target)


def test_its_gradient_is_finite_on_frames_of_one_colour_and_on_flat_parts(metric, clip):
    flat = torch.zeros_like(clip)
    partly = clip.clone()
    partly[..., :20, :20] = 0.5
    for prediction, target in ((partly, clip), (clip, partly), (flat, clip), (partly, flat), (flat, flat)):
        leaf = prediction.clone().requires_grad_()
        metric.function(leaf, target).nanmean().backward()
        assert leaf.grad.isfinite().all()


def test_clips_of_different_shape_are_refused(metric, clip):
    with pytest.raises(VidpredError, match="only clips of one shape can be compared"):
        metric.function(clip[:, :1], clip)


def test_8_bit_frames_are_refused_because_they_wrap(metric, clip):
    eight_bit = ((clip + 1) * 127.5).to(torch.uint8)
    with pytest.raises(VidpredError, match=r"the prediction is torch\.uint8"):
        metric.function(eight_bit, clip)
    with pytest.raises(VidpredError, match=r"the target is torch\.uint8"):
        metric.function(clip, eight_bit)


def test_a_metric_has_a_direction_or_a_best_value_that_the_truth_scores(metric, clip):
    assert (metric.higher_is_better is None) == (metric.best is not None)
    if metric.best is not None:
        torch.testing.assert_close(metric.function(clip, clip), torch.full((2, 5), metric.best).double())
