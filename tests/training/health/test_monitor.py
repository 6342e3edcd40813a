"""Health is measured beside a run, changes nothing in it, and is resumed from its records."""

import json

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.interfaces import Batch
from vidpred.machine.engine import evaluating
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.train import resume_run, start_run
from vidpred.training.feed import Feed
from vidpred.training.health.diagnosis import Diagnosis, Verdict
from vidpred.training.health.monitor import in_short
from vidpred.training.logbook import Logbook

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
def collapse_from_third_measurement(monkeypatch):
    def diagnose(history):
        return Diagnosis(Verdict.COLLAPSE if len(history) >= 3 else Verdict.HEALTHY, "as patched")

    monkeypatch.setattr("vidpred.training.health.monitor.diagnose", diagnose)


def test_every_measurement_is_recorded_and_held_out_clips_are_judged_at_validation(small_config, tmp_path):
    start_run(small_config(*OFTEN), tmp_path / "run", "cpu")
    measured = entries(tmp_path / "run")
    assert [entry["step"] for entry in measured] == [1, 2, 3, 4, 5, 6]
    assert [entry["step"] for entry in measured if "accuracy_held_out" in entry] == [3, 6]
    for entry in measured:
        assert {"accuracy_real", "accuracy_fake", "accuracy_pairs", "accuracy_own_pairs"} <= set(entry)
        assert {"gradient_adversary_finest", "diversity"} <= set(entry)
        assert entry["verdict"] == "too_early_to_say"
        assert entry["clips"] == 4 * entry["step"]
        adversary, data = entry["gradient_adversary"], entry["gradient_data"]
        assert 0 < entry["gradient_adversary_finest"] < adversary
        assert entry["gradient_share"] == pytest.approx(adversary / (adversary + data))
        assert entry["gradient_adversary_finest"] > 0
    assert all("drift" in entry for entry in measured[1:])


def test_without_data_terms_the_adversarys_gradient_stands_alone(small_config, tmp_path):
    start_run(small_config(*OFTEN, "objective.terms={}"), tmp_path / "run", "cpu")
    for entry in entries(tmp_path / "run"):
        assert entry["gradient_adversary"] > 0
        assert {"gradient_data", "gradient_share"}.isdisjoint(entry)


def test_where_all_real_clips_are_equal_nothing_is_measured_in_units_of_how_they_differ(
    small_config, tmp_path, monkeypatch
):
    gather = Feed._gather

    def gather_equal(self, step):
        batch = gather(self, step)
        return Batch(torch.zeros_like(batch.clips), batch.labels)

    monkeypatch.setattr(Feed, "_gather", gather_equal)
    start_run(small_config(*OFTEN), tmp_path / "run", "cpu")
    measured = entries(tmp_path / "run")
    assert len(measured) == 6
    for entry in measured:
        assert "accuracy_pairs" in entry
        assert {"diversity", "trace", "drift"}.isdisjoint(entry)


def test_the_progress_bar_shows_how_right_the_discriminator_is_and_the_adversarys_share():
    figures = {"accuracy_real": 0.7, "accuracy_fake": 0.654, "gradient_share": 0.1234}
    assert in_short(figures) == {"right on real/fake": "70%/65%", "adversary": "12.34%"}
    assert in_short({"accuracy_real": 1.0, "accuracy_fake": 0.5}) == {"right on real/fake": "100%/50%"}
    assert in_short(figures | {"accuracy_own_pairs": 0.81})["right on real/fake/pairs"] == "70%/65%/81%"
    assert in_short(figures | {"accuracy_pairs": 0.9})["right on real/fake/pairs"] == "70%/65%/90%"


def test_what_is_kept_in_view_stands_on_the_bar_beside_the_losses(tmp_path, capsys):
    logbook = Logbook(tmp_path, 0, 1)
    logbook.keep_in_view({"adversary": "12%"})
    logbook.progress({"loss": 0.5})
    logbook.close()
    assert "loss=0.5, adversary=12%" in capsys.readouterr().err


def test_an_old_run_is_judged_by_clips_as_it_goes_on(small_config, tmp_path):
    start_run(small_config(*OFTEN, "train.steps=4"), tmp_path / "run", "cpu")
    metrics = tmp_path / "run" / "metrics.jsonl"
    old = [json.loads(line) for line in metrics.read_text().splitlines()]
    for line in old:
        for name in ("clips", "gradient_adversary", "gradient_data", "gradient_share"):
            line.pop(name, None)
        line |= {"verdict": "healthy"} if line["kind"] == "health" else {}
    metrics.write_text("".join(json.dumps(line) + "\n" for line in old))
    resume_run(tmp_path / "run", "cpu", steps=6)
    assert [entry["verdict"] for entry in entries(tmp_path / "run")][4:] == ["too_early_to_say"] * 2


def test_monitoring_changes_no_weight_and_no_loss(small_config, tmp_path, monkeypatch):
    config = small_config(*OFTEN, "network.latent_channels=2")
    start_run(config, tmp_path / "monitored", "cpu")
    monkeypatch.setattr("vidpred.runs.train.build_health_monitor", lambda *_: None)
    start_run(config, tmp_path / "alone", "cpu")
    assert entries(tmp_path / "alone") == []
    assert entries(tmp_path / "alone", "train") == entries(tmp_path / "monitored", "train")
    monitored, alone = (
        Checkpoint.load(tmp_path / name / "checkpoints" / "last.safetensors").state["generator"]
        for name in ("monitored", "alone")
    )
    assert all(torch.equal(monitored[name], weight) for name, weight in alone.items())


def test_without_an_adversary_there_is_nothing_to_monitor(small_config, tmp_path):
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
    small_config, tmp_path, capsys, collapse_from_third_measurement
):
    run = start_run(small_config(*OFTEN, "train.stop_on=[collapse]"), tmp_path / "run", "cpu")
    assert run.outcome.stopped_by == "collapse"
    assert run.outcome.step == Checkpoint.load(tmp_path / "run" / "checkpoints" / "last.safetensors").step == 4
    assert "step 3: health: collapse (as patched); try: " in capsys.readouterr().err


def test_a_run_that_was_stopped_goes_on_when_it_is_resumed(small_config, tmp_path, collapse_from_third_measurement):
    start_run(small_config(*OFTEN, "train.stop_on=[collapse]"), tmp_path / "run", "cpu")
    assert resume_run(tmp_path / "run", "cpu").outcome.step == 6


def test_other_verdicts_do_not_stop_it(small_config, tmp_path, collapse_from_third_measurement):
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
