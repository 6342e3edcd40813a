"""Counting modes, by hand and against scipy."""

import numpy as np
import pytest
import torch
from scipy.stats import entropy

from vidpred.errors import VidpredError
from vidpred.metrics.mode_count import mode_count, stacked_modes


def test_all_modes_equally_often_diverge_by_nothing():
    assert mode_count(torch.arange(1000).repeat(3), 1000) == (1000, pytest.approx(0, abs=1e-12))


def test_one_mode_diverges_by_the_logarithm_of_their_number():
    assert mode_count(torch.full((50,), 7), 1000) == (1, pytest.approx(np.log(1000)))


def test_agrees_with_scipy():
    modes = torch.randint(0, 40, (200,)) % 33
    counts = np.bincount(modes.numpy(), minlength=40)
    assert mode_count(modes, 40) == ((counts > 0).sum(), pytest.approx(entropy(counts, np.ones(40))))


def test_a_mode_of_stacked_digits_reads_as_their_number():
    digits = torch.tensor([[0, 0, 7], [9, 9, 9], [1, 2, 3]])
    probabilities = torch.nn.functional.one_hot(digits, 10) * 0.9 + 0.01
    assert stacked_modes(probabilities).tolist() == [7, 999, 123]


@pytest.mark.parametrize("modes", [[10], [-1], [], [[1, 2]]])
def test_refuses_what_are_no_modes(modes):
    with pytest.raises(VidpredError, match="whole numbers from 0 to 9 are needed"):
        mode_count(torch.tensor(modes, dtype=torch.long), 10)


@pytest.mark.parametrize("modes", [torch.tensor([0.0, 1.5]), torch.tensor([0.0, torch.nan]), torch.tensor([True])])
def test_modes_are_whole_numbers(modes):
    with pytest.raises(VidpredError, match=r"of torch\.(float32|bool), but \(N,\) whole numbers from 0 to 4"):
        mode_count(modes, 5)


@pytest.mark.parametrize("shape", [(4, 10), (4, 1, 10), (4, 3, 7), (4, 2, 10)])
def test_digits_are_those_of_three_channels(shape):
    with pytest.raises(VidpredError, match=r"but those of 10 digits in 3 channels, \(N, 3, 10\), are needed"):
        stacked_modes(torch.rand(shape))
