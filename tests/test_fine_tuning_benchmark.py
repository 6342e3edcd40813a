"""The benchmark of fine-tuning: its groups, its table, and that it goes on where it stopped."""

import json
import runpy
import sys
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from material import draw_video, run_here

from vidpred.errors import VidpredError

FOLDER = Path(__file__).parents[1] / "scripts"
SCRIPT = FOLDER / "benchmark_fine_tuning.py"
SMALL = ["data.resolution=32", "data.crop=16", "log.validation_clips=1", "log.preview_frames=1"]


@pytest.fixture(scope="module")
def scripts():
    """The modules that the script imports, under their names."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        import fine_tuning_groups
        import fine_tuning_table

        yield fine_tuning_groups, fine_tuning_table
    for name in ("fine_tuning_groups", "fine_tuning_table"):
        sys.modules.pop(name, None)


@pytest.fixture
def groups(scripts):
    return scripts[0].Groups


def touch(folder, *names):
    for name in names:
        (folder / f"{name}.mp4").write_bytes(b"")
    return folder


def names_of(paths):
    return [path.stem for path in paths]


def test_letters_that_names_begin_with_make_groups_of_three_or_more(groups, tmp_path):
    touch(tmp_path, "cat1", "cat2", "cat_3", "dog1", "dog2", "zebra", "note")
    (tmp_path / "note.txt").write_text("no video")
    found = groups.by_name(tmp_path)
    assert {name: names_of(paths) for name, paths in found.videos.items()} == {"cat": ["cat1", "cat2", "cat_3"]}
    assert names_of(found.others) == ["dog1", "dog2", "note", "zebra"]


def test_of_many_videos_as_many_as_count_are_spaced_evenly(groups, tmp_path):
    touch(
        tmp_path, *(f"a{number:03}" for number in range(90)), *(f"{letter}x" for letter in "bcdefghijklmnopqrstuvwxyz")
    )
    found = groups.by_name(tmp_path)
    assert names_of(found.videos["a"]) == [f"a{number:03}" for number in range(1, 90, 3)]
    assert len(found.others) == 12


def test_groups_can_be_listed(groups, tmp_path):
    touch(tmp_path, "cat1", "cat2", "lion", "zebra", "gnu")
    (tmp_path / "list.yaml").write_text("groups: {felines: [cat*, lion.mp4]}\nothers: ['[yz]*']\nseen: [felines]\n")
    found = groups.listed(tmp_path, tmp_path / "list.yaml")
    assert names_of(found.videos["felines"]) == ["cat1", "cat2", "lion"]
    assert (names_of(found.others), found.seen) == (["zebra"], {"felines"})
    assert found.describe("felines") == {"train": 2, "held_out": 1, "seen": True}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("groups: [", "lists no groups"),
        ("groups: 3\nothers: []", "lists no groups"),
        ("others: []", "lists no groups"),
        ("groups: {few: [cat*]}\nothers: []", "few .* has 2 videos"),
    ],
)
def test_a_list_that_is_none_is_refused(groups, tmp_path, text, reason):
    touch(tmp_path, "cat1", "cat2")
    (tmp_path / "list.yaml").write_text(text)
    with pytest.raises(VidpredError, match=reason):
        groups.listed(tmp_path, tmp_path / "list.yaml")


def test_every_third_video_of_a_group_is_held_out_and_none_is_on_both_sides(groups, tmp_path):
    (tmp_path / "videos").mkdir()
    touch(tmp_path / "videos", *"abcdefgh")
    (tmp_path / "list.yaml").write_text("groups: {all: ['*']}\nothers: [a.mp4]\n")
    found = groups.listed(tmp_path / "videos", tmp_path / "list.yaml")
    for _ in range(2):
        found.lay_out(tmp_path / "out")
    sides = {
        side: names_of(sorted((tmp_path / "out" / "groups" / "all" / side).iterdir())) for side in ("train", "held_out")
    }
    assert sides == {"train": ["a", "c", "d", "f", "g"], "held_out": ["b", "e", "h"]}
    assert found.describe("all") == {"train": 5, "held_out": 3, "seen": False}
    assert names_of((tmp_path / "out" / "others").iterdir()) == ["a"]


def test_the_table_has_the_gain_of_each_group_and_the_mean_of_all(scripts, groups, tmp_path):
    flat = {"psnr": [30.0] * 5, "ssim": [0.9] * 5, "edge_strength": [0.8] * 5}
    better = {"psnr": [31.0] * 4 + [33.0], "ssim": [0.92] * 5, "edge_strength": [0.9] * 5}
    worse = {"psnr": [29.9] * 5, "ssim": [0.9] * 5, "edge_strength": [0.8] * 5}
    for path, scores in {
        "cats_before": {"one": flat, "two": flat},
        "others_before": {"here": flat, "there": flat},
        "mine/cats_held_out": {"one": better, "two": flat},
        "mine/cats_others": {"here": worse, "there": flat},
    }.items():
        (tmp_path / "scores" / "mine").mkdir(parents=True, exist_ok=True)
        (tmp_path / "scores" / f"{path}.json").write_text(json.dumps(scores))
    found = groups(
        {"cats": [Path("a"), Path("b"), Path("c")], "not scored": []}, [Path("here.mp4")], frozenset({"cats"})
    )
    text = scripts[1].write_results(tmp_path, found, windows=2, seed=5)
    assert text == (tmp_path / "table.md").read_text()
    row = next(line for line in text.splitlines() if line.startswith("| cats"))
    # Of two videos, an interval is 12.706 / 1.960 times sqrt(2), 9.168 times, as wide as from one to the other.
    assert row == (
        "| cats (seen) | 2 / 1 | 30.00 | +0.50 | +1.50 | +0.70 [-5.72, +7.12] | +0.0100 | 0.800 to 0.850 "
        "| -0.05 [-0.51, +0.41] | -0.10 |"
    )
    assert "2 clips of each video at most, 1 video of other sources" in text
    results = json.loads((tmp_path / "results.json").read_text())
    made = results["environment"]
    assert text.endswith(
        f"Seed 5, {made['processor']}, {made['threads']} of {made['cores']} cores, vidpred {made['revision']}, "
        f"{made['started'][:10]}.\n"
    )
    assert results["recipes"]["mine"]["cats"]["held_out"]["change"][0][0] == [1.0, 1.0, 1.0, 1.0, 3.0]
    assert results["groups"]["cats"]["videos"] == ["a", "b", "c"]


def run(folder, *arguments):
    program = partial(runpy.run_path, str(SCRIPT), run_name="__main__")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIDPRED_CACHE", str(folder / "cache"))
        patch.syspath_prepend(str(FOLDER))
        return CompletedProcess(SCRIPT, *run_here(program, SCRIPT, *arguments, folder=folder))


def test_a_group_is_trained_and_scored_by_one_command_that_can_be_repeated(tmp_path):
    for number, name in enumerate(("cat1", "cat2", "cat3", "zebra")):
        draw_video(tmp_path / "videos" / f"{name}.mp4", num_frames=15, height=128, width=128, seed=number)
    command = ("videos", "--out", "out", "--steps", 1, "--windows", 1, "--without-default", "--recipe", "small", *SMALL)
    ended = run(tmp_path, *command)
    assert ended.returncode == 0, ended.stderr
    table = (tmp_path / "out" / "table.md").read_text()
    assert table in ended.stdout
    assert "\n| cat | 2 / 1 | " in table
    trained = (tmp_path / "out" / "runs" / "small" / "cat" / "metrics.jsonl").read_text()
    again = run(tmp_path, *command, "--score", "elsewhere", "out/runs/small", "--score", "nowhere", "nothing")
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "out" / "runs" / "small" / "cat" / "metrics.jsonl").read_text() == trained
    assert "cat: nowhere has no run in nothing/cat; it is left out" in again.stdout
    recipes = json.loads((tmp_path / "out" / "results.json").read_text())["recipes"]
    assert recipes["elsewhere"] == recipes["small"]


def test_an_unknown_group_is_refused_with_those_there_are(tmp_path):
    (tmp_path / "videos").mkdir()
    touch(tmp_path / "videos", "cat1", "cat2", "cat3", "zebra")
    ended = run(tmp_path, "videos", "--out", "out", "--only", "dog")
    assert "benchmark_fine_tuning: error: there is no group dog; there are: cat" in ended.stderr
