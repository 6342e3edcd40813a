"""Motion hypotheses, weighted by back-tests: by how well they would have predicted frames that are already known."""

from contextlib import nullcontext
from functools import cached_property
from itertools import product
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from vidpred.frames.pyramid import build_pyramid
from vidpred.machine.threads import at_once, side_by_side
from vidpred.motion.cache import MotionCache
from vidpred.motion.flow import BRISK, THOROUGH, Effort, carry, estimate_flow, warp

FRAMES_PER_BACK_TEST = 3  # which give two successive motions, before the frame that is predicted
# Every hypothesis is a share of the last velocity and one of the velocity before: steady, at rest, half as fast, at the
# velocity before, and accelerating. The first is what all are measured against.
HYPOTHESES = ((1.0, 0.0), (0.0, 0.0), (0.5, 0.0), (0.0, 1.0), (1.5, -0.5))
NUM_FORECASTS = len(HYPOTHESES) + 1  # the last is the first hypothesis from the frame before the last
RIDGE = 0.03  # pull towards the first hypothesis, in squared errors of the best
LARGE_ENOUGH = 240  # pixels of the shorter side, of which back-tests tell enough
EVERY = 2  # of the known frames' rows and columns are compared
SURPRISE = 2.0  # a back-test whose error is so many times the median one counts less: scenes may have changed
ERROR_FLOOR = 1e-6  # mean squared error, for videos that stand still


class LastFlows(NamedTuple):
    """What is known already of the motion in the last frames of a context; None where it is not.

    Args:
        velocity: what :func:`~vidpred.motion.flow.future_velocity` returns for the context, (B, 2, H, W).
        back: the flow from its last frame to the one before, (B, 2, H, W).
    """

    velocity: Tensor | None = None
    back: Tensor | None = None


UNKNOWN = LastFlows()


def frames_for_back_tests(num_back_tests: int, lead: int) -> int:
    """Return how many known frames so many back-tests take, each of a prediction ``lead`` frames ahead."""
    return num_back_tests + FRAMES_PER_BACK_TEST + lead - 1


def unsteady_motion(context: Tensor, lead: int, num_back_tests: int, velocity: Tensor | None = None) -> Tensor:
    """Return what is to be added to the last frame carried on steadily, where motion has not been steady.

    It is :func:`forecast_shares` of the context, handed to :func:`apart_from_steady`.

    Args:
        context: frames (B, T, C, H, W) in [-1, 1], oldest first.
        lead: how many frames after the context the wanted frame lies.
        num_back_tests: known frames to predict at most; as far as the context reaches.
        velocity: what :func:`~vidpred.motion.flow.future_velocity` returns for this context, where it is known already.

    Returns:
        (B, C, H, W), in float32: the blend less the steady hypothesis.

    Raises:
        VidpredError: OpenCV cannot be imported.
    """
    shares = forecast_shares(context, lead, num_back_tests)
    return apart_from_steady(context, lead, shares, LastFlows(velocity))


def forecast_shares(context: Tensor, lead: int, num_back_tests: int, thorough: bool = True) -> Tensor:
    """Find out by back-tests on known frames how hypotheses of motion are to be blended for the next one.

    A back-test predicts a known frame from those before it. It is done for up to ``num_back_tests`` of the context's
    last frames, by several motion hypotheses: steady, at rest, half as fast, at the velocity before, and
    accelerating; and steady from the frame before the last, as noise differs there. The blend that would have had the
    least squared error, with a pull towards the steady hypothesis, is the blend for the next frame. A camera that
    shakes thus moves less far than it did last, and frames that are shown twice rest. One blend serves the whole
    frame. With fewer than four frames it is all steady.

    Args:
        context: as of :func:`unsteady_motion`, and so are the others.
        lead: see there.
        num_back_tests: see there.
        thorough: back-test on frames as they are, with a thorough search for flow; else on halved ones, as long as 240
            rows and columns remain, with a brisk one.

    Returns:
        (B, K) in float64, on the CPU: shares of the K forecasts of :func:`extrapolate`, none negative and 1 in sum.

    Raises:
        VidpredError: OpenCV cannot be imported.

    Source: our own; forecasts are combined by how they have done since Bates and Granger (1969).
    """
    first = max(context.shape[1] - num_back_tests, FRAMES_PER_BACK_TEST + lead - 1)
    known = range(first, context.shape[1])
    if not known:
        return torch.eye(NUM_FORECASTS, dtype=torch.float64)[:1].expand(len(context), -1)
    frames = context.float()
    while not thorough and min(frames.shape[-2:]) >= 2 * LARGE_ENOUGH:
        frames = build_pyramid(frames, 2)[0]
    with torch.autocast(context.device.type, enabled=False):
        errors = np.stack(_all_errors(frames, known, lead, thorough), axis=1)
    return blend_weights(torch.from_numpy(errors))


