"""Samplers are scored by all that they draw, beside predictors of a single future."""

import json

import numpy as np
import pytest
import torch
from drawn import Brightening, Patchworks
from guessing import Guessing

from vidpred.errors import VidpredError
from vidpred.evaluation import evaluate
from vidpred.evaluation.compared_predictors import choose_shown, sample_futures
from vidpred.evaluation.pages import write_report
from vidpred.evaluation.sample_scores import WARNING, SampleLedger, sample_facts, score_futures
from vidpred.frames import to_model
from vidpred.metrics.samples import spread_skill_ratio
from vidpred.predictors import CopyLast


def flat(*levels):
    """Return futures (N, 1, 1, 16, 16) of one even frame each."""
    return torch.tensor(levels)[:, None, None, None, None].expand(-1, 1, 1, 16, 16)


@pytest.fixture(scope="module")
def report():
    data = Patchworks({"a": 2, "b": 1, "c": 1}, num_frames=7)
    return evaluate({"guessing": Guessing()}, data, horizon=3, num_samples=5)


def test_scores_of_two_samples_are_those_computed_by_hand():
    """The truth is 0.5 on frames in [0, 1], the samples are 0.6 and 0.9."""
    scores = score_futures(flat(0.2, 0.8), flat(0.0)[0])
    assert scores["crps"].item() == pytest.approx((0.1 + 0.4) / 2 - 0.3 / 2)
    assert scores["energy_score"].item() == pytest.approx((0.1 + 0.4) / 2 - 0.3 / 2)
    assert scores["diversity"].item() == pytest.approx(0.3)
    best, worst = (-20 * np.log10(error) for error in (0.1, 0.4))
    assert scores["psnr_best"].item() == pytest.approx(best)
    assert scores["psnr_worst"].item() == pytest.approx(worst)
    assert scores["psnr_mean"].item() == pytest.approx((best + worst) / 2)


def test_single_future_has_its_one_value_and_a_crps_that_is_its_mean_absolute_error():
    future, target = torch.rand(2, 3, 3, 16, 16) * 2 - 1
    scores = score_futures(future[None], target)
    assert torch.equal(scores["psnr_best"], scores["psnr_worst"])
    assert torch.equal(scores["ssim_best"], scores["ssim_mean"])
    error = ((future - target) / 2).double()
    torch.testing.assert_close(scores["crps"], error.abs().mean(dim=(1, 2, 3)))
    torch.testing.assert_close(scores["energy_score"], error.square().mean(dim=(1, 2, 3)).sqrt())
    assert scores["diversity"].tolist() == [0, 0, 0]


def test_baselines_stand_beside_the_sampler_with_a_crps_that_is_their_mean_absolute_error(report):
    assert list(report.samples.estimates) == report.predictors
    assert report.samples.samplers == ["guessing"]
    row, mae = list(report.samples.facts).index("crps"), report.metrics.index("mae")
    for name in ("copy_last", "optical_flow"):
        found = report.samples.estimates[name].at(row)
        np.testing.assert_allclose(found.value, report.estimates[name].value[mae], rtol=1e-9)
        assert np.isfinite(found.low).all()


def test_a_future_depends_on_the_seed_its_number_and_the_clip_and_on_nothing_else():
    context = torch.rand(1, 2, 3, 16, 16)
    few, many = (sample_futures(Guessing(), context, 2, number, seed=4) for number in (2, 5))
    assert few.shape == (1, 2, 2, 3, 16, 16)
    assert torch.equal(few, many[:, :2])
    assert not torch.equal(few, sample_futures(Guessing(), context, 2, 2, seed=5))
    predictor = Guessing()
    evaluate({"guessing": predictor}, Brightening(7, {"a": [1, 1]}), horizon=1, num_samples=3)
    noises = [latent[0][0] for latent in predictor.latents[:6]]  # the last ones: again, for the example clips
    assert len(set(noises)) == 6
    assert {latent[0][0] for latent in predictor.latents[6:]} == set(noises)


def test_first_future_is_shown_unless_the_nearest_to_the_truth_is_asked_for():
    futures, target = flat(0.9, 0.1, -0.5), flat(0.0)[0]
    assert choose_shown(futures, target, None) == 0
    assert choose_shown(futures, target, "truth") == 1
    data = Patchworks({"a": 2, "b": 2}, num_frames=7)
    first, nearest = (
        evaluate({"guessing": Guessing()}, data, horizon=2, num_samples=4, best_of=best_of)
        for best_of in (None, "truth")
    )
    best = nearest.samples.estimates["guessing"].value[0]
    np.testing.assert_allclose(nearest.scores["guessing"]["psnr"], best[:-1])
    assert nearest.scores["guessing"]["psnr"] != first.scores["guessing"]["psnr"]
    assert nearest.scores["copy_last"] == first.scores["copy_last"]
    assert "nearest to the truth" in nearest.summary()
    assert "the first sample" in first.summary()
    assert nearest.protocol.hash != first.protocol.hash
    shown = next(each for each in nearest.example_clips if each.label == "best")
    error = (to_model(shown.predictions["guessing"]) - to_model(shown.truth)).square().mean(dim=(1, 2, 3))
    psnr = 10 * torch.log10(4 / error)
    assert psnr.tolist() == pytest.approx(shown.scores["guessing"], abs=0.1)


