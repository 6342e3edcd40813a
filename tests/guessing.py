"""A predictor that draws its futures from noise, small enough to be computed by hand."""

import torch
from torch import nn


class Guessing(nn.Module):
    """Predicts the last frame, brighter or darker by a quarter of the first number of its noise."""

    latent_channels = 2

    def __init__(self, num_context_frames: int = 2, lead: int = 1):
        super().__init__()
        self.num_context_frames, self.lead = num_context_frames, lead
        self.latents = []

    def forward(self, context, latent=None):
        latent = torch.zeros(len(context), self.latent_channels) if latent is None else latent
        self.latents.append(latent.tolist())
        return [context[:, -1:] + latent[:, :1, None, None, None] / 4]
