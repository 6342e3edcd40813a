"""PSNR against its definition and an independent implementation."""

import pytest
import torch
from skimage.metrics import peak_signal_noise_ratio

from vidpred.frames import to_model
from vidpred.metrics import psnr


def test_an_error_of_a_tenth_of_the_peak_is_20_db():
    target = torch.zeros(1, 1, 3, 4, 4)
    assert psnr(target + 0.2, target).item() == pytest.approx(20, abs=1e-5)


def test_it_is_the_psnr_of_the_8_bit_frames():
    prediction, target = torch.randint(0, 256, (2, 1, 2, 12, 10, 3), dtype=torch.uint8)
    scores = psnr(to_model(prediction), to_model(target))
    for time in range(2):
        reference = peak_signal_noise_ratio(target[0, time].numpy(), prediction[0, time].numpy(), data_range=255)
        assert scores[0, time].item() == pytest.approx(reference, abs=1e-4)


def test_identical_frames_score_100_db():
    frames = torch.rand(1, 2, 3, 4, 4)
    assert psnr(frames, frames).tolist() == [[100, 100]]


def test_opposite_frames_score_0_db():
    white = torch.ones(1, 1, 1, 4, 4)
    assert psnr(-white, white).item() == 0
