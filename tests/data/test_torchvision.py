"""Published data sets in torchvision's own formats, drawn small, with the checksums of what was drawn."""

import hashlib
import pickle

import numpy as np
import pytest
from material import draw_mnist
from PIL import Image

from vidpred.data import torchvision
from vidpred.errors import VidpredError
from vidpred.machine.vision import import_torchvision

import_torchvision()
from torchvision import datasets  # noqa: E402


def md5(path):
    return hashlib.md5(path.read_bytes()).hexdigest()


@pytest.fixture
def random():
    return np.random.default_rng(0)


@pytest.fixture
def cifar10(tmp_path, monkeypatch, random):
    """Five training batches of two images and a test batch; returns images and labels by batch."""
    folder, drawn = tmp_path / "cifar-10-batches-py", {}
    folder.mkdir()
    for name in [*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]:
        images = random.integers(0, 256, (2, 3, 32, 32), np.uint8)
        labels = random.integers(0, 10, 2).tolist()
        (folder / name).write_bytes(pickle.dumps({"data": images.reshape(2, -1), "labels": labels}))
        drawn[name] = images.transpose(0, 2, 3, 1), labels
    (folder / "batches.meta").write_bytes(pickle.dumps({"label_names": [str(number) for number in range(10)]}))
    for side in ("train_list", "test_list"):
        listed = [[name, md5(folder / name)] for name, _ in getattr(datasets.CIFAR10, side)]
        monkeypatch.setattr(datasets.CIFAR10, side, listed)
    monkeypatch.setattr(datasets.CIFAR10, "meta", {**datasets.CIFAR10.meta, "md5": md5(folder / "batches.meta")})
    return drawn


def test_cifar10_is_read_as_it_was_written(tmp_path, cifar10):
    split = torchvision(tmp_path)
    train = [cifar10[f"data_batch_{number}"] for number in range(1, 6)]
    np.testing.assert_array_equal(split.train.gather(range(10))[:, 0], np.concatenate([images for images, _ in train]))
    assert split.train.labels(range(10)).tolist() == [label for _, labels in train for label in labels]
    np.testing.assert_array_equal(split.validation.gather([0, 1])[:, 0], cifar10["test_batch"][0])
    assert dict(split.train.facts) == dict(split.validation.facts)


def test_classes_can_be_left_out_and_images_scaled(tmp_path, cifar10):
    split = torchvision(tmp_path, labels=False, resolution=16)
    assert split.train.facts["num_classes"] == 0
    assert split.train.labels([0]) is None
    (image,) = split.train.gather([0])[:, 0]
    expected = cifar10["data_batch_1"][0][0].reshape(16, 2, 16, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(image, expected, atol=0.51)


def test_a_changed_file_is_refused_before_it_is_read(tmp_path, cifar10):
    with (tmp_path / "cifar-10-batches-py" / "test_batch").open("ab") as file:
        file.write(b"more")
    with pytest.raises(VidpredError, match=r"cifar10 in .* cannot be read \(Dataset not found or corrupted\)"):
        torchvision(tmp_path)


def test_fashion_mnist_stands_in_the_middle_of_32_pixels(tmp_path):
    train, test = draw_mnist(tmp_path / "FashionMNIST" / "raw")
    split = torchvision(tmp_path, which="fashion_mnist")
    for side, drawn in ((split.train, train), (split.validation, test)):
        images = side.gather(range(len(side)))
        np.testing.assert_array_equal(images[:, 0, 2:30, 2:30, 0], drawn)
        assert images.sum() == drawn.sum()


@pytest.fixture
def stl10(tmp_path, monkeypatch, random):
    """Three training, two unlabelled and two test images, written as columns of pixels; returned as rows of them."""
    folder, drawn = tmp_path / "stl10_binary", {}
    folder.mkdir()
    for name, number in (("train", 3), ("unlabeled", 2), ("test", 2)):
        images = random.integers(0, 256, (number, 96, 96, 3), np.uint8)
        np.ascontiguousarray(images.transpose(0, 3, 2, 1)).tofile(folder / f"{name}_X.bin")
        np.arange(1, number + 1, dtype=np.uint8).tofile(folder / f"{name}_y.bin")
        drawn[name] = images
    for side in ("train_list", "test_list"):
        listed = [[name, md5(folder / name)] for name, _ in getattr(datasets.STL10, side)]
        monkeypatch.setattr(datasets.STL10, side, listed)
    return drawn


def test_stl10_counts_its_classes_from_nought(tmp_path, stl10):
    split = torchvision(tmp_path, which="stl10", resolution=96)
    np.testing.assert_array_equal(split.train.gather([0, 1, 2])[:, 0], stl10["train"])
    assert split.train.labels([0, 1, 2]).tolist() == [0, 1, 2]
    assert len(split.validation) == 2


def test_without_labels_stl10_has_its_unlabelled_images_too(tmp_path, stl10):
    train = torchvision(tmp_path, which="stl10", resolution=96, labels=False).train
    np.testing.assert_array_equal(train.gather([3, 4])[:, 0], stl10["unlabeled"])


def test_celeba_is_cropped_square_and_split_as_published(tmp_path, monkeypatch, random):
    folder = tmp_path / "celeba"
    (folder / "img_align_celeba").mkdir(parents=True)
    names = [f"00000{number}.png" for number in range(5)]
    faces = [random.integers(0, 256, (218, 178, 3), np.uint8) for _ in names]
    for name, face in zip(names, faces, strict=True):
        Image.fromarray(face).save(folder / "img_align_celeba" / name)
    rows = {
        "list_eval_partition.txt": [f"{name} {part}" for name, part in zip(names, (0, 0, 1, 2, 2), strict=True)],
        "identity_CelebA.txt": [f"{name} 1" for name in names],
    }
    for table in ("list_attr_celeba.txt", "list_bbox_celeba.txt", "list_landmarks_align_celeba.txt"):
        rows[table] = ["5", "one two", *(f"{name} 1 -1" for name in names)]
    for table, lines in rows.items():
        (folder / table).write_text("\n".join(lines) + "\n")
    listed = [(key, md5(folder / name), name) for key, _, name in datasets.CelebA.file_list if name in rows]
    monkeypatch.setattr(datasets.CelebA, "file_list", listed)
    split = torchvision(tmp_path, which="celeba", resolution=178, cache=tmp_path / "cache")
    np.testing.assert_array_equal(split.train.gather([0, 1])[:, 0], [face[20:198] for face in faces[:2]])
    np.testing.assert_array_equal(split.validation.gather([0, 1])[:, 0], [face[20:198] for face in faces[3:]])
    assert split.train.facts["num_classes"] == 0


@pytest.mark.parametrize("which", ["cifar10", "fashion_mnist", "celeba", "stl10"])
def test_nothing_is_fetched_unless_asked_for(tmp_path, monkeypatch, which):
    asked = []
    for name in ("CIFAR10", "FashionMNIST", "CelebA", "STL10"):
        monkeypatch.setattr(getattr(datasets, name), "download", lambda self, name=name: asked.append(name))
    with pytest.raises(VidpredError, match=rf"{which} in .* data\.download=true"):
        torchvision(tmp_path, which=which)
    assert asked == []
    with pytest.raises(VidpredError):
        torchvision(tmp_path, which=which, download=True)
    assert len(asked) == 1


def test_images_make_no_clips(tmp_path):
    with pytest.raises(VidpredError, match="clips of 2 frames are needed, but cifar10 holds single images"):
        torchvision(tmp_path, clip_length=2)
