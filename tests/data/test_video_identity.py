"""Whether two videos show the same footage."""

import numpy as np
import pytest
from drawing import draw_folder, draw_video, pan
from PIL import Image

from vidpred.data.video_identity import CELLS, MOMENTS, content_key, course_of_light, find_same_footage
from vidpred.errors import VidpredError
from vidpred.video import decode

PLACE = pan(1, seed=99)[0]


def same(first, second):
    """Return whether the second of two videos, both (T, H, W, C), is found to show what the first does."""
    courses = [course_of_light(frames) for frames in (first, second)]
    there = find_same_footage(courses[1:], courses[:1])
    assert (find_same_footage(courses[:1], courses[1:]) == {0: 0}) == (there == {0: 0})
    return there == {0: 0}


def test_course_is_the_mean_brightness_of_cells_at_evenly_spaced_moments():
    rows = np.repeat(np.arange(CELLS), 3)[:, None, None] * np.ones((1, 5 * CELLS, 1))
    frames = np.stack([rows * 10 + time for time in range(2 * MOMENTS - 1)]).astype(np.uint8)
    expected = np.arange(MOMENTS)[:, None] * 2 + np.repeat(np.arange(CELLS), CELLS) * 10
    np.testing.assert_array_equal(course_of_light(frames), expected)


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (3, 2, 5, 3), (1, 300, 7, 1)])
def test_course_of_the_smallest_videos_has_the_shape_of_any(shape):
    assert course_of_light(np.zeros(shape, np.uint8)).shape == (MOMENTS, CELLS**2)


@pytest.mark.parametrize("options", [{"crf": "18"}, {"crf": "28"}], ids=lambda options: options["crf"])
@pytest.mark.parametrize("seed", range(3))
def test_another_encoding_is_the_same(tmp_path, options, seed):
    frames = pan(40, height=96, width=128, seed=seed)
    path = draw_video(tmp_path / "film.mp4", frames, options=options)
    assert same(frames, np.stack(list(decode(path))))


def test_another_size_or_slightly_other_colours_are_the_same():
    frames = pan(60, height=96, width=128, speed=1)
    small = np.stack([np.asarray(Image.fromarray(frame).resize((57, 43))) for frame in frames])
    assert same(frames, small)
    assert same(frames, (frames * 0.97 + 2).astype(np.uint8))
    assert same(frames, frames.mean(axis=-1, keepdims=True).astype(np.uint8))


def test_other_stretches_of_one_film_differ():
    frames = pan(60)
    assert not same(frames[:30], frames[30:])
    assert not same(frames, frames[::-1])


def panning(seed):
    return pan(30, seed=seed)


def faded_in(seed):
    return (pan(30, speed=1, seed=seed) * np.linspace(0, 1, 30)[:, None, None, None]).astype(np.uint8)


def noisy(seed):
    return np.clip(PLACE + np.random.default_rng(seed).normal(0, 3, (30, *PLACE.shape)), 0, 255).astype(np.uint8)


def black(_):
    return np.zeros((30, 48, 64, 3), np.uint8)


def walking(seed):
    """Something walks through one place, where it enters and how fast differs."""
    start, speed = np.random.default_rng(seed).uniform((0, 0.5), (25, 1.5))
    frames = np.repeat(PLACE[None], 30, axis=0)
    for time, frame in enumerate(frames):
        left = int(start + speed * time)
        frame[20:44, left : left + 8] = 255
    return frames


@pytest.mark.parametrize("film", [panning, faded_in, noisy, black, walking])
def test_different_films_differ_however_alike_they_are(film):
    courses = [course_of_light(film(seed)) for seed in range(12)]
    for number, course in enumerate(courses):
        assert find_same_footage([course], courses[:number] + courses[number + 1 :]) == {}


def test_each_video_is_told_which_other_it_shows():
    courses = [course_of_light(pan(20, seed=seed)) for seed in range(4)]
    assert find_same_footage([courses[3], courses[0], courses[2]], courses[:2] + courses[3:]) == {0: 2, 1: 0}
    assert find_same_footage([], courses) == find_same_footage(courses, []) == {}


def test_of_a_folder_the_picture_that_cannot_be_read_is_named(tmp_path):
    folder = draw_folder(tmp_path / "walk", pan(3))
    (folder / "frame_3.png").symlink_to("nowhere.png")
    with pytest.raises(VidpredError, match=r"walk.frame_3\.png cannot be read \(No such file or directory\)"):
        content_key(folder)
