"""Health is measured beside a run, changes nothing in it, and is picked up where it was left."""

import json

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.train import resume_run, start_run
from vidpred.training.health.monitor import evaluating
from vidpred.training.health.verdicts import Diagnosis, Verdict

OFTEN = (
    "train.steps=6",
    "log.metrics_every=1",
    "log.validate_every=3",
    "log.validation_clips=4",
    "log.sample_every=100",
    "log.checkpoint_every=2",
)


def entries(folder, kind="health"):
    lines = map(json.loads, (folder / "metrics.jsonl").read_text().splitlines())
    return [line for line in lines if line["kind"] == kind]


@pytest.fixture
def say_collapse_from_third_look(monkeypatch):
    def diagnose(history):
        return Diagnosis(Verdict.COLLAPSE if len(history) >= 3 else Verdict.HEALTHY, "as told")

    monkeypatch.setattr("vidpred.training.health.monitor.diagnose", diagnose)


def test_every_look_is_written_down_and_held_out_clips_are_asked_about_at_validation(small_config, tmp_path):
    start_run(small_config(*OFTEN), tmp_path / "run", "cpu")
    looks = entries(tmp_path / "run")
    assert [look["step"] for look in looks] == [1, 2, 3, 4, 5, 6]
    assert [look["step"] for look in looks if "accuracy_held_out" in look] == [3, 6]
    for look in looks:
        assert {"accuracy_real", "accuracy_fake", "accuracy_pairs", "adversarial_gradient", "diversity"} <= set(look)
        assert look["verdict"] == "healthy"
        assert look["adversarial_gradient"] > 0
    assert all("drift" in look for look in looks[1:])


def test_watching_changes_no_weight_and_no_loss(small_config, tmp_path, monkeypatch):
    config = small_config(*OFTEN, "network.latent_channels=2")
    start_run(config, tmp_path / "watched", "cpu")
    monkeypatch.setattr("vidpred.runs.train.monitor_health", lambda *_: None)
    start_run(config, tmp_path / "alone", "cpu")
    assert entries(tmp_path / "alone") == []
    assert entries(tmp_path / "alone", "train") == entries(tmp_path / "watched", "train")
    watched, alone = (
        Checkpoint.load(tmp_path / name / "checkpoints" / "last.safetensors").state["generator"]
        for name in ("watched", "alone")
    )
    assert all(torch.equal(watched[name], weight) for name, weight in alone.items())


def test_without_an_adversary_there_is_nothing_to_watch(small_config, tmp_path):
    start_run(small_config(*OFTEN, "objective.adversarial_weight=0"), tmp_path / "run", "cpu")
    assert entries(tmp_path / "run") == []


def test_a_resumed_run_goes_on_with_the_history_it_had(small_config, tmp_path):
    constant = ("generator.schedule=constant", "adversary.schedule=constant")
    start_run(small_config(*OFTEN, *constant), tmp_path / "whole", "cpu")
    start_run(small_config(*OFTEN, *constant, "train.steps=4"), tmp_path / "parts", "cpu")
    resume_run(tmp_path / "parts", "cpu", steps=6)
    assert entries(tmp_path / "parts") == entries(tmp_path / "whole")
    assert (tmp_path / "whole" / "metrics.jsonl").read_text().count("drift") == 5


def test_a_run_stops_and_saves_at_the_verdict_it_was_to_stop_on(
    small_config, tmp_path, capsys, say_collapse_from_third_look
):
    run = start_run(small_config(*OFTEN, "train.stop_on=[collapse]"), tmp_path / "run", "cpu")
    assert run.outcome.stopped_by == "collapse"
    assert run.outcome.step == Checkpoint.load(tmp_path / "run" / "checkpoints" / "last.safetensors").step == 4
    assert "step 3: health: collapse (as told); try: " in capsys.readouterr().err


def test_a_run_that_was_stopped_goes_on_when_it_is_resumed(small_config, tmp_path, say_collapse_from_third_look):
    start_run(small_config(*OFTEN, "train.stop_on=[collapse]"), tmp_path / "run", "cpu")
    assert resume_run(tmp_path / "run", "cpu").outcome.step == 6


def test_other_verdicts_do_not_stop_it(small_config, tmp_path, say_collapse_from_third_look):
    run = start_run(small_config(*OFTEN, "train.stop_on=[oscillating]"), tmp_path / "run", "cpu")
    assert run.outcome.stopped_by is None
    assert run.outcome.step == 6


def test_an_unknown_verdict_is_refused_before_a_folder_is_made(small_config, tmp_path):
    with pytest.raises(VidpredError, match=r"did you mean 'collapse'\?"):
        start_run(small_config("train.stop_on=[colapse]"), tmp_path / "run", "cpu")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("training", [True, False])
def test_a_network_is_left_in_the_mode_it_was_in(training):
    network = torch.nn.Linear(1, 1).train(training)
    with evaluating(network) as evaluated:
        assert not evaluated.training
    assert network.training is training
