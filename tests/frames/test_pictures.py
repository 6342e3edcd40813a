"""The pictures show what they say, at any size."""

import numpy as np
import pytest
from PIL import Image

from vidpred.frames.pictures import (
    FUTURE,
    absolute_error,
    amplification,
    contact_sheet,
    draw_curves,
    grid,
    heat,
    heat_maps,
    mark_future,
    sample_sheet,
    side_by_side,
    write_png,
)

CONTEXT, TRUTH, PREDICTED = (200, 0, 0), (0, 200, 0), (0, 0, 200)


def plain(colour, num_frames, height=32, width=48):
    return np.broadcast_to(np.uint8(colour), (num_frames, height, width, 3)).copy()


def extent(picture, colour):
    """Return the first and last row and column of ``colour``."""
    rows, columns = np.nonzero((picture == colour).all(axis=-1))
    return rows.min(), rows.max(), columns.min(), columns.max()


def test_sheet_shows_context_then_truth_then_prediction_from_top_to_bottom():
    sheet = contact_sheet(plain(CONTEXT, 4), plain(PREDICTED, 3), plain(TRUTH, 3))
    context, truth, predicted = (extent(sheet, colour) for colour in (CONTEXT, TRUTH, PREDICTED))
    assert context[0] < truth[0] <= truth[1] < predicted[0]
    assert context[1] > predicted[1]  # copy last shows the context's last frame below the prediction


def test_sheet_leaves_out_truth_and_error_where_the_future_is_unknown():
    known = contact_sheet(plain(CONTEXT, 4), plain(PREDICTED, 3), plain(TRUTH, 3))
    unknown = contact_sheet(plain(CONTEXT, 4), plain(PREDICTED, 3), plain(TRUTH, 0))
    row = extent(known, PREDICTED)[0] - extent(known, TRUTH)[0]
    assert known.shape[0] - unknown.shape[0] == 2 * row
    assert np.array_equal(unknown, contact_sheet(plain(CONTEXT, 4), plain(PREDICTED, 3)))


def test_sheet_shows_truth_only_for_the_steps_that_have_it():
    sheet = contact_sheet(plain(CONTEXT, 4), plain(PREDICTED, 4), plain(TRUTH, 2))
    assert extent(sheet, TRUTH)[3] < sum(extent(sheet, PREDICTED)[2:]) / 2


def test_sheet_of_a_long_horizon_shows_evenly_spaced_steps_up_to_the_last():
    prediction = np.stack([plain((0, 0, step), 1)[0] for step in range(100, 150)])
    sheet = contact_sheet(plain(CONTEXT, 4), prediction, max_columns=4)
    shown = [step for step in range(100, 150) if (sheet == (0, 0, step)).all(axis=-1).any()]
    assert shown == [110, 123, 136, 149]


def test_sheet_shows_the_most_recent_context_frames():
    context = np.stack([plain((age, 0, 0), 1)[0] for age in (110, 120, 130, 140)])
    sheet = contact_sheet(context, plain(PREDICTED, 2))
    seen = [age for age in (110, 120, 130, 140) if (sheet == (age, 0, 0)).all(axis=-1).any()]
    assert seen == [130, 140]


def test_sheet_enlarges_small_frames_by_whole_factors_without_smoothing():
    prediction = np.zeros((1, 16, 16, 3), np.uint8)
    prediction[0, 4, 4] = PREDICTED
    sheet = contact_sheet(np.zeros((1, 16, 16, 3), np.uint8), prediction)
    top, bottom, left, right = extent(sheet, PREDICTED)
    assert (bottom - top + 1, right - left + 1) == (8, 8)
    assert (sheet == PREDICTED).all(axis=-1).sum() == 64


