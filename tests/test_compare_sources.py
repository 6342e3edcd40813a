"""Predictors are compared source by source: what one source loses, others do not hide."""

import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import vidpred
from vidpred.evaluation import BASELINES, Report
from vidpred.evaluation.protocol import describe, metric_facts
from vidpred.evaluation.set_distances import SetComparison
from vidpred.metrics.set_distance import SetDistance

FOLDER = Path(__file__).parents[1] / "scripts"
NAMES = ("ours", *BASELINES)
METRICS = metric_facts()
VIDEOS = ["walks/1.mp4", "drives/a/1.mp4", "walks/2.mp4", "drives/a/2.mp4", "drives/b/1.mp4"]


@pytest.fixture(scope="module")
def script():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        yield runpy.run_path(str(FOLDER / "compare_sources.py"), run_name="compare_sources")


def report(ours):
    """All score 20 and edges of 0.8 at two steps ahead, but for what is given: (video, step) of our PSNR and edges."""
    values = np.full((len(NAMES), len(METRICS), len(VIDEOS), 2), 20.0)
    values[:, list(METRICS).index("edge_strength")] = 0.8
    for metric, scores in ours.items():
        values[0, list(METRICS).index(metric)] = scores
    protocol = describe(2, 4, BASELINES, METRICS, {"frames_sha256": "0"}, 0, {"device": "cpu"})
    return Report(NAMES, VIDEOS, values, protocol)


def cells(table):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def test_a_source_on_which_a_predictor_is_worse_is_marked_though_the_mean_is_better(script):
    psnr = [[25, 25], [18.2, 20], [26, 26], [18, 20], [17.8, 20]]  # walks at +5 and +6; drives at -1.8, -2, -2.2
    table = cells(script["table"](report({"psnr": psnr}), "psnr", 1, "optical_flow", 3))
    assert table[0] == ["source (videos)", "predictor", "t+1", "t+2", "better than optical_flow, by step"]
    assert table[2:] == [
        ["walks (2)", "ours", "25.5", "25.5", "+5.5 +5.5"],
        ["walks (2)", "optical_flow", "20.0", "20.0", ""],
        ["drives (3)", "ours", "18.0", "20.0", "-2.0 **worse** +0.0"],
        ["drives (3)", "optical_flow", "20.0", "20.0", ""],
        ["mean over sources", "ours", "21.8", "22.8", ""],
        ["mean over sources", "optical_flow", "20.0", "20.0", ""],
    ]


def test_all_videos_together_have_intervals_and_how_much_better_each_is(script):
    psnr = [[25, 25], [18.2, 20], [26, 26], [18, 20], [17.8, 20]]  # the means of videos are 25, 19.1, 26, 19 and 18.9
    table = cells(script["of_all"](report({"psnr": psnr}), "psnr", 1, "optical_flow"))
    assert table[0] == ["predictor", "t+1", "t+2", "mean [95 %]", "better than optical_flow [95 %]"]
    name, first, second, mean, better = table[2]
    assert [name, first, second] == ["ours", "21.0", "22.2"]
    assert mean.startswith("21.6 [")
    assert better.startswith("+1.6 [")
    low, high = (float(end) for end in better.removeprefix("+1.6 [").removesuffix("]").split(", "))
    assert low < 0 < 1.6 < high
    assert ["optical_flow", "20.0", "20.0", "20.0 [20.0, 20.0]", ""] in table


def test_of_edges_below_those_of_the_truth_more_is_better(script):
    edges = [[0.9, 0.9]] * len(VIDEOS)
    table = cells(script["of_all"](report({"edge_strength": edges}), "edge_strength", 1, "optical_flow"))
    assert table[2][-1] == "+0.1 [+0.1, +0.1]"


def test_a_source_of_few_videos_is_not_marked(script):
    psnr = [[25, 25], [19, 20], [26, 26], [18, 20], [17, 20]]
    assert "worse" not in script["table"](report({"psnr": psnr}), "psnr", 1, "optical_flow", 4)


def test_of_edges_the_nearer_to_those_of_the_truth_are_better(script):
    edges = [[0.9, 1.3], [0.9, 1.3], [0.9, 1.3], [0.9, 1.3], [0.9, 1.3]]
    table = cells(script["table"](report({"edge_strength": edges}), "edge_strength", 1, "optical_flow", 2))
    assert table[2] == ["walks (2)", "ours", "0.9", "1.3", "+0.1 -0.1 **worse**"]


@pytest.mark.parametrize("extractors", [[], ["raw_patches"]])
def test_distances_of_sets_follow_where_they_are_asked_for(script, monkeypatch, capsys, extractors):
    distance = SetDistance(1.25, "raw_patches frechet", "raw_patches", "none", 30, 30, 0)
    found = replace(report({}), sets=[SetComparison(name, {"ours": {"frechet": distance}}) for name in extractors])
    asked = []
    monkeypatch.setattr(vidpred, "compare", lambda *_, extractors, **__: asked.append(extractors) or found)
    monkeypatch.setattr("sys.argv", ["compare_sources", "videos", "ours", *(f"--extractor={e}" for e in extractors)])
    script["main"]()
    assert asked == [extractors]
    assert ("as sets" in (printed := capsys.readouterr().out)) == ("1.25" in printed) == bool(extractors)


def test_another_than_a_baseline_is_refused_with_those_that_there_are(script):
    with pytest.raises(SystemExit, match=r"--against is ours, but the baselines are .*optical_flow"):
        script["table"](report({}), "psnr", 1, "ours", 5)
