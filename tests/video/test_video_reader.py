"""Reading video files of every sort."""

import subprocess
import sys
from fractions import Fraction

import av
import numpy as np
import pytest
from drawing import draw_sound, draw_video, pan

from vidpred.errors import VidpredError
from vidpred.video.reader import decode, probe, read_window

LOSSLESS = {"codec": "ffv1", "pixel_format": "bgr0"}
QUADRANTS = np.zeros((5, 48, 64, 3), np.uint8)
QUADRANTS[:, :24, :32], QUADRANTS[:, :24, 32:], QUADRANTS[:, 24:, :32] = (255, 0, 0), (0, 255, 0), (0, 0, 255)
ODD_TIMES = [40 * time + 7 * (time * 7 % 5) + (900 if time > 40 else 0) for time in range(90)]

FORMS = {
    "b_frames.mp4": {"options": {"x264-params": "keyint=30:bframes=3"}},
    "long_gop.mkv": {"options": {"x264-params": "keyint=250:bframes=3"}},
    "open_gop.mp4": {"options": {"x264-params": "open-gop=1:keyint=24:bframes=3"}},
    "intra_refresh.mp4": {"options": {"x264-params": "intra-refresh=1:keyint=20"}},
    "intra_refresh.ts": {"options": {"x264-params": "intra-refresh=1:keyint=20"}},
    "open_gop.ts": {"options": {"x264-params": "open-gop=1:keyint=24:bframes=3"}},
    "mpeg4.ts": {"codec": "mpeg4", "options": {"bf": "2", "g": "30"}},
    "b_frames.avi": {"options": {"x264-params": "keyint=30:bframes=3"}},
    "mpeg4.avi": {"codec": "mpeg4", "options": {"bf": "2", "g": "30"}},
    "mpeg2.mpg": {"codec": "mpeg2video", "options": {"bf": "2"}},
    "vp9.webm": {"codec": "libvpx-vp9", "options": {"deadline": "realtime", "cpu-used": "8"}},
    "ten_bits.mov": {"codec": "prores_ks", "pixel_format": "yuv422p10le"},
    "animation.gif": {"codec": "gif", "pixel_format": "rgb8"},
    "no_times.h264": {},
    "irregular.mp4": {"milliseconds": ODD_TIMES, "options": {"x264-params": "keyint=30:bframes=3"}},
    "irregular.mkv": {"milliseconds": ODD_TIMES, "options": {"x264-params": "keyint=30:bframes=3"}},
}


def mean_error(frames, truth):
    return np.abs(np.stack(frames).astype(float) - truth).mean()


@pytest.mark.parametrize("name", FORMS)
def test_window_equals_full_decode(tmp_path, name):
    path = draw_video(tmp_path / name, pan(90), **FORMS[name])
    every = list(decode(path))
    period = float(1 / probe(path).frame_rate)
    for index in [2, 3, 11, 29, 30, 31, 47, 60, len(every) - 3]:
        window = read_window(path, num_before=3, num_after=2, at=index * period)
        np.testing.assert_array_equal(window.frames, every[index - 2 : index + 3])
    np.testing.assert_array_equal(read_window(path, num_before=4, num_after=3).frames, every[-7:])
    np.testing.assert_array_equal(read_window(path, num_before=4).frames, every[-4:])
    np.testing.assert_array_equal(read_window(path, num_before=len(every)).frames, every)


@pytest.mark.parametrize("name", [name for name in FORMS if not name.startswith("irregular")])
def test_regular_file_passes_frame_by_frame(tmp_path, name):
    frames = pan(90)
    decoded = list(decode(draw_video(tmp_path / name, frames, **FORMS[name])))
    assert len(decoded) == 90
    assert mean_error(decoded, frames) < 25  # the gif has a palette of 256 colours; another frame is off by far more
    assert mean_error(decoded[:-5], frames[5:]) > 1.5 * mean_error(decoded, frames)


def test_lossless_file_is_read_exactly(tmp_path):
    frames = pan(6)
    decoded = list(decode(draw_video(tmp_path / "clip.mkv", frames, **LOSSLESS)))
    np.testing.assert_array_equal(decoded, frames)


def test_odd_size_is_kept(tmp_path):
    frames = pan(4, height=47, width=65)
    path = draw_video(tmp_path / "clip.mkv", frames, **LOSSLESS)
    assert (probe(path).width, probe(path).height) == (65, 47)
    np.testing.assert_array_equal(list(decode(path)), frames)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_rotated_file_is_turned_upright(tmp_path, turns):
    path = draw_video(tmp_path / "clip.mp4", QUADRANTS, rotation=(90 * turns + 180) % 360 - 180)
    truth = np.rot90(QUADRANTS, turns, axes=(1, 2))
    assert (probe(path).height, probe(path).width) == truth.shape[1:3]
    assert mean_error(list(decode(path)), truth) < 4


