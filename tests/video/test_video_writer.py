"""Writing videos."""

import errno
import os
import platform
import resource
import signal
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from drawing import pan
from forked import call_in_a_copy

from vidpred.errors import VidpredError
from vidpred.video.reader import decode, probe
from vidpred.video.writer import unwritable, write_video

COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 255, 255), (255, 0, 255), (128, 128, 128)]


def test_saturated_colours_survive(tmp_path):
    flag = np.repeat(np.array(COLOURS, np.uint8), 32, axis=0)[None].repeat(64, axis=0)
    decoded = next(decode(write_video(tmp_path / "flag.mp4", [flag] * 5, 25))).astype(int)
    for stripe, colour in enumerate(COLOURS):
        assert np.abs(decoded[32, 32 * stripe + 16] - colour).max() <= 4


def test_frames_survive_closely(tmp_path):
    frames = pan(20)
    decoded = list(decode(write_video(tmp_path / "clip.mp4", frames, 24)))
    assert np.abs(np.stack(decoded).astype(float) - frames).mean() < 8  # halved colour resolution costs most of it


def test_players_get_what_they_expect(tmp_path):
    path = write_video(tmp_path / "clip.mp4", pan(20), 29.97)
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        assert (context.name, context.pix_fmt, context.colorspace, context.color_range) == ("h264", "yuv420p", 1, 1)
    content = path.read_bytes()
    assert content.find(b"moov") < content.find(b"mdat")
    assert float(probe(path).frame_rate) == pytest.approx(29.97)


def test_odd_side_repeats_its_last_row_and_column(tmp_path):
    frames = pan(5, height=33, width=41)
    decoded = np.stack(list(decode(write_video(tmp_path / "clip.mp4", frames, 25)))).astype(float)
    assert decoded.shape == (5, 34, 42, 3)
    assert np.abs(decoded[:, -1, :-1] - frames[:, -1]).mean() < 8
    assert np.abs(decoded[:, :-1, -1] - frames[:, :, -1]).mean() < 8


def test_greyscale_is_written_grey(tmp_path):
    frames = pan(5)[..., :1]
    decoded = np.stack(list(decode(write_video(tmp_path / "clip.mp4", frames, 25)))).astype(float)
    assert np.abs(decoded - frames).mean() < 3
    assert np.ptp(decoded, axis=-1).max() <= 2


def test_existing_file_is_kept_unless_overwriting_is_allowed(tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_text("dear")
    with pytest.raises(VidpredError, match="exists; choose another name"):
        write_video(path, pan(5), 25)
    assert path.read_text() == "dear"
    write_video(path, pan(5), 25, overwrite=True)
    assert probe(path).num_frames == 5


def test_failing_source_leaves_nothing(tmp_path):
    def failing():
        yield from pan(5)
        raise RuntimeError("out of frames")

    with pytest.raises(RuntimeError, match="out of frames"):
        write_video(tmp_path / "clip.mp4", failing(), 25)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("frames", "rate", "complaint"),
    [
        ([], 25, "no frames"),
        (np.zeros((3, 8, 8, 3)), 25, "float64"),
        (np.zeros((3, 8, 8), np.uint8), 25, "shape"),
        ([np.zeros((8, 8, 3), np.uint8), np.zeros((8, 9, 3), np.uint8)], 25, "one size"),
        (np.zeros((3, 8, 8, 3), np.uint8), 0, "frame rate"),
    ],
)
def test_frames_that_make_no_video_are_refused(tmp_path, frames, rate, complaint):
    with pytest.raises(VidpredError, match=complaint):
        write_video(tmp_path / "clip.mp4", frames, rate)
    assert list(tmp_path.iterdir()) == []


def test_missing_folder_is_named(tmp_path):
    with pytest.raises(VidpredError, match="nowhere does not exist"):
        write_video(tmp_path / "nowhere" / "clip.mp4", pan(5), 25)


def write_on_a_full_disk(path, room):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, -1))
    noise = np.random.default_rng(0).integers(0, 256, (30, 64, 64, 3), np.uint8)
    with pytest.raises(VidpredError) as told:
        write_video(path, noise, 25)
    return told.value


@pytest.mark.parametrize("room", [500, 20_000])
def test_full_disk_is_told_and_leaves_nothing(tmp_path, room):
    code, told = call_in_a_copy(write_on_a_full_disk, tmp_path / "clip.mp4", room)
    assert code == 0, told
    assert "clip.mp4 cannot be written" in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.EROFS, "choose another folder, or change its permissions"),
        (errno.EACCES, "choose another folder, or change its permissions"),
        (errno.ENOSPC, "free some space or choose another folder"),
    ],
)
def test_the_remedy_is_for_what_hinders_the_writing(number, remedy):
    said = str(unwritable(Path("future.mp4"), OSError(number, os.strerror(number))))
    assert said == f"future.mp4 cannot be written ({os.strerror(number)}); {remedy}"


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="fills new memory by a setting of glibc")
def test_the_same_frames_make_the_same_film_whatever_the_memory_held_before(tmp_path):
    program = (
        "import sys, numpy as np\n"
        "from vidpred.video.writer import write_video\n"
        "draw = np.random.default_rng(0)\n"
        "far = draw.random((20, 50, 3)).repeat(8, 0).repeat(8, 1) * 200\n"
        "frames = [(far[:, at:at + 240] + draw.normal(size=(160, 240, 3)) * 5 + 20).clip(0, 255) for at in range(26)]\n"
        "write_video(sys.argv[1], [frame.astype(np.uint8) for frame in frames], 25)\n"
    )
    films = []
    for filled in ("50", "150"):
        films.append(tmp_path / f"{filled}.mp4")
        surroundings = {**os.environ, "MALLOC_PERTURB_": filled}
        subprocess.run([sys.executable, "-c", program, str(films[-1])], env=surroundings, check=True)
    assert films[0].read_bytes() == films[1].read_bytes()
