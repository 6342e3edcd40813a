"""Moving MNIST, against the benchmark's own way of drawing it."""

import hashlib
import math
import sys

import numpy as np
import pytest
from material import draw_mnist, write_idx

from vidpred.data import moving_mnist as build
from vidpred.data.moving_mnist import draw_sequence, trajectory
from vidpred.errors import VidpredError

MODULE = sys.modules[draw_sequence.__module__]


@pytest.fixture
def mnist(tmp_path):
    draw_mnist(tmp_path)
    return tmp_path


@pytest.fixture
def published(mnist, monkeypatch):
    """Put a small file in the place of the published one, and make it count as that."""
    frames = np.random.default_rng(5).integers(0, 256, (20, 6, 64, 64), np.uint8)
    np.save(mnist / "mnist_test_seq.npy", frames)
    digest = hashlib.sha256((mnist / "mnist_test_seq.npy").read_bytes()).hexdigest()
    monkeypatch.setattr(MODULE, "PUBLISHED_SHAPE", frames.shape)
    monkeypatch.setattr(MODULE, "PUBLISHED_SHA256", digest)
    return frames


def benchmark_path(y, x, theta, num_frames):
    """Move one digit, one number at a time; independent of the package."""
    speed_y, speed_x = math.sin(theta), math.cos(theta)
    sign_y = sign_x = 1
    corners = []
    for _ in range(num_frames):
        y += sign_y * speed_y * 0.1
        x += sign_x * speed_x * 0.1
        if x <= 0:
            x, sign_x = 0, -sign_x
        if x >= 1:
            x, sign_x = 1, -sign_x
        if y <= 0:
            y, sign_y = 0, -sign_y
        if y >= 1:
            y, sign_y = 1, -sign_y
        corners.append([int(36 * y), int(36 * x)])
    return corners


@pytest.mark.parametrize("number", range(50))
def test_digits_take_the_benchmarks_path(number):
    y, x, turn = np.random.default_rng(number).random(3)
    moved = trajectory(np.array([y, x]), 2 * np.pi * turn, 200)
    assert moved.tolist() == benchmark_path(y, x, 2 * math.pi * turn, 200)
    assert moved.min() == 0
    assert moved.max() == 36


def test_step_beyond_a_border_ends_on_it_and_the_next_goes_back():
    down, across = trajectory(np.array([0.5, 0.85]), 0.0, 5).T
    assert down.tolist() == [18] * 5
    assert across.tolist() == [34, 36, 32, 28, 25]


@pytest.mark.parametrize("index", range(20))
def test_sequence_is_two_digits_on_their_paths_the_brighter_pixel_showing(index):
    digits = np.random.default_rng(1).integers(0, 256, (9, 28, 28), np.uint8)
    draw = np.random.default_rng([3, 0, index])
    expected = np.zeros((20, 64, 64), np.uint8)
    for _ in range(2):
        (y, x), turn = draw.random(2), draw.random()
        digit = digits[draw.integers(9)]
        for time, (top, left) in enumerate(benchmark_path(y, x, 2 * math.pi * turn, 20)):
            for row in range(28):
                for column in range(28):
                    old = expected[time, top + row, left + column]
                    expected[time, top + row, left + column] = max(old, digit[row, column])
    np.testing.assert_array_equal(draw_sequence(digits, (3, 0), index, 20), expected)


def test_longer_sequence_goes_on_where_the_shorter_one_ends():
    digits = np.random.default_rng(1).integers(0, 256, (9, 28, 28), np.uint8)
    np.testing.assert_array_equal(draw_sequence(digits, (0,), 4, 30)[:11], draw_sequence(digits, (0,), 4, 11))


def test_number_and_seed_settle_training_clips(mnist):
    first, second, other = (build(mnist, 5, seed=seed).train for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.gather([7, 999_999]), second.gather([7, 999_999]))
    assert not np.array_equal(first.gather([7]), other.gather([7]))
    assert not np.array_equal(first.gather([7]), first.gather([8]))


def test_test_clips_are_the_same_for_every_seed_and_number_of_them(mnist):
    few, many = build(mnist, 20, seed=0, num_test_clips=2), build(mnist, 20, seed=1, num_test_clips=10_000)
    assert (len(few.validation), len(many.validation)) == (2, 10_000)
    np.testing.assert_array_equal(few.validation.gather([0, 1]), many.validation.gather([0, 1]))


