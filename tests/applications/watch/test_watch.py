"""Alarms are raised where a video is unlike normal ones, at the rate asked for, by what has been seen so far."""

import csv
import json
import math
import os
import re

import numpy as np
import pytest
from drawing import draw_video
from material import assert_refused, run_command

from vidpred.applications.watch.alarms import Reading, Watcher, watch_video
from vidpred.applications.watch.calibration import calibrate, calibrate_on, conformal_threshold
from vidpred.applications.watch.report import Record, draw_timeline, events_csv, write_record
from vidpred.applications.watch.signs import SIGNS, Observer
from vidpred.applications.watch.views import look
from vidpred.errors import VidpredError
from vidpred.predictors import CopyLast, OpticalFlow
from vidpred.video import write_video
from vidpred.video.window import ShownFrame

RATE, LENGTH, SIDE = 10, 24, 32


def street(seed, num_frames=LENGTH, speed=2):
    """Draw a street with noise, on which a bright car drives to the right, begun anew when it has left."""
    draw = np.random.default_rng(seed)
    ground = np.random.default_rng(0).integers(60, 110, (SIDE // 4, 10, 3)).repeat(4, 0).repeat(4, 1)
    frames = np.stack([ground] * num_frames) + draw.integers(-2, 3, (num_frames, SIDE, 40, 3))
    texture = draw.integers(180, 250, (8, 8, 3))
    left = int(draw.integers(0, 30))
    for frame in frames:
        frame[12:20, left : left + 8] = texture[:, : max(0, min(8, 40 - left))]
        left = left + speed if left + speed < 40 else 0
    return frames.clip(0, 255).astype(np.uint8)


def shown(frames):
    return (ShownFrame(frame, number > 0) for number, frame in enumerate(frames))


@pytest.fixture(scope="module")
def calibration():
    predictor = OpticalFlow(2)
    return calibrate_on({f"{n}": look(shown(street(n)), predictor, RATE) for n in range(6)}, rate=0.05, side=SIDE)


def watch(calibration, frames, predictor=None):
    watcher = Watcher(calibration, predictor or OpticalFlow(2), RATE)
    return [watcher.see(frame) for frame in frames]


def share(readings):
    return np.mean([reading.alarm for reading in readings])


def test_the_threshold_is_the_quantile_of_split_conformal_prediction():
    assert conformal_threshold(np.arange(1, 100), 0.01) == 99
    assert conformal_threshold(np.arange(1, 200)[::-1], 0.01) == 198
    assert conformal_threshold([3, 1, 2], 0.5) == 2
    with pytest.raises(VidpredError, match="at least 99 frames to calibrate on, but the normal videos leave 98"):
        conformal_threshold(np.arange(98), 0.01)
    with pytest.raises(VidpredError, match="at least 1 frame to calibrate on, but the normal videos leave 0"):
        conformal_threshold([], 0.5)
    for rate in (0, 1, -1, math.nan, 1e-320):
        with pytest.raises(VidpredError, match="between 0 and 1"):
            conformal_threshold(np.arange(98), rate)


def test_exchangeable_scores_exceed_the_threshold_at_the_rate():
    draw = np.random.default_rng(0)
    exceeded = [draw.normal(size=50) > conformal_threshold(draw.normal(size=59), 0.05) for _ in range(400)]
    assert np.mean(exceeded) == pytest.approx(3 / 60, abs=0.005)  # 60 places for a new score, 3 of them above


def test_normal_frames_are_rarely_alarms_and_seeded_anomalies_are(calibration):
    false = share([reading for seed in range(20, 24) for reading in watch(calibration, street(seed))])
    assert false < 0.1
    backwards = watch(calibration, street(31)[::-1])
    assert share(backwards) > 0.5
    assert max(backwards[5:], key=lambda reading: reading.score).sign == "direction"
    frozen = street(32)
    frozen[12:] = frozen[11]
    readings = watch(calibration, frozen)
    assert not any(reading.alarm for reading in readings[5:11])
    assert all(reading.alarm and reading.sign == "stillness" for reading in readings[16:])  # half a second later


def test_an_object_is_found_where_it_appears(calibration):
    frames = street(33)
    frames[15, 22:30, 2:10] = np.random.default_rng(5).integers(0, 256, (8, 8, 3))
    reading = watch(calibration, frames)[15]
    assert reading.alarm
    assert reading.sign == "surprise"
    assert reading.place == pytest.approx((6 / 40, 26 / 32), abs=0.1)


def test_what_comes_later_changes_nothing(calibration):
    frames = street(34)
    longer = watch(calibration, frames)
    changed = frames.copy()
    changed[14:] = 255
    assert [r.score for r in watch(calibration, changed)[3:14]] == [r.score for r in longer[3:14]]
    assert [math.isnan(reading.score) for reading in longer[:3]] == [True, True, False]


def test_what_frames_show_lies_side_by_side_so_that_a_long_video_takes_no_more_memory_than_that():
    frames = [*street(1)[:20], *street(2)[:20, :, :SIDE], *street(3)]
    shown = [ShownFrame(frame, bool(number)) for number, frame in enumerate(frames)]
    observer = Observer(CopyLast(2))
    expected = [sight for frame in frames if (sight := observer.see(frame))]
    found = [sight for stretch, _ in look(shown, CopyLast(2), RATE) for sight in stretch]
    assert len(found) == len(expected) > 50
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one.error, other.error)
        np.testing.assert_array_equal(one.motion, other.motion)
        assert one.change == other.change
    for kind in ("error", "motion"):
        assert len({id(getattr(sight, kind).base) for sight in found}) <= 4  # one of each size, and longer ones


def test_a_break_and_another_size_begin_anew():
    observer = Observer(CopyLast(2))
    frames = street(0)
    assert [observer.see(frame) is None for frame in frames[:3]] == [True, True, False]
    observer.forget()
    assert [observer.see(frame) is None for frame in frames[:3]] == [True, True, False]
    assert [observer.see(frame[:, :32]) is None for frame in frames[:3]] == [True, True, False]


def test_videos_that_the_predictor_was_trained_on_tell_what_is_usual_and_never_calibrate():
    views = {f"{n}": look(shown(street(n, 14)), CopyLast(2), RATE) for n in range(5)}
    assert calibrate_on(views, 0.2).videos == ("1", "3")
    assert calibrate_on(views, 0.2, may_calibrate={"0", "2", "4"}).videos == ("2",)
    with pytest.raises(VidpredError, match="no normal video can calibrate"):
        calibrate_on(views, 0.2, may_calibrate=())


def test_one_video_is_cut_in_two_and_that_is_said():
    calibration = calibrate_on({"only": look(shown(street(0, 60)), CopyLast(2), RATE)}, 0.05)
    assert calibration.num_frames == 24  # of 58, half less half of the second in between
    assert "whose second half" in calibration.notes[0]
    assert calibration.usual_videos == calibration.videos == ("only",)


def test_where_false_alarms_are_twice_as_frequent_as_asked_for_that_is_said_with_what_to_do():
    rough = {number: look(shown(street(number)), CopyLast(2), RATE) for number in range(4)}
    for sight in rough[3][0][0]:
        sight.error[:] *= 50  # one of the two that set the threshold is unlike the other
    calibration = calibrate_on({f"{number}": views for number, views in rough.items()}, 0.1)
    assert np.mean(calibration.cross_check) == 0.5
    assert calibration.notes == (
        "expect about 5.0 times as many false alarms as the 10% asked for, since that was measured (50%); give more "
        "normal videos than these 2 that set the threshold and the others, of all the hours and weathers that will be "
        "watched",
    )


@pytest.mark.parametrize("num_frames", [3, 4, 5, 8])
def test_one_video_that_is_too_short_to_be_cut_in_two_is_refused(num_frames):
    told = (
        "only is the only normal video and too short to be cut in two with a second left out between; give a longer one"
    )
    with pytest.raises(VidpredError, match=told):
        calibrate_on({"only": look(shown(street(0, num_frames)), CopyLast(2), RATE)}, 0.5)


def test_copies_and_the_watched_video_itself_do_not_calibrate(tmp_path):
    for number in range(3):
        write_video(tmp_path / f"{number}.mp4", street(number), RATE)
    (tmp_path / "3.mp4").write_bytes((tmp_path / "0.mp4").read_bytes())
    (tmp_path / "4.mp4").write_text("no video")
    said = []
    calibration = calibrate(tmp_path, CopyLast(2), 0.2, SIDE, say=said.append)
    assert calibration.videos == ("1.mp4",)
    copies, unreadable = said
    assert copies.endswith("what is to be watched: 3.mp4")
    assert unreadable.startswith("note: 4.mp4")


def test_a_link_to_nothing_and_a_pipe_among_the_normal_videos_are_skipped(tmp_path):
    for number in range(3):
        write_video(tmp_path / f"{number}.mp4", street(number), RATE)
    (tmp_path / "3.mp4").symlink_to("nothing.mp4")
    os.mkfifo(tmp_path / "4.mp4")
    said = []
    assert calibrate(tmp_path, CopyLast(2), 0.2, SIDE, say=said.append).videos == ("1.mp4",)
    assert [note.split(" is skipped")[0] for note in said] == ["note: 3.mp4", "note: 4.mp4"]


def test_what_was_predicted_of_normal_videos_is_not_normal(tmp_path):
    for number, name in enumerate(("0.mp4", "0_future.mp4", "1.mp4")):
        write_video(tmp_path / name, street(number), RATE)
    said = []
    assert calibrate(tmp_path, CopyLast(2), 0.2, SIDE, say=said.append).videos == ("1.mp4",)
    (note,) = said
    assert note == "note: left out of the normal videos, being named as what was predicted of others: 0_future.mp4"


@pytest.fixture
def record(calibration):
    """What alarms at 0.1, 0.2, 0.9 and 2.0 seconds come to."""
    record = Record("new.mp4", calibration)
    for number in range(25):
        alarm = number in (1, 2, 9, 20)
        score = 9.0 + number % 3 if alarm else 0.0
        record.add(Reading(number / 10, (score, -1.0, math.nan), alarm, (0.25, 0.5)), np.zeros((4, 4, 3), np.uint8))
    record.close()
    return record


def test_the_picture_says_what_its_shares_are_of_and_covers_no_curve(record):
    figure = draw_timeline(record)
    figure.canvas.draw()
    axes = figure.axes[-1] if len(figure.axes) == 1 else next(each for each in figure.axes if each.get_legend())
    heading = axes.get_title(loc="left")
    assert heading == "new.mp4: 16.0% of its frames are alarms; the rate set for normal videos is 5%"  # 4 of 25
    assert axes.get_ylabel() == "how unusual a frame is (0: usual)"
    told = [text.get_text() for text in axes.get_legend().get_texts()]
    assert told[-1] == f"alarm above {record.calibration.threshold:.2f}, as 5% of normal frames are"
    assert axes.get_legend().get_window_extent().y1 <= axes.get_window_extent().y0


def test_alarms_close_to_each_other_are_one_event(record):
    spans = [(event.first.time, event.last.time, event.peak.time, event.number) for event in record.events]
    assert spans == [(0.1, 0.2, 0.2, 2), (0.9, 0.9, 0.9, 1), (2.0, 2.0, 2.0, 1)]
    assert str(record.events[0]) == (
        "alarm from 0.10 s to 0.20 s: surprise, with a score of 11.00 at 0.20 s, 25% across and 50% down"
    )


def test_events_are_written_as_csv_and_json(record):
    rows = list(csv.DictReader(events_csv(record).splitlines()))
    assert [row["start"] for row in rows] == ["0.1", "0.9", "2.0"]
    assert (rows[0]["video"], rows[0]["sign"], rows[0]["across"]) == ("new.mp4", "surprise", "0.25")
    tree = json.loads(json.dumps(record.as_plain(), allow_nan=False))
    assert (tree["frames"], tree["alarms"], len(tree["events"])) == (25, 4, 3)
    assert list(tree["scores"]) == list(SIGNS)
    assert tree["scores"]["stillness"][0] is None


@pytest.mark.parametrize("mistake", [KeyboardInterrupt, OSError])
def test_of_alarms_that_are_not_written_to_their_end_no_file_stays(record, tmp_path, monkeypatch, mistake):
    def stopped(path, text):
        raise mistake

    monkeypatch.setattr("vidpred.applications.watch.report.write_text", stopped)
    with pytest.raises(mistake):
        write_record(record, tmp_path / "seen.png")
    assert not list(tmp_path.iterdir())


def test_no_name_in_the_csv_is_a_formula(record):
    record.video = "=1+1.mp4"
    assert next(csv.DictReader(events_csv(record).splitlines()))["video"] == "'=1+1.mp4"


@pytest.fixture(scope="module")
def camera(tmp_path_factory):
    folder = tmp_path_factory.mktemp("camera")
    (folder / "normal").mkdir()
    for number in range(4):
        write_video(folder / "normal" / f"{number}.mp4", street(number), RATE)
    frozen = street(9)
    frozen[10:] = frozen[9]
    write_video(folder / "frozen.mp4", frozen, RATE)
    return folder


@pytest.fixture(autouse=True)
def _store(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path_factory.mktemp("store")))


