"""The present is predicted from late pictures: as far ahead as they are late, of the newest ones, within bounds."""

import io
import signal
import sys
from pathlib import Path

import numpy as np
import pytest
from drawing import draw_video, pan
from material import Clock, assert_refused, run_command, run_vidpred, save_checkpoint
from PIL import Image

from vidpred.applications.live.looking_ahead import FlowAhead, RolloutAhead
from vidpred.applications.live.newest_frames import Arrival, NewestFrames, feed
from vidpred.applications.live.outputs import Film
from vidpred.applications.live.present import LiveReport, Present, run_live, show_present
from vidpred.errors import VidpredError
from vidpred.predictors import CopyLast, Linear
from vidpred.runs.shipped import CLIP
from vidpred.video import decode, live_source
from vidpred.video.live_source import LiveSource, open_live

PERIOD = 0.04


class Ahead:
    """Says how many steps it was asked for, by the level of its frames, and takes some time by the clock."""

    num_frames, fewest = 2, 2

    def __init__(self, clock, seconds):
        self.clock, self.seconds, self.scale = clock, seconds, 1.0

    def __call__(self, known, steps):
        self.clock.now += self.seconds * self.scale**2
        return np.full_like(known[-1], round(10 * steps))


def arrivals(clock, frames, every=1):
    """Yield frames at their time, at once where that is over."""
    start = clock.now
    for index in range(0, len(frames), every):
        clock.now = max(clock.now, start + index * PERIOD)
        yield Arrival(index, frames[index], start + index * PERIOD)


def look(frames, clock, ahead, delay=None, every=1):
    """Return what is shown, by the number of the picture, and the report."""
    shown = {}

    def show(frame, index):
        shown[index] = frame
        return True

    return shown, show_present(arrivals(clock, frames, every), Present(ahead, PERIOD, delay, clock), show)


BLACK = np.zeros((100, 4, 4, 3), np.uint8)


def test_the_present_is_as_far_ahead_as_the_delay_that_is_given():
    clock = Clock()
    shown, report = look(BLACK[:10], clock, Ahead(clock, 0.001), delay=0.2)
    assert [int(shown[index].max()) for index in range(10)] == [0] + [50] * 9
    assert report.lead == 5


def test_the_delay_is_measured_from_arrival_to_showing():
    clock = Clock()
    _, report = look(BLACK[:40], clock, Ahead(clock, 0.022), delay=None)
    assert report.lead == 1
    assert report.latency(0.5) == pytest.approx(0.022, abs=2e-4)
    assert report.scale == 1


def test_without_delay_the_picture_itself_is_shown():
    clock = Clock()
    shown, _ = look(BLACK[:3] + 7, clock, Ahead(clock, 0.001), delay=0)
    assert all(frame.max() == 7 for frame in shown.values())


def test_where_pictures_were_dropped_a_step_is_longer():
    clock = Clock()
    shown, _ = look(BLACK[:9], clock, Ahead(clock, 0.001), delay=0.16, every=2)
    assert int(shown[8].max()) == 20  # 4 frames ahead are 2 steps of 2


def test_a_slow_predictor_works_at_a_smaller_size_until_it_keeps_pace():
    clock = Clock()
    _, report = look(BLACK, clock, Ahead(clock, 0.08))
    assert report.scale == pytest.approx(0.75**3)  # 0.08 s * 0.42**2 is less than 0.6 * 0.04 s
    ahead = Ahead(clock, 0.001)
    ahead.scale = 0.5
    assert look(BLACK, clock, ahead)[1].scale == 1  # as there is time again


def test_percentiles_are_those_of_all_latencies_and_memory_is_told():
    clock = Clock()
    present = Present(Ahead(clock, 0), PERIOD, None, clock)
    for milliseconds in range(1, 101):
        arrival = Arrival(0, BLACK[0], clock.now)
        clock.now += milliseconds / 1000
        present.has_shown(arrival)
    found = [present.report.latency(share) for share in (0.5, 0.95, 0.99)]
    assert found == pytest.approx([0.05, 0.095, 0.099], abs=2e-4)
    assert present.report.most_memory > 2**20


def test_the_report_of_a_day_is_as_small_as_that_of_an_hour():
    clock, sizes = Clock(), []
    present = Present(Ahead(clock, 0), PERIOD, None, clock)
    for _ in range(2):
        for _ in range(3000):
            clock.now += 10
            present.has_shown(Arrival(0, BLACK[0], clock.now))
        sizes.append((len(present.report.memory), present.report.latencies.size))
    assert max(size for size, _ in sizes) < 64
    assert sizes[0][1] == sizes[1][1]
    assert present.report.memory_growth is not None
    assert LiveReport(PERIOD).memory_growth is None


