"""The cover of a film goes along with it."""

import io
from fractions import Fraction

import av
import numpy as np
import pytest
from av.stream import Disposition
from drawing import draw_video, pan
from films import add_sound
from PIL import Image

from vidpred.applications.extend import extend
from vidpred.applications.interpolate_video import FlowInterpolator, interpolate_video
from vidpred.predictors import CopyLast
from vidpred.video import decode

LAST = CopyLast(2)


def cover(form):
    held = io.BytesIO()
    Image.fromarray(pan(1, 30, 20, seed=3)[0]).save(held, form)
    return held.getvalue()


def with_cover(path, form="PNG"):
    """Write a film with sound and a cover: an attached picture of mp4, an attachment of Matroska."""
    film = add_sound(draw_video(path.parent / "silent.mp4", pan(10)), path.parent / f"sound{path.suffix}", "aac", 0.4)
    with av.open(str(film)) as source, av.open(str(path), "w") as out:
        copied = {stream.index: out.add_stream_from_template(stream) for stream in source.streams}
        code = {"PNG": "png", "JPEG": "mjpeg"}[form]
        pictures = []
        if path.suffix == ".mkv":
            out.add_attachment("cover", f"image/{form.lower()}", cover(form))
        else:
            attached = out.add_stream(code, rate=1)
            attached.width, attached.height = 20, 30
            attached.pix_fmt = "rgb24" if form == "PNG" else "yuvj420p"
            attached.disposition = Disposition.attached_pic
            picture = av.Packet(cover(form))
            picture.stream, picture.pts, picture.dts = attached, 0, 0
            picture.time_base, picture.is_keyframe = Fraction(1, 25), True
            pictures.append(picture)
        for packet in source.demux():
            if packet.size:
                packet.stream = copied[packet.stream_index]
                out.mux(packet)
        out.mux(pictures)
    return path


def covers(path):
    """Return the bytes of the covers of a file."""
    with av.open(str(path)) as container:
        found = [stream for stream in container.streams.video if stream.disposition & Disposition.attached_pic]
        return [bytes(packet) for packet in container.demux(found) if packet.size] if found else []


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
@pytest.mark.parametrize("source", ["film.mp4", "film.mkv"])
@pytest.mark.parametrize("out", ["longer.mp4", "longer.m4v", "longer.mkv"])
def test_it_is_kept_bit_for_bit(tmp_path, form, source, out):
    film = with_cover(tmp_path / source, form)
    assert covers(film) == [cover(form)]
    written = extend(film, tmp_path / out, LAST, 0.12)
    assert covers(tmp_path / out) == [cover(form)]
    assert written.notes == ()
    assert len(list(decode(tmp_path / out))) == 10 + 3
    with av.open(str(tmp_path / out)) as container:
        assert len(container.streams.audio) == 1


def test_mov_has_no_room_for_it_and_that_is_said(tmp_path):
    written = extend(with_cover(tmp_path / "film.mp4"), tmp_path / "longer.mov", LAST, 0)
    assert written.notes == ("its other tracks (video) are left out",)
    assert covers(tmp_path / "longer.mov") == []


def test_it_goes_along_with_more_frames(tmp_path):
    interpolate_video(with_cover(tmp_path / "film.mp4"), tmp_path / "dense.mp4", FlowInterpolator())
    assert covers(tmp_path / "dense.mp4") == [cover("PNG")]
    frames = np.stack(list(decode(tmp_path / "dense.mp4")))
    assert frames.shape == (20, 48, 64, 3)
