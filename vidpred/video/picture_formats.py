"""Takes the samples out of PNG, JPEG, BMP, TIFF and WebP pictures, and names what it does not take."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from PIL import BmpImagePlugin, ImagePalette, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin
from PIL.ImageFile import ImageFile

READERS: dict[str, type[ImageFile]] = {
    "PNG": PngImagePlugin.PngImageFile,
    "JPEG": JpegImagePlugin.JpegImageFile,  # of several pictures in one file, such as a depth map: the first
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
    "WebP": WebPImagePlugin.WebPImageFile,
}
BEGINNINGS = {
    "PNG": (b"\x89PNG\r\n\x1a\n",),
    "JPEG": (b"\xff\xd8\xff",),
    "BMP": (b"BM",),
    "TIFF": tuple(TiffImagePlugin.PREFIXES),
}
MOST_NAMED = 3  # kinds of numbers that a message lists
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
ORIENTATION, SUBFILE_TYPE, WIDTH, BITS, COMPRESSION, PHOTOMETRIC = 274, 254, 256, 258, 259, 262  # tags of TIFF
SAMPLES, PLANES, COLOUR_MAP, EXTRA_SAMPLES, SAMPLE_FORMAT = 277, 284, 320, 338, 339
UNCOMPRESSED, WHITE_IS_ZERO, UNSIGNED, ASSOCIATED, SEPARATE_PLANES = 1, 0, 1, 1, 2  # their values
REDUCED, MASK = 1, 4  # kinds of subfiles that are no pictures of their own
BIG_TIFF, BIG_TIFF_HIGH_BYTE_FIRST = b"+", b"MM\x00+"
OTHER_COMPRESSIONS = {34712: "JPEG 2000", 34887: "LERC", 34933: "PNG", 50002: "JPEG XL"}  # that Pillow does not know
MOST_PAGES = 100
PHOTOMETRICS = {0: "grey", 1: "grey", 2: "RGB", 3: "palette", 5: "CMYK", 6: "YCbCr"}
UNACCEPTED_PHOTOMETRICS = {4: "a mask", 8: "CIELab colours", 9: "ICCLab colours", 10: "ITULab colours"}
DEPTHS = {"grey": (1, 2, 4, 8, 16), "RGB": (8, 16), "palette": (1, 2, 4, 8), "CMYK": (8,), "YCbCr": (8,)}
NUMBERS = {1: "uint", 2: "int", 3: "float"}  # by TIFF's sample format


class PictureKindError(Exception):
    """A picture may be sound, but is of a kind that is not taken; says what it holds.

    Args:
        holds: what it is, and what is taken.
        remedy: what to do.
    """

    def __init__(self, holds: str, remedy: str = "convert it"):
        super().__init__(holds)
        self.remedy = remedy


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


def kind_of_picture(content: bytes) -> str | None:
    """Return the format of a picture by how its file begins, one of READERS; None for any other."""
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "WebP"
    return next((kind for kind, beginnings in BEGINNINGS.items() if content.startswith(beginnings)), None)


def _opened(content: bytes) -> ImageFile:
    """Read the header of a picture, and refuse what is too large; nothing is decoded yet."""
    kind = kind_of_picture(content)
    if kind is None:
        raise ValueError("it is no PNG, JPEG, BMP, TIFF or WebP" if content else "it is empty")
    if kind == "WebP":
        _check_size(*_webp_size(content))  # Pillow makes room for these when it opens them
    if kind == "TIFF":
        _check_tiff(content)
    picture = READERS[kind](BytesIO(content))
    _check_size(*picture.size)
    return picture


def _webp_size(content: bytes) -> tuple[int, int]:
    """Return the width and height that a WebP states."""
    kind = content[12:16]
    if kind == b"VP8X":
        return int.from_bytes(content[24:27], "little") + 1, int.from_bytes(content[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(content[26:28], "little") & 0x3FFF, int.from_bytes(content[28:30], "little") & 0x3FFF


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise PictureKindError(f"{width} x {height} pixels, but at most {MOST_PIXELS:,} are read", "scale it down")
    if width < 1 or height < 1:
        raise PictureKindError("no pixels")


def _require_still(picture: ImageFile) -> None:
    """Refuse animations: which of their frames would be meant is not known."""
    if isinstance(picture, PngImagePlugin.PngImageFile | WebPImagePlugin.WebPImageFile) and picture.is_animated:
        raise PictureKindError(f"an animation of {picture.n_frames} frames, not one picture", "save one of them")


def _check_tiff(content: bytes) -> None:
    """Refuse the kinds of TIFF that Pillow would misread, or that are no single picture of 8 or 16 bits."""
    pages = _pages(content)
    tags = pages[0]
    photometric, depths = tags.get(PHOTOMETRIC, WHITE_IS_ZERO), set(_several(tags.get(BITS, 1)))
    numbers = set(_several(tags.get(SAMPLE_FORMAT, UNSIGNED)))
    if photometric not in PHOTOMETRICS:
        what = UNACCEPTED_PHOTOMETRICS.get(photometric, f"colours of kind {photometric}")
        raise PictureKindError(f"{what}, but grey, RGB, palette, CMYK or YCbCr is accepted")
    colours = PHOTOMETRICS[photometric]
    if numbers != {UNSIGNED} or len(depths) > 1 or not depths <= set(DEPTHS[colours]):
        names = [f"{NUMBERS.get(number, 'number')}{depth}" for number in sorted(numbers) for depth in sorted(depths)]
        more = [f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
        accepted = " or ".join(f"uint{depth}" for depth in DEPTHS[colours])
        found = " and ".join(names[:MOST_NAMED] + more)
        raise PictureKindError(f"{colours} of {found}, but {accepted} throughout is accepted")
    if tags.get(PLANES) == SEPARATE_PLANES and tags.get(SAMPLES, 1) > 1:
        if max(depths) > EIGHT_BITS:
            raise PictureKindError("16-bit colours in separate planes")
        if ASSOCIATED in _several(tags.get(EXTRA_SAMPLES, ())):
            raise PictureKindError("premultiplied colours in separate planes")
    if colours == "YCbCr" and tags.get(COMPRESSION, UNCOMPRESSED) == UNCOMPRESSED:
        raise PictureKindError("uncompressed YCbCr")
    if (code := tags.get(COMPRESSION, UNCOMPRESSED)) not in TiffImagePlugin.COMPRESSION_INFO:
        raise PictureKindError(f"a TIFF compressed as {OTHER_COMPRESSIONS.get(code, f'kind {code}')}")
    if tags.get(SUBFILE_TYPE, 0) & (REDUCED | MASK):
        raise PictureKindError("a thumbnail or a mask as its first page")
    num_pages = 1 + sum(WIDTH in page and not page.get(SUBFILE_TYPE, 0) & (REDUCED | MASK) for page in pages[1:])
    if num_pages > 1:
        raise PictureKindError(f"{num_pages} pages, not one picture", "save one of them")


def _pages(content: bytes) -> list[TiffImagePlugin.ImageFileDirectory_v2]:
    """Return the tags of the pages of a TIFF, thumbnails and masks among them; of very many, the first."""
    header = content[: 16 if BIG_TIFF in content[2:4] else 8]
    if content.startswith(BIG_TIFF_HIGH_BYTE_FIRST):
        raise PictureKindError("a BigTIFF with the most significant byte first")
    pages: list[TiffImagePlugin.ImageFileDirectory_v2] = []
    offset, seen = TiffImagePlugin.ImageFileDirectory_v2(header).next, {0}
    while not pages or (offset not in seen and len(pages) < MOST_PAGES):
        seen.add(offset)
        page, file = TiffImagePlugin.ImageFileDirectory_v2(header), BytesIO(content)
        file.seek(offset)
        page.load(file)
        pages.append(page)
        offset = page.next
    return pages


def _several(value: Any) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,)


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
    elif picture.mode.startswith("I;16"):
        stored = stored.astype(np.uint16)
        if _has_white_at_zero(picture):  # of fewer bits, Pillow inverts them itself
            stored = ~stored
    elif picture.mode == "La":
        stored = stored[..., :1]
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
    if picture.mode in ("P", "PA"):
        return "RGBA" if picture.mode == "PA" or "transparency" in picture.info else "RGB"
    if picture.mode == "CMYK":
        return "RGB"
    if picture.mode in ("1", "L", "La", "LA", "RGB", "RGBA") or picture.mode.startswith("I;16"):
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


def _key(picture: ImageFile, raw: str) -> tuple[int, ...] | None:
    """Return the samples of the colour that a PNG says is transparent, as they are unpacked from the ``raw`` mode."""
    key = picture.info.get("transparency")
    if key is None or not isinstance(picture, PngImagePlugin.PngImageFile) or picture.mode == "P":
        return None
    if ";16" in raw:
        return _several(key)
    step = GREY_STEPS.get(raw, 1)
    return tuple((level & FULL // step) * step for level in _several(key))  # the upper bits count for nothing


def _parted(stored: np.ndarray, key: tuple[int, ...] | None = None) -> Samples:
    """Part colours (H, W, C) from opacity, which is the last of an even number of channels, or 0 where the key is."""
    if stored.shape[2] % 2 == 0:
        return Samples(stored[..., :-1], stored[..., -1:])
    if key is None:
        return Samples(stored)
    hidden = (stored == np.array(key, stored.dtype)).all(axis=2, keepdims=True)
    return Samples(stored, np.where(hidden, 0, np.iinfo(stored.dtype).max).astype(stored.dtype))
