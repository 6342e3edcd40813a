"""What a discriminator sees of one clip beside the others of its batch: how like them it is.

Of several processes, each compares its own part of the batch.
"""

import torch
from torch import Tensor, nn


class KernelCloseness(nn.Module):
    """Append to every vector how close it is to the others of the batch, as seen through learned kernels.

    A kernel projects each vector to a few numbers; the closeness of two clips is exp(-d) of the absolute
    distance d between theirs, averaged over all others. Alone in its batch, a clip is close to nothing.

    Args:
        num_features: of a vector.
        num_kernels: numbers that are appended.
        num_dims: numbers that each kernel compares.

    Source: Salimans et al. (2016), who sum where the mean stands here; as in their code for ImageNet, the
    mean does not depend on the size of the batch, and a clip is not compared with itself.
    """

    def __init__(self, num_features: int, num_kernels: int, num_dims: int):
        super().__init__()
        self.num_kernels = num_kernels
        self.project = nn.Linear(num_features, num_kernels * num_dims, bias=False)

    def forward(self, vectors: Tensor) -> Tensor:
        """Map (B, num_features) to (B, num_features + num_kernels)."""
        seen = self.project(vectors).float().unflatten(1, (self.num_kernels, -1))  # (B, kernels, dims)
        distances = (seen[:, None] - seen[None]).abs().sum(dim=3)  # (B, B, kernels)
        others = 1 - torch.eye(len(vectors), device=vectors.device)[:, :, None]
        closeness = ((-distances).exp() * others).sum(dim=1) / max(1, len(vectors) - 1)  # (B, kernels)
        return torch.cat([vectors, closeness.to(vectors.dtype)], dim=1)


class Deviation(nn.Module):
    """Append to every vector one number: how much the vectors of the batch deviate, on average over features.

    Source: Karras et al. (2018), "Progressive growing of GANs".
    """

    def forward(self, vectors: Tensor) -> Tensor:
        """Map (B, F) to (B, F + 1)."""
        variance = vectors.float().var(dim=0, correction=0)  # (F,)
        deviation = (variance + 1e-8).sqrt().mean()  # the slope of the root is infinite at 0
        return torch.cat([vectors, deviation.to(vectors.dtype).expand(len(vectors), 1)], dim=1)


class Comparison(nn.Sequential):
    """Append to every vector all that is asked for of how like it is to the others of the batch.

    Args:
        num_features: of a vector.
        num_kernels: of :class:`KernelCloseness`; 0 for none.
        num_dims: numbers that each kernel compares.
        deviation: whether :class:`Deviation` is appended.
    """

    def __init__(self, num_features: int, num_kernels: int, num_dims: int, deviation: bool):
        closeness = [KernelCloseness(num_features, num_kernels, num_dims)] if num_kernels else []
        super().__init__(*closeness, *([Deviation()] if deviation else []))
        self.num_features = num_features + num_kernels + deviation