def test_what_is_shown_is_nearer_to_the_true_present_than_the_late_picture():
    clock = Clock()
    frames = np.stack(list(decode(CLIP))[:24])
    shown, report = look(frames, clock, FlowAhead(), delay=3 * PERIOD)
    assert report.num_known == 24 - 3 - 1
    assert report.error_shown < 0.8 * report.error_late
    off = np.mean([np.abs(shown[index].astype(int) - frames[index + 3])[::2, ::2].mean() for index in range(1, 21)])
    assert report.error_shown == pytest.approx(off)


@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_flow_carries_the_last_frame_on(scale):
    frames = pan(8, 64, 96)
    ahead = FlowAhead()
    ahead.scale = scale
    moved = ahead(list(frames[:4]), 3)
    assert np.abs(moved[8:-8, 8:-16].astype(int) - frames[6][8:-8, 8:-16]).mean() < 6
    assert np.abs(frames[3].astype(int) - frames[6]).mean() > 15


def test_any_predictor_is_rolled_out_to_the_present():
    ramp = [np.full((16, 16, 3), 10 * level, np.uint8) for level in range(4)]
    assert RolloutAhead(Linear(2))(ramp, 3.2).mean() == pytest.approx(60, abs=1)
    grey = CopyLast(2)
    grey.frame_channels = 1
    small = RolloutAhead(grey)
    small.scale = 0.5
    assert small([frame[:, :14] for frame in ramp], 1).shape == (16, 14, 3)


@pytest.mark.parametrize("colour", [True, False])
def test_where_a_predictor_sees_no_colour_it_is_known_that_coloured_pictures_became_grey(colour):
    grey = CopyLast(2)
    grey.frame_channels = 1
    ahead = RolloutAhead(grey)
    shown = ahead(list(pan(2) if colour else np.repeat(pan(2)[..., :1], 3, axis=-1)), 1)
    assert np.ptp(shown, axis=-1).max() == 0
    assert ahead.lost_colour is colour
    assert not RolloutAhead(CopyLast(2)).lost_colour


def test_the_newest_frames_are_kept_and_older_ones_counted():
    queue = NewestFrames(held=2)
    for index in range(5):
        queue.put(Arrival(index, BLACK[0], 0))
    queue.close()
    assert [arrival.index for arrival in queue] == [3, 4]
    assert queue.num_dropped == 3


def test_a_file_is_fed_at_its_own_rate_and_a_camera_as_it_comes():
    for period, times in ((PERIOD, [0, 1, 2, 3]), (None, [0, 0, 0, 0])):
        clock, queue = Clock(0.0), NewestFrames(held=9)

        def wait(seconds, clock=clock):
            clock.now += seconds

        feed(iter(BLACK[:4]), queue, period, clock, wait)
        np.testing.assert_allclose([arrival.time for arrival in queue], np.array(times) * PERIOD)


def test_what_the_source_raises_reaches_who_looks():
    def broken():
        yield BLACK[0]
        raise VidpredError("the camera went away")

    closed = []
    source = LiveSource(broken(), 25, False, lambda: closed.append(True))
    with pytest.raises(VidpredError, match="went away"):
        run_live(source, FlowAhead(), [])
    assert closed


def test_it_ends_when_the_looker_goes_away_or_the_time_is_over():
    clock = Clock()
    for show, seconds in ((lambda *_: False, None), (lambda *_: True, 0.0)):
        source = LiveSource(iter(BLACK), 25, True, lambda: None)
        report = run_live(
            source, Ahead(clock, 0), [show], None, seconds, clock, lambda s: setattr(clock, "now", clock.now + s)
        )
        assert report.num_shown <= 3


def test_a_film_has_a_frame_for_every_picture_also_for_dropped_ones(tmp_path):
    film = Film(tmp_path / "present.mp4", 25)
    for index in (0, 1, 4):
        assert film(np.full((16, 16, 3), 50 * index, np.uint8), index)
    film.close()
    levels = [round(frame.mean() / 50) for frame in decode(tmp_path / "present.mp4")]
    assert levels == [0, 1, 1, 1, 4]


def test_a_film_that_cannot_be_written_ends_the_show(tmp_path):
    film = Film(tmp_path / "nowhere" / "present.mp4", 25)
    film.thread.join()
    assert not film(BLACK[0], 0)
    with pytest.raises(VidpredError, match="nowhere"):
        film.close()