def test_the_command_ends_with_3_where_there_are_alarms_and_0_where_not(camera, tmp_path, monkeypatch, capsys):
    words = [camera / "normal", camera / "frozen.mp4", "--checkpoint", "optical_flow", "--side", 32]
    out = tmp_path / "seen.png"
    code, printed, _ = run_command(monkeypatch, capsys, "watch", *words, "--alarm-rate", 0.05, "--out", out)
    assert code == 3
    learnt = "what is usual is learnt from 2 of the 4 normal videos, the threshold from the other 2, with 44 frames: "
    assert learnt in printed
    assert re.search(r": alarms are scores above \d\.\d\d \(0 is as usual\), as 5% of normal frames have\n", printed)
    calibrated = json.loads(out.with_suffix(".json").read_text())["calibration"]
    assert (calibrated["usual_videos"], calibrated["videos"]) == (["0.mp4", "2.mp4"], ["1.mp4", "3.mp4"])
    assert "stillness" in printed
    assert out.read_bytes().startswith(b"\x89PNG")
    assert json.loads(out.with_suffix(".json").read_text())["alarms"] >= 5
    assert len(out.with_suffix(".csv").read_text().splitlines()) > 1
    assert_refused(run_command(monkeypatch, capsys, "watch", *words, "--out", out), "exists")
    words[1] = camera / "normal" / "0.mp4"
    code, printed, _ = run_command(
        monkeypatch, capsys, "watch", *words, "--alarm-rate", 0.1, "--out", tmp_path / "none.png"
    )
    assert "note: left out of the normal videos, being copies or what is to be watched: 0.mp4" in printed
    assert code in (0, 3)


