"""A report says of its numbers exactly what they support, in every form that it is written in."""

import csv
import errno
import io
import json
import math
import re

import numpy as np
import pytest

from vidpred import registry
from vidpred.errors import VidpredError
from vidpred.evaluation import BASELINES, Report
from vidpred.evaluation.pages import write_report
from vidpred.evaluation.pages.page import report_page
from vidpred.evaluation.protocol import describe, metric_facts
from vidpred.metrics import Metric

METRICS = metric_facts()
NAMES = ("ours", *BASELINES)
VIDEOS = ("a", "a", "a", "b", "c", "c")


def make_report(values, predictors=NAMES, videos=VIDEOS, seed=0):
    horizon = values.shape[-1]
    protocol = describe(horizon, 4, BASELINES, METRICS, {"frames_sha256": "0"}, seed, {"device": "cpu"})
    return Report(predictors, videos, values, protocol)


@pytest.fixture
def values():
    return np.random.default_rng(0).normal(30, 4, size=(len(NAMES), len(METRICS), len(VIDEOS), 3))


def test_clips_of_a_video_are_averaged_before_videos(values):
    report = make_report(values)
    videos = [values[:, :, :3].mean(axis=2), values[:, :, 3], values[:, :, 4:].mean(axis=2)]
    expected = np.mean(videos, axis=0)
    for row, name in enumerate(NAMES):
        np.testing.assert_allclose(report.estimates[name].value[:, :-1], expected[row])
        np.testing.assert_allclose(report.estimates[name].value[:, -1], expected[row].mean(axis=-1))
    assert report.scores["ours"]["psnr"] == pytest.approx(expected[0, report.metrics.index("psnr")].tolist())


def test_differences_are_paired_by_video():
    """Videos differ far more than predictors do: only paired differences can tell the predictors apart."""
    rng = np.random.default_rng(0)
    videos = [f"video {number}" for number in range(20)]
    level = rng.normal(30, 10, size=(1, len(METRICS), 20, 1))
    values = np.broadcast_to(level, (len(NAMES), len(METRICS), 20, 2)) + rng.normal(0, 0.1, (len(NAMES), 1, 20, 1))
    values[0] += 0.5
    report = make_report(values, videos=videos)
    apart, paired = report.estimates, report.differences["ours"]["copy_last"]
    assert (apart["ours"].low < apart["copy_last"].high).all()
    np.testing.assert_allclose(paired.value, (values[0] - values[1]).mean(axis=1)[:, [0, 1, 1]], atol=1e-9)
    draws = np.random.default_rng(9).integers(20, size=(20_000, 20))
    means = (values[0] - values[1])[0, :, 0][draws].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    assert (paired.low[0, 0], paired.high[0, 0]) == pytest.approx((low, high), abs=0.01)
    assert (paired.low > 0).all()


def test_every_predictor_is_compared_with_every_other(values):
    report = make_report(values)
    assert list(report.differences["ours"]) == list(BASELINES)
    assert list(report.differences["linear"]) == [name for name in NAMES if name != "linear"]


def test_predictors_are_compared_with_each_other_too_every_two_once(values):
    report = make_report(np.concatenate([values[:1] + 1, values[:1], values]), ("first", "second", *NAMES))
    heads = [line.split() for line in report.table(width=None).splitlines() if " minus " in line]
    asked = ("first", "second", "ours")
    assert heads[:2] == [["first", "minus", "second", "ours"], ["second", "minus", "ours"]]
    assert heads[2:] == [[name, "minus", *BASELINES] for name in asked]
    psnr = report.metrics.index("psnr")
    assert report.differences["first"]["second"].value[psnr, -1] == pytest.approx(1)
    assert report.differences["second"]["first"].value[psnr, -1] == pytest.approx(-1)
    assert json.loads(report.to_json())["differences"]["second"]["ours"]["psnr"]["mean"]["value"] == 0
    assert "first minus<" in report_page(report, "")


