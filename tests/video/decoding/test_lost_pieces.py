"""Where pieces of a transport stream were lost on the way, no frame shows what the decoder made up instead."""

from types import SimpleNamespace

import numpy as np
import pytest
from drawing import draw_video, pan

from vidpred.video import decode
from vidpred.video.decoding.lost_pieces import with_losses
from vidpred.video.reader import shown_frames

PIECE = 188  # bytes
PICTURES = 256  # the number of the stream of pictures
EACH = 20  # frames from one picture of its own to the next
X264 = {"x264-params": f"keyint={EACH}:scenecut=0:bframes=2:b-adapt=0"}
FORMS = {
    "libx264": {"codec": "libx264", "options": X264},
    "mpeg2video": {"codec": "mpeg2video", "options": {"g": str(EACH), "bf": "2", "qmax": "4"}},
}
FRAMES = pan(60, speed=4)


def pieces_of(path):
    content = path.read_bytes()
    return [content[at : at + PIECE] for at in range(0, len(content), PIECE)]


def by_packet(pieces):
    """Return the numbers of the pieces of every coded picture."""
    packets = []
    for number, piece in enumerate(pieces):
        if (piece[1] & 0x1F) << 8 | piece[2] == PICTURES:
            if piece[1] & 0x40:  # begins a packet
                packets.append([])
            packets[-1].append(number)
    return packets


def without(path, lost):
    path.write_bytes(b"".join(piece for number, piece in enumerate(pieces_of(path)) if number not in lost))
    return path


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lost", ["frames", "picture of its own", "amid a picture of its own"])
def test_frames_that_are_drawn_from_lost_ones_are_left_out(tmp_path, form, lost):
    path = draw_video(tmp_path / "clip.ts", FRAMES, **FORMS[form])
    whole = np.stack(list(decode(path))).astype(int)
    packets = by_packet(pieces_of(path))
    own = packets[2 * EACH]
    frames = [number for packet in packets[24:29] for number in packet]
    without(path, {"frames": frames, "picture of its own": own}.get(lost, own[1:-1]))
    shown = list(shown_frames(path))
    errors = [np.abs(whole - one.pixels).mean(axis=(1, 2, 3)).min() for one in shown]
    assert max(errors) < 1
    assert len(shown) >= 2 * EACH - 3 if lost == "frames" else len(shown) >= EACH
    np.testing.assert_array_equal(shown[0].pixels, whole[0])
    if lost == "frames":
        np.testing.assert_array_equal(shown[-1].pixels, whole[-1])


@pytest.mark.parametrize("form", FORMS)
def test_recordings_that_were_joined_end_to_end_lack_no_frame(tmp_path, form):
    path = draw_video(tmp_path / "clip.ts", FRAMES[:40], **FORMS[form])
    whole = list(decode(path))
    path.write_bytes(2 * path.read_bytes())
    np.testing.assert_array_equal(list(decode(path)), whole + whole)


def packet(key=False, marked=False, size=1):
    return SimpleNamespace(is_keyframe=key, is_corrupt=marked, size=size)


@pytest.mark.parametrize(
    ("packets", "container", "told"),
    [
        ([packet(key=True), packet(marked=True), packet(), packet(), packet()], "mpegts", [2]),
        ([packet(marked=True), packet(marked=True), packet(), packet()], "mpegts", [1, 2]),
        ([packet(marked=True), packet(), packet(key=True), packet()], "mpegts", []),
        ([packet(marked=True), packet(), packet(size=0)], "mpegts", []),
        ([packet(marked=True), packet(), packet()], "avi", []),
        ([], "mpegts", []),
    ],
)
def test_the_packet_after_a_marked_one_lacks_pieces(packets, container, told):
    found = list(with_losses(packets, container))
    assert [each for each, _ in found] == packets
    assert [number for number, (_, lost) in enumerate(found) if lost] == told
