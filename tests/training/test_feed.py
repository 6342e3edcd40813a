import numpy as np
import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.training.feed import DataOrder, Feed

CPU = torch.device("cpu")


class Numbers:
    """Clips that say their own number, plus what their generator drew."""

    def __init__(self, num_clips):
        self.facts = {}
        self.num_clips = num_clips

    def __len__(self):
        return self.num_clips

    def gather(self, indices, draws=None):
        return np.array([[i, draw.integers(256)] for i, draw in zip(indices, draws, strict=True)], np.uint8).reshape(
            -1, 1, 1, 1, 2
        )


def numbers(batch):
    return ((batch.clips.flatten(1) + 1) * 127.5).round().int().tolist()


def test_every_clip_is_seen_once_per_pass_in_a_new_order():
    order = DataOrder(num_clips=10, clips_per_step=5, seed=3)
    first = np.concatenate([order.indices(0), order.indices(1)])
    second = np.concatenate([order.indices(2), order.indices(3)])
    assert sorted(first) == sorted(second) == list(range(10))
    assert list(first) != list(second)


def test_the_order_needs_no_memory():
    order = DataOrder(num_clips=7, clips_per_step=4, seed=0)
    expected = [list(order.indices(step)) for step in range(6)]
    fresh = DataOrder(num_clips=7, clips_per_step=4, seed=0)
    assert list(fresh.indices(5)) == expected[5]


def test_processes_share_each_step_without_overlap_and_draw_alike():
    alone = Feed(Numbers(20), batch_size=8, seed=1, device=CPU)
    pair = [Feed(Numbers(20), batch_size=8, seed=1, device=CPU, rank=rank, num_processes=2) for rank in (0, 1)]
    whole = numbers(alone.batch(4))
    shares = [numbers(feed.batch(4)) for feed in pair]
    assert sorted(shares[0] + shares[1]) == sorted(whole)
    for feed in (alone, *pair):
        feed.close()


class LabelledNumbers(Numbers):
    """Clips whose label is ten times their number."""

    def labels(self, indices):
        return 10 * np.array(indices)


def test_labels_come_with_the_clips_that_they_are_of():
    feed = Feed(LabelledNumbers(20), batch_size=4, seed=1, device=CPU)
    batch = feed.batch(3)
    assert batch.labels.tolist() == [10 * number for number, _ in numbers(batch)]
    feed.close()


def test_a_data_set_that_knows_no_labels_feeds_none():
    feed = Feed(Numbers(20), batch_size=4, seed=1, device=CPU)
    assert feed.batch(0).labels is None
    feed.close()


def test_a_feed_may_start_anywhere():
    feed, later = (Feed(Numbers(20), batch_size=4, seed=1, device=CPU) for _ in range(2))
    expected = [numbers(feed.batch(step)) for step in range(5)]
    assert numbers(later.batch(4)) == expected[4]
    feed.close()
    later.close()


def test_a_batch_that_does_not_divide_is_refused():
    with pytest.raises(VidpredError, match=r"train\.batch_size=6 does not divide among 2 processes"):
        Feed(Numbers(20), batch_size=6, seed=0, device=CPU, num_processes=2, accumulate=2)
