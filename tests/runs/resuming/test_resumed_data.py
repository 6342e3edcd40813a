"""A run that goes on though its videos have changed."""

import json
import os
import shutil

import pytest
from material import draw_video, files_below

from vidpred.errors import VidpredError
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.resuming.resumed_data import known_split
from vidpred.runs.settings import parse_config
from vidpred.runs.settings.paths import with_safe_cache, without_paths
from vidpred.runs.train import resume_run, start_run, train_or_resume

SETTINGS = (
    *("data.name=video_folder", "data.resolution=32", "data.crop=32", "objective.adversarial_weight=0"),
    *("train.steps=1", "log.validation_clips=2", "log.preview_frames=1", "log.sample_every=100"),
)


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def videos(tmp_path):
    for number in range(3):
        draw_video(tmp_path / "videos" / f"{number}.mp4", 10, 32, 40, seed=number)
    return tmp_path / "videos"


@pytest.fixture
def run(small_config, videos, tmp_path):
    """A run of one step on three videos."""
    start_run(small_config(*SETTINGS).on_data(videos), tmp_path / "run", "cpu", say=lambda _: None)
    return tmp_path / "run"


def last(run):
    return run / "checkpoints" / "last.safetensors"


def validation_of(run):
    return set(Checkpoint.load(last(run), only=()).facts["known_split"]["validation"].values())


def add_videos(folder):
    for number in range(3, 14):
        draw_video(folder / f"{number}.mp4", 10, 32, 40, seed=number)


def forget_the_record(run):
    """Make a run's checkpoint one of before it recorded which videos it was on."""
    saved = Checkpoint.load(last(run))
    facts = {key: value for key, value in saved.facts.items() if key != "known_split"}
    Checkpoint(saved.config, facts, saved.step, saved.state, saved.scores, saved.environment).save(last(run))


@pytest.mark.parametrize("recorded", [True, False], ids=["recorded", "by its table"])
def test_videos_that_are_added_are_trained_on_and_the_validation_videos_stay(run, videos, recorded):
    before = validation_of(run)
    if not recorded:
        forget_the_record(run)
    add_videos(videos)
    said = []
    resume_run(run, "cpu", steps=2, say=said.append)
    assert validation_of(run) == before
    notes = [line for text in said for line in text.splitlines() if line.startswith("note: ")]
    assert any("added to training: 10.mp4" in note and "validat" in note for note in notes)
    assert not any("known_split" in note for note in notes)
    resume_run(run, "cpu", steps=3, say=(said := []).append)
    assert validation_of(run) == before
    assert not any("note: " in text for text in said)


@pytest.mark.parametrize("recorded", [True, False], ids=["recorded", "by its table"])
def test_a_run_stays_on_predictions_that_it_began_with_and_takes_no_new_ones(
    small_config, videos, tmp_path, monkeypatch, recorded
):
    shutil.copy(draw_video(tmp_path / "other.mp4", 10, 32, 40, seed=9), videos / "0_future.mp4")
    # as before they were left out
    monkeypatch.setattr(
        "vidpred.data.usable_videos.set_predicted_apart", lambda paths: (paths, [])
    )  # as before they were left out
    run = tmp_path / "run"
    start_run(small_config(*SETTINGS).on_data(videos), run, "cpu", say=lambda _: None)
    monkeypatch.undo()
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))
    if not recorded:
        forget_the_record(run)
    draw_video(videos / "1_future.mp4", 10, 32, 40, seed=10)
    resume_run(run, "cpu", steps=2, say=(said := []).append)
    split = Checkpoint.load(last(run), only=()).facts["known_split"]
    assert set(split["training"].values()) | set(split["validation"].values()) == {
        *("0.mp4", "0_future.mp4", "1.mp4", "2.mp4")
    }
    assert "1_future.mp4" in "".join(said)
    assert not any("the videos have changed" in text for text in said)


def test_a_run_that_is_moved_with_its_videos_keeps_its_validation_videos(run, videos, tmp_path):
    before = validation_of(run)
    run = run.rename(tmp_path / "moved")
    videos = videos.rename(tmp_path / "elsewhere")
    add_videos(videos)
    resume_run(run, "cpu", steps=2, source=videos, say=lambda _: None)
    assert validation_of(run) == before