def test_calibration_is_averaged_over_videos_before_the_ratio():
    target = torch.rand(4, 2, 3, 16, 16) * 2 - 1
    futures = target.unsqueeze(1) + 0.3 * torch.randn(4, 6, 2, 3, 16, 16)
    ledger = SampleLedger(6, ["sampler"])
    for clip, (samples, real) in enumerate(zip(futures, target, strict=True)):
        ledger.add(clip, {"sampler": samples, "other": samples[:1]}, real)
    apart = ledger.close(["a", "b", "c", "d"], seed=0)
    expected = spread_skill_ratio(futures.transpose(0, 1), target)
    assert apart.spread_skill["sampler"][:2] == pytest.approx(expected.tolist(), rel=1e-6)
    assert apart.ranks["sampler"].shape == (2, 7)
    np.testing.assert_allclose(apart.ranks["sampler"].sum(axis=1), 1)
    assert list(apart.ranks) == ["sampler"]
    together = ledger.close(["a", "a", "a", "b"], seed=0)
    assert together.spread_skill["sampler"][0] != apart.spread_skill["sampler"][0]


def test_every_score_is_reported_with_its_definition_and_a_fingerprint():
    facts = sample_facts(8)
    assert list(facts) == list(score_futures(flat(0.1, 0.2), flat(0.0)[0]))
    for name, fact in facts.items():
        assert float(fact["fingerprint"]) != 0, name
        assert len(fact["definition"]) > 20
    assert "best of 8" in facts["psnr_best"]["definition"]
    assert facts["psnr_best"]["higher_is_better"]
    assert not facts["crps"]["higher_is_better"]


def test_report_says_never_to_rank_by_a_single_sample(report, tmp_path):
    write_report(report, tmp_path, "2024-05-06")
    for name in ("report.txt", "report.html"):
        assert WARNING in (tmp_path / name).read_text()
    assert "psnr best" in (tmp_path / "report.txt").read_text()
    tree = json.loads((tmp_path / "report.json").read_text())["samples"]
    assert (tree["number"], tree["samplers"]) == (5, ["guessing"])
    assert len(tree["scores"]["copy_last"]["crps"]["steps"]) == 3
    assert len(tree["scores"]["guessing"]["energy_score"]["mean"]["interval"]) == 2
    assert [len(ranks) for ranks in tree["rank_histograms"]["guessing"]] == [6, 6, 6]
    assert tree["spread_skill_ratios"]["guessing"]["mean"] > 0


def cells(line):
    """Split a line of a table into what stands in its columns."""
    return [*filter(None, map(str.strip, line.split("   ")))]


def test_scores_of_samples_fit_in_a_hundred_columns_in_as_many_blocks_as_they_need(report):
    """Every predictor has the same numbers as in one wide block, and each block says of which scores they are."""
    wide, paged = report.further_tables(width=None).splitlines(), report.further_tables().splitlines()
    assert max(map(len, wide)) > 100 >= max(map(len, paged))
    for line in wide[2 : 3 + len(report.samples.facts)]:  # below the heading and the names
        title, *row = cells(line)
        blocks = [cells(part)[1:] for part in paged if cells(part)[:1] == [title]]
        assert len(blocks) > 1
        assert [cell for block in blocks for cell in block] == row
    names = [cells(part) for part in paged if part.startswith(" " * 8)]
    assert [name for block in names for name in block] == report.predictors


def test_without_a_sampler_nothing_is_said_of_samples():
    report = evaluate({"ours": CopyLast(2)}, Brightening(7, {"a": [2], "b": [3]}), horizon=2)
    assert report.samples is None
    assert json.loads(report.to_json())["samples"] is None
    assert report.further_tables() == ""


def test_one_sample_is_too_few_to_judge_a_sampler_by():
    with pytest.raises(VidpredError, match=r"1 sample of each clip cannot be judged, since .* 2 futures or more"):
        evaluate({"guessing": Guessing()}, Brightening(7, {"a": [2]}), num_samples=1)


def test_samples_are_the_same_twice():
    data = Patchworks({"a": 1, "b": 1}, num_frames=6)
    reports = [evaluate({"guessing": Guessing()}, data, horizon=2, num_samples=3).to_json() for _ in range(2)]
    assert reports[0] == reports[1]
    assert evaluate({"guessing": Guessing()}, data, horizon=2, num_samples=3, seed=1).to_json() != reports[0]
