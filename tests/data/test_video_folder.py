"""Clips from a folder of videos."""

import inspect
import re
import shutil

import numpy as np
import pytest
from drawing import draw_folder, draw_sound, draw_video, pan

from vidpred.data import TRAINING_OPTIONS, video_folder
from vidpred.data.clip_store import ClipStore, StoreError
from vidpred.data.usable_videos import VideoReader
from vidpred.errors import VidpredError
from vidpred.frames.pictures import write_png
from vidpred.registry import DATASETS
from vidpred.video.sources import shown_frames
from vidpred.video.window import ShownFrame

pytestmark = pytest.mark.usefixtures("cache")
LOSSLESS = {"codec": "ffv1", "pixel_format": "bgr0"}


def draw_films(folder, number, first=0):
    for film in range(first, first + number):
        draw_video(folder / f"film_{film}.mkv", pan(8, seed=film), **LOSSLESS)
    return folder


def names(windows):
    return {windows.video(index) for index in range(len(windows))}


def open_films(source, clip_length=3, **settings):
    return video_folder(source, clip_length, **{"resolution": 48, "crop": 32, **settings})


def test_clips_are_successive_frames_of_the_files(tmp_path):
    draw_video(tmp_path / "films" / "film.mkv", frames := pan(8), **LOSSLESS)
    split = open_films(tmp_path / "films")
    assert len(split.train) == 6
    np.testing.assert_array_equal(split.train.full_frames(2), frames[2:5])
    np.testing.assert_array_equal(split.train.gather([2]), frames[None, 2:5, 8:40, 16:48])
    assert dict(split.train.facts) == {"frame_channels": 3, "height": 32, "width": 32}


def test_a_split_says_in_short_what_is_trained_and_validated_on(tmp_path):
    sized = "each 3 frames of 32 x 32 pixels"
    assert repr(open_films(draw_films(tmp_path / "films", 3))) == (
        f"<Split: <Windows: 12 clips of 2 videos, {sized}> to train on, "
        f"<Windows: 6 clips of 1 video, {sized}> to validate on>"
    )
    assert repr(open_films(draw_films(tmp_path / "film", 1))) == (
        f"<Split: <Windows: 6 clips of 1 video, {sized}> to train on, none to validate on>"
    )


def test_what_was_predicted_of_another_video_is_left_out_by_name_and_named(tmp_path):
    films = draw_films(tmp_path / "films", 2)
    for seed, name in enumerate(("film_0_future.mp4", "film_0_future_compare.mov", "deep/film_1_future_2.mkv"), 2):
        draw_video(films / name, pan(8, seed=seed))
    draw_video(films / "no_future.mkv", pan(8, seed=9), **LOSSLESS)
    split = open_films(films)
    assert names(split.train) | names(split.validation) == {"film_0.mkv", "film_1.mkv", "no_future.mkv"}
    assert " ".join(split.skipped.split()) == (
        "skipped (named as what was predicted of another; to be read, it needs another name): "
        "deep/film_1_future_2.mkv, film_0_future.mp4, film_0_future_compare.mov"
    )
    assert names(open_films(films / "film_0_future.mp4").train) == {"film_0_future.mp4"}


def predicted_folder(folder, seed, stem="future"):
    draw_folder(folder, pan(8, seed=seed))
    for number, path in enumerate(sorted(folder.iterdir()), 1):
        path.rename(folder / f"{stem}_{number:04}.png")


def test_folders_of_predicted_frames_are_left_out_by_their_names_and_named(tmp_path):
    films = draw_films(tmp_path / "films", 2)
    predicted_folder(films / "next", 2)
    predicted_folder(films / "deep" / "sampled", 3, "future_1")
    predicted_folder(films / "mine", 4)
    (films / "mine" / "future_0003.png").rename(films / "mine" / "frame_0003.png")
    split = open_films(films)
    assert names(split.train) | names(split.validation) == {"film_0.mkv", "film_1.mkv", "mine"}
    assert " ".join(split.skipped.split()) == (
        "skipped (its frames are named as what was predicted of another; to be read, they need other names): "
        "deep/sampled, next"
    )


