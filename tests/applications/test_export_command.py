"""``vidpred export`` writes a file that runs without vidpred, and refuses in one sentence what it cannot write."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from material import assert_refused, draw_video, run_vidpred, save_checkpoint

from vidpred import load_predictor, rollout

EXAMPLE = re.search(
    r"^```python\n(.*?)^```", (Path(__file__).parents[2] / "docs" / "export.md").read_text(), flags=re.M | re.S
)[1]
NETWORK = {"name": "multiscale", "num_scales": 1, "widths": [[4]], "kernels": [[3, 3]]}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a run, a clip, and the ONNX model of the run's network."""
    pytest.importorskip("onnxscript")
    pytest.importorskip("onnxruntime")
    folder = tmp_path_factory.mktemp("user")
    save_checkpoint(folder / "run" / "checkpoints" / "best.safetensors", network=NETWORK, num_context_frames=3, lead=2)
    draw_video(folder / "clip.mp4")
    code, printed, error = run_vidpred("export", "run", "--out", "model.onnx", folder=folder)
    assert code == 0, error
    (folder / "printed.txt").write_text(printed)
    return folder


def test_the_difference_at_every_size_is_printed(place):
    heading, *rows, last = (place / "printed.txt").read_text().splitlines()
    assert heading.split() == ["difference", "at", "PyTorch", "ONNX", "Runtime"]
    sizes, by_torch, by_onnx = zip(
        *(re.fullmatch(r" +(.+?)  +(\S+) +(\S+)", row).groups() for row in rows), strict=True
    )
    assert sizes == ("64x64, batch 1", "61x83, batch 3", "240x320, batch 1", "1x1, batch 1")
    assert max(map(float, by_torch + by_onnx)) < 1e-5
    assert last == ("wrote model.onnx: context (batch, 3, 3, height, width) -> frame (batch, 1, 3, height, width)")


def test_an_onnx_model_has_named_sizes_and_says_where_it_came_from(place):
    import onnxruntime

    session = onnxruntime.InferenceSession(place / "model.onnx")
    given, returned = session.get_inputs()[0], session.get_outputs()[0]
    assert (given.name, given.shape) == ("context", ["batch", 3, 3, "height", "width"])
    assert (returned.name, returned.shape) == ("frame", ["batch", 1, 3, "height", "width"])
    known = session.get_modelmeta().custom_metadata_map
    assert (known["context_frames"], known["lead"], known["latent_length"]) == ("3", "2", "0")
    assert re.fullmatch(r"trained in the run run, best\.safetensors, step 1, SHA-256 [0-9a-f]{64}", known["weights"])
    assert str(place) not in str(known)


def test_the_example_of_the_documentation_continues_a_film_without_vidpred(place, monkeypatch):
    assert "vidpred" not in EXAMPLE
    assert len([line for line in EXAMPLE.splitlines() if line and "import" not in line]) <= 15
    monkeypatch.chdir(place)
    names = {}
    exec(EXAMPLE, names)
    assert names["future"].shape == (10, 48, 64, 3)
    context = torch.from_numpy(names["film"][:, :4])
    expected = rollout(load_predictor(place / "run", "cpu"), context, horizon=10)
    np.testing.assert_allclose(names["film"][:, 4:], expected.numpy(), atol=1e-5)
    assert (place / "future.mp4").stat().st_size > 0


def test_a_file_that_exists_is_not_replaced_unasked(place):
    before = (place / "model.onnx").read_bytes()
    assert_refused(
        run_vidpred("export", "run", "--out", "model.onnx", folder=place), "model.onnx exists", "--overwrite"
    )
    assert (place / "model.onnx").read_bytes() == before


def test_the_shipped_weights_say_why_they_are_not_exported(tmp_path):
    ended = run_vidpred("export", "--format", "torch", folder=tmp_path)
    assert_refused(
        ended, "default cannot be exported", "OpenCV", "`vidpred export learned_motion` can", "network=multiscale"
    )
    assert [*tmp_path.iterdir()] == []


def test_another_ending_is_refused(tmp_path):
    ended = run_vidpred("export", "linear", "--format", "torch", "--out", "linear.onnx", folder=tmp_path)
    assert_refused(ended, "linear.onnx does not end in .pt2")


def test_a_missing_package_is_named_with_what_installs_it(tmp_path, monkeypatch):
    pytest.importorskip("onnx")
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    ended = run_vidpred("export", "copy_last", folder=tmp_path)
    assert_refused(ended, "onnxscript cannot be imported", "pip install onnx onnxscript onnxruntime", "--format torch")


def test_a_package_that_does_not_fit_to_those_beside_it_is_named_too(tmp_path, monkeypatch):
    (tmp_path / "onnx.py").write_text("raise RuntimeError('Detected incompatible versions of Protobuf')")
    monkeypatch.delitem(sys.modules, "onnx", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    ended = run_vidpred("export", "copy_last", folder=tmp_path)
    assert_refused(ended, "onnx cannot be imported", "incompatible versions of Protobuf", "--format torch")
