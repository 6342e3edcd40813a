"""Takes the samples out of pictures of the formats that are accepted, and names what it does not take."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    ImagePalette,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    PpmImagePlugin,
    TgaImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
from PIL.ImageFile import ImageFile

from vidpred.video.other_kinds import other_kind
from vidpred.video.pictures.kinds import PictureKindError, kind_of_picture, webp_size
from vidpred.video.pictures.tiff_kinds import COLOUR_MAP, PHOTOMETRIC, WHITE_IS_ZERO, check_tiff, several

READERS: dict[str, type[ImageFile]] = {
    "PNG": PngImagePlugin.PngImageFile,
    "JPEG": JpegImagePlugin.JpegImageFile,  # of several pictures in one file, such as a depth map: the first
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
    "WebP": WebPImagePlugin.WebPImageFile,
    "PNM": PpmImagePlugin.PpmImageFile,  # of several pictures in one file: the first
    "TGA": TgaImagePlugin.TgaImageFile,
    "JPEG 2000": Jpeg2KImagePlugin.Jpeg2KImageFile,
    "AVIF": AvifImagePlugin.AvifImageFile,
    "GIF": GifImagePlugin.GifImageFile,
}
MAYBE_ANIMATED = (
    PngImagePlugin.PngImageFile
    | WebPImagePlugin.WebPImageFile
    | AvifImagePlugin.AvifImageFile
    | GifImagePlugin.GifImageFile
)
ORIENTATION = 274  # tag of EXIF
EXIF, TIME_TAKEN, PART_OF_SECOND = 0x8769, 0x9003, 0x9291  # its directory, and two tags in it
TGA_DESCRIPTOR, TGA_OPACITY = 17, 0x0F  # byte of the header, and its bits that say how many of a pixel are opacity
MOST_PIXELS = 2**26  # 8192 x 8192: what is larger is refused before room is made for it
FULL = 255
EIGHT_BITS = 8
PREMULTIPLIED = {"RGBa": "RGBA", "RGBa;16L": "RGBA;16L", "RGBa;16B": "RGBA;16B", "RGBa;16N": "RGBA;16N"}
OTHER_BYTE = {  # 16-bit samples come as their high bytes; told of the other byte order, Pillow gives the low ones
    f"{channels};16{order}": f"{channels};16{other}"
    for channels in ("RGB", "RGBA", "RGBX")
    for order, other in (("B", "L"), ("L", "B"), ("N", "B" if np.little_endian else "L"))
}
GREY_STEPS = {"1": 255, "L;2": 85, "L;4": 17}  # by raw mode: what a level of fewer than 8 bits becomes
TURNED: dict[int, Callable[[np.ndarray], np.ndarray]] = {  # by EXIF orientation: from as stored to upright
    2: lambda stored: stored[:, ::-1],
    3: lambda stored: stored[::-1, ::-1],
    4: lambda stored: stored[::-1],
    5: lambda stored: stored.swapaxes(0, 1),
    6: lambda stored: stored[::-1].swapaxes(0, 1),
    7: lambda stored: stored[::-1, ::-1].swapaxes(0, 1),
    8: lambda stored: stored[:, ::-1].swapaxes(0, 1),
}


@dataclass(frozen=True)
class Samples:
    """The upright picture, as precise as it is stored.

    Args:
        colours: 8-bit or 16-bit (H, W, C), C = 1 for grey or 3 for RGB.
        opacity: (H, W, 1) of the same type, the largest number being opaque; None where all is.
    """

    colours: np.ndarray
    opacity: np.ndarray | None = None


def read_samples(content: bytes) -> Samples:
    """Return the samples of the picture that a file holds.

    The format is told by the first bytes; no other decoder is asked, and no program is ever started.

    Args:
        content: of the file.

    Raises:
        PictureKindError: it is of a format or a kind that is not taken, or too large.
        Exception: whatever Pillow raises where the content is damaged.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns where something is odd, and raises where it cannot be read
        picture = _opened(content)
        _require_still(picture)
        return _stored(picture, content)


