"""Interlaced frames, whose even and odd rows show different moments, become whole pictures."""

from fractions import Fraction

import av
import numpy as np
import pytest
from av.filter import Graph
from av.video.format import VideoFormat

from vidpred.applications.extend import extend
from vidpred.predictors import CopyLast
from vidpred.video import decode, read_window
from vidpred.video.decoding.deinterlacing import deinterlaced
from vidpred.video.decoding.filters import through
from vidpred.video.films.end import last_frames
from vidpred.video.pace import Break, Timed

HEIGHT, WIDTH = 96, 128
RATE = 25
EXACT = {"codec": "ffv1", "options": {}}
DRAWN_FROM_OTHERS = {"codec": "mpeg2video", "options": {"g": "6", "bf": "2", "qmin": "2", "qmax": "2"}}


def moments(number, step=3.0):
    """Return the luma (number, H, W) of a picture that slides along, ``step`` pixels from one moment to the next."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    shown = [
        128 + 60 * np.sin((columns - step * moment) / 5) * np.cos(rows / 9) + 30 * np.sin(rows / 4)
        for moment in range(number)
    ]
    return np.stack(shown).clip(16, 235).astype(np.uint8)


def woven(fields, first="top"):
    """Return frames of two successive fields each; rows 0, 2, 4, ... are the top one."""
    frames = fields[::2].copy() if first == "top" else fields[1::2].copy()
    frames[:, 1::2] = (fields[1::2] if first == "top" else fields[::2])[:, 1::2]
    return frames


def marker(order, pixels="yuv420p"):
    """Return what marks frames as interlaced: tff or bff, by which field comes first."""
    graph = Graph()
    source = graph.add_buffer(width=WIDTH, height=HEIGHT, format=VideoFormat(pixels), time_base=Fraction(1, RATE))
    graph.link_nodes(source, graph.add("setfield", f"mode={order}"), graph.add("buffersink"))
    graph.configure()
    return graph


def coded(luma, number, pixels="yuv420p"):
    """Return the frame of a luma (H, W), without colours."""
    frame = av.VideoFrame.from_ndarray(np.stack([luma] * 3, -1), "rgb24").reformat(format=pixels)
    samples = (luma.astype(np.uint16) * 4).view(np.uint8) if "10" in pixels else luma
    rows = np.zeros((HEIGHT, frame.planes[0].line_size), np.uint8)
    rows[:, : samples.shape[1]] = samples
    frame.planes[0].update(rows)
    frame.pts, frame.time_base = number, Fraction(1, RATE)
    return frame


def write(path, frames, order=None, pixels="yuv420p", codec="ffv1", options=None):
    """Write luma (N, H, W) as a film, marked as interlaced if an order of the fields is given; return the path."""
    graph = marker(order, pixels) if order else None
    with av.open(str(path), "w") as film:
        flags = {"flags": "+ildct+ilme"} if order else {}
        stream = film.add_stream(codec, rate=RATE, options=flags | (options or {}))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, pixels
        for number, luma in enumerate(frames):
            frame = coded(luma, number, pixels)
            film.mux(stream.encode(through(graph, frame) if graph else frame))
        film.mux(stream.encode())
    return path


def luma_of(path):
    """Return the frames that are read (N, H, W) as luma again, from 16 to 235."""
    return np.stack([frame[..., 1] for frame in decode(path)]) * (219 / 255) + 16


def error(shown, expected):
    return np.abs(shown[1:-1] - expected[1:-1].astype(float)).mean()


@pytest.mark.parametrize(("order", "first"), [("tff", "top"), ("bff", "bottom")])
@pytest.mark.parametrize("pixels", ["yuv420p", "yuv422p", "yuv422p10le"])
def test_a_frame_shows_the_moment_of_its_first_field(tmp_path, order, first, pixels):
    fields = moments(24)
    combed = woven(fields, first)
    shown = luma_of(write(tmp_path / "film.mkv", combed, order, pixels))
    assert len(shown) == len(combed)
    assert error(shown, fields[::2]) < 1.5
    assert error(combed.astype(float), fields[::2]) > 5
    assert error(shown, fields[1::2]) > 5


def test_whole_pictures_that_are_stored_in_fields_stay_as_they_are(tmp_path):
    pictures = moments(8, step=4)
    plain = write(tmp_path / "plain.mkv", pictures)
    in_fields = write(tmp_path / "fields.mkv", pictures, "tff")
    for alike, frame in zip(decode(plain), decode(in_fields), strict=True):
        np.testing.assert_array_equal(frame, alike)


def test_pictures_shown_for_three_and_two_fields_in_turn_are_found_again(tmp_path):
    pictures = moments(16, step=5)
    shown_for = np.repeat(np.arange(16), np.tile([2, 3], 8))  # the number of the picture that each field is of
    fields = pictures[shown_for]
    film = write(tmp_path / "film.mkv", woven(fields[: len(fields) // 2 * 2]), "tff")
    plain = np.stack(list(decode(write(tmp_path / "plain.mkv", pictures))))
    frames = np.stack(list(decode(film)))
    nearest = [min(np.abs(frame.astype(int) - picture).mean() for picture in plain) for frame in frames]
    assert max(nearest[1:-1]) == 0
    assert len({int(np.abs(plain.astype(int) - frame).mean((1, 2, 3)).argmin()) for frame in frames}) == len(pictures)


@pytest.mark.parametrize("form", [EXACT, DRAWN_FROM_OTHERS])
def test_frames_from_anywhere_are_those_from_the_beginning(tmp_path, form):
    film = write(tmp_path / "film.mkv", woven(moments(80, step=2)), "tff", **form)
    frames = list(decode(film))
    for index in range(2, 40, 3):
        window = read_window(film, 2, at=index / RATE)
        np.testing.assert_array_equal(window.frames, frames[index - 1 : index + 1])
    np.testing.assert_array_equal(last_frames(film, 5, 5), frames[-5:])


def in_memory(combed, marked, breaks=()):
    """Return timed frames of luma (N, H, W), those of ``marked`` marked as interlaced, with a pause before some."""
    graph = marker("tff")
    frames = [coded(luma, number) for number, luma in enumerate(combed)]
    frames = [through(graph, frame) if number in marked else frame for number, frame in enumerate(frames)]
    pauses = [Break.PAUSE if number in breaks else Break.NONE for number in range(len(frames))]
    return [
        Timed(number / RATE, frame, pause) for number, (frame, pause) in enumerate(zip(frames, pauses, strict=True))
    ]


def planes(timed):
    return np.stack([each.item.to_ndarray() for each in timed])


def test_only_frames_that_are_marked_are_changed():
    fields = moments(24)
    known = in_memory(woven(fields), range(6, 12))
    shown = list(deinterlaced(known))
    np.testing.assert_array_equal(planes(shown[:6]), planes(known[:6]))
    assert error(planes(shown[6:])[:, :HEIGHT], fields[12::2]) < 1.5


def test_times_are_kept_and_no_row_is_drawn_across_a_break():
    combed = np.concatenate([woven(moments(12)), 255 - woven(moments(12))])
    known = in_memory(combed, range(12), breaks=[6])
    shown = list(deinterlaced(known))
    assert [(each.time, each.before) for each in shown] == [(each.time, each.before) for each in known]
    parts = [planes(deinterlaced(known[:6])), planes(deinterlaced(known[6:]))]
    np.testing.assert_array_equal(planes(shown), np.concatenate(parts))


@pytest.mark.parametrize(("width", "height"), [(2, 2), (4, 4), (16, 2), (18, 6)])
def test_tiny_pictures_are_read(tmp_path, width, height, monkeypatch):
    monkeypatch.setattr("test_deinterlacing.WIDTH", width)
    monkeypatch.setattr("test_deinterlacing.HEIGHT", height)
    film = write(tmp_path / "film.mkv", np.full((4, height, width), 99, np.uint8), "tff")
    frames = list(decode(film))
    assert len(frames) == 4
    assert {frame.shape for frame in frames} == {(height, width, 3)}


def test_a_longer_film_is_of_whole_pictures_and_says_so(tmp_path):
    fields = moments(24)
    film = write(tmp_path / "film.mkv", woven(fields), "tff", **DRAWN_FROM_OTHERS)
    longer = extend(film, tmp_path / "longer.mp4", CopyLast(), seconds=0.08)
    assert any("interlaced" in note and "first field" in note for note in longer.notes)
    shown = luma_of(tmp_path / "longer.mp4")
    assert error(shown[:12], fields[::2]) < 3
