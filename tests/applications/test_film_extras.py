"""Timecodes and fonts of a film go along with it."""

from fractions import Fraction

import av
import numpy as np
import pytest
from drawing import draw_video, pan

from vidpred.applications.extend import extend
from vidpred.applications.interpolate_video import FlowInterpolator, interpolate_video
from vidpred.predictors import CopyLast
from vidpred.video import decode

FONT = bytes(range(256)) * 8


def film(path, rate=25, timecode=None, font=False):
    """Write eight frames with a timecode, and with a font beside them; return the path."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        if timecode:
            stream.metadata["timecode"] = timecode
        if font:
            container.add_attachment("Some Font.ttf", "font/ttf", FONT)
        for number, pixels in enumerate(pan(8)):
            frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
            frame.pts, frame.time_base = number, 1 / Fraction(rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def timecodes(path):
    """Return what all tracks of a file say that its first frame's timecode is."""
    with av.open(str(path)) as container:
        tags = [{key.lower(): text for key, text in stream.metadata.items()} for stream in container.streams]
    return [each["timecode"] for each in tags if "timecode" in each]


@pytest.mark.parametrize(("name", "tracks"), [("longer.mov", 2), ("longer.mp4", 2), ("longer.mkv", 1)])
def test_a_longer_film_begins_at_the_timecode_of_the_film(tmp_path, name, tracks):
    source = film(tmp_path / "film.mov", timecode="10:00:59:12")
    written = extend(source, tmp_path / name, CopyLast(2), 0.04)
    assert timecodes(tmp_path / name) == ["10:00:59:12"] * tracks
    assert written.notes == ()


def test_a_denser_film_counts_its_own_frames(tmp_path):
    source = film(tmp_path / "film.mov", timecode="10:00:59:12")
    interpolate_video(source, tmp_path / "denser.mov", FlowInterpolator(), 2)
    assert timecodes(tmp_path / "denser.mov") == ["10:00:59:24"] * 2


@pytest.mark.parametrize(
    ("rate", "timecode", "kept"),
    [
        (Fraction(30_000, 1001), "00:01:00;02", ["00:01:00;02"] * 2),
        (25, "00:01:00;02", []),  # numbers are left out of 30 and 60 frames per second alone
        (13, "00:01:00:02", []),
        (25, "noon", []),
    ],
)
def test_a_timecode_that_does_not_fit_the_rate_is_left_out(tmp_path, rate, timecode, kept):
    source = film(tmp_path / "film.mkv", rate, timecode)
    extend(source, tmp_path / "longer.mov", CopyLast(2), 0.04)
    assert timecodes(tmp_path / "longer.mov") == kept


def test_fonts_of_matroska_are_kept_in_matroska(tmp_path):
    source = film(tmp_path / "film.mkv", font=True)
    assert extend(source, tmp_path / "longer.mkv", CopyLast(2), 0.04).notes == ()
    with av.open(str(tmp_path / "longer.mkv")) as container:
        (font,) = (stream for stream in container.streams if stream.type == "attachment")
        assert (font.name, font.mimetype, bytes(font.data)) == ("Some Font.ttf", "font/ttf", FONT)
    other = extend(source, tmp_path / "longer.mp4", CopyLast(2), 0.04)
    assert other.notes == ("its other tracks (attachment) are left out",)


def test_it_is_said_that_transparency_is_laid_over_black(tmp_path):
    frames = np.concatenate([pan(4), np.full((4, 48, 64, 1), 128, np.uint8)], axis=-1)
    source = draw_video(tmp_path / "film.mov", frames, codec="qtrle", pixel_format="argb")
    written = extend(source, tmp_path / "longer.mp4", CopyLast(2), 0.04)
    assert "what is transparent in it is laid over black" in written.notes
    shown = next(iter(decode(tmp_path / "longer.mp4"))).astype(float)
    assert np.abs(shown - pan(4)[0] * (128 / 255)).mean() < 3
