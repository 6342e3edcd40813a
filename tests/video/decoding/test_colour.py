"""Colours as they are read, scaled and written, against the formulas of the standards."""

from fractions import Fraction
from itertools import product
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from coded_colours import (
    FULL,
    LIMITED,
    TAGS,
    averaged,
    coded_frame,
    from_rgb,
    interpolated,
    some_planes,
    to_rgb,
)
from drawing import draw_video, pan

from vidpred.errors import VidpredError
from vidpred.video import decode, write_video
from vidpred.video.decoding.convert import REFUSED_COLOURS, FrameConverter

SIZES = [(32, 48), (33, 48), (32, 47), (33, 47)]
BT601_LUMA = (0.299, 0.587, 0.114)
FORMATS = {8: "yuv420p", 10: "yuv420p10le", 12: "yuv420p12le"}


def shown(planes, matrix, extent, bits, left=False):
    """Return what the planes of 4:2:0 mean, as RGB (H, W, 3) with fractions."""
    luma, *chroma = (plane.astype(float) for plane in planes)
    return to_rgb([luma, *(interpolated(plane, *luma.shape, left) for plane in chroma)], matrix, extent, bits)


@pytest.mark.parametrize("matrix", TAGS)
@pytest.mark.parametrize("extent", [LIMITED, FULL], ids=["limited", "full"])
@pytest.mark.parametrize("bits", FORMATS)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_reading_follows_the_formula(matrix, extent, bits, size):
    planes = some_planes(*size, bits)
    frame = coded_frame(planes, matrix, extent, FORMATS[bits])
    truth = shown(planes, matrix, extent, bits)
    error = FrameConverter(None)(frame) - truth
    assert np.abs(error).max() <= 0.6
    assert np.abs(error.mean(axis=(0, 1))).max() <= 0.5
    grey = FrameConverter(None, greyscale=True)(frame)[..., 0]
    assert np.abs(grey - truth @ BT601_LUMA).max() <= 1.1


@pytest.mark.parametrize("bits", [10, 12, 16])
@pytest.mark.parametrize("greyscale", [False, True])
def test_deep_rgb_is_rounded(bits, greyscale):
    levels = np.random.default_rng(0).integers(0, 2**bits, (3, 16, 24)).astype(np.uint16)
    frame = coded_frame(levels, 0, FULL, f"gbrp{bits}le")
    truth = np.stack([levels[2], levels[0], levels[1]], axis=-1) * (255 / (2**bits - 1))
    read = FrameConverter(None, greyscale=greyscale)(frame)
    assert np.abs(read - (truth @ BT601_LUMA)[..., None] if greyscale else read - truth).max() <= 1


FEW_LEVELS = list(product(("rgb", "bgr"), ("555", "565", "444"), ("le", "be")))


@pytest.mark.parametrize(("order", "depths", "end"), FEW_LEVELS)
@pytest.mark.parametrize("greyscale", [False, True])
def test_few_levels_are_spread_over_all(order, depths, end, greyscale):
    first, second, third = map(int, depths)
    packed = np.random.default_rng(0).integers(0, 2 ** (first + second + third), (16, 24))
    packed[0, :2] = 0, 2 ** (first + second + third) - 1  # black and white
    parts = packed >> second + third, packed >> third & 2**second - 1, packed & 2**third - 1
    truth = np.stack([part * 255 / (2 ** int(depth) - 1) for part, depth in zip(parts, depths, strict=True)], axis=-1)
    truth = truth if order == "rgb" else truth[..., ::-1]
    frame = VideoFrame(24, 16, f"{order}{depths}{end}")
    lines = np.zeros((16, frame.planes[0].line_size // 2), "<u2" if end == "le" else ">u2")
    lines[:, :24] = packed
    frame.planes[0].update(lines.tobytes())
    read = FrameConverter(None, greyscale=greyscale)(frame)
    assert read[0, :2].tolist() == [[0] * read.shape[2], [255] * read.shape[2]]
    assert np.abs(read - (truth @ BT601_LUMA)[..., None] if greyscale else read - truth).max() <= 1.1


@pytest.mark.parametrize(("bits", "pixel_format"), [(8, "gray"), (10, "gray10le"), (12, "gray12le"), (16, "gray16le")])
@pytest.mark.parametrize("extent", [0, LIMITED, FULL], ids=["unstated", "limited", "full"])
@pytest.mark.parametrize("greyscale", [False, True])
def test_grey_is_stretched_where_its_range_is_limited(bits, pixel_format, extent, greyscale):
    levels = np.random.default_rng(0).integers(0, 2**bits, (16, 24)).astype(np.uint16 if bits > 8 else np.uint8)
    unit = 2 ** (bits - 8)
    truth = (levels / unit - 16) / 219 if extent == LIMITED else levels / (2**bits - 1)
    read = FrameConverter(None, greyscale=greyscale)(coded_frame([levels], 2, extent, pixel_format))
    assert np.abs(read - np.clip(truth, 0, 1)[..., None] * 255).max() <= 0.51


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("short_side", [24, 16, 9])
def test_scaling_while_reading_averages_what_the_formula_gives(size, short_side):
    planes = some_planes(*size)
    scaled = FrameConverter(None, short_side)(coded_frame(planes, "bt709", LIMITED, "yuv420p"))
    truth = averaged(shown(planes, "bt709", LIMITED, 8), *scaled.shape[:2])
    assert min(scaled.shape[:2]) == short_side
    assert np.abs(scaled - truth).max() <= 1


@pytest.mark.parametrize("pixel_format", ["rgb24", "bgra", "gbrp"])
@pytest.mark.parametrize("short_side", [48, 16, 7])
def test_scaling_of_rgb_averages(pixel_format, short_side):
    picture = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format=pixel_format)
    scaled = FrameConverter(None, short_side)(frame)
    assert np.abs(scaled - averaged(picture.astype(float), *scaled.shape[:2])).max() <= 1


@pytest.mark.parametrize(("luma", "level"), [(16, 0), (126, 128), (235, 255)])
def test_neutral_grey_is_what_the_standard_says_in_colour_and_in_grey(luma, level):
    planes = [np.full((16, 16), luma, np.uint8), *np.full((2, 8, 8), 128, np.uint8)]
    frame = coded_frame(planes, "bt601", LIMITED, "yuv420p")
    assert np.unique(FrameConverter(None)(frame)).tolist() == [level]
    assert np.unique(FrameConverter(None, greyscale=True)(frame)).tolist() == [level]


def test_colours_of_h264_lie_on_the_left_column_of_each_pair(tmp_path):
    planes = some_planes(32, 48)
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"qp": "0"})  # lossless
        stream.width, stream.height, stream.pix_fmt = 48, 32, "yuv420p"
        stream.codec_context.colorspace, stream.codec_context.color_range = TAGS["bt709"], LIMITED
        container.mux(stream.encode(coded_frame(planes, "bt709", LIMITED, "yuv420p")))
        container.mux(stream.encode())
    assert np.abs(next(decode(path)) - shown(planes, "bt709", LIMITED, 8, left=True)).max() <= 1


