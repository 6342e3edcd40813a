"""Every script runs by itself, and says what it is for."""

import importlib
import json
import re
import runpy
import subprocess
import sys
from argparse import Namespace
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest
import yaml
from material import draw_images, draw_mnist, draw_video, run_here, run_vidpred, write_idx
from PIL import Image

from vidpred.machine.files import sha256_of
from vidpred.runs.checkpoint import Checkpoint

FOLDER = Path(__file__).parents[1] / "scripts"
SCRIPTS = sorted(path for path in FOLDER.glob("*.py") if "__main__" in path.read_text())  # but for what they share


HELP = """
import os, runpy, sys
for script in sys.argv[1:]:
    sys.path[0] = os.path.dirname(script)
    sys.argv[1:] = ["--help"]
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as end:
        print(f"{script} ended with {end.code}")
"""


def run(folder, script, *arguments):
    """Run a script in this process, which has imported torch already."""
    program = partial(runpy.run_path, str(script), run_name="__main__")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIDPRED_CACHE", str(folder / "cache"))
        patch.syspath_prepend(FOLDER)
        return CompletedProcess(script, *run_here(program, script, *arguments, folder=folder))


def run_alone(folder, *arguments):
    """Run Python in a process of its own."""
    words = [sys.executable, *map(str, arguments)]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)


def test_every_script_has_help_that_says_what_it_does(tmp_path):
    ended = run_alone(tmp_path, "-c", HELP, *SCRIPTS)
    assert ended.returncode == 0, ended.stderr
    explained = re.split(r"(\S+) ended with 0\n", ended.stdout)
    assert explained[1::2] == [str(script) for script in SCRIPTS]
    for script, text in zip(SCRIPTS, explained[::2], strict=False):
        first_sentence = script.read_text().split('"""')[1].split("\n\n")[0]
        assert " ".join(first_sentence.split()) in " ".join(text.split())


ABLATION = ["l2", "gdl", "adv_gdl", "adv_gdl_0.3"]
TRAINED_ON = ["gdl_64x64", "adv_gdl_64x64", "adv_gdl_0.3_64x64"]
BASELINES = ["copy_last", "linear", "optical_flow", "mean"]


@pytest.fixture(scope="module")
def ablation(tmp_path_factory):
    """A folder of videos with an ablation beside it, and the table of that, which was printed too."""
    folder = tmp_path_factory.mktemp("ablation")
    for seed in range(3):
        draw_video(folder / "videos" / f"{seed}.mp4", num_frames=12, height=64, width=64, seed=seed)
    ended = reproduce(folder)
    assert ended.returncode == 0, ended.stderr
    table = (folder / "ablation" / "table.md").read_text()
    assert table in ended.stdout
    return folder, table


def reproduce(folder, *arguments, rows=("l2", "gdl", "adv_gdl")):
    script = next(script for script in SCRIPTS if script.stem == "reproduce_mathieu")
    wanted = ("--size", "smoke", "--windows", 1, "--horizon", 2, "--rows", *rows)
    return run(folder, script, "videos", *wanted, "--weights", 0.3, "--out", "ablation", *arguments)


def rows_of(table, head):
    """Return the names of the rows of the part of a table that begins with ``head``."""
    return [line.split("|")[1].strip() for line in table.split(f"| {head} |")[1].split("\n\n")[0].splitlines()[2:]]


def test_the_papers_table_and_its_plot_are_made_by_one_command(ablation):
    folder, table = ablation
    for step in ("t+1", "t+2"):
        assert rows_of(table, step) == [*ABLATION, *TRAINED_ON, *BASELINES]
        compared = ["l2", *ABLATION[2:], *TRAINED_ON]
        assert rows_of(table, f"{step}, difference") == [f"{row} - gdl" for row in compared]
    assert rows_of(table, "in the second half") == [*ABLATION[2:], *TRAINED_ON[1:]]
    assert "seeds 0; " in table
    with Image.open(folder / "ablation" / "ablation.png") as plot:
        assert min(plot.size) > 400
        assert len(np.unique(np.asarray(plot.convert("RGB")).reshape(-1, 3), axis=0)) > 3


def test_some_rows_are_trained_on_larger_patches_from_their_own_weights(ablation):
    runs = ablation[0] / "ablation" / "seed0"
    for row in TRAINED_ON:
        assert Checkpoint.load(runs / row).step == 2
        assert yaml.safe_load((runs / row / "config.yaml").read_text())["data"]["crop"] == 64
        origin = json.loads((runs / row / "environment.json").read_text())["start_from"]
        source = runs / row.removesuffix("_64x64") / "checkpoints" / "best.safetensors"
        assert origin == {"path": str(source.resolve()), "step": 4, "sha256": sha256_of(source)}
    for row in ABLATION:
        assert Checkpoint.load(runs / row).step == 4
        assert "start_from" not in json.loads((runs / row / "environment.json").read_text())


