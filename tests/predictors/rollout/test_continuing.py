"""Going on after 8-bit frames."""

from itertools import islice

import numpy as np
import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.predictors.rollout.continuing import continued


class BreaksAfter:
    """Repeats the last frame, so many times; what follows is broken."""

    num_context_frames, lead = 1, 1

    def __init__(self, sound, value):
        self.sound, self.value = sound, value

    def __call__(self, context):
        frame = context[:, -1:].clone()
        if self.sound == 0:
            frame[..., 0, 0] = self.value
        self.sound -= 1
        return [frame]


@pytest.mark.parametrize("value", [torch.nan, torch.inf, -torch.inf])
def test_frames_that_no_picture_shows_are_refused_and_those_before_are_yielded(value):
    known = np.full((2, 4, 6, 3), 200, np.uint8)
    frames = continued(BreaksAfter(2, value), known)
    assert [frame.tolist() for frame in islice(frames, 2)] == [known[0].tolist()] * 2
    with pytest.raises(VidpredError, match=r"frame t\+3, .* not all finite numbers; predict at most 2"):
        next(frames)
    with pytest.raises(VidpredError, match=r"frame t\+1, .*; name another predictor"):
        next(continued(BreaksAfter(0, value), known))
