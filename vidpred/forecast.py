"""Predicting far ahead: by feeding predictions back in, or at once where a predictor can."""

from collections import deque
from collections.abc import Iterator
from itertools import islice

import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.interfaces import Extrapolator, Predictor
from vidpred.pyramid import Pyramid


def rollout(predictor: Predictor, context: Tensor, horizon: int) -> Tensor:
    """Predict the ``horizon`` frames after ``context``; gradients flow through every step.

    Args:
        predictor: predicts one frame, ``lead`` frames after its window.
        context: clips (B, T, C, H, W) in [-1, 1], oldest first, of at least ``frames_needed(predictor)``
            frames; the last ones count.
        horizon: how many frames to predict, at least 1.

    Returns:
        (B, horizon, C, H, W).

    Raises:
        VidpredError: too few context frames, or no horizon.
    """
    if horizon < 1:
        raise VidpredError(f"the horizon is {horizon}, but at least 1 frame can be predicted; set horizon=1 or more")
    return torch.cat(list(islice(future_frames(predictor, context), horizon)), dim=1)


def future_frames(predictor: Predictor, context: Tensor) -> Iterator[Tensor]:
    """Yield the frames after ``context`` one by one, each (B, 1, C, H, W), without end.

    The frame that follows a window by ``lead`` is predicted from that window, which slides over known
    frames first and then over predictions. No more frames are held than the predictor looks back on.
    A predictor with a ``predict_ahead`` (:class:`vidpred.interfaces.Extrapolator`) is never given a
    prediction: its own frames are passed on, all of them from the last known ones.

    Args:
        predictor: as in :func:`rollout`.
        context: as in :func:`rollout`.

    Raises:
        VidpredError: too few context frames.
    """
    if isinstance(predictor, Extrapolator):
        return predictor.predict_ahead(_known(predictor, context))
    return (pyramid[-1] for pyramid in future_pyramids(predictor, context))


def future_pyramids(predictor: Predictor, context: Tensor) -> Iterator[Pyramid]:
    """Yield the frames after ``context`` one by one at every scale of the predictor, each (B, 1, C, h, w).

    Args:
        predictor: as in :func:`rollout`; always fed its own predictions.
        context: as in :func:`rollout`.

    Raises:
        VidpredError: too few context frames.
    """
    known = _known(predictor, context)
    return _slide(predictor, deque(known.split(1, dim=1), maxlen=known.shape[1]))


def _known(predictor: Predictor, context: Tensor) -> Tensor:
    needed = frames_needed(predictor)
    if context.shape[1] < needed:
        raise VidpredError(
            f"the context has {context.shape[1]} frames, but this predictor needs {needed} "
            f"(it looks at {predictor.num_context_frames} and predicts {predictor.lead} ahead); "
            "give more frames"
        )
    return context[:, -needed:]


def frames_needed(predictor: Predictor) -> int:
    """Return how many known frames a rollout of ``predictor`` starts from."""
    return predictor.num_context_frames + predictor.lead - 1


def _slide(predictor: Predictor, known: deque[Tensor]) -> Iterator[Pyramid]:
    while True:
        window = torch.cat(list(islice(known, predictor.num_context_frames)), dim=1)
        pyramid = predictor(window)
        known.append(pyramid[-1])
        yield pyramid
