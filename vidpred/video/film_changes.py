"""Measures how much changes between the successive frames of a video file, each of which counts."""

from pathlib import Path

import av
import numpy as np

from vidpred.errors import VidpredError
from vidpred.machine.progress import progress
from vidpred.video.decoding.codec import read_facts, timed_frames
from vidpred.video.decoding.convert import FrameConverter

SIDE = 64  # pixels of the shorter side at which frames are compared


def film_changes(path: Path) -> np.ndarray:
    """Return the mean absolute differences of successive frames in grey levels, float32 (N - 1,).

    Args:
        path: of a video file of N frames, none of which is left out, at whatever times they come.

    Raises:
        VidpredError: it cannot be read as a video, or holds a frame that cannot be converted.
    """
    facts = read_facts(path)
    convert = FrameConverter(None, SIDE, False, facts.size)
    changes, before = [], None
    for timed in progress(timed_frames(path, facts), "finding cuts", "frame", facts.num_frames):
        try:
            pixels = convert(timed.item).astype(np.int16)
        except (av.error.FFmpegError, ValueError) as error:
            raise VidpredError(f"{path} has a frame that cannot be converted: {error}") from None
        if before is not None:
            changes.append(np.abs(pixels - before).mean() if pixels.shape == before.shape else np.inf)
        before = pixels
    return np.array(changes, np.float32)
