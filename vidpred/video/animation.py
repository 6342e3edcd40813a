"""Writes frames as animated pictures (GIF, WebP), and any video by the ending of its name."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from vidpred.errors import VidpredError
from vidpred.machine.files import replacing
from vidpred.video.window import BT_709, Colours
from vidpred.video.writer import LARGEST_SIDE, check_place, check_size, unwritable, write_video

ENDINGS = (".mp4", ".gif", ".webp")
TICKS = {".gif": 10, ".webp": 1}  # milliseconds, in whose multiples a frame is shown
SHORTEST = {".gif": 20, ".webp": 11}  # milliseconds; browsers show shorter frames for 100
LONGEST = {".gif": 65_535 * 10, ".webp": 2**24 - 1}  # milliseconds, that the formats have room for
LARGEST_SIDES = {".mp4": LARGEST_SIDE, ".gif": 65_535, ".webp": 16_383}  # pixels
WEBP_QUALITY = 90
FOREVER = 0


def write_by_ending(
    path: Path,
    frames: Iterable[np.ndarray],
    frame_rate: Fraction | float,
    *,
    overwrite: bool = False,
    colours: Colours = BT_709,
) -> Path:
    """Write ``frames`` as mp4, GIF or WebP, by the ending of the name; animated pictures begin again at their end.

    A GIF has 256 colours per frame, and shows at most 50 frames per second, a WebP 90: frames of a faster film that
    come too soon are left out, so that it lasts as long as it should.

    Args:
        path: of the file to write; ends in one of ENDINGS.
        frames: 8-bit, each (H, W, 3) or (H, W, 1) of one size.
        frame_rate: frames per second.
        overwrite: replace an existing file.
        colours: how players of an mp4 are to show the levels of the frames.

    Returns:
        ``path``.

    Raises:
        VidpredError: another ending, an output that exists or cannot be written, frames that make no video, or that
            stand longer than the format can say.
    """
    path, ending = Path(path), Path(path).suffix.lower()
    if ending not in ENDINGS:
        raise VidpredError(f"{path} ends in none of {', '.join(ENDINGS)}, which are what is written; rename it")
    if ending == ".mp4":
        return write_video(path, frames, frame_rate, overwrite=overwrite, colours=colours)
    check_place(path, overwrite)
    pictures = [Image.fromarray(frame[..., 0] if frame.shape[-1] == 1 else frame) for frame in frames]
    if not pictures:
        raise VidpredError(f"there are no frames to write to {path}; give at least one")
    shown = _shown(len(pictures), frame_rate, TICKS[ending], SHORTEST[ending])
    pictures, times = [pictures[index] for index in shown], list(shown.values())
    check_size(path, *pictures[0].size, LARGEST_SIDES[ending])
    _require_showable(path, max(times))
    if ending == ".gif":
        pictures = [picture.convert("RGB").quantize(dither=Image.Dither.FLOYDSTEINBERG) for picture in pictures]
    options = {} if ending == ".gif" else {"quality": WEBP_QUALITY}
    try:
        with replacing(path, overwrite) as temporary:
            form, more = ending.removeprefix(".").upper(), pictures[1:]
            animated = {"save_all": True, "append_images": more, "duration": times, "loop": FOREVER}
            pictures[0].save(temporary, form, **animated, **options)
    except OSError as error:
        raise unwritable(path, error) from None
    return path


def check_film(path: Path, width: int, height: int, frame_rate: Fraction | float) -> None:
    """Refuse a film that its format cannot hold, before there are any frames.

    Args:
        path: of the file to write; ends in one of ENDINGS.
        width: of the frames, in pixels.
        height: likewise.
        frame_rate: frames per second.

    Raises:
        VidpredError: its frames are too large, or would stand longer than the format can say.
    """
    ending = path.suffix.lower()
    check_size(path, width, height, LARGEST_SIDES[ending])
    if ending in LONGEST:
        _require_showable(path, max(_shown(1, frame_rate, TICKS[ending], SHORTEST[ending]).values()))


def _require_showable(path: Path, milliseconds: int) -> None:
    ending = path.suffix.lower()
    if milliseconds > LONGEST[ending]:
        raise VidpredError(
            f"{path} would show a frame for {milliseconds / 1000:g} s, but {ending.removeprefix('.')} can for at most "
            f"{LONGEST[ending] / 1000:g} s; choose mp4"
        )


def _shown(number: int, rate: Fraction | float, tick: int, shortest: int) -> dict[int, int]:
    """Return the milliseconds of each frame that is shown, by its index; whole ticks, whose rounding never adds up."""
    start, shown = 0, {}
    for index in range(number):
        end = round(1000 * (index + 1) / float(rate) / tick) * tick
        if end - start >= shortest:
            shown[index], start = end - start, end
    return shown or {number - 1: shortest}
