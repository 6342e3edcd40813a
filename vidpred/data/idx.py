"""Reads the images of MNIST from IDX files, plain or gzip'd."""

import gzip
import zlib
from pathlib import Path

import numpy as np

from vidpred.errors import VidpredError

MAGIC = bytes([0, 0, 8, 3])  # unsigned bytes in three dimensions
HEADER_SIZE = 16  # bytes: the magic, then count, height and width, each big-endian in four bytes
GZIP_MAGIC = b"\x1f\x8b"
WHERE = "https://ossci-datasets.s3.amazonaws.com/mnist/ or https://storage.googleapis.com/cvdf-datasets/mnist/"


def read_mnist_images(folder: Path, name: str) -> np.ndarray:
    """Return the images of one IDX file, 8-bit (N, H, W).

    Args:
        folder: that holds the file.
        name: of the file without ``.gz``, such as ``train-images-idx3-ubyte``; the plain file is preferred.

    Raises:
        VidpredError: there is no such file, or it is cut or of another kind.
    """
    found = [path for path in (folder / name, folder / f"{name}.gz") if path.is_file()]
    if not found:
        raise VidpredError(
            f"{folder} holds neither {name} nor {name}.gz; put the four files of MNIST there, to be had from {WHERE} "
            "(labels are not read)"
        )
    content = _read(found[0])
    if content[: len(MAGIC)] != MAGIC:
        raise VidpredError(
            f"{found[0]} begins with the bytes {content[:4].hex(' ') or 'of nothing'}, but an IDX file of images with "
            f"{MAGIC.hex(' ')}; fetch it again from {WHERE}"
        )
    shape = tuple(int(size) for size in np.frombuffer(content[len(MAGIC) : HEADER_SIZE].ljust(12, b"\0"), ">u4"))
    expected = HEADER_SIZE + int(np.prod(shape, dtype=np.int64))
    if len(content) != expected:
        raise VidpredError(
            f"{found[0]} has {len(content)} bytes where {expected} are announced, so it is cut or damaged; "
            f"fetch it again from {WHERE}"
        )
    return np.frombuffer(content, np.uint8, offset=HEADER_SIZE).reshape(shape)


def _read(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(GZIP_MAGIC) else content
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise VidpredError(
            f"{path} cannot be unpacked ({error}), so it is cut or damaged; fetch it again from {WHERE}"
        ) from None
    except OSError as error:
        raise VidpredError(f"{path} cannot be read ({error.strerror}); change its permissions") from None
