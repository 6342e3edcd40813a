"""What any predictor must do: a newly registered one is tested here without another line."""

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.frames.pyramid import build_pyramid
from vidpred.predictors import PREDICTORS
from vidpred.predictors.rollout.rollout import rollout

FACTS = {"num_context_frames": 4, "frame_channels": 3, "lead": 1, "height": 32, "width": 32}
A_LEVEL = 2 / 255  # of 255


def build(name, **facts):
    """Build a predictor as it is by default, but narrow where it can be."""
    narrow = {"width_multiplier": 0.25} if "width_multiplier" in PREDICTORS.signature(name) else {}
    return PREDICTORS.build(name, {**FACTS, **facts}, **narrow).eval()


@pytest.fixture(params=sorted(PREDICTORS))
def name(request):
    return request.param


@pytest.fixture
def context(clip):
    return clip[:, :4]


def test_predicts_one_frame_in_range_at_full_resolution(name, context):
    prediction = build(name)(context)[-1]
    assert prediction.shape == (2, 1, 3, 32, 32)
    assert prediction.abs().max() <= 1


def test_a_frame_stays_in_range_whatever_was_learnt(name):
    predictor = build(name)
    for weight in predictor.parameters():
        torch.nn.init.normal_(weight)
    checkered = torch.rand(2, 4, 3, 32, 32).round() * 2 - 1  # black or white, as if drawn by a coin
    frame = predictor(checkered)[-1]
    assert frame.isfinite().all()
    assert frame.abs().max() <= 1


@pytest.mark.parametrize("size", [(1, 1), (7, 40), (33, 18)], ids=str)
def test_predicts_a_whole_pyramid_at_any_size(name, size):
    context = torch.rand(1, 4, 3, *size) * 2 - 1
    prediction = build(name)(context)
    target = build_pyramid(context[:, :1], len(prediction))
    assert [level.shape for level in prediction] == [level.shape for level in target]


@pytest.mark.parametrize(("num_context_frames", "frame_channels"), [(2, 1), (7, 3), (3, 4)])
def test_takes_any_number_of_frames_and_channels(name, num_context_frames, frame_channels):
    predictor = build(name, num_context_frames=num_context_frames, frame_channels=frame_channels)
    context = torch.rand(1, num_context_frames, frame_channels, 16, 16)
    assert predictor.num_context_frames == num_context_frames
    assert predictor(context)[-1].shape == (1, 1, frame_channels, 16, 16)


@pytest.mark.parametrize("other", sorted({*PREDICTORS} - {"multiscale"}))  # whose paper starts from nothing
def test_before_training_a_still_scene_stays_still(other):
    still = torch.rand(2, 1, 3, 32, 32).expand(-1, 4, -1, -1, -1) * 2 - 1
    torch.testing.assert_close(build(other)(still)[-1], still[:, -1:], atol=A_LEVEL, rtol=0)


def test_before_training_the_u_net_repeats_the_last_frame(context):
    torch.testing.assert_close(build("unet")(context)[-1], context[:, -1:], atol=A_LEVEL, rtol=0)


def test_tells_its_lead(name):
    assert build(name).lead == 1
    assert build(name, lead=3).lead == 3


def test_clips_in_a_batch_do_not_affect_each_other(name, context):
    predictor = build(name)
    torch.testing.assert_close(predictor(context)[-1][:1], predictor(context[:1])[-1])


def test_the_same_context_gives_the_same_prediction_and_is_left_alone(name, context):
    predictor, before = build(name), context.clone()
    first, second = predictor(context), predictor(context)
    assert all(torch.equal(*levels) for levels in zip(first, second, strict=True))
    assert torch.equal(context, before)


LATER = {"uncertainty.growth"}  # acts from the second frame of a rollout on: see test_uncertainty.py


def test_every_parameter_learns(name, context):
    predictor = build(name).train()
    loss = sum(level.square().sum() for level in predictor(context))
    parameters = dict(predictor.named_parameters())
    if parameters:
        loss.backward()
    idle = [key for key, parameter in parameters.items() if parameter.grad is None or not parameter.grad.any()]
    assert not set(idle) - LATER, f"no gradient reaches {idle}"