def test_folders_of_predicted_frames_are_read_where_there_is_nothing_else_or_a_list_names_them(tmp_path):
    films = tmp_path / "films"
    predicted_folder(films / "one", 2)
    predicted_folder(films / "two", 3)
    assert names(open_films(films).train) | names(open_films(films).validation) == {"one", "two"}
    assert names(open_films(films / "one").train) == {"one"}
    draw_films(films, 1)
    (tmp_path / "listed").write_text("film_0.mkv\none\n")
    split = open_films(films, only=tmp_path / "listed")
    assert names(split.train) | names(split.validation) == {"film_0.mkv", "one"}


def test_what_was_predicted_of_another_video_is_read_where_a_list_names_it(tmp_path):
    films = draw_films(tmp_path / "films", 1)
    draw_video(films / "film_0_future.mkv", pan(8, seed=2), **LOSSLESS)
    (tmp_path / "listed").write_text("film_0.mkv\nfilm_0_future.mkv\n")
    split = open_films(films, only=tmp_path / "listed")
    assert names(split.train) | names(split.validation) == {"film_0.mkv", "film_0_future.mkv"}


def test_files_of_every_kind_and_frame_folders_are_used(tmp_path):
    films = tmp_path / "films"
    for seed, name in enumerate(["a.mp4", "b.avi", "c.mov", "deep/d.mkv"]):
        draw_video(films / name, pan(8, seed=seed))
    draw_video(films / "e.webm", pan(8, seed=10), codec="libvpx-vp9", options={"deadline": "realtime", "cpu-used": "8"})
    draw_video(films / "f.gif", pan(8, seed=11), codec="gif", pixel_format="rgb8")
    draw_folder(films / "g", pan(8, seed=12))
    split = open_films(films)
    assert names(split.train) | names(split.validation) == {
        "a.mp4",
        "b.avi",
        "c.mov",
        "deep/d.mkv",
        "e.webm",
        "f.gif",
        "g",
    }
    assert "skipped" not in split.report


def test_single_file_trains_without_validation(tmp_path):
    path = draw_video(tmp_path / "film.mkv", pan(8), **LOSSLESS)
    split = open_films(path)
    assert names(split.train) == {"film.mkv"}
    assert split.validation is None
    assert "no validation: there is one video only" in split.report


@pytest.mark.parametrize(("number", "held_out"), [(2, 1), (5, 1), (12, 2)])
def test_split_is_by_video(tmp_path, number, held_out):
    split = open_films(draw_films(tmp_path / "films", number), validation=0.2)
    assert len(names(split.validation)) == held_out
    assert len(names(split.train)) == number - held_out
    assert not names(split.train) & names(split.validation)


def test_split_follows_the_seed(tmp_path):
    films = draw_films(tmp_path / "films", 8)
    chosen = [frozenset(names(open_films(films, seed=seed, validation=0.25).validation)) for seed in (0, 0, 1, 2, 3)]
    assert chosen[0] == chosen[1]
    assert len(set(chosen)) > 1


def test_another_video_does_not_reshuffle_the_rest(tmp_path):
    films = draw_films(tmp_path / "films", 8)
    before = names(open_films(films, validation=0.5).validation)
    draw_films(films, 1, first=8)
    after = names(open_films(films, validation=0.5).validation)
    assert len(before - after) <= 1
    assert len((after - before) - {"film_8.mkv"}) <= 1


def test_renamed_video_stays_on_its_side(tmp_path):
    films = draw_films(tmp_path / "films", 4)
    (held_out,) = names(open_films(films).validation)
    (films / held_out).rename(films / "a new name.mkv")
    assert names(open_films(films).validation) == {"a new name.mkv"}


def test_validation_can_be_switched_off(tmp_path):
    split = open_films(draw_films(tmp_path / "films", 3), validation=0)
    assert split.validation is None
    assert len(names(split.train)) == 3
    assert "no validation: data.validation is 0" in split.report


def test_validation_source_is_kept_out_of_training(tmp_path):
    films, held_out = draw_films(tmp_path / "films", 3), draw_films(tmp_path / "held_out", 1, first=9)
    shutil.copy(films / "film_1.mkv", held_out / "copy.mkv")
    split = open_films(films, validation_source=held_out)
    assert names(split.validation) == {"film_9.mkv", "copy.mkv"}
    assert names(split.train) == {"film_0.mkv", "film_2.mkv"}


