"""``vidpred compare`` scores several predictors on the same clips, none of which any was trained on."""

import json
import re
from functools import partial

import pytest
from material import assert_refused, draw_video, files_below, run_command, save_checkpoint

from vidpred.data import DATASETS
from vidpred.evaluation import BASELINES


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def compare(monkeypatch, capsys):
    return partial(run_command, monkeypatch, capsys, "compare")


@pytest.fixture
def videos(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number in range(4):
        draw_video(tmp_path / "videos" / f"{number}.mp4", seed=number)
    return tmp_path / "videos"


def save_run(folder, source=None, seed=0, data=None, **options):
    settings = {"name": "video_folder", "resolution": 32, "crop": 32, **(data or {})}
    if source is not None:
        settings["source"] = str(source)
    return save_checkpoint(folder / "best.safetensors", data=settings, seed=seed, **options).parent


def scored(report):
    return json.loads((report / "report.json").read_text())


def validation_names(videos, seed):
    split = DATASETS.build("video_folder", {"clip_length": 5}, source=videos, seed=seed, resolution=32, crop=32)
    return {split.validation.video(index) for index in range(len(split.validation))}


def test_runs_and_named_predictors_are_scored_in_the_order_asked_for(compare, videos, tmp_path):
    first, second = save_run(tmp_path / "first"), save_run(tmp_path / "second")
    code, stdout, _ = compare(
        videos, first, second / "best.safetensors", "optical_flow", "--horizon", 2, "--windows", 2, "--out", "report"
    )
    assert code == 0
    names = ["first", "second/best", "optical_flow", "copy_last", "linear", "mean"]
    tree = scored(tmp_path / "report")
    assert list(tree["scores"]) == names
    assert (tree["num_clips"], tree["num_videos"], tree["horizon"]) == (8, 4, 2)
    for word in ("first minus", "second/best minus", *BASELINES, "report.html"):
        assert word in stdout
    origin = tree["circumstances"]["predictors"]
    assert re.search(r"best.safetensors|first, step 1, SHA-256 [0-9a-f]{64}$", origin["first"])
    assert origin["optical_flow"] == "no weights"


def test_baselines_alone_can_be_compared(compare, videos, tmp_path):
    code, stdout, _ = compare(videos, "copy_last", "--horizon", 1, "--windows", 1, "--out", "report")
    assert code == 0
    assert set(scored(tmp_path / "report")["scores"]) == set(BASELINES)
    assert "linear minus" in stdout


def test_same_command_gives_the_same_numbers_and_files_but_for_the_date(compare, videos, tmp_path):
    run = save_run(tmp_path / "run")
    printed = [
        compare(videos, run, "linear", "--horizon", 2, "--windows", 1, "--out", out)[1].replace(out, "OUT")
        for out in ("first", "second")
    ]
    assert printed[0] == printed[1]
    first, second = files_below(tmp_path / "first"), files_below(tmp_path / "second")
    assert list(first) == list(second) == ["curves.png", "per_clip.csv", "report.html", "report.json", "report.txt"]
    date = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
    assert len(date.findall(first["report.html"])) == 1
    for name in first:
        assert date.sub(b"", first[name]) == date.sub(b"", second[name]), name


def test_another_video_changes_the_protocol(compare, videos):
    protocols = []
    for seed in (8, 9):
        (videos / "more.mp4").unlink(missing_ok=True)
        draw_video(videos / "more.mp4", seed=seed)
        _, stdout, _ = compare(videos, "copy_last", "--horizon", 1, "--windows", 1)
        protocols.append(re.search(r"protocol ([0-9a-f]{12})", stdout)[1])
    assert protocols[0] != protocols[1]


def test_only_videos_that_no_run_was_trained_on_are_scored(compare, videos, tmp_path):
    seeds = {}
    for number in range(4, 10):
        draw_video(videos / f"{number}.mp4", seed=number)
    for seed in range(40):
        seeds.setdefault(frozenset(validation_names(videos, seed)), seed)
    (names, seed), (_, other) = list(seeds.items())[:2]
    first, same = save_run(tmp_path / "first", videos, seed), save_run(tmp_path / "same", videos, seed)
    code, stdout, _ = compare(videos, first, same, "--horizon", 1, "--windows", 1, "--out", "report")
    assert code == 0
    assert "same was trained on" in stdout
    assert set(scored(tmp_path / "report")["videos"]) == names
    disjoint = save_run(tmp_path / "disjoint", videos, other)
    assert_refused(compare(videos, first, disjoint, "--horizon", 1), "none is left")


def test_runs_that_validate_elsewhere_are_compared_there_or_not_at_all(compare, videos, tmp_path):
    draw_video(tmp_path / "apart" / "held out.mp4", seed=7)
    elsewhere = {"validation_source": str(tmp_path / "apart")}
    first, second = (save_run(tmp_path / name, videos, data=elsewhere) for name in ("first", "second"))
    assert_refused(compare(videos, first, second, "--horizon", 1), "trained on all of", tmp_path / "apart")
    code, _, _ = compare(tmp_path / "apart", first, second, "--horizon", 1, "--windows", 1, "--out", "report")
    assert code == 0
    assert set(scored(tmp_path / "report")["videos"]) == {"held out.mp4"}


def test_difference_in_preparation_is_told(compare, videos, tmp_path):
    first, second = save_run(tmp_path / "first"), save_run(tmp_path / "second", data={"resolution": 48})
    code, stdout, _ = compare(videos, first, second, "--horizon", 1, "--windows", 1)
    assert code == 0
    assert "second was trained at resolution 48, but is scored at 32, as first" in stdout


def test_runs_of_different_contexts_are_scored_on_the_same_frames(compare, videos, tmp_path):
    short, long = save_run(tmp_path / "short", num_context_frames=1), save_run(tmp_path / "long", num_context_frames=6)
    code, _, _ = compare(videos, short, long, "linear", "--horizon", 2, "--windows", 1, "--out", "report")
    assert code == 0
    assert scored(tmp_path / "report")["protocol"]["baseline_context_frames"] == 6


def test_run_of_one_context_frame_is_scored_beside_baselines_that_need_two(compare, videos, tmp_path):
    run = save_run(tmp_path / "run", num_context_frames=1)
    assert compare(videos, run, "--horizon", 1, "--windows", 1)[0] == 0


def test_colour_and_greyscale_are_not_compared(compare, videos, tmp_path):
    colour, grey = save_run(tmp_path / "colour"), save_run(tmp_path / "grey", greyscale=True)
    assert_refused(compare(videos, colour, grey), "grey sees 1 colour channel", "apart")


@pytest.mark.parametrize(
    ("word", "mentioned"),
    [("lineer", "did you mean 'linear'"), ("multiscale", "has weights"), ("nowhere/run", "no folder of a run")],
)
def test_what_is_no_predictor_is_refused_with_what_is(compare, videos, word, mentioned):
    assert_refused(compare(videos, word), mentioned, "copy_last")


def test_runs_of_the_same_name_are_told_apart(compare, videos, tmp_path):
    first, second = save_run(tmp_path / "a" / "run"), save_run(tmp_path / "b" / "run")
    code, _, _ = compare(videos, first, second, first, "--horizon", 1, "--windows", 1, "--out", "report")
    assert code == 0
    assert list(scored(tmp_path / "report")["scores"])[:2] == ["run", str(second)]


def test_existing_output_is_never_touched(compare, videos, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "note.txt").write_text("mine")
    assert_refused(compare(videos, "linear", "--out", "mine"), "mine")
    assert list(files_below(tmp_path / "mine")) == ["note.txt"]


def test_an_option_of_generators_is_told_to_have_no_effect_on_predictors(compare, videos):
    words = (videos, "copy_last", "--horizon", 1, "--windows", 1, "--extractor", "none")
    note = "note: --num has no effect, since it is for generators of images"
    said = [stdout + stderr for _, stdout, stderr in (compare(*words), compare(*words, "--num", 7))]
    assert [note in each for each in said] == [False, True]
