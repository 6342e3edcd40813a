"""Makes a film longer: the same film, and then what a predictor expects."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np

from vidpred.errors import VidpredError
from vidpred.frames.colour import has_colour
from vidpred.frames.pyramid import frame_channels
from vidpred.interfaces import Predictor
from vidpred.machine.arguments import checked
from vidpred.machine.progress import progress
from vidpred.predictors.rollout.continuing import continued
from vidpred.predictors.rollout.rollout import frames_needed, frames_of_use
from vidpred.video.films.end import last_frames
from vidpred.video.films.longer import LongerFilm, check_film, usual_rate, write_longer

LONGEST = 60.0  # seconds that are predicted at most
MARGIN = 16  # pixels around the frame, repeated, in which the traces stay that networks leave at the edges of a rollout


@checked
def extend(
    source: str | Path, out: str | Path, predictor: Predictor, seconds: float = 1.0, *, overwrite: bool = False
) -> LongerFilm:
    """Write a film that is ``seconds`` longer, as :func:`vidpred.video.films.longer.write_longer` does.

    With 0 seconds this is a plain re-encoding of the film; its frames are bit for bit those of a longer one.

    Args:
        source: of the video file.
        out: of the file to write: mp4, m4v, mov or mkv.
        predictor: what :func:`vidpred.load_predictor` returns, or any other.
        seconds: how much longer, from 0 to 60.
        overwrite: replace an existing file.

    Returns:
        What was written.

    Raises:
        VidpredError: seconds out of bounds, an unreadable source, one too short for the predictor, or an output
            that cannot or must not be written.
    """
    source, out = Path(source), Path(out)
    check_request(source, out, seconds, overwrite)
    number = num_new_frames(seconds, usual_rate(source))
    future = progress(islice(_future(source, predictor), number), "predicting", "frame", number) if number else ()
    written = write_longer(source, out, future, overwrite=overwrite)
    if number and frame_channels(predictor) == 1 and has_colour(last_frames(source, 1, 1, False)):
        note = "the predictor sees no colour, so the new frames are grey"
        return replace(written, notes=(*written.notes, note))
    return written


def check_request(source: Path, out: Path, seconds: float, overwrite: bool) -> None:
    """Refuse what :func:`extend` cannot do, before anything is loaded.

    Raises:
        VidpredError: seconds out of bounds, a source that is no file, or an output that cannot or must not be written.
    """
    if not 0 <= seconds <= LONGEST:
        raise VidpredError(f"a film cannot be made {seconds:g} seconds longer; ask for 0 to {LONGEST:g}")
    check_film(source, out, overwrite)


def num_new_frames(seconds: float, rate: Fraction) -> int:
    """Return how many frames make a film so much longer: at least one, unless it stays as it is."""
    return max(1, round(seconds * rate)) if seconds else 0


def _future(source: Path, predictor: Predictor) -> Iterator[np.ndarray]:
    """Return the frames after the last of the film, at its coded size; too short a film is refused at once."""
    known = last_frames(source, frames_of_use(predictor), frames_needed(predictor), frame_channels(predictor) == 1)
    margins = ((0, 0), (MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0))
    frames = continued(predictor, np.pad(known, margins, mode="edge"))
    return (frame[MARGIN:-MARGIN, MARGIN:-MARGIN] for frame in frames)
