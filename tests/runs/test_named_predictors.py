"""A predictor is named by the same words wherever one is taken, from Python and by every command."""

import pytest
from material import assert_refused, draw_video, run_vidpred, save_checkpoint

from vidpred import load_predictor
from vidpred.errors import VidpredError
from vidpred.predictors import CopyLast, Linear, Mean, OpticalFlow
from vidpred.runs.comparing.contenders import resolve
from vidpred.video import decode

TAKE_A_PREDICTOR = {  # the words of each command, before that of the predictor
    "predict": ("clip.mp4", "--checkpoint"),
    "extend": ("clip.mp4", "--checkpoint"),
    "live": ("clip.mp4", "--out", "live.mp4", "--checkpoint"),
    "watch": (".", "clip.mp4", "--checkpoint"),
    "evaluate": (".", "--checkpoint"),
    "compare": (".",),
    "export": (),
    "interpolate-video": ("clip.mp4", "--checkpoint"),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_video(tmp_path / "clip.mp4", 12)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "kind"), [("copy_last", CopyLast), ("linear", Linear), ("mean", Mean), ("optical_flow", OpticalFlow)]
)
def test_what_has_no_weights_is_loaded_by_its_name(name, kind):
    assert isinstance(load_predictor(name, "cpu"), kind)


def test_a_path_that_is_there_comes_before_a_name(folder):
    save_checkpoint(folder / "linear" / "best.safetensors", num_context_frames=3)
    assert load_predictor("linear", "cpu").num_context_frames == 3
    assert resolve("copy_last") == {"copy_last": "copy_last"}
    assert [*resolve("linear").values()] != ["linear"]


def test_a_device_that_there_is_not_is_refused_also_for_what_needs_none():
    with pytest.raises(VidpredError, match="gpu7"):
        load_predictor("linear", "gpu7")


def test_a_baseline_predicts_by_its_name(folder):
    code, _, stderr = run_vidpred("predict", "clip.mp4", "--checkpoint", "copy_last", "--plain", "--out", "next/")
    assert (code, stderr) == (0, "")
    *_, last = decode(folder / "clip.mp4")
    frames = [*decode(folder / "next")]
    assert len(frames) == 10
    assert all((frame == last).all() for frame in frames)


def test_a_baseline_is_evaluated_by_its_name(folder):
    code, stdout, stderr = run_vidpred(
        "evaluate", ".", "--checkpoint", "copy_last", "--horizon", 1, "--windows", 1, "--extractor", "none"
    )
    assert (code, stderr) == (0, "")
    assert "copy_last" in stdout


@pytest.mark.parametrize("command", TAKE_A_PREDICTOR)
def test_every_command_says_the_same_of_a_word_that_it_does_not_know(folder, command):
    result = run_vidpred(command, *TAKE_A_PREDICTOR[command], "opticalflow")
    assert_refused(
        result, "there is no checkpoint opticalflow: it is no folder of a run", "did you mean 'optical_flow'?"
    )


@pytest.mark.parametrize("command", TAKE_A_PREDICTOR)
def test_every_command_says_the_same_of_a_network_without_its_weights(folder, command):
    result = run_vidpred(command, *TAKE_A_PREDICTOR[command], "multiscale")
    assert_refused(result, "'multiscale' has weights", "copy_last, linear, mean, optical_flow")


def test_what_predicts_does_not_draw_between_frames(folder):
    result = run_vidpred("interpolate-video", "clip.mp4", "--checkpoint", "linear")
    assert_refused(result, "linear predicts frames that follow", "optical flow")


def test_optical_flow_draws_between_frames_by_its_name_as_without_one(folder):
    for out, words in (("named.mp4", ["--checkpoint", "optical_flow"]), ("unnamed.mp4", [])):
        assert run_vidpred("interpolate-video", "clip.mp4", "--out", out, *words)[0] == 0
    named, unnamed = ([*decode(folder / name)] for name in ("named.mp4", "unnamed.mp4"))
    assert all((one == other).all() for one, other in zip(named, unnamed, strict=True))
