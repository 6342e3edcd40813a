"""Films whose frame rate changes midway run at the rate of each stretch, frame by frame."""

from fractions import Fraction

import numpy as np
import pytest
from drawing import draw_video, pan
from films import times

from vidpred.applications.extend import extend
from vidpred.predictors import CopyLast
from vidpred.video import decode, probe, read_window
from vidpred.video.pace import measure_pace
from vidpred.video.reader import shown_frames
from vidpred.video.stretches import in_stretches

FINE, MILLI = 1 / 90_000, 1e-3
LOSSLESS = {"codec": "ffv1", "pixel_format": "bgr0"}
FRAMES = pan(70)
SLOW_THEN_FAST = [40] * 30 + [20] * 39  # milliseconds from each frame to the next


def measured(gaps, tick=FINE):
    stamps = np.round(np.cumsum([0, *gaps]) / tick) * tick
    stated = [Fraction(17)]
    return in_stretches(measure_pace([stamps], tick, stated), [stamps], tick, stated)


def changing(path, gaps=SLOW_THEN_FAST, **form):
    return draw_video(path, FRAMES, milliseconds=[int(time) for time in np.cumsum([0, *gaps])], **form)


@pytest.mark.parametrize(("suffix", "form"), [(".mkv", LOSSLESS), (".mp4", {}), (".ts", {})])
def test_every_frame_comes_once_and_nothing_goes_on_from_another_rate(tmp_path, suffix, form):
    path = changing(tmp_path / f"film{suffix}", **form)
    shown = list(shown_frames(path))
    assert len(shown) == 70
    assert [number for number, frame in enumerate(shown) if not frame.continues] == [0, 30]
    assert probe(path).frame_rate == 50  # of most frames
    if form:
        np.testing.assert_array_equal([frame.pixels for frame in shown], FRAMES)


def test_a_window_has_the_rate_of_its_place(tmp_path):
    path = changing(tmp_path / "film.mkv", **LOSSLESS)
    last, early = read_window(path, 4), read_window(path, 4, 2, at=0.6)
    assert (last.info.frame_rate, early.info.frame_rate) == (50, 25)
    np.testing.assert_array_equal(last.frames, FRAMES[-4:])
    np.testing.assert_array_equal(early.frames, FRAMES[12:18])
    assert probe(path).duration == pytest.approx(sum(SLOW_THEN_FAST) / 1000 + 0.02)


def test_a_rate_that_is_asked_for_is_taken_all_the_way(tmp_path):
    path = changing(tmp_path / "film.mkv", **LOSSLESS)
    taken = list(decode(path, frame_rate=25))
    np.testing.assert_array_equal(taken[:31], FRAMES[:31])
    np.testing.assert_array_equal(taken[31:], FRAMES[32::2])
    assert len(list(decode(path, frame_rate=50))) == 2 * 30 + 40


def test_streams_of_two_rates_joined_end_to_end_run_at_theirs(tmp_path):
    path = tmp_path / "joined.ts"
    parts = [
        draw_video(tmp_path / f"{rate}.ts", FRAMES[:40], rate=rate, options={"crf": "10"}).read_bytes()
        for rate in (50, 25)
    ]
    path.write_bytes(b"".join(parts))
    assert len(list(decode(path))) == 80
    assert (read_window(path, 4).info.frame_rate, read_window(path, 4, at=0.5).info.frame_rate) == (25, 50)


def test_a_longer_film_goes_on_at_its_last_rate(tmp_path):
    source, out = changing(tmp_path / "film.mkv"), tmp_path / "longer.mkv"
    written = extend(source, out, CopyLast(2), seconds=0.2)
    assert (written.frame_rate, written.num_new) == (50, 10)
    np.testing.assert_allclose(np.diff(times(out))[-11:], 0.02, atol=1e-6)


@pytest.mark.parametrize("tick", [FINE, MILLI])
def test_rates_are_exact_whatever_the_unit_of_the_stamps(tick):
    pace = measured([1001 / 24_000] * 60 + [1001 / 30_000] * 40 + [1001 / 24_000] * 60, tick)
    assert [each.frame_rate for _, each in pace.stretches] == [
        Fraction(24_000, 1001),
        Fraction(30_000, 1001),
        Fraction(24_000, 1001),
    ]
    assert pace.frame_rate == Fraction(24_000, 1001)


def test_lost_frames_and_pauses_are_no_stretches():
    gaps = [0.04] * 100
    gaps[20:23], gaps[50], gaps[-1] = [0.08] * 3, 60.0, 0.5
    assert not measured(gaps).stretches
    changes = [0.04] * 50 + [0.08, 0.02, 0.02, 60.0] + [0.02] * 46
    assert [each.frame_rate for _, each in measured(changes).stretches] == [25, 50]


@pytest.mark.parametrize("seed", range(5))
def test_frames_at_uneven_times_have_no_stretches(seed):
    gaps = np.random.default_rng(seed).uniform(0.01, 0.1, 400)
    assert not measured(gaps).stretches
    assert not measured([*gaps, *[0.04] * 100]).stretches


def test_a_few_frames_at_another_rate_are_no_stretch():
    assert not measured([0.04] * 60 + [0.02] * 5 + [0.04] * 60).stretches


@pytest.mark.parametrize("tick", [FINE, MILLI])
def test_a_rate_that_wanders_has_no_stretches(tick):
    rates = [np.linspace(24, 30, 600), np.linspace(30, 20, 600), 25 + 5 * np.sin(np.linspace(0, 20, 600))]
    for rate in rates:
        assert not measured(1 / rate, tick).stretches


def test_a_pause_before_a_change_belongs_to_neither_rate(tmp_path):
    path = changing(tmp_path / "film.mkv", [40] * 30 + [3000] + [20] * 38, **LOSSLESS)
    shown = list(shown_frames(path))
    assert [number for number, frame in enumerate(shown) if not frame.continues] == [0, 31]
    before = read_window(path, 4, at=1.2)
    np.testing.assert_array_equal(before.frames, FRAMES[27:31])
    assert before.info.frame_rate == 25


def test_no_frame_of_a_much_faster_stretch_is_taken_for_one_of_the_slower_after_it(tmp_path):
    path = changing(tmp_path / "film.mkv", [4] * 39 + [40] * 30, **LOSSLESS)
    assert [number for number, frame in enumerate(shown_frames(path)) if not frame.continues] == [0, 39]
