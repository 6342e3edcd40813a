"""Goes on after 8-bit frames, frame by frame, in bounded memory."""

from collections.abc import Iterator
from itertools import count

import numpy as np
import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.frames import to_model, to_uint8
from vidpred.interfaces import Predictor
from vidpred.machine.engine import Engine, device_of
from vidpred.predictors.rollout.rollout import TIME, futures
from vidpred.predictors.rollout.tiling import Tiled, affordable_pixels, receptive_radius


def continued(
    predictor: Predictor,
    known: np.ndarray,
    max_pixels: int | None = None,
    num_samples: int | None = None,
    seed: int = 0,
) -> Iterator[np.ndarray]:
    """Yield the frames that follow, 8-bit (H, W, C), one by one, without end; of samples, those of each (N, H, W, C).

    Args:
        predictor: as in :func:`vidpred.rollout`; large frames are given to it in tiles, where it allows that.
        known: 8-bit frames (T, H, W, C), oldest first, at least as many as the predictor needs.
        max_pixels: most pixels that it is given at once; None takes what fits in about a gigabyte.
        num_samples: how many futures to sample; None predicts the one that is predicted without being asked for any.
        seed: of the sampled futures.

    Raises:
        VidpredError: too few frames, a predicted one with values that no picture shows, or see
            :func:`~vidpred.predictors.rollout.rollout.future_samples`.
    """
    engine = Engine(device=str(device_of(predictor)), alone=True)
    if receptive_radius(predictor) is not None:
        predictor = Tiled(predictor, max_pixels or affordable_pixels(predictor, engine.dtype))
    with torch.inference_mode():
        # Known frames are handed on by no name, so that nothing here keeps what the rollout forgets.
        frames = futures(predictor, to_model(known)[None].to(engine.device), num_samples, seed)
    for ahead in count(1):
        with torch.inference_mode(), engine.autocast():  # around every step: between two the caller goes on
            frame = to_uint8(_finite(next(frames)[0].squeeze(TIME), ahead))
        yield frame


def _finite(frame: Tensor, ahead: int) -> Tensor:
    """Return a predicted frame, unless it holds values that are nan or infinite.

    Raises:
        VidpredError: it does.
    """
    if all(bool(extreme.isfinite()) for extreme in frame.aminmax()):  # which are nan where anything is
        return frame
    advice = f"predict at most {ahead - 1}, or name another predictor" if ahead > 1 else "name another predictor"
    raise VidpredError(f"the values of frame t+{ahead}, as predicted, are not all finite numbers; {advice}")
