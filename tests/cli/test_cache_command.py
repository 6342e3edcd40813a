"""``vidpred cache`` lists what is kept decoded, and removes what is asked for, after asking."""

import json
import os
import time

import numpy as np
import pytest
from material import assert_refused, draw_video, files_below, run_command

from vidpred.data.clip_decoding import Settings
from vidpred.data.clip_store import ClipStore
from vidpred.data.image_store import stored_images
from vidpred.frames.pictures import write_png


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A store of two videos and one collection of images, beside a file of somebody else's."""
    folder = tmp_path / "store"
    monkeypatch.setenv("VIDPRED_CACHE", str(folder))
    for name, num_frames in (("long.mp4", 30), ("short.mp4", 5)):
        ClipStore().open(draw_video(tmp_path / name, num_frames), Settings(resolution=16))
    (tmp_path / "faces").mkdir()
    for number in range(2):
        write_png(tmp_path / "faces" / f"{number}.png", np.full((4, 4, 3), number, np.uint8))
    stored_images([tmp_path / "faces" / "0.png", tmp_path / "faces" / "1.png"], 4, greyscale=False)
    (folder / "mine.npy").write_bytes(b"mine")
    (folder / f"{'0' * 32}.json").write_text('{"mine": 1}')
    return folder


def test_it_lists_names_sizes_and_the_total(store, monkeypatch, capsys):
    code, printed, _ = run_command(monkeypatch, capsys, "cache")
    *lines, total = printed.splitlines()
    assert code == 0
    assert [line.split()[0] for line in lines] == ["long.mp4", "short.mp4", "faces"]
    assert [line.split("  ")[-1] for line in lines] == [
        "30 frames of 21 x 16, seconds old",
        "5 frames of 21 x 16, seconds old",
        "2 images of 4 x 4, seconds old",
    ]
    size = sum(
        len(content) for name, content in files_below(store).items() if name not in ("mine.npy", f"{'0' * 32}.json")
    )
    assert total == f"3 in {store} take {size / 1e3:.1f} kB"


def test_without_a_yes_nothing_is_removed(store, monkeypatch, capsys):
    before = files_below(store)
    assert_refused(run_command(monkeypatch, capsys, "cache", "--remove"), "add --yes")
    assert files_below(store) == before


def test_what_is_named_is_removed_and_nothing_else(store, monkeypatch, capsys):
    before = files_below(store)
    code, printed, _ = run_command(monkeypatch, capsys, "cache", "long", "--remove", "--yes")
    assert code == 0
    assert printed.startswith("long.mp4 ")
    assert "removed 1, which took" in printed
    assert len(before) - len(files_below(store)) == 2
    assert files_below(store).items() <= before.items()
    run_command(monkeypatch, capsys, "cache", "--remove", "--yes")
    assert sorted(files_below(store)) == [f"{'0' * 32}.json", "mine.npy"]


def test_what_is_old_is_chosen_by_its_age(store, monkeypatch, capsys):
    (oldest,) = store.glob("images_*.npy")
    for path in (oldest, oldest.with_suffix(".json")):
        os.utime(path, (time.time() - 10 * 86_400,) * 2)
    _, printed, _ = run_command(monkeypatch, capsys, "cache", "--older-than", 5)
    assert printed.startswith("faces ")
    assert "10 days old" in printed
    assert f"1 in {store} takes " in printed
    assert ", of 3 that take" in printed


