"""Pictures come in the order of time where the counter of a camera began anew, and only there."""

import pytest
from drawing import pan
from PIL import Image

from vidpred.errors import Note
from vidpred.video import frame_folder
from vidpred.video.frame_folder import shown_frames


def draw_wrapped(folder, numbers, form="IMG_{:04}.jpg", taken=None):
    folder.mkdir()
    for place, (number, frame) in enumerate(zip(numbers, pan(len(numbers)), strict=True)):
        exif = Image.Exif()
        if taken:
            exif[0x010F] = "maker"  # else Pillow writes none into PNG
            exif.get_ifd(0x8769)[0x9003] = f"2024:01:31 23:59:{taken[place]:02}"
        Image.fromarray(frame).save(folder / form.format(number), exif=exif)
    return folder


@pytest.mark.parametrize("taken", [None, range(5)], ids=["unsaid", "by EXIF"])
@pytest.mark.parametrize(
    ("form", "numbers"),
    [
        ("IMG_{:04}.jpg", [9998, 9999, 1, 2, 3]),
        ("{:05}.png", [99_997, 99_998, 99_999, 0, 1]),
        ("DSC{:05}.JPG", [9998, 9999, 1, 2, 3]),
    ],
)
def test_a_counter_of_a_camera_that_began_anew_goes_on(tmp_path, recwarn, form, numbers, taken):
    folder = draw_wrapped(tmp_path / "walk", numbers, form, taken)
    assert [path.name for path in frame_folder.list_frames(folder)] == [form.format(number) for number in numbers]
    assert [frame.continues for frame in shown_frames(folder)] == [False, True, True, True, True]
    said = [str(warning.message) for warning in recwarn if warning.category is Note]
    assert len(said) == (taken is None)
    assert not said or f"{form.format(numbers[-1])[:3]}" in said[0]


@pytest.mark.parametrize(
    ("numbers", "taken"),
    [
        ([1, 2, 3, 9998, 9999], range(5)),  # taken in this order
        ([1, 2, 3, 9996, 9997], None),  # not up to the last
        ([2, 3, 4, 9998, 9999], None),
        ([1, 2, 50, 51, 9999], None),  # more than one gap
    ],
)
def test_numbers_that_did_not_begin_anew_stay_in_their_order(tmp_path, recwarn, numbers, taken):
    folder = draw_wrapped(tmp_path / "walk", numbers, taken=taken)
    assert [path.name for path in frame_folder.list_frames(folder)] == [f"IMG_{number:04}.jpg" for number in numbers]
    assert not recwarn


@pytest.mark.parametrize("taken", [None, [7] * 500], ids=["unsaid", "all at once by EXIF"])
def test_as_many_frames_as_a_counter_has_may_lack_some(tmp_path, recwarn, taken):
    numbers = [*range(1, 241), *range(740, 1000)]
    folder = draw_wrapped(tmp_path / "walk", numbers, "{:03}.png", taken)
    assert [path.name for path in frame_folder.list_frames(folder)] == [f"{number:03}.png" for number in numbers]
    assert not recwarn


@pytest.mark.parametrize("form", ["{}_{:04}.jpg", "{}MEDIA_DJI_{:04}.png", "DCIM_{}-{:04}.jpg"])
def test_a_camera_that_began_its_next_folder_goes_on(tmp_path, form):
    names = [form.format(*number) for number in [(100, 9997), (100, 9998), (100, 9999), (101, 1), (101, 2)]]
    folder = draw_wrapped(tmp_path / "walk", names, "{}")
    assert [path.name for path in frame_folder.list_frames(folder)] == names
    assert [frame.continues for frame in shown_frames(folder)] == [False, True, True, True, True]


@pytest.mark.parametrize(
    ("form", "numbers"),
    [
        ("{}_{:04}.jpg", [(100, 9997), (100, 9998), (101, 1), (101, 2)]),  # not up to the last
        ("{}_{:04}.jpg", [(100, 9998), (100, 9999), (102, 1), (102, 2)]),
        ("shot{}_{:03}.jpg", [(1, 998), (1, 999), (2, 0), (2, 1)]),
    ],
)
def test_another_sequence_that_no_camera_began_does_not_go_on(tmp_path, form, numbers):
    folder = draw_wrapped(tmp_path / "walk", [form.format(*number) for number in numbers], "{}")
    assert [frame.continues for frame in shown_frames(folder)] == [False, True, False, True]