@pytest.mark.parametrize(("length", "said"), [(3, True), (4, False)])
def test_where_stillness_is_not_judged_a_note_says_so(camera, tmp_path, monkeypatch, capsys, length, said):
    write_video(tmp_path / "short.mp4", street(9)[:length], RATE)
    words = [camera / "normal", tmp_path / "short.mp4", "--checkpoint", "optical_flow", "--side", 32]
    options = ["--alarm-rate", 0.1, "--out", tmp_path / "seen.png"]
    _, printed, _ = run_command(monkeypatch, capsys, "watch", *words, *options)
    assert "judged" not in printed or said
    told = "note: 1 of 3 frames was judged, and stillness was not: too few frames follow each other\n"
    assert (told in printed) == said


def test_what_cannot_be_watched_is_refused_before_normal_videos_are_looked_at(camera, tmp_path, monkeypatch, capsys):
    def look_at_videos(*_):
        raise AssertionError

    monkeypatch.setattr("vidpred.applications.watch.calibration.look_at_videos", look_at_videos)
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.mp4").write_text("no video")
    words = ["--checkpoint", "copy_last", "--out", tmp_path / "{name}.png"]
    for new, told in (("empty", "empty"), ("none.mp4", "does not exist"), ("notes.mp4", "notes.mp4")):
        for others in ([], [camera / "frozen.mp4"]):
            given = [camera / "normal", *others, tmp_path / new, *words]
            assert_refused(run_command(monkeypatch, capsys, "watch", *given), told)


