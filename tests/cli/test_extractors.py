"""``vidpred evaluate`` and ``vidpred compare`` look at sets of frames, perceptual distances and samples on request."""

import json
from functools import partial

import numpy as np
import pytest
import torch
from guessing import Guessing
from material import assert_refused, draw_video, run_command

from vidpred.errors import VidpredError
from vidpred.metrics.features import train_classifier
from vidpred.metrics.features.weight_files import PublishedWeights
from vidpred.registry import PREDICTORS


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def compare(tmp_path, monkeypatch, capsys):
    """Compare ``linear`` and whatever else is asked for on two videos."""
    monkeypatch.chdir(tmp_path)
    for number in range(2):
        draw_video(tmp_path / "videos" / f"{number}.mp4", seed=number)
    return partial(run_command, monkeypatch, capsys, "compare", "videos", "linear", "--horizon", 2, "--windows", 2)


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    draws = np.random.default_rng(0)
    images, labels = draws.integers(0, 256, (40, 16, 16, 3), dtype=np.uint8), draws.integers(0, 2, 40)
    path = tmp_path_factory.mktemp("classifier") / "noise.safetensors"
    train_classifier(images, labels, path, steps=3)
    return path


@pytest.fixture
def offline(monkeypatch, tmp_path):
    """Let nothing be downloaded, nor found in torch's cache."""
    monkeypatch.setattr("torch.hub.get_dir", lambda: str(tmp_path / "hub"))

    def refuse(*_, **__):
        raise OSError("no network")

    monkeypatch.setattr("torch.hub.download_url_to_file", refuse)


def scored(folder):
    return json.loads((folder / "report.json").read_text())


def test_extractors_without_weights_are_there_by_default_and_say_what_they_leave_out(compare):
    code, stdout, _ = compare()
    assert code == 0
    for word in ("random_convolution", "raw_patches", "kernel distance", "coverage", "8 true and 8 predicted samples"):
        assert word in stdout
    assert "frechet distance left out: there are 8 true" in stdout


def test_none_looks_at_no_sets(compare):
    code, stdout, _ = compare("--extractor", "none", "--out", "report")
    assert code == 0
    assert "as sets" not in stdout


@pytest.mark.parametrize("words", [["--extractor", "raw_patches,none"], ["--extractor", "raw_patches"]])
def test_only_what_is_named_is_looked_at(compare, words, tmp_path):
    code, _, stderr = compare(*words, "--windows", 8, "--out", "report")
    assert code == 0, stderr
    assert [each["extractor"].split()[0] for each in scored(tmp_path / "report")["sets"]] == ["raw_patches"]


def test_too_few_samples_for_what_is_named_are_refused_in_one_sentence(compare):
    assert_refused(compare("--extractor", "random_convolution"), "8 true and 8 predicted", "at least 113")


def test_classifier_scores_frames_and_sets_and_every_number_bears_its_hash(compare, classifier, tmp_path):
    code, stdout, stderr = compare("--extractor", "local_classifier", "--weights", classifier, "--out", "report")
    assert code == 0, stderr
    assert "frechet distance left out: there are 8 true" in stdout
    tree = scored(tmp_path / "report")
    told = tree["protocol"]["metrics"]["local_classifier_distance"]
    digest = tree["protocol"]["sets"]["extractors"]["local_classifier"]["digest"]
    assert told["weights"] == digest
    assert not told["higher_is_better"]
    assert tree["scores"]["copy_last"]["local_classifier_distance"]["mean"]["interval"][0] > 0
    assert tree["sets"][0]["extractor"] == f"local_classifier {digest[:8]}"
    assert "local classifier distance" in stdout
    assert f"local_classifier {digest[:8]}" in stdout
    page = (tmp_path / "report" / "report.html").read_text()
    assert page.count(digest) >= 2


