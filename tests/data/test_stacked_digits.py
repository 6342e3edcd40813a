"""Stacked digits: three digits in three channels."""

import numpy as np
import pytest
from material import draw_mnist

from vidpred.data import stacked_digits
from vidpred.errors import VidpredError


@pytest.fixture
def digits(tmp_path):
    return draw_mnist(tmp_path)


def test_every_channel_is_a_digit_of_its_side(tmp_path, digits):
    split = stacked_digits(tmp_path, num_images=30, num_validation_images=10)
    for side, drawn in ((split.train, digits[0]), (split.validation, digits[1])):
        images = side.gather(range(len(side)))[:, 0, 2:30, 2:30]
        for image, triple in zip(images, side.triples, strict=True):
            np.testing.assert_array_equal(image, drawn[triple].transpose(1, 2, 0))


def test_channels_are_drawn_independently_by_the_seed(tmp_path, digits):
    one, again, other = (stacked_digits(tmp_path, seed=seed, num_images=7000).train.triples for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, again)
    assert (one != other).any()
    pairs = np.unique(one[:, :2], axis=0, return_counts=True)[1]
    assert len(pairs) == 7 * 7
    assert abs(pairs / 7000 - 1 / 49).max() < 0.01


def test_they_make_no_clips(tmp_path):
    with pytest.raises(VidpredError, match="the set of stacked digits holds single images"):
        stacked_digits(tmp_path, clip_length=2)
