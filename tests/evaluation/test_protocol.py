"""The protocol's hash changes with whatever makes numbers incomparable, and with nothing else."""

import pytest
import torch
from drawn import Brightening

from vidpred.evaluation import evaluate, scoring
from vidpred.evaluation.protocol import metric_facts
from vidpred.metrics import METRICS, Metric
from vidpred.predictors import CopyLast, Linear
from vidpred.registry import Registry


def hash_of(levels=(3, 4), name="a", predictors=None, **options):
    data = Brightening(8, {name: list(levels)})
    return evaluate({"ours": CopyLast(4)} if predictors is None else predictors, data, **options).protocol.hash


@pytest.fixture(scope="module")
def original():
    return hash_of(horizon=3)


def test_same_conditions_have_the_same_hash(original):
    assert hash_of(horizon=3) == original


def test_predictors_and_circumstances_do_not_change_it(original):
    assert hash_of(horizon=3, predictors={"theirs": Linear(4)}, circumstances={"device": "another"}) == original


@pytest.mark.parametrize(
    "change",
    [
        {"levels": (3, 5)},
        {"levels": (3, 4, 5)},
        {"name": "b"},
        {"horizon": 2},
        {"max_windows_per_video": 1},
        {"seed": 1},
        {"predictors": {"ours": CopyLast(3)}},
    ],
    ids=str,
)
def test_other_conditions_have_another_hash(original, change):
    assert hash_of(**{"horizon": 3, **change}) != original


def replaced(monkeypatch, name, metric):
    metrics = Registry("metric")
    for known, part in METRICS.items():
        metrics.add(known, metric if known == name else part)
    for module in ("protocol", "scoring"):
        monkeypatch.setattr(f"vidpred.evaluation.{module}.METRICS", metrics)


def test_another_computation_of_a_metric_changes_it(original, monkeypatch):
    def psnr(prediction, target):
        return METRICS["psnr"].function(prediction, target) + 0.01

    psnr.__doc__ = METRICS["psnr"].function.__doc__
    replaced(monkeypatch, "psnr", Metric(psnr, unit="dB", higher_is_better=True))
    assert hash_of(horizon=3) != original


def test_another_definition_of_a_metric_changes_it(original, monkeypatch):
    def psnr(prediction, target):
        """Return something else."""
        return METRICS["psnr"].function(prediction, target)

    replaced(monkeypatch, "psnr", Metric(psnr, unit="dB", higher_is_better=True))
    assert hash_of(horizon=3) != original


def test_fewer_baselines_change_it(original, monkeypatch):
    monkeypatch.setattr(scoring, "BASELINES", ("copy_last",))
    assert hash_of(horizon=3) != original


def test_every_metric_is_told_with_its_definition_and_a_score_that_is_no_accident():
    facts = metric_facts()
    assert facts == metric_facts()
    for name, fact in facts.items():
        assert fact["definition"].startswith("Return"), name
        assert "Args:" not in fact["definition"]
        assert torch.isfinite(torch.tensor(float(fact["fingerprint"]))), name
        assert float(fact["fingerprint"]) not in (0.0, 1.0, 100.0), name
