"""Predicts how a clip goes on after a moment, beside simple rivals and what it really does."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from vidpred.applications.web.clips import Clip, Limits, look_at, told_by_name
from vidpred.errors import VidpredError
from vidpred.evaluation import score
from vidpred.frames import to_model
from vidpred.frames.pyramid import frame_channels
from vidpred.interfaces import Predictor
from vidpred.machine.memory import require_memory
from vidpred.metrics import METRICS
from vidpred.nn.latent import latent_channels
from vidpred.predictors import PREDICTORS
from vidpred.predictors.rollout.continuing import continued
from vidpred.predictors.rollout.rollout import frames_needed, frames_of_use
from vidpred.predictors.rollout.samples import spread_of_frames
from vidpred.video import VideoInfo, Window, read_window

PREDICTION, COPY, FLOW = "prediction", "copy last", "optical flow"
RIVALS = {COPY: "copy_last", FLOW: "optical_flow"}  # that need no training, by what the page calls them
SHOWN_BEFORE = 12  # known frames that are shown before the future
RIVAL_FRAMES = 2  # that the rivals need to see a motion
MOST_SAMPLES = 8
SCORES = ("psnr", "ssim", "edge_strength")

Say = Callable[[float, str], object]  # is told the share that is done, from 0 to 1, and what is being done


@dataclass(frozen=True)
class Question:
    """What is asked of the page.

    Args:
        clip: a video file.
        moment: seconds, after which it is predicted.
        horizon: frames to predict.
        num_samples: futures to sample, where the predictor samples; others predict one.
        seed: of the samples.
    """

    clip: Path
    moment: float
    horizon: int = 10
    num_samples: int = 4
    seed: int = 0


@dataclass(frozen=True)
class Futures:
    """How a clip may go on; all frames are 8-bit (H, W, C) with C = 3 or 1.

    Args:
        known: the frames up to the moment (T, H, W, C), of which the predictor used the last ones.
        predicted: (horizon, H, W, C) by name: the prediction, or samples, and then the rivals.
        truth: what the clip does, (at most horizon, H, W, C); none at its end.
        spread: of the samples, standard deviations in grey levels (horizon, H, W); None where there are no samples.
        scores: by name in ``predicted`` and by metric, a value per step as far as the truth is known.
        info: of the clip.
    """

    known: np.ndarray
    predicted: Mapping[str, np.ndarray]
    truth: np.ndarray
    spread: np.ndarray | None
    scores: Mapping[str, Mapping[str, list[float]]]
    info: VideoInfo


def _quiet(share: float, what: str) -> None:
    pass


def samples(predictor: Predictor) -> bool:
    """Return whether a predictor samples one of many futures."""
    return latent_channels(predictor) > 0


def known_until(path: Path, moment: float, limits: Limits) -> np.ndarray:
    """Return the last frame (H, W, 3) that is known at a moment.

    Raises:
        VidpredError: the clip is unreadable or beyond the limits, or does not reach the moment.
    """
    clip = look_at(path, limits)
    try:
        window = read_window(path, 1, at=clip.at(moment))
    except VidpredError as error:
        raise told_by_name(error, path) from None
    last: np.ndarray = window.frames[-1]
    return last


def foresee(question: Question, predictor: Predictor, limits: Limits, say: Say = _quiet) -> Futures:
    """Answer a question.

    Args:
        question: what is asked.
        predictor: what predicts beside the rivals.
        limits: of the page.
        say: is told how far it is.

    Raises:
        VidpredError: the clip is unreadable or beyond the limits, does not reach the moment or has too few frames
            before it, or too much is asked for.
    """
    check_numbers(question, limits)
    window = _read(look_at(question.clip, limits), question, predictor)
    known, truth = window.frames[: window.num_before], window.frames[window.num_before :]
    number = question.num_samples if samples(predictor) else 0
    frames = (max(number, 1) + len(RIVALS)) * question.horizon
    require_memory(window.frames[:1].nbytes * frames, "so many frames of this size need", "predict fewer of them")
    runs = _runs(predictor, known, number, question.seed)
    found = _gathered(runs, question.horizon, say)
    predicted, spread = _by_name(found, number)
    say(1.0, "comparing with what really came" if len(truth) else "drawing")
    scores = {name: _scores(film, truth) for name, film in predicted.items()} if len(truth) else {}
    return Futures(known[-SHOWN_BEFORE:], predicted, truth, spread, scores, window.info)


def check_numbers(question: Question, limits: Limits) -> None:
    """Refuse numbers that the page does not offer.

    Raises:
        VidpredError: too few or too many frames or samples.
    """
    if not 1 <= question.horizon <= limits.furthest:
        raise VidpredError(
            f"{question.horizon} frames cannot be predicted on this page; ask for 1 to {limits.furthest}"
        )
    if not 1 <= question.num_samples <= MOST_SAMPLES:
        raise VidpredError(f"{question.num_samples} futures cannot be sampled; ask for 1 to {MOST_SAMPLES}")


def _read(clip: Clip, question: Question, predictor: Predictor) -> Window:
    """Return the frames around the moment."""
    at = clip.at(question.moment)
    enough = max(frames_needed(predictor), RIVAL_FRAMES)
    before = max(SHOWN_BEFORE, frames_of_use(predictor), enough)
    greyscale = frame_channels(predictor) == 1
    try:
        return read_window(clip.path, before, 0 if at is None else question.horizon, at, greyscale, enough=enough)
    except VidpredError as error:
        raise told_by_name(error, clip.path) from None


def _runs(predictor: Predictor, known: np.ndarray, number: int, seed: int) -> dict[str, Iterator[np.ndarray]]:
    """Return the frames to come by the predictor, ``number`` samples of each unless it is 0, and by its rivals."""
    asked = continued(predictor, known[-frames_of_use(predictor) :], num_samples=number or None, seed=seed)
    facts = {"num_context_frames": RIVAL_FRAMES, "lead": 1}
    rivals = {name: PREDICTORS.build(rival, facts) for name, rival in RIVALS.items()}
    return {PREDICTION: asked, **{name: continued(rival, known[-RIVAL_FRAMES:]) for name, rival in rivals.items()}}


def _gathered(runs: Mapping[str, Iterator[np.ndarray]], horizon: int, say: Say) -> dict[str, np.ndarray]:
    """Return so many frames of each, (horizon, H, W, C) or with samples (horizon, N, H, W, C)."""
    found = {}
    for number, (name, frames) in enumerate(runs.items()):
        film = []
        for step, frame in enumerate(islice(frames, horizon)):
            film.append(frame)
            say((number + (step + 1) / horizon) / len(runs), f"{name}: frame {step + 1} of {horizon}")
        found[name] = np.stack(film)
    return found


def _by_name(found: Mapping[str, np.ndarray], number: int) -> tuple[dict[str, np.ndarray], np.ndarray | None]:
    """Return the films by what the page calls them, and how far samples spread; ``number`` of them, or 0 for none."""
    if not number:
        return dict(found), None
    futures = np.moveaxis(found[PREDICTION], 1, 0)  # (N, horizon, H, W, C)
    films = {f"sample {sample}": future for sample, future in enumerate(futures, start=1)}
    rivals = {name: film for name, film in found.items() if name != PREDICTION}
    return films | rivals, spread_of_frames(futures) if number > 1 else None


def _scores(film: np.ndarray, truth: np.ndarray) -> dict[str, list[float]]:
    """Return the scores by metric, but for those that such small frames are too small for."""
    scores: dict[str, list[float]] = {}
    for name in SCORES:
        with suppress(VidpredError):
            scores |= score(to_model(film[: len(truth)]), to_model(truth), metrics={name: METRICS[name]})
    return scores