@pytest.mark.parametrize("spelling", ["films", "films/../films", "link"])
def test_videos_that_are_all_to_validate_on_are_refused_as_such_before_they_are_read(tmp_path, monkeypatch, spelling):
    films = draw_films(tmp_path / "films", 2)
    (tmp_path / "link").symlink_to(films)
    monkeypatch.delattr(VideoReader, "read")
    told = f"data.validation_source is {tmp_path / spelling}, the videos to train on, of which none would be left; "
    with pytest.raises(VidpredError, match=re.escape(told) + "name others, or leave it out"):
        open_films(films, validation_source=tmp_path / spelling)


def test_a_list_of_what_to_validate_on_leaves_the_rest_of_a_folder_to_train_on(tmp_path):
    films = draw_films(tmp_path / "films", 3)
    (tmp_path / "listed").write_text("film_1.mkv\n")
    split = open_films(films, validation_source=films, validation_only=tmp_path / "listed")
    assert names(split.train) == {"film_0.mkv", "film_2.mkv"}


def test_copies_of_what_is_validated_on_alone_are_refused_as_such(tmp_path):
    films = draw_films(tmp_path / "films", 2)
    shutil.copytree(films, tmp_path / "copied")
    with pytest.raises(VidpredError, match=r"the same as film_0.mkv.*; give videos that are not validated on"):
        open_films(films, validation_source=tmp_path / "copied")


def test_copies_count_once(tmp_path):
    films = draw_films(tmp_path / "films", 2)
    shutil.copy(films / "film_0.mkv", films / "zebra.mkv")
    split = open_films(films)
    assert "zebra.mkv" not in names(split.train) | names(split.validation)
    assert "skipped (the same as film_0.mkv): zebra.mkv" in split.report


def test_copies_in_another_container_or_as_pictures_count_once(tmp_path):
    films = draw_films(tmp_path / "films", 3)
    draw_video(films / "remuxed.avi", pan(8, seed=0), **LOSSLESS)
    draw_folder(films / "pictures", pan(8, seed=1))
    split = open_films(films)
    assert names(split.train) | names(split.validation) == {"film_0.mkv", "film_1.mkv", "film_2.mkv"}
    assert "skipped (the same as film_0.mkv): remuxed.avi" in split.report
    assert "skipped (the same as film_1.mkv): pictures" in split.report


def encode_again(folder, film):
    """Write what a film of :func:`draw_films` shows at other qualities and sizes; all of these are other pixels."""
    frames = pan(8, seed=film)
    draw_video(folder / f"film_{film}_h264.mp4", frames, options={"crf": "28"})
    draw_video(folder / f"film_{film}_mpeg4.avi", frames, codec="mpeg4", options={"b": "2000000"})
    small = frames.reshape(8, 24, 2, 32, 2, 3).mean(axis=(2, 4)).round().astype(np.uint8)
    draw_video(folder / f"film_{film}_small.mkv", small, **LOSSLESS)


def test_other_encodings_of_what_validates_are_not_trained_on(tmp_path):
    films = draw_films(tmp_path / "films", 4)
    (held_out,) = names(open_films(films).validation)
    encode_again(films, int(held_out[5]))
    split = open_films(films, validation=0.01)
    (validating,) = names(split.validation)
    assert validating.startswith(held_out[:6])
    assert names(split.train) == {f"film_{film}.mkv" for film in range(4)} - {held_out}
    assert f"(shows the same as {validating})" in split.report


def test_other_encodings_of_what_is_trained_on_are_trained_on(tmp_path):
    films = draw_films(tmp_path / "films", 4)
    trained_on = sorted(names(open_films(films).train))[0]
    encode_again(tmp_path / "again", int(trained_on[5]))
    known = open_films(films).known_split
    shutil.copytree(tmp_path / "again", films, dirs_exist_ok=True)
    split = open_films(films, known_split=known)
    assert len([name for name in names(split.train) if name.startswith(trained_on[:6])]) == 4


def test_videos_that_all_show_the_same_are_trained_on_without_validation(tmp_path):
    films = tmp_path / "films"
    encode_again(films, 0)
    split = open_films(films)
    assert len(names(split.train)) == 3
    assert split.validation is None
    assert "no validation: all videos show the same" in split.report