def test_mixed_precision_keeps_frames_finer_than_8_bits(name, context):
    predictor, small = build(name), context[:1, ..., :16, :16]  # bfloat16 is slow where the processor lacks it
    with torch.autocast("cpu", dtype=torch.bfloat16):
        mixed = predictor(small)
    assert {level.dtype for level in mixed} == {torch.float32}
    torch.testing.assert_close(mixed[-1], predictor(small)[-1], atol=0.02, rtol=0)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_weights_of_half_precision_predict_nearly_the_same(name, context, dtype):
    predictor, small = build(name).eval(), context[:1, ..., :16, :16]
    with torch.no_grad():
        expected = rollout(predictor, small, 2)
        halved = rollout(predictor.to(dtype), small, 2)
    assert halved.dtype == torch.float32
    torch.testing.assert_close(halved, expected, atol=0.05, rtol=0)


def test_weights_of_double_precision_predict_nearly_the_same_over_many_frames(name, context):
    predictor, small = build(name).eval(), context[:1, ..., :16, :16]
    with torch.no_grad():
        expected = rollout(predictor, small, 4)
        doubled = rollout(predictor.double(), small.double(), 4)
    assert doubled.dtype == torch.float64
    torch.testing.assert_close(doubled, expected.double(), atol=1e-3, rtol=0)


def test_the_weights_round_trip_by_name(name, context):
    predictor, other = build(name), build(name)
    other.load_state_dict(predictor.state_dict())
    assert torch.equal(predictor(context)[-1], other(context)[-1])


@pytest.fixture(params=sorted(name for name in PREDICTORS if "latent_channels" in PREDICTORS.signature(name)))
def sampler(request):
    return build(request.param, latent_channels=3)


def test_noise_reaches_every_scale_and_clips_keep_their_own(sampler, context):
    noise = torch.randn(2, 3)
    first, second = sampler(context, noise), sampler(context, torch.stack([noise[0], -noise[1]]))
    for one, other in zip(first, second, strict=True):
        torch.testing.assert_close(one[0], other[0])
        assert (one[1] - other[1]).abs().max() > 1e-6


def test_noise_is_drawn_in_training_and_zero_in_evaluation(sampler, context):
    assert torch.equal(sampler(context)[-1], sampler(context, torch.zeros(2, 3))[-1])
    sampler.train()
    assert not torch.equal(sampler(context)[-1], sampler(context)[-1])


def test_every_weight_of_a_sampler_learns(sampler, context):
    sum(level.square().sum() for level in sampler.train()(context)).backward()
    idle = [key for key, weight in sampler.named_parameters() if weight.grad is None or not weight.grad.any()]
    assert not idle, f"no gradient reaches {idle}"


@pytest.mark.parametrize("other", ["flow_pyramid", "learned_motion", "multiscale"])  # which say how many they take
def test_a_rollout_of_frames_with_other_channels_is_refused(other):
    with pytest.raises(VidpredError, match="4 frames of 1 channel, but this predictor takes"):
        rollout(build(other), torch.rand(1, 4, 1, 16, 16), horizon=1)


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        (lambda context: context[:, :0], "has 0 frames"),
        (lambda context: context[0], r"\(4, 3, 32, 32\) of torch.float32"),
        (lambda context: context.byte(), "of torch.uint8"),
        (lambda context: context.numpy(), "the class ndarray"),
        (lambda context: None, "the class NoneType"),
    ],
    ids=["no frame", "no axis", "whole numbers", "array", "nothing"],
)
def test_a_call_refuses_what_is_no_context_in_one_sentence(name, context, wrong, found):
    with pytest.raises(VidpredError, match=found):
        build(name)(wrong(context))


@pytest.mark.parametrize("other", ["multiscale", "unet"])
@pytest.mark.parametrize("frames", [3, 5])
def test_a_network_of_a_fixed_number_of_frames_refuses_another(other, frames):
    with pytest.raises(VidpredError, match=rf"has {frames} frames of 3 channels, .* takes 4 of 3"):
        build(other)(torch.zeros(1, frames, 3, 16, 16))


@pytest.mark.parametrize("other", sorted({*PREDICTORS} - {"copy_last", "linear", "mean", "optical_flow"}))
def test_a_network_refuses_frames_of_other_channels(other, context):
    with pytest.raises(VidpredError, match="4 frames of 1 channel"):
        build(other)(context[:, :, :1])


def test_predicts_the_same_whatever_torch_makes_by_default(name, context):
    predictor = build(name)
    expected = rollout(predictor, context, 2)
    torch.set_default_dtype(torch.float64)
    try:
        future = rollout(predictor, context, 2)
    finally:
        torch.set_default_dtype(torch.float32)
    assert future.dtype == torch.float32
    torch.testing.assert_close(future, expected)
