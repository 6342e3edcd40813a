"""Words beside the numbers of pictures: coding types of one video, other sequences, copies, and counters of drones."""

import warnings

import numpy as np
import pytest
from PIL import Image

from vidpred.errors import Note
from vidpred.video import probe
from vidpred.video.frame_folder import list_frames, shown_frames


@pytest.fixture
def read(tmp_path):
    """Return the names in the order of time, how many breaks there are, and what is noted, of a folder of pictures."""

    def reading(*names):
        for name in names:
            Image.fromarray(np.full((4, 4, 3), 9, np.uint8)).save(tmp_path / name)
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always", Note)
            breaks = sum(not frame.continues for frame in shown_frames(tmp_path)) - 1
            assert probe(tmp_path).num_frames == len(list_frames(tmp_path))
        return [path.name for path in list_frames(tmp_path)], breaks, {str(note.message) for note in said}

    return reading


@pytest.mark.parametrize(
    "names",
    [
        ["0001_I.png", "0002_P.png", "0003_B.png"],
        ["I_0001.png", "P_0002.png", "B_0003.png", "I_0004.png"],
        [f"frame{number:04}_{'IBBP'[number % 4]}.png" for number in range(1, 13)],
        [f"clip-{'PBI'[number % 3]}-{number}.png" for number in range(12)],
    ],
)
def test_types_of_coded_pictures_tell_no_sequences_apart(read, names):
    assert read(*names) == (names, 0, set())


def test_letters_that_are_no_coding_types_or_come_at_one_number_are_other_sequences(read):
    assert read("1_I.png", "1_P.png", "2_I.png", "2_P.png")[:2] == (
        ["1_I.png", "2_I.png", "1_P.png", "2_P.png"],
        1,
    )


def test_words_that_change_amid_one_count_are_said_to_be_taken_for_sequences(read):
    names, breaks, notes = read("0001_day.png", "0002_night.png", "0003_day.png", "0004_night.png", "0005_dusk.png")
    assert (names[:2], breaks) == (["0001_day.png", "0003_day.png"], 2)
    (note,) = notes
    assert "taken as 3 sequences by the words in their names" in note
    assert "name them alike" in note


@pytest.mark.parametrize(
    "names",
    [
        ["1_day.png", "2_day.png", "3_night.png", "4_night.png"],  # one after the other
        ["1_L.png", "1_R.png", "2_L.png", "2_R.png"],  # each with a count of its own
        [f"{'ab'[at % 50]}_{1403636579763555584 + at * 10**6}.png" for at in (0, 1, 50, 51, 100, 101)],
        [f"{kind}_{at + late:.4f}.png" for at in (0.01, 0.06, 0.11) for kind, late in (("rgb", 0), ("depth", 0.0151))],
        [f"cam_{side}_{at + late}.png" for at in (1000, 1100, 1200) for side, late in (("a", 0), ("b", 10))],
    ],
)
def test_sequences_with_counts_of_their_own_need_no_note(read, names):
    assert read(*names)[2] == set()


@pytest.mark.parametrize(
    ("left_out", "others"),
    [
        (["a.png"], ["a copy 2.png", "a copy 3.png"]),
        (["cover.png", "last.png"], ["1.png", "2.png", "3.png"]),
    ],
)
def test_pictures_without_a_number_are_said_to_be_left_out(read, left_out, others):
    names, _, notes = read(*left_out, *others)
    assert names == others
    (note,) = notes
    assert left_out[0] in note
    assert "no number in " in note
    assert note.endswith("left out")


@pytest.mark.parametrize(
    "names",
    [
        ["DJI_0998.png", "DJI_0999.png", "DJI_0001.png", "DJI_0002.png"],
        ["DJI_0999.png", "DJI_0001.png"],
        ["IMG_9999.png", "IMG_0001.png"],
    ],
)
def test_a_counter_that_began_anew_goes_on(read, names):
    found, breaks, (note,) = read(*names)
    assert (found, breaks) == (names, 0)
    assert "counter of a camera begins anew" in note


def test_other_counters_of_four_digits_do_not_begin_anew_after_999(read):
    names = ["frame_0000.png", "frame_0001.png", "frame_0998.png", "frame_0999.png"]
    assert read(*names) == (names, 1, set())


def test_frames_of_one_film_of_a_drone_do_not_begin_anew_after_999(read):
    names = ["DJI_0042_0001.png", "DJI_0042_0002.png", "DJI_0042_0998.png", "DJI_0042_0999.png"]
    assert read(*names) == (names, 1, set())


@pytest.mark.parametrize(
    "names",
    [
        ["frame_000.png", "frame_999.png"],
        ["frame_0001.png", "frame_9999.png"],
        ["00000.png", "99999.png"],
        ["IMG_0000.png", "IMG_9999.png"],  # no camera counts from 0 on
    ],
)
def test_the_first_and_the_last_frame_of_a_video_keep_their_order(read, names):
    assert read(*names) == (names, 0, set())


@pytest.mark.parametrize("names", [["DSC09999.png", "DSC00001.png"], ["DSCN9999.png", "DSCN0001.png"]])
def test_two_pictures_of_a_camera_follow_its_counter(read, names):
    assert read(*names)[:2] == (names, 0)


def test_times_with_fractions_of_seconds_go_on_after_a_minute(read):
    names = ["58.5s.png", "59.0s.png", "59.5s.png", "1m00.0s.png", "1m00.5s.png"]
    assert read(*names) == (names, 0, set())