def test_a_run_that_goes_on_keeps_its_validation_videos_and_trains_on_new_ones(tmp_path):
    films = draw_films(tmp_path / "films", 3)
    first = open_films(films)
    draw_films(films, 12, first=3)
    assert names(open_films(films).validation) != names(first.validation)  # a new run would choose others
    again = open_films(films, known_split=first.known_split)
    assert names(again.validation) == names(first.validation)
    assert names(again.train) == {f"film_{film}.mkv" for film in range(15)} - names(first.validation)
    (note,) = [line for line in again.report.splitlines() if line.startswith("note: ")]
    assert "added to training: film_10.mkv, film_11.mkv" in note
    assert note.endswith("what it validated on stays out of training")


def test_a_run_that_starts_from_weights_validates_on_videos_that_these_were_not_trained_on(tmp_path):
    films = draw_films(tmp_path / "films", 12)
    earlier = open_films(films)
    assert names(open_films(films, seed=1).validation) != names(earlier.validation)  # from random weights
    later = open_films(films, seed=1, known_split={"before": earlier.known_split})
    assert names(later.validation) == names(earlier.validation)
    assert "note: " not in later.report
    chain = open_films(films, seed=2, known_split={"before": later.known_split})  # which forgets nothing
    assert names(chain.validation) == names(earlier.validation)


def test_validation_videos_that_the_first_weights_were_trained_on_are_named(tmp_path):
    films = draw_films(tmp_path / "films", 3)
    everything = open_films(films, validation=0)
    later = open_films(films, known_split={"before": everything.known_split})
    (held_out,) = names(later.validation)
    (note,) = [line for line in later.report.splitlines() if line.startswith("note: ")]
    assert f"trained on 1 of the videos that it validates on ({held_out})" in note


def test_a_run_that_goes_on_with_the_same_videos_says_nothing(tmp_path):
    films = draw_films(tmp_path / "films", 3)
    first = open_films(films)
    again = open_films(films, known_split=first.known_split)
    assert (again.report, again.known_split) == (first.report, first.known_split)


def test_validation_videos_are_known_by_what_they_show_not_by_their_names(tmp_path):
    films = draw_films(tmp_path / "films", 3)
    first = open_films(films)
    (held_out,) = names(first.validation)
    (films / held_out).unlink()
    draw_video(films / "renamed.avi", pan(8, seed=int(held_out[5])), **LOSSLESS)
    again = open_films(films, known_split=first.known_split)
    assert names(again.validation) == {"renamed.avi"}


def test_a_validation_video_that_was_away_is_not_trained_on_when_it_is_back(tmp_path):
    films = draw_films(tmp_path / "films", 4)
    first = open_films(films, validation=0.5)
    away = sorted(names(first.validation))[0]
    (films / away).rename(tmp_path / away)
    without = open_films(films, validation=0.5, known_split=first.known_split)
    assert f"missing from validation: {away}" in without.report
    assert names(without.validation) == names(first.validation) - {away}
    (tmp_path / away).rename(films / away)
    again = open_films(films, validation=0.5, known_split=without.known_split)
    assert names(again.validation) == names(first.validation)


def test_where_all_validation_videos_have_gone_new_ones_are_chosen_among_new_videos(tmp_path):
    films = draw_films(tmp_path / "films", 3)
    first = open_films(films)
    for held_out in names(first.validation):
        (films / held_out).unlink()
    without = open_films(films, known_split=first.known_split)
    assert without.validation is None
    draw_films(films, 2, first=7)
    again = open_films(films, known_split=without.known_split)
    assert names(again.validation) < {"film_7.mkv", "film_8.mkv"}
    assert "added to validation: film_" in again.report


def test_a_validation_video_is_not_trained_on_though_it_was_moved_among_the_others(tmp_path):
    films, held_out = draw_films(tmp_path / "films", 2), draw_films(tmp_path / "held_out", 2, first=8)
    first = open_films(films, validation_source=held_out)
    (held_out / "film_9.mkv").rename(films / "film_9.mkv")
    again = open_films(films, validation_source=held_out, known_split=first.known_split)
    assert names(again.train) == {"film_0.mkv", "film_1.mkv"}
    assert "skipped (this run validated on it): film_9.mkv" in again.report