def time_taken(content: bytes) -> str | None:
    """Return when the picture that a file holds was taken, by its EXIF; None where it does not say so.

    Raises:
        Exception: as :func:`read_samples` does.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        taken = _opened(content).getexif().get_ifd(EXIF)
    moment, part = taken.get(TIME_TAKEN), taken.get(PART_OF_SECOND)
    return f"{moment}.{part or ''}" if moment else None


def _opened(content: bytes) -> ImageFile:
    """Read the header of a picture, and refuse what is too large; nothing is decoded yet."""
    kind = kind_of_picture(content)
    if kind is None:
        if other := other_kind(content[:64]):
            raise PictureKindError(*other)
        raise ValueError(
            f"it is no {', '.join(list(READERS)[:-1])} or {list(READERS)[-1]}" if content else "it is empty"
        )
    if kind == "WebP":
        _check_size(*webp_size(content))  # Pillow makes room for these when it opens them
    if kind == "TIFF":
        check_tiff(content)
    picture = READERS[kind](BytesIO(content))
    _check_size(*picture.size)
    return picture


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise PictureKindError(f"{width} x {height} pixels, but at most {MOST_PIXELS:,} are read", "scale it down")
    if width < 1 or height < 1:
        raise PictureKindError("no pixels")


def _require_still(picture: ImageFile) -> None:
    """Refuse animations: which of their frames would be meant is not known."""
    if isinstance(picture, MAYBE_ANIMATED) and picture.is_animated:
        raise PictureKindError(f"an animation of {picture.n_frames} frames, not one picture", "save one of them")


def _stored(picture: ImageFile, content: bytes) -> Samples:
    """Decode the picture that was opened, and turn it upright."""
    raw = _raw_mode(picture)
    if raw == "LA;16B":  # four bytes, as those of RGBA are
        return _parted(_pixels(_reopened(picture, content, "RGBA")).view(">u2").astype(np.uint16))
    if raw in PREMULTIPLIED:  # laid over black already
        raw = PREMULTIPLIED[raw]
        return Samples(_pixels_of(picture, content, raw)[..., :3])
    if raw in OTHER_BYTE:
        return _parted(_pixels_of(picture, content, raw), _key(picture, raw))
    stored = _pixels(picture, _plain_mode(picture))
    if picture.mode == "1":
        stored = stored.astype(np.uint8) * FULL
    elif picture.mode.startswith("I"):
        stored = stored.astype(np.uint16)
        if _has_white_at_zero(picture):  # of fewer bits, Pillow inverts them itself
            stored = ~stored
    elif picture.mode == "La" or _says_all_is_opaque(picture, content):
        stored = stored[..., :-1]
    return _parted(stored, _key(picture, raw))


def _raw_mode(picture: ImageFile) -> str:
    """Return how Pillow would unpack the samples."""
    arguments = picture.tile[0][3] if picture.tile else ""
    return str(arguments[0] if isinstance(arguments, tuple) else arguments)


def _pixels_of(picture: ImageFile, content: bytes, raw: str) -> np.ndarray:
    """Return the samples (H, W, C) with all their bytes."""
    high = _pixels(_reopened(picture, content, raw))
    if raw not in OTHER_BYTE:
        return high
    low = _pixels(_reopened(picture, content, OTHER_BYTE[raw]))
    both: np.ndarray = high.astype(np.uint16) << EIGHT_BITS | low
    return both


def _reopened(picture: ImageFile, content: bytes, raw: str) -> ImageFile:
    """Open the picture again, its samples to be unpacked in another way; the number of their bits must be the same."""
    again = type(picture)(BytesIO(content))
    tiles: list[Any] = []
    for tile in again.tile:
        arguments = (raw, *tile[3][1:]) if isinstance(tile[3], tuple) else raw
        tiles.append(type(tile)(*tile[:3], arguments) if hasattr(tile, "_fields") else (*tile[:3], arguments))
    again.tile = tiles
    return again


def _plain_mode(picture: ImageFile) -> str | None:
    """Return the mode that the picture is to be converted to, or None to leave it; refuse what is not taken."""
    if picture.mode == "CMYK" and isinstance(picture, JpegImagePlugin.JpegImageFile) and "adobe" not in picture.info:
        raise PictureKindError("CMYK without Adobe's mark, which does not say whether 0 is much ink or none")
    if picture.mode in ("P", "PA") or isinstance(picture, GifImagePlugin.GifImageFile):  # L, if its palette is grey
        return "RGBA" if picture.mode == "PA" or "transparency" in picture.info else "RGB"
    if picture.mode == "CMYK":
        return "RGB"
    if picture.mode in ("1", "L", "La", "LA", "RGB", "RGBA") or picture.mode.startswith("I;16"):
        return None
    if picture.mode == "I" and isinstance(picture, PpmImagePlugin.PpmImageFile):  # of 16 bits
        return None
    raise PictureKindError(f"samples that Pillow calls {picture.mode}")


def _pixels(picture: ImageFile, mode: str | None = None) -> np.ndarray:
    """Decode a picture: its samples (H, W, C), upright."""
    if isinstance(picture, TiffImagePlugin.TiffImageFile) and picture.mode == "P":
        colour_map = picture.tag_v2[COLOUR_MAP]
        if max(colour_map) <= FULL:  # of 8 bits, against the standard
            picture.palette = ImagePalette.raw("RGB;L", bytes(colour_map))
    picture.load()
    pixels = np.asarray(picture.convert(mode) if mode else picture)
    turn = TURNED.get(picture.getexif().get(ORIENTATION, 1))
    return np.ascontiguousarray(turn(np.atleast_3d(pixels)) if turn else np.atleast_3d(pixels))


def _has_white_at_zero(picture: ImageFile) -> bool:
    if not isinstance(picture, TiffImagePlugin.TiffImageFile):
        return False
    return bool(picture.tag_v2.get(PHOTOMETRIC, WHITE_IS_ZERO) == WHITE_IS_ZERO)


def _says_all_is_opaque(picture: ImageFile, content: bytes) -> bool:
    """Return whether a TGA has pixels with room for opacity, of which its header says that it is none."""
    is_tga = isinstance(picture, TgaImagePlugin.TgaImageFile)
    return is_tga and picture.mode in ("LA", "RGBA") and not content[TGA_DESCRIPTOR] & TGA_OPACITY


def _key(picture: ImageFile, raw: str) -> tuple[int, ...] | None:
    """Return the samples of the colour that a PNG says is transparent, as they are unpacked from the ``raw`` mode."""
    key = picture.info.get("transparency")
    if key is None or not isinstance(picture, PngImagePlugin.PngImageFile) or picture.mode == "P":
        return None
    if ";16" in raw:
        return several(key)
    step = GREY_STEPS.get(raw, 1)
    return tuple((level & FULL // step) * step for level in several(key))  # the upper bits count for nothing


def _parted(stored: np.ndarray, key: tuple[int, ...] | None = None) -> Samples:
    """Part colours (H, W, C) from opacity, which is the last of an even number of channels, or 0 where the key is."""
    if stored.shape[2] % 2 == 0:
        return Samples(stored[..., :-1], stored[..., -1:])
    if key is None:
        return Samples(stored)
    hidden = (stored == np.array(key, stored.dtype)).all(axis=2, keepdims=True)
    return Samples(stored, np.where(hidden, 0, np.iinfo(stored.dtype).max).astype(stored.dtype))
