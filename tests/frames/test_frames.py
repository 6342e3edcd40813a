"""8-bit frames and the networks' range [-1, 1]."""

import numpy as np
import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.frames import to_model, to_uint8


def test_black_and_white_are_the_ends_of_the_range():
    frames = np.array([0, 255], np.uint8).reshape(1, 2, 1)
    assert to_model(frames).tolist() == [[[-1.0, 1.0]]]


@pytest.mark.parametrize("level", [1, 51, 127, 128, 204, 254])
def test_every_level_is_a_step_of_2_in_255(level):
    value = to_model(torch.full((1, 1, 1), level, dtype=torch.uint8)).item()
    assert value == pytest.approx(level * 2 / 255 - 1, abs=1e-7)


def test_all_256_levels_come_back_as_they_were():
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16, 1)
    np.testing.assert_array_equal(to_uint8(to_model(levels)), levels)


@pytest.mark.parametrize("shape", [(4, 6, 3), (5, 4, 6, 1), (2, 5, 4, 6, 3)])
def test_channels_move_in_front_of_the_rows_and_back(shape):
    frames = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    floats = to_model(frames)
    assert floats.shape == (*shape[:-3], shape[-1], *shape[-3:-1])
    assert floats.dtype == torch.float32
    assert floats.is_contiguous()
    np.testing.assert_allclose(floats.numpy(), np.moveaxis(frames / 127.5 - 1, -1, -3), atol=1e-6)
    np.testing.assert_array_equal(to_uint8(floats), frames)


def test_arrays_and_tensors_give_the_same_and_stay_as_they_were():
    frames = np.random.default_rng(0).integers(0, 256, (3, 4, 5, 3), np.uint8)
    kept = frames.copy()
    torch.testing.assert_close(to_model(frames), to_model(torch.tensor(frames)), rtol=0, atol=0)
    to_model(frames).zero_()
    np.testing.assert_array_equal(frames, kept)


def test_frames_mapped_read_only_are_accepted():
    frames = np.zeros((2, 4, 4, 3), np.uint8)
    frames.flags.writeable = False
    assert to_model(frames).eq(-1).all()


@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.uint16, np.bool_])
def test_frames_that_are_not_8_bit_are_refused(dtype):
    with pytest.raises(
        VidpredError,
        match=r"frames are \w+ of shape .*, but 8-bit frames .*, of uint8 from 0 to 255, are needed",
    ):
        to_model(np.zeros((2, 2, 3), dtype))


def test_values_outside_are_clipped_not_wrapped():
    floats = torch.tensor([-1.5, -1.0, 1.0, 1.01, 30.0]).reshape(1, 1, 5)
    assert to_uint8(floats).flatten().tolist() == [0, 0, 255, 255, 255]


def test_values_between_two_levels_go_to_the_nearest():
    between = torch.tensor([10.4, 10.6, 200.4, 200.6]).reshape(1, 1, 4) / 127.5 - 1
    assert to_uint8(between).flatten().tolist() == [10, 11, 200, 201]


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.float16])
def test_any_float_format_is_written(dtype):
    ends = torch.tensor([-1.0, 1.0], dtype=dtype).reshape(1, 1, 2).requires_grad_()
    frames = to_uint8(ends)
    assert frames.dtype == np.uint8
    assert frames.flatten().tolist() == [0, 255]


@pytest.mark.parametrize(
    "frames", [None, "x", 3, [np.zeros((4, 4, 3), np.uint8)], np.zeros(3, np.uint8), np.array("x")]
)
def test_what_are_no_frames_is_refused_in_one_sentence(frames):
    with pytest.raises(VidpredError, match=r"^frames are .* needed; .*$"):
        to_model(frames)
    with pytest.raises(VidpredError, match=r"^frames are of .*, but a tensor .* is needed; stack them to one$"):
        to_uint8(frames)


def test_a_number_is_no_frame_to_write():
    with pytest.raises(VidpredError, match=r"frames are of shape \(2,\), but"):
        to_uint8(torch.zeros(2))


def test_arrays_that_run_backwards_are_turned_into_floats():
    frames = np.random.default_rng(0).integers(0, 256, (2, 5, 4, 3), dtype=np.uint8)
    assert torch.equal(to_model(frames[..., ::-1]), to_model(frames).flip(1))
    assert torch.equal(to_model(frames[::-1, :, ::-1]), to_model(frames).flip(0, 3))
