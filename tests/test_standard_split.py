"""The standard splits of KTH and UCF101, on small trees of the same shape."""

import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
from material import draw_frames, draw_video, files_below
from PIL import Image

from vidpred.data import video_folder
from vidpred.video import find_sources

SCRIPT = Path(__file__).parents[1] / "scripts" / "standard_split.py"


@pytest.fixture
def split(monkeypatch, capsys):
    """Run the script; return its exit code, and what it printed to stdout and stderr."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", [SCRIPT.name, *map(str, arguments)])
        try:
            runpy.run_path(str(SCRIPT), run_name="__main__")
        except SystemExit as end:
            return 1, capsys.readouterr().out, str(end.code)
        return 0, *capsys.readouterr()

    return run


def refused(ended, *mentioned):
    code, _, message = ended
    assert code == 1
    assert message.startswith("standard_split: error: ")
    assert len(message.splitlines()) == 1
    for word in mentioned:
        assert word in message


def touch(path, content=""):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


@pytest.fixture
def kth(tmp_path):
    for person in range(1, 26):
        for action in ("boxing", "walking"):
            touch(tmp_path / "kth" / action / f"person{person:02d}_{action}_d1_uncomp.avi", f"{person} {action}")
    return tmp_path / "kth"


@pytest.fixture
def ucf101(tmp_path):
    for group in range(1, 25):
        touch(tmp_path / "ucf" / "YoYo" / f"v_YoYo_g{group:02d}_c01.avi", str(group))
    touch(tmp_path / "ucf" / "HandstandPushups" / "v_HandStandPushups_g01_c01.avi")
    lines = [f"YoYo/v_YoYo_g{group:02d}_c01.avi" for group in range(1, 25)]
    touch(tmp_path / "lists" / "trainlist01.txt", "".join(f"{line} 101\r\n" for line in lines[12:]))
    touch(
        tmp_path / "lists" / "testlist01.txt",
        "HandstandPushups/v_HandstandPushups_g01_c01.avi\n" + "\n".join(lines[:11]),
    )
    return tmp_path / "ucf"


def persons(folder):
    return {int(video.name[6:8]) for video in find_sources(folder)}


def test_kth_is_split_by_person_into_links_to_the_originals(split, kth, tmp_path):
    before = files_below(kth)
    code, stdout, _ = split("kth", kth, tmp_path / "out")
    assert code == 0
    assert persons(tmp_path / "out" / "train") == set(range(1, 17))
    assert persons(tmp_path / "out" / "test") == set(range(17, 26))
    linked = tmp_path / "out" / "train" / "boxing" / "person03_boxing_d1_uncomp.avi"
    assert linked.is_symlink()
    assert linked.read_text() == "3 boxing"
    assert files_below(kth) == before
    assert "test: 18 videos" in stdout


def test_kth_can_be_split_as_stochastic_video_generation_does(split, kth, tmp_path):
    assert split("kth", kth, tmp_path / "out", "--train-persons", 20)[0] == 0
    assert persons(tmp_path / "out" / "train") == set(range(1, 21))
    assert persons(tmp_path / "out" / "test") == set(range(21, 26))


def test_split_is_read_by_the_video_folder_from_files_and_from_folders_of_frames(split, tmp_path, monkeypatch):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))
    draw_video(tmp_path / "kth" / "person01_running_d1_uncomp.avi.mp4", seed=1)
    (tmp_path / "kth" / "person17_running_d1").mkdir()
    frames = draw_frames(seed=2)
    for number, frame in enumerate(frames):
        Image.fromarray(frame).save(tmp_path / "kth" / "person17_running_d1" / f"image_{number:04d}.png")
    assert split("kth", tmp_path / "kth", tmp_path / "out")[0] == 0
    data = video_folder(
        tmp_path / "out" / "train", 5, resolution=48, crop=32, validation_source=tmp_path / "out" / "test"
    )
    assert data.train.video(0) == "person01_running_d1_uncomp.avi.mp4"
    assert data.validation.video(0) == "person17_running_d1"
    np.testing.assert_array_equal(data.validation.full_frames(0), frames[:5])


def test_ucf101_follows_the_official_lists(split, ucf101, tmp_path):
    assert split("ucf101", ucf101, tmp_path / "out", "--lists", tmp_path / "lists")[0] == 0
    train, test = (sorted(path.name for path in find_sources(tmp_path / "out" / side)) for side in ("train", "test"))
    assert train == [f"v_YoYo_g{group:02d}_c01.avi" for group in range(13, 25)]
    assert test == ["v_HandStandPushups_g01_c01.avi", *(f"v_YoYo_g{group:02d}_c01.avi" for group in range(1, 12))]


def test_every_tenth_test_video_begins_with_the_first(split, ucf101, tmp_path):
    split("ucf101", ucf101, tmp_path / "out", "--lists", tmp_path / "lists", "--every", 10)
    names = [path.name for path in find_sources(tmp_path / "out" / "test")]
    assert names == ["v_HandStandPushups_g01_c01.avi", "v_YoYo_g10_c01.avi"]
    assert len(find_sources(tmp_path / "out" / "train")) == 12


def test_existing_folder_is_never_touched(split, kth, tmp_path):
    touch(tmp_path / "out" / "mine.txt", "mine")
    refused(split("kth", kth, tmp_path / "out"), "out exists")
    assert files_below(tmp_path / "out") == {"mine.txt": b"mine"}


def test_video_of_no_person_is_named(split, kth, tmp_path):
    touch(kth / "holiday.avi")
    refused(split("kth", kth, tmp_path / "out"), "holiday.avi", "person01_boxing_d1_uncomp.avi")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("number", [0, 25])
def test_side_without_persons_is_refused(split, kth, tmp_path, number):
    refused(split("kth", kth, tmp_path / "out", "--train-persons", number), "both sides need some")


def test_listed_video_that_is_missing_is_named(split, ucf101, tmp_path):
    (ucf101 / "YoYo" / "v_YoYo_g20_c01.avi").unlink()
    ended = split("ucf101", ucf101, tmp_path / "out", "--lists", tmp_path / "lists")
    refused(ended, "of the 12 videos", "1 are not in", "such as YoYo/v_YoYo_g20_c01.avi")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "mentioned"),
    [
        (["--lists", "elsewhere"], "trainlist01.txt cannot be read"),
        (["--lists", "lists", "--split", "2"], "trainlist02.txt cannot be read"),
        (["--lists", "lists", "--every", "0"], "--every is 0"),
    ],
)
def test_impossible_request_is_refused_in_one_sentence(split, ucf101, tmp_path, arguments, mentioned):
    arguments = [str(tmp_path / word) if word in ("lists", "elsewhere") else word for word in arguments]
    refused(split("ucf101", ucf101, tmp_path / "out", *arguments), mentioned)


def test_missing_source_is_refused(split, tmp_path):
    refused(split("kth", tmp_path / "nowhere", tmp_path / "out"), "nowhere is no folder")
