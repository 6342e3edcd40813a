"""What PyAV says of rates, of shapes and of sizes comes out the same, whichever version of it says so."""

import io
from fractions import Fraction
from pathlib import Path

import av
import pytest
from drawing import draw_video, pan

from vidpred.errors import Note
from vidpred.video import decode, probe
from vidpred.video.decoding.chroma_place import ChromaPlacer
from vidpred.video.decoding.container import size_of
from vidpred.video.decoding.cropping import Cropper
from vidpred.video.decoding.description import Edges, exact, pixel_shape


class Unseekable(io.RawIOBase):
    """A file that can only be read from its beginning on, as a pipe; FFmpeg does not know its size."""

    def __init__(self, content):
        self.content = io.BytesIO(content)

    def read(self, size=-1):
        return self.content.read(size)

    def readable(self):
        return True

    def seekable(self):
        return False


def hide_sizes(monkeypatch):
    """Let vidpred open every file as one whose size is not known."""
    usual = av.open

    def opened(name, *args, container_options, **settings):
        del container_options["protocol_whitelist"]  # which files of Python's are none of
        content = Path(name.removeprefix("file:")).read_bytes()
        return usual(Unseekable(content), *args, container_options=container_options, **settings)

    monkeypatch.setattr("vidpred.video.decoding.container.av.open", opened)


def test_a_size_that_is_not_known_is_none(tmp_path):
    path = draw_video(tmp_path / "clip.ts", pan(3), codec="mpeg2video")
    with av.open(str(path)) as container:
        assert size_of(container) == path.stat().st_size
    with av.open(Unseekable(path.read_bytes())) as container:
        assert size_of(container) == 0


def test_digital_video_of_unknown_size_has_its_last_frame(tmp_path, monkeypatch):
    path = draw_video(tmp_path / "clip.dv", pan(3, 576, 720), codec="dvvideo", pixel_format="yuv420p")
    hide_sizes(monkeypatch)
    assert len(list(decode(path))) == 3


def test_of_a_transport_stream_of_unknown_size_it_is_not_said_that_more_follows(tmp_path, monkeypatch, recwarn):
    path = draw_video(tmp_path / "clip.ts", pan(3), codec="mpeg2video")
    hide_sizes(monkeypatch)
    assert len(list(decode(path))) == 3
    assert not [warning for warning in recwarn if issubclass(warning.category, Note)]


@pytest.mark.parametrize("ratio", [Fraction(30_000, 1001), Fraction(-1, 25), Fraction(1)])
def test_a_ratio_is_a_fraction(ratio):
    same = exact(getattr(av, "AVRational", Fraction)(ratio))
    assert type(same) is Fraction
    assert same == ratio


def test_no_ratio_is_none():
    assert exact(None) is exact(Fraction(0)) is None


@pytest.mark.skipif(not hasattr(av, "AVRational"), reason="this PyAV gives fractions alone")
@pytest.mark.parametrize(("above", "below"), [(0, 1), (1, 0), (-1, 0), (0, 0)])
def test_what_ffmpeg_has_no_ratio_for_is_none(above, below):
    assert exact(av.AVRational(above, below)) is None


def test_rates_and_shapes_of_a_file_are_fractions(tmp_path):
    path = draw_video(tmp_path / "clip.mkv", pan(3), rate=Fraction(24_000, 1001), pixel_aspect=Fraction(4, 3))
    with av.open(str(path)) as container:
        found = {"rate": probe(path).frame_rate, "shape": pixel_shape(container.streams.video[0])}
    assert found == {"rate": Fraction(24_000, 1001), "shape": Fraction(4, 3)}
    assert {type(number) for number in found.values()} == {Fraction}


@pytest.mark.filterwarnings("error")  # as PyAV warns where it has to guess the unit
@pytest.mark.parametrize(("through_filters", "width"), [(ChromaPlacer(), 64), (Cropper(Edges(2, 0, 0, 0)), 62)])
def test_a_frame_without_a_unit_of_time_goes_through_filters(through_filters, width):
    frame = av.VideoFrame(64, 48, "yuv422p")
    assert not frame.time_base
    assert through_filters(frame).width == width