def test_where_only_baselines_are_compared_every_two_stand_beside_each_other_once(values):
    report = make_report(values[:4], ("optical_flow", "copy_last", "linear", "mean"))
    heads = [line.split() for line in report.table(width=None).splitlines() if " minus " in line]
    assert heads == [
        ["optical_flow", "minus", "copy_last", "linear", "mean"],
        ["copy_last", "minus", "linear", "mean"],
        ["linear", "minus", "mean"],
    ]
    assert re.findall(r"(\w+) minus<", report_page(report, ""))[:3] == ["optical_flow", "copy_last", "linear"]


@pytest.mark.parametrize("missing", BASELINES)
def test_no_report_is_made_without_its_baselines(values, missing):
    kept = [name for name in NAMES if name != missing]
    with pytest.raises(VidpredError, match=f"lacks {missing}"):
        make_report(values[: len(kept)], predictors=kept)


def test_undefined_scores_are_left_out_of_means_and_written_as_nothing(values):
    values[0, 0, 3], values[0, 1], values[0, 2, 0, 0] = np.nan, np.nan, np.nan
    report = make_report(values)
    tree = json.loads(report.to_json())
    first, second, third = report.metrics[:3]
    assert tree["scores"]["ours"][second]["mean"] == {"value": None, "interval": None}
    expected = np.mean([values[0, 0, :3].mean(axis=0), values[0, 0, 4:].mean(axis=0)], axis=0)
    assert report.scores["ours"][first] == pytest.approx(expected.tolist())
    assert report.scores["ours"][third][0] == pytest.approx(
        np.mean([values[0, 2, 1:3, 0].mean(), values[0, 2, 3, 0], values[0, 2, 4:, 0].mean()])
    )
    row = next(csv.DictReader(io.StringIO(report.to_csv())))
    assert (row[second], row[third]) == ("", "")
    assert "nan" not in report.table(report.metrics)


def test_records_are_a_table_in_long_form(values):
    report = make_report(values)
    records = report.records()
    assert len(records) == len(NAMES) * len(METRICS) * 4
    ours = report.estimates["ours"]
    assert records[1] == {
        **{"predictor": "ours", "metric": "psnr", "step": 2, "value": report.scores["ours"]["psnr"][1]},
        **{"low": ours.low[0, 1], "high": ours.high[0, 1]},
    }
    assert [record["step"] for record in records[:5]] == [1, 2, 3, "mean", 1]


def test_json_holds_every_number_and_how_to_read_it(values):
    report = make_report(values)
    tree = json.loads(report.to_json("2024-05-06"))
    assert list(tree) == [
        *("format", "version", "made", "horizon", "num_videos", "num_clips"),
        *("protocol", "circumstances", "scores", "differences", "videos", "sets", "samples"),
        *("predicted_values", "remarks"),
    ]
    assert (tree["format"], tree["version"], tree["made"]) == ("vidpred report", 1, "2024-05-06")
    assert (tree["horizon"], tree["num_videos"], tree["num_clips"]) == (3, 3, 6)
    assert list(tree["scores"]) == list(NAMES)
    assert tree["protocol"]["hash"] == report.protocol.hash
    assert tree["protocol"]["metrics"]["psnr"]["unit"] == "dB"
    assert tree["circumstances"] == {"device": "cpu"}
    for entries in (tree["scores"]["ours"], tree["differences"]["ours"]["mean"]):
        assert list(entries) == report.metrics
        for entry in entries.values():
            assert len(entry["steps"]) == 3
            for cell in (entry["mean"], *entry["steps"]):
                assert cell["interval"][0] <= cell["value"] <= cell["interval"][1]
    assert list(tree["videos"]) == ["a", "b", "c"]
    row = report.metrics.index("ssim")
    assert tree["videos"]["b"]["linear"]["ssim"]["steps"] == pytest.approx(values[2, row, 3].tolist(), rel=1e-8)


