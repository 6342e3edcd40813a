"""How many of the known modes samples cover, and how evenly."""

from typing import NamedTuple

import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.frames.alike import require_tensor

DIGITS = 10  # classes of each of the three channels
HUNDREDS = torch.tensor([DIGITS**2, DIGITS, 1])  # by channel


class ModeCount(NamedTuple):
    """How samples cover modes that are all equally frequent in the data."""

    found: int  # modes with at least one sample
    divergence: float  # KL divergence of the samples' modes from the uniform distribution, in nats; 0 at best


def mode_count(modes: Tensor, num_modes: int) -> ModeCount:
    """Count the modes, and return the Kullback-Leibler divergence of their frequencies from uniform ones.

    Both depend on the number of samples: few samples miss modes even where they are real data.

    Args:
        modes: of every sample (N,), integers from 0 to ``num_modes - 1``.
        num_modes: number of existing modes.

    Raises:
        VidpredError: no samples, or modes that do not exist.

    Source: Metz, Poole, Pfau and Sohl-Dickstein (2017), "Unrolled generative adversarial networks".
    """
    require_tensor("the modes are", modes, "(N,)")
    if modes.ndim != 1 or not len(modes) or int(modes.min()) < 0 or int(modes.max()) >= num_modes:
        raise VidpredError(
            f"the modes of samples are a tensor {tuple(modes.shape)}, but (N,) whole numbers from 0 to {num_modes - 1} "
            "are needed; give the mode of every sample"
        )
    counts = torch.bincount(modes, minlength=num_modes).double()
    shares = counts / len(modes)
    divergence = torch.special.xlogy(shares, shares * num_modes).sum()
    return ModeCount(int((counts > 0).sum()), float(divergence))


def stacked_modes(probabilities: Tensor) -> Tensor:
    """Return the mode of stacked digits (N,), 0 to 999: the digits of their channels, read as one number.

    Args:
        probabilities: of every digit in every channel, (N, 3, 10), or other scores, such as logits.
    """
    return (probabilities.argmax(dim=-1) * HUNDREDS.to(probabilities.device)).sum(dim=-1)
