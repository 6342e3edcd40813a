"""The sample pictures of a run one after another, as a film of how it learnt."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from vidpred.errors import VidpredError
from vidpred.frames.pictures import captioned
from vidpred.machine.folders import SAMPLES
from vidpred.machine.regular_files import require_regular
from vidpred.video import write_video

NAME = re.compile(r"step_[0-9]{1,15}\.png", re.ASCII)
FASTEST = 1000.0  # pictures per second
SECONDS_AT_THE_END = 2.0  # for which the last picture stays


def write_film(run: Path, out: Path, frame_rate: float = 10.0, overwrite: bool = False) -> int:
    """Write the film of a run; return of how many pictures it is.

    For image synthesis every picture has the same noise, for frame prediction the same clip.

    Args:
        run: its folder, finished or not.
        out: the mp4 to write.
        frame_rate: pictures per second.
        overwrite: replace an existing file.

    Raises:
        VidpredError: there are no pictures, they differ in size, or the film cannot be written.
    """
    if not 0 < frame_rate <= FASTEST:
        raise VidpredError(
            f"the rate is {frame_rate}, but a film has more than 0 and at most {FASTEST} pictures per second"
        )
    paths = sorted(path for path in (run / SAMPLES).glob("step_*.png") if NAME.fullmatch(path.name))
    if not paths:
        raise VidpredError(
            f"{run} has no sample pictures; name the folder of a run that has taken log.sample_every steps"
        )
    write_video(out, _frames(paths, round(SECONDS_AT_THE_END * frame_rate)), frame_rate, overwrite=overwrite)
    return len(paths)


def _frames(paths: Sequence[Path], times_at_the_end: int) -> Iterator[np.ndarray]:
    """Yield every picture under its step, the last one so many times again."""
    first: tuple[int, ...] | None = None
    frame = np.empty(0)
    for path in paths:
        picture = _read(path)
        first = first or picture.shape
        if picture.shape != first:
            raise VidpredError(
                f"{path} is {picture.shape[1]} x {picture.shape[0]} pixels, but the first is {first[1]} x {first[0]}, "
                "and a film has one size; move pictures of other data away"
            )
        frame = captioned(picture, f"step {int(path.stem.removeprefix('step_'))}")
        yield frame
    for _ in range(times_at_the_end):
        yield frame


def _read(path: Path) -> np.ndarray:
    """Return the picture (H, W, 3), which must be a PNG.

    Raises:
        VidpredError: it is something else, or damaged.
    """
    require_regular(path, "the sample picture")
    try:
        with Image.open(path, formats=["PNG"]) as image:
            return np.asarray(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise VidpredError(f"the sample picture {path} cannot be read ({error}); take it away") from None
