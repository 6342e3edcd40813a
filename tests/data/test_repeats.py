"""Films that repeat frames are read without them where that gives clearly more clips, and what stands still is not."""

import numpy as np
import pytest
from drawing import draw_video, pan

from vidpred.data import video_folder
from vidpred.data.clip_decoding import Settings
from vidpred.data.clip_store import ClipStore
from vidpred.data.repeats import gains, holds_many
from vidpred.data.transitions import Transitions
from vidpred.data.video_identity import content_key
from vidpred.data.windows import FoundWindows, WindowRule, find_windows

pytestmark = pytest.mark.usefixtures("cache")
SETTINGS = Settings(resolution=48, min_size=32)
MOSTLY_REPEATING = [1] * 6 + [1, 1, 1, 2] * 5  # times that each of 26 pictures is shown


def draw_film(path, pictures, shown):
    return draw_video(path, np.repeat(pictures, shown, axis=0), codec="ffv1", pixel_format="bgr0")


def open_films(source, clip_length=6, **settings):
    return video_folder(source, clip_length, resolution=48, crop=32, **settings)


def clips_of(windows):
    return [windows.full_frames(index) for index in range(len(windows))]


def pauses(moves, rests, times):
    """Return how often each picture is shown of a film that moves and stands still in turn, for so many frames."""
    return [1, *([1] * (moves - 1) + [rests + 1]) * times]


def test_a_film_that_repeats_frames_in_most_of_its_clips_is_read_without_repeats(tmp_path):
    pictures = pan(26)
    draw_film(tmp_path / "films" / "converted.mkv", pictures, MOSTLY_REPEATING)
    split = open_films(tmp_path / "films")
    clips = clips_of(split.train)
    assert len(clips) == 21  # of 31 frames, only those that begin with the first five had no repeat
    assert all(np.array_equal(clip, pictures[start : start + 6]) for start, clip in enumerate(clips))
    assert "frames left out since they repeat the one before: converted.mkv 5" in split.report


def test_a_film_that_gains_less_than_as_many_clips_again_is_read_as_it_is(tmp_path):
    shown = [1] * 14 + [2, 1, 1, 1] * 2 + [2]  # 26 frames: 10 clips without a repeat, 11 with; 18 of the pictures
    draw_film(tmp_path / "films" / "film.mkv", pan(23), shown)
    split = open_films(tmp_path / "films")
    assert len(split.train) == 10
    assert "repeat" not in split.report


@pytest.mark.parametrize(
    ("moves", "rests", "times", "own"), [(20, 20, 1, 16), (10, 10, 4, 24), (8, 8, 4, 16), (6, 6, 5, 10), (5, 5, 6, 6)]
)
def test_a_film_that_stands_still_for_half_of_its_time_keeps_its_own_frames(tmp_path, moves, rests, times, own):
    shown = pauses(moves, rests, times)
    film = np.repeat(pictures := pan(len(shown)), shown, axis=0)
    draw_film(tmp_path / "films" / "pauses.mkv", pictures, shown)
    split = open_films(tmp_path / "films")
    starts = [start for start in range(len(film) - 5) if all(map(np.any, np.diff(film[start : start + 6], axis=0)))]
    assert "repeat" not in split.report
    assert len(split.train) == len(starts) == times * (moves - 4) == own
    assert all(np.array_equal(clip, film[at : at + 6]) for at, clip in zip(starts, clips_of(split.train), strict=True))


def test_a_film_that_never_moves_for_as_long_as_a_clip_is_not_sped_up(tmp_path):
    draw_film(tmp_path / "films" / "moves.mkv", pan(20, seed=1), [1] * 20)
    draw_film(tmp_path / "films" / "pauses.mkv", pan(41), pauses(10, 10, times=4))
    split = open_films(tmp_path / "films", clip_length=14, validation=0)
    assert {split.train.video(index) for index in range(len(split.train))} == {"moves.mkv"}
    assert "skipped (a repeated frame in all clips of 14 frames that move" in split.report


