"""Shipped weights tell nothing of the machine and the files that they were trained with, and predict what they did."""

import runpy
from pathlib import Path

import torch
from material import save_checkpoint

from vidpred.runs.checkpoint import load_to_predict
from vidpred.runs.load import load_predictor

SCRIPT = Path(__file__).parents[1] / "scripts" / "train_default.py"
SMALL = {"name": "flow_pyramid", "widths": [4, 4, 4, 4]}


def test_shipped_weights_name_no_files_and_predict_the_same(tmp_path):
    names = {"training": {"0123456789abcdef": "holiday.mp4"}, "validation": {}}
    data = {"name": "video_folder", "source": "/films", "resolution": 32, "crop": 32}
    source = save_checkpoint(
        tmp_path / "run.safetensors", network=SMALL, data=data, num_context_frames=3, facts={"known_split": names}
    )
    shipped = tmp_path / "default.safetensors"
    runpy.run_path(str(SCRIPT))["ship"](source, shipped)
    for word in (b"holiday", b"/films"):
        assert word in source.read_bytes()
        assert word not in shipped.read_bytes()
    assert load_to_predict(shipped)[0].config["network"] == load_to_predict(source)[0].config["network"]
    known = torch.rand(1, 9, 3, 32, 32) * 2 - 1
    assert torch.equal(*(load_predictor(path)(known)[-1] for path in (source, shipped)))
