"""The shared convolution stacks and tables."""

import pytest
import torch
from torch import nn

from vidpred.errors import VidpredError
from vidpred.nn.stacks import conv_stack, rows_for_scales, scale_widths

TABLE = ("coarse", "middle", "fine")


@pytest.mark.parametrize(
    ("num_scales", "expected"),
    [
        (1, ["fine"]),
        (2, ["middle", "fine"]),
        (3, ["coarse", "middle", "fine"]),
        (5, ["coarse", "coarse", "coarse", "middle", "fine"]),
    ],
)
def test_the_last_row_is_always_the_full_resolutions(num_scales, expected):
    assert rows_for_scales(TABLE, num_scales) == expected


@pytest.mark.parametrize(("table", "num_scales"), [(TABLE, 0), (TABLE, -2), ((), 1)])
def test_no_scales_and_no_rows_are_refused(table, num_scales):
    with pytest.raises(VidpredError, match=r"at least (1|one)"):
        rows_for_scales(table, num_scales)


def test_widths_are_scaled_and_never_vanish():
    assert scale_widths([128, 256, 20, 2], 0.125) == [16, 32, 2, 1]


@pytest.mark.parametrize("multiplier", [0, -1, float("nan")])
def test_a_multiplier_without_channels_is_refused(multiplier):
    with pytest.raises(VidpredError, match="width_multiplier is"):
        scale_widths([128], multiplier)


def test_a_stack_is_linear_between_activations():
    kinds = [type(layer) for layer in conv_stack([3, 8, 8, 1], [3, 3, 1], activation=nn.Tanh)]
    assert kinds == [nn.Conv2d, nn.Tanh, nn.Conv2d, nn.Tanh, nn.Conv2d]


@pytest.mark.parametrize(
    ("options", "expected"),
    [({}, (9, 12)), ({"padded": False}, (3, 6)), ({"strides": [2, 1]}, (5, 6))],
    ids=["padded", "valid", "strided"],
)
def test_the_size_left_is_that_of_the_padding_and_strides(options, expected):
    stack = conv_stack([1, 2, 1], [5, 3], **options)
    assert stack(torch.zeros(1, 1, 9, 12)).shape[-2:] == expected


def test_tables_of_different_length_are_not_cut_short():
    with pytest.raises(ValueError, match="shorter"):
        conv_stack([1, 2, 3], [3])
