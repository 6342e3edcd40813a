"""The noise by which a predictor draws one of many futures, where a deterministic one must name their mean or median.

A predictor that samples has ``latent_channels`` above 0 and takes ``forward(context, latent=None)``.
"""

from collections.abc import Iterator
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.frames.pyramid import Pyramid
from vidpred.interfaces import Predictor, SamplingPredictor


def latent_channels(predictor: object) -> int:
    """Return how many numbers of noise ``predictor`` takes per future; 0 where it is deterministic."""
    return int(getattr(predictor, "latent_channels", 0))


def resolve_latent(predictor: object, context: Tensor, latent: Tensor | None) -> Tensor | None:
    """Return the noise that ``predictor`` uses: what it is given, else what its mode asks for.

    In training that is a draw per clip from torch's global generator, in evaluation zeros: nothing is random
    at test time unless it is asked for.

    Args:
        predictor: whose noise it is.
        context: clips (B, T, C, H, W), for their number, device and type.
        latent: (B, latent_channels), standard normal, or none.

    Returns:
        (B, latent_channels); none where the predictor is deterministic.

    Raises:
        VidpredError: ``latent`` has another shape than the predictor takes.
    """
    shape = (len(context), latent_channels(predictor))
    if latent is not None and latent.shape != shape:
        raise VidpredError(
            f"the latent is {tuple(latent.shape)}, but this predictor takes {shape} for these clips "
            "(clips, latent_channels); give one of that shape, or none"
        )
    if latent is not None or not shape[1]:
        return latent
    draw = torch.randn if isinstance(predictor, nn.Module) and predictor.training else torch.zeros
    return draw(shape, device=context.device, dtype=context.dtype)


def append_latent(planes: Tensor, latent: Tensor | None) -> Tensor:
    """Lay the noise (B, Z), if there is any, as Z constant planes behind ``planes`` (B, C, h, w)."""
    if latent is None:
        return planes
    return torch.cat([planes, latent[:, :, None, None].expand(-1, -1, *planes.shape[-2:]).to(planes.dtype)], dim=1)


def predict_with(predictor: Predictor, context: Tensor, latent: Tensor | None) -> Pyramid:
    """Ask ``predictor`` for the frame after ``context`` (B, T, C, H, W), with noise (B, Z) if there is any."""
    return predictor(context) if latent is None else cast(SamplingPredictor, predictor)(context, latent)


def draw_latents(channels: int, seed: int, sample: int) -> Iterator[Tensor]:
    """Yield noise (channels,) for every step of one sample, without end.

    Every pair of ``seed`` and ``sample`` has a random stream of its own, drawn on the CPU: what a sample gets
    depends neither on how many others there are, nor on the device.
    """
    state = np.random.SeedSequence([seed, sample]).generate_state(1, np.uint64)
    generator = torch.Generator().manual_seed(int(state[0]))
    while True:
        yield torch.randn(channels, generator=generator)
