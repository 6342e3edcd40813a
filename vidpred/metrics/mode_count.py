"""How many of the known modes samples cover, and how evenly."""

from typing import NamedTuple

import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.frames.alike import require_tensor
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Classes

WHOLE = (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)
TABLES = 3  # axes
DIGITS = 10  # classes of each of the three channels
HUNDREDS = torch.tensor([DIGITS**2, DIGITS, 1])  # by channel


class ModeCount(NamedTuple):
    """How samples cover modes that are all equally frequent in the data."""

    found: int  # modes with at least one sample
    divergence: float  # KL divergence of the samples' modes from the uniform distribution, in nats; 0 at best


@checked
def mode_count(modes: Tensor, num_modes: Classes) -> ModeCount:
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
    whole = modes.dtype in WHOLE and modes.ndim == 1 and len(modes) > 0
    if not whole or int(modes.min()) < 0 or int(modes.max()) >= num_modes:
        raise VidpredError(
            f"the modes of samples are a tensor {tuple(modes.shape)} of {modes.dtype}, but (N,) whole numbers from "
            f"0 to {num_modes - 1} are needed; give the mode of every sample"
        )
    counts = torch.bincount(modes, minlength=num_modes).double()
    shares = counts / len(modes)
    divergence = torch.special.xlogy(shares, shares * num_modes).sum()
    return ModeCount(int((counts > 0).sum()), float(divergence))


def stacked_modes(probabilities: Tensor) -> Tensor:
    """Return the mode of stacked digits (N,), 0 to 999: the digits of their channels, read as one number.

    Args:
        probabilities: of every digit in every channel, (N, 3, 10), or other scores, such as logits.

    Raises:
        VidpredError: they have other axes.
    """
    require_tensor("the probabilities are", probabilities, "(N, 3, 10)")
    if probabilities.ndim != TABLES or probabilities.shape[1:] != (len(HUNDREDS), DIGITS):
        raise VidpredError(
            f"the probabilities are {tuple(probabilities.shape)}, but those of {DIGITS} digits in {len(HUNDREDS)} "
            f"channels, (N, {len(HUNDREDS)}, {DIGITS}), are needed; give scores of every digit"
        )
    return (probabilities.argmax(dim=-1) * HUNDREDS.to(probabilities.device)).sum(dim=-1)
