"""Predicting far ahead: by feeding predictions back in, or at once where a predictor can."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from itertools import islice, repeat
from numbers import Integral
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError, shown
from vidpred.frames import to_model
from vidpred.frames.pyramid import Pyramid
from vidpred.interfaces import Cadenced, Extrapolator, Following, LongContext, Predictor, SamplingAhead, ShortMemory
from vidpred.machine.arguments import checked
from vidpred.machine.engine import device_of, dtype_of, is_own
from vidpred.machine.ranges import Place
from vidpred.motion.cache import MotionCache
from vidpred.nn.context import ADVICE, largest_value, moved_on, require_clips, require_frames
from vidpred.nn.latent import draw_latents, latent_channels, predict_with
from vidpred.predictors.rollout.cadence import NUM_FRAMES, Cadence, in_cadence, spacing
from vidpred.wording import counted

TIME = -4  # the axis of (..., T, C, H, W)
NUMBERS = ("num_context_frames", "lead")  # what every predictor says of itself
HALVES = (torch.float16, torch.bfloat16)
FAR_OUTSIDE = 64.0  # of [-1, 1]: frames that somebody forgot to convert from 0 to 255 have larger values


@checked
def rollout(
    predictor: Predictor,
    context: Tensor,
    horizon: int,
    num_samples: int | None = None,
    seed: int = 0,
    first: Place = 0,
) -> Tensor:
    """Predict the ``horizon`` frames after ``context``; gradients flow through every step.

    Args:
        predictor: predicts one frame, ``lead`` frames after its window.
        context: clips (B, T, C, H, W) in [-1, 1], oldest first, of at least ``frames_needed(predictor)``
            frames; the last ones count. On any device, of any float type: they are taken to the predictor's, and what
            is predicted is brought back.
        horizon: how many frames to predict, at least 1.
        num_samples: how many futures to sample, as :func:`future_samples` does; none predicts the one that the
            predictor gives without being asked for a sample.
        seed: of the sampled futures.
        first: the number of the first of them, as in :func:`future_samples`.

    Returns:
        (B, horizon, C, H, W), or (B, num_samples, horizon, C, H, W).

    Raises:
        VidpredError: the context is no batch of clips in [-1, 1] or has too few frames, no horizon, or a predictor
            that samples none, or that returns no such frames.
    """
    if horizon < 1:
        raise VidpredError(f"the horizon is {horizon}, but at least 1 frame can be predicted; set horizon=1 or more")
    _check_context(context)
    device, dtype = device_of(predictor, otherwise=context.device), dtype_of(predictor, otherwise=context.dtype)
    halved = dtype in HALVES and is_own(predictor)  # convolutions are computed so; frames and motion are not
    known = context.to(device, torch.float32 if halved else dtype).contiguous()
    with torch.autocast(device.type, dtype) if halved else nullcontext():
        frames = list(islice(futures(predictor, known, num_samples, seed, first), horizon))
    return torch.cat([frame.to(context) for frame in frames], dim=TIME)


def _check_context(context: object) -> None:
    """Refuse what is no batch of clips as networks take them.

    Raises:
        VidpredError: it has another type, other axes, no values, or ones far outside of [-1, 1].
    """
    clips = require_clips(context)
    if 0 in clips.shape[:1] + clips.shape[2:]:
        raise VidpredError(f"the context is {tuple(clips.shape)} of {clips.dtype}, which has no values; {ADVICE}")
    if clips.layout != torch.strided or clips.is_meta:
        raise VidpredError(f"the context is {clips.layout} on {clips.device}, but its values are needed; {ADVICE}")
    largest = largest_value(clips) if clips.numel() else 0.0
    if not largest <= FAR_OUTSIDE:  # nor is nan
        raise VidpredError(f"the context has values up to {largest:g}, but is to lie in [-1, 1]; {ADVICE}")


def futures(
    predictor: Predictor, context: Tensor, num_samples: int | None, seed: int = 0, first: int = 0
) -> Iterator[Tensor]:
    """Return :func:`future_samples`, or :func:`future_frames` where ``num_samples`` is None."""
    if num_samples is None:
        return future_frames(predictor, context)
    return future_samples(predictor, context, num_samples, seed, first)


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
        ahead = predictor.predict_ahead(kept_apart(predictor, _last_frames(predictor, context)))
        return (kept_apart(predictor, frame) for frame in ahead)

    def slide(known: Tensor) -> Iterator[Tensor]:
        return (pyramid[-1] for pyramid in _slide(predictor, known, repeat(None), finest_alone=True))

    return _in_cadence(predictor, context, slide)


def future_pyramids(predictor: Predictor, context: Tensor) -> Iterator[Pyramid]:
    """Yield the frames after ``context`` one by one at every scale of the predictor, each (B, 1, C, h, w).

    Args:
        predictor: as in :func:`rollout`; always fed its own predictions.
        context: as in :func:`rollout`.

    Raises:
        VidpredError: too few context frames.
    """
    return _slide(predictor, _last_frames(predictor, context), repeat(None))


def future_samples(
    predictor: Predictor, context: Tensor, num_samples: int, seed: int = 0, first: int = 0
) -> Iterator[Tensor]:
    """Yield the frames after ``context`` in ``num_samples`` futures one by one, each (B, N, 1, C, H, W), without end.

    Every future goes its own way: its predictions are fed back to it alone, with fresh noise at every step.
    The noise of sample n comes from a random stream settled by ``seed`` and n, and all clips of a batch share it:
    a future depends neither on how many are sampled nor on what else is in the batch. One after the other goes
    through the predictor, so that memory for many is that for one, and the frames.

    Args:
        predictor: as in :func:`rollout`, with ``latent_channels`` above 0.
        context: as in :func:`rollout`.
        num_samples: N, at least 1.
        seed: at least 0.
        first: the number of the first of them: those from 10 on are the ones that follow ten samples from 0 on.

    Raises:
        VidpredError: a deterministic predictor, no samples, a negative seed, or too few context frames.
    """
    channels = latent_channels(predictor)
    if not channels:
        raise VidpredError(
            "this predictor is deterministic, so all samples of its future would be the same; ask for none, name "
            "motion_sampler, whose weights are shipped, or train multiscale or flow_pyramid with "
            "network.latent_channels=8"
        )
    if num_samples < 1:
        raise VidpredError(f"num_samples is {num_samples}, but at least 1 future can be sampled; set 1 or more")
    if seed < 0:
        raise VidpredError(f"the seed is {seed}, but only numbers of at least 0 start a random stream; set 0 or more")
    cache = MotionCache.current() or MotionCache()

    def sampled(known: Tensor) -> Iterator[Tensor]:
        noise = [
            (latent.expand(len(known), -1).to(known) for latent in draw_latents(channels, seed, sample))
            for sample in range(first, first + num_samples)
        ]
        if isinstance(predictor, SamplingAhead) and predictor.lead == 1 and not _trains(predictor):
            ahead = predictor.sample_ahead(kept_apart(predictor, known), [next(latents) for latents in noise])
            return (kept_apart(predictor, frames) for frames in cache.kept_between(ahead))
        strands = [_slide(predictor, known, latents, cache, finest_alone=True) for latents in noise]
        return (torch.stack([pyramid[-1] for pyramid in step], dim=1) for step in zip(*strands, strict=True))

    return _in_cadence(predictor, context, sampled)


def frames_needed(predictor: Predictor) -> int:
    """Return how many known frames a rollout of ``predictor`` needs to start from.

    Raises:
        VidpredError: it does not say how many frames it takes or leads by, or that it is no whole number, or none.
    """
    if missing := [name for name in NUMBERS if not hasattr(predictor, name)]:
        raise VidpredError(
            f"the predictor {type(predictor).__name__} has no {' and no '.join(missing)}, but a whole number of at "
            "least 1 is needed; set it in its class: see vidpred.interfaces.Predictor"
        )
    for name in NUMBERS:
        number = getattr(predictor, name)
        if isinstance(number, bool) or not isinstance(number, Integral) or number < 1:
            raise VidpredError(
                f"{name} of the predictor {type(predictor).__name__} is {shown(number)}, but a whole number of at "
                "least 1 is needed; correct it in its class"
            )
    return predictor.num_context_frames + predictor.lead - 1


def frames_seen(predictor: Predictor) -> int:
    """Return how many known frames ``predictor`` itself looks at in a rollout, where there are so many."""
    return longest_context(predictor) + predictor.lead - 1


def frames_of_use(predictor: Predictor) -> int:
    """Return how many known frames a rollout makes use of, where there are so many: some may show a rhythm alone."""
    return max(frames_seen(predictor), NUM_FRAMES if _keeps_cadence(predictor) else 0)


def longest_context(predictor: Predictor) -> int:
    """Return how many frames ``predictor`` looks at, where there are so many: see :class:`LongContext`."""
    return predictor.most_context_frames if isinstance(predictor, LongContext) else predictor.num_context_frames


def frames_followed(predictor: Predictor) -> int:
    """Return how many frames ``predictor`` looks at where the last is a prediction: see :class:`ShortMemory`."""
    return predictor.num_followed_frames if isinstance(predictor, ShortMemory) else longest_context(predictor)


def _last_frames(predictor: Predictor, context: Tensor) -> Tensor:
    """Return the frames that a rollout starts from."""
    needed = frames_needed(predictor)
    if context.shape[1] < needed:
        raise VidpredError(
            f"the context has {counted(context.shape[1], 'frame')}, but this predictor needs {needed} "
            f"(it looks at {predictor.num_context_frames} and predicts {predictor.lead} ahead); "
            "give more frames"
        )
    return context[:, -frames_seen(predictor) :]


def _in_cadence(predictor: Predictor, known: Tensor, futures: Callable[[Tensor], Iterator[Tensor]]) -> Iterator[Tensor]:
    """Return the ``futures`` of ``known`` frames; a predictor that asks so is spared repeats in a steady rhythm."""
    last = _last_frames(predictor, known)
    if _trains(predictor) or not _keeps_cadence(predictor):
        return futures(last)
    return in_cadence(known, range(frames_needed(predictor), last.shape[1] + 1), futures)


def cadence_of(predictor: Predictor, frames: np.ndarray) -> Cadence | None:
    """Return the rhythm of known frames, 8-bit (T, H, W, C), in which a rollout of ``predictor`` goes on; or None."""
    if _trains(predictor) or not _keeps_cadence(predictor):
        return None
    last = frames[-NUM_FRAMES:]
    some = last.reshape(len(last), -1, 1, last.shape[-1])[:, :: spacing(*last.shape[1:3])]  # (T, N, 1, C)
    return Cadence.of(to_model(np.ascontiguousarray(some)), frames_needed(predictor))


def _keeps_cadence(predictor: Predictor) -> bool:
    return isinstance(predictor, Cadenced) and predictor.keeps_cadence and predictor.lead == 1


def _slide(
    predictor: Predictor,
    known: Tensor,
    latents: Iterable[Tensor | None],
    cache: MotionCache | None = None,
    finest_alone: bool = False,
) -> Iterator[Pyramid]:
    """Yield frame after frame, each (B, 1, C, h, w), with one of ``latents`` (B, Z) for each; at every scale, or less.

    Motion between known frames is estimated once: in ``cache``, in the one that the caller uses, or in its own.
    """
    cache = cache or MotionCache.current() or MotionCache()
    names: list[bytes | None] = [None] * known.shape[1]
    trails: list[Any] = [None] * predictor.lead  # of the last frames, none of known ones; more would keep their flows
    training = _trains(predictor)
    for latent in latents:
        window = kept_apart(predictor, known[:, : known.shape[1] - predictor.lead + 1])
        with cache.in_use(window, names):  # around every step, because between two of them the caller goes on
            if isinstance(predictor, Following) and not training:
                pyramid, trail = predictor.follow(window, trails[0], latent, finest_alone)
            else:
                pyramid, trail = predict_with(predictor, window, latent), None
        require_frames(pyramid, window)
        pyramid = [kept_apart(predictor, level) for level in pyramid]
        yield pyramid
        trails = [*trails[1:], trail]
        followed = trails[0] is not None
        known = moved_on(known, pyramid[-1], frames_followed(predictor) + predictor.lead - 1 if followed else None)
        names = [*names, None][-known.shape[1] :]


def kept_apart(predictor: Predictor, frames: Tensor) -> Tensor:
    """Return frames that go to, or come from, somebody else's ``predictor`` in memory of their own.

    It may write into what it is given, which others go on with, and into what it has returned before.
    """
    return frames if is_own(predictor) else frames.clone()


def _trains(predictor: Predictor) -> bool:
    """Return whether ``predictor`` is being trained, where a call must go through any wrapper."""
    return isinstance(predictor, nn.Module) and predictor.training
