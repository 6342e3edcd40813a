"""Images of which only a few are labelled."""

import numpy as np
import pytest
from material import draw_images

from vidpred.data import image_folder
from vidpred.data.images import Images
from vidpred.data.partly_labelled import PartlyLabelled
from vidpred.errors import VidpredError

NUMBER, CLASSES = 30, 3


@pytest.fixture
def images():
    """Thirty images whose pixels say which they are, of three classes in turn."""
    pixels = np.arange(NUMBER, dtype=np.uint8)[:, None, None, None] * np.ones((1, 4, 4, 1), np.uint8)
    names = [f"image {number}" for number in range(NUMBER)]
    return Images(pixels, np.arange(NUMBER), names, np.arange(NUMBER) % CLASSES, CLASSES)


def images_and_labels(data):
    """Return which images are labelled, in order, and with what."""
    labels = data.labels(range(len(data)))
    pixels = data.gather(range(len(data)))[:, 0, 0, 0, 0]
    return pixels[labels >= 0].tolist(), labels[labels >= 0].tolist()


def test_all_images_come_unlabelled_and_as_many_labelled_ones(images):
    data = PartlyLabelled(images, 2, seed=0)
    labels = data.labels(range(len(data)))
    assert (labels[:NUMBER] == -1).all()
    assert (labels[NUMBER:] >= 0).all()
    assert data.gather(range(NUMBER))[:, 0, 0, 0, 0].tolist() == list(range(NUMBER))
    assert len(data) == 2 * NUMBER


def test_so_many_of_every_class_are_labelled_rightly_and_equally_often(images):
    shown, labels = images_and_labels(PartlyLabelled(images, 2, seed=0))
    assert [pixel % CLASSES for pixel in shown] == labels
    numbers, counts = np.unique(shown, return_counts=True)
    assert np.bincount(numbers % CLASSES).tolist() == [2, 2, 2]
    assert set(counts.tolist()) == {NUMBER // 6}


def test_the_seed_settles_which(images):
    chosen = [set(images_and_labels(PartlyLabelled(images, 2, seed))[0]) for seed in (0, 0, 1)]
    assert chosen[0] == chosen[1] != chosen[2]


def test_networks_get_classes_to_learn_and_no_labels_to_take(images):
    facts = PartlyLabelled(images, 2, seed=0).facts
    assert (facts["num_classes"], facts["num_categories"]) == (0, CLASSES)
    assert facts["height"] == 4


def test_names_and_whole_images_are_those_of_the_labelled_ones(images):
    data = PartlyLabelled(images, 2, seed=0)
    pixel = int(data.gather([NUMBER])[0, 0, 0, 0, 0])
    assert data.video(NUMBER) == f"image {pixel}"
    assert (data.full_frames(NUMBER) == pixel).all()


def test_more_than_there_are_of_a_class_cannot_be_labelled(images):
    with pytest.raises(VidpredError, match=r"labelled_per_class is 11, but a class has 10 images .* set at most that"):
        PartlyLabelled(images, 11, seed=0)


def test_of_a_class_of_one_image_no_two_can_be_labelled():
    one = Images(np.zeros((1, 4, 4, 1), np.uint8), np.arange(1), ["one"], np.zeros(1, int), 1)
    with pytest.raises(VidpredError, match="labelled_per_class is 2, but a class has 1 image to train on"):
        PartlyLabelled(one, 2, seed=0)


def test_folders_of_classes_can_be_partly_labelled(tmp_path):
    draw_images(tmp_path / "images")
    options = {"resolution": 16, "cache": tmp_path / "cache"}
    split = image_folder(tmp_path / "images", labelled_per_class=1, **options)
    assert len(set(images_and_labels(split.train)[1])) == split.train.facts["num_categories"] == 2
    assert "1 labelled training image of each" in split.report
    assert split.validation.labels([0])[0] >= 0
    with pytest.raises(VidpredError, match="but the images have no labels"):
        image_folder(tmp_path / "images", labelled_per_class=1, labels=False, **options)


def test_each_labelled_image_can_be_had_once(images):
    data = PartlyLabelled(images, 2, seed=0)
    rows = data.labelled_once()
    shown = data.gather(rows)[:, 0, 0, 0, 0].tolist()
    assert sorted(shown) == sorted(set(images_and_labels(data)[0]))
    assert [pixel % CLASSES for pixel in shown] == data.labels(rows).tolist()
