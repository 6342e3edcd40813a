"""MNIST as single images."""

import numpy as np
import pytest
from material import draw_mnist, write_idx

from vidpred.data import mnist
from vidpred.errors import VidpredError


def test_digits_stand_in_the_middle_of_32_pixels(tmp_path):
    train, test = draw_mnist(tmp_path)
    split = mnist(tmp_path)
    for side, digits in ((split.train, train), (split.validation, test)):
        images = side.gather(range(len(side)))
        assert images.shape == (len(digits), 1, 32, 32, 1)
        np.testing.assert_array_equal(images[:, 0, 2:30, 2:30, 0], digits)
        assert images.sum() == digits.sum()


def test_labels_are_those_of_the_files(tmp_path):
    draw_mnist(tmp_path)
    write_idx(tmp_path / "train-labels-idx1-ubyte", np.array([3, 1, 4, 1, 5, 9, 2], np.uint8))
    split = mnist(tmp_path)
    assert split.train.labels(range(7)).tolist() == [3, 1, 4, 1, 5, 9, 2]
    assert split.train.facts["num_classes"] == split.validation.facts["num_classes"] == 10


def test_without_labels_their_files_are_not_needed(tmp_path):
    draw_mnist(tmp_path)
    for name in ("train", "t10k"):
        (tmp_path / f"{name}-labels-idx1-ubyte").unlink()
    assert mnist(tmp_path, labels=False).train.facts["num_classes"] == 0
    with pytest.raises(VidpredError, match="holds neither train-labels-idx1-ubyte nor"):
        mnist(tmp_path)


def test_other_sizes_are_scaled(tmp_path):
    train, _ = draw_mnist(tmp_path)
    (image,) = mnist(tmp_path, resolution=16).train.gather([0])
    padded = np.pad(train[0].astype(float), 2)
    np.testing.assert_allclose(image[0, ..., 0], padded.reshape(16, 2, 16, 2).mean(axis=(1, 3)), atol=0.51)


@pytest.mark.parametrize("labels", [[1, 2], [10] * 7])
def test_labels_that_do_not_belong_are_refused(tmp_path, labels):
    draw_mnist(tmp_path)
    write_idx(tmp_path / "train-labels-idx1-ubyte", np.array(labels, np.uint8))
    with pytest.raises(VidpredError, match="put MNIST's own files there"):
        mnist(tmp_path)


def test_digits_make_no_clips(tmp_path):
    with pytest.raises(VidpredError, match="clips of 2 frames are needed, but MNIST holds single images"):
        mnist(tmp_path, clip_length=2)