def test_another_interruption_does_not_keep_a_film_from_its_end(tmp_path, monkeypatch):
    film = Film(tmp_path / "present.mp4", 25)
    for index in range(5):
        film(BLACK[index], index)
    usual = film.thread.join

    def interrupted():
        signal.raise_signal(signal.SIGINT)
        usual()

    monkeypatch.setattr(film.thread, "join", interrupted)
    film.close()
    assert len(list(decode(tmp_path / "present.mp4"))) == 5
    with pytest.raises(KeyboardInterrupt):  # as usual again
        signal.raise_signal(signal.SIGINT)


def test_a_source_that_is_ended_before_its_first_picture_is_said_to_have_given_none(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(live_source, "open_live", lambda _: LiveSource(iter(()), 25, True, lambda: None))
    result = run_command(monkeypatch, capsys, "live", "7", "--out", tmp_path / "present.mp4")
    assert_refused(result, "no picture of 7 came", "present.mp4 is not written")
    assert not list(tmp_path.iterdir())


def test_what_is_wrong_with_a_source_is_said_though_there_is_nothing_to_write(tmp_path, monkeypatch, capsys):
    def broken():
        raise VidpredError("the camera 7 went away")
        yield

    monkeypatch.setattr(live_source, "open_live", lambda _: LiveSource(broken(), 25, True, lambda: None))
    assert_refused(run_command(monkeypatch, capsys, "live", "7", "--out", tmp_path / "present.mp4"), "7 went away")


@pytest.mark.parametrize("title", ["Café".encode(), "Caf\xe9!".encode("latin-1")], ids=["UTF-8", "another"])
def test_standard_input_is_a_source_in_whatever_encoding_its_title_is(tmp_path, monkeypatch, title):
    raw = draw_video(tmp_path / "clip.avi", pan(5), title="Caf@@").read_bytes()
    assert raw.count(b"Caf@@") == 1
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw.replace(b"Caf@@", title))))
    source = open_live("-")
    assert (len(list(source.frames)), source.frame_rate, source.is_paced) == (5, 25, True)


def test_a_stream_of_jpegs_on_standard_input_is_a_source(monkeypatch):
    pictures = io.BytesIO()
    for frame in pan(5, 96, 160):
        Image.fromarray(frame).save(pictures, "JPEG")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(pictures.getvalue())))
    assert len(list(open_live("-").frames)) == 5


def test_a_mistake_in_converting_a_picture_is_not_taken_for_the_end_of_a_stream(tmp_path, monkeypatch):
    def out_of_range(frame):
        raise IndexError

    monkeypatch.setattr(live_source, "FrameConverter", lambda _: out_of_range)
    raw = draw_video(tmp_path / "clip.avi", pan(5)).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    with pytest.raises(IndexError):
        list(open_live("-").frames)


@pytest.mark.parametrize(
    ("word", "mentioned"),
    [("99", "camera 99"), ("nowhere.mp4", "does not exist"), ("rtsp://me:secret@127.0.0.1:1/x", "//...@127.0.0.1:1/x")],
)
def test_a_source_that_is_not_there_is_named(word, mentioned):
    with pytest.raises(VidpredError) as raised:
        open_live(word)
    assert mentioned in str(raised.value)
    assert "secret" not in str(raised.value)


def test_the_command_says_that_a_run_without_colour_shows_grey(tmp_path):
    path = draw_video(tmp_path / "clip.mp4", pan(8), rate=10)
    run = save_checkpoint(tmp_path / "run.safetensors", greyscale=True, num_context_frames=2)
    words = ("--out", "present.mp4", "--delay", 0.1, "--checkpoint", run, "--device", "cpu")
    code, stdout, _ = run_vidpred("live", path, *words, folder=tmp_path)
    assert code == 0
    assert "note: the predictor sees no colour, so what was shown is grey" in stdout


def test_the_command_writes_the_present_and_says_how_it_went(tmp_path, monkeypatch):
    path = draw_video(tmp_path / "clip.mp4", pan(8), rate=50)
    code, stdout, _ = run_vidpred("live", path, "--out", "present.mp4", "--delay", 0.04, folder=tmp_path)
    assert code == 0
    assert all(word in stdout for word in ("pictures shown", "dropped", "p50", "p95", "p99", "memory", "present.mp4"))
    assert len(list(decode(tmp_path / "present.mp4"))) >= 2
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    if sys.platform.startswith("linux"):
        assert_refused(run_vidpred("live", path, folder=tmp_path), "no window", "--out")
    assert Path(tmp_path / "present.mp4").is_file()