def test_a_run_whose_training_videos_have_gone_is_refused(tmp_path):
    films = draw_films(tmp_path / "films", 3)
    first = open_films(films)
    for name in names(first.train):
        (films / name).unlink()
    with pytest.raises(VidpredError, match="ones that this run validates on, so there is none to train on"):
        open_films(films, known_split=first.known_split)


def test_the_table_of_a_run_that_recorded_nothing_else_tells_its_validation_videos(tmp_path):
    films = draw_films(tmp_path / "films", 3)
    first = open_films(films)
    draw_films(films, 12, first=3)
    again = open_films(films, known_split={"table": first.report})
    assert names(again.validation) == names(first.validation)
    assert "added to training: film_10.mkv" in again.report


@pytest.mark.parametrize("record", [{}, {"training": 3}, {"validation": {"a": 1}, "table": None}, {"table": "?"}])
def test_a_record_that_says_nothing_of_these_videos_changes_nothing(tmp_path, record):
    films = draw_films(tmp_path / "films", 3)
    assert names(open_films(films, known_split=record).validation) == names(open_films(films).validation)


def test_no_clip_crosses_a_break_and_the_report_says_where_one_is(tmp_path, monkeypatch):
    draw_video(tmp_path / "films" / "film.mkv", pan(12), **LOSSLESS)
    shown = [ShownFrame(frame, number != 6) for number, frame in enumerate(pan(12))]
    monkeypatch.setattr("vidpred.data.clip_decoding.sources.shown_frames", lambda *_, **__: iter(shown))
    split = open_films(tmp_path / "films", max_stride=2)
    starts, strides = split.train.first_frames, split.train.strides
    ends = starts + 2 * strides
    assert sorted(zip(starts.tolist(), strides.tolist(), strict=True)) == [
        *[(0, 1), (0, 2), (1, 1), (1, 2), (2, 1), (3, 1)],
        *[(6, 1), (6, 2), (7, 1), (7, 2), (8, 1), (9, 1)],
    ]
    assert ((starts >= 6) == (ends >= 6)).all()
    assert split.train.longer(7) is None
    assert "breaks in time, which no clip crosses: film.mkv 1" in split.report
    assert split.report.splitlines()[1].split()[-3:] == ["12", "0", "0%"]  # it is no scene cut


def test_a_video_that_the_decoder_fails_on_is_skipped_and_the_others_are_used(tmp_path, monkeypatch):
    films = draw_films(tmp_path / "films", 3)
    decode = shown_frames

    def fail_on_one(path, **how):
        if path.name == "film_1.mkv":
            raise OSError(38, "Function not implemented")
        return decode(path, **how)

    monkeypatch.setattr("vidpred.data.clip_decoding.sources.shown_frames", fail_on_one)
    split = open_films(films)
    assert names(split.train) | names(split.validation) == {"film_0.mkv", "film_2.mkv"}
    said = " ".join(split.report.split())
    assert "skipped (cannot be decoded" in said
    assert said.endswith(": film_1.mkv")


def test_a_folder_of_single_images_is_no_video(tmp_path):
    films = draw_films(tmp_path / "films", 2)
    (films / "photographs").mkdir()
    draw = np.random.default_rng(0)
    for number in range(6):
        level = draw.integers(0, 256, (6, 8, 3), np.uint8)
        write_png(films / "photographs" / f"{number}.png", level.repeat(8, 0).repeat(8, 1))
    said = " ".join(open_films(films).report.split())
    assert (
        "as single images do and frames of a video do not; a generator learns from images, with --config r3_tiny"
        in said
    )
    taken = open_films(films, scene_cut=255.0, max_motion=None)
    assert "photographs" in names(taken.train) | names(taken.validation)