def test_oblong_pixels_are_made_square(tmp_path):
    path = draw_video(tmp_path / "clip.mp4", QUADRANTS, pixel_aspect=Fraction(2))
    assert (probe(path).width, probe(path).height) == (128, 48)
    assert next(decode(path, short_side=24)).shape == (24, 64, 3)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("clip.webm", {"codec": "libvpx-vp9", "pixel_format": "yuva420p"}),
        ("clip.mov", {"codec": "png", "pixel_format": "rgba"}),
    ],
)
def test_transparency_is_laid_over_black(tmp_path, name, form):
    frames = np.full((5, 48, 64, 4), 200, np.uint8)
    frames[..., 3] = 255
    frames[:, :, 32:, 3] = 0
    decoded = next(decode(draw_video(tmp_path / name, frames, **form)))
    assert abs(int(decoded[24, 8].mean()) - 200) < 5
    assert decoded[24, 56].max() < 5


@pytest.mark.parametrize("matrix", [1, 6], ids=["bt709", "bt601"])
@pytest.mark.parametrize("extent", [1, 2], ids=["limited", "full"])
@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv420p10le"])
def test_labelled_colours_come_out_right(tmp_path, matrix, extent, pixel_format):
    path = tmp_path / "clip.mp4"
    draw_video(path, QUADRANTS, pixel_format=pixel_format, colours=(matrix, extent), options={"crf": "5"})
    decoded = next(decode(path)).astype(int)
    for row, column in [(12, 16), (12, 48), (36, 16), (36, 48)]:
        assert np.abs(decoded[row, column] - QUADRANTS[0, row, column]).max() <= 4


def test_greyscale_is_the_luma(tmp_path):
    path = draw_video(tmp_path / "clip.mp4", QUADRANTS, colours=(1, 1), options={"crf": "5"})
    grey = next(decode(path, greyscale=True))
    assert grey.shape == (48, 64, 1)
    assert [int(grey[row, column, 0]) for row, column in [(12, 16), (12, 48), (36, 16), (36, 48)]] == pytest.approx(
        [76, 150, 29, 0], abs=4
    )


def test_scaling_averages(tmp_path):
    frames = pan(3)
    decoded = list(decode(draw_video(tmp_path / "clip.mkv", frames, **LOSSLESS), short_side=12))
    truth = frames.reshape(3, 12, 4, 16, 4, 3).mean(axis=(2, 4))
    assert decoded[0].shape == (12, 16, 3)
    assert mean_error(decoded, truth) < 1


def test_scaling_never_enlarges(tmp_path):
    path = draw_video(tmp_path / "clip.mkv", pan(3), **LOSSLESS)
    assert next(decode(path, short_side=500)).shape == (48, 64, 3)


def test_lower_rate_takes_the_nearest_frames(tmp_path):
    frames = pan(30)
    path = draw_video(tmp_path / "clip.mkv", frames, rate=30, **LOSSLESS)
    np.testing.assert_array_equal(list(decode(path, frame_rate=10)), frames[::3])


def test_irregular_file_without_a_usual_gap_is_taken_at_its_average_rate(tmp_path):
    frames = pan(5)
    path = draw_video(tmp_path / "clip.mkv", frames, milliseconds=[0, 40, 200, 280, 400], **LOSSLESS)
    assert float(probe(path).frame_rate) == pytest.approx(10)
    np.testing.assert_array_equal(list(decode(path)), frames[[0, 1, 2, 3, 4]])  # at 0, 100, 200, 300 and 400 ms


def test_probe_tells_rate_duration_and_number(tmp_path):
    info = probe(draw_video(tmp_path / "clip.mp4", pan(50), rate=20))
    assert (info.frame_rate, info.duration, info.num_frames) == (20, 2.5, 50)


@pytest.mark.parametrize("name", ["mpeg2.mpg", "no_times.h264", "b_frames.avi", "mpeg4.avi"])
def test_a_file_without_times_lasts_as_long_as_its_frames(tmp_path, name):
    info = probe(draw_video(tmp_path / name, pan(90), **FORMS[name]))
    assert (info.num_frames, info.duration) == (90, pytest.approx(90 / 25))


@pytest.mark.parametrize("rate", [25, 30, 50])
@pytest.mark.parametrize(("suffix", "codec"), [("h264", "libx264"), ("hevc", "libx265")])
def test_the_rate_of_a_stream_without_times_is_the_one_that_it_states(tmp_path, suffix, codec, rate):
    path = draw_video(tmp_path / f"clip.{suffix}", pan(12), codec=codec, rate=rate)
    assert probe(path).frame_rate == rate


@pytest.mark.parametrize("bframes", ["0", "2"])
def test_an_avi_with_empty_places_between_its_frames_runs_at_the_rate_of_the_frames(tmp_path, bframes):
    """An AVI counts places: here a thousand a second, of which every fortieth holds a frame."""
    times = [40 * frame for frame in range(20)]
    path = draw_video(tmp_path / "clip.avi", pan(20), milliseconds=times, options={"bf": bframes})
    assert probe(path).frame_rate == 25
    assert len(list(decode(path))) == 20