def test_csv_has_a_line_per_clip_predictor_and_step(values):
    report = make_report(values)
    rows = list(csv.DictReader(io.StringIO(report.to_csv())))
    assert list(rows[0]) == ["clip", "video", "predictor", "step", *report.metrics]
    assert len(rows) == len(VIDEOS) * len(NAMES) * 3
    index = {(int(row["clip"]), row["predictor"], int(row["step"])): row for row in rows}
    found = index[5, "mean", 2]
    assert found["video"] == "c"
    assert [float(found[name]) for name in report.metrics] == pytest.approx(values[4, :, 4, 1].tolist(), rel=1e-8)


def test_no_name_in_the_csv_is_a_formula(values):
    report = make_report(values, predictors=("=1+1", *BASELINES), videos=["-a.mp4"] * 6)
    row = next(csv.DictReader(io.StringIO(report.to_csv())))
    assert (row["video"], row["predictor"]) == ("'-a.mp4", "'=1+1")


def test_one_video_has_no_interval(values):
    report = make_report(values, videos=["a"] * 6)
    assert json.loads(report.to_json())["scores"]["ours"]["psnr"]["mean"]["interval"] is None
    assert "95 % interval\n" not in report.table()


@pytest.mark.parametrize(("number", "said"), [(1, 0), (2, 1), (9, 1), (10, 0)])
def test_text_and_page_call_intervals_over_few_videos_a_rough_guide(number, said):
    steps = np.random.default_rng(0).normal(30, 4, size=(len(NAMES), len(METRICS), number, 3))
    report = make_report(steps, videos=[str(video) for video in range(number)])
    sentence = "With fewer than 10 videos, take such intervals as a rough guide."
    assert [text.count(sentence) for text in (report.table(), report_page(report, ""))] == [said, said]


def test_table_has_a_row_per_predictor_with_steps_mean_and_interval(values):
    report = make_report(values)
    head, *rows = report.table(["psnr"]).split("\n\n")[0].splitlines()
    assert head.split()[2:] == ["t+1", "t+2", "t+3", "mean", "95", "%", "interval"]
    assert [row.split()[0] for row in rows] == list(NAMES)
    cells = rows[0].replace("[", "").replace("]", "").replace(",", "").split()[1:]
    estimate = report.estimates["ours"]
    psnr = report.metrics.index("psnr")
    expected = [*estimate.value[psnr], estimate.low[psnr, -1], estimate.high[psnr, -1]]
    assert [float(cell) for cell in cells] == pytest.approx(expected, abs=0.006)


def test_a_metric_that_is_not_there_is_named_with_the_nearest_that_is(values):
    report = make_report(values)
    with pytest.raises(VidpredError, match=r"no metric 'psnrr' \(did you mean 'psnr'\?\); it has: .*psnr, .*ssim"):
        report.table(["ssim", "psnrr"])


def test_a_table_of_one_metric_may_be_asked_for_by_its_name_alone(values):
    report = make_report(values)
    assert report.table("psnr") == report.table(["psnr"])


def steps_of(line):
    return [int(word[2:]) for word in line.split() if word.startswith("t+")]


def test_table_of_a_long_horizon_shows_some_steps_and_the_mean_of_all():
    steps = np.broadcast_to(30 - np.arange(101.0) / 2, (len(NAMES), len(METRICS), len(VIDEOS), 101))
    table, note, *_ = make_report(steps).table(["psnr"]).split("\n\n")
    name, head, row, *_ = table.splitlines()
    shown = steps_of(head)
    assert (name, shown[0], shown[-1]) == ("psnr (dB)", 1, 101)
    assert row.split()[len(shown) : len(shown) + 2] == ["-20.00", "5.00"]
    assert note == f"{len(shown)} of 101 steps ahead are shown; the mean is over all of them"


