"""Functions of others, and what they write in place."""

import functools

import pytest
import torch

from vidpred.frames.apart import applied
from vidpred.metrics import METRICS
from vidpred.metrics.psnr import psnr


def brighten(prediction, target):
    return psnr(prediction.add_(1).div_(2), target)


class Brighter:
    def __call__(self, prediction, target):
        return brighten(prediction, target)


@pytest.mark.parametrize(
    "function",
    [
        brighten,
        functools.partial(brighten),
        functools.wraps(psnr)(lambda *given: brighten(*given)),
        Brighter(),
        Brighter().__call__,
    ],
    ids=["function", "partial", "wrapper of a metric", "object", "method"],
)
def test_a_function_of_others_writes_into_copies(function):
    frames = torch.rand(2, 1, 1, 3, 8, 8)
    given = frames.clone()
    applied(function, given[0], given[1])
    assert torch.equal(given, frames)


@pytest.mark.parametrize("name", sorted(METRICS))
def test_a_metric_of_this_package_is_given_the_frames_themselves(name, monkeypatch):
    monkeypatch.setattr(torch.Tensor, "clone", None)
    frames = torch.rand(2, 1, 1, 3, 176, 176).unbind()
    assert applied(METRICS[name].function, *frames).shape == (1, 1)