def test_sheet_averages_large_frames():
    checkers = (np.indices((512, 512)).sum(0) % 2)[None, ..., None] * np.uint8(PREDICTED)
    sheet = contact_sheet(plain(CONTEXT, 1, 512, 512), checkers.astype(np.uint8))
    assert (sheet == (0, 0, PREDICTED[2] // 2)).all(axis=-1).sum() == 256 * 256


@pytest.mark.parametrize("shape", [(1, 1), (3, 400), (400, 3), (1080, 1920)])
def test_sheet_and_films_of_frames_of_any_size_can_be_drawn(shape):
    clip = np.full((2, *shape, 1), 50, np.uint8)
    assert contact_sheet(clip, clip, clip).shape[-1] == 3
    assert [frame.shape for frame in mark_future(clip)] == [(*shape, 3)] * 2
    assert len(list(side_by_side(clip, clip))) == 2


def test_error_of_8_bit_frames_does_not_wrap_around():
    black, white = np.zeros((1, 2, 2, 3), np.uint8), np.full((1, 2, 2, 3), 255, np.uint8)
    assert (absolute_error(black, white) == 255).all()
    assert (absolute_error(white, black) == 255).all()


@pytest.mark.parametrize(("error", "factor"), [(0, 16), (10, 16), (60, 4), (128, 1), (255, 1)])
def test_amplification_makes_the_largest_error_nearly_white(error, factor):
    assert amplification(np.full((2, 4, 4, 1), error, np.float32)) == factor


def test_sheet_shows_the_error_times_its_factor():
    sheet = contact_sheet(plain(CONTEXT, 1), plain((60, 60, 60), 1), plain((0, 0, 0), 1))
    assert (sheet == (240, 240, 240)).all(axis=-1).sum() >= 32 * 48


def test_marked_frames_have_an_orange_border_and_keep_their_middle():
    frames = np.random.default_rng(0).integers(0, 200, (3, 120, 160, 3), dtype=np.uint8)
    for marked, frame in zip(mark_future(frames), frames, strict=True):
        for edge in (marked[:2], marked[-2:], marked[:, :2], marked[:, -2:]):
            assert (edge == FUTURE).all()
        assert np.array_equal(marked[60:-2, 2:-2], frame[60:-2, 2:-2])


def test_marked_frames_say_how_far_ahead_they_are():
    first, second = mark_future(np.zeros((2, 120, 160, 3), np.uint8))
    assert not np.array_equal(first, second)
    assert np.array_equal(first[40:], second[40:])


def test_frames_too_small_for_writing_get_the_border_alone():
    (marked,) = mark_future(np.full((1, 16, 16, 1), 9, np.uint8))
    assert (marked[2:-2, 2:-2] == 9).all()
    assert (marked[:2] == FUTURE).all()


def test_marking_leaves_the_prediction_itself_untouched():
    frames = np.zeros((1, 32, 32, 3), np.uint8)
    list(mark_future(frames))
    assert not frames.any()


def test_side_by_side_shows_truth_left_and_prediction_right_unchanged():
    truth, predicted = np.random.default_rng(0).integers(0, 256, (2, 3, 40, 60, 3), dtype=np.uint8)
    for step, frame in enumerate(side_by_side(truth, predicted)):
        assert np.array_equal(frame[-40:, :60], truth[step])
        assert np.array_equal(frame[-40:, -60:], predicted[step])


def test_side_by_side_ends_with_the_truth():
    assert len(list(side_by_side(plain(TRUTH, 2), plain(PREDICTED, 5)))) == 2


@pytest.mark.parametrize("channels", [1, 3])
def test_png_holds_the_very_frame(tmp_path, channels):
    frame = np.random.default_rng(0).integers(0, 256, (7, 9, channels), dtype=np.uint8)
    write_png(tmp_path / "frame.png", frame)
    assert np.array_equal(np.atleast_3d(np.asarray(Image.open(tmp_path / "frame.png"))), frame)


def test_png_that_cannot_be_finished_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "frame.png"
    write_png(path, plain(TRUTH, 1)[0])
    before = path.read_bytes()

    def full_disk(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("vidpred.machine.files.os.fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_png(path, plain(PREDICTED, 1)[0])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_curves_have_a_panel_per_metric(tmp_path):
    lines = {"ours": [3.0, 2.0, 1.0], "copy_last": [2.0, 1.0, 0.5]}
    draw_curves(tmp_path / "one.png", {"psnr (dB)": lines})
    draw_curves(tmp_path / "three.png", {"psnr (dB)": lines, "ssim": lines, "sharpness": lines})
    one, three = (Image.open(tmp_path / name).size for name in ("one.png", "three.png"))
    assert three == (3 * one[0], one[1])


def test_a_grid_shows_every_video_in_its_cell_from_left_to_right_and_top_to_bottom():
    colours = [(50 * number, 200, 0) for number in range(1, 5)]
    (picture,) = grid([plain(colour, 1) for colour in colours])
    places = [extent(picture, colour) for colour in colours]
    assert [place[1] - place[0] + 1 for place in places] == [32] * 4
    assert [place[3] - place[2] + 1 for place in places] == [48] * 4
    assert places[0][0] == places[1][0] < places[2][0] == places[3][0]
    assert places[0][2] == places[2][2] < places[1][2] == places[3][2]


@pytest.mark.parametrize(("number", "columns"), [(1, 1), (2, 2), (4, 2), (8, 4), (6, 3)])
def test_a_grid_comes_close_to_the_shape_of_a_screen(number, columns):
    (picture,) = grid([plain((9, 9, 9), 1, 90, 120)] * number)
    cells = (picture[45] == 9).all(axis=-1).sum() / 120
    assert cells == columns


def test_a_grid_of_large_videos_is_shrunk_to_a_screen():
    (picture,) = grid([plain(PREDICTED, 1, 1080, 1920)] * 4)
    assert picture.shape[1] <= 1920
    assert (picture == PREDICTED).all(axis=-1).mean() > 0.9


def test_a_grid_is_as_long_as_its_videos():
    assert len(list(grid([plain(PREDICTED, 5), plain(TRUTH, 5)]))) == 5


def test_heat_goes_from_black_over_orange_to_white():
    assert heat(np.array([[0, 0.5, 1, 0.25]])).tolist() == [[[0, 0, 0], [255, 140, 0], [255, 255, 255], [128, 70, 0]]]


def test_heat_maps_share_one_scale_that_is_written_above_them():
    values = np.zeros((2, 64, 160))
    values[0, :, :80], values[1, :, :80] = 40.0, 20.0
    first, second = heat_maps(values)
    assert (first[-64:, :80] == 255).all()
    assert (second[-64:, :80] == FUTURE).all()
    assert not first[-64:, 80:].any()
    assert first[:-64].max() > 100


@pytest.mark.parametrize("width", [8, 32, 64, 96, 160, 320])
def test_no_caption_of_a_heat_map_is_cut_off(width):
    for shown in heat_maps(np.full((2, 48, width), 71.0), num_known=2):
        assert not shown[:20, -1].any()


def test_the_caption_of_a_small_heat_map_tells_the_scale():
    few, many = (list(heat_maps(np.full((1, 48, 128), level), num_known=1)) for level in (71.0, 7.0))
    assert all((a[:20] != b[:20]).any() for a, b in zip(few, many, strict=True))


def test_a_sample_sheet_shows_context_truth_samples_and_spread_from_top_to_bottom():
    samples = np.stack([plain(colour, 3) for colour in ((0, 0, 150), (0, 0, 250))])
    sheet = sample_sheet(plain(CONTEXT, 4), samples, plain(TRUTH, 2), np.full((3, 32, 48), 7.0))
    tops = [extent(sheet, colour)[0] for colour in (CONTEXT, TRUTH, (0, 0, 150), (0, 0, 250))]
    assert tops == sorted(tops)
    assert extent(sheet, TRUTH)[3] < extent(sheet, (0, 0, 250))[3]
    shorter = sample_sheet(plain(CONTEXT, 4), samples, plain(TRUTH, 0), None)
    assert len(sheet) - len(shorter) == 2 * (tops[1] - tops[0])
