"""Every script runs by itself, and says what it is for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from material import draw_video

SCRIPTS = sorted((Path(__file__).parents[1] / "scripts").glob("*.py"))


def run(folder, script, *arguments):
    return subprocess.run(
        [sys.executable, str(script), *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "VIDPRED_CACHE": str(folder / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_every_script_has_help_that_says_what_it_does(tmp_path, script):
    ended = run(tmp_path, script, "--help")
    assert ended.returncode == 0, ended.stderr
    first_sentence = script.read_text().split('"""')[1].split("\n\n")[0]
    assert " ".join(first_sentence.split()) in " ".join(ended.stdout.split())


def test_the_papers_table_is_made_by_one_command_that_can_be_repeated(tmp_path):
    for seed in range(3):
        draw_video(tmp_path / "videos" / f"{seed}.mp4", num_frames=12, height=64, width=64, seed=seed)
    script = next(script for script in SCRIPTS if script.stem == "reproduce_mathieu")
    ended = run(tmp_path, script, "videos", "--size", "smoke", "--out", "ablation")
    assert ended.returncode == 0, ended.stderr
    table = (tmp_path / "ablation" / "table.md").read_text()
    rows = ["single_scale_l2", "l2", "l1", "gdl", "adv", "adv_gdl", "copy_last", "optical_flow"]
    for area in ("whole frame", "moving area"):
        part = table.split(f"| {area} |")[1].split("\n\n")[0]
        assert [row for row in rows if f"| {row} |" not in part] == []
    assert table in ended.stdout
    again = run(tmp_path, script, "videos", "--size", "smoke", "--out", "ablation")
    assert again.returncode == 0, again.stderr
    assert table in again.stdout
    steps = [
        (tmp_path / "ablation" / row / "metrics.jsonl").read_text().splitlines()[-1]
        for row in ("single_scale_l2", "adv_gdl")
    ]
    assert all('"step": 4' in step for step in steps)


def test_futures_are_counted_by_one_command_that_can_be_repeated(tmp_path):
    script = next(script for script in SCRIPTS if script.stem == "benchmark_futures")
    command = (script, "--out", "futures", "--steps", 2, "--samples", 3, "--contexts", 2, "--recipes", "l1", "crps")
    ended = run(tmp_path, *command)
    assert ended.returncode == 0, ended.stderr
    table = (tmp_path / "futures" / "table.md").read_text()
    assert table in ended.stdout
    rows = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| ")]
    assert rows == ["| recipe", "| l1", "| crps"]
    assert "2 steps of 32 clips" in table
    assert "--recipes l1 crps" in table
    assert (tmp_path / "futures" / "futures.png").stat().st_size > 0
    trained = (tmp_path / "futures" / "crps" / "metrics.jsonl").read_text()
    assert run(tmp_path, *command).returncode == 0
    assert (tmp_path / "futures" / "crps" / "metrics.jsonl").read_text() == trained
