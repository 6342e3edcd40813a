"""Images decoded once, cropped square, scaled to one size and stored in a memory-mapped file."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from vidpred.data.clip_store import LONG_WAIT, default_folder
from vidpred.errors import VidpredError
from vidpred.machine.files import replacing, write_text
from vidpred.video.picture import read_picture
from vidpred.video.scaling import enlarged, shrunk

FORMAT_VERSION = 1  # raise it when decoding the same file gives another image


def stored_images(
    paths: Sequence[Path], resolution: int, greyscale: bool, folder: Path | None = None
) -> tuple[np.ndarray, dict[int, str]]:
    """Return all images, from the store if they are already there.

    They are identified by path, size and modification time. The store's file of reasons is written last: what is
    incomplete is rebuilt.

    Args:
        paths: of the images.
        resolution: pixels, height and width.
        greyscale: one channel instead of three.
        folder: of the store; that of decoded videos by default.

    Returns:
        8-bit images (N, H, W, C) in the order of the paths, memory-mapped, and the reasons why some could not be
        read, by their number; the pixels of those are 0.
    """
    stamps = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    wording = json.dumps([FORMAT_VERSION, resolution, greyscale, stamps])
    stem = (folder or default_folder()) / f"images_{hashlib.sha256(wording.encode()).hexdigest()[:32]}"
    pixels, reasons = stem.with_suffix(".npy"), stem.with_suffix(".json")
    if not (reasons.is_file() and pixels.is_file()):
        stem.parent.mkdir(parents=True, exist_ok=True)
        write_text(reasons, json.dumps(_decode(paths, (resolution, resolution, 1 if greyscale else 3), pixels)))
    unreadable = {int(number): reason for number, reason in json.loads(reasons.read_text()).items()}
    return np.asarray(np.load(pixels, mmap_mode="r")), unreadable


def square(picture: np.ndarray, resolution: int) -> np.ndarray:
    """Return the square middle of an 8-bit picture (H, W, C), scaled to ``resolution`` pixels."""
    side = min(picture.shape[:2])
    top, left = (picture.shape[0] - side) // 2, (picture.shape[1] - side) // 2
    middle = np.ascontiguousarray(picture[top : top + side, left : left + side])
    if side == resolution:
        return middle
    return (shrunk if side > resolution else enlarged)(middle, resolution, resolution)


def _decode(paths: Sequence[Path], shape: tuple[int, int, int], out: Path) -> dict[int, str]:
    """Write all images to ``out``, one after the other; return the reasons why some could not be read."""
    unreadable: dict[int, str] = {}
    header = {"descr": "|u1", "fortran_order": False, "shape": (len(paths), *shape)}
    with replacing(out) as temporary, temporary.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for number, path in enumerate(tqdm(paths, "decoding", unit="image", delay=LONG_WAIT)):
            try:
                image = square(read_picture(path, greyscale=shape[2] == 1), shape[0])
            except VidpredError as error:
                unreadable[number] = str(error).removeprefix(f"{path} ").split(";")[0]
                image = np.zeros(shape, np.uint8)
            file.write(image.tobytes())
    return unreadable
