"""How many there are of something is said with the right ending."""

import pytest

from vidpred.wording import counted, counted_clips


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 clips"), (1, "1 clip"), (2, "2 clips"), (1.0, "1 clip"), (0.5, "0.5 clips"), (12_345, "12,345 clips")],
)
def test_a_noun_follows_its_number(number, said):
    assert counted(number, "clip") == said


def test_clips_and_videos_are_counted_each():
    assert counted_clips(3, 1) == "3 clips of 1 video"
