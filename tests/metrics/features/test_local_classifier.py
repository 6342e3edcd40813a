"""The local classifier learns, is kept with its hash, and measures what it says."""

import json

import numpy as np
import pytest
import torch
from extractor_material import draw_stripes
from safetensors.torch import load_file, save_file

from vidpred.errors import VidpredError
from vidpred.frames import to_model
from vidpred.metrics.features import LocalClassifier, train_classifier


def test_learns_to_tell_classes_apart_on_images_that_it_has_not_seen(classifier):
    assert classifier.facts["accuracy"] > 0.9
    images, labels = draw_stripes(side=8, seed=5)
    answers = classifier.network(to_model(images).expand(-1, 3, -1, -1)).argmax(dim=1).numpy()
    assert ((answers == 1) == (labels == 7)).mean() > 0.9


def test_the_file_tells_how_it_was_trained(classifier):
    facts = {key: value for key, value in classifier.facts.items() if key != "accuracy"}
    assert facts == {
        "side": 8, "num_classes": 2, "num_images": 540, "num_held_out": 60, "steps": 15, "seed": 0,
    }  # fmt: skip


def test_the_same_seed_trains_the_same_network_and_disturbs_no_other_draws(stripes, tmp_path):
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    first, again, other = (
        train_classifier(*stripes, tmp_path / f"{name}.safetensors", steps=3, seed=seed)
        for name, seed in (("first", 1), ("again", 1), ("other", 2))
    )
    assert torch.equal(torch.rand(1), expected)
    assert first.digest == again.digest != other.digest


def test_features_are_the_mean_responses_of_the_last_block(classifier, stripes):
    images = to_model(stripes[0][:4]).expand(-1, 3, -1, -1)
    outputs = []
    hook = classifier.network.blocks[-1].register_forward_hook(lambda *called: outputs.append(called[-1]))
    classifier.network(images)
    hook.remove()
    torch.testing.assert_close(classifier(images[:, None]), outputs[0].double().mean(dim=(2, 3)))


def test_the_distance_is_that_of_unit_responses_at_every_pixel(classifier):
    one, other = torch.rand(2, 1, 1, 3, 12, 20) * 2 - 1
    with torch.no_grad():
        pairs = list(zip(classifier.network.responses(one[0]), classifier.network.responses(other[0]), strict=True))
    by_block = []
    for a, b in pairs:
        a, b = a[0].double().numpy(), b[0].double().numpy()
        at_pixel = [
            ((a[:, y, x] / np.linalg.norm(a[:, y, x]) - b[:, y, x] / np.linalg.norm(b[:, y, x])) ** 2).sum()
            for y in range(a.shape[1])
            for x in range(a.shape[2])
        ]
        by_block.append(np.mean(at_pixel))
    assert float(classifier.distance(one, other)) == pytest.approx(np.mean(by_block), rel=1e-6)


def test_the_distance_grows_with_noise_is_symmetric_and_0_between_identical_frames(classifier, clip):
    noise = torch.randn_like(clip)
    little, much = ((clip + strength * noise).clamp(-1, 1) for strength in (0.1, 0.6))
    near, far = classifier.distance(little, clip), classifier.distance(much, clip)
    assert near.shape == (2, 5)
    assert (far > near).all()
    assert (near > 0).all()
    torch.testing.assert_close(classifier.distance(clip, little), near)
    assert not classifier.distance(clip, clip).any()


def test_unequal_and_tiny_frames_have_no_distance(classifier, clip):
    with pytest.raises(VidpredError, match="only clips of one shape"):
        classifier.distance(clip, clip[:1])
    with pytest.raises(VidpredError, match="too small for local_classifier, which needs at least 4 x 4"):
        classifier.distance(clip[..., :3], clip[..., :3])


def test_nothing_is_overwritten(stripes, classifier_file):
    before = classifier_file.read_bytes()
    with pytest.raises(VidpredError, match="exists, and nothing is overwritten"):
        train_classifier(*stripes, classifier_file, steps=1)
    assert classifier_file.read_bytes() == before


def header_of(path):
    raw = path.read_bytes()
    return json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")])["__metadata__"]


def test_a_file_changed_after_training_is_refused(classifier_file, tmp_path):
    tensors, header = load_file(classifier_file), header_of(classifier_file)
    copy = tmp_path / "copy.safetensors"
    save_file(tensors, copy, metadata=header)
    assert LocalClassifier(copy).digest == header["sha256"]
    save_file({**tensors, "head.bias": tensors["head.bias"] + 1e-6}, copy, metadata=header)
    with pytest.raises(VidpredError, match="was changed after it was trained"):
        LocalClassifier(copy)
    facts = json.dumps({**json.loads(header["facts"]), "steps": 5000})
    save_file(tensors, copy, metadata={**header, "facts": facts})
    with pytest.raises(VidpredError, match="was changed after it was trained"):
        LocalClassifier(copy)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("missing", "there is no classifier"),
        ("text", "is damaged or not a classifier"),
        ("of another program", "is no classifier of this version"),
        ("cut short", "is damaged or not a classifier"),
        ("without facts", "is damaged or not a classifier"),
    ],
)
def test_files_that_are_no_classifier_are_refused(kind, told, classifier_file, tmp_path):
    path = tmp_path / "x.safetensors"
    if kind == "text":
        path.write_text("weights")
    elif kind == "of another program":
        save_file({"weight": torch.zeros(2)}, path)
    elif kind == "cut short":
        path.write_bytes(classifier_file.read_bytes()[:-100])
    elif kind == "without facts":
        save_file({}, path, metadata={"format": "vidpred local classifier", "version": "1", "facts": "{}"})
    with pytest.raises(VidpredError, match=told):
        LocalClassifier(path)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"images": np.zeros((40, 16, 16, 1))}, "the images are float64"),
        ({"images": np.zeros((40, 16, 12, 1), np.uint8)}, r"shape \(40, 16, 12, 1\)"),
        ({"labels": np.arange(39) % 2}, "one label per image"),
        ({"labels": np.zeros(40)}, "40 images of 1 class,"),
        ({"labels": np.arange(40)}, "40 images of 40 classes"),
        ({"steps": 0}, "steps is 0"),
    ],
)
def test_data_that_nothing_can_be_learnt_from_are_refused(change, told, tmp_path):
    data = {"images": np.zeros((40, 16, 16, 1), np.uint8), "labels": np.arange(40) % 2, "steps": 1}
    with pytest.raises(VidpredError, match=told):
        train_classifier(path=tmp_path / "x.safetensors", **{**data, **change})
    assert not list(tmp_path.iterdir())
