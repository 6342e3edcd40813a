"""A film that is written again says of its HDR what the film says."""

import av
import pytest
from drawing import draw_video, pan

from vidpred.applications.extend import extend
from vidpred.applications.interpolate_video import FlowInterpolator, interpolate_video
from vidpred.predictors import CopyLast
from vidpred.video.decoding.convert import side_data
from vidpred.video.films import light

DISPLAY = "mastering-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)"  # DCI P3
PEAKS = "cll=1000,400"
PIXELS = {"codec": "libx264", "pixel_format": "yuv420p10le", "colours": (9, 1)}


def light_of(path):
    """Return what every frame says of the mastering display, and of the brightest pixel and frame."""
    kinds = "MASTERING_DISPLAY_METADATA", "CONTENT_LIGHT_LEVEL"
    with av.open(str(path)) as container:
        return [tuple(side_data(frame, kind) for kind in kinds) for frame in container.decode(video=0)]


@pytest.mark.parametrize("stated", [f"{DISPLAY}:{PEAKS}", DISPLAY, PEAKS, ""])
@pytest.mark.parametrize("name", ["longer.mp4", "longer.mkv"])
def test_known_and_new_frames_say_which_light_they_are_for(tmp_path, stated, name):
    source = draw_video(tmp_path / "film.mp4", pan(4), options={"x264-params": stated}, **PIXELS)
    extend(source, tmp_path / name, CopyLast(2), 0.12)
    wanted = light_of(source)[0]
    assert [found is not None for found in wanted] == [DISPLAY in stated, PEAKS in stated]
    written = light_of(tmp_path / name)
    assert len(written) == 4 + 3
    assert set(written[:1] + written[4:5]) == {wanted}  # the first of the film, and the first that is new


def test_a_denser_film_says_it_too(tmp_path):
    source = draw_video(tmp_path / "film.mp4", pan(4), options={"x264-params": f"{DISPLAY}:{PEAKS}"}, **PIXELS)
    interpolate_video(source, tmp_path / "dense.mp4", FlowInterpolator())
    assert light_of(tmp_path / "dense.mp4")[0] == light_of(source)[0]


def test_light_that_changes_from_frame_to_frame_is_left_out_and_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(light, "side_data", lambda _, kind: b"1" if kind == "DYNAMIC_HDR_PLUS" else None)
    written = extend(draw_video(tmp_path / "film.mp4", pan(4)), tmp_path / "longer.mp4", CopyLast(2), 0)
    assert written.notes == ("what it says of the light of every frame (HDR10+) is left out",)
