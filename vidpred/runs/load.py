"""From a checkpoint to a predictor or a generator, and from a video to its predicted future."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.frames.pyramid import frame_channels
from vidpred.interfaces import Predictor
from vidpred.machine.arguments import checked
from vidpred.machine.engine import Engine, all_evaluating, for_loaded_weights
from vidpred.machine.memory import require_memory
from vidpred.machine.progress import progress
from vidpred.predictors.rollout.cadence import Cadence
from vidpred.predictors.rollout.continuing import continued
from vidpred.predictors.rollout.rollout import TIME, cadence_of, frames_needed, frames_of_use
from vidpred.runs.checkpoint import Checkpoint, load_to_predict, load_weights
from vidpred.runs.named_predictors import build_named, find_named
from vidpred.runs.needs import require_room_to_load
from vidpred.runs.networks import build_network, build_task, prepare_network
from vidpred.runs.settings import parse_config
from vidpred.runs.shipped import DEFAULT
from vidpred.tasks import FrameInterpolation
from vidpred.tasks.commands import require_served
from vidpred.video import VideoInfo, read_window
from vidpred.wording import counted


@dataclass(frozen=True, repr=False)
class Prediction:
    """A predicted future beside what it was predicted from; all frames 8-bit, at native size.

    Args:
        context: the frames (T, H, W, C) before, oldest first, of which the predictor used the last ones;
            C is 3, or 1 for greyscale.
        future: the predicted frames (horizon, H, W, C); the first sample where samples were asked for.
        truth: the frames that the video itself goes on with (at most horizon, H, W, C); none unless compared.
        info: the video's size, rate and length.
        samples: futures (N, horizon, H, W, C), each as likely as any other, if they were asked for.
        cadence: the steady rhythm in which the context repeats frames, and in which the future goes on; None where
            there is none, or the predictor takes no notice of it.
    """

    context: np.ndarray
    future: np.ndarray
    truth: np.ndarray
    info: VideoInfo
    samples: np.ndarray | None = None
    cadence: Cadence | None = None

    def __repr__(self) -> str:  # sizes instead of frames, which a notebook would print
        found = {name: value for name, value in vars(self).items() if isinstance(value, np.ndarray)}
        sizes = (f"{name}={value.dtype} {value.shape}" for name, value in found.items())
        return f"Prediction({', '.join([*sizes, f'info={self.info}'])})"


@checked
def load_predictor(checkpoint: str | Path = DEFAULT, device: str = "auto") -> Predictor:
    """Rebuild the predictor of a run from its checkpoint alone, with averaged weights where there are any.

    Args:
        checkpoint: a file that ``vidpred train`` wrote, or a run's folder (its best checkpoint, else its last);
            by default the weights that the package ships; or the name of a predictor without weights, as
            ``optical_flow``.
        device: ``auto`` (a GPU if there is one), ``cpu``, ``cuda``, ``cuda:1``, ``mps``.

    Returns:
        The network, a ``torch.nn.Module`` in evaluation mode, whose weights require no gradients:
        ``.requires_grad_(True).train()`` lets them learn on.

    Raises:
        VidpredError: no checkpoint there and no such name, a damaged one, one of another kind or version, or one
            whose task does not serve ``vidpred predict``.
    """
    found = find_named(checkpoint)
    if isinstance(found, Path):
        return cast(Predictor, load_network(found, device, "predict"))
    Engine(device=device, alone=True)  # refuses a device that there is not; what has no weights is on none
    return build_named(found)


@checked
def load_generator(checkpoint: str | Path, device: str = "auto", command: str = "sample") -> nn.Module:
    """Rebuild the generator of images of a run from its checkpoint alone, as :func:`load_predictor` does.

    Args:
        checkpoint: see :func:`load_predictor`.
        device: see :func:`load_predictor`.
        command: of ``vidpred``, that the run's task must serve.

    Returns:
        The network, a :class:`~vidpred.interfaces.Generator` in evaluation mode.

    Raises:
        VidpredError: see :func:`load_predictor`.
    """
    return load_network(Path(checkpoint), device, command)


def load_interpolator(checkpoint: str | Path, device: str = "auto") -> tuple[Predictor, FrameInterpolation]:
    """Rebuild the network of a run that interpolates frames, and the task that says what it is given.

    Raises:
        VidpredError: see :func:`load_predictor`, for ``vidpred interpolate-video``.
    """
    path = find_named(checkpoint)
    if isinstance(path, str):
        raise VidpredError(
            f"{path} predicts frames that follow, and draws none between others; name a run of frame_interpolation, or "
            "leave --checkpoint out for optical flow"
        )
    network = load_network(path, device, "interpolate-video")
    task = build_task(parse_config(Checkpoint.load(path, only=()).config))
    return cast(Predictor, network), cast(FrameInterpolation, task)


def load_discriminator(checkpoint: str | Path, device: str = "auto") -> nn.Module:
    """Rebuild the discriminator of images of a run from its checkpoint alone.

    Returns:
        The network, a :class:`~vidpred.interfaces.Discriminator` in evaluation mode.

    Raises:
        VidpredError: see :func:`load_predictor`, for ``vidpred probe``; or the run had no discriminator.
    """
    from vidpred.discriminators import DISCRIMINATORS  # here, because nothing that predicts needs one

    engine, path = Engine(device=device), Path(checkpoint)
    saved = Checkpoint.load(path, only=("discriminator",))
    config = parse_config(saved.config)
    require_served("probe", config.task.name, path)
    weights = saved.weights("discriminator", path)
    if weights is None:
        raise VidpredError(f"the run {path} was trained without a discriminator; name one with an adversary")
    facts = {"num_scales": 1, **saved.facts}
    part = DISCRIMINATORS.prepare(config.discriminator.name, config.discriminator.options)
    require_room_to_load(part, facts, path, engine.device)
    with for_loaded_weights():
        network: nn.Module = part.build(facts)
    _load_weights(network, weights, path)
    network.requires_grad_(False).eval()
    return engine.place(network)


def load_network(path: Path, device: str, command: str) -> nn.Module:
    """Rebuild whatever network a run trained, for a command of ``vidpred`` that the run's task must serve.

    Raises:
        VidpredError: see :func:`load_predictor`.
    """
    engine = Engine(device=device, alone=True)
    saved, weights = load_to_predict(path)
    config = parse_config(saved.config)
    require_served(command, config.task.name, path)
    task = build_task(config)
    require_room_to_load(prepare_network(config, task), saved.facts, path, engine.device)
    with for_loaded_weights():
        network = build_network(config, task, saved.facts)
    _load_weights(network, weights, path)
    network.requires_grad_(False).eval()
    return engine.place(network)


@checked
def predict_video(
    video: str | Path,
    predictor: Predictor,
    horizon: int = 10,
    start: float | None = None,
    compare: bool = False,
    lead_in: int = 0,
    max_pixels: int | None = None,
    num_samples: int | None = None,
    seed: int = 0,
) -> Prediction:
    """Predict how a video goes on, at its native size.

    Only the frames that are needed are decoded, and large frames are predicted in tiles, so that memory
    depends on neither the length nor, beyond the frames themselves, the size of the video.

    Args:
        video: a video file, or a folder of numbered frames.
        predictor: what :func:`load_predictor` returns, or any other; it predicts in evaluation mode.
        horizon: how many frames to predict, at least 1.
        start: seconds into the video after which to predict; None is its end.
        compare: also return what follows ``start``; at the end, hold the last ``horizon`` frames back for it.
        lead_in: how many frames of context to return, where the video has them; never fewer than the
            predictor needs.
        max_pixels: most pixels that the network is given at once; None takes what fits in about a gigabyte.
        num_samples: how many futures to sample, from a stochastic predictor; None predicts one without noise.
        seed: of the sampled futures: the same ones every time, and with more, these among them.

    Raises:
        VidpredError: an unreadable video, ``start`` outside it, too few frames for the predictor, nothing
            to compare with, a horizon below 1, or samples of a deterministic predictor.
    """
    if horizon < 1:
        raise VidpredError(f"the horizon is {horizon}, but at least 1 frame must be predicted; set horizon=1 or more")
    needed = frames_needed(predictor)
    greyscale = frame_channels(predictor) == 1
    wanted = frames_of_use(predictor)
    window = read_window(Path(video), max(lead_in, wanted), horizon if compare else 0, start, greyscale, enough=needed)
    context, truth = window.frames[: window.num_before], window.frames[window.num_before :]
    if compare and not len(truth):
        raise VidpredError(
            f"{video} has no frame after second {start}, so there is nothing to compare with; "
            "choose an earlier start, or do not compare"
        )
    predicted = window.frames[:1].nbytes * horizon * (num_samples or 1)
    require_memory(
        predicted, f"a future of {counted(horizon, 'frame')} of this size needs", "predict fewer frames, or samples"
    )
    cadence = cadence_of(predictor, context[-wanted:])
    frames = islice(continued(predictor, context[-wanted:], max_pixels, num_samples, seed), horizon)
    shown = progress(frames, "predicting", "frame", horizon)
    with all_evaluating([predictor]):
        future = np.stack(list(shown), axis=TIME)  # (horizon, H, W, C), or so many of each sample
    if num_samples is None:
        return Prediction(context, future, truth, window.info, cadence=cadence)
    return Prediction(context, future[0], truth, window.info, samples=future, cadence=cadence)


@torch.inference_mode()
def _load_weights(network: nn.Module, weights: Mapping[str, Tensor] | Any, path: Path) -> None:
    try:
        load_weights(network, weights)
    except (RuntimeError, TypeError, AttributeError) as error:
        reason = str(error).splitlines()[-1].strip().rstrip(".")[:300]
        raise VidpredError(
            f"the weights in {path} do not fit the network that its settings describe ({reason}); "
            "name another checkpoint, or use the vidpred that wrote it"
        ) from None
