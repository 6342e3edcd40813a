"""Where a video breaks off and goes on: no window crosses a pause."""

from fractions import Fraction

import av
import numpy as np
import pytest
from drawing import draw_video, pan

from vidpred.errors import VidpredError
from vidpred.video import decode, probe, read_window
from vidpred.video.reader import shown_frames

LOSSLESS = {"codec": "ffv1", "pixel_format": "bgr0"}
FRAMES = pan(40)
STEADY = [40 * time for time in range(40)]


def breaks(path, **options):
    return [number for number, frame in enumerate(shown_frames(path, **options)) if not frame.continues]


def paused(path, at=20, seconds=60, **form):
    times = [time + (1000 * seconds if number >= at else 0) for number, time in enumerate(STEADY)]
    return draw_video(path, FRAMES, milliseconds=times, **form)


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_a_pause_keeps_the_rate_and_every_frame_and_breaks_the_video(tmp_path, suffix):
    path = paused(tmp_path / f"clip{suffix}", **(LOSSLESS if suffix == ".mkv" else {}))
    assert (probe(path).frame_rate, probe(path).duration) == (25, pytest.approx(61.6))
    assert len(list(decode(path))) == 40
    assert breaks(path) == [0, 20]


def test_lost_frames_break_the_video_where_they_were(tmp_path):
    kept = np.delete(np.arange(40), [10, 20, 21])
    path = draw_video(tmp_path / "clip.mkv", FRAMES[kept], milliseconds=[40 * int(time) for time in kept], **LOSSLESS)
    assert probe(path).frame_rate == 25
    np.testing.assert_array_equal(list(decode(path)), FRAMES[kept])
    assert breaks(path) == [0, 10, 19]


def test_joined_streams_follow_each_other(tmp_path):
    part = draw_video(tmp_path / "part.ts", FRAMES, options={"crf": "10"}).read_bytes()
    path = tmp_path / "joined.ts"
    path.write_bytes(part * 3)
    info = probe(path)
    assert (info.frame_rate, info.num_frames, info.duration) == (25, 120, pytest.approx(4.8))
    every = list(decode(path))
    assert len(every) == 120
    np.testing.assert_array_equal(every[:40], every[40:80])
    assert breaks(path) == [0, 40, 80]
    np.testing.assert_array_equal(read_window(path, 4, 2, at=2.4).frames, every[57:63])


@pytest.mark.parametrize("begins", [100, 5000])
def test_a_stream_that_begins_late_and_then_anew_lasts_as_long_as_its_frames(tmp_path, begins):
    """FFmpeg takes stamps that fall back by more than a minute for those of a counter that wraps after 26 hours."""
    late, early, path = tmp_path / "late.ts", tmp_path / "early.ts", tmp_path / "joined.ts"
    draw_video(early, FRAMES, options={"crf": "10"})
    with av.open(str(early)) as source, av.open(str(late), "w", options={"output_ts_offset": str(begins)}) as out:
        copied = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = copied
                out.mux(packet)
    path.write_bytes(late.read_bytes() + early.read_bytes())
    info = probe(path)
    assert (info.frame_rate, info.num_frames, info.duration) == (25, 80, pytest.approx(3.2))
    assert len(list(decode(path))) == 80
    assert breaks(path) == [0, 40]
    np.testing.assert_array_equal(read_window(path, 4, 2, at=2.4).frames, list(decode(path))[57:63])


def test_frames_before_the_first_time_stamp_count(tmp_path):
    path = tmp_path / "early.mkv"
    with av.open(str(path), "w", options={"avoid_negative_ts": "disabled"}) as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "4"})
        stream.width, stream.height, stream.pix_fmt = FRAMES.shape[2], FRAMES.shape[1], "yuv420p"
        for number, pixels in enumerate(FRAMES):
            frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
            frame.pts, frame.time_base = number - 5, Fraction(1, 25)  # for H.264, FFmpeg reads no times below 0
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    assert (probe(path).num_frames, probe(path).duration) == (40, pytest.approx(1.6))
    every = list(decode(path))
    assert (len(every), breaks(path)) == (40, [0])
    np.testing.assert_array_equal(read_window(path, 6, 2, at=0.2).frames, every[:8])
    np.testing.assert_array_equal(read_window(path, 6, 2, at=1.5).frames, every[32:40])


def test_another_rate_does_not_fill_a_pause(tmp_path):
    path = paused(tmp_path / "clip.mkv", **LOSSLESS)
    np.testing.assert_array_equal(list(decode(path, frame_rate=12.5)), FRAMES[::2])
    assert breaks(path, frame_rate=12.5) == [0, 10]


def test_a_window_is_cut_at_a_pause(tmp_path):
    path = paused(tmp_path / "clip.mkv", **LOSSLESS)
    before = read_window(path, 3, 5, at=0.72)  # frame 18
    assert before.num_before == 3
    np.testing.assert_array_equal(before.frames, FRAMES[16:20])
    after = read_window(path, 5, 2, at=60.88, enough=2)  # frame 22
    assert after.num_before == 3
    np.testing.assert_array_equal(after.frames, FRAMES[20:25])
    np.testing.assert_array_equal(read_window(path, 4).frames, FRAMES[36:])


def test_too_few_frames_since_a_pause_are_told(tmp_path):
    path = paused(tmp_path / "clip.mkv", at=38, **LOSSLESS)
    with pytest.raises(VidpredError, match=r"has 2 frames after the break at second 61\.52, but 4 are needed"):
        read_window(path, 4)
    with pytest.raises(VidpredError, match=r"has 1 frame after the break at second 61\.52 and up to second 61\.53"):
        read_window(path, 4, at=61.53)


def test_a_window_may_hold_a_lost_frame(tmp_path):
    kept = np.delete(np.arange(40), [38])
    path = draw_video(tmp_path / "clip.mkv", FRAMES[kept], milliseconds=[40 * int(time) for time in kept], **LOSSLESS)
    np.testing.assert_array_equal(read_window(path, 3).frames, FRAMES[kept][-3:])


def test_time_stamps_of_a_flash_video_that_begin_below_zero_without_their_sign_add_nothing_to_its_length(tmp_path):
    """FFmpeg takes the zero after them for that of a counter that wraps after 50 days."""
    path = draw_video(tmp_path / "clip.flv", FRAMES, codec="flv1")
    data, at = bytearray(path.read_bytes()), 13  # bytes of the header; then each tag: kind, size, time, ..., its size
    while at < len(data):
        stamp = int.from_bytes(data[at + 4 : at + 7], "big") - 500 & 0x7FFFFFFF
        data[at + 4 : at + 8] = *(stamp & 0xFFFFFF).to_bytes(3, "big"), stamp >> 24
        at += 11 + int.from_bytes(data[at + 1 : at + 4], "big") + 4
    path.write_bytes(data)
    info = probe(path)
    assert (info.frame_rate, info.num_frames, info.duration) == (25, 40, pytest.approx(1.6))
    assert breaks(path) == [0, 13]