def apart_from_steady(
    context: Tensor, lead: int, shares: Tensor, flows: LastFlows = UNKNOWN, effort: Effort = THOROUGH
) -> Tensor:
    """Blend what follows a context by several hypotheses of motion; return the blend less the steady hypothesis.

    Args:
        context: as of :func:`unsteady_motion`.
        lead: see there.
        shares: (B, K), what :func:`forecast_shares` returned.
        flows: between the last frames, as far as they are known already.
        effort: how thoroughly to search for the others.

    Returns:
        (B, C, H, W), in float32.

    Raises:
        VidpredError: OpenCV cannot be imported.
    """
    blend = torch.zeros_like(context[:, -1], dtype=torch.float32)
    apart = shares.numpy() - np.eye(NUM_FORECASTS)[0]
    used = np.flatnonzero(apart.any(axis=0))
    if not used.size:
        return blend
    with torch.autocast(context.device.type, enabled=False):
        forecasts = _Forecasts(context.float(), lead, flows=flows, effort=effort)
        of_clips = torch.from_numpy(apart).to(blend)[..., None, None, None]  # (B, K, 1, 1, 1)
        for number in used.tolist():
            blend = torch.addcmul(blend, forecasts[number], of_clips[:, number])
    return blend


def _all_errors(frames: Tensor, known: range, lead: int, thorough: bool) -> list[np.ndarray]:
    """Back-test on all ``known`` frames, side by side where frames are small: each flow serves two back-tests."""
    tests = [(frames, at, lead, thorough) for at in known]
    if at_once(frames[:, 0]) == 1:
        return [_errors(*test) for test in tests]
    effort = THOROUGH if thorough else BRISK
    flows = [(frames[:, at], frames[:, at - 1], effort) for at in range(known[0] - lead - 1, known[-1] - lead + 1)]
    with nullcontext() if MotionCache.current() else MotionCache().in_use():
        side_by_side(estimate_flow, flows)
        return side_by_side(_errors, tests)


def _errors(frames: Tensor, at: int, lead: int, thorough: bool) -> np.ndarray:
    """Back-test on a known frame of (B, T, C, H, W): return the hypotheses' errors as mean products (B, K, K)."""

    @torch.no_grad()
    def compute() -> np.ndarray:
        truth = frames[:, at, :, ::EVERY, ::EVERY]
        forecasts = extrapolate(frames[:, : at + 1 - lead], lead, EVERY, THOROUGH if thorough else BRISK)
        errors = torch.stack(forecasts, dim=1).sub_(truth.unsqueeze(1)).flatten(2)
        products: np.ndarray = (errors @ errors.mT / errors.shape[-1]).cpu().numpy()
        return products

    cache = MotionCache.current()
    if cache is None:
        return compute()
    used = range(at + 1 - FRAMES_PER_BACK_TEST - lead, at + 1)
    return cache.errors.get(b"".join([bytes([thorough]), *(cache.name(frames, time) for time in used)]), compute)


