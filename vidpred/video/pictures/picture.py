"""Reads one picture as it is meant to be seen, or says in one sentence why not."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from vidpred.errors import VidpredError
from vidpred.video.pictures.kinds import PictureKindError

if TYPE_CHECKING:
    from vidpred.video.pictures.formats import Samples

USUAL_SUFFIXES = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".tif", ".tiff", ".webp")
SUFFIXES = (*USUAL_SUFFIXES, ".ppm", ".pgm", ".pbm", ".pnm", ".tga", ".jp2", ".j2k", ".avif", ".gif")
MOST_BYTES = 2**30  # of a file
OPAQUE, DEEP_OPAQUE = 255, 65_535
STEPS = DEEP_OPAQUE // OPAQUE  # 16-bit levels per 8-bit level
NEVER_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
GREYSCALE_WEIGHTS = "L"  # Pillow's: 0.299 R + 0.587 G + 0.114 B
LONGEST_REASON = 120  # characters


def read_picture(path: Path, greyscale: bool = False, see: Callable[[np.ndarray], None] | None = None) -> np.ndarray:
    """Return a picture as 8-bit (H, W, C), C = 3 or 1, turned upright, and transparency laid over black.

    16 bits are rounded. CMYK is converted by (255 - C)(255 - K) / 255; colour profiles are ignored.

    Args:
        path: of the picture.
        greyscale: one channel instead of three.
        see: is given the samples as they are stored, 8-bit or 16-bit (H, W, C).

    Raises:
        VidpredError: it cannot be read, is of a kind that is not taken, is too large, or is no file.
    """
    from vidpred.video.pictures.formats import read_samples  # here, because videos in one file have no use for it

    try:
        samples = read_samples(_content(path))
    except PictureKindError as error:
        raise VidpredError(f"{path} holds {error}; {error.remedy} or take it away") from None
    except VidpredError:
        raise
    except Exception as error:  # whatever a damaged file brings about, it is one file that cannot be read
        raise VidpredError(
            f"{path} cannot be read as a picture ({_reason(error)}); replace it or take it away"
        ) from None
    if see is not None:
        see(samples.colours)
    return _in_channels(_over_black(samples), greyscale)


def taken_at(path: Path) -> str | None:
    """Return when a picture was taken by its EXIF, as 2024:01:31 23:59:58.04, in the order of time as text.

    Returns:
        None where it does not say so, or cannot be read.

    Raises:
        VidpredError: it is no file.
    """
    from vidpred.video.pictures.formats import time_taken  # here, because videos in one file have no use for it

    content = _content(path)
    try:
        return time_taken(content)
    except Exception:  # whatever a damaged file brings about
        return None


def _content(path: Path) -> bytes:
    """Return the bytes of a file; nothing else is ever opened for reading, since that may never end."""
    kind = path.stat().st_mode
    if stat.S_ISDIR(kind):
        raise VidpredError(f"{path} is a folder, not a picture; rename it or take it away")
    if not stat.S_ISREG(kind):
        raise VidpredError(f"{path} is a named pipe, a socket or a device, not a picture; take it away")
    with open(os.open(path, os.O_RDONLY | NEVER_WAIT), "rb") as file:  # noqa: PTH123
        size = os.fstat(file.fileno()).st_size
        if size > MOST_BYTES:
            raise VidpredError(f"{path} has {size:,} bytes, but at most {MOST_BYTES:,} are read; make it smaller")
        return file.read(MOST_BYTES)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, MemoryError):
        return "it needs more memory than there is"
    lines = str(error).replace(";", ",").splitlines()
    return lines[0][:LONGEST_REASON] if lines and lines[0] else type(error).__name__


def _over_black(samples: "Samples") -> np.ndarray:
    """Return 8-bit (H, W, C), every value rounded once."""
    colours, opacity = samples.colours, samples.opacity
    deep = colours.dtype == np.uint16
    if opacity is not None:
        most = DEEP_OPAQUE if deep else OPAQUE
        blended = colours.astype(np.uint64 if deep else np.uint16) * opacity
        largest = most * STEPS if deep else most
        rounded: np.ndarray = ((blended + largest // 2) // largest).astype(np.uint8)
        return rounded
    return ((colours.astype(np.uint32) + STEPS // 2) // STEPS).astype(np.uint8) if deep else colours


def _in_channels(pixels: np.ndarray, greyscale: bool) -> np.ndarray:
    """Return the picture in 3 channels, or 1 for greyscale, the caller's to change."""
    grey = pixels.shape[2] == 1
    if greyscale and not grey:
        return np.array(Image.fromarray(pixels).convert(GREYSCALE_WEIGHTS))[..., None]
    if grey and not greyscale:
        return np.repeat(pixels, 3, axis=2)
    return np.require(pixels, requirements=["C", "W"])
