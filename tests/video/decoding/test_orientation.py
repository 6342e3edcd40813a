"""Frames turned and mirrored as a display matrix says."""

import gc
import struct
from io import BytesIO

import av
import numpy as np
import pytest
from drawing import draw_video
from PIL import Image

from vidpred.errors import Note
from vidpred.video import decode, probe, read_window
from vidpred.video.decoding.orientation import as_coded, upright

PICTURE = np.array([["a", "b", "c"], ["d", "e", "f"]])[..., None]
SHOWN = {  # by the matrix (a, b, c, d) that sends a pixel at (x, y) to (ax + cy, bx + dy)
    "as it is": ((1, 0, 0, 1), ["abc", "def"]),
    "mirrored": ((-1, 0, 0, 1), ["cba", "fed"]),
    "upside down mirrored": ((1, 0, 0, -1), ["def", "abc"]),
    "upside down": ((-1, 0, 0, -1), ["fed", "cba"]),
    "transposed": ((0, 1, 1, 0), ["ad", "be", "cf"]),
    "clockwise": ((0, 1, -1, 0), ["da", "eb", "fc"]),
    "anticlockwise": ((0, -1, 1, 0), ["cf", "be", "ad"]),
    "transposed the other way": ((0, -1, -1, 0), ["fc", "eb", "da"]),
}


def matrix(a, b, c, d):
    return struct.pack("=9i", *(round(value * 65_536) for value in (a, b, 0, c, d, 0, 0, 0)), 1 << 30)


@pytest.mark.parametrize("name", SHOWN)
def test_each_of_eight_orientations_is_shown_upright(name):
    coefficients, rows = SHOWN[name]
    assert ["".join(row) for row in upright(PICTURE, matrix(*coefficients))[..., 0]] == rows


def test_a_slight_turn_is_the_nearest_orientation():
    assert upright(PICTURE, matrix(0.1, 0.99, -0.99, 0.1)).shape == (3, 2, 1)
    assert upright(PICTURE, matrix(0.99, 0.1, -0.1, 0.99)).shape == (2, 3, 1)


@pytest.mark.parametrize("stated", [None, b"", b"\0" * 36, b"short"])
def test_a_matrix_that_says_nothing_leaves_the_frame(stated):
    np.testing.assert_array_equal(upright(PICTURE, stated), PICTURE)


def draw_turned(path, frames, *coefficients):
    raw = bytearray(draw_video(path, frames, options={"crf": "5"}).read_bytes())
    place = raw.find(b"tkhd") + 4 + 40  # the matrix of the track, in big-endian order
    raw[place : place + 36] = struct.pack(">9i", *np.frombuffer(matrix(*coefficients), "=i4"))
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize("degrees", [0, 1, 90, 180, 30, 45, 135])
def test_an_odd_angle_is_said(tmp_path, recwarn, degrees):
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    path = draw_turned(tmp_path / "clip.mp4", np.zeros((4, 32, 48, 3), np.uint8), cosine, sine, -sine, cosine)
    assert len(list(decode(path))) == 4
    said = [str(warning.message) for warning in recwarn if warning.category is Note]
    assert (
        said
        == [f"{path} is to be shown at an odd angle; it is shown at the nearest of 0, 90, 180 and 270 degrees"][
            : degrees in (30, 45, 135)
        ]
    )


@pytest.mark.parametrize("name", SHOWN)
def test_a_file_is_read_as_its_matrix_says(tmp_path, name):
    (a, b, c, d), _ = SHOWN[name]
    corners = np.zeros((4, 32, 48, 3), np.uint8)
    corners[:, :16, :24], corners[:, 16:, :24] = (230, 40, 40), (40, 40, 230)
    path = draw_turned(tmp_path / "clip.mp4", corners, a, b, c, d)
    truth = upright(corners[0], matrix(a, b, c, d)).astype(int)
    assert (probe(path).height, probe(path).width) == truth.shape[:2]
    for frame in (next(decode(path)), read_window(path, 1).frames[0]):
        assert np.abs(frame - truth).mean() < 4


@pytest.mark.parametrize("name", SHOWN)
def test_an_upright_frame_is_turned_back_to_how_it_is_coded(name):
    turn = matrix(*SHOWN[name][0])
    np.testing.assert_array_equal(as_coded(upright(PICTURE, turn), turn), PICTURE)


def test_a_frame_that_was_read_is_let_go_of_at_once(tmp_path):
    """Not by the next search for garbage, which may be thousands of frames away."""
    frames = np.zeros((8, 16, 32, 3), np.uint8)
    draw_video(tmp_path / "clip.mp4", frames)
    gc.collect()
    gc.disable()
    try:
        assert len(list(decode(tmp_path / "clip.mp4"))) == 8
        assert not [one for one in gc.get_objects() if type(one) is av.VideoFrame]
    finally:
        gc.enable()


@pytest.mark.parametrize(("number", "name"), [(1, "as it is"), (2, "mirrored"), (3, "upside down"), (6, "clockwise")])
def test_motion_jpeg_is_read_as_the_exif_of_its_pictures_says(tmp_path, number, name):
    """PyAV knows no EXIF among what FFmpeg gives along with a frame."""
    corners = np.zeros((32, 48, 3), np.uint8)
    corners[:16, :24], corners[16:, :24] = (230, 40, 40), (40, 40, 230)
    exif, pictures = Image.Exif(), BytesIO()
    exif[0x0112] = number
    for _ in range(4):
        Image.fromarray(corners).save(pictures, "JPEG", quality=95, exif=exif)
    (tmp_path / "clip.mjpeg").write_bytes(pictures.getvalue())
    truth = upright(corners, matrix(*SHOWN[name][0])).astype(int)
    frames = list(decode(tmp_path / "clip.mjpeg"))
    assert len(frames) == 4
    assert frames[0].shape == truth.shape
    assert np.abs(frames[0] - truth).mean() < 4
