"""The classification accuracy score, of generators that are perfect and of one that has mixed its labels up."""

import numpy as np
import pytest
import torch
from torch import nn

from vidpred.errors import VidpredError
from vidpred.exploration import accuracy_score


class Bright(nn.Module):
    """Draws a bright upper half for class 0 and a bright lower half for class 1, or the other way round."""

    latent_channels = 4
    num_classes = 2

    def __init__(self, swapped=False):
        super().__init__()
        self.swapped = nn.Parameter(torch.tensor(float(swapped)))

    def forward(self, noise, labels):
        lower = (labels + self.swapped.round().long()) % 2
        rows = torch.arange(8)[None, :, None] // 4
        images = (rows == lower[:, None, None]).float().expand(-1, -1, 8) + 0.1 * noise[:, :1, None]
        return [images[:, None, None] * 2 - 1]


def real(number, seed):
    labels = np.random.default_rng(seed).integers(0, 2, number)
    drawn = Bright()(torch.randn(number, 4, generator=torch.Generator().manual_seed(seed)), torch.tensor(labels))[0]
    return ((drawn[:, 0] + 1) * 127.5).clamp(0, 255).round().byte().permute(0, 2, 3, 1).detach().numpy(), labels


def test_a_perfect_generator_teaches_as_much_as_real_images():
    score = accuracy_score(Bright().eval(), real(40, 0), real(20, 1), steps=40)
    assert (score.of_generated, score.of_real) == (1, 1)
    assert (score.num_images, score.num_tested) == (40, 20)


def test_a_generator_that_mixes_its_classes_up_teaches_the_wrong_ones():
    score = accuracy_score(Bright(swapped=True).eval(), real(40, 0), real(20, 1), steps=40)
    assert (score.of_generated, score.of_real) == (0, 1)


def test_labels_are_needed(generator):
    with pytest.raises(VidpredError, match="this generator was trained without"):
        accuracy_score(generator, real(40, 0), real(20, 1))


def test_steps_that_never_end_are_refused_before_anything_is_generated():
    with pytest.raises(VidpredError, match="1000000000000 steps were asked for, which never end"):
        accuracy_score(Bright(), real(40, 0), real(20, 1), steps=10**12)


def test_a_class_that_cannot_be_learnt_is_not_tested():
    images, labels = real(40, 0)
    held_out, wanted = real(20, 1)
    with pytest.raises(VidpredError, match="the 40 training images cannot show each of the 2 classes"):
        accuracy_score(Bright().eval(), (images, np.zeros_like(labels)), (held_out, wanted))
