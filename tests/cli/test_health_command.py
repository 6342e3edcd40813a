"""``vidpred health`` draws what happened and says it in words."""

import base64
import json
import re

import pytest
from material import assert_refused, files_below, run_command

from vidpred.runs.settings import load_config
from vidpred.runs.train import start_run


def write_metrics(folder, verdicts):
    folder.mkdir()
    lines = [
        {
            "step": 10 * number,
            "kind": "health",
            "accuracy_real": 1.0 if verdict != "healthy" else 0.7,
            "accuracy_fake": 1.0 if verdict != "healthy" else 0.7,
            "accuracy_pairs": 0.9,
            "adversarial_gradient": 0.1 / number,
            "diversity": 0.9,
            "trace": [1 / number],
            "drift": 0.1,
            "verdict": verdict,
        }
        for number, verdict in enumerate(verdicts, start=1)
    ]
    unfinished = '{"step": 999, "kind": "hea'
    (folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines) + unfinished)
    return folder


@pytest.fixture
def run_folder(tmp_path):
    return write_metrics(tmp_path / "run", ["healthy"] * 12 + ["discriminator_dominates"] * 30)


def test_it_tells_the_story_and_leaves_a_picture_and_a_page(run_folder, tmp_path, monkeypatch, capsys):
    code, stdout, _ = run_command(monkeypatch, capsys, "health", run_folder, "--out", tmp_path / "seen.png")
    assert code == 0
    assert "steps 10 to 120: healthy\nsteps 130 to 420: discriminator dominates\n" in stdout
    assert "now: discriminator dominates (the discriminator is right on 100% of real and 100% of fake" in stdout
    assert (tmp_path / "seen.png").read_bytes().startswith(b"\x89PNG")
    page = (tmp_path / "seen.html").read_text()
    (drawn,) = re.findall(r'src="data:image/png;base64,([^"]*)"', page)
    assert base64.b64decode(drawn).startswith(b"\x89PNG")
    assert not re.findall(r'(?:src|href)="(?!data:)', page)
    assert "<td>130</td><td>420</td>" in page


def test_without_out_it_stands_in_the_run_and_is_drawn_anew(run_folder, monkeypatch, capsys):
    for _ in range(2):
        assert run_command(monkeypatch, capsys, "health", run_folder)[0] == 0
    assert (run_folder / "health.png").exists()
    assert (run_folder / "health.html").exists()


def test_a_run_without_an_adversary_is_refused(tmp_path, monkeypatch, capsys):
    assert_refused(run_command(monkeypatch, capsys, "health", tmp_path), tmp_path, "no figures of health")


@pytest.mark.parametrize("name", ["seen.jpg", "run/metrics.jsonl"])
def test_nothing_else_than_a_png_is_drawn(run_folder, tmp_path, monkeypatch, capsys, name):
    assert_refused(run_command(monkeypatch, capsys, "health", run_folder, "--out", tmp_path / name), "is no .png")


def test_a_picture_that_is_there_is_kept(run_folder, tmp_path, monkeypatch, capsys):
    for name in ("a.png", "b.html"):
        (tmp_path / name).write_text("mine")
        out = (tmp_path / name).with_suffix(".png")
        assert_refused(run_command(monkeypatch, capsys, "health", run_folder, "--out", out), "is there already")
        assert (tmp_path / name).read_text() == "mine"


def test_the_duality_gap_of_a_run_is_told_in_one_line(tmp_path, monkeypatch, capsys):
    tiny = ["data=moving_shapes", "data.resolution=16", "data.num_clips=12", "network.num_scales=1"]
    short = ["train.steps=3", "train.batch_size=2", "log.metrics_every=1", "log.validation_clips=2"]
    start_run(load_config(None, [*tiny, *short]), tmp_path / "run", "cpu", say=lambda text: None)
    before = files_below(tmp_path / "run" / "checkpoints")
    code, stdout, _ = run_command(
        monkeypatch, capsys, "health", tmp_path / "run", "--duality-gap", "--steps", 2, "--device", "cpu"
    )
    assert code == 0
    last = stdout.splitlines()[-1]
    figures = [float(figure) for figure in re.findall(r"[-+\d.e]*\d", last.removeprefix("duality gap over 2 steps: "))]
    gap, discriminator, generator = figures
    assert gap == pytest.approx(discriminator + generator, abs=0.01 * max(gap, 1e-3))
    assert min(discriminator, generator) >= 0
    assert files_below(tmp_path / "run" / "checkpoints") == before
