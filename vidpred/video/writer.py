"""Writes frames to an H.264 mp4 that browsers and players show."""

from collections.abc import Iterable
from errno import EACCES, EINVAL, EPERM, EROFS
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream

from vidpred.errors import VidpredError
from vidpred.machine.arguments import GivenPath, checked
from vidpred.machine.files import is_taken, replacing
from vidpred.machine.name_length import require_fitting
from vidpred.video.decoding.filters import colour_coding, through
from vidpred.video.pace import as_rate
from vidpred.video.window import BT_709, Colours

ENCODING = {
    "crf": "14",
    "preset": "veryfast",
    "mbtree": "0",  # with it, what x264 writes depends now and then on what the memory held before
}
LARGE_FRAME = 640 * 360  # pixels, from which a second encoding thread pays
FINEST_RATE = 65_535  # largest numerator or denominator of a frame rate that players take
LARGEST_SIDE = 16_384  # pixels that the encoder takes
NOT_ALLOWED = {EACCES, EPERM, EROFS}
OF_FFMPEG = 10_000  # error numbers above this one are FFmpeg's own, and none of the system's
COLOUR_CHANNELS = 3
WIDE, BT_2020_MATRIX = 9, 9  # numbers of ITU-T H.273, of the primaries of BT.2020 and of its matrix


@checked
def write_video(
    path: GivenPath,
    frames: Iterable[np.ndarray],
    frame_rate: Fraction | float,
    *,
    overwrite: bool = False,
    colours: Colours = BT_709,
) -> Path:
    """Write ``frames`` as H.264 (4:2:0, limited range) in an mp4 that plays while it loads.

    The colours of 4:2:0 come in blocks of 2 x 2 pixels, so an odd side grows by repeating its last row
    or column. The file appears when it is complete; a failure on the way leaves nothing.

    Args:
        path: of the mp4 to write.
        frames: 8-bit, each (H, W, 3) or (H, W, 1) of one size; read one by one.
        frame_rate: frames per second.
        overwrite: replace an existing file.
        colours: how players are to show the levels of the frames.

    Returns:
        ``path``.

    Raises:
        VidpredError: the output exists or cannot be written, or the frames cannot make a video.
    """
    path = Path(path)
    check_place(path, overwrite)
    if not 1 / FINEST_RATE <= frame_rate <= FINEST_RATE:
        raise VidpredError(
            f"the frame rate is {frame_rate}, but a positive number of frames per second is needed, "
            f"from 1 in {FINEST_RATE:,} seconds to {FINEST_RATE:,}"
        )
    rate = as_rate(frame_rate)
    remaining = iter(frames)
    first = next(remaining, None)
    if first is None:
        raise VidpredError(f"there are no frames to write to {path}; give at least one")
    check_size(path, first.shape[1], first.shape[0])
    try:
        with (
            replacing(path, overwrite) as temporary,  # by its name: through a file object a full disk goes unreported
            av.open(f"file:{temporary}", "w", format="mp4", options={"movflags": "faststart"}) as container,
        ):
            _encode(container, chain([first], remaining), first.shape, rate, colours)
    except (av.error.FFmpegError, OSError) as error:
        raise unwritable(path, error) from None
    return path


def check_place(path: Path, overwrite: bool) -> None:
    """Refuse a place that no video can or may be written to.

    Raises:
        VidpredError: its name is too long, it is a folder, exists and must stay, or has no folder around it.
    """
    require_fitting(path)
    if path.is_dir():
        raise VidpredError(f"{path} is a folder; give the name of the mp4 file to write")
    if is_taken(path) and not overwrite:
        raise VidpredError(f"{path} exists; choose another name, or give --overwrite, in Python overwrite=True")
    if not path.parent.is_dir():
        raise VidpredError(f"the folder {path.parent} does not exist; create it or choose another")


def check_size(path: Path, width: int, height: int, most: int = LARGEST_SIDE) -> None:
    """Refuse a film whose frames are larger than its format takes.

    Args:
        path: of the file to write.
        width: of its frames, in pixels.
        height: likewise.
        most: pixels a side.

    Raises:
        VidpredError: they are larger.
    """
    if max(width, height) > most:
        raise VidpredError(
            f"{path} would have frames of {width} x {height} pixels, but at most {most:,} a side can be written in its "
            "format; scale the video down"
        )


def _encode(
    container: OutputContainer,
    frames: Iterable[np.ndarray],
    shape: tuple[int, ...],
    rate: Fraction,
    colours: Colours,
) -> None:
    stream = _open_stream(container, shape, rate)
    context, is_wide = stream.codec_context, colours.primaries == WIDE
    context.color_primaries, context.color_trc = colours
    context.colorspace = BT_2020_MATRIX if is_wide else Colorspace.ITU709
    coding = colour_coding(stream.width, stream.height, "bt2020" if is_wide else "bt709", pixels="yuv420p")
    for index, array in enumerate(frames):
        frame = through(coding, _even(array, shape))
        frame.pts, frame.time_base = index, 1 / rate
        container.mux(stream.encode(frame))
    container.mux(stream.encode())


def _open_stream(container: OutputContainer, shape: tuple[int, ...], rate: Fraction) -> VideoStream:
    height, width = shape[0] + shape[0] % 2, shape[1] + shape[1] % 2
    stream = container.add_stream("libx264", rate=rate, options=ENCODING)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    context = stream.codec_context
    context.color_range = ColorRange.MPEG
    context.thread_count = 2 if height * width >= LARGE_FRAME else 1
    return stream


def _even(array: np.ndarray, shape: tuple[int, ...]) -> VideoFrame:
    if array.dtype != np.uint8 or array.ndim != len("HWC") or array.shape[2] not in (1, COLOUR_CHANNELS):
        raise VidpredError(
            f"a frame is {array.dtype} of shape {array.shape}, but 8-bit (H, W, 3) or (H, W, 1) is needed; convert it"
        )
    if array.shape != shape:
        raise VidpredError(f"a frame of shape {array.shape} follows one of {shape}; give frames of one size")
    height, width, channels = shape
    padded = np.pad(array, ((0, height % 2), (0, width % 2), (0, COLOUR_CHANNELS // channels - 1)), mode="edge")
    frame = VideoFrame.from_ndarray(np.ascontiguousarray(padded), "rgb24")
    frame.pts = 0
    return frame


def unwritable(path: Path, error: av.error.FFmpegError | OSError) -> VidpredError:
    """Return what to say where writing a video failed."""
    number = error.errno or 0
    refused = number == EINVAL or number > OF_FFMPEG
    if number in NOT_ALLOWED:
        remedy = "choose another folder, or change its permissions"
    else:
        remedy = "choose another ending or another size" if refused else "free some space or choose another folder"
    return VidpredError(f"{path} cannot be written ({error.strerror or error}); {remedy}")