@pytest.mark.parametrize(
    ("words", "mentioned"),
    [
        (["local_classifier"], ["local_classifier is not available", "train_classifier", "--weights"]),
        (["inception_2015"], ["not available", "fetch https://"]),
        (["i3d"], ["FVD", "not available", "fetch https://"]),
    ],
)
def test_missing_weights_are_told_with_the_way_to_get_them(compare, offline, words, mentioned):
    assert_refused(compare("--extractor", *words), *mentioned)


def test_lpips_without_its_package_or_weights_says_how_to_get_them(compare, offline):
    assert_refused(compare("--extractor", "lpips_alex"), "LPIPS", "not available")


def test_lpips_is_a_metric_of_frames_under_its_own_name_only_with_the_published_weights(compare, monkeypatch):
    class Network:
        digest = "f00d" * 16

        def __init__(self, backbone, weights):
            self.is_published = weights is None
            assert backbone == "vgg"

        def to(self, device):
            return self

        def forward(self, prediction, target):
            """Return a distance."""
            return (prediction - target).abs().mean(dim=(2, 3, 4))

    monkeypatch.setattr("vidpred.evaluation.extractors.Lpips", Network)
    code, stdout, _ = compare("--extractor", "lpips_vgg")
    assert code == 0
    assert "lpips vgg  " in stdout
    code, stdout, _ = compare("--extractor", "lpips_vgg", "--weights", "mine.safetensors")
    assert code == 0
    assert "lpips vgg unknown weights" in stdout


@pytest.mark.parametrize(
    ("arguments", "mentioned"),
    [
        (["--extractor", "raw_patch"], ["did you mean 'raw_patches'", "lpips_alex"]),
        (["--weights", "some.pth"], ["not clear what the weights some.pth are for"]),
        (["--extractor", "lpips_alex,i3d", "--weights", "some.pth"], ["lpips_alex, i3d", "NAME=FILE"]),
        (["--extractor", "i3d", "--weights", "lpips_alex=some.pth"], ["not clear", "i3d"]),
        (["--extractor", "i3d", "--weights", "a", "--weights", "b"], ["weights b"]),
        (["--extractor", "local_classifier", "--weights", "nowhere.safetensors"], ["nowhere.safetensors"]),
        (["--best-of", "psnr"], ["--best-of is 'psnr'", "--best-of truth"]),
    ],
    ids=str,
)
def test_what_is_not_clear_is_refused_in_one_sentence(compare, arguments, mentioned):
    assert_refused(compare(*arguments), *mentioned)


def test_weights_of_several_are_told_apart_by_name(monkeypatch, tmp_path):
    from vidpred.cli.options import weight_files
    from vidpred.evaluation.extractors import open_extractors, take_weights

    asked = {}

    def find(self, given=None):
        asked[self.of] = given
        raise VidpredError("enough")

    monkeypatch.setattr(PublishedWeights, "find", find)
    for name in ("i3d", "inception_2015"):
        files = weight_files([f"{name}={tmp_path / name}"], take_weights([name]))
        with pytest.raises(VidpredError, match="enough"):
            open_extractors([name], files, torch.device("cpu"))
    assert list(asked.values()) == [tmp_path / "i3d", tmp_path / "inception_2015"]


def test_predictor_that_draws_is_compared_by_samples(compare, monkeypatch, tmp_path):
    monkeypatch.setitem(PREDICTORS._parts, "guessing", Guessing)
    code, stdout, stderr = compare("guessing", "--samples", 3, "--best-of", "truth", "--out", "report")
    assert code == 0, stderr
    assert "3 futures per clip sampled from guessing" in stdout
    for word in ("psnr best", "psnr worst", "crps", "energy score", "diversity", "spread-skill", "Never rank samplers"):
        assert word in stdout
    tree = scored(tmp_path / "report")
    assert tree["samples"]["number"] == 3
    assert "nearest to the truth" in tree["protocol"]["stochastic_predictors"]["shown"]["definition"]
    code, again, _ = compare("guessing", "--samples", 3, "--best-of", "truth", "--out", "again")
    assert again.replace("wrote again; open again", "wrote report; open report") == stdout
