"""The script that trains a classifier reads folders and arrays, and tells what came out."""

import runpy
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from extractor_material import draw_stripes
from material import run_here
from PIL import Image

from vidpred.metrics.features import LocalClassifier

SCRIPT = Path(__file__).parents[3] / "scripts" / "train_local_classifier.py"


def run(*arguments):
    """Return the exit code, and what was printed to stdout and stderr."""
    return run_here(partial(runpy.run_path, str(SCRIPT), run_name="__main__"), SCRIPT, *arguments, "--steps", 3)


@pytest.fixture(params=["folder", "arrays"])
def labelled(request, tmp_path):
    images, labels = draw_stripes(number=60, side=8)
    if request.param == "arrays":
        np.savez(tmp_path / "stripes.npz", images=images, labels=labels)
        return tmp_path / "stripes.npz"
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        path = tmp_path / "stripes" / f"class {label}" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.pad(image[..., 0], ((0, 0), (3, 3)))).save(path)  # wider than high
    return tmp_path / "stripes"


def test_trains_on_labelled_images(labelled, tmp_path):
    code, stdout, stderr = run(labelled, tmp_path / "out.safetensors", "--side", "8")
    assert code == 0, stderr
    classifier = LocalClassifier(tmp_path / "out.safetensors")
    assert (classifier.side, classifier.facts["num_classes"]) == (8, 2)
    assert f"local_classifier {classifier.digest[:8]}, 2 classes" in stdout
    assert f"{classifier.facts['accuracy']:.2%} on 6 images held out of 60" in stdout


def test_a_folder_without_images_is_refused_in_one_sentence(tmp_path):
    code, _, stderr = run(tmp_path, tmp_path / "out.safetensors")
    assert code != 0
    assert stderr.startswith("train_local_classifier: error: ")
    assert len(stderr.splitlines()) == 1