def test_a_video_is_not_its_own_normal_one(camera, tmp_path, monkeypatch, capsys):
    words = [camera / "frozen.mp4", camera / "frozen.mp4", "--checkpoint", "copy_last", "--out", tmp_path / "seen.png"]
    told = "all that is normal is what is to be watched (frozen.mp4); name other videos of the same camera"
    assert_refused(run_command(monkeypatch, capsys, "watch", *words), told)


@pytest.fixture
def several(camera, tmp_path):
    """Two films of one name in two folders, and another one."""
    for name, seed in (("one/day.mp4", 11), ("two/day.mp4", 12)):
        (tmp_path / name).parent.mkdir()
        write_video(tmp_path / name, street(seed), RATE)
    (tmp_path / "two" / "frozen.mp4").write_bytes((camera / "frozen.mp4").read_bytes())
    return [camera / "normal", tmp_path / "one" / "day.mp4", tmp_path / "two"]


FAST = ["--checkpoint", "optical_flow", "--side", 32, "--alarm-rate", 0.05]


def test_several_videos_are_watched_by_one_look_at_the_normal_ones(several, tmp_path, monkeypatch, capsys):
    out = tmp_path / "seen"
    code, printed, error = run_command(monkeypatch, capsys, "watch", *several, *FAST, "--out", f"{out}/")
    assert code == 3, error
    assert printed.count("what is usual is learnt") == 1
    stems = ("day_alarms", "day_2_alarms", "frozen_alarms")
    assert {path.name for path in out.iterdir()} == {
        f"{stem}{end}" for stem in stems for end in (".png", ".csv", ".json")
    }
    alarms = [json.loads((out / f"{stem}.json").read_text())["alarms"] > 0 for stem in stems]
    assert alarms[2]
    assert f"alarms in {sum(alarms)} of 3 videos: " in printed
    alone = [several[0], several[2] / "frozen.mp4", *FAST, "--out", tmp_path / "alone.png"]
    run_command(monkeypatch, capsys, "watch", *alone)
    assert (out / "frozen_alarms.json").read_bytes() == (tmp_path / "alone.json").read_bytes()
    assert_refused(run_command(monkeypatch, capsys, "watch", *several, *FAST, "--out", f"{out}/"), "exists")


