"""Samples that are, or are not, one of the futures that can happen."""

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.metrics.known_futures import match_futures


@pytest.fixture
def futures():
    """Two contexts with four futures each, of two frames: one bright pixel at one of four places."""
    clips = torch.zeros(2, 4, 2, 1, 4, 4)
    for way in range(4):
        clips[0, way, :, 0, way, 0] = 1.0
        clips[1, way, :, 0, 3, way] = 0.1
    return clips


def found_and_valid(samples, futures):
    matches = match_futures(samples, futures)
    return matches.found.tolist(), matches.valid.tolist()


def test_the_futures_themselves_are_all_found_and_valid(futures):
    assert found_and_valid(futures, futures) == ([4, 4], [1.0, 1.0])


def test_the_same_future_again_and_again_is_valid_but_only_one(futures):
    assert found_and_valid(futures[:, :1].expand(-1, 9, -1, -1, -1, -1), futures) == ([1, 1], [1.0, 1.0])


def test_blurs_of_several_futures_and_blank_frames_are_none(futures):
    blurs = [futures.mean(dim=1), futures[:, :2].mean(dim=1), torch.zeros_like(futures[:, 0])]
    assert found_and_valid(torch.stack(blurs, dim=1), futures) == ([0, 0], [0.0, 0.0])


def test_the_border_is_half_of_the_smallest_difference_between_two_futures(futures):
    """Two pixels of contrast c differ by c * sqrt(2) in each frame: an error of one pixel may be c / sqrt(2)."""
    for context, contrast in ((0, 1.0), (1, 0.1)):
        for error, expected in ((0.70, 1.0), (0.72, 0.0)):
            sample = futures[context, 2].clone()
            sample[:, 0, 1, 2] += error * contrast
            matches = match_futures(sample[None, None], futures[context : context + 1])
            assert matches.valid.item() == expected


def test_each_context_is_matched_with_its_own_futures(futures):
    assert found_and_valid(futures.flip(0), futures) == ([0, 0], [0.0, 0.0])


def test_a_share_of_the_samples_counts(futures):
    samples = torch.cat([futures[:, :3], torch.zeros(2, 3, 2, 1, 4, 4)], dim=1)
    assert found_and_valid(samples, futures) == ([3, 3], [0.5, 0.5])


@pytest.mark.parametrize(
    ("samples", "known"),
    [
        ((2, 4, 2, 1, 4, 5), (2, 4, 2, 1, 4, 4)),
        ((1, 4, 2, 1, 4, 4), (2, 4, 2, 1, 4, 4)),
        ((2, 4, 1, 4, 4), (2, 4, 1, 4, 4)),
        ((2, 4, 2, 1, 4, 4), (2, 1, 2, 1, 4, 4)),
        ((2, 0, 2, 1, 4, 4), (2, 4, 2, 1, 4, 4)),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(samples, known):
    with pytest.raises(VidpredError, match="n = 2 or more are matched"):
        match_futures(torch.zeros(samples), torch.zeros(known))
