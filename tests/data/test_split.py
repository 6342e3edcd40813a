"""Which videos a run trains on, and which it validates on."""

from types import SimpleNamespace

import numpy as np
import pytest

from vidpred.data.split import KnownSplit, split_videos


def make_video(name, motion):
    """A video of 20 frames that differ by so many grey levels, and all at once where a scene begins."""
    differences = np.full(19, float(motion))
    differences[9] = 120
    transitions = SimpleNamespace(differences=differences)
    return SimpleNamespace(
        name=name, content=name * 40, clip=SimpleNamespace(pixels=name * 40), transitions=transitions, other=None
    )


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("still", "usual"), [(0.2, 5), (1.5, 30)])
def test_a_nearly_still_video_is_not_the_only_one_that_is_validated_on(seed, still, usual):
    videos = [make_video(name, still if name in "ab" else usual) for name in "abcd"]
    train, held_out, note = split_videos(videos, 0.1, seed, KnownSplit())
    assert [video.name in "cd" for video in held_out] == [True]
    assert len(train) == 3
    if note:
        assert f"note: {held_out[0].name} is validated on instead of " in note


def test_it_is_said_where_another_video_takes_its_place():
    notes = [
        split_videos([make_video("a", 0.1), make_video("b", 4), make_video("c", 5)], 0.1, seed, KnownSplit())[2]
        for seed in range(20)
    ]
    said = {note for note in notes if note}
    assert said <= {f"note: {name} is validated on instead of a, in which hardly anything moves" for name in "bc"}
    assert said


def test_where_all_are_alike_still_one_of_them_serves():
    train, held_out, note = split_videos([make_video("a", 0.1), make_video("b", 0.2)], 0.1, 0, KnownSplit())
    assert (len(train), len(held_out), note) == (1, 1, "")


@pytest.mark.parametrize("seed", range(8))
def test_the_only_video_that_moves_takes_no_place_of_a_nearly_still_one(seed):
    videos = [make_video("a", 0.1), make_video("b", 0.2), make_video("c", 9)]
    assert split_videos(videos, 0.1, seed, KnownSplit())[2] == ""


def test_a_run_goes_on_validating_on_what_it_did():
    videos = [make_video("a", 0.1), make_video("b", 4)]
    known = KnownSplit().with_videos(videos[1:], videos[:1])
    assert [video.name for video in split_videos(videos, 0.1, 0, known)[1]] == ["a"]