@pytest.mark.parametrize("horizon", [1, 5, 10, 30])
@pytest.mark.parametrize("name", ["ours", "a_run_whose_name_is_long"])
@pytest.mark.parametrize("num_videos", [1, len(VIDEOS)])
def test_scores_fit_in_a_hundred_columns(horizon, name, num_videos):
    values = np.random.default_rng(0).uniform(-40, 40, (len(NAMES), len(METRICS), len(VIDEOS), horizon))
    videos = ["one"] * len(VIDEOS) if num_videos == 1 else VIDEOS
    report = make_report(values, (name, *NAMES[1:]), videos)
    text = report.table().partition("paired difference")[0]
    assert max(map(len, text.splitlines())) <= 100
    heads = [line for line in text.splitlines() if "t+1 " in line]
    assert len(heads) == len(report.headlines)
    assert all(steps_of(line) == steps_of(heads[0]) for line in heads)
    assert ("steps ahead are shown" in text) == (len(steps_of(heads[0])) < horizon)
    assert len(steps_of(heads[0])) >= min(horizon, 6)


@pytest.mark.parametrize("asked", [("ours",), ("a_run_whose_name_is_long", "second", "a_third_one_of_a_long_name")])
def test_differences_with_intervals_fit_in_a_hundred_columns(asked):
    names = (*asked, *BASELINES)
    values = np.random.default_rng(0).uniform(-40, 40, (len(names), len(METRICS), len(VIDEOS), 3))
    report = make_report(values, names)
    text = report.table().partition("paired difference")[2]
    assert max(map(len, text.splitlines())) <= 100
    heads = [line.split(" minus ") for line in text.splitlines() if " minus " in line]
    for place, name in enumerate(asked, 1):
        others = [other for first, rest in heads if first == name for other in rest.split()]
        assert others == [*asked[place:], *BASELINES]
    shown = r"[+-][\d.]+ \[[^]]*\](?: better| worse)?"
    assert sorted(re.findall(shown, text)) == sorted(re.findall(shown, report.table(width=None)))
    assert "\n  edge strength, " in text
    assert "\n    distance from 1\n" in text


def test_the_differences_in_the_report_that_is_written_stand_side_by_side():
    values = np.random.default_rng(0).uniform(-40, 40, (len(NAMES), len(METRICS), len(VIDEOS), 3))
    text = make_report(values).table(width=None).partition("paired difference")[2]
    assert [line.split()[2:] for line in text.splitlines() if " minus " in line] == [[*BASELINES]]
    assert "edge strength, distance from 1" in text


def test_ten_steps_of_one_clip_are_all_shown_below_what_they_measure():
    values = np.full((len(NAMES), len(METRICS), 1, 10), -12.345)
    text = make_report(values, videos=["one"]).table()
    assert text.splitlines()[0] == "psnr (dB)"
    assert steps_of(text.splitlines()[1]) == list(range(1, 11))


def test_the_report_that_is_written_shows_all_steps(tmp_path):
    write_report(make_report(np.full((len(NAMES), len(METRICS), len(VIDEOS), 12), -12.345)), tmp_path)
    text = (tmp_path / "report.txt").read_text()
    assert steps_of(next(line for line in text.splitlines() if line.startswith("psnr (dB)"))) == list(range(1, 13))
    assert "steps ahead are shown" not in text


def test_a_short_table_keeps_what_it_measures_beside_the_steps():
    text = make_report(np.full((len(NAMES), len(METRICS), 1, 5), 12.345), videos=["one"]).table(["psnr"])
    assert text.splitlines()[0].split() == ["psnr", "(dB)", "t+1", "t+2", "t+3", "t+4", "t+5", "mean"]
    assert text.splitlines()[1] == f"  {NAMES[0]:<14}" + "    12.35" * 6


def test_verdicts_follow_the_direction_of_the_metric(values):
    values[0] = values[1] + 1
    report = make_report(values)
    lines = report.table(["psnr", "mse"]).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("ours minus"))
    psnr, mse = lines[start + 1 : start + 3]
    assert "+1.00 [+1.00, +1.00] better" in psnr
    assert "+1.00 [+1.00, +1.00] worse" in mse


