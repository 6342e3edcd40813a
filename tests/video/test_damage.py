"""Of a video that is damaged amid its frames, those that can be told from the damage come, and no others."""

from types import SimpleNamespace

import numpy as np
import pytest
from drawing import draw_video, pan

from vidpred.video import decode
from vidpred.video.damage import LONGEST_SPREAD, Damage
from vidpred.video.reader import shown_frames

FRAMES = pan(60, speed=4)
FORMS = {
    "mkv": {"codec": "mpeg4", "options": {"g": "20", "bf": "0", "qmax": "4"}},
    "avi": {"codec": "mpeg4", "options": {"g": "20", "bf": "0", "qmax": "4"}},
    "mpg": {"codec": "mpeg2video", "options": {"g": "20", "bf": "0", "qmax": "4"}},
}


def damaged(path, share, seed):
    """Overwrite 40 bytes of a file at a share of its length."""
    content = bytearray(path.read_bytes())
    at = int(len(content) * share)
    content[at : at + 40] = np.random.default_rng(seed).bytes(40)
    path.write_bytes(content)


def frame(key=False, corrupt=False):
    return SimpleNamespace(key_frame=key, is_corrupt=corrupt)


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
