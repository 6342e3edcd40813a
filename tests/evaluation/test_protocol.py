"""The protocol's hash changes with whatever makes numbers incomparable, and with nothing else: no word moves it."""

import json
from collections.abc import Mapping
from html import escape

import pytest
import torch
from drawn import Brightening, Patchworks
from guessing import Guessing

from vidpred.evaluation import compared_predictors, evaluate, protocol, sample_scores, scoring, set_distances
from vidpred.evaluation.generation import evaluate_generators
from vidpred.evaluation.pages.page import report_page
from vidpred.evaluation.protocol import DEFINITION, Protocol, metric_facts
from vidpred.metrics import MASKED_METRICS, METRICS, Metric
from vidpred.metrics.compare_sets import DISTANCES
from vidpred.metrics.features import RawPatches
from vidpred.metrics.samples import diversity
from vidpred.predictors import PREDICTORS, CopyLast, Linear, Mean, OpticalFlow


def hash_of(levels=(3, 4), name="a", predictors=None, **options):
    data = Brightening(8, {name: list(levels)})
    return evaluate({"ours": CopyLast(4)} if predictors is None else predictors, data, **options).protocol.hash


@pytest.fixture(scope="module")
def original():
    return hash_of(horizon=3)


def described():
    """Describe a comparison in which everything that a protocol may tell of has a part."""
    metrics = metric_facts({"ours": Metric(METRICS["mae"].function, "", higher_is_better=False, weights="0123")})
    further = scoring._further_facts(4, "truth", 0, [RawPatches()])
    return protocol.describe(3, 4, scoring.BASELINES, metrics, {"frames_sha256": "0"}, 0, {}, further)


@pytest.fixture(scope="module")
def complete():
    return described()


def leaves(value, *path):
    """Return what is found in a tree of plain values, by the path that leads there."""
    if not isinstance(value, Mapping):
        return {path: value}
    return {place: leaf for key, part in value.items() for place, leaf in leaves(part, *path, key).items()}


def changed(tree, path, leaf):
    """Return a copy of a tree with another leaf."""
    first, *rest = path
    return {**tree, first: changed(tree[first], rest, leaf) if rest else leaf}


def definitions(description):
    return [text for path, text in leaves(description).items() if path[-1] == DEFINITION]


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


def test_fewer_baselines_change_it(original, monkeypatch):
    monkeypatch.setattr(scoring, "BASELINES", ("copy_last",))
    assert hash_of(horizon=3) != original


def test_conditions_hold_names_numbers_and_versions_and_no_prose(complete):
    for path, leaf in leaves(complete.conditions).items():
        assert " " not in f"{leaf}{''.join(path)}", path
        assert path[-1] != DEFINITION
    assert len(definitions(complete.description)) > len(METRICS) + len(MASKED_METRICS) + len(scoring.BASELINES)


def test_each_of_them_counts(complete):
    conditions = leaves(complete.conditions)
    others = {Protocol(changed(complete.description, path, "another")).hash for path in conditions}
    assert len(others | {complete.hash}) == len(conditions) + 1


def test_every_metric_mask_and_baseline_has_a_version_and_a_fingerprint(complete):
    stated = complete.conditions
    parts = {**stated["metrics"], **stated["baselines"], "motion_mask": stated["motion_mask"]}
    parts |= {**stated["stochastic_predictors"]["scores"], **stated["sets"]["distances"]}
    assert {*METRICS, *MASKED_METRICS, *scoring.BASELINES, *DISTANCES, *sample_scores.PROPER} < set(parts)
    for name, part in parts.items():
        assert part["version"] == 1, name
        assert part["fingerprint"], name


def test_a_metric_that_names_no_version_is_its_first():
    assert Metric(METRICS["mae"].function, unit="", higher_is_better=False).version == 1


def test_other_words_change_nothing(complete, monkeypatch):
    words = "Compute it in other words."
    for registry in (METRICS, MASKED_METRICS, DISTANCES, sample_scores.PROPER):
        for part in registry.values():
            monkeypatch.setattr(getattr(part, "function", part), "__doc__", words)
    for part in (*map(PREDICTORS.get, scoring.BASELINES), protocol.motion_mask, diversity, RawPatches):
        monkeypatch.setattr(part, "__doc__", words)
    for module, name in ((protocol, "AVERAGING"), (protocol, "INTERVALS"), (set_distances, "COMPARED")):
        monkeypatch.setattr(module, name, words)
    monkeypatch.setattr(set_distances, "NO_INTERVALS", words)
    monkeypatch.setattr(RawPatches, "resize", words)
    monkeypatch.setitem(compared_predictors.SHOWN, compared_predictors.NEAREST, words)
    monkeypatch.setattr(sample_scores, "_which", lambda kind, number: words)
    reworded = described()
    assert all(words in text for text in definitions(reworded.description))
    assert reworded.conditions == complete.conditions
    assert reworded.hash == complete.hash


