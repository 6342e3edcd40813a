"""Names files that are given in the place of a checkpoint and are none, by how they begin or where they lie."""

from pathlib import Path

from vidpred.errors import as_word
from vidpred.machine.folders import CONFIG
from vidpred.video.other_kinds import TO_PNG, TONES, OtherKind, other_kind

EXAMINED_BYTES = 64
HEADER_LENGTH = slice(4, 8)  # the upper half of the length of a safetensors file's header, which is 0
OURS = "name a .safetensors file that `vidpred train` wrote"
PICKLED = OtherKind("a pickle, as of torch.save, which may run programs and is never loaded", OURS)
BEGINNINGS = {  # of files, by what they are
    b"\x89HDF\r\n\x1a\n": OtherKind("an HDF5 file, as of Keras", OURS),
    b"GGUF": OtherKind("a GGUF file, of a language model", OURS),
    b"PK\x03\x04": OtherKind("a file of torch.save or an archive, which is never unpacked", OURS),
    **{bytes([0x80, protocol]): PICKLED for protocol in range(2, 6)},
}


def other_file(path: Path) -> OtherKind | None:
    """Return what a file is that cannot be read as a checkpoint, and what to do; None where that is not known."""
    if path.suffix != ".safetensors" and (path.parent / CONFIG).is_file():
        return OtherKind("a file in a run's folder", f"name the folder, {as_word(path.parent)}")
    try:
        with path.open("rb") as file:
            start = file.read(EXAMINED_BYTES)
    except OSError:
        return None
    found = other_kind(start)
    if found:
        return found._replace(remedy=OURS) if found.remedy in (TO_PNG, TONES) else found
    if start[HEADER_LENGTH] == b"\0\0\0\0":
        return None
    return next((kind for beginning, kind in BEGINNINGS.items() if start.startswith(beginning)), None)
