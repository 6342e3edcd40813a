"""Virtual batch normalisation: every example is normalised with a reference batch that never changes."""

import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError

REFERENCE_SIZE = 64
EPSILON = 1e-5  # avoids division by 0 for constant features


class ReferenceBatch(nn.Module):
    """The examples that are prepended to every batch; a buffer, and so saved with the weights.

    Args:
        shape: of one example.
    """

    rows: Tensor
    labels: Tensor
    is_known: Tensor

    def __init__(self, *shape: int):
        super().__init__()
        self.register_buffer("rows", torch.zeros(REFERENCE_SIZE, *shape))
        self.register_buffer("labels", torch.zeros(REFERENCE_SIZE, dtype=torch.long))
        self.register_buffer("is_known", torch.tensor(False))
        self._seen_known = False  # avoids a synchronisation with the GPU at every step

    def fix(self, rows: Tensor, labels: Tensor | None = None) -> None:
        """Store the examples (N, ...), repeated if there are too few, and their labels (N,), if any."""
        chosen = torch.arange(REFERENCE_SIZE, device=rows.device) % len(rows)
        self.rows.copy_(rows[chosen])
        if labels is not None:
            self.labels.copy_(labels[chosen])
        self.is_known.fill_(True)

    def prepend(self, rows: Tensor, labels: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """Prepend the reference examples to ``rows`` (B, ...), and their labels to ``labels``, if any.

        Raises:
            VidpredError: no reference examples were stored.
        """
        self._seen_known = self._seen_known or bool(self.is_known)
        if not self._seen_known:
            raise VidpredError(
                "virtual batch normalisation has no reference batch yet; give real clips to the "
                "discriminator's take_reference, as a run does before its first step"
            )
        together = torch.cat([self.rows.to(rows.dtype), rows])
        return together, torch.cat([self.labels, labels.to(self.labels.device)]) if labels is not None else None


class VirtualBatchNorm2d(nn.Module):
    """Normalise every example by the moments of the reference batch and of itself, then scale and shift.

    In the moments an example has the same weight as one of the reference batch. The reference batch itself is
    normalised by its own moments alone. No example depends on the rest of its batch, in training or evaluation.

    Args:
        num_features: channels.

    Source: Salimans et al. (2016).
    """

    def __init__(self, num_features: int):
        super().__init__()
        self.num_features = num_features
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))

    def forward(self, maps: Tensor) -> Tensor:
        """Normalise (REFERENCE_SIZE + B, C, h, w), the reference batch first."""
        exact = maps.float()
        means, squares = exact.mean(dim=(2, 3)), exact.square().mean(dim=(2, 3))  # (REFERENCE_SIZE + B, C)
        mean, square = (_beside_reference(moments) for moments in (means, squares))
        variance = (square - mean.square()).clamp_min(0)
        scale = self.weight * (variance + EPSILON).rsqrt()
        shift = self.bias - mean * scale
        normalised: Tensor = exact * scale[:, :, None, None] + shift[:, :, None, None]
        return normalised.to(maps.dtype)


def _beside_reference(moments: Tensor) -> Tensor:
    """Average moments (REFERENCE_SIZE + B, C) over the reference batch, and each later row with the reference."""
    reference = moments[:REFERENCE_SIZE].mean(dim=0)
    later = (REFERENCE_SIZE * reference + moments[REFERENCE_SIZE:]) / (REFERENCE_SIZE + 1)
    return torch.cat([reference.expand(REFERENCE_SIZE, -1), later])
