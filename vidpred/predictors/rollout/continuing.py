"""Goes on after 8-bit frames, frame by frame, in bounded memory."""

from collections.abc import Iterator

import numpy as np
import torch

from vidpred.frames import to_model, to_uint8
from vidpred.interfaces import Predictor
from vidpred.machine.engine import Engine, device_of
from vidpred.predictors.rollout.rollout import future_frames
from vidpred.predictors.rollout.tiling import Tiled, affordable_pixels, receptive_radius


def continued(predictor: Predictor, known: np.ndarray, max_pixels: int | None = None) -> Iterator[np.ndarray]:
    """Yield the frames that follow, 8-bit (H, W, C), one by one, without end.

    Args:
        predictor: as in :func:`vidpred.rollout`; large frames are given to it in tiles, where it allows that.
        known: 8-bit frames (T, H, W, C), oldest first, at least as many as the predictor needs.
        max_pixels: most pixels that it is given at once; None takes what fits in about a gigabyte.

    Raises:
        VidpredError: too few frames.
    """
    engine = Engine(device=str(device_of(predictor)), alone=True)
    if receptive_radius(predictor) is not None:
        predictor = Tiled(predictor, max_pixels or affordable_pixels(predictor, engine.dtype))
    with torch.inference_mode():
        frames = future_frames(predictor, to_model(known)[None].to(engine.device))
    while True:
        with torch.inference_mode(), engine.autocast():  # around every step: between two the caller goes on
            frame = to_uint8(next(frames)[0, 0])
        yield frame
