"""The paper's discriminators."""

import pytest
import torch
from torch import nn

from vidpred.discriminators import FullyConnectedDiscriminator
from vidpred.errors import VidpredError
from vidpred.frames.pyramid import build_pyramid


def small(height, width, num_scales=4):
    return FullyConnectedDiscriminator(5, height, width, num_scales=num_scales, width_multiplier=0.02)


def test_the_papers_network_has_its_20_64_million_parameters():
    network = FullyConnectedDiscriminator(num_frames=5, height=32, width=32)
    counts = [sum(parameter.numel() for parameter in scale.parameters()) for scale in network.scales]
    assert counts == [271_873, 1_280_769, 7_226_881, 11_860_865]
    assert sum(counts) == 20_640_388


def test_only_the_finest_scale_pools():
    pooled = [any(isinstance(m, nn.MaxPool2d) for m in scale.modules()) for scale in small(32, 32).scales]
    assert pooled == [False, False, False, True]


def test_gives_one_logit_per_clip_and_scale(clip):
    assert [logits.shape for logits in small(32, 32)(build_pyramid(clip, 4))] == [(2,)] * 4


@pytest.mark.parametrize(("num_scales", "smallest"), [(1, 22), (2, 25), (3, 25), (4, 25), (5, 33)])
def test_the_smallest_patch_is_as_small_as_it_says(num_scales, smallest):
    clips = build_pyramid(torch.rand(1, 5, 3, smallest, smallest), num_scales)
    assert len(small(smallest, smallest, num_scales)(clips)) == num_scales
    with pytest.raises(VidpredError, match=f"at least {smallest} x {smallest}.*'convolutional'"):
        small(smallest, smallest - 1, num_scales)


def test_clips_of_another_size_are_refused(clip):
    with pytest.raises(VidpredError, match=r"are 32 x 32, but .* built for 32 x 48 .*'convolutional'"):
        small(32, 48)(build_pyramid(clip, 4))