def test_training_clips_show_training_digits_and_test_clips_test_digits(tmp_path):
    write_idx(tmp_path / "train-images-idx3-ubyte.gz", np.full((3, 28, 28), 100, np.uint8))
    write_idx(tmp_path / "t10k-images-idx3-ubyte", np.full((3, 28, 28), 200, np.uint8))
    split = build(tmp_path, 20)
    assert np.unique(split.train.gather(range(5))).tolist() == [0, 100]
    assert np.unique(split.validation.gather(range(5))).tolist() == [0, 200]


def test_every_frame_holds_both_digits_whole(tmp_path):
    for name in ("train-images-idx3-ubyte", "t10k-images-idx3-ubyte"):
        write_idx(tmp_path / name, np.ones((1, 28, 28), np.uint8))
    areas = build(tmp_path, 20).train.gather(range(50)).sum(axis=(2, 3, 4), dtype=int)
    assert areas.min() >= 28 * 28
    assert areas.max() == 2 * 28 * 28


def test_short_test_clips_are_the_ends_of_the_long_ones_so_that_targets_stay_the_same(mnist):
    whole, end = (build(mnist, length).validation.full_frames(3) for length in (20, 14))
    np.testing.assert_array_equal(end, whole[-14:])
    assert build(mnist, 40).validation.full_frames(3).shape == (40, 64, 64, 1)


def test_every_sequence_counts_as_a_video_of_its_own(mnist):
    validation = build(mnist, 5).validation
    assert len({validation.video(index) for index in range(len(validation))}) == len(validation)


def test_published_test_set_is_used_where_it_lies_beside_the_digits(mnist, published):
    (mnist / "t10k-images-idx3-ubyte").unlink()
    split = build(mnist, 14, num_test_clips=6)
    np.testing.assert_array_equal(split.validation.full_frames(2)[..., 0], published[6:, 2])
    assert "as published (mnist_test_seq.npy, SHA-256 " in split.report


def test_drawn_test_set_is_not_passed_off_as_the_published_one(mnist):
    assert "not the published ones" in build(mnist, 14).report


def test_longer_clips_than_published_ones_are_refused(mnist, published):
    with pytest.raises(VidpredError, match=r"clips of 21 frames .* have 20; lower the horizon"):
        build(mnist, 21)


def test_another_file_under_the_published_name_is_refused(mnist, published):
    published[0, 0, 0, 0] ^= 1
    np.save(mnist / "mnist_test_seq.npy", published)
    with pytest.raises(VidpredError, match=r"SHA-256 .* another file; download it from http"):
        build(mnist, 20)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (np.zeros((20, 5, 64, 64), np.uint8), "uint8 of shape"),
        (np.array([{}]), "cannot be read"),
        (b"", "cannot be read"),
    ],
)
def test_file_without_published_sequences_is_refused(mnist, content, reason):
    path = mnist / "mnist_test_seq.npy"
    path.write_bytes(content) if isinstance(content, bytes) else np.save(path, content)
    with pytest.raises(VidpredError, match=f"{reason}.*remove it to have test sequences drawn"):
        build(mnist, 20)


def test_cut_published_file_is_refused(mnist, published):
    path = mnist / "mnist_test_seq.npy"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(VidpredError, match=r"cannot be read as a \.npy file"):
        build(mnist, 20)


@pytest.mark.parametrize("name", ["train-images-idx3-ubyte", "t10k-images-idx3-ubyte"])
def test_missing_digits_are_named(mnist, name):
    (mnist / name).unlink()
    with pytest.raises(VidpredError, match=f"holds neither {name}"):
        build(mnist, 5)


@pytest.mark.parametrize("shape", [(3, 32, 32), (0, 28, 28)])
def test_images_that_are_no_digits_are_refused(mnist, shape):
    write_idx(mnist / "train-images-idx3-ubyte", np.zeros(shape, np.uint8))
    with pytest.raises(VidpredError, match="digits of 28 x 28 pixels are needed"):
        build(mnist, 5)
