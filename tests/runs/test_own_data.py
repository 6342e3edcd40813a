"""A data set of one's own that does not keep to its interface is told what is needed, before it is trained on."""

import numpy as np
import pytest

from vidpred.data import moving_shapes
from vidpred.errors import VidpredError
from vidpred.interfaces import Split
from vidpred.registry import DATASETS
from vidpred.runs.build import build_task
from vidpred.runs.data import build_data
from vidpred.runs.own_data import check_split
from vidpred.runs.settings import parse_config


class Clips:
    """Two black clips of five frames, or what a test puts in the place of a part of them."""

    def __init__(self, **changes):
        self.facts = {"frame_channels": 3, "height": 8, "width": 8}
        self.frames = np.zeros((5, 8, 8, 3), np.uint8)
        vars(self).update(changes)

    def __len__(self):
        return 2

    def gather(self, indices, draws=None):
        del draws
        return np.stack([self.frames for _ in indices])

    def full_frames(self, index):
        del index
        return self.frames

    def video(self, index):
        return str(index)


class Bare:
    """What has a length alone."""

    def __len__(self):
        return 1


@pytest.mark.parametrize(
    ("train", "said"),
    [
        (None, "train is of the class NoneType, which has no facts, __len__, gather, full_frames, video"),
        (Bare(), "train is of the class Bare, which has no facts, gather, full_frames, video; add what is missing"),
        (Clips(facts={"height": 8}), "train has the facts height, but frame_channels, width are needed too"),
        (Clips(facts={"height": 8, "width": 8}), "height, width, but frame_channels is needed too; add it$"),
        (Clips(frames=np.zeros((4, 8, 8, 3), np.uint8)), r"returns uint8 \(4, 8, 8, 3\) from full_frames\(0\)"),
        (Clips(frames=np.zeros((5, 8, 8, 3))), r"returns float64 \(5, 8, 8, 3\) from full_frames"),
        (Clips(frames=np.zeros((5, 3, 8, 8), np.uint8)), "of clips of 5 frames .* with 3 channels"),
        (Clips(gather=lambda indices: [0]), r"returns an object of the class list from gather\(\[0\]\)"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(train, said):
    with pytest.raises(VidpredError, match=f"the data set 'mine' does not do what vidpred.interfaces.Dataset.*{said}"):
        check_split("mine", Split(train, None, ""), 5)


def test_validation_data_are_looked_at_too_and_may_be_missing():
    with pytest.raises(VidpredError, match="says: validation is of the class Bare"):
        check_split("mine", Split(Clips(), Bare(), ""), 5)
    assert check_split("mine", Split(Clips(), None, ""), 5).validation is None


def test_data_of_this_package_are_trusted():
    split = moving_shapes(5, 0, resolution=16, num_clips=2, num_validation_clips=2)
    assert check_split("moving_shapes", split, 5) is split


def test_no_split_is_refused_where_a_run_opens_its_data(monkeypatch):
    monkeypatch.setitem(DATASETS._parts, "pairs", lambda clip_length: (Clips(), Clips()))
    config = parse_config({"data": {"name": "pairs"}})
    with pytest.raises(VidpredError, match="the data set 'pairs' returned an object of the class tuple, but a Spl"):
        build_data(config, build_task(config))
