"""Weights are fetched only when they can be checked, and no file gets to run anything."""

import os
import pickle

import pytest
import torch
from safetensors.torch import save_file

from vidpred.errors import VidpredError
from vidpred.machine.files import sha256_of
from vidpred.metrics.features.weight_files import PublishedWeights, load_weights


@pytest.fixture
def published(tmp_path, monkeypatch):
    """A file of weights at an address of its own, its checksum known, and an empty cache."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "home"))
    path = tmp_path / "source" / "layer.pth"
    path.parent.mkdir()
    torch.save({"weight": torch.arange(6.0).reshape(2, 3), "bias": torch.ones(2)}, path)
    return PublishedWeights("a layer", path.name, path.as_uri(), sha256_of(path)[:8])


class Intruder:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_a_download_is_checked_kept_and_read(published, tmp_path):
    path = published.find()
    assert path == tmp_path / "home" / "hub" / "checkpoints" / "layer.pth"
    assert published.read(path)["weight"].tolist() == [[0, 1, 2], [3, 4, 5]]
    (tmp_path / "source" / "layer.pth").unlink()
    assert published.find() == path


def test_a_damaged_copy_in_the_cache_is_fetched_again(published):
    path = published.find()
    path.write_bytes(path.read_bytes()[:100])
    assert published.is_published(published.find())


def test_a_download_that_is_something_else_is_refused_and_not_kept(published, tmp_path):
    (tmp_path / "source" / "layer.pth").write_bytes(b"something else")
    with pytest.raises(VidpredError, match=r"cannot be downloaded .*invalid hash value"):
        published.find()
    assert not list((tmp_path / "home" / "hub" / "checkpoints").iterdir())


def test_offline_one_is_told_what_to_fetch(published, tmp_path):
    (tmp_path / "source" / "layer.pth").unlink()
    with pytest.raises(VidpredError, match=r"a layer is not available: .*; fetch file://.*layer.pth on a machine"):
        published.find()


def test_what_cannot_be_checked_is_not_downloaded(published, tmp_path):
    unchecked = PublishedWeights("a layer", published.file, published.url, sha256="")
    with pytest.raises(VidpredError, match=r"states no checksum; fetch .*, convert it"):
        unchecked.find()
    assert not (tmp_path / "home").exists()


def test_a_file_that_is_not_the_published_one_is_not_even_opened(published, tmp_path):
    path = tmp_path / "mine.pth"
    path.write_bytes(pickle.dumps(Intruder(tmp_path / "was here"), protocol=2))
    with pytest.raises(VidpredError, match=r"only the published layer\.pth .* is read"):
        published.read(published.find(path))
    assert not (tmp_path / "was here").exists()


def test_even_a_published_file_runs_nothing(tmp_path):
    path = tmp_path / "published.pth"
    path.write_bytes(pickle.dumps(Intruder(tmp_path / "was here"), protocol=2))
    known = PublishedWeights("a layer", path.name, path.as_uri(), sha256_of(path))
    with pytest.raises(pickle.UnpicklingError):
        known.read(path)
    assert not (tmp_path / "was here").exists()


def test_any_safetensors_are_read(published, tmp_path):
    save_file({"weight": torch.ones(2)}, tmp_path / "mine.safetensors")
    assert published.read(tmp_path / "mine.safetensors")["weight"].tolist() == [1, 1]


def test_missing_and_damaged_files_are_refused(published, tmp_path):
    with pytest.raises(VidpredError, match="there is no file"):
        published.find(tmp_path / "nowhere.pth")
    (tmp_path / "mine.safetensors").write_bytes(b"no tensors")
    with pytest.raises(VidpredError, match="is damaged or no safetensors file"):
        published.read(tmp_path / "mine.safetensors")


def test_a_network_is_filled_whole_or_not_at_all(published, tmp_path):
    layer = torch.nn.Linear(3, 2)
    load_weights(layer, {**published.read(published.find()), "more": torch.zeros(1)}, tmp_path, "a layer")
    assert layer(torch.ones(1, 3)).tolist() == [[4, 13]]
    with pytest.raises(VidpredError, match="no weights for a layer: bias is missing"):
        load_weights(layer, {"weight": torch.zeros(2, 3)}, tmp_path, "a layer")
    assert layer.weight.any()
