"""``vidpred train`` leaves what it promises, and tells every mistake in one sentence."""

import io
import json
import os
import re
import shutil
from pathlib import Path

import pytest
import torch
from material import (
    UNREADABLE,
    UNUSABLE,
    assert_refused,
    draw_video,
    files_below,
    make_unreadable,
    make_unusable_checkpoint,
    run_vidpred,
)
from PIL import Image

from vidpred.errors import VidpredError
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.settings import dump_config, load_config
from vidpred.training.curves import draw_curves
from vidpred.video import decode

TINY = (
    "data.resolution=32",
    "data.crop=16",
    "network.num_scales=2",
    "network.width_multiplier=0.02",
    "discriminator.width_multiplier=0.02",
    "train.precision=fp32",
    "train.batch_size=2",
    "train.steps=4",
    "log.metrics_every=2",
    "log.validate_every=2",
    "log.sample_every=2",
    "log.checkpoint_every=2",
    "log.validation_clips=2",
    "log.preview_frames=3",
)
NO_CONFIG = "train.patience=5"  # what the command sets where no config is named


def train(*arguments):
    return run_vidpred("train", *arguments)


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    """Keep decoded videos of these tests to them."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIDPRED_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """A folder of three short videos."""
    folder = tmp_path_factory.mktemp("films")
    for seed in range(3):
        draw_video(folder / f"film_{seed}.mp4", num_frames=12, height=32, width=40, seed=seed)
    return folder


@pytest.fixture(scope="module")
def finished(films, tmp_path_factory):
    """A run that has ended: its folder, and what it printed to stdout and stderr."""
    folder = tmp_path_factory.mktemp("runs") / "first"
    torch.manual_seed(0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vidpred.training.logbook.draw_curves", draw_curves)
        code, stdout, stderr = train(films, *TINY, "--out", folder, "--device", "cpu")
    assert code == 0, stderr
    return folder, stdout, stderr


@pytest.fixture
def run(finished, tmp_path):
    """A copy of the finished run that may be changed."""
    return Path(shutil.copytree(finished[0], tmp_path / "run"))


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty current folder."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def test_a_run_leaves_the_documented_folder(finished):
    names = {re.sub(r"tfevents\..*", "tfevents", name) for name in files_below(finished[0])}
    assert names == {
        "config.yaml",
        "data.txt",
        "environment.json",
        "metrics.jsonl",
        "curves.png",
        "tensorboard/events.out.tfevents",
        "checkpoints/last.safetensors",
        "checkpoints/best.safetensors",
        "samples/step_0000000.png",
        "samples/step_0000000.mp4",
        "samples/step_0000002.png",
        "samples/step_0000002.mp4",
        "samples/step_0000004.png",
        "samples/step_0000004.mp4",
    }


def test_the_written_config_is_the_resolved_one(finished, films):
    assert load_config(finished[0] / "config.yaml") == load_config(None, [*TINY, NO_CONFIG]).on_data(films)


def test_the_written_data_are_the_printed_table(finished):
    folder, stdout, _ = finished
    table = (folder / "data.txt").read_text()
    assert table in stdout
    for seed in range(3):
        assert len(re.findall(rf"^film_{seed}.mp4 +(?:train|validation) +12 +8 +0 +0%$", table, re.MULTILINE)) == 1
    assert re.search(r"^1 video +validation +12 +8 ", table, re.MULTILINE)


def test_the_environment_says_what_gives_the_same_numbers(finished):
    told = json.loads((finished[0] / "environment.json").read_text())
    assert told["packages"]["torch"].partition("+")[0] == torch.__version__.partition("+")[0]  # a build may go unsaid
    assert (told["seed"], told["precision"], told["device"], told["processes"]) == (0, "float32", "cpu", 1)
    assert told["command"][:2] == ["vidpred", "train"]
    assert told["packages"].keys() >= {"vidpred", "torch", "numpy", "av", "pillow", "opencv-python-headless"}
    assert {"revision", "python", "system", "processor", "cores", "threads", "started"} <= set(told)


def test_metrics_are_one_json_object_per_line_at_their_intervals(finished):
    lines = [json.loads(line) for line in (finished[0] / "metrics.jsonl").read_text().splitlines()]
    assert [(line["kind"], line["step"]) for line in lines] == [
        ("validation", 0),
        ("train", 2),
        ("health", 2),
        ("validation", 2),
        ("train", 4),
        ("health", 4),
        ("validation", 4),
    ]
    assert {"loss", "l2", "gdl", "adversarial", "discriminator"} <= set(lines[1])
    assert {"accuracy_real", "accuracy_fake", "verdict"} <= set(lines[2])
    for look in (lines[0], lines[3]):
        assert {"psnr", "ssim", "sharpness_difference", "copy_last_psnr"} <= set(look)


def test_tensorboard_holds_the_same_numbers(finished):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(finished[0] / "tensorboard")).Reload()
    lines = [json.loads(line) for line in (finished[0] / "metrics.jsonl").read_text().splitlines()]
    for kind, name in [("train", "loss"), ("validation", "psnr")]:
        values = [(event.step, event.value) for event in events.Scalars(f"{kind}/{name}")]
        assert values == [(line["step"], pytest.approx(line[name], rel=1e-6)) for line in lines if line["kind"] == kind]


def test_pictures_and_films_can_be_opened(finished):
    folder = finished[0]
    for picture in ("curves.png", "samples/step_0000004.png"):
        assert min(Image.open(folder / picture).size) > 100
    assert len(list(decode(folder / "samples" / "step_0000004.mp4"))) == 3


def test_checkpoints_are_of_the_last_and_of_the_best_step(finished):
    last = Checkpoint.load(finished[0] / "checkpoints" / "last.safetensors")
    best = Checkpoint.load(finished[0] / "checkpoints" / "best.safetensors")
    lines = [json.loads(line) for line in (finished[0] / "metrics.jsonl").read_text().splitlines()]
    scores = {line["step"]: line["psnr"] for line in lines if line["kind"] == "validation"}
    assert last.step == 4
    assert best.step == max(scores, key=scores.get)
    assert best.scores["psnr"] == last.scores["psnr"] == max(scores.values())


def test_the_end_tells_speed_waiting_scores_and_the_next_command(finished):
    folder, stdout, stderr = finished
    assert f"folder: {folder}\n" in stdout
    assert re.search(r"^network: multiscale, \d+\.\d\d M parameters, 16 clips$", stdout, re.MULTILINE)
    assert "weights: random, so that the run starts from nothing\nrun: 4 steps of 2 clips on cpu in float32\n" in stdout
    waited = re.search(r"^4 steps; [\d.]+ steps/s; (\d+\.\d)% of the time was spent waiting", stdout, re.MULTILINE)
    assert 0 <= float(waited[1]) <= 100
    assert re.search(r"^  validation psnr at t\+1: \d+\.\d+ dB ", stdout, re.MULTILINE)
    assert "\nhow the game went is not known: the first verdict comes at about step 2,000; " in stdout
    assert f"; what was measured: vidpred health {folder}\n" in stdout
    assert stdout.endswith(f"\ngo on: vidpred train --resume {folder} --steps N\n")  # two steps taught it nothing
    assert "4/4" in stderr
    assert "gdl=" in stderr


def test_the_next_command_works(finished, films, here):
    code, _, stderr = run_vidpred("predict", films / "film_0.mp4", "--checkpoint", finished[0], "--horizon", 2)
    assert (code, stderr) == (0, "")
    assert list(files_below(here)) == ["film_0_future.mp4"]


def test_a_single_video_without_config_trains_into_a_new_folder_of_its_name(films, here):
    quick = ["log.preview_frames=30", "--steps", 1]
    code, stdout, stderr = train(films / "film_0.mp4", *TINY, *quick)
    (folder,) = here.glob("runs/*")
    assert code == 0, stderr
    assert re.fullmatch(r"film_0-\d{8}-\d{6}", folder.name)
    assert "no validation: there is one video only" in stdout
    idle = "train.patience=5, log.validate_every=2, log.validation_clips=2"
    assert f"note: {idle} have no effect, since there are no validation data" in " ".join(stdout.split())
    assert "1 step;" in stdout
    assert sorted(path.name for path in folder.glob("checkpoints/*")) == ["last.safetensors"]
    pictures = [f"step_000000{step}.{suffix}" for step in (0, 1) for suffix in ("mp4", "png")]
    assert sorted(path.name for path in folder.glob("samples/*")) == pictures


def test_a_preset_is_refined_by_settings_and_needs_no_videos_where_it_draws_them(here):
    code, stdout, _ = train("train.seed=7", "--config", "smoke", "--steps", 9, "--dry-run")
    assert code == 0
    assert stdout.startswith(dump_config(load_config(Path("smoke"), ["train.seed=7", "train.steps=9"])))
    assert "moving shapes: 1,000 clips" in stdout
    assert files_below(here) == {}


@pytest.mark.usefixtures("here")
def test_a_setting_may_be_longer_than_any_name_of_a_file():
    code, _, _ = train(f"train.seed={' ' * 5000}7", "--config", "smoke", "--dry-run")
    assert code == 0


def test_a_dry_run_tells_settings_data_and_network_and_writes_nothing(films, here):
    before = files_below(films)
    code, stdout, stderr = train(films, *TINY, "--dry-run", "--out", "run")
    assert (code, stderr) == (0, "")
    assert stdout.startswith(dump_config(load_config(None, [*TINY, NO_CONFIG]).on_data(films)))
    assert "film_0.mp4" in stdout
    assert "network: multiscale" in stdout
    assert re.search(
        r"\ntime: about .+ for 4 steps \(.+ steps/s on cpu by the first ones\), and the looks in between\n", stdout
    )
    assert stdout.endswith("dry run: nothing was trained or written\n")
    assert list(here.iterdir()) == []
    assert files_below(films) == before


def test_a_dry_run_is_timed_with_the_threads_of_the_run(films, here, monkeypatch):
    chosen = []
    monkeypatch.setattr("vidpred.machine.threads.use_threads", chosen.append)
    assert train(films, *TINY, "--dry-run", "--threads", 3)[0] == 0
    assert chosen == [3]


@pytest.mark.parametrize("taken", ["folder", "file"])
def test_an_output_that_exists_is_refused_and_untouched(films, here, taken):
    if taken == "folder":
        Path("mine").mkdir()
        Path("mine/note.txt").write_text("mine")
    else:
        Path("mine").write_text("mine")
    before = files_below(here)
    assert_refused(train(films, *TINY, "--out", "mine"), "mine is there already", "--out")
    assert files_below(here) == before


def test_a_finished_run_is_not_overwritten_by_another(films, run):
    before = files_below(run)
    assert_refused(train(films, *TINY, "--out", run), run, "--resume")
    assert files_below(run) == before


@pytest.mark.parametrize("kind", [kind for kind in UNREADABLE if kind not in ("missing", "folder")])
def test_an_unusable_video_alone_is_refused_by_name(here, kind):
    make_unreadable(here / "bad.mp4", kind)
    before = files_below(here)
    assert_refused(train("bad.mp4", *TINY, "--out", "run"), "bad.mp4", "can be used")
    assert files_below(here) == before
    assert not Path("run").exists()


@pytest.mark.usefixtures("here")
def test_unusable_videos_beside_good_ones_are_skipped_by_name_with_the_reason(films):
    shutil.copytree(films, "mixed")
    kinds = [kind for kind in UNREADABLE if kind not in ("missing", "folder")]
    for kind in kinds:
        make_unreadable(Path("mixed") / f"{kind}.mp4", kind)
    code, stdout, stderr = train("mixed", *TINY, "--steps", 1, "--out", "run")
    assert code == 0, stderr
    report = " ".join(Path("run/data.txt").read_text().split())
    assert report in " ".join(stdout.split())
    for kind in kinds:
        assert re.search(rf"skipped \([^()]+(\([^()]*\)[^()]*)*\): [^()]*{kind}\.mp4", report), kind
    assert "2 videos train" in report


@pytest.mark.usefixtures("here")
def test_a_folder_without_videos_says_what_was_looked_for():
    Path("empty").mkdir()
    Path("empty/note.txt").write_text("no video")
    assert_refused(train("empty", *TINY), "empty holds no video", ".mp4", "numbered frames")
    assert not Path("runs").exists()


def test_a_missing_folder_is_named(here):
    assert_refused(train("nowhere", *TINY), "nowhere does not exist", "folder of videos")
    assert list(here.iterdir()) == []


def test_videos_beside_data_that_are_drawn_are_refused_in_words_that_were_typed(films, here):
    told = f"{films} is named, but data=moving_shapes are drawn and no file is read; leave it away"
    assert_refused(train(films, "--config", "smoke"), told, "data=video_folder")
    assert list(here.iterdir()) == []


def test_no_videos_at_all_says_how_to_name_them(here):
    assert_refused(train(), "no videos are named", "vidpred train FOLDER")
    assert_refused(train("train.steps=5"), "no videos are named")
    assert_refused(train("data=moving_mnist"), "that data=moving_mnist could read", "vidpred train FOLDER")
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "mentioned"),
    [
        (["train.stesp=5"], ["'train.stesp'", "did you mean 'steps'?"]),
        (["trian.steps=5"], ["'trian'", "did you mean 'train'?"]),
        (["train.steps=many"], ["train.steps is 'many'", "whole number"]),
        (["train.steps=0"], ["train.steps is 0", "greater than or equal to 1"]),
        (["generator.lr=fast"], ["generator.lr is 'fast'", "number"]),
        (["generator.betas=[2, 3]"], ["generator.betas.0 is 2", "less than or equal to 0.9999999"]),
        (["train.steps"], ["'train.steps' is not a setting", "section.key=value"]),
        (["second_folder"], ["'second_folder' is not a setting"]),
        (["--config", "nowhere.yaml"], ["nowhere.yaml", "No such file", "mathieu_adv_gdl"]),
        (["network=multi_scale"], ["'multi_scale'", "did you mean 'multiscale'?"]),
        (["network.num_scale=2"], ["'num_scale'", "did you mean 'num_scales'?"]),
        (["network.num_scales=some"], ["num_scales is 'some'", "whole number"]),
        (["network.num_scales=0"], ["num_scales is 0", "greater than or equal to 1"]),
        (["discriminator.width_multiplier=0"], ["width_multiplier is 0", "greater than 0"]),
        (["data.corp=16"], ["'corp'", "did you mean 'crop'?"]),
        (["data.crop=0"], ["crop is 0", "greater than or equal to 1"]),
        (["data.crop=64"], ["crop is 64", "scaled to 32"]),
        (["data=video_folders"], ["'video_folders'", "did you mean 'video_folder'?"]),
        (["task.lead=0"], ["lead is 0", "greater than or equal to 1"]),
        (["task.num_context_frames=40"], ["fewer than the 41 frames of a clip", "can be used"]),
        (["objective.terms.gld=1"], ["'gld'", "did you mean 'gdl'?"]),
        (["objective.terms.gdl.alpha=0"], ["alpha", "0"]),
        (["objective.game=hing"], ["'hing'", "did you mean 'hinge'?"]),
        (["log.best_by=pnsr"], ["'pnsr'", "did you mean 'psnr'?"]),
        (["train.precision=fp16", "--device", "cpu"], ["fp16", "auto, bf16 or fp32"]),
        (["train.accumulate=3"], ["3", "2"]),
        (["--device", "abacus"], ["'abacus'", "auto, cpu, cuda"]),
    ],
)
def test_a_mistake_in_the_settings_is_told_and_leaves_nothing(films, here, arguments, mentioned):
    assert_refused(train(films, *TINY, *arguments, "--out", "run"), *mentioned)
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("arguments", [["network.num_scale=2"], ["objective.terms.gld=1"], ["objective.game=hing"]])
def test_a_dry_run_finds_the_mistakes_that_a_run_would(films, here, arguments):
    assert_refused(train(films, *TINY, *arguments, "--dry-run"), "did you mean")
    assert list(here.iterdir()) == []


def test_a_flag_out_of_range_is_refused_with_its_value(films, here):
    code, _, stderr = train(films, "--steps", 0)
    assert code != 0
    assert stderr.splitlines()[-1].startswith("Error: Invalid value for '--steps': ")
    assert list(here.iterdir()) == []


QUICK = ("data.resolution=32", "data.crop=16", "--steps", "2", "discriminator.width_multiplier=0.02")


@pytest.fixture(scope="module")
def unusual(films, tmp_path_factory):
    """A run whose network and task are not those of the defaults."""
    folder = tmp_path_factory.mktemp("runs") / "unusual"
    code, _, stderr = train(films, *TINY, "task.num_context_frames=3", "task.lead=2", "--out", folder)
    assert code == 0, stderr
    return folder


def test_from_alone_goes_on_with_the_recipe_of_the_run(films, unusual, here):
    code, stdout, stderr = train(films, "--from", unusual, *QUICK, "--out", "new")
    assert code == 0, stderr
    assert f"weights: of {(unusual / 'checkpoints').resolve()}/" in stdout
    new, old = (load_config(folder / "config.yaml") for folder in (Path("new"), unusual))
    for section in ("network", "task", "objective", "generator", "adversary", "data"):
        assert getattr(new, section) == getattr(old, section), section
    assert (new.train.batch_size, new.train.steps) == (2, 2)
    assert Checkpoint.load(Path("new/checkpoints/last.safetensors")).step == 2


def untimed(said):
    """Leave out how long a run would take, which differs each time."""
    return re.sub(r"^time: .*$", "", said, flags=re.MULTILINE)


def test_without_a_config_the_run_goes_on_from_the_shipped_weights(films, here):
    code, stdout, stderr = train(films, "data.resolution=32", "data.crop=16", "--dry-run")
    assert code == 0, stderr
    assert "since" not in stdout
    assert re.search(r"^network: flow_pyramid, .*\nweights: of \S*default.safetensors, step 300$", stdout, re.MULTILINE)
    (note,) = re.findall(r"^note: \d videos? to learn from may be too few: .*(?:\n    .*)+$", stdout, re.MULTILINE)
    assert max(map(len, note.splitlines())) <= 100
    again = train(films, "data.resolution=32", "data.crop=16", "--dry-run", "--from", "default")
    assert (again[0], untimed(again[1])) == (code, untimed(stdout))


def test_what_starts_from_nothing_though_nobody_asked_for_it_says_why(films, here):
    code, stdout, stderr = train(films, *TINY, "--dry-run")
    assert code == 0, stderr
    note = "note: starts from nothing, not from the shipped weights, since network.width_multiplier is 0.02,"
    assert f"\n{note}\n    which is not theirs; the network is then multiscale, not flow_pyramid as theirs\n" in stdout
    assert "weights: of" not in stdout
    assert "may be too few" not in stdout


def test_settings_refine_what_from_brings(films, unusual, here):
    (here / "mine.yaml").write_text("task: {lead: 1}\n")
    assert train(films, "--from", unusual, "--config", "mine.yaml", *QUICK, "--out", "new")[0] == 0
    assert load_config(Path("new/config.yaml")).task.options == {"num_context_frames": 3, "lead": 1}


@pytest.mark.parametrize("dry", [[], ["--dry-run"]], ids=["run", "dry run"])
def test_weights_that_do_not_fit_are_refused_with_what_differs_and_leave_nothing(films, unusual, here, dry):
    told = train(films, "--from", unusual, *QUICK, "network.width_multiplier=0.04", "--out", "new", *dry)
    assert_refused(told, unusual.resolve(), "width_multiplier is 0.04 here and 0.02 there")
    assert list(here.iterdir()) == []


def test_a_dry_run_tells_where_the_weights_are_from(films, unusual, here):
    code, stdout, _ = train(films, "--from", unusual, *QUICK, "--dry-run")
    assert code == 0
    assert f"weights: of {(unusual / 'checkpoints').resolve()}/" in stdout
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("kind", UNUSABLE)
def test_starting_from_what_is_no_checkpoint_is_refused_by_name(films, here, tmp_path, kind):
    path = make_unusable_checkpoint(tmp_path / "unusable", kind)
    assert_refused(train(films, "--from", path, *QUICK), path)
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    "extra",
    [["train.steps=9"], ["train.seed=1", "--steps", "9"], ["--config", "smoke"], ["--out", "new"], ["--from", "old"]],
)
def test_resuming_takes_no_other_settings_and_leaves_the_run_alone(run, here, extra):
    before = files_below(run)
    assert_refused(train("--resume", run, *extra), "--resume continues a run with its own settings")
    assert files_below(run) == before
    assert list(here.iterdir()) == []


def test_resuming_a_finished_run_says_how_to_go_on(run):
    before = files_below(run)
    assert_refused(train("--resume", run), run, "all of 4 steps", "--steps")
    assert_refused(train("--resume", run, "--steps", 3), run, "all of 4 steps", "--steps")
    assert files_below(run) == before


def test_resuming_with_more_steps_goes_on_where_the_run_ended(run):
    code, stdout, stderr = train("--resume", run, "--steps", 6)
    assert code == 0, stderr
    assert re.search(r"^6 steps; ", stdout, re.MULTILINE)
    assert Checkpoint.load(run / "checkpoints" / "last.safetensors").step == 6
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines if line["kind"] == "train"] == [2, 4, 6]
    assert load_config(run / "config.yaml").train.steps == 6


def test_ctrl_c_while_data_are_read_says_that_nothing_was_begun(films, here, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("vidpred.runs.train.Parts.build", interrupted)
    code, _, stderr = train(films, *TINY, "--out", "run")
    assert code == 130
    assert stderr == "\nstopped before training began: no step was taken, and the same command starts again\n"
    assert list(here.iterdir()) == []


def test_the_score_of_the_start_and_of_the_last_frame_stand_beside_every_look(finished):
    stderr = finished[2]
    assert re.search(r"step 0, before training, at t\+1: psnr \d+\.\d+ dB \(copy_last \d+\.\d+\), ssim", stderr)
    assert re.search(r"step 2, at t\+1: psnr \d+\.\d+ dB \(start \d+\.\d+, copy_last \d+\.\d+\), ssim", stderr)


def test_a_preset_never_stops_by_itself_unless_it_is_told_to(here):
    def resolved(*arguments):
        code, stdout, stderr = train(*arguments, "--dry-run")
        assert code == 0, stderr
        return stdout

    assert "patience: null" in resolved("--config", "smoke")
    assert "patience: 3" in resolved("--config", "smoke", "train.patience=3")
    assert "patience: 5" in resolved("data.name=moving_shapes")
    assert "patience: null" in resolved("data.name=moving_shapes", "train.patience=null")


def test_minutes_stand_alone_or_beside_steps(here):
    def resolved(*arguments):
        code, stdout, stderr = train("--config", "smoke", *arguments, "--dry-run")
        assert code == 0, stderr
        return stdout

    alone = resolved("--minutes", 2.5)
    assert "  steps: 1000000000\n  minutes: 2.5\n" in alone
    assert "run: as many steps as fit in 2.5 minutes, of 4 clips" in alone
    assert "run: 70 steps, or as many steps as fit in 2.5 minutes, of 4" in resolved("--minutes", 2.5, "--steps", 70)
    assert "run: 80 steps, or as many" in resolved("--minutes", 2.5, "train.steps=80")
    assert_refused(train("--config", "smoke", "--minutes", 0), "train.minutes is 0", "greater than 0")
    assert_refused(train("--config", "smoke", "--minutes", "nan"), "--minutes is nan", "finite")
    assert list(here.iterdir()) == []


def test_resuming_with_minutes_goes_on_until_they_are_over(run):
    assert_refused(train("--resume", run, "--minutes", 1e-5), run, "spent its 1e-05 minutes", "--minutes")
    assert_refused(train("--resume", run, "--minutes", -1), "train.minutes is -1")
    code, stdout, stderr = train("--resume", run, "--minutes", 1, "--steps", 6)
    assert code == 0, stderr
    assert re.search(r"^6 steps; ", stdout, re.MULTILINE)


@pytest.mark.parametrize("missing", ["folder", "checkpoint"])
def test_resuming_what_has_no_checkpoint_is_refused(here, missing):
    if missing == "checkpoint":
        Path("run").mkdir()
        Path("run/note.txt").write_text("mine")
    before = files_below(here)
    assert_refused(train("--resume", "run"), "run", "checkpoint")
    assert files_below(here) == before


@pytest.mark.parametrize("kind", [kind for kind in UNUSABLE if kind not in ("missing", "empty folder")])
def test_resuming_from_an_unusable_checkpoint_is_refused_by_name(run, kind):
    make_unusable_checkpoint(run / "checkpoints" / "last.safetensors", kind)
    before = files_below(run)
    assert_refused(train("--resume", run, "--steps", 6), "last.safetensors")
    assert files_below(run) == before


@pytest.mark.parametrize("inside", ["checkpoints", "checkpoints/last.safetensors"])
def test_resuming_a_part_of_a_run_is_refused_and_asks_for_the_run(run, inside):
    before = files_below(run)
    assert_refused(train("--resume", run / inside, "--steps", 6), run / inside, "folder")
    assert files_below(run) == before


def test_resuming_without_the_videos_is_refused_and_with_their_new_place_goes_on(films, run, here):
    shutil.copytree(films, "moved")
    path = run / "checkpoints" / "last.safetensors"
    saved = Checkpoint.load(path)
    gone = {**saved.config, "data": {**saved.config["data"], "source": str(here / "gone")}}
    Checkpoint(gone, saved.facts, saved.step, saved.state, saved.scores).save(path)
    before = files_below(run)
    assert_refused(train("--resume", run, "--steps", 5), here / "gone", "does not exist")
    assert files_below(run) == before
    code, stdout, stderr = train("moved", "--resume", run, "--steps", 5)
    assert code == 0, stderr
    assert "the data have changed" not in stdout


def test_data_that_are_named_in_the_folder_by_hand_are_not_taken_without_a_word(films, run, here):
    shutil.copytree(films, "moved")
    config = run / "config.yaml"
    config.write_text(config.read_text().replace(str(films), str(here / "moved")))
    code, stdout, stderr = train("--resume", run, "--steps", 5)
    assert code == 0, stderr
    assert f"names {here / 'moved'}, but this run goes on with the data of its last checkpoint, {films}" in stdout
    told = f"vidpred train {here / 'moved'} --resume {run}"
    assert f"`{told}`" in stdout
    code, stdout, stderr = train(here / "moved", "--resume", run, "--steps", 6)
    assert (code, "note:" in stdout) == (0, False), stderr


def test_a_dry_run_of_a_run_that_goes_on_takes_no_step_and_writes_nothing(films, run, here):
    before = files_below(run)
    code, stdout, stderr = train("--resume", run, "--steps", 6, "--dry-run")
    assert (code, stderr) == (0, "")
    assert "  steps: 6\n" in stdout
    assert f"folder: {run}, which goes on from step 4\n" in stdout
    assert stdout.endswith("dry run: nothing was trained or written\n")
    assert files_below(run) == before
    assert list(here.iterdir()) == []
    assert re.search(
        r"\ntime: about \d+ seconds? for 2 more steps \(\S+ steps/s on cpu by the first ones\), and", stdout
    )
    assert_refused(train("--resume", run, "--dry-run"), run, "all of 4 steps")


@pytest.mark.usefixtures("here")
def test_a_folder_without_write_permission_is_told(films, monkeypatch):
    Path("closed").mkdir()
    make = Path.mkdir

    def closed(self, *arguments, **options):
        if "closed" in self.parts[:-1]:
            raise PermissionError(13, os.strerror(13), str(self))
        make(self, *arguments, **options)

    monkeypatch.setattr(Path, "mkdir", closed)
    result = train(films, *TINY, "--out", "closed/run")
    assert_refused(result, "closed/run", "Permission denied", "--out")
    assert list(Path("closed").iterdir()) == []


def full_disk(*_, **__):
    raise OSError(28, os.strerror(28))


@pytest.mark.usefixtures("finished")  # which has left the decoded videos in the cache
def test_a_disk_that_is_full_from_the_start_is_told_with_the_file(films, here, monkeypatch):
    monkeypatch.setattr("vidpred.machine.files.os.fsync", full_disk)
    assert_refused(train(films, *TINY, "--out", "run"), "No space left on device", "run/config.yaml")
    assert files_below(here) == {}


def test_a_disk_that_fills_up_keeps_the_last_checkpoint_and_says_which_failed(run, monkeypatch):
    kept = {name: content for name, content in files_below(run).items() if name.startswith("checkpoints")}
    monkeypatch.setattr("vidpred.runs.checkpoint.Path.write_bytes", full_disk)
    code, _, stderr = train("--resume", run, "--steps", 6)
    last_line = stderr.strip().splitlines()[-1]
    assert code == 1
    assert last_line.startswith("vidpred: error: ")
    assert "its disk is full" in last_line
    assert ".safetensors" in last_line
    assert "Traceback" not in stderr
    assert {name: content for name, content in files_below(run).items() if name.startswith("checkpoints")} == kept


def test_a_full_disk_while_decoding_blames_no_video(films, here, monkeypatch):
    monkeypatch.setattr("vidpred.machine.files.os.fsync", full_disk)
    result = train(films, *TINY, f"data.cache={here / 'cache'}", "--out", "run")
    assert_refused(result, here / "cache", "is full", "data.cache")
    assert files_below(here) == {}
    assert not Path("run").exists()


@pytest.mark.usefixtures("here")
def test_a_name_that_is_no_unicode_is_no_hindrance(films):
    Path("odd").mkdir()
    name = os.fsdecode(b"caf\xe9.mp4")
    for source, target in (("film_0.mp4", "plain.mp4"), ("film_1.mp4", name)):
        shutil.copy(films / source, Path("odd") / target)
    terminal = io.TextIOWrapper(io.BytesIO(), "utf-8")
    code, stdout, stderr = run_vidpred("train", "odd", *TINY, "--steps", 1, "--out", "run", stdout=terminal)
    assert code == 0, stderr
    assert "caf\\udce9.mp4" in stdout
    assert b"caf\xe9.mp4" in Path("run/data.txt").read_bytes()


@pytest.mark.usefixtures("here")
def test_debug_leaves_a_mistake_to_python_which_shows_where_it_was_found():
    with pytest.raises(VidpredError, match=r"^\S+/nowhere does not exist"):
        train("nowhere", *TINY, "--debug")
