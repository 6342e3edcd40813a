"""The reader of MNIST's files."""

import gzip

import numpy as np
import pytest
from material import write_idx

from vidpred.data.idx import read_mnist_images, read_mnist_labels
from vidpred.errors import VidpredError

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 4, 5), np.uint8)


@pytest.mark.parametrize("name", ["some-idx3-ubyte", "some-idx3-ubyte.gz"])
def test_images_come_back_as_they_were_written(tmp_path, name):
    write_idx(tmp_path / name, IMAGES)
    read = read_mnist_images(tmp_path, "some-idx3-ubyte")
    assert read.dtype == np.uint8
    np.testing.assert_array_equal(read, IMAGES)


def test_header_is_read_as_big_endian_count_height_and_width(tmp_path):
    content = b"\0\0\x08\x03" + b"\0\0\0\x01" + b"\0\0\0\x02" + b"\0\0\0\x03" + bytes([1, 2, 3, 4, 5, 6])
    (tmp_path / "one").write_bytes(content)
    assert read_mnist_images(tmp_path, "one").tolist() == [[[1, 2, 3], [4, 5, 6]]]


def test_labels_come_back_as_they_were_written(tmp_path):
    write_idx(tmp_path / "labels", np.array([7, 0, 9], np.uint8))
    read = read_mnist_labels(tmp_path, "labels")
    assert read.dtype == np.int64
    assert read.tolist() == [7, 0, 9]


def test_images_are_refused_as_labels(tmp_path):
    write_idx(tmp_path / "some", IMAGES)
    with pytest.raises(VidpredError, match=r"an IDX file of labels with 00 00 08 01; download it again"):
        read_mnist_labels(tmp_path, "some")


def test_plain_file_is_preferred_to_the_packed_one(tmp_path):
    write_idx(tmp_path / "some", IMAGES)
    write_idx(tmp_path / "some.gz", IMAGES[:1])
    assert len(read_mnist_images(tmp_path, "some")) == 3


def test_missing_file_is_named_with_where_to_have_it(tmp_path):
    with pytest.raises(VidpredError, match=r"holds neither some nor some.gz; .* from https://"):
        read_mnist_images(tmp_path, "some")


@pytest.mark.parametrize("start", [b"\0\0\x08\x01", b"\0\0\x0d\x03", b"<htm", b""])
def test_file_of_another_kind_is_refused(tmp_path, start):
    write_idx(tmp_path / "some", IMAGES)
    content = (tmp_path / "some").read_bytes()
    (tmp_path / "some").write_bytes(start + content[4:] if start else b"")
    with pytest.raises(VidpredError, match=r"begins with the bytes .* 00 00 08 03; download it again"):
        read_mnist_images(tmp_path, "some")


@pytest.mark.parametrize("length", [4, 9, 16, 75, 77])
def test_cut_or_padded_file_is_refused(tmp_path, length):
    write_idx(tmp_path / "some", IMAGES)
    content = (tmp_path / "some").read_bytes()
    (tmp_path / "some").write_bytes((content + b"\0")[:length])
    with pytest.raises(VidpredError, match=f"has {length} bytes where its header says"):
        read_mnist_images(tmp_path, "some")


def cut(content):
    return content[:-20]


def damaged(content):
    return content[:20] + bytes([content[20] ^ 255]) + content[21:]


@pytest.mark.parametrize("damage", [cut, damaged])
def test_packed_file_that_is_cut_or_damaged_is_refused(tmp_path, damage):
    write_idx(tmp_path / "some.gz", IMAGES)
    content = (tmp_path / "some.gz").read_bytes()
    assert gzip.decompress(content)
    (tmp_path / "some.gz").write_bytes(damage(content))
    with pytest.raises(VidpredError, match=r"some\.gz cannot be unpacked .* download it again"):
        read_mnist_images(tmp_path, "some")
