"""Every block of Python of the documentation is run on small material, and does what it says."""

import numpy as np
import pytest
import torch
import typer
from documented import BLOCKS, ROOT
from PIL import Image

import vidpred
from vidpred.frames.pyramid import build_pyramid
from vidpred.losses import Objective
from vidpred.runs.load import load_generator, load_predictor
from vidpred.video import decode, write_video

PYTHON = [block for block in BLOCKS if block.language == "python"]
RUN_ELSEWHERE = {  # what a block of another file has, and which test runs it
    "onnxruntime.InferenceSession": "tests/applications/test_export_command.py",
    "RECONSTRUCTION_LOSSES": "tests/docs/test_documented_commands_run.py",
    "def size(": "tests/docs/test_documented_python.py",
}


def block_with(text):
    (found,) = [block for block in PYTHON if text in block.text]
    return found


@pytest.fixture
def names(user, monkeypatch):
    """What the blocks take for granted."""
    short = list(decode(user / "clip.mp4"))[:12]  # frames: nine known ones, and three to predict
    write_video(user / "more_videos" / "short.mp4", short, 24)
    (user / "more_videos" / "other.mp4").unlink()
    monkeypatch.setattr("vidpred.runs.shipped.CLIP", user / "more_videos" / "short.mp4")
    (user / "camera").mkdir()
    Image.fromarray(np.array([[1, 4095]], np.uint16)).save(user / "camera" / "1.png")
    context = torch.rand(1, 4, 3, 32, 36) * 2 - 1
    return {
        "context": context,
        "target_pyramid": build_pyramid(context[:, -1:], num_scales=4),
        "sampler": load_predictor(user / "runs" / "stochastic"),
        "generator": load_generator(user / "runs" / "images"),
        "vidpred": vidpred,
        "torch": torch,
        "load_predictor": load_predictor,
        "build_pyramid": build_pyramid,
        "objective": Objective({"l1": 1}),
    }


@pytest.mark.parametrize(
    "block",
    [pytest.param(block, id=block.place) for block in PYTHON if not any(text in block.text for text in RUN_ELSEWHERE)],
)
def test_every_block_runs(names, block):
    assert not block.why_not
    exec(block.text, names)
    if "future = rollout(" in block.text:
        assert names["future"].shape == (1, 10, *names["context"].shape[2:])
    if "predict_video(" in block.text:
        assert names["prediction"].future.shape == (10, 32, 36, 3)
        assert names["prediction"].future.dtype == np.uint8
    if "loss, terms = Objective(" in block.text:
        assert names["loss"].item() == pytest.approx(sum(term.item() for term in names["terms"].values()), rel=1e-5)
    if "finer.step()" in block.text:
        shipped = load_predictor("learned_motion", "cpu").state_dict()
        assert any(not torch.equal(value, shipped[name]) for name, value in names["predictor"].state_dict().items())
    if "sample(generator, 8" in block.text:
        assert names["grid"].shape == (8, 3, 16, 16)
        assert names["facts"]["num_classes"] > 1
    if "discriminate(" in block.text:
        assert len(names["data"]) > 0
        assert names["loss"].isfinite()
    if "levels * 16" in block.text:
        np.testing.assert_array_equal(np.asarray(Image.open("bright/1.png")), [[16, 65_520]])
    if "estimate_future" in block.text:
        assert names["brighter"].mean.shape == (1,)


def test_what_runs_elsewhere_is_there():
    for text, test in RUN_ELSEWHERE.items():
        assert block_with(text)
        assert text.split(".")[0] in (ROOT / test).read_text()


def test_the_command_of_contributing_runs(user, capsys):
    names = {}
    exec(block_with("def size(").text, names)
    program = typer.Typer(add_completion=False)
    program.command()(names["size"])
    program(["clip.mp4"], standalone_mode=False)
    assert capsys.readouterr().out == "36 x 32 at 24 frames/s\n"