def extrapolate(frames: Tensor, lead: int, every: int = 1, effort: Effort = THOROUGH) -> list[Tensor]:
    """Return what follows frames (B, T, C, H, W) by every hypothesis, and by the first from the frame before the last.

    Each is (B, C, H, W), every n-th row and column; ``effort`` is how thoroughly to search for flow.
    """
    forecasts = _Forecasts(frames, lead, every, effort=effort)
    return [forecasts[number] for number in range(NUM_FORECASTS)]


class _Forecasts:
    """What :func:`extrapolate` returns, each computed when it is asked for."""

    def __init__(
        self,
        frames: Tensor,
        lead: int,
        every: int = 1,
        flows: LastFlows = UNKNOWN,
        effort: Effort = THOROUGH,
    ):
        self.last, self.before, self.earliest = (frames[:, -steps] for steps in range(1, 1 + FRAMES_PER_BACK_TEST))
        self.lead, self.every, self.effort, self.flows = lead, every, effort, flows
        self.velocity = carry(self.back, lead, every) if flows.velocity is None else flows.velocity

    def __getitem__(self, number: int) -> Tensor:
        if number == len(HYPOTHESES):
            steady = self.lead * self.velocity
            return warp(self.before, steady + warp(self.back, steady, self.every), self.every)
        share, past = HYPOTHESES[number]
        if not share and not past:
            return self.last[..., :: self.every, :: self.every]
        moved = self.lead * share * self.velocity
        return warp(self.last, moved + self.lead * past * self.earlier if past else moved, self.every)

    @cached_property
    def back(self) -> Tensor:
        """The flow (B, 2, H, W) from the last frame to the one before."""
        if self.flows.back is not None:
            return self.flows.back
        return estimate_flow(self.last, self.before, self.effort)

    @cached_property
    def earlier(self) -> Tensor:
        """The velocity before, as it will have moved on."""
        flow = estimate_flow(self.before, self.earliest, self.effort)
        return carry(warp(flow, self.back), self.lead, self.every)


def blend_weights(errors: Tensor) -> Tensor:
    """Return the weights (B, K), none negative and 1 in sum, that would have blended K forecasts best.

    Negative ones would have been better still, but sharpen: fed back many times, they let noise grow.

    Args:
        errors: of N back-tests, the mean product (B, N, K, K) of every two forecasts' errors.
    """
    weights = [_weigh(of_clip) for of_clip in errors.double().cpu().numpy()]
    return torch.from_numpy(np.stack(weights)).to(errors.device)


def _weigh(errors: np.ndarray) -> np.ndarray:
    """Return the weights (K,) of one clip, by least squares: errors (N, K, K) and a pull towards the first forecast.

    Which of them are 0 is tried out: for each set of others the best ones solve a linear system.
    """
    steady = errors[:, 0, 0] + ERROR_FLOOR
    share = np.minimum(SURPRISE * np.median(steady) / steady, 1)
    mean = np.average(errors, axis=0, weights=share)
    pull = RIDGE * (mean.diagonal().min() + ERROR_FLOOR)
    squares = (mean + pull * np.eye(len(mean))) / (mean.trace() + pull)
    wanted = pull / (mean.trace() + pull) * np.eye(len(mean))[0]
    used = np.array([some for some in product((0.0, 1.0), repeat=len(mean)) if any(some)])  # (2^K - 1, K)
    system = np.zeros((len(used), len(mean) + 1, len(mean) + 1))
    system[:, :-1, :-1] = used[:, :, None] * used[:, None, :] * squares + (1 - used)[:, :, None] * np.eye(len(mean))
    system[:, :-1, -1] = system[:, -1, :-1] = used  # the sum is 1
    right = np.append(used * wanted, np.ones((len(used), 1)), axis=1)
    weights = np.linalg.solve(system, right[..., None])[:, :-1, 0]
    losses = np.einsum("si,ij,sj->s", weights, squares, weights) - 2 * weights @ wanted
    best: np.ndarray = weights[np.where((weights >= 0).all(axis=1), losses, np.inf).argmin()]
    return best
