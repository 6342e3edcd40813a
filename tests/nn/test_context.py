"""Contexts move on: the newest frame comes, the oldest go, and nothing of those is kept."""

import pytest
import torch

from vidpred.nn.context import moved_on


@pytest.mark.parametrize(
    ("known", "most", "left"),
    [(4, None, [1, 2, 3, 9]), (4, 3, [2, 3, 9]), (4, 4, [1, 2, 3, 9]), (2, 3, [1, 9]), (1, None, [9]), (4, 1, [9])],
)
def test_the_oldest_frames_make_room_for_the_newest(known, most, left):
    context, frame = torch.arange(float(known)).view(1, -1, 1, 1, 1), torch.full((1, 1, 1, 1, 1), 9.0)
    moved = moved_on(context, frame, most)
    assert moved.flatten().tolist() == left
    assert moved.untyped_storage().nbytes() == 4 * len(left)