def test_one_frame_is_counted_in_the_singular(store, monkeypatch, capsys):
    for number in range(2):
        views = store / f"watched_{number:032}.npy"
        np.save(views, np.zeros((1, 3), np.float32))
        views.with_suffix(".json").write_text('{"source": "a.mp4"}')
    for path in store.iterdir():
        os.utime(path, (time.time() - 86_400,) * 2)
    _, printed, _ = run_command(monkeypatch, capsys, "cache")
    assert " days old" not in printed
    assert "what 2 frames show vidpred watch, 24 hours old" in printed
    _, printed, _ = run_command(monkeypatch, capsys, "cache", "a.mp4")
    assert printed.count("what 1 frame shows vidpred watch, 24 hours old") == 2


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(3599, "60 minutes old"), (90 * 60, "1.5 hours old"), (150, "2 minutes old"), (3 * 86_400, "3 days old")],
)
def test_an_age_is_said_in_the_unit_that_fits(store, monkeypatch, capsys, seconds, said):
    now = time.time()
    monkeypatch.setattr("vidpred.data.store_content.time.time", lambda: now)
    for path in store.iterdir():
        os.utime(path, (now - seconds,) * 2)
    _, printed, _ = run_command(monkeypatch, capsys, "cache", "long")
    assert printed.splitlines()[0].endswith(f", {said}")


def test_normal_videos_of_several_ages_are_listed_from_the_youngest_to_the_oldest(store, monkeypatch, capsys):
    now = time.time()
    monkeypatch.setattr("vidpred.data.store_content.time.time", lambda: now)
    for number, seconds in enumerate((10, 7200)):
        views = store / f"watched_{number:032}.npy"
        np.save(views, np.zeros((1, 3), np.float32))
        views.with_suffix(".json").write_text('{"source": "a.mp4"}')
        for path in (views, views.with_suffix(".json")):
            os.utime(path, (now - seconds,) * 2)
    assert ", seconds to 2 hours old" in run_command(monkeypatch, capsys, "cache")[1]


def test_copies_of_one_video_say_what_tells_them_apart(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "store"))
    video = draw_video(tmp_path / "a.mp4", 20)  # of 64 x 48
    ways = {"": {}, ", for data.resolution=64": {"resolution": 64}, ", repeats left out": {"least_change": 0.25}}
    ways |= {", grey": {"greyscale": True}, ", at 10 frames/s": {"frame_rate": 10.0}}
    for way in ways.values():
        ClipStore().open(video, Settings(**{"resolution": 48, **way}))
    _, printed, _ = run_command(monkeypatch, capsys, "cache")
    shown = {line.partition("20 frames of 64 x 48")[2] for line in printed.splitlines()[:-1]}
    assert shown == {f"{way}, seconds old" for way in ways}


def test_videos_of_one_name_and_size_are_told_apart_by_their_folders(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "store"))
    monkeypatch.setattr("vidpred.cli.cache.LONGEST_NAME", 1000)
    for seed, name in enumerate(("one/a.mp4", "two/a.mp4", "two/b.mp4")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        ClipStore().open(draw_video(tmp_path / name, 20, seed=seed), Settings(resolution=48))
    _, printed, _ = run_command(monkeypatch, capsys, "cache")
    shown = {line.partition("20 frames of 64 x 48")[2] for line in printed.splitlines()[:-1]}
    folders = {f", of {tmp_path / name}, seconds old" for name in ("one", "two")}
    assert shown == {*folders, ", seconds old"}


def test_a_copy_that_an_earlier_version_made_is_listed_without_how(store, monkeypatch, capsys):
    for facts in store.glob("*.json"):
        told = json.loads(facts.read_text())
        told["folder"] = 3
        told["settings"] = {"resolution": "16", "least_change": None} if "source" in told else 3
        facts.write_text(json.dumps(told))
    assert "30 frames of 21 x 16, seconds old" in run_command(monkeypatch, capsys, "cache")[1]


def test_an_empty_store_is_said_to_be_empty(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "none"))
    assert run_command(monkeypatch, capsys, "cache", "--remove")[:2] == (0, f"0 in {tmp_path / 'none'} take 0.0 kB\n")


def test_a_folder_that_is_not_there_is_refused(tmp_path, monkeypatch, capsys):
    assert_refused(run_command(monkeypatch, capsys, "cache", "--folder", tmp_path / "none"), "there is no folder")
