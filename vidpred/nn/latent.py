"""The noise with which a predictor samples one of many futures; a deterministic one can only predict their average.

A sampling predictor has ``latent_channels`` above 0 and takes ``forward(context, latent=None)``.
"""

from collections.abc import Iterator
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.frames.alike import in_words
from vidpred.frames.pyramid import Pyramid
from vidpred.interfaces import Predictor, SamplingPredictor

ROWS = 2  # axes of noise (B, Z)


def latent_channels(predictor: object) -> int:
    """Return the length of the noise vector that ``predictor`` takes per future; 0 where it is deterministic."""
    return int(getattr(predictor, "latent_channels", 0))


def resolve_latent(predictor: object, context: Tensor, latent: Tensor | None) -> Tensor | None:
    """Return the noise that ``predictor`` uses: the given one, or a default that depends on its mode.

    The default is a random vector per clip, from torch's global generator, in training, and zeros in evaluation:
    nothing is random at test time unless noise is given.

    Args:
        predictor: that takes the noise.
        context: clips (B, T, C, H, W), for their number, device and type.
        latent: (B, latent_channels), standard normal, or None.

    Returns:
        (B, latent_channels); None where the predictor is deterministic.

    Raises:
        VidpredError: ``latent`` has another shape than the predictor takes.
    """
    shape = (context.shape[0], latent_channels(predictor))  # len() would freeze the batch of an exported network
    if latent is not None and latent.shape != shape:
        raise VidpredError(
            f"the latent is {tuple(latent.shape)}, but this predictor takes {shape} for these clips "
            "(clips, latent_channels); give one of that shape, or none"
        )
    if latent is not None or not shape[1]:
        return latent
    draw = torch.randn if isinstance(predictor, nn.Module) and predictor.training else torch.zeros
    return draw(shape, device=context.device, dtype=context.dtype)


def require_noise(generator: object, noise: object) -> None:
    """Refuse what is no noise (B, latent_channels) for ``generator``.

    Raises:
        VidpredError: it is none.
    """
    wanted = latent_channels(generator)
    if not isinstance(noise, Tensor) or not noise.is_floating_point() or noise.ndim != ROWS or noise.shape[1] != wanted:
        raise VidpredError(
            f"the noise is {in_words(noise)}, but {type(generator).__name__} takes floats (B, {wanted}), "
            "standard normal; vidpred.sample draws them by a seed"
        )


def append_latent(maps: Tensor, latent: Tensor | None) -> Tensor:
    """Append the noise (B, Z), if any, to ``maps`` (B, C, h, w) as Z constant feature maps: (B, C + Z, h, w)."""
    if latent is None:
        return maps
    constant = latent[:, :, None, None].expand(-1, -1, *maps.shape[-2:])  # (B, Z, h, w)
    return torch.cat([maps, constant.to(maps.dtype)], dim=1)


def predict_with(predictor: Predictor, context: Tensor, latent: Tensor | None) -> Pyramid:
    """Predict the frame after ``context`` (B, T, C, H, W), with noise (B, Z) if any is given."""
    return predictor(context) if latent is None else cast(SamplingPredictor, predictor)(context, latent)


def draw_latents(channels: int, seed: int, sample: int) -> Iterator[Tensor]:
    """Yield noise (channels,) for every step of one sample, without end.

    Every pair of ``seed`` and ``sample`` has its own random stream, generated on the CPU: the noise of a sample
    depends neither on the number of samples nor on the device.
    """
    state = np.random.SeedSequence([seed, sample]).generate_state(1, np.uint64)
    generator = torch.Generator().manual_seed(int(state[0]))
    while True:
        yield torch.randn(channels, generator=generator, dtype=torch.float32, device="cpu")
