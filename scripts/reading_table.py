"""Write a table of what vidpred reads of every kind of file, beside OpenCV, decord2 and imageio.

    pip install -e ".[reading]"
    python scripts/reading_table.py [--out docs/reading.md]

All files are made on the spot, from pictures that are known or by formula, so that every cell has a truth to be
measured against: the mean error in levels (of 255), the number of frames, the rate. Nothing is fetched. A library that
is not installed has "not installed" in its column. With --out, the table takes the place of what stands between two
marked lines of that file.
"""

import argparse
import importlib.metadata
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice, pairwise
from pathlib import Path

import cv2
import numpy as np
from reading_files import (
    CELL,
    HEIGHT,
    WIDTH,
    Known,
    corners,
    make_codecs,
    make_colours,
    make_orientations,
    make_timings,
    number_of,
    orientations,
)
from reading_interlaced import make_interlaced
from reading_pictures import make_pictures

from vidpred.errors import VidpredError
from vidpred.machine.files import write_text
from vidpred.video import decode, probe
from vidpred.video.frame_folder import read_picture

BEGIN, END = "<!-- made by scripts/reading_table.py: begin -->", "<!-- made by scripts/reading_table.py: end -->"
PACKAGES = ("vidpred", "av", "opencv-python", "decord2", "imageio", "pillow", "tifffile", "numpy")
MOST_FRAMES = 5000  # that are taken of a reader
ABSENT = "not installed"
INSIDE = slice(4, -4)  # of a patch of one colour
ALIKE = 12.0  # levels; pictures that are nearer than this are the same, turned or not
MAKERS = (make_codecs, make_colours, make_orientations, make_timings, make_interlaced, make_pictures)

Read = tuple[list[np.ndarray], float]  # frames, RGB (H, W, 3), and frames per second


def by_vidpred(known: Known) -> Read:
    """Read as vidpred does."""
    if not known.times:
        return [read_picture(known.path)], 0.0
    return list(islice(decode(known.path), MOST_FRAMES)), float(probe(known.path).frame_rate)


def by_opencv(known: Known) -> Read:
    """Read as most programs do that use OpenCV: from the beginning to the end, in colour."""
    if not known.times:
        picture = cv2.imread(str(known.path))
        if picture is None:
            raise ValueError("refused")
        return [picture[..., ::-1]], 0.0
    capture, frames = cv2.VideoCapture(str(known.path)), list[np.ndarray]()
    rate = capture.get(cv2.CAP_PROP_FPS)
    while len(frames) < MOST_FRAMES:
        there, picture = capture.read()
        if not there:
            return frames, rate
        frames.append(picture[..., ::-1])
    return frames, rate


def by_decord(known: Known) -> Read:
    """Read with decord2, by index."""
    import decord

    if not known.times:
        raise NotImplementedError
    reader = decord.VideoReader(str(known.path))
    return [reader[index].asnumpy() for index in range(len(reader))], float(reader.get_avg_fps())


def by_imageio(known: Known) -> Read:
    """Read with imageio: its PyAV plug-in for videos, its own choice for pictures."""
    import imageio.v3 as iio

    if not known.times:
        return [np.asarray(iio.imread(known.path))], 0.0
    frames = list(islice(iio.imiter(known.path, plugin="pyav"), MOST_FRAMES))
    return frames, float(iio.immeta(known.path, plugin="pyav").get("fps") or 0)


READERS: dict[str, Callable[[Known], Read]] = {
    "vidpred": by_vidpred,
    "OpenCV": by_opencv,
    "decord2": by_decord,
    "imageio": by_imageio,
}