@pytest.mark.parametrize(("rows", "matrix"), [(576, "bt601"), (578, "bt709")])
def test_unlabelled_colours_are_of_high_definition_by_their_size(rows, matrix):
    planes = some_planes(rows, 64)
    read = FrameConverter(None)(coded_frame(planes, 2, LIMITED, "yuv420p"))
    assert np.abs(read - shown(planes, matrix, LIMITED, 8)).max() <= 1


@pytest.mark.parametrize("tag", REFUSED_COLOURS)
@pytest.mark.parametrize("greyscale", [False, True])
def test_a_matrix_that_cannot_be_converted_is_refused_by_name(tag, greyscale):
    frame = coded_frame(some_planes(16, 16), tag, LIMITED, "yuv420p")
    with pytest.raises(VidpredError, match=f"by the matrix {REFUSED_COLOURS[tag]}, which cannot be converted"):
        FrameConverter(None, greyscale=greyscale)(frame)


def test_the_file_with_colours_that_cannot_be_converted_is_named(tmp_path):
    path = tmp_path / "clip.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 16, 16, "yuv420p"
        stream.codec_context.colorspace = 8
        for time in range(3):
            frame = coded_frame(some_planes(16, 16), 8, LIMITED, "yuv420p")
            frame.pts = time
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with pytest.raises(VidpredError, match=r"clip\.mkv has a frame that cannot be converted: .* YCgCo"):
        list(decode(path))


def colourful(height, width):
    rows, columns = np.mgrid[:height, :width]
    return np.stack([40 + 2.0 * columns, 200 - 2.0 * rows, 60 + columns + rows], axis=-1).round().astype(np.uint8)


def written_planes(path: Path, picture):
    """Write a picture, and return the planes that the file holds."""
    write_video(path, [picture] * 2, Fraction(25))
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
        assert (frame.colorspace, frame.color_range) == (TAGS["bt709"], LIMITED)
        return [
            np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width].astype(float)
            for plane in frame.planes
        ]


def test_writing_follows_the_formula_with_colours_on_the_left_column(tmp_path):
    picture = colourful(64, 96)
    luma, blue, red = from_rgb(picture.astype(float), "bt709")
    planes = written_planes(tmp_path / "clip.mp4", picture)
    assert np.abs(planes[0] - luma).mean() < 0.6  # the encoder's own loss included
    for plane, chroma in zip(planes[1:], (blue, red), strict=True):
        rows = (chroma[0::2] + chroma[1::2]) / 2
        on_the_left = rows[:, 0::2]  # of a steady change, the average around a column is the column
        assert np.abs(plane - on_the_left).mean() < 0.6
        assert abs((plane - on_the_left).mean()) < 0.1  # half a pixel further right, it would be 0.2


def test_writing_and_reading_five_times_keeps_brightness(tmp_path):
    first = picture = pan(1, height=64, width=96)[0]
    for generation in range(5):
        write_video(tmp_path / f"{generation}.mp4", [picture] * 3, 25)
        picture = list(decode(tmp_path / f"{generation}.mp4"))[1]
    assert np.abs(picture.astype(float).mean(axis=(0, 1)) - first.mean(axis=(0, 1))).max() < 1


DRAWN_ON = {
    "qtrle.mov": {"codec": "qtrle", "pixel_format": "rgb24"},
    "animation.gif": {"codec": "gif", "pixel_format": "rgb8"},
    "raw.avi": {"codec": "rawvideo", "pixel_format": "bgr24"},
    "grey.mkv": {"codec": "ffv1", "pixel_format": "gray"},
    "h264.mp4": {},
}


@pytest.mark.parametrize("name", DRAWN_ON)
@pytest.mark.parametrize("greyscale", [False, True])
def test_drawing_on_a_frame_changes_no_other(tmp_path, name, greyscale):
    still = np.repeat(pan(1), 6, axis=0)
    path = draw_video(tmp_path / name, still, **DRAWN_ON[name])
    untouched = list(decode(path, greyscale=greyscale))
    for number, frame in enumerate(decode(path, greyscale=greyscale)):
        np.testing.assert_array_equal(frame, untouched[number])
        frame[:] = 255
