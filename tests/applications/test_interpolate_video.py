"""A film gets more frames and stays the same film; nothing is blended that does not belong together."""

from fractions import Fraction

import numpy as np
import pytest
from drawing import draw_video, pan
from films import add_sound, facts, heard, times
from material import assert_refused, run_vidpred

from vidpred.applications.interpolate_video import (
    FlowInterpolator,
    NetworkInterpolator,
    _surroundings,
    find_cuts,
    interpolate_video,
)
from vidpred.errors import VidpredError
from vidpred.predictors import CopyLast
from vidpred.tasks import FrameInterpolation
from vidpred.video import decode

FLOW = FlowInterpolator()
UNEVEN = [0, 40, 80, 120, 190, 200, 280, 300, 330, 400]  # milliseconds
PAUSED = [0, 40, 80, 120, 2000, 2040, 2080, 2120]


def frames_of(path):
    return np.stack(list(decode(path))).astype(float)


@pytest.mark.parametrize("factor", [2, 3])
def test_its_own_frames_stay_and_those_between_lie_between(tmp_path, factor):
    source = draw_video(tmp_path / "film.mp4", pan(6, speed=6), options={"crf": "5"})
    written = interpolate_video(source, tmp_path / "dense.mp4", FLOW, factor)
    assert (written.num_known, written.num_frames, written.frame_rate) == (6, 6 * factor, 25 * factor)
    own, dense, finer = frames_of(source), frames_of(tmp_path / "dense.mp4"), pan(6 * factor, speed=6 // factor)
    assert np.abs(dense[::factor] - own).mean() < 4
    for index in range(5 * factor):
        errors = np.abs(dense[index][:, 8:-8] - finer[:, :, 8:56]).mean(axis=(1, 2, 3))
        assert errors.argmin() == index


def test_size_shape_of_pixels_colours_turn_and_sound_are_kept_and_it_lasts_as_long(tmp_path):
    silent = draw_video(
        tmp_path / "silent.mp4",
        pan(8),
        rate=10,
        rotation=90,
        pixel_aspect=Fraction(4, 3),
        colours=(6, 2),
        pixel_format="yuvj422p",
    )
    source = add_sound(silent, tmp_path / "phone.mov", "aac", 0.8)
    interpolate_video(source, tmp_path / "dense.mov", FLOW)
    (size, colours, aspect, rotation, rate), after = facts(source), facts(tmp_path / "dense.mov")
    assert after == (size, colours, aspect, rotation, 2 * rate)
    (code, before), (same, now) = heard(source), heard(tmp_path / "dense.mov")
    assert code == same
    assert len(now) == pytest.approx(len(before), abs=4096)
    np.testing.assert_allclose(times(tmp_path / "dense.mov"), np.arange(16) / 20, atol=1e-6)


def test_what_stands_still_is_the_same_in_all_frames(tmp_path):
    moving, still = pan(6, 48, 64, speed=2), pan(1, 48, 64, seed=3)
    moving[:, :, 32:] = still[:, :, 32:]
    source = draw_video(tmp_path / "film.mp4", moving, options={"crf": "0"}, pixel_format="yuv444p")
    interpolate_video(source, tmp_path / "dense.mp4", FLOW)
    right = frames_of(tmp_path / "dense.mp4")[:, :, 48:]
    flicker = np.abs(right[1:10:2] - (right[:10:2] + right[2:11:2]) / 2).mean()
    assert flicker < 1  # of an encoder that is not without loss


@pytest.mark.parametrize("factor", [2, 4])
def test_a_cut_is_not_blended_and_the_nearer_frame_is_repeated(tmp_path, factor):
    scenes = [pan(5, speed=1), 255 - pan(5, speed=1, seed=4)]
    source = draw_video(tmp_path / "film.mp4", np.concatenate(scenes), options={"crf": "5"})
    interpolate_video(source, tmp_path / "dense.mp4", FLOW, factor)
    own, dense = frames_of(source), frames_of(tmp_path / "dense.mp4")
    across = dense[4 * factor : 5 * factor + 1]
    to_last, to_first = (np.abs(across - scene).mean(axis=(1, 2, 3)) for scene in (own[4], own[5]))
    is_last = np.arange(factor + 1) <= factor // 2
    assert (np.where(is_last, to_last, to_first) < 8).all()
    assert (np.where(is_last, to_first, to_last) > 30).all()


def test_where_every_second_frame_repeats_one_not_every_change_is_a_cut():
    changes = np.array([0, 12, 0.3, 11, 0, 13, 0.1, 12, 0, 90, 0, 12, 0, 11])
    assert np.flatnonzero(find_cuts(changes)).tolist() == [9]
    assert find_cuts(np.zeros(0)).tolist() == []


def test_a_repeated_frame_is_repeated_again(tmp_path):
    source = draw_video(tmp_path / "film.mp4", pan(4, speed=4).repeat(2, axis=0), options={"crf": "0"})
    interpolate_video(source, tmp_path / "dense.mp4", FLOW)
    dense = frames_of(tmp_path / "dense.mp4")
    steps = np.abs(np.diff(dense, axis=0)).mean(axis=(1, 2, 3))
    assert (steps.reshape(-1)[[0, 1, 4, 5, 8, 9]] < 1.5).all()
    assert (steps[[2, 3, 6, 7]] > 3).all()


def test_a_variable_rate_stays_variable_and_a_pause_stays_a_pause(tmp_path):
    for name, stamps in (("uneven", UNEVEN), ("paused", PAUSED)):
        source = draw_video(tmp_path / f"{name}.mkv", pan(len(stamps)), milliseconds=stamps)
        interpolate_video(source, tmp_path / f"{name}.mp4", FLOW)
    uneven, paused = times(tmp_path / "uneven.mp4"), times(tmp_path / "paused.mp4")
    np.testing.assert_allclose(uneven[:-1:2], np.array(UNEVEN) / 1000, atol=1e-6)
    np.testing.assert_allclose(uneven[1:-1:2], (np.array(UNEVEN[1:]) + UNEVEN[:-1]) / 2000, atol=1e-3)
    assert len(paused) == 2 * 8 - 1
    assert not ((paused > 0.13) & (paused < 1.99)).any()


def test_a_network_draws_the_middle_and_then_the_middles_of_halves():
    frames = list((pan(3, speed=8) / np.float32(127.5) - 1).astype(np.float32))
    copying = NetworkInterpolator(CopyLast(3), FrameInterpolation())  # of what flow draws
    by_flow, by_network = (list(draw(iter(frames), 4)) for draw in (FLOW, copying))
    assert [len(between) for between in by_network] == [3, 3]
    for drawn, wanted in zip(by_network, by_flow, strict=True):
        assert np.abs(np.stack(drawn) - np.stack(wanted)).mean() < 0.03
    grey = NetworkInterpolator(CopyLast(3), FrameInterpolation())
    grey.greyscale = True
    ((middle,),) = list(grey(iter(frames[:2]), 2))
    assert np.abs(middle - by_flow[0][1]).mean() < 1e-3


def test_a_network_that_looks_further_sees_the_outermost_frames_again_at_the_ends():
    found = [(before, after) for before, after in _surroundings([0, 1, 2], 2)]
    assert found == [([0], [1, 2]), ([0, 1], [2]), ([1, 2], [])]
    seen = []
    interpolator = NetworkInterpolator(CopyLast(4), FrameInterpolation(2, "none"))
    interpolator.network = lambda context: seen.append(context[0, :, 0, 0, 0].tolist()) or [context[:, :1]]
    list(
        interpolator(
            iter(np.full((3, 4, 4, 3), 1, np.float32) * np.arange(3, dtype=np.float32)[:, None, None, None]), 2
        )
    )
    assert seen == [[0, 0, 1, 2], [0, 1, 2, 2]]


def test_what_cannot_be_done_is_refused_before_anything_is_computed(tmp_path):
    source = draw_video(tmp_path / "film.mp4", pan(3))
    for wanted, mentioned in (
        ((source, tmp_path / "dense.webm", FLOW), ".webm"),
        ((source, source, FLOW), "never replaced"),
        ((tmp_path, tmp_path / "dense.mp4", FLOW), "folder"),
        ((tmp_path / "none.mp4", tmp_path / "dense.mp4", FLOW), "does not exist"),
        ((source, tmp_path / "dense.mp4", FLOW, 1), "1 times"),
        ((source, tmp_path / "dense.mp4", FLOW, 9), "9 times"),
        ((source, tmp_path / "dense.mp4", NetworkInterpolator(CopyLast(3), FrameInterpolation()), 3), "not 3"),
    ):
        with pytest.raises(VidpredError, match=mentioned):
            interpolate_video(*wanted)
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]


def test_the_command_writes_the_film_and_says_what_it_wrote(tmp_path):
    source = draw_video(tmp_path / "film.mp4", pan(4))
    words = ("interpolate-video", source, "--times", 3)
    code, stdout, stderr = run_vidpred(*words, folder=tmp_path)
    said = "wrote film_3x.mp4: 12 frames, 4 of them the film's own, at 75 frames/s\n"
    assert (code, stdout) == (0, said), stderr
    assert_refused(run_vidpred(*words, folder=tmp_path), "film_3x.mp4", "exists")
    assert_refused(run_vidpred("interpolate-video", "https://a.b/film.mp4", folder=tmp_path), "download")
    assert len(frames_of(tmp_path / "film_3x.mp4")) == 12
