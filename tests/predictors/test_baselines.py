"""The baselines against futures that are known exactly."""

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.predictors import CopyLast, Linear


def brightness(*values):
    """A clip of one-pixel frames."""
    return torch.tensor(values).reshape(1, -1, 1, 1, 1)


def test_copy_last_repeats_the_last_frame_at_any_lead(clip):
    for lead in (1, 5):
        (prediction,) = CopyLast(num_context_frames=5, lead=lead)(clip)
        assert torch.equal(prediction, clip[:, -1:])


@pytest.mark.parametrize(("lead", "expected"), [(1, 0.3), (2, 0.4), (3, 0.5)])
def test_linear_adds_the_last_change_once_per_frame_of_lead(lead, expected):
    (prediction,) = Linear(num_context_frames=3, lead=lead)(brightness(-0.9, 0.1, 0.2))
    assert prediction.item() == pytest.approx(expected)


@pytest.mark.parametrize(("before", "last", "expected"), [(0.0, 0.8, 1.0), (0.0, -0.8, -1.0)])
def test_linear_stays_in_range(before, last, expected):
    (prediction,) = Linear(num_context_frames=2)(brightness(before, last))
    assert prediction.item() == expected


def test_linear_refuses_a_context_that_shows_no_change():
    with pytest.raises(VidpredError, match=r"num_context_frames is 1.*at least 2"):
        Linear(num_context_frames=1)
