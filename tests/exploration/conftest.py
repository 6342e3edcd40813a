"""Generators whose answers are known."""

import pytest
import torch
from torch import nn


class Linear(nn.Module):
    """Draws images of two channels and 4 x 4 pixels that are linear in the noise; a class adds its number / 10."""

    def __init__(self, latent_channels=6, num_classes=0):
        super().__init__()
        self.latent_channels = latent_channels
        self.num_classes = num_classes
        draws = torch.Generator().manual_seed(0)
        self.basis = nn.Parameter(torch.randn(latent_channels, 2 * 4 * 4, generator=draws) / 8)

    def forward(self, noise, labels=None):
        images = noise @ self.basis
        if labels is not None:
            images = images + labels[:, None] / 10
        return [images.view(-1, 1, 2, 4, 4)]


@pytest.fixture
def linear():
    return Linear


@pytest.fixture
def generator():
    return Linear()
