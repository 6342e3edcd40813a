"""Reads the images and labels of MNIST from IDX files, plain or gzipped."""

import gzip
import zlib
from pathlib import Path

import numpy as np

from vidpred.errors import VidpredError

MAGIC = bytes([0, 0, 8])  # for unsigned bytes; the number of dimensions follows
WORD = 4  # bytes of the magic number and of each size after it, big-endian
GZIP_MAGIC = b"\x1f\x8b"
WHERE = "https://ossci-datasets.s3.amazonaws.com/mnist/ or https://storage.googleapis.com/cvdf-datasets/mnist/"


def read_mnist_images(folder: Path, name: str) -> np.ndarray:
    """Return the images of one IDX file, 8-bit (N, H, W), such as ``train-images-idx3-ubyte``.

    Raises:
        VidpredError: see :func:`read_idx`.
    """
    return read_idx(folder, name, "images", num_dimensions=3)


def read_mnist_labels(folder: Path, name: str) -> np.ndarray:
    """Return the labels of one IDX file, whole numbers (N,), such as ``train-labels-idx1-ubyte``.

    Raises:
        VidpredError: see :func:`read_idx`.
    """
    return read_idx(folder, name, "labels", num_dimensions=1).astype(np.int64)


def read_idx(folder: Path, name: str, what: str, num_dimensions: int) -> np.ndarray:
    """Return what one IDX file holds, 8-bit.

    Args:
        folder: with the file.
        name: of the file without ``.gz``; the plain file is preferred.
        what: the content, for messages.
        num_dimensions: of the content.

    Raises:
        VidpredError: there is no such file, or it is truncated or of another kind.
    """
    found = [path for path in (folder / name, folder / f"{name}.gz") if path.is_file()]
    if not found:
        raise VidpredError(
            f"{folder} holds neither {name} nor {name}.gz; put the four files of MNIST there, from {WHERE}"
        )
    content = _read(found[0])
    magic, header_size = MAGIC + bytes([num_dimensions]), WORD * (1 + num_dimensions)
    if content[:WORD] != magic:
        raise VidpredError(
            f"{found[0]} begins with the bytes {content[:WORD].hex(' ') or 'of nothing'}, but an IDX file of {what} "
            f"with {magic.hex(' ')}; download it again from {WHERE}"
        )
    sizes = content[WORD:header_size].ljust(header_size - WORD, b"\0")
    shape = tuple(int(size) for size in np.frombuffer(sizes, ">u4"))
    expected = header_size + int(np.prod(shape, dtype=np.int64))
    if len(content) != expected:
        raise VidpredError(
            f"{found[0]} has {len(content)} bytes where its header says {expected}, so it is truncated or damaged; "
            f"download it again from {WHERE}"
        )
    return np.frombuffer(content, np.uint8, offset=header_size).reshape(shape)


def _read(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(GZIP_MAGIC) else content
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise VidpredError(
            f"{path} cannot be unpacked ({error}), so it is truncated or damaged; download it again from {WHERE}"
        ) from None
    except OSError as error:
        raise VidpredError(f"{path} cannot be read ({error.strerror}); change its permissions") from None
