"""``vidpred health`` draws what happened and says it in words."""

import base64
import errno
import json
import re

import pytest
from material import assert_refused, files_below, run_command

from vidpred.runs.settings import load_config
from vidpred.runs.train import start_run


def write_metrics(folder, verdicts):
    folder.mkdir()
    lines = [
        {
            "step": 10 * number,
            "kind": "health",
            "accuracy_real": 1.0 if verdict != "healthy" else 0.7,
            "accuracy_fake": 1.0 if verdict != "healthy" else 0.7,
            "accuracy_pairs": 0.9,
            "adversarial_gradient": 0.1 / number,
            "diversity": 0.9,
            "trace": [1 / number],
            "drift": 0.1,
            "verdict": verdict,
        }
        for number, verdict in enumerate(verdicts, start=1)
    ]
    unfinished = '{"step": 999, "kind": "hea'
    (folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines) + unfinished)
    return folder


@pytest.fixture
def run_folder(tmp_path):
    return write_metrics(tmp_path / "run", ["healthy"] * 12 + ["discriminator_dominates"] * 30)


def test_it_tells_the_story_and_leaves_a_picture_and_a_page(run_folder, tmp_path, monkeypatch, capsys):
    code, stdout, _ = run_command(monkeypatch, capsys, "health", run_folder, "--out", tmp_path / "seen.png")
    assert code == 0
    assert "steps 10 to 120: healthy\nsteps 130 to 420: discriminator dominates\n" in stdout
    assert "now: discriminator dominates (the discriminator is on average right on 100% of real and" in stdout
    assert (tmp_path / "seen.png").read_bytes().startswith(b"\x89PNG")
    page = (tmp_path / "seen.html").read_text()
    (drawn,) = re.findall(r'src="data:image/png;base64,([^"]*)"', page)
    assert base64.b64decode(drawn).startswith(b"\x89PNG")
    assert not re.findall(r'(?:src|href)="(?!data:)', page)
    assert "<td>130</td><td>420</td>" in page


def test_verdicts_that_were_recorded_by_other_rules_are_told_from_that_of_now(tmp_path, monkeypatch, capsys):
    for recorded, is_other in (("oscillating", True), ("discriminator_dominates", False)):
        run = write_metrics(tmp_path / recorded, [recorded] * 30)
        _, stdout, _ = run_command(monkeypatch, capsys, "health", run)
        assert "now: discriminator dominates (" in stdout
        page = (run / "health.html").read_text()
        assert [("as the run recorded them, by other rules" in told) for told in (stdout, page)] == [is_other] * 2


def test_without_out_it_stands_in_the_run_and_is_drawn_anew(run_folder, monkeypatch, capsys):
    for _ in range(2):
        assert run_command(monkeypatch, capsys, "health", run_folder)[0] == 0
    assert (run_folder / "health.png").exists()
    assert (run_folder / "health.html").exists()


def test_a_picture_is_not_left_without_its_page(run_folder, tmp_path, monkeypatch, capsys):
    def full(path, text):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr("vidpred.training.health.picture.write_text", full)
    assert_refused(run_command(monkeypatch, capsys, "health", run_folder, "--out", tmp_path / "seen.png"), "No space")
    assert list(files_below(tmp_path)) == ["run/metrics.jsonl"]


def test_a_run_without_an_adversary_is_refused(tmp_path, monkeypatch, capsys):
    assert_refused(run_command(monkeypatch, capsys, "health", tmp_path), tmp_path, "no figures of health")


@pytest.mark.parametrize("command", ["health", "film"])
def test_what_is_no_folder_of_a_run_is_named_as_such(tmp_path, monkeypatch, capsys, command):
    (tmp_path / "clip.mp4").touch()
    assert_refused(run_command(monkeypatch, capsys, command, tmp_path / "clip.mp4"), "clip.mp4 is a file", "runs/NAME")
    assert_refused(run_command(monkeypatch, capsys, command, tmp_path / "nope"), "nope does not exist", "runs/NAME")


TINY = ["data=moving_shapes", "data.resolution=16", "data.num_clips=12", "network.num_scales=1", "train.batch_size=2"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (
            ["log.metrics_every=50"],
            ["no figures of health yet", "every 50 steps", "has taken 2 steps", "about step 2,000", "--resume"],
        ),
        (["objective.adversarial_weight=0"], ["trained without an adversary"]),
    ],
)
def test_a_run_without_figures_says_which_of_the_reasons_it_has(tmp_path, monkeypatch, capsys, settings, words):
    run = tmp_path / "run"
    start_run(load_config(None, [*TINY, "train.steps=2", *settings]), run, "cpu", say=lambda text: None)
    capsys.readouterr()
    assert_refused(run_command(monkeypatch, capsys, "health", run), *words)
    assert not (run / "health.png").exists()


def test_of_a_run_that_lost_its_settings_a_command_is_advised_that_works(tmp_path, monkeypatch, capsys):
    run = tmp_path / "run"
    start_run(load_config(None, [*TINY, "train.steps=2"]), run, "cpu", say=lambda text: None)
    for name in ("config.yaml", "metrics.jsonl"):
        (run / name).unlink()
    capsys.readouterr()
    told = run_command(monkeypatch, capsys, "health", run)
    assert_refused(told, "no figures of health yet", "no config.yaml", f"--from {run}")
    assert "--resume" not in told[2]
    settings = load_config(None, [*TINY, "train.steps=1"])
    assert start_run(settings, tmp_path / "new", "cpu", start_from=run, say=lambda text: None).outcome.step == 1


