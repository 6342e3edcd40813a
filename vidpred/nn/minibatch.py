"""Minibatch statistics for discriminators: how similar a clip is to the others of its batch.

With several processes, each compares only its own part of the batch.
"""

import torch
from torch import Tensor, nn


class MinibatchDiscrimination(nn.Module):
    """Append to every vector its mean closeness to the others of the batch, under learned kernels.

    A kernel projects each vector to a few dimensions; the closeness of two clips is exp(-d) for the L1 distance d
    between their projections, averaged over all other clips. It is 0 for a clip alone in its batch.

    Args:
        num_features: of a vector.
        num_kernels: number of kernels, each of which appends one value.
        num_dims: dimensions that a kernel projects to.

    Source: Salimans et al. (2016), who sum over the batch; as in their code for ImageNet, here it is the mean,
    which does not depend on the size of the batch, and a clip is not compared with itself.
    """

    def __init__(self, num_features: int, num_kernels: int, num_dims: int):
        super().__init__()
        self.num_kernels = num_kernels
        self.project = nn.Linear(num_features, num_kernels * num_dims, bias=False)

    def forward(self, vectors: Tensor) -> Tensor:
        """Map (B, num_features) to (B, num_features + num_kernels)."""
        projected = self.project(vectors).float().unflatten(1, (self.num_kernels, -1))  # (B, kernels, dims)
        distances = (projected[:, None] - projected[None]).abs().sum(dim=3)  # (B, B, kernels)
        others = 1 - torch.eye(len(vectors), dtype=projected.dtype, device=vectors.device)[:, :, None]
        closeness = ((-distances).exp() * others).sum(dim=1) / max(1, len(vectors) - 1)  # (B, kernels)
        return torch.cat([vectors, closeness.to(vectors.dtype)], dim=1)


class MinibatchDeviation(nn.Module):
    """Append to every vector the standard deviation over the batch, averaged over features.

    Source: Karras et al. (2018), "Progressive growing of GANs".
    """

    def forward(self, vectors: Tensor) -> Tensor:
        """Map (B, F) to (B, F + 1)."""
        variance = vectors.float().var(dim=0, correction=0)  # (F,)
        deviation = (variance + 1e-8).sqrt().mean()  # the derivative of the root is infinite at 0
        return torch.cat([vectors, deviation.to(vectors.dtype).expand(len(vectors), 1)], dim=1)


class MinibatchStatistics(nn.Sequential):
    """Append the selected minibatch statistics to every vector.

    Args:
        num_features: of a vector.
        num_kernels: of :class:`MinibatchDiscrimination`; 0 leaves it out.
        num_dims: dimensions that a kernel projects to.
        deviation: whether to append :class:`MinibatchDeviation`.
    """

    def __init__(self, num_features: int, num_kernels: int, num_dims: int, deviation: bool):
        closeness = [MinibatchDiscrimination(num_features, num_kernels, num_dims)] if num_kernels else []
        super().__init__(*closeness, *([MinibatchDeviation()] if deviation else []))
        self.num_features = num_features + num_kernels + deviation
