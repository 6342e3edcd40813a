"""What a part of a plug-in returns wrongly is refused before a run has a folder."""

import pytest
import torch
from test_plugins import as_before as as_before

from vidpred.errors import VidpredError
from vidpred.plugins import load_plugin
from vidpred.runs.build import Parts, open_engine
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.settings import load_config
from vidpred.runs.train import start_run
from vidpred.runs.try_out import try_out

PARTS = '''
"""A predictor and a discriminator of somebody's own."""

import torch
from torch import nn
from vidpred.registry import DISCRIMINATORS, PREDICTORS


@PREDICTORS.register("my_predictor")
class MyPredictor(nn.Module):
    """The last frame through a convolution whose values are normalised and left out by chance."""

    def __init__(self, num_context_frames: int = 4, frame_channels: int = 3, lead: int = 1, wrong: bool = False):
        super().__init__()
        self.num_context_frames, self.lead, self.frame_channels, self.wrong = num_context_frames, lead, 3, wrong
        self.layers = nn.Sequential(nn.Conv2d(3, 3, 3, padding=1), nn.BatchNorm2d(3), nn.Dropout(0.5))

    def forward(self, context):
        frame = self.layers(context[:, -1])[:, None].tanh()
        return frame if self.wrong else [frame]


@DISCRIMINATORS.register("my_discriminator")
class MyDiscriminator(nn.Module):
    """The mean of a normalised convolution."""

    def __init__(self, wrong: bool = False):
        super().__init__()
        self.wrong, self.layers = wrong, nn.Sequential(nn.Conv3d(3, 1, 3), nn.BatchNorm3d(1), nn.Dropout(0.5))

    def forward(self, clips):
        logits = self.layers(clips[-1].transpose(1, 2)).mean((1, 2, 3, 4))
        return logits if self.wrong else [logits]
'''
SETTINGS = (
    *("data=moving_shapes", "data.resolution=16", "data.num_clips=8", "data.num_validation_clips=2"),
    *("network=my_predictor", "discriminator=my_discriminator", "train.steps=2", "train.batch_size=3"),
    *("train.precision=fp32", "log.validation_clips=2", "log.preview_frames=2"),
)


@pytest.fixture
def config(tmp_path):
    """Return settings of a run whose networks are both of a plug-in."""
    (tmp_path / "my_networks.py").write_text(PARTS)
    load_plugin(str(tmp_path / "my_networks.py"))
    return lambda *more: load_config(None, [*SETTINGS, *more])


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("discriminator.wrong=true", r"the discriminator returned a tensor \(2,\), but a list of logits is needed"),
        ("network.wrong=true", r"the predictor returned a tensor \(2, 1, 3, 16, 16\), but a list of frames"),
    ],
)
def test_a_network_that_returns_something_else_leaves_no_folder(config, tmp_path, wrong, told):
    said = []
    with pytest.raises(VidpredError, match=told):
        start_run(config(wrong), tmp_path / "run", "cpu", say=said.append)
    assert not (tmp_path / "run").exists()
    assert said == []


def test_a_part_that_code_registers_by_itself_is_tried_out_too(config, tmp_path):
    exec(PARTS.replace('"my_', '"script_'), {"__name__": "__main__"})  # as a script of one's own does, or a notebook
    scripted = config("network=script_predictor", "network.wrong=true", "discriminator=script_discriminator")
    with pytest.raises(VidpredError, match="the predictor returned a tensor"):
        start_run(scripted, tmp_path / "run", "cpu", say=lambda _: None)
    assert not (tmp_path / "run").exists()


def test_a_run_goes_as_it_would_without_the_trial(config, tmp_path, monkeypatch):
    start_run(config(), tmp_path / "tried", "cpu", say=lambda _: None)
    monkeypatch.setattr("vidpred.runs.train.try_out", lambda parts: None)
    start_run(config(), tmp_path / "not", "cpu", say=lambda _: None)
    tried, untried = (Checkpoint.load(tmp_path / name).state for name in ("tried", "not"))
    for part in ("generator", "average", "discriminator"):
        assert tried[part].keys() == untried[part].keys()
        assert all(torch.equal(tried[part][name], untried[part][name]) for name in tried[part])


def test_parts_of_vidpred_itself_are_not_tried_out(config, monkeypatch):
    alone = config("network=multiscale", "network.width_multiplier=0.02", "discriminator=convolutional")
    parts = Parts.build(alone, open_engine(alone, "cpu"))
    monkeypatch.setattr(parts.feed, "peek", lambda step: pytest.fail("a batch was read"))
    try_out(parts)
