"""Sums of averages of noise: how they are written, and what comes out."""

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.exploration import add_noise, parse_sum
from vidpred.exploration.arithmetic import NUM_AROUND, SPREAD
from vidpred.generators.sampling import draw_noise, sample


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("1,2,3 - 4,5,6 + 7,8,9", [(1, [1, 2, 3]), (-1, [4, 5, 6]), (1, [7, 8, 9])]),
        ("12-3+4", [(1, [12]), (-1, [3]), (1, [4])]),
        (" - 2 , 3 ", [(-1, [2, 3])]),
    ],
)
def test_a_sum_is_read_as_it_is_written(text, terms):
    assert parse_sum(text) == terms


@pytest.mark.parametrize("text", ["", "1,2,", "1 2", "1 -- 2", "1 - ", "a + b", "1.5 + 2", ",1"])
def test_what_is_no_sum_is_refused(text):
    with pytest.raises(VidpredError, match="is not understood; write numbers of samples"):
        parse_sum(text)


def test_averages_are_added_and_taken_away(generator):
    noise = draw_noise(6, 5, seed=2)
    added = add_noise(generator, [(1, [1, 3]), (-1, [5])], seed=2)
    torch.testing.assert_close(added.chosen[0], sample(generator, 5, seed=2)[[0, 2]])
    torch.testing.assert_close(added.averages[0], generator((noise[[0]] + noise[[2]]) / 2)[-1][0, 0])
    expected = (noise[0] + noise[2]) / 2 - noise[4]
    torch.testing.assert_close(added.result[0], generator(expected[None])[-1][0, 0])


def test_what_lies_around_the_result_differs_from_it_by_small_noise(generator):
    added = add_noise(generator, [(1, [1])])
    basis = torch.linalg.pinv(generator.basis.detach())
    wobble = ((added.around - added.result).flatten(1) @ basis) / SPREAD
    torch.testing.assert_close(wobble, draw_noise(6, NUM_AROUND, 1), rtol=1e-3, atol=1e-3)


def test_the_sum_is_drawn_in_the_class_that_is_named(linear):
    generator = linear(num_classes=3)
    assert torch.equal(add_noise(generator, [(1, [2])], label=1).result, sample(generator, 2, labels=1)[1:])
    with pytest.raises(VidpredError, match="takes labels of 3 classes, and a sum of noise has none; name one"):
        add_noise(generator, [(1, [2])])


@pytest.mark.parametrize("terms", [[], [(1, [0, 2])]])
def test_samples_are_counted_from_1(generator, terms):
    with pytest.raises(VidpredError, match="they are counted from 1 on"):
        add_noise(generator, terms)


@pytest.mark.parametrize("term", [(2, [1]), (0, [1]), (1, [])])
def test_a_term_is_an_average_that_is_added_or_subtracted(generator, term):
    with pytest.raises(VidpredError, match="is no average that is added or subtracted"):
        add_noise(generator, [(1, [1]), term])


@pytest.mark.parametrize(
    ("terms", "seed", "told"),
    [
        ("1,2 - 3", 0, "the sum is the text '1,2 - 3', .* vidpred.exploration.parse_sum makes them"),
        ([(1, [1])], -1, "seed of add_noise is -1"),
        ([(1, [1])], 1.5, "seed of add_noise is 1.5"),
    ],
)
def test_a_sum_that_is_a_text_and_a_seed_that_is_none_are_refused(generator, terms, seed, told):
    with pytest.raises(VidpredError, match=told):
        add_noise(generator, terms, seed)
