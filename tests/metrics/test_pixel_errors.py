"""MSE and MAE, per value and per frame, against plain loops on frames in [0, 1]."""

import math

import pytest
import torch

from vidpred.frames import to_model
from vidpred.metrics import mae, mae_sum, mse, mse_sum, psnr


def errors_by_loop(prediction, target):
    """Return every error of one frame of 8-bit values (H, W, C), scaled to [0, 1], in double precision."""
    pairs = zip(prediction.flatten().tolist(), target.flatten().tolist(), strict=True)
    return [p / 255 - t / 255 for p, t in pairs]


@pytest.mark.parametrize("shape", [(3, 4, 5), (1, 64, 64)], ids=str)
def test_they_are_the_errors_of_the_frames_in_0_to_1(shape):
    channels, height, width = shape
    prediction, target = torch.randint(0, 256, (2, 2, 3, height, width, channels), dtype=torch.uint8)
    guess, real = to_model(prediction), to_model(target)
    for item in range(2):
        for time in range(3):
            errors = errors_by_loop(prediction[item, time], target[item, time])
            squared, absolute = math.fsum(e * e for e in errors), math.fsum(map(abs, errors))
            assert mse(guess, real)[item, time].item() == pytest.approx(squared / len(errors), rel=1e-5)
            assert mae(guess, real)[item, time].item() == pytest.approx(absolute / len(errors), rel=1e-5)
            assert mse_sum(guess, real)[item, time].item() == pytest.approx(squared, rel=1e-5)
            assert mae_sum(guess, real)[item, time].item() == pytest.approx(absolute, rel=1e-5)


def test_black_for_white_costs_one_per_value():
    white = torch.ones(1, 1, 3, 4, 5)
    assert [score(-white, white).item() for score in (mse, mae, mse_sum, mae_sum)] == [1, 1, 60, 60]


def test_a_digit_drawn_in_black_costs_the_ink_that_is_missing():
    """The number that Moving MNIST papers would print: 64 x 64 values, one channel."""
    target = torch.full((1, 1, 1, 64, 64), -1.0)
    target[..., 10:30, 10:20] = 1
    assert mse_sum(torch.full_like(target, -1), target).item() == 200
    assert mae_sum(torch.full_like(target, 0), target).item() == 64 * 64 / 2


def test_psnr_is_the_mse_in_decibels(clip):
    noisy = (clip + 0.1 * torch.randn_like(clip)).clamp(-1, 1)
    torch.testing.assert_close(psnr(noisy, clip), -10 * torch.log10(mse(noisy, clip)))
