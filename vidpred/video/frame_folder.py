"""Reads a folder of numbered pictures as if it were a video."""

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image
from skimage.io import imread

from vidpred.errors import VidpredError
from vidpred.video.scaling import shrunk
from vidpred.video.timestamps import check_enough, check_timestamp
from vidpred.video.window import ShownFrame, VideoInfo, Window

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")
DEFAULT_FRAME_RATE = Fraction(25)
SIXTEEN_BITS = 65_535
OPAQUE = 255
ROUND_UP = 0.5
MOST_CHANNELS = 4


def list_frames(folder: Path) -> list[Path]:
    """Return the numbered pictures directly in ``folder``, by number, so that 10 follows 9."""
    pictures = (
        path
        for path in folder.iterdir()
        if path.suffix.lower() in SUFFIXES and re.search(r"\d", path.stem) and not path.name.startswith(".")
    )
    return sorted(pictures, key=_natural_order)


def probe(folder: Path, frame_rate: float | None = None) -> VideoInfo:
    """Say what the folder holds; its first picture is read to know.

    Args:
        folder: of numbered pictures.
        frame_rate: how many of them make a second; 25 by default.

    Raises:
        VidpredError: there is no numbered picture, or the first cannot be read.
    """
    paths = _some_frames(folder)
    rate = Fraction(frame_rate).limit_denominator(1001) if frame_rate else DEFAULT_FRAME_RATE
    return _describe(folder, len(paths), rate, read_picture(paths[0]))


def decode(folder: Path, *, short_side: int | None = None, greyscale: bool = False) -> Iterator[np.ndarray]:
    """Yield every picture, 8-bit (H, W, C), C = 3 or 1.

    Args:
        folder: of numbered pictures.
        short_side: pixels of the shorter side, reached by averaging; never enlarges.
        greyscale: one channel instead of three.

    Raises:
        VidpredError: there is no numbered picture, one cannot be read, or their sizes differ.
    """
    for picture in _read_all(_some_frames(folder), greyscale):
        height, width, _ = picture.shape
        shrink = min(1.0, (short_side or min(height, width)) / min(height, width))
        size = max(1, round(height * shrink)), max(1, round(width * shrink))
        yield shrunk(picture, *size) if shrink < 1 else picture


def shown_frames(folder: Path, *, short_side: int | None = None, greyscale: bool = False) -> Iterator[ShownFrame]:
    """Yield what :func:`decode` yields, and whether each picture goes on from the one before."""
    for number, pixels in enumerate(decode(folder, short_side=short_side, greyscale=greyscale)):
        yield ShownFrame(pixels, continues=number > 0)


def read_window(
    folder: Path,
    num_before: int,
    num_after: int = 0,
    at: float | None = None,
    greyscale: bool = False,
    enough: int | None = None,
) -> Window:
    """Read the pictures around a timestamp, at native size, and no others.

    Args:
        folder: of numbered pictures.
        num_before: how many to read up to ``at``, at least 1.
        num_after: how many to read after it; fewer where the folder ends.
        at: seconds from the first picture; None for the end less ``num_after`` pictures.
        greyscale: one channel instead of three.
        enough: how many before will do where there are no more; None insists on ``num_before``.

    Raises:
        VidpredError: a picture cannot be read, ``at`` is outside, or too few pictures come before.
    """
    paths, rate = _some_frames(folder), DEFAULT_FRAME_RATE
    check_timestamp(folder, at, float(len(paths) / rate))
    middle = max(0, len(paths) - num_after) if at is None else min(len(paths), int(at * rate + 0.1) + 1)
    found = min(middle, num_before)
    check_enough(folder, found, enough or num_before, num_after, at)
    wanted = paths[middle - found : middle + num_after]
    frames = np.stack(list(_read_all(wanted, greyscale)))
    return Window(frames, found, _describe(folder, len(paths), rate, frames[0]))


def read_picture(path: Path, greyscale: bool = False) -> np.ndarray:
    """Return a picture as 8-bit (H, W, C): 16 bits are rounded, transparency is laid over black.

    Raises:
        VidpredError: the picture cannot be read, or is neither 8-bit nor 16-bit.
    """
    try:
        pixels = imread(path)
    except (OSError, ValueError, SyntaxError) as error:  # SyntaxError is how a broken PNG is reported
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise VidpredError(f"{path} cannot be read as a picture ({reason}); replace it or take it away") from None
    if pixels.dtype == np.uint16:
        pixels = (pixels.astype(np.float32) * (OPAQUE / SIXTEEN_BITS) + ROUND_UP).astype(np.uint8)
    elif pixels.dtype == np.bool_:
        pixels = pixels.astype(np.uint8) * OPAQUE
    pixels = np.atleast_3d(pixels)
    if pixels.dtype != np.uint8 or pixels.ndim != len("HWC") or pixels.shape[2] > MOST_CHANNELS:
        raise VidpredError(
            f"{path} holds {pixels.dtype} of shape {pixels.shape}, but one picture of 8 or 16 bits is accepted; "
            "convert it"
        )
    return _in_channels(_over_black(pixels), greyscale)


def _describe(folder: Path, num_frames: int, rate: Fraction, shown: np.ndarray) -> VideoInfo:
    """Say what the folder holds, whose pictures are (H, W, C)."""
    height, width, _ = shown.shape
    return VideoInfo(folder, width, height, rate, float(num_frames / rate), num_frames)


def _over_black(pixels: np.ndarray) -> np.ndarray:
    colours = (pixels.shape[2] - 1) // 2 * 2 + 1  # grey and alpha: 1; RGB and alpha: 3
    if colours == pixels.shape[2]:
        return pixels
    opaque = pixels[..., :colours] * (pixels[..., colours:] / np.float32(OPAQUE)) + ROUND_UP
    return opaque.astype(np.uint8)


def _in_channels(pixels: np.ndarray, greyscale: bool) -> np.ndarray:
    grey = pixels.shape[2] == 1
    if greyscale:
        return pixels if grey else np.asarray(Image.fromarray(pixels).convert("L"))[..., None]
    return np.repeat(pixels, 3, axis=2) if grey else np.ascontiguousarray(pixels)


def _read_all(paths: list[Path], greyscale: bool) -> Iterator[np.ndarray]:
    shape = None
    for path in paths:
        picture = read_picture(path, greyscale)
        shape = shape or picture.shape
        if picture.shape != shape:
            raise VidpredError(
                f"{path} is {picture.shape[1]} x {picture.shape[0]}, but {paths[0].name} is {shape[1]} x {shape[0]}; "
                "the frames of a folder must have one size"
            )
        yield picture


def _some_frames(folder: Path) -> list[Path]:
    paths = list_frames(folder)
    if not paths:
        raise VidpredError(
            f"{folder} is a folder without numbered pictures ({', '.join(SUFFIXES)}); "
            "give a video file or a folder of frames"
        )
    return paths


def _natural_order(path: Path) -> list[tuple[int, str]]:
    parts = re.split(r"(\d+)", path.name.lower())
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]