def test_a_run_that_is_asked_for_twice_keeps_its_validation_videos(small_config, run, videos):
    before = validation_of(run)
    add_videos(videos)
    longer = (*SETTINGS, "train.steps=2")
    saved = Checkpoint.load(last(run))
    config = small_config(*longer).on_data(videos)
    Checkpoint(config.model_dump(mode="json"), saved.facts, 1, saved.state, saved.scores).save(last(run))
    train_or_resume(config, run, "cpu")
    assert validation_of(run) == before


def test_what_is_recorded_is_plain_and_small(run):
    split = Checkpoint.load(last(run), only=()).facts["known_split"]
    assert sorted(split) == ["training", "validation"]
    assert sorted(set(split["training"].values()) | set(split["validation"].values())) == ["0.mp4", "1.mp4", "2.mp4"]
    assert len(json.dumps(split)) < 3 * 2 * 40


def test_what_a_killed_process_left_in_a_run_is_swept_when_it_goes_on(run):
    for name in (".last.0123abcd.safetensors", "../.config.0123abcd.yaml", ".mine.safetensors"):
        (run / "checkpoints" / name).touch()
    resume_run(run, "cpu", steps=2, say=lambda _: None)
    assert [name for name in files_below(run) if "/." in f"/{name}"] == ["checkpoints/.mine.safetensors"]


def with_cache(run, folder):
    """Make a run say that it keeps decoded videos in ``folder``."""
    saved = Checkpoint.load(last(run))
    config = {**saved.config, "data": {**saved.config["data"], "cache": str(folder)}}
    Checkpoint(config, saved.facts, saved.step, saved.state, saved.scores).save(last(run))


def test_a_folder_that_only_a_run_names_is_not_written_to_when_it_goes_on(run, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / ".mine.npy").touch()
    os.utime(tmp_path / "elsewhere" / ".mine.npy", (0, 0))
    with_cache(run, tmp_path / "elsewhere")
    resume_run(run, "cpu", steps=2, say=(said := []).append)
    assert list(files_below(tmp_path / "elsewhere")) == [".mine.npy"]
    assert any(f"data.cache={tmp_path / 'elsewhere'} is no folder of decoded videos here" in text for text in said)


def test_a_folder_of_decoded_videos_that_a_run_names_is_used_on(run, tmp_path):
    shutil.move(tmp_path / "cache", tmp_path / "store")
    with_cache(run, tmp_path / "store")
    resume_run(run, "cpu", steps=2, say=(said := []).append)
    assert not (tmp_path / "cache").exists()
    assert not any("data.cache" in text for text in said)


def test_a_folder_that_the_user_names_is_used(tmp_path):
    config = parse_config({"data": {"name": "video_folder", "cache": "there"}})
    assert with_safe_cache(config, tmp_path, print).data.options == {"cache": tmp_path}


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        (
            {"name": "video_folder", "source": "s", "cache": "c", "only": "o", "validation_only": "v", "crop": 32},
            "crop",
        ),
        ({"name": "video_folder", "source": "s", "validation_source": "v", "flip": True}, "flip"),
        ({"name": "image_folder", "source": "s", "cache": "c", "labels": False}, "labels"),
        ({"name": "torchvision", "source": "s", "cache": "c", "download": True, "labels": False}, "labels"),
    ],
)
def test_of_the_paths_of_a_data_set_only_its_source_is_left(data, kept):
    assert set(without_paths(parse_config({"data": data})).data.options) == {"source", kept}


def test_a_record_of_another_kind_counts_as_none():
    assert known_split({"known_split": 3}) == known_split({}) == {}


def test_where_videos_have_moved_to_is_asked_for_and_taken(run, videos):
    moved = videos.rename(videos.with_name("elsewhere"))
    with pytest.raises(VidpredError) as raised:
        resume_run(run, "cpu", steps=2)
    assert str(raised.value) == (
        f"the data of the run in {run} are not there any more: {videos} does not exist; name where they are now, as "
        f"`vidpred train VIDEOS --resume {run}`"
    )
    assert resume_run(run, "cpu", steps=2, source=moved, say=lambda _: None).outcome.step == 2
