"""Of a file that breaks off amid a frame, all whole frames come, and nothing of the one that is not."""

import av
import numpy as np
import pytest
from drawing import draw_video, pan

from vidpred.video import decode
from vidpred.video.reader import probe, read_window

FRAMES = pan(20)
FORMS = {
    "gif": {"codec": "gif", "pixel_format": "rgb8"},
    "mjpeg": {"codec": "mjpeg", "pixel_format": "yuvj444p"},
    "avi": {"codec": "mjpeg", "pixel_format": "yuvj444p"},
    "mkv": {"codec": "libx264", "options": {"tune": "zerolatency"}},
    "nut": {"codec": "mjpeg", "pixel_format": "yuvj444p"},
}


def cut_in_frame(path, number):
    """Cut a file off in the middle of the packet of a frame, of whose end hardly any other part has a copy."""
    with av.open(str(path)) as container:
        packets = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    content = path.read_bytes()
    middle = packets[number][-100:]
    path.write_bytes(content[: content.rindex(middle) + 40])


@pytest.mark.parametrize("suffix", FORMS)
def test_the_half_of_a_frame_that_a_file_breaks_off_with_is_not_shown(tmp_path, suffix):
    path = draw_video(tmp_path / f"clip.{suffix}", FRAMES, **FORMS[suffix])
    whole = list(decode(path))
    cut_in_frame(path, 15)
    shown = list(decode(path))
    assert len(shown) == probe(path).num_frames == 15
    assert all(np.array_equal(one, other) for one, other in zip(shown, whole[:15], strict=True))
    assert np.array_equal(read_window(path, 3).frames, np.stack(whole[12:15]))


def test_digital_video_that_breaks_off_ends_with_its_last_whole_frame(tmp_path):
    path = draw_video(tmp_path / "clip.dv", pan(3, 576, 720), codec="dvvideo", pixel_format="yuv420p")
    size = path.stat().st_size // 3
    path.write_bytes(path.read_bytes()[: 2 * size + size // 2])
    assert len(list(decode(path))) == 2


def test_frames_that_the_decoder_holds_back_come_where_the_file_breaks_off(tmp_path):
    path = draw_video(tmp_path / "clip.obu", pan(40, 64, 64), codec="libsvtav1", options={"preset": "10"})
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * 0.9)])
    packets = []
    with av.open(str(path)) as container, pytest.raises(av.error.InvalidDataError):
        packets.extend(packet for packet in container.demux(video=0) if packet.size)
    assert len(list(decode(path))) == len(packets) > 20


@pytest.mark.parametrize("more", [b"junk", b"\r\n", b"\x00\x00x", b"\xff" * 9000])
def test_what_follows_the_end_of_a_gif_takes_no_frame_away(tmp_path, more):
    path = draw_video(tmp_path / "clip.gif", pan(6), codec="gif", pixel_format="rgb8")
    path.write_bytes(path.read_bytes() + more)
    assert len(list(decode(path))) == 6
