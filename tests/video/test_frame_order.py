"""The order of pictures by their names, and where one does not go on from another."""

from itertools import chain
from pathlib import Path
from random import Random

import pytest

from vidpred.video.frame_order import order_frames

ONE_SEQUENCE = {
    "numbers": [f"frame_{number}" for number in range(12)],
    "leading zeros": [f"{number:04}" for number in range(98, 103)],
    "every fifth": [f"{number:04}" for number in range(0, 60, 5)],
    "decimals": [f"{number * 0.25:g}" for number in range(12)],
    "decimals that end in 0": [str(number * 0.25) for number in range(12)],
    "decimals of a fixed length": [f"t={number / 10:.1f}" for number in range(-5, 12)],
    "decimal commas": [f"{number * 0.5:g}".replace(".", ",") for number in range(8)],
    "rounded thirds": [f"{number / 30:.3g}s" for number in range(14)],
    "exponents": [f"{number * 1e-5:g}" for number in range(12)],
    "clock of a camera": ["1305031102.175304", "1305031102.211214", "1305031102.243211", "1305031102.275326"],
    "negative": [str(number) for number in range(-12, 3)],
    "signed": [f"{number:+04d}" for number in range(-12, 3)],
    "signed decimals after =": [f"t={number * 0.5:+.1f}" for number in range(-5, 5)],
    "negative after a letter": [f"frame{number}" for number in range(-12, 3)],
    "negative after _": [f"t_{number}" for number in range(-12, 0)],
    "negative decimals": [f"{number * 0.5:g}" for number in range(-5, 5)],
    "a dash that is no minus": [f"frame-{number}" for number in range(12)],
    "dates": ["2023-12-30", "2023-12-31", "2024-01-01", "2024-01-02"],
    "times of day": [f"12-30-{second}" for second in range(55, 60)] + [f"12-31-{second:02}" for second in range(5)],
    "dates and times": ["IMG_20231231_235958", "IMG_20231231_235959", "IMG_20240101_000000", "IMG_20240101_000001"],
    "a counter beside a date": [f"20240105_{number:06}" for number in range(55, 65)],
    "a version before": [f"v1.2_{number}" for number in range(12)],
    "a number before": [f"shot1.{number}" for number in range(1, 13)],
    "a constant number after": [f"{number}_of_12" for number in range(12)],
    "a time that goes along": [f"frame_{number}_{1000 + 33 * number}ms" for number in range(12)],
    "digits of other scripts": ["\u0667", "\u0668", "\u0669", "\u0661\u0660"],
}
SEVERAL_SEQUENCES = {
    "letters": [[f"{letter}_{number:03}" for number in range(5)] for letter in "ab"],
    "cameras": [[f"cam{camera}_{number:03}" for number in range(5)] for camera in (1, 2, 10)],
    "cameras after": [[f"{number:03}_cam{camera}" for number in range(5)] for camera in (1, 2)],
    "shots": [[f"shot{shot}.{number:04}" for number in range(1, 5)] for shot in (1, 2)],
    "shots without leading zeros": [[f"{shot}.{number}" for number in range(12)] for shot in (1, 2)],
    "frames with a time of each shot": [[f"s{shot}_{n}_{900 + 7 * n}" for n in range(5)] for shot in (1, 2)],
    "gap": [["1", "2", "3"], ["7", "8", "9"]],
    "gap among every fifth": [["0", "5", "10", "15"], ["25", "30"]],
    "gap among decimals": [["0", "0.25", "0.5"], ["2", "2.25"]],
    "many gaps": [["0", "1", "2"], ["7"], ["14"], ["23"]],
    "gap on an unsteady clock": [["0.1", "1.13", "1.96", "3.07"], ["9.2", "10.22"]],
    "gap from negative": [["-3", "-2", "-1"], ["3", "4", "5"]],
}


def shuffled(names):
    paths = [Path(f"{name}.png") for name in names]
    Random(0).shuffle(paths)
    return paths


@pytest.mark.parametrize("kind", ONE_SEQUENCE)
def test_names_of_one_sequence_come_in_the_order_of_time(kind):
    names = ONE_SEQUENCE[kind]
    frames = order_frames(shuffled(names))
    assert [frame.path.stem for frame in frames] == names
    assert [frame.continues for frame in frames] == [False] + [True] * (len(names) - 1)


@pytest.mark.parametrize("kind", SEVERAL_SEQUENCES)
def test_no_sequence_goes_on_from_another(kind):
    sequences = SEVERAL_SEQUENCES[kind]
    names = list(chain(*sequences))
    frames = order_frames(shuffled(names))
    assert [frame.path.stem for frame in frames] == names
    assert [frame.continues for frame in frames] == [index > 0 for names in sequences for index in range(len(names))]


def test_suffix_and_case_make_no_sequence():
    frames = order_frames([Path("F2.JPG"), Path("f3.png"), Path("f1.png")])
    assert [frame.path.name for frame in frames] == ["f1.png", "F2.JPG", "f3.png"]
    assert [frame.continues for frame in frames] == [False, True, True]


def test_pictures_of_one_number_are_told_by_their_place():
    frames = order_frames([Path("1.png"), Path("2.png"), Path("1.jpg"), Path("2.jpg")])
    assert [frame.number for frame in frames] == [1, 1, 2, 2]
    assert len({frame.sequence for frame in frames}) == 1


@pytest.mark.parametrize(
    "name", ["1²2", "1e+99999999999", "9" * 200, "1.2.3.4.5", "--1", "-", "²1", "99-99-99", "1,,2"]
)
def test_odd_names_have_a_place(name):
    digits = any(letter.isdecimal() for letter in name)
    paths = [Path("0001.png"), *([Path(f"{name}.png")] if digits else [])]
    assert {frame.path for frame in order_frames(paths)} == set(paths)


def test_no_pictures_have_no_order():
    assert order_frames([]) == []
