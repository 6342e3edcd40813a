"""Names kinds of files that are not read, by how they begin, and says what to do with them."""

from pathlib import Path
from shlex import quote
from typing import NamedTuple

from vidpred.machine.folders import walk

TONES = "map its tones by a curve of your choice, and save that as PNG"
TO_PNG = "save it as PNG"
BEGINNINGS = {
    b"version https://git-lfs": ("a pointer of Git LFS, not the file itself", "run `git lfs pull` to get that"),
    b"\x76\x2f\x31\x01": ("OpenEXR, whose light has no upper bound", TONES),
    b"#?RADIANCE": ("Radiance HDR, whose light has no upper bound", TONES),
    b"#?RGBE": ("Radiance HDR, whose light has no upper bound", TONES),
    b"PF\n": ("floating point (PFM)", TONES),
    b"Pf\n": ("floating point (PFM)", TONES),
    b"SDPX": ("DPX, as of scanned film", TONES),
    b"XPDS": ("DPX, as of scanned film", TONES),
    b"P7\n": ("PAM", TO_PNG),
    b"8BPS": ("a document of Photoshop", TO_PNG),
    b"\xff\x0a": ("JPEG XL", TO_PNG),
    b"\x00\x00\x00\x0cJXL ": ("JPEG XL", TO_PNG),
    b"%PDF": ("PDF", TO_PNG),
    b"<!doctype html": ("a web page, as of a download that failed", "download it again"),
    b"<html": ("a web page, as of a download that failed", "download it again"),
}
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
RAW_PIXELS = {  # and how FFmpeg calls them, as far as their names say it
    **dict.fromkeys((".yuv", ".i420", ".raw"), "yuv420p"),
    **{".nv12": "nv12", ".nv21": "nv21", ".rgb": "rgb24", ".rgb24": "rgb24", ".bgr24": "bgr24"},
}
UNREAD_PICTURES = (".exr", ".hdr", ".pfm", ".dpx", ".heic", ".heif", ".jxl", ".pam", ".psd")


class OtherKind(NamedTuple):
    """What a file is, and what to do with it."""

    what: str
    remedy: str


def other_kind(start: bytes) -> OtherKind | None:
    """Return what a file is by how it begins; None where that is not known."""
    if start[4:8] == b"ftyp" and start[8:12] in HEIF_BRANDS:
        return OtherKind("a picture in HEIC, as of phones", TO_PNG)
    small = start.removeprefix(BYTE_ORDER_MARK).lstrip()[:20].lower()
    found = (
        kind for beginning, kind in BEGINNINGS.items() if start.startswith(beginning) or small.startswith(beginning)
    )
    return next((OtherKind(*kind) for kind in found), None)


def raw_pixels(path: Path) -> OtherKind | None:
    """Return what to say of a file that by its name holds pixels and nothing else; None of any other."""
    pixels = RAW_PIXELS.get(path.suffix.lower())
    if pixels is None:
        return None
    return OtherKind(
        "raw pixels by its name, which say neither their size nor their kind",
        f"convert it, as in: ffmpeg -f rawvideo -video_size 352x288 -pixel_format {pixels} -framerate 25 "
        f"-i {quote(path.name)} -c:v ffv1 {quote(path.stem + '.mkv')}",
    )


def unread_pictures(folder: Path) -> str:
    """Return the end of a sentence on the pictures below a folder that are of no kind that is read, or nothing."""
    endings = {Path(name).suffix.lower() for _, _, names in walk(folder) for name in names}
    kinds = ", ".join(sorted(endings & set(UNREAD_PICTURES)))
    return f"; its pictures in {kinds} are not read: save them as PNG, floating point by a curve of your choice" * bool(
        kinds
    )