def test_unusable_videos_are_skipped_with_their_reason(tmp_path):
    films = draw_films(tmp_path / "films", 2)
    for name in ("text.mp4", "words.mp4"):
        (films / name).write_text(f"{name} is no video")
    (films / "empty.mp4").touch()
    draw_sound(films / "sound.mp4")
    draw_video(films / "short.mkv", pan(2, seed=20), **LOSSLESS)
    draw_video(films / "single.mkv", pan(1, seed=20), **LOSSLESS)
    draw_video(films / "still.mkv", np.repeat(pan(1), 8, axis=0), **LOSSLESS)
    draw_video(films / "converted.mkv", np.repeat(pan(2, seed=30), 2, axis=0), **LOSSLESS)
    report = " ".join(open_films(films).report.split())
    assert re.search(r"skipped \(a text, not a video[^:()]*\): text.mp4, words.mp4", report)
    assert re.search(r"skipped \(empty \(0 bytes\)[^:()]*\): empty.mp4", report)
    assert "skipped (holds no moving picture" in report
    assert "skipped (fewer than the 3 frames of a clip): short.mkv (2 frames), single.mkv (1 frame)" in report
    said = " ".join(report.split())
    static = (
        "static: motion below 1 grey level (data.min_motion) on average over the frame; in training, "
        "data.min_motion=0 takes even that"
    )
    assert f"skipped ({static}): still.mkv" in said
    assert "skipped (a repeated frame in all clips of 3 frames that move, and too few clips without repeats" in said


@pytest.mark.parametrize("shown", [[2, 2, 2, 2, 2, 2], [3, 3, 3], [2, 3, 2, 3, 2]])
def test_a_film_that_repeats_frames_in_all_its_clips_is_read_without_repeats(tmp_path, shown):
    pictures = pan(len(shown), seed=30)
    draw_video(tmp_path / "films" / "converted.mkv", np.repeat(pictures, shown, axis=0), **LOSSLESS)
    split = open_films(tmp_path / "films", crop=32, resolution=32)
    clips = [split.train.full_frames(index) for index in range(len(split.train))]
    assert len(clips) == len(shown) - 2  # of three frames each
    draw_video(tmp_path / "other" / "pictures.mkv", pictures, **LOSSLESS)
    other = open_films(tmp_path / "other", crop=32, resolution=32).train
    assert all(np.array_equal(clip, other.full_frames(index)) for index, clip in enumerate(clips))
    left_out = f"frames left out since they repeat the one before: converted.mkv {sum(shown) - len(shown)}"
    assert left_out in split.report
    assert left_out in split.skipped


@pytest.mark.parametrize(("seconds", "num_clips"), [(1, 5), (1.1, 0)])
def test_pictures_that_are_shown_for_more_than_a_second_are_no_film(tmp_path, seconds, num_clips):
    shown = round(10 * seconds)
    draw_video(tmp_path / "films" / "film.mkv", pan(8), **LOSSLESS)
    slides = np.repeat(pan(7, seed=30), shown, axis=0)
    draw_video(tmp_path / "films" / "slides.mkv", slides, rate=10, **LOSSLESS)
    split = open_films(tmp_path / "films", validation=0)
    assert [split.train.video(index) for index in range(len(split.train))].count("slides.mkv") == num_clips


def test_a_film_that_repeats_frames_now_and_then_is_read_as_it_is(tmp_path):
    draw_video(tmp_path / "films" / "a.mkv", np.repeat(pan(8, seed=30), [1, 1, 1, 1, 2, 1, 1, 1], axis=0), **LOSSLESS)
    split = open_films(tmp_path / "films", crop=32, resolution=32)
    assert len(split.train) == 5  # 0 to 2, 1 to 3, 2 to 4; then from the repeat on
    assert "repeat" not in split.report


def test_report_lists_every_video_and_the_totals(tmp_path):
    lines = open_films(draw_films(tmp_path / "films", 3)).report.splitlines()
    assert [line.split()[-5:] for line in lines[1:3]] == [["train", "8", "6", "0", "0%"]] * 2
    assert lines[3].split()[-5:] == ["validation", "8", "6", "0", "0%"]
    assert lines[4].split() == ["2", "videos", "train", "16", "12", "0", "0%"]
    assert lines[5].split() == ["1", "video", "validation", "8", "6", "0", "0%"]


def test_long_report_is_summarised_but_names_what_was_skipped(tmp_path):
    films = draw_films(tmp_path / "films", 21)
    (films / "text.mp4").write_text("no video")
    report = open_films(films).report
    assert "film_3.mkv" not in report
    assert "19 videos" in report
    assert "text.mp4" in report


def test_nothing_usable_is_an_error_with_reasons(tmp_path):
    (tmp_path / "text.mp4").write_text("no video")
    with pytest.raises(VidpredError, match=r"no video in .* can be used \(text\.mp4: a text, not a video"):
        open_films(tmp_path)


