"""The sample pictures of a run one after another, as a film of how it learnt."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from vidpred.errors import VidpredError
from vidpred.frames.pictures import captioned
from vidpred.video import write_video

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
    paths = sorted((run / "samples").glob("step_*.png"))
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
        with Image.open(path) as image:
            picture = np.asarray(image.convert("RGB"))
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
