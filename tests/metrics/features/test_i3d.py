"""I3D is the network of the widespread weights, and pads as TensorFlow does."""

import pytest
import torch
from extractor_material import randomise

from vidpred.errors import VidpredError
from vidpred.metrics.features import I3D
from vidpred.metrics.features.i3d import I3DNetwork, _pad_as_tensorflow


def test_agrees_with_the_widespread_port():
    port = pytest.importorskip("cdfvd.third_party.i3d.pytorch_i3d")
    theirs, ours = randomise(port.InceptionI3d(400, in_channels=3)), I3DNetwork().eval()
    ours.load_state_dict(theirs.state_dict())
    clips = torch.rand(1, 3, 10, 224, 224) * 2 - 1
    with torch.no_grad():
        torch.testing.assert_close(ours(clips), theirs(clips))


def test_has_as_many_weights_as_published():
    """12.7 million: 12,287,264 of the body (Carreira and Zisserman count 12 M) and 1024 x 400 + 400 of the classes."""
    assert sum(weight.numel() for weight in I3DNetwork().parameters()) == 12_287_264 + 1024 * 400 + 400


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding"),
    [
        (224, 7, 2, (2, 3)),
        (112, 3, 2, (0, 1)),
        (9, 7, 2, (3, 3)),
        (28, 3, 1, (1, 1)),
        (7, 2, 2, (0, 1)),
        (5, 1, 1, (0, 0)),
    ],
)
def test_pads_as_tensorflow_with_the_odd_one_at_the_end(size, kernel, stride, padding):
    padded = _pad_as_tensorflow(torch.ones(1, 1, size, size, size), (kernel,) * 3, (stride,) * 3)
    for line in (padded.amax((0, 1, 3, 4)), padded.amax((0, 1, 2, 4)), padded.amax((0, 1, 2, 3))):
        assert line.tolist() == [0] * padding[0] + [1] * size + [0] * padding[1]


def test_short_clips_are_refused(weights_of):
    with pytest.raises(VidpredError, match="the clips have 8 frames, but i3d needs 9 or more"):
        I3D(weights_of["i3d"])(torch.zeros(1, 8, 3, 32, 32))


def test_without_weights_says_how_to_get_them():
    with pytest.raises(VidpredError, match=r"FVD .* is not available: .* no checksum; fetch https://"):
        I3D()