def test_a_palette_that_goes_along_with_the_first_frame_holds_for_all(tmp_path):
    levels, path = pan(80)[..., 0], tmp_path / "clip.avi"
    opaque_grey = np.stack([np.full(256, 255), *[np.arange(256)] * 3], axis=-1).astype(np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("rawvideo", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "pal8"
        for number, picture in enumerate(levels):
            frame = av.VideoFrame.from_ndarray((picture, opaque_grey), "pal8")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
    frames = read_window(path, 2, at=2.0).frames
    np.testing.assert_array_equal(frames, np.repeat(levels[49:51, ..., None], 3, axis=-1))


def test_broken_off_file_gives_its_readable_frames(tmp_path):
    frames = pan(200)
    whole = draw_video(tmp_path / "whole.mp4", frames, fast_start=True, options={"x264-params": "keyint=20"})
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    decoded = list(decode(broken))
    assert 60 < len(decoded) < 180
    assert mean_error(decoded[:-1], frames[: len(decoded) - 1]) < 10
    np.testing.assert_array_equal(read_window(broken, 4).frames, decoded[-4:])


def damaged(tmp_path, kind):
    path = tmp_path / "clip.mp4"
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("not a video\n" * 200)
    elif kind == "cut short":
        whole = draw_video(path, pan(30)).read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    elif kind == "sound only":
        draw_sound(path)
    elif kind == "notes":
        path = tmp_path / "notes.txt"
        path.write_text("not a video\n" * 200)
    elif kind == "folder":
        path.mkdir()
    return path


@pytest.mark.parametrize(
    ("kind", "complaint"),
    [
        ("missing", "does not exist"),
        ("empty", "is empty"),
        ("text", "is a text"),
        ("notes", "is a text"),
        ("cut short", "cut short"),
        ("sound only", "no moving picture"),
        ("folder", "cannot be read as a video"),
    ],
)
def test_bad_file_is_refused_in_one_sentence(tmp_path, kind, complaint):
    path = damaged(tmp_path, kind)
    for read in (probe, lambda path: list(decode(path)), lambda path: read_window(path, 1)):
        with pytest.raises(VidpredError, match=complaint) as refusal:
            read(path)
        assert str(path) in str(refusal.value)
        assert "\n" not in str(refusal.value)


def test_too_few_frames_before_are_counted(tmp_path):
    path = draw_video(tmp_path / "clip.mp4", pan(20))
    with pytest.raises(VidpredError, match=r"3 frames up to second 0\.08, but 4 are needed; choose a later time, give"):
        read_window(path, 4, at=0.08)  # of a clip that is too short as a whole, no time is late enough
    told = "clip.mp4 has 20 frames, but 4 are needed before the last 18, which are held back to compare with; "
    with pytest.raises(VidpredError, match=f"{told}lower the horizon to 16, give a longer video or"):
        read_window(path, 4, 18)
    with pytest.raises(VidpredError, match=r"has 20 frames, but 21 are needed before the last 30, .*; give a longer"):
        read_window(path, 21, 30)
    with pytest.raises(
        VidpredError, match=r"but 1 is needed before the last 20, which .* to 19 or give a longer video$"
    ):
        read_window(path, 1, 20)
    with pytest.raises(VidpredError, match=r"but 20 are needed before the last one, which is held back to compare"):
        read_window(path, 20, 1)
    with pytest.raises(VidpredError, match="has 20 frames, but 21 are needed; give a longer video or"):
        read_window(path, 21)


@pytest.mark.parametrize("at", [-1.0, 0.9, float("nan")])
def test_moment_outside_is_refused_with_the_duration(tmp_path, at):
    path = draw_video(tmp_path / "clip.mp4", pan(20))
    with pytest.raises(VidpredError, match=r"lasts 0\.80 s"):
        read_window(path, 1, at=at)


def test_fewer_frames_after_are_given_at_the_end(tmp_path):
    path = draw_video(tmp_path / "clip.mkv", frames := pan(20), **LOSSLESS)
    window = read_window(path, 2, 5, at=17 / 25)
    assert window.num_before == 2
    np.testing.assert_array_equal(window.frames, frames[16:20])


MEASURE_WINDOW = """
import resource, sys
from pathlib import Path
from vidpred.video.reader import read_window
read_window(Path(sys.argv[1]), 4, at=1.0)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
window = read_window(Path(sys.argv[1]), 4, at=59.0)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, len(window.frames))
"""


def test_memory_does_not_grow_with_the_length(tmp_path):
    still = np.broadcast_to(pan(1, height=180, width=320), (1200, 180, 320, 3))  # 60 s, 200 MB decoded
    path = draw_video(
        tmp_path / "long.mp4", still, rate=20, options={"preset": "ultrafast", "x264-params": "keyint=1200"}
    )
    ran = subprocess.run([sys.executable, "-c", MEASURE_WINDOW, str(path)], capture_output=True, text=True, check=True)
    growth, num_frames = map(int, ran.stdout.split())
    assert num_frames == 4
    assert growth < 40  # MB