def main() -> None:
    """Make the files, read them all, and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="file in which the table takes the place of the one that is there")
    arguments = parser.parse_args()
    os.environ["SVT_LOG"] = "0"
    with tempfile.TemporaryDirectory() as folder, _silent():
        made = [known for make in MAKERS for known in make(Path(folder))]
        text = "\n".join([_described(), *_tables(made)])
    if arguments.out is None:
        print(text)
    else:
        write_text(arguments.out, replaced(arguments.out.read_text(), text))
        print(f"wrote the table in {arguments.out}")


def replaced(document: str, table: str) -> str:
    """Return the document with the table between its marked lines.

    Raises:
        VidpredError: it has no such lines.
    """
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise VidpredError(f"the file has no place for the table; put two lines into it: {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


def cell(known: Known, read: Callable[[Known], Read]) -> str:
    """Say what a reader makes of a file, in a few words."""
    try:
        frames, rate = read(known)
    except ImportError:
        return ABSENT
    except NotImplementedError:
        return "-"
    except VidpredError:
        return "refused"
    except Exception as error:  # of any library: that it ends so is what is to be told
        return f"error ({type(error).__name__})" if str(error) != "refused" else "refused"
    if not frames:
        return "no frame"
    if known.kind == "Orientation":
        return orientation_of(frames[0], known)
    if known.kind == "Timing":
        return timing_of([number_of(frame) for frame in frames], known, rate)
    if len(frames) <= known.looked_at:
        return f"{len(frames)} frames"
    words = error_of(frames[known.looked_at], known)
    if known.kind != "Containers and codecs":
        return words
    count = "" if len(frames) == len(known.times) else f"{len(frames)} frame{'s' * (len(frames) > 1)}; "
    first = number_of(frames[0])
    return f"begins with frame {first}" if first else f"{count}{words}"


def error_of(picture: np.ndarray, known: Known) -> str:
    """Return the mean error in levels; in words where sizes or channels are not those of the truth."""
    assert known.truth is not None
    shown = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)
    if shown.shape != known.truth.shape:
        turned = shown.shape[:2] == known.truth.shape[1::-1] and shown.shape[:2] != known.truth.shape[:2]
        return "not turned" if turned else f"{shown.shape[2]} channels"
    deep = shown.dtype == np.uint16
    apart = np.abs(shown / (257 if deep else 1) - known.truth)
    if known.kind == "Colour tags":  # where patches meet, chroma of half the resolution mixes them
        apart = apart.reshape(HEIGHT // CELL, CELL, WIDTH // CELL, CELL, 3)[:, INSIDE, :, INSIDE]
    return f"{apart.mean():.2f}{' (16 bits)' if deep else ''}"


def orientation_of(picture: np.ndarray, known: Known) -> str:
    """Say how a reader shows what is stored upright, if not as it should."""
    assert known.truth is not None
    if picture.shape == known.truth.shape and np.abs(picture - known.truth).mean() < ALIKE:
        return "right"
    for name, (_, shown) in orientations(corners()).items():
        if picture.shape == shown.shape and np.abs(picture.astype(float) - shown).mean() < ALIKE:
            return f"as {name}"
    return "otherwise"


def timing_of(numbers: Sequence[int], known: Known, rate: float) -> str:
    """Say which of the stored frames came, in what order, and the rate that is stated."""
    stored = len(known.times)
    again = sum(one == other for one, other in pairwise(numbers))
    words = [f"from frame {numbers[0]} on"] if numbers[0] else []
    words += [f"{len(numbers) - again} of {stored}", *([f"{again} again"] if again else [])]
    return f"{', '.join(words)}; {rate:.4g}/s"


def _tables(made: Sequence[Known]) -> Iterator[str]:
    """Yield a table for every kind of file."""
    for kind in dict.fromkeys(known.kind for known in made):
        yield f"\n### {kind}\n"
        yield f"| | {' | '.join(READERS)} |"
        yield "|---" * (1 + len(READERS)) + "|"
        for known in (known for known in made if known.kind == kind):
            yield f"| {known.name} | {' | '.join(cell(known, read) for read in READERS.values())} |"


def _described() -> str:
    versions = []
    for package in PACKAGES:
        try:
            versions.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            versions.append(f"{package} {ABSENT}")
    machine = f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    return f"{machine}; {', '.join(versions)}; seed 0; {time.strftime('%d %B %Y')}"


@contextmanager
def _silent() -> Iterator[None]:
    """Keep back what the libraries log to stderr themselves."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)


if __name__ == "__main__":
    main()