def test_a_run_whose_metrics_are_gone_says_so(tmp_path, monkeypatch, capsys):
    run = tmp_path / "run"
    settings = [*TINY, "train.steps=2", "log.metrics_every=1"]
    start_run(load_config(None, settings), run, "cpu", say=lambda text: None)
    (run / "metrics.jsonl").unlink()
    capsys.readouterr()
    assert_refused(run_command(monkeypatch, capsys, "health", run), "has taken 2 steps", "metrics.jsonl is gone")


@pytest.mark.parametrize("name", ["seen.jpg", "run/metrics.jsonl"])
def test_nothing_else_than_a_png_is_drawn(run_folder, tmp_path, monkeypatch, capsys, name):
    assert_refused(run_command(monkeypatch, capsys, "health", run_folder, "--out", tmp_path / name), "is no .png")


def test_a_picture_that_is_there_is_kept(run_folder, tmp_path, monkeypatch, capsys):
    for name in ("a.png", "b.html"):
        (tmp_path / name).write_text("mine")
        out = (tmp_path / name).with_suffix(".png")
        assert_refused(run_command(monkeypatch, capsys, "health", run_folder, "--out", out), "is there already")
        assert (tmp_path / name).read_text() == "mine"


def test_the_duality_gap_of_a_run_is_told_in_one_line(tmp_path, monkeypatch, capsys):
    short = ["train.steps=3", "log.metrics_every=1", "log.validation_clips=2"]
    start_run(load_config(None, [*TINY, *short]), tmp_path / "run", "cpu", say=lambda text: None)
    before = files_below(tmp_path / "run" / "checkpoints")
    code, stdout, _ = run_command(
        monkeypatch, capsys, "health", tmp_path / "run", "--duality-gap", "--steps", 2, "--device", "cpu"
    )
    assert code == 0
    last = stdout.splitlines()[-1]
    figures = [float(figure) for figure in re.findall(r"[-+\d.e]*\d", last.removeprefix("duality gap over 2 steps: "))]
    gap, discriminator, generator = figures
    assert gap == pytest.approx(discriminator + generator, abs=0.01 * max(gap, 1e-3))
    assert min(discriminator, generator) >= 0
    assert files_below(tmp_path / "run" / "checkpoints") == before


HOSTILE = """<script>alert(1)</script>"'&$x $\\frac"""
FIGURES = {"accuracy_real": 0.5, "accuracy_fake": 0.5, "accuracy_pairs": 0.5, "verdict": "healthy"}
ODD = [HOSTILE, None, True, [1], {"a": 1}, 10**400, "0.5"]


@pytest.mark.parametrize("key", ["step", "verdict", "accuracy_real", "diversity", "trace", "kind"])
def test_figures_of_another_kind_are_refused_in_one_sentence(tmp_path, monkeypatch, capsys, key):
    for value in ODD:
        entry = {"step": 1, "kind": "health", **FIGURES, key: value}
        (tmp_path / "metrics.jsonl").write_text(json.dumps(entry) + "\n")
        if (key, value) != ("trace", [1]) and (key, value) != ("trace", None):
            assert_refused(run_command(monkeypatch, capsys, "health", tmp_path))
    assert not (tmp_path / "health.html").exists()


@pytest.mark.parametrize("entry", [{}, {"step": 1}, {"step": 1, "kind": "health"}, {**FIGURES, "kind": "health"}, [1]])
def test_an_entry_that_lacks_something_is_refused_in_one_sentence(tmp_path, monkeypatch, capsys, entry):
    (tmp_path / "metrics.jsonl").write_text(json.dumps(entry) + "\n")
    assert_refused(run_command(monkeypatch, capsys, "health", tmp_path))


def test_the_name_of_a_run_is_shown_and_not_obeyed(tmp_path, monkeypatch, capsys):
    folder = tmp_path / HOSTILE.replace("/", "|")
    folder.mkdir()
    entries = [{"step": step, "kind": "health", **FIGURES, HOSTILE: HOSTILE, "drift": 1e300} for step in range(12)]
    entries[3]["diversity"] = float("nan")
    entries[5]["drift"] = float("inf")
    entries[7]["drift"], entries[9]["drift"] = 1e308, -1e308
    (folder / "metrics.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    assert run_command(monkeypatch, capsys, "health", folder)[0] == 0
    page = (folder / "health.html").read_text()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>" not in page


def test_measurements_that_lack_a_figure_are_not_judged(tmp_path, monkeypatch, capsys):
    some = {"kind": "health", "accuracy_real": 1.0, "accuracy_held_out": 0.1, "verdict": "healthy"}
    (tmp_path / "metrics.jsonl").write_text("".join(json.dumps({"step": s, **some}) + "\n" for s in range(30)))
    code, stdout, _ = run_command(monkeypatch, capsys, "health", tmp_path)
    assert code == 0
    assert "nothing is judged" in stdout


@pytest.mark.parametrize("steps", [10**9 + 1, 10**30])
def test_steps_that_never_end_are_refused_before_anything_is_drawn(run_folder, monkeypatch, capsys, steps):
    code, _, stderr = run_command(monkeypatch, capsys, "health", run_folder, "--duality-gap", "--steps", steps)
    assert code != 0
    assert "--steps" in stderr
    assert not (run_folder / "health.png").exists()
