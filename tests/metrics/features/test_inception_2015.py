"""Inception is the network of the published weights, checked against torchvision's and torch-fidelity's."""

from types import SimpleNamespace

import pytest
import torch
from extractor_material import randomise
from safetensors.torch import save_file
from torch.nn import functional as F

from vidpred.errors import VidpredError
from vidpred.machine.files import sha256_of
from vidpred.machine.vision import import_torchvision
from vidpred.metrics.features import inception_2015
from vidpred.metrics.features.inception_2015 import Inception2015, InceptionNetwork, resize_from_corner
from vidpred.metrics.features.weight_files import PublishedWeights


@pytest.fixture(scope="module")
def network():
    return randomise(InceptionNetwork())


def test_agrees_with_torchvision_but_for_the_poolings(network, monkeypatch):
    import_torchvision()
    from torchvision.models import inception

    theirs = inception.Inception3(num_classes=1008, aux_logits=False, init_weights=False).eval()
    missing = theirs.load_state_dict(network.state_dict(), strict=False).missing_keys
    assert [name for name in missing if not name.endswith("num_batches_tracked")] == ["fc.weight", "fc.bias"]
    last = []
    theirs.Mixed_7c.register_forward_pre_hook(lambda *_: last.append(True))
    theirs.fc = torch.nn.Identity()

    def pool(images, **options):
        if last:
            return F.max_pool2d(images, **options)
        return F.avg_pool2d(images, count_include_pad=False, **options)

    names = ("relu", "max_pool2d")
    monkeypatch.setattr(inception, "F", SimpleNamespace(avg_pool2d=pool, **{name: getattr(F, name) for name in names}))
    images = torch.rand(2, 3, 299, 299) * 2 - 1
    with torch.no_grad():
        torch.testing.assert_close(network(images), theirs(images), rtol=1e-4, atol=1e-4)


def test_agrees_with_torch_fidelity_from_8_bit_frames_to_features(network, tmp_path):
    import_torchvision()
    fidelity = pytest.importorskip("torch_fidelity.feature_extractor_inceptionv3")
    weights = {**network.state_dict(), "fc.weight": torch.zeros(1008, 2048), "fc.bias": torch.zeros(1008)}
    torch.save(weights, tmp_path / "inception.pth")
    save_file(weights, tmp_path / "inception.safetensors")
    theirs = fidelity.FeatureExtractorInceptionV3(
        "inception", ["2048"], feature_extractor_weights_path=tmp_path / "inception.pth"
    )
    ours = Inception2015(tmp_path / "inception.safetensors")
    frames = torch.randint(0, 256, (2, 3, 48, 70), dtype=torch.uint8)
    (expected,) = theirs(frames)
    torch.testing.assert_close(ours((frames / 127.5 - 1)[None]).float(), expected, rtol=1e-4, atol=1e-4)


def test_resizing_starts_from_the_upper_left_corner():
    row = torch.tensor([[[[0.0, 10.0, 20.0]]]])
    resized = resize_from_corner(row.expand(-1, -1, 3, -1), 6)
    assert resized[0, 0, 0].tolist() == [0, 5, 10, 15, 20, 20]
    assert torch.equal(resized[0, 0, 0], resized[0, 0, 5])


def test_only_the_published_weights_make_an_fid(network, tmp_path, monkeypatch):
    path = tmp_path / "published.pth"
    torch.save(network.state_dict(), path)
    with pytest.raises(VidpredError, match=r"only the published .* is read as weights for FID"):
        Inception2015(path)
    known = PublishedWeights("FID", path.name, path.as_uri(), sha256_of(path))
    monkeypatch.setattr(inception_2015, "PUBLISHED", known)
    published = Inception2015(path)
    assert published.titles == {"frechet_distance": "FID", "kernel_distance": "KID"}
    assert published.digest == known.sha256


def test_weights_of_another_network_are_refused(tmp_path):
    save_file({"Conv2d_1a_3x3.conv.weight": torch.zeros(32, 3, 5, 5)}, tmp_path / "other.safetensors")
    with pytest.raises(VidpredError, match=r"conv.weight is \(32, 3, 5, 5\) where \(32, 3, 3, 3\) is needed"):
        Inception2015(tmp_path / "other.safetensors")
