"""SSIM against an independent implementation with the settings of Wang et al. (2004)."""

import pytest
import torch
from skimage.metrics import structural_similarity

from vidpred.errors import VidpredError
from vidpred.frames import to_model
from vidpred.metrics import ssim


def reference(prediction, target):
    """Of one frame (C, H, W) in [-1, 1], compared in [0, 1]."""
    return structural_similarity(
        (prediction.double().numpy() + 1) / 2,
        (target.double().numpy() + 1) / 2,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        channel_axis=0,
        data_range=1,
    )


@pytest.mark.parametrize("shape", [(3, 11, 11), (3, 24, 37), (1, 40, 16), (1, 107, 75)], ids=str)
@pytest.mark.parametrize("noise", [0.01, 0.2, 2.0])
def test_it_is_the_ssim_of_wang_et_al(shape, noise):
    target = torch.rand(1, 2, *shape) * 2 - 1
    prediction = (target + noise * torch.randn_like(target)).clamp(-1, 1)
    scores = ssim(prediction, target)
    for time in range(2):
        expected = reference(prediction[0, time], target[0, time])
        assert scores[0, time].item() == pytest.approx(expected, abs=1e-6)


def test_it_is_the_ssim_of_the_8_bit_frames():
    prediction, target = torch.randint(0, 256, (2, 1, 1, 32, 40, 3), dtype=torch.uint8)
    expected = structural_similarity(
        prediction[0, 0].numpy(),
        target[0, 0].numpy(),
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        channel_axis=-1,
        data_range=255,
    )
    assert ssim(to_model(prediction), to_model(target)).item() == pytest.approx(expected, abs=1e-6)


def test_bright_flat_frames_lose_no_precision():
    target = 0.999 + 1e-4 * torch.randn(1, 1, 1, 20, 20)
    prediction = 0.999 + 1e-4 * torch.randn(1, 1, 1, 20, 20)
    assert ssim(prediction, target).item() == pytest.approx(reference(prediction[0, 0], target[0, 0]), abs=1e-9)


def test_gradients_flow_even_if_the_first_use_was_without():
    prediction, target = torch.rand(2, 1, 1, 1, 13, 21, dtype=torch.float64)  # of sizes that no other test uses
    with torch.inference_mode():
        expected = ssim(prediction, target).item()
    score = ssim(prediction.requires_grad_(), target)
    score.sum().backward()
    assert score.item() == expected
    assert prediction.grad.abs().sum() > 0


def test_it_is_the_same_within_autocast():
    prediction, target = torch.rand(2, 1, 1, 3, 40, 40) * 2 - 1
    with torch.autocast("cpu", dtype=torch.bfloat16):
        within = ssim(prediction, target)
    assert torch.equal(within, ssim(prediction, target))


def test_identical_frames_score_1():
    frames = torch.rand(1, 1, 3, 16, 16)
    assert ssim(frames, frames).item() == pytest.approx(1, abs=1e-12)


def test_an_inverted_pattern_scores_below_0():
    pattern = torch.rand(1, 1, 1, 32, 32) - 0.5
    assert ssim(0.5 - pattern, 0.5 + pattern).item() < -0.5


def test_frames_smaller_than_the_window_are_refused():
    frames = torch.rand(1, 1, 3, 10, 30)
    with pytest.raises(VidpredError, match=r"10 x 30 are too small .* at least 11 x 11"):
        ssim(frames, frames)
