"""Motion hypotheses, weighted by back-tests: by how well they would have predicted frames that are already known."""

import numpy as np
import torch
from scipy.optimize import nnls
from torch import Tensor

from vidpred.motion.cache import MotionCache, digest
from vidpred.motion.flow import carry, estimate_flow, warp

FRAMES_PER_BACK_TEST = 3  # which give two successive motions, before the frame that is predicted
# Every hypothesis is a share of the last velocity and one of the velocity before: steady, at rest, half as fast, at the
# velocity before, and accelerating. The first is what all are measured against.
HYPOTHESES = ((1.0, 0.0), (0.0, 0.0), (0.5, 0.0), (0.0, 1.0), (1.5, -0.5))
RIDGE = 0.03  # pull towards the first hypothesis, in squared errors of the best
EVERY = 2  # of the known frames' rows and columns are compared
SURPRISE = 2.0  # a back-test whose error is so many times the median one counts less: scenes may have changed
HEAVY = 1e3  # weight of the sum beside the errors
ERROR_FLOOR = 1e-6  # mean squared error, for videos that stand still


def frames_for_back_tests(num_back_tests: int, lead: int) -> int:
    """Return how many known frames so many back-tests take, each of a prediction ``lead`` frames ahead."""
    return num_back_tests + FRAMES_PER_BACK_TEST + lead - 1


def unsteady_motion(context: Tensor, lead: int, num_back_tests: int) -> Tensor:
    """Return what is to be added to the last frame carried on steadily, where motion has not been steady.

    A back-test predicts a known frame from those before it. It is done for up to ``num_back_tests`` of the context's
    last frames, by several motion hypotheses: steady, at rest, half as fast, at the velocity before, and
    accelerating; and steady from the frame before the last, as noise differs there. The blend that would have had the
    least squared error, with a pull towards the steady hypothesis, is the blend for the next frame. A camera that
    shakes thus moves less far than it did last, and frames that are shown twice rest. One blend serves the whole
    frame. With fewer than four frames nothing is added.

    Args:
        context: frames (B, T, C, H, W) in [-1, 1], oldest first.
        lead: how many frames after the context the wanted frame lies.
        num_back_tests: known frames to predict at most; as far as the context reaches.

    Returns:
        (B, C, H, W), in float32: the blend less the steady hypothesis.

    Raises:
        VidpredError: OpenCV cannot be imported.

    Source: our own; forecasts are combined by how they have done since Bates and Granger (1969).
    """
    first = max(context.shape[1] - num_back_tests, FRAMES_PER_BACK_TEST + lead - 1)
    known = range(first, context.shape[1])
    if not known:
        return torch.zeros_like(context[:, -1], dtype=torch.float32)
    frames = context.float()
    with torch.autocast(context.device.type, enabled=False):
        errors = torch.stack([_errors(frames[:, : at + 1], lead) for at in known], dim=1)
        weights = blend_weights(errors).float()
    predictions = extrapolate(frames, lead)
    shares = weights[..., None, None, None].unbind(dim=1)
    blend = -predictions[0]
    for share, prediction in zip(shares, predictions, strict=True):
        blend = blend + share * prediction
    return blend


def _errors(frames: Tensor, lead: int) -> Tensor:
    """Back-test on the last of frames (B, T, C, H, W): return the hypotheses' errors as mean products (B, K, K)."""

    @torch.no_grad()
    def compute() -> np.ndarray:
        truth = frames[:, -1, :, ::EVERY, ::EVERY]
        errors = (torch.stack(extrapolate(frames[:, :-lead], lead, EVERY)) - truth).movedim(0, 1).flatten(2)
        products: np.ndarray = (errors @ errors.mT / errors.shape[-1]).cpu().numpy()
        return products

    cache = MotionCache.current()
    if cache is None:
        return torch.from_numpy(compute()).to(frames.device)
    used = frames[:, -FRAMES_PER_BACK_TEST - lead :].detach().cpu().numpy()
    return torch.from_numpy(cache.errors.get(digest(used), compute)).to(frames.device)


def extrapolate(frames: Tensor, lead: int, every: int = 1) -> list[Tensor]:
    """Return what follows frames (B, T, C, H, W) by every hypothesis, and by the first from the frame before the last.

    Each is (B, C, H, W), every n-th row and column.
    """
    last, before, earliest = (frames[:, -steps] for steps in range(1, 1 + FRAMES_PER_BACK_TEST))
    back = estimate_flow(last, before)
    velocity = carry(back, lead, every)
    earlier = carry(warp(estimate_flow(before, earliest), back), lead, every)
    steady = lead * velocity
    by_hypothesis = [warp(last, lead * (share * velocity + past * earlier), every) for share, past in HYPOTHESES]
    return [*by_hypothesis, warp(before, steady + warp(back, steady, every), every)]


def blend_weights(errors: Tensor) -> Tensor:
    """Return the weights (B, K), none negative and 1 in sum, that would have blended K forecasts best.

    Negative ones would have been better still, but sharpen: fed back many times, they let noise grow.

    Args:
        errors: of N back-tests, the mean product (B, N, K, K) of every two forecasts' errors.
    """
    weights = [_weigh(of_clip) for of_clip in errors.double().cpu().numpy()]
    return torch.from_numpy(np.stack(weights)).to(errors.device)


def _weigh(errors: np.ndarray) -> np.ndarray:
    """Return the weights (K,) of one clip, by least squares: errors (N, K, K) and a pull towards the first forecast."""
    steady = errors[:, 0, 0] + ERROR_FLOOR
    share = np.minimum(SURPRISE * np.median(steady) / steady, 1)
    mean = np.average(errors, axis=0, weights=share)
    pull = RIDGE * (mean.diagonal().min() + ERROR_FLOOR)
    first = np.eye(len(mean))[0]
    lower = np.linalg.cholesky(mean + pull * np.eye(len(mean)))
    heavy = HEAVY * np.sqrt(mean.trace() + pull)  # a row that holds the sum at 1
    rows = np.vstack([lower.T, np.full(len(mean), heavy)])
    weights, _ = nnls(rows, np.append(np.linalg.solve(lower, pull * first), heavy))
    normalised: np.ndarray = weights / weights.sum()
    return normalised
