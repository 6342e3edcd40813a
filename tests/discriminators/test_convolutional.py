"""The discriminators that take any size."""

import pytest
import torch
from torch import nn

from vidpred.discriminators import ConvolutionalDiscriminator
from vidpred.frames.pyramid import build_pyramid


def small(**options):
    return ConvolutionalDiscriminator(num_frames=5, width_multiplier=0.05, **options)


def test_every_scale_judges_the_same_places(clip):
    assert [logits.shape for logits in small()(build_pyramid(clip, 4))] == [(2, 4, 4)] * 4


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (25, 70)], ids=str)
def test_any_size_is_judged_by_the_same_network(size):
    for logits in small()(build_pyramid(torch.rand(1, 5, 3, *size), 4)):
        assert logits.shape == (1, -(-size[0] // 8), -(-size[1] // 8))


def test_a_change_is_judged_only_where_it_is_near():
    frames = torch.rand(1, 5, 3, 128, 128)
    changed = frames.clone()
    changed[..., :8, :8] = 0
    network = small().double()
    before, after = (network(build_pyramid(clips.double(), 4))[-1] for clips in (frames, changed))
    assert not torch.equal(before[:, 0, 0], after[:, 0, 0])
    assert torch.equal(before[:, 8:, 8:], after[:, 8:, 8:])


def test_the_convolutions_are_as_wide_as_the_papers():
    network = ConvolutionalDiscriminator(num_frames=5)
    widths = [[layer.out_channels for layer in scale if isinstance(layer, nn.Conv2d)] for scale in network.scales]
    assert widths[0] == [64, 512, 256, 1]
    assert widths[3] == [128, 256, 512, 128, 1024, 512, 1]


def test_no_layer_mixes_the_clips_of_a_batch():
    assert not [m for m in small().modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
