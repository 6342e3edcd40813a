"""Names kinds of files that are not read, by how they begin, and says what to do with them."""

from pathlib import Path
from shlex import quote
from typing import NamedTuple

from vidpred.machine.folders import walk

TONES = "map its tones by a curve of your choice, and save that as PNG"
TO_PNG = "save it as PNG"
WITH_PICTURES = "give a file with a video track"
LIGHT = "whose light has no upper bound"
BEGINNINGS = {  # of files, by what they are and what to do
    ("a pointer of Git LFS, not the file itself", "run `git lfs pull` to get that"): (b"version https://git-lfs",),
    (f"OpenEXR, {LIGHT}", TONES): (b"\x76\x2f\x31\x01",),
    (f"Radiance HDR, {LIGHT}", TONES): (b"#?RADIANCE", b"#?RGBE"),
    ("floating point (PFM)", TONES): (b"PF\n", b"Pf\n"),
    ("DPX, as of scanned film", TONES): (b"SDPX", b"XPDS"),
    ("PAM", TO_PNG): (b"P7\n",),
    ("a document of Photoshop", TO_PNG): (b"8BPS",),
    ("JPEG XL", TO_PNG): (b"\xff\x0a", b"\x00\x00\x00\x0cJXL "),
    ("PDF", TO_PNG): (b"%PDF",),
    ("a web page, as of a download that failed", "download it again"): (b"<!doctype html", b"<html"),
    ("sound (MP3)", WITH_PICTURES): (b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2"),
    ("sound (AAC)", WITH_PICTURES): (b"\xff\xf1", b"\xff\xf9"),
    ("sound (FLAC)", WITH_PICTURES): (b"fLaC",),
    ("sound (AMR)", WITH_PICTURES): (b"#!AMR",),
    ("notes of music (MIDI)", WITH_PICTURES): (b"MThd",),
}
SOUND_IN_CHUNKS = {
    (b"RIFF", b"WAVE"): "WAV",
    (b"RF64", b"WAVE"): "WAV",
    (b"FORM", b"AIFF"): "AIFF",
    (b"FORM", b"AIFC"): "AIFF",
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
    if sound := SOUND_IN_CHUNKS.get((start[:4], start[8:12])):
        return OtherKind(f"sound ({sound})", WITH_PICTURES)
    small = start.removeprefix(BYTE_ORDER_MARK).lstrip()[:20].lower()
    found = (kind for kind, known in BEGINNINGS.items() if start.startswith(known) or small.startswith(known))
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
    advice = "save them as PNG, floating point by a curve of your choice"
    return f"; its pictures in {kinds} are not read: {advice}" if kinds else ""