def test_no_clip_crosses_a_picture_that_is_shown_much_longer_than_the_others(tmp_path):
    shown = [2] * 9 + [11] + [2] * 10  # on twos, ten repeats are a rest, and nine are none
    draw_film(tmp_path / "rest" / "twos.mkv", pan(20), shown)
    assert open_films(tmp_path / "rest", clip_length=3).train.first_frames.tolist() == [*range(8), *range(10, 18)]
    draw_film(tmp_path / "none" / "twos.mkv", pan(20), [*shown[:9], 10, *shown[10:]])
    assert open_films(tmp_path / "none", clip_length=3).train.first_frames.tolist() == [*range(18)]


def test_the_two_readings_of_a_film_are_not_mixed_up_in_the_store(tmp_path):
    pictures = pan(26)
    draw_film(tmp_path / "films" / "converted.mkv", pictures, MOSTLY_REPEATING)
    film = np.repeat(pictures, MOSTLY_REPEATING, axis=0)
    for _ in range(2):
        as_it_is = open_films(tmp_path / "films", clip_length=3)
        assert np.array_equal(clips_of(as_it_is.train)[-1], film[27:30])  # the last picture comes twice
        assert np.array_equal(clips_of(open_films(tmp_path / "films").train)[-1], pictures[-6:])


def test_the_pictures_and_a_conversion_of_them_count_once(tmp_path):
    pictures = pan(26)
    draw_film(tmp_path / "films" / "a.mkv", pictures, MOSTLY_REPEATING)
    draw_film(tmp_path / "films" / "b.mkv", pictures, [1] * 26)
    draw_film(tmp_path / "films" / "c.mkv", pictures, [2] * 26)
    assert "skipped (the same as a.mkv): b.mkv, c.mkv" in open_films(tmp_path / "films").report


def test_a_run_that_read_a_film_as_it_is_goes_on_to_do_so(tmp_path):
    film = draw_film(tmp_path / "films" / "converted.mkv", pan(26), MOSTLY_REPEATING)
    as_it_is = ClipStore().open(film, SETTINGS)
    record = {"training": {content_key(film)[:16]: "converted.mkv", as_it_is.pixels[:16]: "converted.mkv"}}
    again = open_films(tmp_path / "films", known_split=record)
    assert len(again.train) == 5
    assert "repeat" not in again.report
    assert again.known_split == {**record, "validation": {}}
    table = {"table": again.report}  # of runs that recorded no more
    assert len(open_films(tmp_path / "films", known_split=table).train) == 5


def test_a_run_goes_on_without_the_repeats_and_its_weights_leave_that_open(tmp_path):
    draw_film(tmp_path / "films" / "converted.mkv", pan(26), MOSTLY_REPEATING)
    first = open_films(tmp_path / "films")
    again = open_films(tmp_path / "films", known_split=first.known_split)
    assert (len(again.train), again.known_split, again.report) == (21, first.known_split, first.report)
    as_it_is = ClipStore().open(tmp_path / "films" / "converted.mkv", SETTINGS)
    before = {"before": {"training": {as_it_is.pixels[:16]: "converted.mkv"}}}
    assert len(open_films(tmp_path / "films", known_split=before).train) == 21


def test_weights_that_were_trained_on_a_film_as_it_is_know_it_again_without_its_repeats(tmp_path):
    film = draw_film(tmp_path / "new" / "converted.mkv", pan(26), MOSTLY_REPEATING)
    draw_film(tmp_path / "films" / "other.mkv", pan(24, seed=1), [1] * 24)
    as_it_is = ClipStore().open(film, SETTINGS)
    before = {"before": {"training": {as_it_is.pixels[:16]: "converted.mp4"}}}  # of another file with the same frames
    split = open_films(tmp_path / "films", validation_source=tmp_path / "new", known_split=before)
    assert "frames left out since they repeat the one before: converted.mkv" in split.report
    assert "were trained on 1 of the videos that it validates on (converted.mkv)" in " ".join(split.report.split())
    assert as_it_is.pixels[:16] not in split.known_split["validation"]  # the run was not on it with its repeats


