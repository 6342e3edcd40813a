"""The edges that a file says are not to be shown are cut off, wherever its pictures go."""

import struct
from fractions import Fraction

import av
import numpy as np
import pytest
from drawing import draw_video, pan
from films import facts

from vidpred.applications.extend import extend
from vidpred.predictors import CopyLast
from vidpred.video import decode, probe, read_window

LEFT, RIGHT, TOP, BOTTOM = 8, 6, 2, 4
SHOWN = np.s_[:, TOP : 48 - BOTTOM, LEFT : 64 - RIGHT]  # of frames of 64 x 48
HOLDERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"avc1")  # each holds the next


def with_clean_aperture(path, width, height, right, down):
    """Have an mp4, whose index is at its end, show ``width`` x ``height`` pixels around a point off its middle."""
    content = bytearray(path.read_bytes())
    box = struct.pack(">I4s8i", 40, b"clap", width, 1, height, 1, right, 1, down, 1)
    at = content.find(b"moov")
    for name in HOLDERS:
        at = content.find(name, at)
        size = struct.unpack(">I", content[at - 4 : at])[0]
        content[at - 4 : at] = struct.pack(">I", size + len(box))
    content[at - 4 + size : at - 4 + size] = box
    path.write_bytes(content)
    return path


def cropped(folder, name, width=64 - LEFT - RIGHT, height=48 - TOP - BOTTOM, **form):
    path = draw_video(folder / "whole.mp4", pan(8), pixel_format="yuv444p", **form)
    with_clean_aperture(path, width, height, (LEFT - RIGHT) // 2, (TOP - BOTTOM) // 2)
    if name.endswith(".mp4"):
        return path
    with av.open(str(path)) as source, av.open(str(folder / name), "w") as out:
        track = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = track
                out.mux(packet)
    return folder / name


@pytest.mark.parametrize("name", ["clean_aperture.mp4", "pixel_crop.mkv"])
def test_edges_are_cut_off(tmp_path, name):
    whole = np.stack(list(decode(draw_video(tmp_path / "as_it_is.mp4", pan(8), pixel_format="yuv444p"))))
    path = cropped(tmp_path, name)
    assert (probe(path).width, probe(path).height) == (50, 42)
    frames = np.stack(list(decode(path)))
    assert np.array_equal(frames, whole[SHOWN])
    assert np.array_equal(read_window(path, 2, at=0.12).frames, frames[2:4])


def test_of_a_turned_film_the_coded_edges_are_cut_off(tmp_path):
    path = cropped(tmp_path, "turned.mp4", rotation=90)
    assert (probe(path).width, probe(path).height) == (42, 50)
    whole = np.stack(list(decode(draw_video(tmp_path / "as_it_is.mp4", pan(8), pixel_format="yuv444p"))))
    frames = np.stack(list(decode(path)))
    assert np.array_equal(frames, np.rot90(whole[SHOWN], axes=(1, 2)))


def test_more_than_a_frame_has_is_not_cut_off(tmp_path):
    path = draw_video(tmp_path / "whole.mp4", pan(4))
    assert (probe(with_clean_aperture(path, 64, 96, 0, 0)).width, probe(path).height) == (64, 48)


def test_a_longer_film_has_what_is_shown_and_nothing_of_the_edges(tmp_path):
    path = cropped(tmp_path, "pixel_crop.mkv", pixel_aspect=Fraction(4, 3))
    extend(path, tmp_path / "longer.mkv", CopyLast(2), 0.08)
    (width, height, _), _, aspect, *_ = facts(tmp_path / "longer.mkv")
    assert (width, height, aspect) == (50, 42, Fraction(4, 3))
    frames = np.stack(list(decode(tmp_path / "longer.mkv"))).astype(int)
    assert len(frames) == 10
    assert np.abs(frames[:8] - np.stack(list(decode(path)))).mean() < 3


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv444p"])
@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv", "clip.ts"])
def test_what_h264_itself_cuts_off_at_the_left_is_not_shown(tmp_path, name, pixel_format):
    """FFmpeg leaves the columns there that its memory would not begin with, unless it is told otherwise."""
    frames = pan(4)
    whole = draw_video(tmp_path / f"whole_{name}", frames, pixel_format=pixel_format, options={"qp": "0"})
    cut = {"qp": "0", "x264-params": f"crop-rect=2,{TOP},{RIGHT},{BOTTOM}"}
    shown = np.stack(list(decode(draw_video(tmp_path / name, frames, pixel_format=pixel_format, options=cut))))
    expected = np.stack(list(decode(whole)))[:, TOP : 48 - BOTTOM, 2 : 64 - RIGHT]
    assert shown.shape == expected.shape
    inner = np.s_[:, 2:-2, 2:-2]  # at the edges, colours that pixels share are not known beyond
    np.testing.assert_array_equal(shown[inner], expected[inner])