def test_a_reason_that_many_videos_share_is_given_once(tmp_path):
    for number in range(5):
        draw_video(tmp_path / f"{number}.mkv", np.full((8, 32, 32, 3), 40 * number, np.uint8), **LOSSLESS)
    with pytest.raises(VidpredError) as refusal:
        open_films(tmp_path)
    assert str(refusal.value).count("static:") == 1
    assert "(0.mkv, 1.mkv, 2.mkv and 2 more: static: motion below 1 grey level " in str(refusal.value)


def test_nothing_found_is_an_error(tmp_path):
    (tmp_path / "films").mkdir()
    with pytest.raises(VidpredError, match="holds no video"):
        open_films(tmp_path / "films")


def test_crop_must_fit_the_resolution(tmp_path):
    with pytest.raises(VidpredError, match="crop is 64 pixels, but videos are scaled to 48"):
        open_films(tmp_path, crop=64)


def test_rate_must_be_positive(tmp_path):
    with pytest.raises(VidpredError, match="frame_rate of video_folder is -1"):
        open_films(tmp_path, frame_rate=-1.0)


@pytest.mark.parametrize(
    "beyond",
    [{"resolution": 10_000_000}, {"crop": 20_000}, {"stride": 2000}, {"max_stride": 10**12}, {"frame_rate": 1e6}],
    ids=lambda beyond: next(iter(beyond)),
)
def test_settings_beyond_all_bounds_are_refused_before_anything_is_opened(tmp_path, beyond):
    with pytest.raises(VidpredError, match="Input should be less than or equal to"):
        DATASETS.build("video_folder", {"clip_length": 3}, source=tmp_path / "nowhere", **beyond)


def test_small_videos_are_enlarged_to_the_crop(tmp_path):
    draw_video(tmp_path / "films" / "film.mkv", pan(8, height=20, width=30), **LOSSLESS)
    split = open_films(tmp_path / "films")
    assert split.train.full_frames(0).shape == (3, 32, 48, 3)
    assert split.train.gather([0]).shape == (1, 3, 32, 32, 3)


def test_videos_that_would_be_enlarged_beyond_all_measure_are_left_out(tmp_path):
    draw_video(tmp_path / "films" / "film.mkv", pan(8, height=20, width=30), **LOSSLESS)
    draw_video(tmp_path / "films" / "strip.mkv", pan(8, height=8, width=2056), **LOSSLESS)
    split = open_films(tmp_path / "films", resolution=64, crop=64)
    assert (
        "skipped (2056 x 8 pixels, and would be 16,448 long, enlarged to data.crop=64, but at most 16,384 are taken; "
        "cut it up, or lower data.crop): strip.mkv" in " ".join(split.report.split())
    )


def test_held_out_frames_are_in_no_clip(tmp_path):
    draw_video(tmp_path / "films" / "film.mkv", frames := pan(12), **LOSSLESS)
    train = open_films(tmp_path / "films", hold_out=4).train
    assert len(train) == 6
    np.testing.assert_array_equal(train.full_frames(5), frames[5:8])


@pytest.mark.parametrize("hold_out", [6, 8, 20])
def test_held_out_frames_that_leave_too_few_are_named(tmp_path, hold_out):
    said = rf"\(8 frames\): fewer than the 3 frames of a clip, besides data.hold_out={hold_out}\)"
    with pytest.raises(VidpredError, match=said):
        open_films(draw_films(tmp_path / "films", 1), hold_out=hold_out)


def test_greyscale_clips_have_one_channel(tmp_path):
    split = open_films(draw_films(tmp_path / "films", 1), greyscale=True)
    assert split.train.facts["frame_channels"] == 1
    assert split.train.gather([0]).shape == (1, 3, 32, 32, 1)


def test_store_that_cannot_be_written_stops_at_once(tmp_path):
    films = draw_films(tmp_path / "films", 2)
    (tmp_path / "taken").touch()
    with pytest.raises(StoreError, match=r"data\.cache=DIR"):
        open_films(films, cache=tmp_path / "taken")


def test_second_run_decodes_nothing(tmp_path, monkeypatch):
    films = draw_films(tmp_path / "films", 2)
    first = open_films(films)
    monkeypatch.setattr(
        "vidpred.data.clip_decoding.sources.shown_frames", lambda *_, **__: pytest.fail("decoded again")
    )
    second = open_films(films)
    assert first.report == second.report
    assert len(list(ClipStore().folder.glob("*.npy"))) == 2