def test_footage_is_known_again_whether_its_repeats_are_left_out_or_not(tmp_path):
    """One film is seen at pictures evenly spaced by number, the other by time: with another course of light."""
    shown = [1] * 12 + [3] * 12
    film = draw_film(tmp_path / "films" / "film.mkv", pictures := pan(24), shown)
    draw_film(tmp_path / "films" / "other.mkv", pan(24, seed=1), [1] * 24)
    noise = np.random.default_rng(0).integers(-2, 3, (48, *pictures[0].shape))  # so that no frame repeats another
    noisy = np.clip(np.repeat(pictures, shown, axis=0) + noise, 0, 255).astype(np.uint8)
    draw_film(tmp_path / "noisy" / "noisy.mkv", noisy, [1] * 48)
    split = open_films(tmp_path / "films", clip_length=3, validation_source=tmp_path / "noisy")
    assert "skipped (shows the same as noisy.mkv): film.mkv" in split.report
    assert "repeat" in open_films(film, clip_length=3).report  # it is read without repeats


def test_slow_motion_is_no_repeat_however_much_motion_is_asked_for(tmp_path):
    wide = pan(1, width=264)[0].astype(int)
    fast = [wide[:, place : place + 64] for place in range(0, 200, 8)]
    slow = [(7 * fast[number] + fast[number + 1]) // 8 for number in range(3, 24, 4)]  # an eighth of a step
    film = np.insert(np.stack(fast), range(4, 25, 4), slow, axis=0).astype(np.uint8)
    changes = np.abs(np.diff(film.astype(int), axis=0)).mean(axis=(1, 2, 3))
    asked = 4.1 * changes[3::5].max()  # of which the slow steps are less than a quarter
    assert asked < changes[:5].mean()  # and as much as a clip moves
    draw_film(tmp_path / "films" / "a.mkv", film, [1] * len(film))
    draw_film(tmp_path / "films" / "b.mkv", pan(20, speed=8, seed=1), [1] * 20)
    split = open_films(tmp_path / "films", min_motion=float(asked), scene_cut=255.0, validation=0)
    assert "frames left out" not in split.report
    assert "skipped (a repeated frame in all clips" in split.report


@pytest.mark.parametrize(("beside", "repeating", "sudden"), [(3.0, 4, 4), (0.75, 3, 3), (0.7, 3, 0)])
def test_what_slows_down_before_it_stands_still_is_no_repeat(beside, repeating, sudden):
    differences = np.array([3, 3, 3, 3, beside, 0.1, 0.2, 3, 3, 3, 3, 3], np.float32)  # quarters of 1 are repeats
    rule = WindowRule(clip_length=4)  # three differences each
    found = find_windows(Transitions(differences, np.zeros(12, bool)), rule)
    assert found.starts.tolist() == [0, 1, 2, 7, 8, 9]
    assert (found.num_repeating, found.num_sudden) == (repeating, sudden)  # of those from 3 to 6, what moves by 1


def test_where_nothing_moves_before_or_after_a_still_stretch_it_is_as_sudden_as_its_other_side():
    differences = np.array([0.1, 3, 3, 0.1, 0.5, 3, 0.2], np.float32)
    found = find_windows(Transitions(differences, np.zeros(7, bool)), WindowRule(clip_length=3))
    assert found.starts.tolist() == [1, 4]
    assert (found.num_repeating, found.num_sudden) == (3, 2)  # from 0, 2 and 5; from 2 on it slows down


def test_a_film_with_clips_of_its_own_is_tried_without_its_sudden_repeats_alone():
    def found(own, repeating, sudden):
        return FoundWindows(np.arange(own), 0, 0, 0.0, repeating, sudden)

    assert [holds_many(found(*numbers)) for numbers in [(3, 9, 4), (3, 9, 3), (0, 1, 0), (0, 0, 0)]] == [
        *(True, False, True, False)
    ]
    assert [gains(found(3, 9, 4), found(own, 0, 0)) for own in (5, 6)] == [False, True]
    assert [gains(found(0, 1, 0), found(own, 0, 0)) for own in (0, 1)] == [False, True]
