"""A turn that H.264 states with key frames alone, by a message on display orientation."""

import av
import numpy as np
import pytest
from drawing import draw_video, pan

from vidpred.applications.extend import extend
from vidpred.errors import VidpredError
from vidpred.predictors import CopyLast
from vidpred.video import decode, probe, read_window
from vidpred.video.live_source import _stream

FRAMES = np.repeat(pan(24, height=32, width=48)[..., :1], 3, axis=3)
PART = 8  # frames from one key frame to the next
OPTIONS = {"crf": "5", "x264-params": f"keyint={PART}:scenecut=0:bframes=2"}


def draw_stated(path, turns):
    """Write the frames, the key frames of some parts with messages on display orientation, in quarters of a turn."""
    plain = draw_video(path.with_name(f"plain_{path.name}"), FRAMES, options=OPTIONS)
    with av.open(str(plain)) as source, av.open(str(path), "w") as film:
        original = source.streams.video[0]
        stream = film.add_stream_from_template(original)
        for packet in source.demux(original):
            if packet.size:
                part = round(packet.pts * packet.time_base * 25) // PART
                message = turning(turns.get(part)) if packet.is_keyframe and part in turns else b""
                written = av.Packet(message + bytes(packet))
                written.pts, written.dts, written.time_base = packet.pts, packet.dts, packet.time_base
                written.is_keyframe, written.stream = packet.is_keyframe, stream
                written.duration = packet.duration  # else PyAV 18.0 ends the film before its last frame
                film.mux(written)
    return path


def turning(quarters):
    """Return a message that frames are to be turned anticlockwise until it is said otherwise, with its length."""
    unit = bytes([6, 47, 3, 8 * quarters, 0, 9, 0x80])  # supplemental information of type 47, of three bytes
    return len(unit).to_bytes(4, "big") + unit


def assert_is(frames, truth):
    assert np.shape(frames) == truth.shape
    assert np.abs(np.asarray(frames, int) - truth).mean() < 6


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turn_stated_with_the_first_frame_alone_holds_for_all(tmp_path, quarters):
    path = draw_stated(tmp_path / "clip.mp4", {0: quarters})
    truth = np.rot90(FRAMES, quarters, axes=(1, 2))
    assert (probe(path).height, probe(path).width) == truth.shape[1:3]
    assert_is(list(decode(path)), truth)
    assert_is(read_window(path, 5).frames, truth[-5:])
    assert_is(read_window(path, 5, 2, at=12 / 25).frames, truth[8:15])
    with path.open("rb") as arriving:
        assert_is(list(_stream(arriving, "-", {}, is_paced=True).frames), truth)


def test_a_longer_film_is_turned_as_the_film_is(tmp_path):
    path = draw_stated(tmp_path / "clip.mp4", {0: 1})
    extend(path, tmp_path / "longer.mp4", CopyLast(2), seconds=0.08)
    truth = np.rot90(FRAMES, axes=(1, 2))
    assert_is(list(decode(tmp_path / "longer.mp4")), np.concatenate([truth, truth[-1:], truth[-1:]]))


@pytest.fixture
def turned_later(tmp_path):
    return draw_stated(tmp_path / "clip.mp4", {2: 1})


def test_a_turn_stated_later_holds_from_there_on(turned_later):
    frames = list(decode(turned_later))
    assert_is(frames[:16], FRAMES[:16])
    assert_is(frames[16:], np.rot90(FRAMES[16:], axes=(1, 2)))
    assert_is(read_window(turned_later, 5, at=10 / 25).frames, FRAMES[6:11])


def test_a_film_that_is_turned_in_part_cannot_be_made_longer(turned_later, tmp_path):
    with pytest.raises(VidpredError, match="changes its turn midway; cut it there"):
        extend(turned_later, tmp_path / "longer.mp4", CopyLast(2), seconds=0.08)
    assert not (tmp_path / "longer.mp4").exists()


def test_frames_around_another_turn_are_refused(turned_later):
    with pytest.raises(VidpredError, match=r"changes its turn midway.*cut it there"):
        read_window(turned_later, 5, 2, at=16 / 25)