STRETCHED = {
    "max_stride": 2,
    "max_motion": 200.0,
    "max_windows": 2,
    "flip_vertical": True,
    "transpose": True,
    "reverse": True,
    "brightness": 0.5,
    "still_share": 0.5,
}


def draws(number):
    return [np.random.default_rng(seed) for seed in range(number)]


def test_options_for_training_change_training_clips_only(tmp_path):
    films = draw_films(tmp_path / "films", 3)
    plain, stretched = open_films(films), open_films(films, **STRETCHED)
    assert (len(plain.train), len(stretched.train)) == (12, 8)  # of two videos: 2 windows at each of 2 strides
    assert names(plain.train) == names(stretched.train)
    assert len(plain.validation) == len(stretched.validation)
    every = range(len(plain.validation))
    np.testing.assert_array_equal(plain.validation.gather(every), stretched.validation.gather(every))
    assert np.array_equal(
        plain.validation.gather(every, draws(len(every))), stretched.validation.gather(every, draws(len(every)))
    )
    assert not np.array_equal(plain.train.gather([0], draws(1)), stretched.train.gather([0], draws(1)))


def test_stretched_clips_depend_on_their_draws_alone(tmp_path):
    train = open_films(draw_films(tmp_path / "films", 2), **STRETCHED, validation=0).train
    together = train.gather([1, 3, 5, 7], draws(4))
    np.testing.assert_array_equal(together, train.gather([1, 3, 5, 7], draws(4)))
    np.testing.assert_array_equal(together[2:3], train.gather([5], draws(3)[2:]))


def test_training_frames_are_taken_at_every_stride(tmp_path):
    draw_video(tmp_path / "films" / "film.mkv", frames := pan(8), **LOSSLESS)
    split = open_films(tmp_path / "films", max_stride=2, hold_out=1)
    assert len(split.train) == 5 + 3
    np.testing.assert_array_equal(split.train.full_frames(7), frames[[2, 4, 6]])
    assert split.report.splitlines()[1].split()[-3:] == ["8", "0", "0%"]


def test_stretching_makes_no_video_unusable(tmp_path):
    films = draw_films(tmp_path / "films", 2)
    draw_video(films / "short.mkv", pan(4, seed=20), **LOSSLESS)
    assert "short.mkv" in names(open_films(films, max_stride=3, validation=0).train)


def test_motion_limit_that_leaves_nothing_is_refused(tmp_path):
    films = draw_films(tmp_path / "films", 2)
    with pytest.raises(VidpredError, match=r"every training window moves more than data\.max_motion=0\.5 grey levels"):
        open_films(films, max_motion=0.5)


def test_strides_must_be_in_order(tmp_path):
    with pytest.raises(VidpredError, match="max_stride is 2, but must be at least stride=3"):
        open_films(tmp_path, stride=3, max_stride=2)


def test_lists_restrict_either_source(tmp_path):
    films = draw_films(tmp_path / "films", 5)
    (tmp_path / "train.txt").write_text("film_0.mkv\nfilm_3.mkv\n")
    (tmp_path / "validate.txt").write_text("film_1.mkv\n")
    split = open_films(films, only=tmp_path / "train.txt", validation=0)
    assert names(split.train) == {"film_0.mkv", "film_3.mkv"}
    assert "film_1" not in split.report
    apart = {"validation_source": films, "validation_only": tmp_path / "validate.txt"}
    split = open_films(films, only=tmp_path / "train.txt", **apart)
    assert names(split.train) == {"film_0.mkv", "film_3.mkv"}
    assert names(split.validation) == {"film_1.mkv"}


def test_list_of_validation_videos_needs_their_source(tmp_path):
    with pytest.raises(VidpredError, match="validation_source, whose videos it names, is missing"):
        open_films(tmp_path, validation_only=tmp_path / "list.txt")


def test_training_options_are_options_and_off_by_default():
    parameters = inspect.signature(video_folder).parameters
    assert {parameters[name].default for name in TRAINING_OPTIONS} == {None, False}
    assert set(STRETCHED) | {"only", "validation_only"} == TRAINING_OPTIONS
