"""A film is made longer and stays the same film: picture, times, colours, shape, turn and sound."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from drawing import draw_video, pan
from films import add_sound, beep_after_flash, coded, facts, flash_and_beep, heard
from material import assert_refused, run_vidpred

from vidpred.applications.extend import extend
from vidpred.errors import VidpredError
from vidpred.predictors import CopyLast, OpticalFlow
from vidpred.runs.shipped import CLIP
from vidpred.video import decode
from vidpred.video.decoding.codec import read_facts
from vidpred.video.films.longer import write_longer

FLOW = OpticalFlow(2)
LAST = CopyLast(2)
UNEVEN = [0, 40, 80, 120, 190, 200, 280, 300, 330, 400]  # milliseconds, at 25 frames/s on the whole


def test_known_frames_are_bit_for_bit_those_of_a_plain_re_encoding(tmp_path):
    plain, longer = tmp_path / "plain.mp4", tmp_path / "longer.mp4"
    assert extend(CLIP, plain, FLOW, 0).num_new == 0
    written = extend(CLIP, longer, FLOW, 0.25)
    assert (written.num_known, written.num_new) == (51, 6)
    (frames, times), (more, more_times) = coded(plain), coded(longer)
    assert len(more) == 51 + 6
    assert all(np.array_equal(a, b) for a, b in zip(frames, more, strict=False))
    assert more_times[:51] == times == coded(CLIP)[1]
    np.testing.assert_allclose(np.diff(more_times), 1 / 24)


@pytest.mark.parametrize("colour", [True, False])
def test_where_a_predictor_sees_no_colour_it_is_said_that_a_coloured_film_goes_on_without(tmp_path, colour):
    frames = pan(6) if colour else np.repeat(pan(6)[..., :1], 3, axis=-1)
    source = draw_video(tmp_path / "film.mp4", frames)
    grey = CopyLast(2)
    grey.frame_channels = 1
    note = "the predictor sees no colour, so the new frames are grey"
    assert (note in extend(source, tmp_path / "longer.mp4", grey, 0.1).notes) is colour
    assert note not in extend(source, tmp_path / "plain.mp4", grey, 0).notes


def test_films_are_encoded_so_that_they_come_out_the_same_every_time(tmp_path):
    """With its macroblock tree, x264 gives other frames about once in fifty times; it writes down how it was set up."""
    extend(CLIP, tmp_path / "plain.mp4", FLOW, 0)
    assert b" mbtree=0 " in (tmp_path / "plain.mp4").read_bytes()


@pytest.mark.parametrize(("out", "kind"), [("longer.mp4", "mp4"), ("longer.mov", "avi"), ("longer.mkv", "avi")])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_film_of_few_frames_becomes_as_much_longer_as_others(tmp_path, number, out, kind):
    source = draw_video(tmp_path / f"short.{kind}", pan(number))
    write_longer(source, tmp_path / out, [pan(number)[-1]] * 5)
    _, times = coded(tmp_path / out)
    np.testing.assert_allclose(times, np.arange(number + 5) / 25, atol=1e-9)
    with av.open(str(tmp_path / out)) as written:
        assert written.duration == (number + 5) * 40_000  # microseconds
        assert written.streams.video[0].average_rate == 25


def test_there_is_no_jump_at_the_seam_and_no_border_in_what_follows(tmp_path):
    extend(CLIP, tmp_path / "longer.mp4", FLOW, 0.25)
    frames = np.stack(list(decode(tmp_path / "longer.mp4"))).astype(float)
    steps = np.abs(np.diff(frames, axis=0)).mean(axis=(1, 2, 3))
    assert steps[50] <= 1.2 * np.median(steps[:50])
    edge = np.abs(np.diff(frames[:, :, :2], axis=0)).mean(axis=(1, 2, 3))
    assert edge[50:].max() <= 1.5 * edge[:50].max()


def test_size_shape_of_pixels_colours_and_turn_are_kept(tmp_path):
    source = draw_video(
        tmp_path / "phone.mp4",
        pan(8),
        rate=10,
        rotation=90,
        pixel_aspect=Fraction(4, 3),
        colours=(6, 2),
        pixel_format="yuvj422p",
    )
    assert extend(source, tmp_path / "longer.mov", FLOW, 0.3).num_new == 3
    assert facts(tmp_path / "longer.mov") == facts(source)
    shown = list(decode(tmp_path / "longer.mov"))
    assert len(shown) == 8 + 3
    assert shown[0].shape == next(decode(source)).shape


def assert_colours_stay(source, written):
    """Extend a still film; half a pixel aside, its red would change by two levels."""
    extend(source, written, LAST, 0.12)
    known = next(decode(source)).astype(float)
    frames = [frame.astype(float) for frame in decode(written)]
    assert len(frames) == 6 + 3
    assert np.abs((frames[0] - known).mean(axis=(0, 1))).max() < 0.5
    assert np.abs((frames[-1] - frames[0]).mean(axis=(0, 1))).max() < 1.5


def steady_colours():
    rows, columns = np.mgrid[:48, :64]
    return np.repeat(np.dstack([columns * 4, 255 - columns * 4, rows * 5]).astype(np.uint8)[None], 6, axis=0)


@pytest.mark.parametrize(
    ("codec", "pixel_format", "name"),
    [
        ("mjpeg", "yuvj420p", "camera.avi"),
        ("mpeg1video", "yuv420p", "old.mpg"),
        ("libvpx-vp9", "yuv420p", "web.webm"),
    ],
)
def test_colours_that_lie_amid_their_pixels_stay_there(tmp_path, codec, pixel_format, name):
    options = {"lossless": "1"} if codec == "libvpx-vp9" else {"qmin": "1", "qmax": "1"}
    source = draw_video(tmp_path / name, steady_colours(), codec=codec, pixel_format=pixel_format, options=options)
    assert_colours_stay(source, tmp_path / "longer.mp4")


@pytest.mark.parametrize("place", ["center", "topleft", "bottomleft", "bottom"])
def test_colours_lie_where_the_film_says_that_they_do(tmp_path, place):
    options = {"qp": "0", "chroma_sample_location": place}
    source = draw_video(tmp_path / "film.mp4", steady_colours(), options=options)
    assert_colours_stay(source, tmp_path / "longer.mp4")
    assert [read_facts(path).chroma_place for path in (source, tmp_path / "longer.mp4")] == [place, place]


def test_colours_of_two_pixels_amid_which_they_lie_are_moved_and_it_is_said(tmp_path):
    """H.264 has no words for them in 4:2:2: there they lie on the left pixel."""
    options = {"qmin": "1", "qmax": "1"}
    source = draw_video(
        tmp_path / "camera.mov", steady_colours(), codec="mjpeg", pixel_format="yuvj422p", options=options
    )
    written = extend(source, tmp_path / "longer.mp4", LAST, 0)
    assert facts(tmp_path / "longer.mp4")[0][2] == "yuvj422p"
    assert written.notes == ("its colours, which lie amid pairs of pixels, are moved to the left ones",)
    assert_colours_stay(source, tmp_path / "more.mp4")


@pytest.mark.parametrize("second", [(1, 2), (1, 1)], ids=["range", "matrix"])
def test_frames_whose_coding_of_colours_changes_within_the_film_keep_their_colours(tmp_path, second):
    """As of programmes joined end to end: BT.601 in limited range, and then BT.709, or all levels, too."""
    parts = [
        draw_video(tmp_path / f"{matrix}_{extent}.ts", steady_colours(), colours=(matrix, extent), options={"crf": "5"})
        for matrix, extent in ((6, 1), second)
    ]
    film = tmp_path / "film.ts"
    film.write_bytes(b"".join(part.read_bytes() for part in parts))
    extend(film, tmp_path / "longer.mp4", LAST, 0)
    before, after = (np.stack(list(decode(path))).astype(float) for path in (film, tmp_path / "longer.mp4"))
    assert after.shape == before.shape == (12, 48, 64, 3)
    assert np.abs((after - before).mean(axis=(1, 2))).max() < 1
    assert np.abs(after - before).mean() < 2


@pytest.mark.parametrize(
    ("pixel_format", "written"),
    [
        ("yuv422p12le", "yuv422p10le"),
        ("yuv444p12le", "yuv444p10le"),
        ("yuv420p9le", "yuv420p10le"),
        ("yuv422p16le", "yuv422p10le"),
        ("yuv422p10le", "yuv422p10le"),
    ],
)
def test_of_more_bits_ten_are_kept_and_as_many_colours_as_there_are(tmp_path, pixel_format, written):
    """A ramp within one level of 8 bits: by way of these, it would be flat."""
    bits = int(pixel_format[7:-2])
    ramp = 100 * 2 ** (bits - 8) + np.arange(64) * 2 ** (bits - 8) // 64
    source = ramp_film(tmp_path / "deep.mkv", pixel_format, ramp.astype(np.uint16))
    notes = extend(source, tmp_path / "longer.mkv", LAST, 0.12).notes
    assert notes == (() if written == pixel_format else (f"its pixels ({pixel_format}) are written as {written}",))
    with av.open(str(tmp_path / "longer.mkv")) as container:
        frame = next(container.decode(video=0))
    assert frame.format.name == written
    luma = np.frombuffer(frame.planes[0], np.uint16).reshape(48, -1)[:, :64]
    columns = luma[:, :64].mean(axis=0)
    assert np.abs(columns - ramp / 2 ** (bits - 10)).max() < 1.5
    assert np.ptp(columns) >= 2


def ramp_film(path, pixel_format, ramp):
    """Write four frames without loss, whose rows are the levels (64) of a ramp and whose colours are grey."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, pixel_format
        for number in range(4):
            frame = av.VideoFrame(64, 48, pixel_format)
            for channel, plane in enumerate(frame.planes):
                levels = np.full((plane.height, plane.line_size // 2), 2 ** (frame.format.components[0].bits - 1))
                if channel == 0:
                    levels[:, :64] = ramp
                plane.update(levels.astype(np.uint16).tobytes())
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def test_frames_that_follow_are_as_upright_and_as_bright_as_those_before(tmp_path):
    still = np.repeat(pan(1), 4, axis=0)
    source = draw_video(tmp_path / "still.mp4", still, rotation=90, colours=(6, 2), pixel_format="yuvj420p")
    extend(source, tmp_path / "longer.mp4", LAST, 0.12)
    shown = np.stack(list(decode(tmp_path / "longer.mp4"))).astype(float)
    assert len(shown) == 4 + 3
    change = shown[4:] - shown[3]
    assert np.abs(change).mean() < 4  # the colours of neighbours are averaged once more
    assert np.abs(change.mean(axis=(0, 1, 2))).max() < 1


def test_a_variable_rate_is_kept_and_goes_on_at_its_average(tmp_path):
    source = draw_video(tmp_path / "uneven.mkv", pan(10), milliseconds=UNEVEN)
    written = extend(source, tmp_path / "longer.mp4", FLOW, 0.2)
    _, times = coded(tmp_path / "longer.mp4")
    np.testing.assert_allclose(times[:10], np.array(UNEVEN) / 1000, atol=1e-6)
    np.testing.assert_allclose(np.diff(times[9:]), 1 / float(written.frame_rate), atol=1e-3)


@pytest.mark.parametrize(
    ("code", "name", "out", "kept"),
    [
        ("aac", "film.mp4", "longer.mp4", "aac"),
        ("libopus", "film.mkv", "longer.mp4", "opus"),
        ("pcm_s16le", "film.mov", "longer.mov", "pcm_s16le"),
        ("pcm_s16le", "film.mov", "longer.mp4", "aac"),
        ("aac", "film.ts", "longer.mp4", "aac"),
    ],
)
def test_sound_is_kept_and_falls_silent_where_the_film_goes_on(tmp_path, code, name, out, kept):
    film = draw_video(tmp_path / "silent.mp4", pan(10))
    source = add_sound(film, tmp_path / name, code, 0.4)
    written = extend(source, tmp_path / out, LAST, 0.4)
    (_, before), (coding, after) = heard(source), heard(tmp_path / out)
    assert coding == kept
    assert bool(written.notes) == (coding not in code)
    assert len(after) / 48_000 == pytest.approx(0.8, abs=0.05)
    assert np.abs(after[-48_000 // 4 :]).max() < 1e-3
    starts = [int(np.flatnonzero(np.abs(samples) > 0.2)[0]) for samples in (before, after)]
    tone = before[starts[0] : starts[0] + 12_000]
    shifts = [after[starts[1] + shift : starts[1] + shift + 12_000] for shift in range(0, 130, 2)]  # a wave and more
    assert max(np.corrcoef(tone, shifted)[0, 1] for shifted in shifts) > 0.99


@pytest.mark.parametrize("begins", [0.0, 100.0])
def test_sound_stays_with_the_picture_where_a_program_stream_begins_late(tmp_path, begins):
    """A flash and a beep, both at 0.4 s, in a file whose stamps begin with the format's half second, or a part's."""
    source, written = flash_and_beep(tmp_path / "film.mpg", 0.4, begins), tmp_path / "longer.mp4"
    extend(source, written, LAST, 0.2)
    assert beep_after_flash(source) == pytest.approx(0, abs=0.045)
    assert beep_after_flash(written) == pytest.approx(0, abs=0.045)


@pytest.mark.parametrize("name", ["film.mov", "film.mkv"])
def test_sound_that_begins_before_the_picture_and_is_encoded_anew_stays_with_it(tmp_path, name):
    source, written = tmp_path / name, tmp_path / "longer.mp4"
    flash_and_beep(source, 0.6, codes=("libx264", "pcm_s16le"), late=0.4)
    extend(source, written, LAST, 0.2)
    assert beep_after_flash(source) == pytest.approx(0, abs=0.045)
    assert beep_after_flash(written) == pytest.approx(0, abs=0.045)


def test_an_odd_size_is_kept(tmp_path):
    source = draw_video(tmp_path / "odd.mkv", pan(4, 49, 65), codec="ffv1")
    written = extend(source, tmp_path / "longer.mp4", FLOW, 0.04)
    assert (written.width, written.height) == (65, 49)
    assert "4:4:4" in written.notes[-1]
    assert [frame.shape for frame in decode(tmp_path / "longer.mp4")] == [(49, 65, 3)] * 5


def test_what_cannot_be_done_is_refused_before_anything_is_computed(tmp_path):
    source = draw_video(tmp_path / "film.mp4", pan(3))
    for wanted, mentioned in (
        ((source, tmp_path / "longer.webm", FLOW, 1), ".webm"),
        ((source, source, FLOW, 1), "never replaced"),
        ((source, tmp_path / f"{'y' * 252}.mp4", FLOW, 1), "256 bytes"),
        ((tmp_path, tmp_path / "longer.mp4", FLOW, 1), "folder"),
        ((source, tmp_path / "longer.mp4", FLOW, -1), "-1 seconds"),
        ((source, tmp_path / "longer.mp4", OpticalFlow(4), 1), "4 are needed"),
    ):
        with pytest.raises(VidpredError, match=mentioned):
            extend(*wanted)
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]


def test_the_command_writes_the_film_and_says_what_it_wrote(tmp_path):
    source = draw_video(tmp_path / "film.mp4", pan(6))
    words = ("extend", source, "--seconds", 0.12, "--checkpoint", "optical_flow")
    code, stdout, _ = run_vidpred(*words, folder=tmp_path)
    assert (code, stdout) == (0, "wrote film_longer.mp4: 6 frames of the film and 3 predicted ones at 25 frames/s\n")
    assert_refused(run_vidpred(*words, folder=tmp_path), "film_longer.mp4", "exists")
    assert_refused(run_vidpred("extend", "https://a.b/film.mp4", folder=tmp_path), "https://a.b/film.mp4", "download")
    assert len(list(decode(Path(tmp_path) / "film_longer.mp4"))) == 9
