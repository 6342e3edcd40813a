"""Networks with weights drawn at random, and labelled images that are easy to learn."""

import numpy as np
import torch


def randomise(network, seed=0):
    """Give a network weights that keep what passes through it at about one size."""
    draws = torch.Generator().manual_seed(seed)
    for name, value in network.state_dict().items():
        if name.endswith("running_var") or (name.endswith("weight") and value.ndim == 1):
            value.uniform_(0.5, 1.5, generator=draws)
        elif value.ndim == 1:
            value.normal_(0, 0.1, generator=draws)
        elif value.is_floating_point() and value.ndim > 1:
            value.normal_(0, (2 / value[0].numel()) ** 0.5, generator=draws)
    return network.eval()


def draw_stripes(number=600, side=16, seed=0):
    """Draw noisy stripes that lie (class 3) or stand (class 7)."""
    draws = np.random.default_rng(seed)
    labels = draws.choice([3, 7], number)
    waves = np.sin(np.arange(side) * 2 + draws.uniform(0, 6, (number, 1)))[:, :, None].repeat(side, axis=2)
    waves = np.where((labels == 3)[:, None, None], waves, waves.transpose(0, 2, 1))
    noisy = 128 + 80 * waves + 20 * draws.standard_normal(waves.shape)
    return noisy.clip(0, 255).astype(np.uint8)[..., None], labels
