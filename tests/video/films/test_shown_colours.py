"""Films that are written of a film are shown in its colours: those of HDR, of wide gamuts and of plain films."""

from fractions import Fraction

import av
import numpy as np
import pytest
from drawing import draw_video, pan
from films import facts
from material import run_command

from vidpred.video import decode, probe, write_video
from vidpred.video.window import Colours

PQ, HLG, WIDE_SDR, DISPLAY_P3, PLAIN = (9, 16), (9, 18), (9, 14), (12, 1), (1, 1)
BT_2020_MATRIX, BT_709_MATRIX = 9, 1


def tagged(path, primaries, transfer, frames=12):
    """Write a picture that slides along, 10 bits deep, with these tags; return the path."""
    rows, columns = np.mgrid[:48, :64]
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx265", rate=25, options={"x265-params": "log-level=none:crf=4"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p10le"
        context = stream.codec_context
        context.color_primaries, context.color_trc = primaries, transfer
        context.colorspace, context.color_range = BT_2020_MATRIX if primaries == 9 else BT_709_MATRIX, 1
        for number in range(frames):
            waves = np.sin((columns - number) / 6) * np.cos(rows / 8)
            rgb = np.stack([120 + 60 * waves, 120 + 40 * waves, 130 - 50 * waves], axis=-1).round().astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(rgb, "rgb24").reformat(
                format="yuv420p10le", dst_colorspace=int(context.colorspace)
            )
            frame.pts, frame.time_base = number, Fraction(1, 25)
            frame.colorspace, frame.color_range = context.colorspace, 1
            film.mux(stream.encode(frame))
        film.mux(stream.encode())
    return path


@pytest.mark.parametrize("colours", [PQ, HLG, WIDE_SDR, DISPLAY_P3, PLAIN])
def test_a_prediction_is_shown_in_the_colours_of_its_clip(tmp_path, monkeypatch, capsys, colours):
    clip = tagged(tmp_path / "clip.mp4", *colours)
    out = tmp_path / "future.mp4"
    words = ("predict", clip, "--checkpoint", "copy_last", "--horizon", "2", "--out", out, "--plain")
    code, _, stderr = run_command(monkeypatch, capsys, *words)
    assert code == 0, stderr
    assert probe(clip).colours == probe(out).colours == Colours(*colours)
    (matrix, _, primaries, transfer) = map(int, facts(out)[1])
    assert (primaries, transfer) == colours
    assert matrix == (BT_2020_MATRIX if colours[0] == 9 else BT_709_MATRIX)
    known, shown = list(decode(clip)), list(decode(out))
    assert np.abs(shown[0].astype(int) - known[-len(shown) + 2]).mean() < 3


def test_what_says_nothing_is_shown_as_plain(tmp_path):
    assert probe(draw_video(tmp_path / "clip.mp4", pan(4))).colours == Colours(1, 1)
    written = write_video(tmp_path / "out.mp4", [np.zeros((16, 16, 3), np.uint8)] * 2, 25)
    assert tuple(map(int, facts(written)[1])) == (1, 1, 1, 1)
