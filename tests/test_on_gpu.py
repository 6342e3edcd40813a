"""A round within a budget: its order, its limits, what the next one goes on with, and what it leaves behind."""

import argparse
import json
import signal
import sys
from pathlib import Path

import pytest
import torch
from material import Clock, save_checkpoint

from vidpred import load_predictor
from vidpred.errors import VidpredError

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
import on_gpu
import round_weights

WORDS = {"minutes": 1.0, "device": "cpu", "videos": None, "images": None, "parts": None}


@pytest.fixture
def pretended(monkeypatch):
    """Parts that take as long as they are told to, or until their limit, and note what limit that was."""
    clock, limits, lasting = Clock(100.0), {}, {}

    def run(part, until_asked, until_killed, log):
        limits[part.name] = limit = until_asked + until_killed
        log.write("first\nlast words\n")
        clock.now += min(limit, lasting.get(part.name, 1.0))
        return None if lasting.get(part.name, 1.0) > limit else 0

    monkeypatch.setattr(on_gpu, "run_limited", run)
    return clock, limits, lasting


def parts_of(out, **words):
    return on_gpu.plan(argparse.Namespace(**{**WORDS, "out": out, **words}))


def test_tests_come_first_then_benchmarks_then_trainings_each_with_a_share_of_what_is_left(tmp_path, pretended):
    clock, limits, lasting = pretended
    lasting |= {"tests": 10.0, "benchmarks": 1000.0, "default": 1000.0}
    outcomes = on_gpu.do_round(parts_of(tmp_path), 100.0, tmp_path, clock)
    assert [outcome.name for outcome in outcomes] == [
        *("tests", "benchmarks", "default", "learned_motion", "paper", "r3_gpu")
    ]
    ended = [outcome.ended for outcome in outcomes]
    assert ended == ["done", "out of time", "out of time", "done", "done", "done"]
    assert limits["tests"] == pytest.approx(35.0)
    assert limits["benchmarks"] == pytest.approx(90 * 0.2 / 0.65)
    left = 90 - limits["benchmarks"]
    assert [limits["default"], limits["learned_motion"]] == pytest.approx([left / 4, left / 4])
    assert limits["r3_gpu"] == pytest.approx(3 * left / 4 - 2)
    assert clock.now <= 200
    told = json.loads((tmp_path / "round.json").read_text())
    assert (told["default"]["ended"], told["tests"]["last_line"]) == ("out of time", "last words")
    assert (tmp_path / "logs" / "tests.txt").read_text() == "first\nlast words\n"


def test_the_next_round_skips_what_is_done_and_goes_on_with_runs(tmp_path, pretended):
    clock, limits, lasting = pretended
    lasting["paper"] = 1000.0
    on_gpu.do_round(parts_of(tmp_path), 100.0, tmp_path, clock)
    limits.clear()
    save_checkpoint(tmp_path / "runs" / "paper" / "checkpoints" / "last.safetensors")
    parts = parts_of(tmp_path)
    (paper,) = [part for part in parts if part.name == "paper"]
    assert paper.command[2:5] == ["vidpred", "train", "--resume"]
    on_gpu.do_round(parts, 60.0, tmp_path, clock)
    assert limits == {"paper": pytest.approx(60.0)}
    assert (tmp_path / "results" / "paper" / "weights_1.safetensors").is_file()


def test_weights_are_gone_on_from_where_the_network_is_not_made_tiny(tmp_path, monkeypatch):
    (tiny,) = parts_of(tmp_path, parts=["learned_motion"])
    assert "--from" not in tiny.command
    assert "network.width_multiplier=0.1" in tiny.command
    monkeypatch.setattr(on_gpu, "_is_cpu", lambda device: False)
    default, whole = parts_of(tmp_path, device="cuda", parts=["default", "learned_motion"])
    assert "--from" not in default.command
    at = whole.command.index("--from")
    assert whole.command[at : at + 2] == ["--from", "learned_motion"]
    assert not [word for word in whole.command if word.startswith("network.")]


def test_a_part_that_reaches_its_limit_is_asked_to_end_and_its_children_too(tmp_path):
    program = "import time, sys\nprint('began', flush=True)\ntry:\n    time.sleep(60)\nfinally:\n    print('saved')\n"
    part = on_gpu.Part("slow", [sys.executable, "-c", program], 1.0, signal.SIGINT)
    with (tmp_path / "log").open("w") as log:
        assert on_gpu.run_limited(part, 3.0, 60.0, log) is None
    assert (tmp_path / "log").read_text().split()[:2] in (["began", "saved"], [])  # a busy machine may not get there


def test_weights_are_put_together_from_small_files_as_they_were(tmp_path, monkeypatch):
    path = save_checkpoint(tmp_path / "run" / "checkpoints" / "best.safetensors")
    monkeypatch.setattr(round_weights, "ROOM", 0)
    monkeypatch.setattr(round_weights, "LARGEST", 2000)  # smaller than some of the weights
    (tmp_path / "kept").mkdir()
    files = round_weights.split_weights(tmp_path / "run", tmp_path / "kept")
    assert len(files) > 3
    joined = round_weights.join_weights(tmp_path / "kept")
    one, other = (load_predictor(source, "cpu").state_dict() for source in (path, joined))
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)
    with pytest.raises(VidpredError, match=r"there is no weights_1\.safetensors in"):
        round_weights.join_weights(tmp_path)


def test_a_round_of_a_minute_on_a_cpu_does_a_little_of_everything(tmp_path, monkeypatch):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))
    parts = parts_of(tmp_path, parts=["benchmarks", "r3_gpu"])
    outcomes = on_gpu.do_round(parts, 60.0, tmp_path)
    assert [outcome.name for outcome in outcomes] == ["benchmarks", "r3_gpu"]
    assert {outcome.ended for outcome in outcomes} <= {"done", "out of time"}, outcomes
    if outcomes[0].ended == "done":
        report = json.loads((tmp_path / "benchmarks.json").read_text())["presets"]["smoke"]
        assert report["speed"]["steps_per_second"] > 0
        assert report["device"]["gflop_per_step"] > 0
        assert {"data", "generator forward", "discriminator forward", "backward", "updates", "rest"} <= set(
            report["phases"]
        )
    if outcomes[1].ended == "done":
        kept = {path.name for path in (tmp_path / "results" / "r3_gpu").iterdir()}
        assert {"config.yaml", "environment.json", "metrics.jsonl", "latest.png", "weights_1.safetensors"} <= kept
