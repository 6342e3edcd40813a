"""Gives FFmpeg, which does not decode animated WebP, the same frames and times in a file that it does, without loss."""

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import WebPImagePlugin
from PIL.ImageFile import ImageFile

MILLISECOND = Fraction(1, 1000)
SHOWN_FOR = 100  # milliseconds, for which browsers show a frame that states no time, or up to HASTE
HASTE = 10  # milliseconds
DURATION_AT = 12  # bytes of place and size before it, in a chunk ANMF; it has three
PIXELS = {"RGB": ("rgb24", "bgr0"), "RGBA": ("rgba", "bgra")}  # by Pillow's mode: FFmpeg's names, and FFV1's


@lru_cache(maxsize=1)  # a video is opened several times in a row
def as_matroska(path: Path, changed: int, size: int) -> bytes:  # noqa: ARG001
    """Return an animated WebP as FFV1 in Matroska, its transparency kept.

    Frames from the first damaged one on are left out.

    Args:
        path: of the file; the size that it states for its frames is one that may be read.
        changed: when the file was, in any unit: another file under the same path is read anew.
        size: of the file, in bytes; likewise.

    Raises:
        OSError: no frame of it can be read.
    """
    held = BytesIO()
    with path.open("rb") as file, WebPImagePlugin.WebPImageFile(file) as picture:
        frames = _frames(picture, in_haste=max(_durations(path)) <= HASTE)
        first = next(frames, None)
        if first is None:
            raise OSError("no frame of it can be decoded")
        with av.open(held, "w", format="matroska") as container:
            _write(container, chain([first], frames), picture.mode)
    return held.getvalue()


def _durations(path: Path) -> list[int]:
    """Return for how many milliseconds each frame is to be shown, at least one number, by the chunks of the file."""
    found = [0]
    with path.open("rb") as file:
        file.seek(len(b"RIFF....WEBP"))
        while len(head := file.read(8)) == len(b"ANMF") + 4:
            size = int.from_bytes(head[4:], "little")
            after = file.tell() + size + size % 2
            if head[:4] == b"ANMF":
                found.append(int.from_bytes(file.read(DURATION_AT + 3)[DURATION_AT:], "little"))
            file.seek(after)
    return found


def _frames(picture: ImageFile, in_haste: bool) -> Iterator[tuple[int, int, np.ndarray]]:
    """Yield when each frame begins and for how long it is shown, in milliseconds, and its pixels (H, W, C)."""
    begin = 0
    for number in range(cast(WebPImagePlugin.WebPImageFile, picture).n_frames):
        try:
            picture.seek(number)
            picture.load()
        except (OSError, EOFError, ValueError, SyntaxError):
            return
        duration = SHOWN_FOR if in_haste else int(picture.info["duration"]) or SHOWN_FOR
        yield begin, duration, np.asarray(picture)
        begin += duration


def _write(container: OutputContainer, frames: Iterator[tuple[int, int, np.ndarray]], mode: str) -> None:
    given, written = PIXELS[mode]
    stream: VideoStream | None = None
    for begin, duration, pixels in frames:
        if stream is None:
            stream = container.add_stream("ffv1", rate=1 / MILLISECOND)
            stream.height, stream.width, _ = pixels.shape
            stream.pix_fmt, stream.time_base = written, MILLISECOND
            stream.codec_context.time_base = MILLISECOND
        frame = VideoFrame.from_ndarray(np.ascontiguousarray(pixels), given).reformat(format=written)
        frame.pts, frame.duration, frame.time_base = begin, duration, MILLISECOND
        container.mux(stream.encode(frame))
    assert stream is not None
    container.mux(stream.encode())