def test_several_videos_are_refused_one_name_and_one_normal_video(several, tmp_path, monkeypatch, capsys):
    told = ("one name for several videos", "{name}", "a name that ends in /")
    out = ("--out", tmp_path / "seen.png")
    assert_refused(run_command(monkeypatch, capsys, "watch", *several, *FAST, *out), *told)
    told = ("day.mp4 is one video, by which several would be watched", "name first the folder of the normal videos")
    assert_refused(run_command(monkeypatch, capsys, "watch", *several[1:], *FAST), *told)


def test_of_several_videos_one_that_cannot_be_watched_is_named_at_the_end(several, tmp_path, monkeypatch, capsys):
    write_video(several[2] / "brief.mp4", street(1, 2), RATE)
    out = tmp_path / "{name}.png"
    code, printed, error = run_command(monkeypatch, capsys, "watch", *several, *FAST, "--out", out)
    assert code == 1
    assert "not watched: " in error
    assert "too few to predict one" in error
    assert f"1 of 4 videos could not be watched, for the reasons above: {several[2] / 'brief.mp4'}; mend or" in error
    assert (tmp_path / "frozen.json").exists()
    assert re.search(r"alarms in \d of 3 videos", printed)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--alarm-rate", 0.001], "at least 999 frames to calibrate on, but the normal videos leave 44"),
        (["--alarm-rate", 1.5], "between 0 and 1"),
        (["--checkpoint", "nothing"], "nothing"),
    ],
)
def test_what_cannot_be_calibrated_is_refused_in_one_sentence(camera, tmp_path, monkeypatch, capsys, words, said):
    given = [camera / "normal", camera / "frozen.mp4", "--side", 32, "--out", tmp_path / "seen.png"]
    flow = [] if "--checkpoint" in words else ["--checkpoint", "optical_flow"]
    assert_refused(run_command(monkeypatch, capsys, "watch", *given, *flow, *words), said)
    assert list(tmp_path.iterdir()) == []


def test_alarms_are_said_at_the_time_at_which_players_show_them(calibration, tmp_path):
    """A recording that paused for a minute and lost two frames."""
    stamps = [1000 * number // RATE for number in range(LENGTH)]
    stamps = [stamp + 60_000 * (number >= 8) + 200 * (number >= 15) for number, stamp in enumerate(stamps)]
    path = draw_video(tmp_path / "film.mkv", street(7), milliseconds=stamps, codec="ffv1", pixel_format="bgr0")
    times = [reading.time for reading, _ in watch_video(path, calibration, OpticalFlow(2))]
    assert times == pytest.approx([stamp / 1000 for stamp in stamps])
