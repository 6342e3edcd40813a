"""The script that trains a classifier reads folders and arrays, and tells what came out."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from extractor_material import draw_stripes
from PIL import Image

from vidpred.metrics.features import LocalClassifier

SCRIPT = Path(__file__).parents[3] / "scripts" / "train_local_classifier.py"


def run(*arguments):
    command = [sys.executable, SCRIPT, *map(str, arguments), "--steps", "20"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(params=["folder", "arrays"])
def labelled(request, tmp_path):
    images, labels = draw_stripes(number=60, side=16)
    if request.param == "arrays":
        np.savez(tmp_path / "stripes.npz", images=images, labels=labels)
        return tmp_path / "stripes.npz"
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        path = tmp_path / "stripes" / f"class {label}" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.pad(image[..., 0], ((0, 0), (3, 3)))).save(path)  # wider than high
    return tmp_path / "stripes"


def test_trains_on_labelled_images(labelled, tmp_path):
    ended = run(labelled, tmp_path / "out.safetensors", "--side", "16")
    assert ended.returncode == 0, ended.stderr
    classifier = LocalClassifier(tmp_path / "out.safetensors")
    assert (classifier.side, classifier.facts["num_classes"]) == (16, 2)
    assert f"local_classifier {classifier.digest[:8]}, 2 classes" in ended.stdout
    assert f"{classifier.facts['accuracy']:.2%} on 6 images held out of 60" in ended.stdout


def test_a_folder_without_images_is_refused_in_one_sentence(tmp_path):
    ended = run(tmp_path, tmp_path / "out.safetensors")
    assert ended.returncode != 0
    assert ended.stderr.startswith("train_local_classifier: error: ")
    assert len(ended.stderr.splitlines()) == 1