def test_scores_that_are_best_at_1_are_compared_by_their_distance_from_it(values):
    """Too sharp by a half is worse than too blurred by a quarter, though the means of videos straddle 1."""
    row = list(METRICS).index("edge_strength")
    values[0, row], values[1, row], values[2, row] = 1.5, 0.75, 1.5
    values[3, row, ::2], values[3, row, 1::2] = 0.25, 1.75  # 1 on average, and never near it
    report = make_report(values)
    lines = report.table(["edge_strength"], width=None).splitlines()
    assert lines[0].startswith("edge strength (1 is best) ")
    assert [line.split()[4] for line in lines[1:4]] == ["1.50", "0.75", "1.50"]
    compared = next(line for line in lines if line.startswith("  edge strength, distance from 1"))
    assert re.split(r"   +", compared.strip())[1:4] == [
        *("+0.25 [+0.25, +0.25] worse", "+0.00 [+0.00, +0.00]", "-0.25 [-0.25, -0.25] better")
    ]
    tree = json.loads(report.to_json())
    assert tree["scores"]["ours"]["edge_strength"]["mean"]["value"] == 1.5
    assert tree["differences"]["ours"]["copy_last"]["edge_strength"]["steps"][0]["value"] == 0.25
    assert tree["protocol"]["metrics"]["edge_strength"]["best"] == 1
    assert tree["protocol"]["metrics"]["edge_strength"]["higher_is_better"] is None
    assert "best" not in tree["protocol"]["metrics"]["psnr"]


def test_sharpness_stands_beside_the_other_scores_first(values):
    usual = ["psnr", "ssim", "sharpness_difference", "edge_strength", "high_frequency_power"]
    report = make_report(values)
    assert report.headlines == report.metrics[:5] == usual
    assert "high frequency power (1 is best)" in report.table()


def test_a_metric_of_ones_own_is_shown_beside_the_usual_ones(values, monkeypatch):
    largest = Metric(lambda prediction, target: (prediction - target).abs().amax((2, 3, 4)), "", False)
    monkeypatch.setitem(registry.METRICS._parts, "worst_pixel", largest)
    monkeypatch.setitem(METRICS, "worst_pixel", METRICS["mae"])
    report = make_report(np.concatenate([values, values[:, :1]], axis=1))
    assert report.headlines == [*report.metrics[:5], "worst_pixel"]
    assert "\nworst pixel (lower is better) " in report.table()


def test_all_files_are_written_and_only_the_date_differs_between_two_times(values, tmp_path):
    for folder, made in (("first", "2024-05-06"), ("second", "2025-01-01")):
        write_report(make_report(values), tmp_path / folder, made)
    names = ["curves.png", "per_clip.csv", "report.html", "report.json", "report.txt"]
    assert sorted(path.name for path in (tmp_path / "first").iterdir()) == names
    for name in names:
        first, second = ((tmp_path / folder / name).read_bytes() for folder in ("first", "second"))
        assert first.replace(b"2024-05-06", b"2025-01-01") == second
    assert (tmp_path / "first" / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_where_one_file_cannot_be_written_none_stays_but_what_was_there(values, tmp_path, monkeypatch):
    def full(report, path):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    (tmp_path / "mine.txt").write_text("mine")
    monkeypatch.setattr(Report, "plot", full)
    with pytest.raises(OSError, match="No space left"):
        write_report(make_report(values), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_numbers_are_written_with_nine_digits(values):
    values[:] = math.pi
    report = make_report(values)
    assert json.loads(report.to_json())["scores"]["ours"]["psnr"]["mean"]["value"] == 3.14159265


def test_no_interval_of_similarities_reaches_beyond_1():
    values = np.full((len(NAMES), len(METRICS), 2, 3), 0.9)
    values[:, :, 1] = 0.99
    report = make_report(values, videos=("a", "b"))
    ends = {metric: report.estimates["ours"].high[row, -1] for row, metric in enumerate(report.metrics)}
    assert ends["ssim"] == ends["moving_area_ssim"] == ends["ms_ssim"] == 1
    assert ends["psnr"] > 1
    assert report.estimates["ours"].low[report.metrics.index("ms_ssim"), -1] == pytest.approx(0.533, abs=0.01)
