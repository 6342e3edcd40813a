"""The logarithmic squared error against PSNR and hand-computed values."""

import math

import pytest
import torch

from vidpred.losses import log_l2
from vidpred.metrics import METRICS


def test_every_frame_is_judged_by_itself():
    target = torch.zeros(1, 2, 3, 4, 4)
    prediction = torch.stack([torch.full((3, 4, 4), 0.1), torch.full((3, 4, 4), 0.2)])[None]
    wanted = (math.log1p(0.01 / 1e-3) + math.log1p(0.04 / 1e-3)) / 2
    assert log_l2(prediction, target, floor=1e-3).item() == pytest.approx(wanted, rel=1e-6)


def test_far_above_the_floor_it_is_psnr_in_other_units():
    generator = torch.Generator().manual_seed(0)
    target, noise = (
        torch.rand(2, 3, 3, 8, 8, generator=generator) - 0.5,
        torch.randn(2, 3, 3, 8, 8, generator=generator),
    )
    psnr = [METRICS["psnr"].function(target + share * noise, target).mean() for share in (0.05, 0.1)]
    losses = [log_l2(target + share * noise, target, floor=1e-9).double() for share in (0.05, 0.1)]
    torch.testing.assert_close(losses[1] - losses[0], (psnr[0] - psnr[1]) * math.log(10) / 10, rtol=1e-4, atol=1e-4)


def test_an_easy_frame_pulls_as_hard_as_a_difficult_one():
    target = torch.zeros(1, 2, 1, 4, 4)
    prediction = torch.stack([torch.full((1, 4, 4), 0.05), torch.full((1, 4, 4), 0.5)])[None].requires_grad_()
    log_l2(prediction, target, floor=1e-8).backward()
    relative = (prediction.grad * prediction.detach()).sum(dim=(0, 2, 3, 4))
    torch.testing.assert_close(relative[0], relative[1], rtol=1e-3, atol=0)
