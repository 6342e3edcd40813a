"""Images decoded once, cropped square, scaled to one size and stored in a memory-mapped file."""

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vidpred.data.clip_store import OURS, StoreError, default_folder, writing_explained
from vidpred.data.image_split import image_id, packed_ids, unpacked_ids
from vidpred.errors import VidpredError
from vidpred.machine.files import replacing, sweep, write_text
from vidpred.machine.progress import progress
from vidpred.video.pictures.picture import read_picture
from vidpred.video.scaling import enlarged, shrunk

FORMAT_VERSION = 2  # raise it when decoding the same file gives another image
LOOKED_AT = 16  # images of a stored collection, which are compared with what is recorded of them


class StoredImages(NamedTuple):
    """Images from the store.

    Args:
        pixels: 8-bit (N, H, W, C) in the order of the paths, memory-mapped; those that could not be read are 0.
        unreadable: the reasons why some could not be read, by their number.
        copies: the numbers of images whose pixels are the same, in groups.
        ids: what tells one image from another (see :func:`image_id`), in the order of the paths.
    """

    pixels: np.ndarray
    unreadable: dict[int, str]
    copies: list[list[int]]
    ids: list[bytes]


def stored_images(paths: Sequence[Path], resolution: int, greyscale: bool, folder: Path | None = None) -> StoredImages:
    """Return all images, from the store if they are already there.

    They are identified by path, size and modification time. The store's file of facts is written last: what is
    incomplete is rebuilt.

    Args:
        paths: of the images.
        resolution: pixels, height and width.
        greyscale: one channel instead of three.
        folder: of the store; that of decoded videos by default.

    Raises:
        StoreError: the store cannot be written.
    """
    folder, channels = folder or default_folder(), 1 if greyscale else 3
    wording = json.dumps([FORMAT_VERSION, resolution, greyscale, [_stamp(path) for path in paths]])
    stem = folder / f"images_{hashlib.sha256(wording.encode()).hexdigest()[:32]}"
    pixels, facts = stem.with_suffix(".npy"), stem.with_suffix(".json")
    with writing_explained(folder, "images"):
        stored = _open(pixels, facts)
        if stored is None:
            folder.mkdir(parents=True, exist_ok=True)
            sweep(folder, OURS)
            write_text(facts, json.dumps(_decode(paths, (resolution, resolution, channels), pixels)))
            stored = _open(pixels, facts)
    if stored is None:
        raise StoreError(f"the decoded images {pixels} changed as they were read; run this once more")
    return stored


def square(picture: np.ndarray, resolution: int) -> np.ndarray:
    """Return the square middle of an 8-bit picture (H, W, C), scaled to ``resolution`` pixels."""
    side = min(picture.shape[:2])
    top, left = (picture.shape[0] - side) // 2, (picture.shape[1] - side) // 2
    middle = np.ascontiguousarray(picture[top : top + side, left : left + side])
    if side == resolution:
        return middle
    return (shrunk if side > resolution else enlarged)(middle, resolution, resolution)


def _stamp(path: Path) -> tuple[str, int, int]:
    """Return what changes when another picture takes this name; a link that leads nowhere has no size."""
    try:
        status = path.stat()
    except OSError:
        return os.path.realpath(path), -1, -1
    return os.path.realpath(path), status.st_size, status.st_mtime_ns


def _open(pixels: Path, facts: Path) -> StoredImages | None:
    """Return what is stored, or None where anything is missing, incomplete or of another form."""
    try:
        known = json.loads(facts.read_text())
        unreadable = {int(number): str(reason) for number, reason in known["unreadable"].items()}
        images = np.asarray(np.load(pixels, mmap_mode="r"))
        ids = unpacked_ids(known.get("ids"))
        if len(ids) != len(images):  # of a store of before there were any
            ids = [image_id(image) for image in images]
        looked_at = np.linspace(0, len(images) - 1, LOOKED_AT).round().astype(int) if len(images) else ()
        if any(image_id(images[number]) != ids[number] for number in looked_at):
            return None  # a power cut may leave zeros
        return StoredImages(images, unreadable, known["copies"], ids)
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _decode(paths: Sequence[Path], shape: tuple[int, int, int], out: Path) -> dict[str, object]:
    """Write all images to ``out``, one after the other; return why some could not be read, and which are the same."""
    unreadable: dict[int, str] = {}
    alike: dict[bytes, list[int]] = defaultdict(list)
    ids = []
    header = {"descr": "|u1", "fortran_order": False, "shape": (len(paths), *shape)}
    with replacing(out) as temporary, temporary.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for number, path in enumerate(progress(paths, "decoding", "image")):
            try:
                image = square(read_picture(path, greyscale=shape[2] == 1), shape[0])
                alike[hashlib.sha256(image.tobytes()).digest()].append(number)
            except (VidpredError, MemoryError) as error:
                reason = "needs more memory than there is" if isinstance(error, MemoryError) else str(error)
                unreadable[number] = reason.removeprefix(f"{path} ").split(";")[0]
                image = np.zeros(shape, np.uint8)
            ids.append(image_id(image))
            file.write(image.tobytes())
    copies = [numbers for numbers in alike.values() if len(numbers) > 1]
    source = Path(os.path.commonpath(paths)).name
    return {"source": source, "unreadable": unreadable, "copies": copies, "ids": packed_ids(ids)}
