"""Of a video that is damaged amid its frames, those that can be told from the damage come, and no others."""

from types import SimpleNamespace

import av
import numpy as np
import pytest
from drawing import draw_video, pan

from vidpred.video import decode
from vidpred.video.decoding.damage import LONGEST_SPREAD, Damage, Losses
from vidpred.video.reader import shown_frames

FRAMES = pan(60, speed=4)
FORMS = {  # of which the decoders find this damage whatever the memory held before
    "mkv": {"codec": "mpeg4", "options": {"g": "20", "bf": "0", "qmax": "4"}},
    "mpg": {"codec": "mpeg2video", "options": {"g": "20", "bf": "0", "qmax": "4"}},
}


def damaged(path, share, seed):
    """Overwrite 40 bytes of a file at a share of its length."""
    content = bytearray(path.read_bytes())
    at = int(len(content) * share)
    content[at : at + 40] = np.random.default_rng(seed).bytes(40)
    path.write_bytes(content)


def frame(key=False, corrupt=False, pts=None):
    return SimpleNamespace(key_frame=key, is_corrupt=corrupt, pts=pts)


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("seed", range(3))
def test_no_frame_shows_what_the_decoder_made_up(tmp_path, name, seed):
    path = draw_video(tmp_path / f"clip.{name}", FRAMES, **FORMS[name])
    whole = np.stack(list(decode(path))).astype(int)
    damaged(path, 0.45, seed)
    shown = list(shown_frames(path))
    places = [int(np.abs(whole - one.pixels).mean(axis=(1, 2, 3)).argmin()) for one in shown]
    errors = [np.abs(whole[place] - one.pixels).mean() for place, one in zip(places, shown, strict=True)]
    assert places == sorted(set(places))  # in order, none again
    assert max(errors) < 8
    assert 20 <= len(places) < 60
    assert places[-1] == 59  # it goes on after the damage
    steps = np.diff(places)
    assert [one.continues for one in shown[1:]] == (steps == 1).tolist()


def test_frames_after_a_damaged_one_are_left_out_until_a_picture_of_its_own():
    damage = Damage(sought=False)
    frames = [frame(key=True), frame(), None, frame(), frame(), frame(key=True), frame(corrupt=True), frame()]
    assert [damage.leaves_out(each) for each in frames] == [False, False, True, True, True, False, True, True]


def test_where_decoding_begins_amid_a_video_it_waits_for_a_picture_of_its_own():
    damage = Damage(sought=True)
    frames = [frame(), frame(corrupt=True), None, frame(key=True), frame()]
    assert [damage.leaves_out(each) for each in frames] == [True, True, True, False, False]


def test_damage_at_the_beginning_does_not_end_a_video_that_is_refreshed_bit_by_bit():
    damage = Damage(sought=False)
    assert [damage.leaves_out(each) for each in (frame(corrupt=True), None, frame(), frame())] == [True, True] + [
        False
    ] * 2


def test_damage_is_forgotten_in_the_end():
    damage = Damage(sought=False)
    assert not damage.leaves_out(frame(key=True))
    assert damage.leaves_out(None)
    left_out = [damage.leaves_out(frame()) for _ in range(LONGEST_SPREAD + 2)]
    assert left_out == [True] * LONGEST_SPREAD + [False] * 2


def test_a_decoder_that_tells_no_pictures_of_their_own_goes_on():
    damage = Damage(sought=False)
    assert [damage.leaves_out(each) for each in (frame(), None, frame())] == [False, True, False]


def test_a_picture_of_its_own_that_was_held_back_does_not_heal_what_was_lost_after_it():
    losses = Losses()
    losses.pass_by(4)
    assert not losses.add()
    frames = [frame(pts=2), frame(pts=4, key=True), frame(pts=3), frame(pts=5), frame(pts=8, key=True), frame(pts=9)]
    assert [losses.precede(each) for each in frames] == [True, False, True, False, False, False]


def test_a_loss_that_no_frame_followed_is_told_of_with_the_next():
    losses = Losses()
    assert [losses.add(), losses.add()] == [False, True]
    assert losses.precede(frame(pts=1))


def test_frames_that_were_decoded_before_the_damage_come_though_they_are_shown_after_it(tmp_path):
    """Two B-frames are held back when the last packet, which is cut in two, cannot be decoded."""
    options = {"x264-params": "keyint=60:scenecut=0:bframes=2:b-adapt=0:ref=1"}
    path = draw_video(tmp_path / "clip.mkv", FRAMES[:31], options=options)
    whole = list(decode(path))
    with av.open(str(path)) as source, av.open(str(tmp_path / "cut.mkv"), "w") as out:
        packets = [packet for packet in source.demux(video=0) if packet.size]
        copied = out.add_stream_from_template(source.streams.video[0])
        for number, packet in enumerate(packets):
            kept = packet
            if number == len(packets) - 3:  # the last frame in the order of showing, which two are drawn from
                kept = av.Packet(b"\0\0\0\4\1\1\1\1")
                kept.pts, kept.dts, kept.time_base = packet.pts, packet.dts, packet.time_base
            kept.stream = copied
            if number <= len(packets) - 3:
                out.mux(kept)
    shown = list(decode(tmp_path / "cut.mkv"))
    assert len(shown) == 28
    np.testing.assert_array_equal(shown, whole[:28])