def test_the_papers_table_can_be_made_again_without_training(ablation):
    folder, table = ablation
    before = {path: path.stat().st_mtime_ns for path in (folder / "ablation").rglob("*") if path.suffix != ".png"}
    again = reproduce(folder)
    assert again.returncode == 0, again.stderr
    assert table in again.stdout
    changed = [path.name for path, time in before.items() if path.is_file() and path.stat().st_mtime_ns != time]
    assert changed == ["table.md"]


def test_runs_with_other_settings_are_no_part_of_the_papers_table(ablation):
    folder, _ = ablation
    refused = reproduce(folder, "--steps", "9", rows=["l2"])
    assert refused.returncode == 1
    assert refused.stderr.startswith(
        "reproduce_mathieu: error: the run in ablation/seed0/l2 was trained with other settings"
    )
    assert len(refused.stderr.splitlines()) == 1


@pytest.fixture
def ablation_scores(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    return importlib.import_module("ablation_scores")


def test_a_difference_of_rows_has_an_interval_over_videos_and_one_over_seeds(ablation_scores):
    gdl = np.zeros((2, 3, 1))  # seeds, videos, steps
    row = np.array([[1.0, 1.0, 1.0], [3.0, 3.0, np.nan]])[..., None]
    found = ablation_scores.Scores({"gdl": gdl, "row": row}).difference("row", 1)
    # Videos: 2, 2 and 1. Seeds: 1 and 3, mean 2, and with one degree of freedom 12.706 times sqrt(2) / sqrt(2).
    # Resampled means reach from 1 to 2; of three videos the interval is 4.303 / 1.960 times sqrt(3 / 2) as wide.
    assert found.startswith("+1.667 [-0.126, +2.563]")
    assert found.endswith("(-10.706, +14.706)")
    assert [ablation_scores.reference_of(row) for row in ("adv", "adv_64x64", "adv_gdl_0.3", "l1")] == [
        *["l2"] * 2,
        *["gdl"] * 2,
    ]
    assert ablation_scores.Scores({"gdl": gdl[:1], "row": row[:1]}).difference("row", 1) == "+1.000 [+1.000, +1.000]"


def test_a_moving_area_in_which_nothing_moves_leaves_gaps_in_the_papers_table_and_plot(ablation_scores, tmp_path):
    """One clip of a video may stand still: after all the training, its undefined scores must not lose the others."""
    scored = {"steps": [31.164, 30.0]}
    undefined = {"steps": [None, None]}
    rows = ("gdl", "l2", *BASELINES)
    of_row = {name: undefined if "moving" in name else scored for name in ablation_scores.COLUMNS}
    report = {
        **{"horizon": 2, "num_clips": 1, "num_videos": 1, "protocol": {"hash": "0" * 64}, "sets": []},
        "videos": {"a.mp4": dict.fromkeys(rows, of_row)},
    }
    for seed, videos in enumerate((report["videos"], {"b.mp4": report["videos"]["a.mp4"]})):  # another split per seed
        folder = tmp_path / f"seed{seed}"
        (folder / "report").mkdir(parents=True)
        (folder / "report" / "report.json").write_text(json.dumps({**report, "videos": videos}))
        for row in ("gdl", "l2"):
            (folder / row).mkdir()
            (folder / row / "metrics.jsonl").touch()
    table = ablation_scores.write_tables(tmp_path, [0, 1], ["gdl", "l2"])
    assert table.startswith("1/1 clips of 1/1 held-out videos; ")
    assert "| l2 | 31.16 | 31.164 | 31.16 | 31.164 | 31.164 | - | - |" in table
    with Image.open(tmp_path / "ablation.png") as plot:
        assert min(plot.size) > 200


def test_rows_that_differ_in_the_adversary_alone_go_on_from_the_same_first_stage(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    program = importlib.import_module("reproduce_mathieu")
    wanted = Namespace(
        size="cpu",
        out=Path("out"),
        rows=["gdl", "adv", "adv_gdl"],
        weights=[0.3],
        steps=70,
        first_steps=90,
        compile=False,
    )
    first, rows, further = program.stages(wanted, seed=2)
    assert [str(training.folder) for training in first] == ["out/seed2/first/gdl", "out/seed2/first/l2"]
    starts = {training.folder.name: training.start_from.name for training in rows}
    assert starts == {"gdl": "gdl", "adv": "l2", "adv_gdl": "gdl", "adv_gdl_0.3": "gdl"}
    assert all("train.seed=2" in training.settings for training in (*first, *rows))
    assert {training.settings[-2] for training in first} == {"train.steps=90"}
    assert {training.settings[-2] for training in rows} == {"train.steps=70"}
    assert further == []


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


def test_few_labels_are_compared_with_and_without_all_other_images(tmp_path):
    draw = np.random.default_rng(0)
    for name in ("train", "t10k"):
        write_idx(tmp_path / "digits" / f"{name}-images-idx3-ubyte", draw.integers(0, 256, (40, 28, 28), np.uint8))
        write_idx(tmp_path / "digits" / f"{name}-labels-idx1-ubyte", np.arange(40, dtype=np.uint8) % 10)
    script = next(script for script in SCRIPTS if script.stem == "benchmark_semi_supervised")
    small = ("train.steps=2", "train.batch_size=8", "discriminator.hidden_channels=8", "network.hidden_channels=4")
    command = (script, "digits", "--out", "few", "--labels", 10, 20, "--seeds", 3, "--set", *small)
    ended = run(tmp_path, *command)
    assert ended.returncode == 0, ended.stderr
    table = (tmp_path / "few" / "table.md").read_text()
    assert table in ended.stdout
    rows = [[cell.strip() for cell in line.split("|")[1:3]] for line in table.splitlines()[2:] if line.startswith("|")]
    assert rows == [["10", "3"], ["10", "mean"], ["20", "3"], ["20", "mean"]]
    errors = json.loads((tmp_path / "few" / "10_labels_seed_3" / "errors.json").read_text())
    assert 0 < errors["supervised"] <= 1
    assert 0 < errors["semi_supervised"] <= 1
    assert ended.stdout.endswith(run(tmp_path, *command).stdout)
    refused = run(tmp_path, script, "digits", "--out", "few", "--labels", 15)
    assert refused.returncode == 1
    assert refused.stderr.startswith("benchmark_semi_supervised: error: 15 labels do not divide among 10 digits")


def test_generators_are_compared_by_one_command_that_can_be_repeated(tmp_path):
    draw_images(tmp_path / "images", number=40)
    script = next(script for script in SCRIPTS if script.stem == "benchmark_synthesis")
    command = (script, "--out", "made", "--size", "smoke", "--seeds", 1, "--data", "drawn=image_folder:images")
    ended = run(tmp_path, *command)
    assert ended.returncode == 0, ended.stderr
    table = (tmp_path / "made" / "table.md").read_text()
    assert table in ended.stdout
    rows = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| ")]
    names = ["dcgan", "dcgan_classes", "r3_tiny", "r3_tiny_classes", "r3_tiny_equal_cost", "gaussian_mixture"]
    assert rows == ["| generator", "| training images", *(f"| {name}" for name in names)]
    costs = json.loads((tmp_path / "made" / "drawn" / "step_costs.json").read_text())
    dcgan, scaled = (Checkpoint.load(tmp_path / "made" / "drawn" / "seed_1" / name) for name in (names[0], names[4]))
    assert scaled.step == max(1, round(dcgan.step * costs["dcgan"] / costs["r3_tiny"]))
    heights = [Image.open(tmp_path / "made" / "drawn" / f"{name}_seed_1.png").height for name in ("drawn", "samples")]
    assert heights[0] / 6 == pytest.approx(heights[1] / 8, rel=0.05)  # without and with two rows of real images
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "made").rglob("*.*")}
    again = run(tmp_path, *command)
    assert again.returncode == 0, again.stderr
    assert [path.name for path, time in before.items() if path.stat().st_mtime_ns != time] == ["table.md"]
    assert (tmp_path / "made" / "table.md").read_text() == table
    other = run(tmp_path, *command, "--images", 64)
    assert other.returncode == 1
    assert "was trained with other settings" in other.stderr


