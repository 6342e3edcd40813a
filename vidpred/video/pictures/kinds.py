"""Tells the format of a picture by how its file begins, and whether it is an animation."""

from pathlib import Path

from PIL import GifImagePlugin, TiffImagePlugin

BEGINNINGS = {
    "PNG": (b"\x89PNG\r\n\x1a\n",),
    "JPEG": (b"\xff\xd8\xff",),
    "BMP": (b"BM",),
    "TIFF": tuple(TiffImagePlugin.PREFIXES),
    "PNM": tuple(b"P%d%c" % (number, space) for number in range(1, 7) for space in b" \t\n\r#"),
    "GIF": (b"GIF87a", b"GIF89a"),
    "JPEG 2000": (b"\xff\x4f\xff\x51", b"\x00\x00\x00\x0cjP  \x0d\x0a\x87\x0a"),
}
AVIF_BRANDS = (b"avif", b"avis")  # of a picture, and of an animation
ANY_PICTURE = b"mif1"  # the brand of HEIF, of which AVIF and HEIC are kinds
ANIMATED_WEBP = 0x02  # of the flags in byte 20 of a file with an extended header
MAYBE_ANIMATED = (".webp", ".avif", ".gif")
SEVERAL = 2  # pictures in a file, or more
LONGEST_HEADER = 64  # bytes
TGA_TYPES, TGA_DEPTHS = (1, 2, 3, 9, 10, 11), (8, 15, 16, 24, 32)
TGA_HEADER, TGA_RESERVED = 18, 0xC0


class PictureKindError(Exception):
    """A picture may be sound, but is of a kind that is not taken; says what it holds.

    Args:
        holds: what it is, and what is taken.
        remedy: what to do.
    """

    def __init__(self, holds: str, remedy: str = "convert it"):
        super().__init__(holds)
        self.remedy = remedy


def kind_of_picture(content: bytes) -> str | None:
    """Return the format of a picture by how its file begins; None for any other."""
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "WebP"
    if _is_avif(content[:LONGEST_HEADER]):
        return "AVIF"
    known = next((kind for kind, beginnings in BEGINNINGS.items() if content.startswith(beginnings)), None)
    return known or ("TGA" if _is_tga(content) else None)


def _is_avif(start: bytes) -> bool:
    """Return whether a file is AVIF by its brand, or by one it is compatible with where its own is that of all HEIF."""
    if start[4:8] != b"ftyp":
        return False
    compatible = start[16 : int.from_bytes(start[:4], "big")]
    return start[8:12] in AVIF_BRANDS or (start[8:12] == ANY_PICTURE and AVIF_BRANDS[0] in compatible)


def is_animation(path: Path) -> bool:
    """Return whether a file is an animated WebP, AVIF or GIF, all of which hold single pictures, too.

    Args:
        path: of anything; only files that are named as such pictures are opened.
    """
    if path.suffix.lower() not in MAYBE_ANIMATED or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            start = file.read(LONGEST_HEADER)
    except OSError:
        return False
    if kind_of_picture(start) == "GIF":
        return _number_of_frames(path) == SEVERAL
    return is_animated_webp(start) or (kind_of_picture(start) == "AVIF" and start[8:12] == AVIF_BRANDS[1])


def is_still_gif(path: Path) -> bool:
    """Return whether a file is named as a GIF and holds a single picture; a damaged one does not."""
    return path.suffix.lower() == ".gif" and path.is_file() and _number_of_frames(path) == 1


def _number_of_frames(path: Path) -> int:
    """Return how many pictures a GIF holds: 0 where it cannot be read, 1, or ``SEVERAL``; none is decoded."""
    try:
        with path.open("rb") as file:
            return SEVERAL if GifImagePlugin.GifImageFile(file).is_animated else 1
    except Exception:  # whatever a damaged file brings about
        return 0


def is_animated_webp(start: bytes) -> bool:
    """Return whether a file is an animated WebP, by how it begins."""
    return (
        kind_of_picture(start) == "WebP"
        and start[12:16] == b"VP8X"
        and any(flags & ANIMATED_WEBP for flags in start[20:21])
    )


def webp_size(content: bytes) -> tuple[int, int]:
    """Return the width and height that a WebP states."""
    kind = content[12:16]
    if kind == b"VP8X":
        return int.from_bytes(content[24:27], "little") + 1, int.from_bytes(content[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(content[26:28], "little") & 0x3FFF, int.from_bytes(content[28:30], "little") & 0x3FFF


def _is_tga(content: bytes) -> bool:
    """Return whether a file begins as a TGA does, which has no mark of its own."""
    if len(content) <= TGA_HEADER:
        return False
    has_colour_map, kind, colour_map, depth = content[1], content[2], content[3:8], content[16]
    fits = (has_colour_map == 1) == (kind in (1, 9)) and (has_colour_map == 1 or not any(colour_map))
    return has_colour_map <= 1 and kind in TGA_TYPES and depth in TGA_DEPTHS and fits and not content[17] & TGA_RESERVED
