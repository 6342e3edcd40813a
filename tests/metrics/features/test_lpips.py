"""LPIPS is the authors' own, with the backbone's weights from a file."""

import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from vidpred.errors import VidpredError
from vidpred.machine.files import sha256_of
from vidpred.machine.vision import import_torchvision
from vidpred.metrics.features import Lpips
from vidpred.metrics.features import lpips as adapter
from vidpred.metrics.features.weight_files import PublishedWeights

NETWORKS = {"alex": "alexnet", "vgg": "vgg16", "squeeze": "squeezenet1_1"}


@pytest.fixture(params=sorted(NETWORKS))
def backbone(request):
    import_torchvision()
    pytest.importorskip("lpips")
    return request.param


@pytest.fixture
def weights(backbone, tmp_path):
    """Random weights of the backbone's convolutions in a file with torchvision's names."""
    models = import_torchvision().models
    network = getattr(models, NETWORKS[backbone])(weights=None).features
    path = tmp_path / f"{backbone}.safetensors"
    save_file({f"features.{name}": value for name, value in network.state_dict().items()}, path)
    return path


def test_agrees_with_the_package_filled_by_hand(backbone, weights, clip):
    import lpips
    from safetensors.torch import load_file

    theirs = lpips.LPIPS(net=backbone, pnet_rand=True, verbose=False)
    tensors = load_file(weights)
    for name, value in theirs.net.named_parameters():
        value.data = tensors[f"features.{name.partition('.')[2]}"]
    other = clip.flip(1)
    expected = theirs(clip.flatten(0, 1), other.flatten(0, 1)).reshape(2, 5)
    distances = Lpips(backbone, weights)(clip, other)
    torch.testing.assert_close(distances.float(), expected.detach())
    assert (distances[:, :2] > 0).all()


def test_identical_frames_are_at_distance_0(backbone, weights, clip):
    assert not Lpips(backbone, weights)(clip, clip).any()


def test_only_the_published_weights_are_called_lpips(backbone, weights, monkeypatch):
    assert Lpips(backbone, weights).name == f"LPIPS ({backbone}, unknown weights)"
    known = PublishedWeights("LPIPS", weights.name, weights.as_uri(), sha256_of(weights)[:8])
    monkeypatch.setitem(adapter.PUBLISHED, backbone, known)
    assert Lpips(backbone, weights).name == f"LPIPS ({backbone})"


def test_the_smallest_frames_are_as_stated(backbone, weights):
    least = adapter.SMALLEST_SIDE[backbone]
    distance = Lpips(backbone, weights)
    small = torch.rand(1, 1, 3, least, least)
    assert distance(small, -small).isfinite().all()
    with pytest.raises(VidpredError, match=f"at least {least} x {least}"):
        distance(small[..., 1:], small[..., 1:])
    with pytest.raises(RuntimeError):
        distance.network(small[0, ..., 1:, 1:], small[0, ..., 1:, 1:])


def test_clips_of_different_shape_are_refused(backbone, weights, clip):
    with pytest.raises(VidpredError, match="only clips of one shape"):
        Lpips(backbone, weights)(clip, clip[:1])


def test_frames_that_are_no_floats_are_refused(backbone, weights, clip):
    whole = clip.to(torch.uint8)
    with pytest.raises(VidpredError, match="floats in"):
        Lpips(backbone, weights)(whole, whole)


def test_without_the_package_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "lpips", None)
    with pytest.raises(VidpredError, match=r"run `pip install lpips`"):
        Lpips("alex", Path("any"))