def test_other_numbers_change_every_fingerprint(complete, monkeypatch):
    def louder(part):
        function = getattr(part, "function", part)

        def other(*clips):
            found = function(*clips)
            return type(found)(*(1.01 * each for each in found)) if isinstance(found, tuple) else 1.01 * found

        return part._replace(function=other) if hasattr(part, "function") else other

    for registry in (METRICS._parts, MASKED_METRICS._parts, set_distances.DISTANCES, sample_scores.PROPER):
        for name, part in list(registry.items()):
            monkeypatch.setitem(registry, name, louder(part))
    monkeypatch.setattr(sample_scores, "diversity", louder(diversity))
    mask = protocol.motion_mask
    monkeypatch.setattr(protocol, "motion_mask", lambda last, target: ~mask(last, target))
    for baseline in map(PREDICTORS.get, scoring.BASELINES):
        forward = baseline.forward
        monkeypatch.setattr(baseline, "forward", lambda self, seen, forward=forward: [0.98 * forward(self, seen)[0]])
    ahead = OpticalFlow.predict_ahead
    monkeypatch.setattr(OpticalFlow, "predict_ahead", lambda self, seen: (0.98 * frame for frame in ahead(self, seen)))
    before, after = leaves(complete.conditions), leaves(described().conditions)
    same = [path for path, leaf in before.items() if path[-1] == "fingerprint" and after[path] == leaf]
    assert same == [("sets", "extractors", "raw_patches", "fingerprint")]


def test_a_raised_version_is_reported(complete, monkeypatch):
    for registry in (METRICS._parts, MASKED_METRICS._parts, set_distances.DISTANCES):
        for name, part in list(registry.items()):
            monkeypatch.setitem(registry, name, part._replace(version=2))
    for name in sample_scores.VERSIONS:
        monkeypatch.setitem(sample_scores.VERSIONS, name, 2)
    for baseline in map(PREDICTORS.get, scoring.BASELINES):
        monkeypatch.setattr(baseline, "version", 2)
    for name in ("MASK_VERSION", "AVERAGING_VERSION", "INTERVALS_VERSION"):
        monkeypatch.setattr(protocol, name, 2)
    monkeypatch.setattr(set_distances, "VERSION", 2)
    raised = described()
    versions = {path: leaf for path, leaf in leaves(raised.conditions).items() if path[-1] == "version"}
    assert {path for path, leaf in versions.items() if leaf == 1} == {("metrics", "ours", "version")}
    assert raised.hash != complete.hash


def test_it_does_not_see_which_opencv_estimated_the_flow(complete, monkeypatch):
    """Versions 4.10 and 5 differ by a ten-thousandth of what optical flow predicts, and a thousandth of what moves."""
    for function in (protocol.motion_mask, OpticalFlow.forward):
        flow = function.__globals__["estimate_flow"]
        other = lambda start, end, flow=flow: 1.001 * flow(start, end)  # noqa: E731
        monkeypatch.setitem(function.__globals__, "estimate_flow", other)
    assert described().hash == complete.hash


def test_every_metric_is_reported_with_its_definition_and_a_score_that_is_no_accident():
    facts = metric_facts()
    assert facts == metric_facts()
    for name, fact in facts.items():
        assert fact["definition"].startswith("Return"), name
        assert "Args:" not in fact["definition"]
        assert torch.isfinite(torch.tensor(float(fact["fingerprint"]))), name
        assert float(fact["fingerprint"]) not in (0.0, 1.0, 100.0), name


def test_reports_say_what_every_condition_means():
    data = Patchworks({"a": 1, "b": 1}, num_frames=8)
    looks = {"extractors": [RawPatches()], "optional": ["raw_patches"]}
    report = evaluate({"guess": Guessing(), "mean": Mean(2)}, data, horizon=2, num_samples=2, **looks)
    stated = definitions(report.protocol.description)
    assert definitions(json.loads(report.to_json())["protocol"]) == stated
    page = report_page(report, "2024-05-06")
    assert not [text for text in stated if escape(text.removesuffix(".")) not in page]


def test_protocols_of_generators_are_as_free_of_prose():
    images = torch.rand(20, 3, 16, 16) * 2 - 1
    here, there = (
        evaluate_generators({}, images, images.flip(0), [RawPatches()], optional=["raw_patches"], images=words)
        for words in ("20 images of here", "20 images of there")
    )
    assert here.protocol.hash == there.protocol.hash
    assert not [leaf for leaf in leaves(here.protocol.conditions).values() if " " in str(leaf)]
    assert "20 images of here" in here.table()
    assert "20 images of here" in here.to_json()
