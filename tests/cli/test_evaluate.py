"""``vidpred evaluate`` scores a run on videos that it was not trained on."""

import errno
import json
import os
from functools import partial

import pytest
from material import (
    UNUSABLE,
    assert_refused,
    draw_mnist,
    draw_video,
    files_below,
    make_unreadable,
    make_unusable_checkpoint,
    run_command,
    save_checkpoint,
)

from vidpred.data import DATASETS
from vidpred.data.video_identity import content_key
from vidpred.evaluation import scoring
from vidpred.evaluation.pages import writing


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def evaluate(monkeypatch, capsys):
    return partial(run_command, monkeypatch, capsys, "evaluate")


@pytest.fixture
def videos(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number in range(4):
        draw_video(tmp_path / "videos" / f"{number}.mp4", seed=number)
    return tmp_path / "videos"


@pytest.fixture
def run(tmp_path):
    return save_checkpoint(tmp_path / "run" / "best.safetensors").parent


@pytest.fixture
def scored(monkeypatch):
    """Collect the names of the videos that were scored."""
    names = set()
    choose = scoring.choose_windows

    def spy(dataset, *limits):
        chosen = choose(dataset, *limits)
        names.update(dataset.video(index) for index in chosen)
        return chosen

    monkeypatch.setattr(scoring, "choose_windows", spy)
    return names


def trained_on(tmp_path, videos, seed=0, facts=None, **options):
    """Save the checkpoint of a run on ``videos``; return its folder."""
    data = {"name": "video_folder", "resolution": 32, "crop": 32, "source": str(videos), **options}
    return save_checkpoint(tmp_path / "trained" / "best.safetensors", data=data, seed=seed, facts=facts).parent


def validation_names(videos, seed=0):
    """Return which videos a run of four context frames keeps for validation."""
    split = DATASETS.build("video_folder", {"clip_length": 5}, source=videos, seed=seed, resolution=32, crop=32)
    return {split.validation.video(index) for index in range(len(split.validation))}


def test_prints_scores_per_step_beside_the_baselines(evaluate, videos, run):
    code, stdout, _ = evaluate(videos, "--checkpoint", run, "--horizon", 3, "--windows", 2)
    assert code == 0
    assert "8 clips of 4 videos" in stdout
    for word in ("psnr", "ssim", "sharpness", "run", "copy_last", "linear", "optical_flow", "t+1", "t+3", "mean"):
        assert word in stdout
    assert "t+4" not in stdout


def test_writes_nothing_unless_asked(evaluate, videos, run, tmp_path):
    before = files_below(tmp_path)
    evaluate(videos, "--checkpoint", run, "--horizon", 1, "--windows", 1)
    assert files_below(tmp_path) == before


def test_report_is_written_for_people_programs_and_spreadsheets(evaluate, videos, run, tmp_path):
    code, stdout, _ = evaluate(videos, "--checkpoint", run, "--horizon", 2, "--windows", 1, "--out", "new/report")
    report = tmp_path / "new" / "report"
    assert code == 0
    assert list(files_below(report)) == ["curves.png", "per_clip.csv", "report.html", "report.json", "report.txt"]
    assert (report / "report.txt").read_text().splitlines()[0] in stdout
    scores = json.loads((report / "report.json").read_text())["scores"]
    assert list(scores) == ["run", "copy_last", "linear", "optical_flow", "mean"]
    assert len(scores["run"]["psnr"]["steps"]) == 2


def test_other_videos_are_all_scored(evaluate, videos, run, scored):
    evaluate(videos, "--checkpoint", run, "--horizon", 1, "--windows", 1)
    assert scored == {"0.mp4", "1.mp4", "2.mp4", "3.mp4"}


def test_of_the_training_folder_only_validation_videos_are_scored(evaluate, videos, tmp_path, scored):
    run = trained_on(tmp_path, videos)
    code, stdout, _ = evaluate("videos", "--checkpoint", run, "--horizon", 3, "--windows", 1)
    assert code == 0
    assert "only its validation videos" in stdout
    assert scored == validation_names(videos)


def test_videos_that_a_run_was_trained_on_do_not_count_wherever_they_lie_now(evaluate, videos, tmp_path, scored):
    split = DATASETS.build("video_folder", {"clip_length": 5}, source=videos, seed=0, resolution=32, crop=32)
    run = trained_on(tmp_path, videos, facts={"known_split": split.known_split})
    validation = validation_names(videos)
    videos.rename(tmp_path / "moved")
    draw_video(tmp_path / "moved" / "new.mp4", seed=8)
    code, stdout, _ = evaluate("moved", "--checkpoint", run, "--horizon", 3, "--windows", 1)
    assert code == 0
    assert "was trained on 3 of these videos, not scored here" in stdout
    assert scored == {*validation, "new.mp4"}
    trained = sorted({"0.mp4", "1.mp4", "2.mp4", "3.mp4"} - validation)[0]
    refused = evaluate(tmp_path / "moved" / trained, "--checkpoint", run, "--horizon", 3, "--windows", 1)
    assert_refused(refused, "was in the training of one of the runs")


def test_what_was_predicted_of_the_videos_is_not_scored_and_named(evaluate, videos, tmp_path, run, scored):
    for number in range(4):
        draw_video(videos / f"{number}_future.mp4", seed=10 + number)
    code, stdout, _ = evaluate("videos", "--checkpoint", run, "--horizon", 3, "--windows", 1)
    assert code == 0
    assert scored == {"0.mp4", "1.mp4", "2.mp4", "3.mp4"}
    assert "another name): 0_future.mp4," in stdout


@pytest.mark.parametrize("validated", ["none", "0_future.mp4"])
def test_no_prediction_is_scored_where_all_other_videos_were_trained_on(evaluate, videos, tmp_path, validated):
    everything = DATASETS.build("video_folder", {"clip_length": 5}, source=videos, validation=0, resolution=32, crop=32)
    draw_video(videos / "0_future.mp4", seed=10)
    known = {**everything.known_split, "validation": {content_key(videos / "0_future.mp4")[:16]: validated}}
    run = trained_on(tmp_path, videos if validated != "none" else tmp_path / "away", facts={"known_split": known})
    refused = evaluate("videos", "--checkpoint", run, "--horizon", 3, "--windows", 1)
    assert_refused(refused, "was in the training of one of the runs")


@pytest.mark.parametrize("folder", ["the run's own", "another"])
def test_videos_that_the_first_weights_were_trained_on_do_not_count(evaluate, videos, tmp_path, scored, folder):
    options = {"resolution": 32, "crop": 32}
    earlier = DATASETS.build("video_folder", {"clip_length": 5}, source=videos, validation=0.0, **options).known_split
    own = tmp_path / "own"
    for seed in range(10, 14):
        draw_video(own / f"{seed}.mp4", seed=seed)
    facts = {"clip_length": 5, "known_split": {"before": earlier}}
    later = DATASETS.build("video_folder", facts, source=own, **options).known_split
    run = trained_on(tmp_path, own, facts={"known_split": later})
    target = own if folder == "the run's own" else videos
    if target == own:
        (validation,) = set(later["validation"].values())
        for number in range(4):  # one that the weights were trained on joins the folder
            (own / f"{number}.mp4").write_bytes((videos / f"{number}.mp4").read_bytes())
        assert evaluate(own, "--checkpoint", run, "--horizon", 1, "--windows", 1)[0] == 0
        assert scored == {validation}
    else:
        refused = evaluate(videos, "--checkpoint", run, "--horizon", 1, "--windows", 1)
        assert_refused(refused, "or of the weights that it started from")


def test_long_horizon_never_lets_a_training_video_be_scored(evaluate, videos, tmp_path, scored):
    draw_video(videos / "short.mp4", num_frames=7, seed=9)
    seed = next(seed for seed in range(100) if validation_names(videos, seed) == {"short.mp4"})
    run = trained_on(tmp_path, videos, seed)
    assert_refused(evaluate(videos, "--checkpoint", run, "--horizon", 10), "short.mp4, has a clip long enough")
    assert not scored


def test_separate_validation_videos_of_a_run_are_named_and_not_read(evaluate, videos, tmp_path, scored):
    draw_video(tmp_path / "apart" / "held out.mp4", seed=7)
    run = trained_on(tmp_path, videos, validation_source=str(tmp_path / "apart"))
    refused = evaluate(videos, "--checkpoint", run, "--horizon", 1, "--windows", 1)
    assert_refused(refused, "trained on all of", f"validated on {tmp_path / 'apart'}; evaluate on that")
    assert evaluate(tmp_path / "apart", "--checkpoint", run, "--horizon", 1, "--windows", 1)[0] == 0
    assert scored == {"held out.mp4"}


def lists(videos, tmp_path):
    (tmp_path / "train.txt").write_text("0.mp4\n1.mp4\n")
    (tmp_path / "validate.txt").write_text("2.mp4\n")
    named = {"only": str(tmp_path / "train.txt"), "validation_only": str(tmp_path / "validate.txt")}
    return {"validation_source": str(videos), **named}


def test_lists_that_share_a_folder_let_only_the_recorded_validation_videos_be_scored(
    evaluate, videos, tmp_path, scored
):
    options = {"resolution": 32, "crop": 32, **lists(videos, tmp_path)}
    split = DATASETS.build("video_folder", {"clip_length": 5}, source=videos, **options).known_split
    run = trained_on(tmp_path, videos, facts={"known_split": split}, **options)
    assert evaluate(videos, "--checkpoint", run, "--horizon", 1, "--windows", 1)[0] == 0
    assert scored == {"2.mp4"}


def test_lists_that_only_a_run_names_are_not_read(evaluate, videos, tmp_path, scored):
    run = trained_on(tmp_path, videos, **lists(videos, tmp_path))
    refused = evaluate(videos, "--checkpoint", run, "--horizon", 1, "--windows", 1)
    assert_refused(refused, "does not say which videos", "train.txt, which is not read here")


@pytest.mark.parametrize("told_by", ["checkpoint", "table"])
def test_videos_that_were_added_since_a_run_began_are_not_scored(evaluate, videos, tmp_path, scored, told_by):
    split = DATASETS.build("video_folder", {"clip_length": 5}, source=videos, seed=0, resolution=32, crop=32)
    before = validation_names(videos)
    run = trained_on(tmp_path, videos, facts={"known_split": split.known_split} if told_by == "checkpoint" else {})
    if told_by == "table":
        (run / "data.txt").write_text(split.report)
    for number in range(4, 30):  # among so many, three videos would validate
        draw_video(videos / f"{number}.mp4", num_frames=8, seed=number)
    assert validation_names(videos) > before or not validation_names(videos) & before
    assert evaluate(videos, "--checkpoint", run, "--horizon", 1, "--windows", 1)[0] == 0
    assert scored == before


def test_nothing_that_only_a_checkpoint_names_is_read_written_or_deleted(evaluate, videos, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / ".mine.npy").touch()
    os.utime(elsewhere / ".mine.npy", (0, 0))
    os.mkfifo(tmp_path / "pipe")  # whoever opens it waits for ever
    paths = {"cache": str(elsewhere), "only": str(tmp_path / "pipe"), "validation_only": str(tmp_path / "pipe")}
    run = trained_on(tmp_path, tmp_path / "gone", validation_source=str(elsewhere), **paths)
    assert evaluate(videos, "--checkpoint", run, "--horizon", 1, "--windows", 1)[0] == 0
    assert list(files_below(elsewhere)) == [".mine.npy"]


def test_options_for_training_change_nothing_about_the_scores(evaluate, tmp_path, run, scored):
    draw_video(tmp_path / "elsewhere" / "a.mp4", seed=1)
    draw_video(tmp_path / "elsewhere" / "b.mp4", seed=2)
    (tmp_path / "train.txt").write_text("0.mp4\n")
    stretched = trained_on(
        tmp_path, tmp_path / "videos", only=str(tmp_path / "train.txt"), max_windows=1, max_stride=3, max_motion=0.01
    )
    reports = []
    for name, folder in (("plain", run), ("stretched", stretched)):
        out = tmp_path / name
        films = tmp_path / "elsewhere"
        assert evaluate(films, "--checkpoint", folder, "--horizon", 1, "--windows", 3, "--out", out)[0] == 0
        rows = (out / "per_clip.csv").read_text().splitlines()
        reports.append([row for row in rows if row.split(",")[2] not in ("run", "trained")])
    assert scored == {"a.mp4", "b.mp4"}
    assert len(reports[0]) > len(scored) * 3
    assert reports[0] == reports[1]


def test_run_without_validation_videos_cannot_be_scored_on_its_own(evaluate, videos, tmp_path):
    run = trained_on(tmp_path, videos, validation=0.0)
    assert_refused(evaluate(videos, "--checkpoint", run), "kept no validation video")


def test_one_of_the_training_videos_is_scored_with_a_warning(evaluate, videos, tmp_path):
    run = trained_on(tmp_path, videos)
    code, stdout, _ = evaluate(videos / "0.mp4", "--checkpoint", run, "--horizon", 1, "--windows", 1)
    assert code == 0
    assert "may be known to it" in stdout


def test_run_on_drawn_shapes_is_scored_on_videos(evaluate, videos, tmp_path):
    run = save_checkpoint(tmp_path / "shapes" / "best.safetensors", data={"name": "moving_shapes"}).parent
    assert evaluate(videos, "--checkpoint", run, "--horizon", 1, "--windows", 1)[0] == 0


def trained_on_digits(tmp_path):
    """Save the checkpoint of a run on digits, which have been moved since; return its folder."""
    data = {"name": "moving_mnist", "source": str(tmp_path / "gone"), "num_test_clips": 3}
    return save_checkpoint(tmp_path / "digits" / "best.safetensors", greyscale=True, data=data).parent


def test_run_on_moving_mnist_is_scored_on_test_sequences(evaluate, tmp_path, scored):
    draw_mnist(tmp_path / "mnist")
    run = trained_on_digits(tmp_path)
    code, stdout, _ = evaluate(tmp_path / "mnist", "--checkpoint", run, "--horizon", 2, "--out", tmp_path / "out")
    assert code == 0
    assert "the first 3 of 10,000 test sequences, drawn from 5 other digits" in stdout
    assert scored == {f"test sequence {number}" for number in range(3)}
    told = json.loads((tmp_path / "out" / "report.json").read_text())["circumstances"]
    assert told["preparation"] == {"data": "moving_mnist", "num_test_clips": 3}


def test_run_on_moving_mnist_is_scored_on_videos_where_there_are_some(evaluate, videos, tmp_path, scored):
    assert evaluate(videos, "--checkpoint", trained_on_digits(tmp_path), "--horizon", 1, "--windows", 1)[0] == 0
    assert scored == {"0.mp4", "1.mp4", "2.mp4", "3.mp4"}


def test_folder_with_neither_videos_nor_digits_is_refused_for_a_run_on_moving_mnist(evaluate, tmp_path):
    (tmp_path / "empty").mkdir()
    run = trained_on_digits(tmp_path)
    assert_refused(evaluate(tmp_path / "empty", "--checkpoint", run), "empty holds neither train-images-idx3-ubyte")


def test_greyscale_run_is_scored_in_greyscale(evaluate, videos, tmp_path):
    run = save_checkpoint(tmp_path / "grey" / "best.safetensors", greyscale=True).parent
    assert evaluate(videos, "--checkpoint", run, "--horizon", 1, "--windows", 1)[0] == 0


@pytest.mark.parametrize("lead", [2, 3])
def test_predictor_of_a_longer_lead_is_scored_from_enough_frames(evaluate, videos, tmp_path, lead):
    run = save_checkpoint(tmp_path / "lead" / "best.safetensors", lead=lead).parent
    code, stdout, _ = evaluate(videos, "--checkpoint", run, "--horizon", 2, "--windows", 1)
    assert code == 0
    assert "t+2" in stdout


@pytest.mark.parametrize("kind", ["text", "empty", "sound", "cut short", "one frame"])
def test_unreadable_video_is_skipped_by_name(evaluate, videos, run, scored, kind):
    make_unreadable(videos / "bad.mp4", kind)
    code, stdout, _ = evaluate(videos, "--checkpoint", run, "--horizon", 1, "--windows", 1)
    assert code == 0
    told = stdout[: stdout.index("4 clips")]
    assert told.startswith("skipped")
    assert "bad.mp4" in told
    assert len(scored) == 4


def test_no_usable_video_is_an_error(evaluate, tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    assert_refused(evaluate("empty", "--checkpoint", run), "empty", ".mp4")
    assert_refused(evaluate("missing", "--checkpoint", run), "missing", "does not exist")


@pytest.mark.parametrize("kind", UNUSABLE)
def test_unusable_checkpoint_is_refused_by_name(evaluate, videos, tmp_path, kind):
    make_unusable_checkpoint(tmp_path / "bad.safetensors", kind)
    assert_refused(evaluate(videos, "--checkpoint", "bad.safetensors", "--out", "report"), "bad.safetensors")
    assert not (tmp_path / "report").exists()


@pytest.mark.parametrize(
    ("arguments", "mentioned"),
    [
        (["--horizon", "0"], "horizon is 0"),
        (["--horizon", "50"], "can be used"),
        (["--windows", "0"], "0 clips per video"),
    ],
)
def test_impossible_request_is_refused_with_its_value(evaluate, videos, run, arguments, mentioned):
    assert_refused(evaluate(videos, "--checkpoint", run, *arguments), mentioned)


@pytest.mark.parametrize("out", ["mine", "mine/note.txt"])
def test_existing_output_is_never_touched(evaluate, videos, run, tmp_path, monkeypatch, out):
    monkeypatch.setattr("vidpred.runs.load.load_predictor", lambda *_: pytest.fail("computed before checking"))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "note.txt").write_text("mine")
    before = files_below(tmp_path)
    assert_refused(evaluate(videos, "--checkpoint", run, "--out", out), out)
    assert files_below(tmp_path) == before


def test_no_empty_folder_is_left_where_the_report_cannot_be_written(evaluate, videos, run, tmp_path, monkeypatch):
    def fail(path, text):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(writing, "write_text", fail)
    words = ("--checkpoint", run, "--horizon", 2, "--windows", 1, "--device", "cpu", "--out", "report")
    assert_refused(evaluate(videos, *words), "No space left on device; free some space")
    assert not (tmp_path / "report").exists()