def test_modes_of_stacked_digits_are_counted_by_one_command(tmp_path):
    draw_mnist(tmp_path / "digits")
    draw = np.random.default_rng(1)
    write_idx(tmp_path / "digits" / "train-images-idx3-ubyte", draw.integers(0, 256, (100, 28, 28), np.uint8))
    write_idx(tmp_path / "digits" / "train-labels-idx1-ubyte", (np.arange(100) % 10).astype(np.uint8))
    fit = ["fit", "digits", "data=stacked_digits", "data.num_images=200", "data.num_validation_images=4"]
    options = ["--components", "2", "--dimensions", "3", "--out", "runs/stacked"]
    assert run_vidpred(*fit, *options, folder=tmp_path)[0] == 0
    script = next(script for script in SCRIPTS if script.stem == "count_modes")
    command = (script, "runs/stacked", "--mnist", "digits", "--classifier", "judge.safetensors", "--steps", 2)
    ended = run(tmp_path, *command, "--num", 20)
    assert ended.returncode == 0, ended.stderr
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in ended.stdout.splitlines() if line[:2] == "| "]
    assert [row[:2] for row in rows[1:]] == [["training images", "20"], ["runs/stacked", "20"]]
    assert all(1 <= int(row[2]) <= 20 and float(row[3]) >= np.log(1000 / 20) - 1e-3 for row in rows[1:])


def test_a_game_that_goes_wrong_is_trained_and_counted_by_one_command(tmp_path):
    script = next(script for script in SCRIPTS if script.stem == "benchmark_health")
    words = ("--out", "health", "--cases", "one_mode", "tiny_data", "--seeds", 3, "--steps", 20)
    ended = run_alone(tmp_path, script, *words)  # as it registers parts of its own
    assert ended.returncode == 0, ended.stderr
    table = (tmp_path / "health" / "table.md").read_text()
    assert table in ended.stdout
    assert [line.split(" | ")[0] for line in table.splitlines()[2:4]] == ["| one_mode", "| tiny_data"]
    figures = (tmp_path / "health" / "one_mode_3" / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in figures if json.loads(line)["kind"] == "health"] == [10, 20]
