"""Colours of frames with transparency, and of frames without colours, against the formulas of the standards."""

import numpy as np
import pytest
from av.video.frame import VideoFrame
from coded_colours import FULL, LIMITED, coded_frame, interpolated, some_planes, to_rgb

from vidpred.video.decoding.convert import FrameConverter

SIZES = [(32, 48), (33, 48), (32, 47), (33, 47)]
FORMATS = {8: "yuva420p", 10: "yuva420p10le"}
GREYS = {8: "gray", 10: "gray10le", 12: "gray12le"}
UNSTATED = 0


def with_opacity(size, bits, opacity):
    """Return a frame of 4:2:0 with one opacity (of 255) throughout, and what its colours mean."""
    planes = some_planes(*size, bits)
    alpha = np.full(size, round(opacity / 255 * (2**bits - 1)), planes[0].dtype)
    frame = coded_frame([*planes, alpha], "bt709", LIMITED, FORMATS[bits])
    luma, *chroma = (plane.astype(float) for plane in planes)
    return frame, to_rgb([luma, *(interpolated(plane, *size) for plane in chroma)], "bt709", LIMITED, bits)


@pytest.mark.parametrize("bits", FORMATS)
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("opacity", [255, 102, 0])
def test_colours_with_opacity_follow_the_formula_over_black(bits, size, opacity):
    frame, truth = with_opacity(size, bits, opacity)
    assert np.abs(FrameConverter(None)(frame) - truth * opacity / 255).max() <= 1


@pytest.mark.parametrize("size", [(721, 65), (720, 65)], ids=str)
def test_unlabelled_colours_with_opacity_are_of_high_definition_by_their_size(size):
    frame, truth = with_opacity(size, 8, 255)
    frame.colorspace = 2
    assert np.abs(FrameConverter(None)(frame) - truth).max() <= 1


@pytest.mark.parametrize("bits", GREYS)
@pytest.mark.parametrize("extent", [LIMITED, FULL, UNSTATED])
@pytest.mark.parametrize("greyscale", [False, True])
def test_grey_frames_have_the_range_that_they_state(bits, extent, greyscale):
    levels = np.linspace(16, 235, 220).round().astype(np.uint16)[None].repeat(8, axis=0) << (bits - 8)
    frame = coded_frame([levels.astype(np.uint16 if bits > 8 else np.uint8)], "bt709", extent, GREYS[bits])
    luma = levels / 2 ** (bits - 8)
    truth = (luma - 16) * 255 / 219 if extent == LIMITED else luma * 255 / ((2**bits - 1) / 2 ** (bits - 8))
    tolerance = 1.1 if bits == 8 or extent == LIMITED else 1.5
    assert np.abs(FrameConverter(None, greyscale=greyscale)(frame) - truth[..., None]).max() <= tolerance


def test_grey_frames_with_opacity_have_the_range_that_they_state():
    pair = np.stack([np.full((8, 8), 126, np.uint8), np.full((8, 8), 255, np.uint8)], axis=-1)
    frame = VideoFrame(8, 8, "ya8")
    lines = np.zeros((8, frame.planes[0].line_size), np.uint8)
    lines[:, :16] = pair.reshape(8, 16)
    frame.planes[0].update(lines.tobytes())
    frame.color_range = LIMITED
    assert np.unique(FrameConverter(None)(frame)).tolist() == [128]


@pytest.mark.parametrize("pixel_format", ["rgba64le", "gbrap10le", "gbrap12le", "gbrap16le"])
@pytest.mark.parametrize("opacity", [65_535, 26_214])
def test_deep_colours_with_opacity_are_rounded(pixel_format, opacity):
    stored = np.random.default_rng(0).integers(0, 65_536, (33, 47, 4)).astype(np.uint16)
    stored[..., 3] = opacity
    frame = VideoFrame.from_ndarray(stored, "rgba64le").reformat(format=pixel_format)
    truth = stored[..., :3] / 257 * (opacity / 65_535)
    assert np.abs(FrameConverter(None)(frame) - truth).max() <= 0.8
