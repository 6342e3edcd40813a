"""Which picture of a file is the video, and which files are none."""

import io
import os
import shutil
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition
from drawing import draw_video, pan
from PIL import Image

from vidpred.applications.extend import extend
from vidpred.errors import Note, VidpredError
from vidpred.predictors import CopyLast
from vidpred.video import decode, probe, read_window
from vidpred.video.decoding.joined import say_if_joined


def draw_tracks(path, tracks):
    """Write a file with several tracks, each given by its frames, its codec and its disposition."""
    with av.open(str(path), "w") as container:
        streams = []
        for frames, codec, disposition in tracks:
            stream = container.add_stream(codec, rate=25)
            stream.height, stream.width = frames.shape[1:3]
            stream.pix_fmt = {"mjpeg": "yuvj420p", "png": "rgb24"}.get(codec, "yuv420p")
            stream.disposition = disposition
            streams.append(stream)
        for stream, (frames, _, _) in zip(streams, tracks, strict=True):
            for time, pixels in enumerate(frames):
                frame = av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(format=stream.pix_fmt)
                frame.pts, frame.time_base = time, Fraction(1, 25)
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
    return path


VIDEO, OTHER = pan(24, 48, 64), pan(12, 32, 32, seed=5)
COVER = pan(1, 96, 96, seed=9)
SMALL, LONG = pan(2, 32, 32, seed=5), pan(150, 48, 64, seed=5)


TRACKS = {
    "second is the default.mkv": [(OTHER, "libx264", Disposition(0)), (VIDEO, "libx264", Disposition.default)],
    "both are the default.mkv": [(VIDEO, "libx264", Disposition.default), (OTHER, "libx264", Disposition.default)],
    "none is the default.mkv": [(VIDEO, "libx264", Disposition(0)), (OTHER, "libx264", Disposition(0))],
    "all are switched on.mp4": [(VIDEO, "libx264", Disposition.default), (OTHER, "libx264", Disposition.default)],
    "cover first.mp4": [(COVER, "mjpeg", Disposition.attached_pic), (VIDEO, "libx264", Disposition(0))],
    "cover as the first track.mkv": [(COVER, "mjpeg", Disposition(0)), (VIDEO, "libx264", Disposition(0))],
    "thumbnail of one frame.mkv": [(COVER, "libx264", Disposition.default), (VIDEO, "libx264", Disposition(0))],
    "as large, of fewer frames.mkv": [(LONG, "libx264", Disposition(0)), (VIDEO, "libx264", Disposition.default)],
    "preview of few frames.mp4": [(SMALL, "libx264", Disposition.default), (VIDEO, "libx264", Disposition(0))],
    "preview of few frames.mkv": [(VIDEO, "libx264", Disposition(0)), (SMALL, "libx264", Disposition.default)],
    "thumbnail of one frame.mp4": [(COVER, "mjpeg", Disposition.default), (VIDEO, "libx264", Disposition(0))],
}


@pytest.mark.parametrize("name", TRACKS)
def test_the_track_is_the_one_that_players_show(tmp_path, name):
    path = draw_tracks(tmp_path / name, TRACKS[name])
    assert (probe(path).width, probe(path).height) == (64, 48)
    assert len(list(decode(path))) == len(VIDEO)


def test_a_cover_alone_is_no_video(tmp_path):
    path = draw_tracks(tmp_path / "clip.mp4", [(COVER, "mjpeg", Disposition.attached_pic)])
    with pytest.raises(VidpredError, match="no moving picture"):
        probe(path)


def animated(path):
    pictures = [Image.fromarray(frame) for frame in pan(8)]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=100, lossless=True)
    return path


@pytest.mark.parametrize("suffix", [".avif", ".png"])
def test_an_animated_picture_is_the_animation(tmp_path, suffix):
    path = animated(tmp_path / f"clip{suffix}")
    assert (len(list(decode(path))), probe(path).frame_rate) == (8, 10)


def slides(path, pictures, milliseconds, **options):
    """Write an animated WebP without loss."""
    first, *others = map(Image.fromarray, pictures)
    first.save(path, save_all=True, append_images=others, duration=milliseconds, lossless=True, exact=True, **options)
    return path


def test_an_animated_webp_is_read_without_loss_at_its_rate(tmp_path):
    path = slides(tmp_path / "clip.webp", pan(8), [83, 84, 83, 83, 84, 83, 83, 84])
    info = probe(path)
    assert (info.frame_rate, info.num_frames, info.width, info.height) == (12, 8, 64, 48)
    np.testing.assert_array_equal(np.stack(list(decode(path))), pan(8))
    window = read_window(path, 2, at=0.6)  # frame 7 begins at 583 ms
    np.testing.assert_array_equal(window.frames, pan(8)[6:8])


def test_of_an_animated_webp_transparency_is_black_and_frames_without_a_time_last_a_tenth_of_a_second(tmp_path):
    pictures = [np.full((6, 8, 4), (200, 100, 50, 0), np.uint8) for _ in range(3)]
    for number, picture in enumerate(pictures):
        picture[:, : number + 1, 3] = 255
    path = slides(tmp_path / "clip.webp", pictures, 0)
    assert probe(path).frame_rate == 10
    for number, frame in enumerate(decode(path)):
        assert (frame[:, : number + 1] == (200, 100, 50)).all()
        assert not frame[:, number + 1 :].any()


def test_an_animated_webp_that_was_replaced_is_read_anew(tmp_path):
    path = slides(tmp_path / "clip.webp", pan(8), 40)
    assert probe(path).num_frames == 8
    slides(path, pan(5), 40)
    assert probe(path).num_frames == 5


@pytest.mark.parametrize("kept", [40, 200])
def test_a_damaged_animated_webp_is_refused_in_one_sentence(tmp_path, kept):
    path = slides(tmp_path / "clip.webp", pan(8), 40)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(VidpredError, match=r"clip\.webp cannot be read as a video"):
        list(decode(path))


def test_frames_of_an_animated_webp_may_not_be_larger_than_others(tmp_path):
    path = slides(tmp_path / "clip.webp", pan(2), 40)
    content = bytearray(path.read_bytes())
    content[24:30] = (16_000).to_bytes(3, "little") * 2
    path.write_bytes(content)
    with pytest.raises(VidpredError, match="frames have 16001 x 16001 pixels"):
        probe(path)


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "tif", "webp"])
def test_a_single_picture_is_named_as_one(tmp_path, suffix):
    path = tmp_path / f"still.{suffix}"
    Image.fromarray(COVER[0]).save(path)
    with pytest.raises(
        VidpredError, match=r"is a single picture \([A-Za-z]+\), not a video; give a video, or a folder"
    ):
        probe(path)


@pytest.mark.parametrize(
    "text", ["ffconcat version 1.0\nfile clip.mp4\n", "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nclip.mp4\n"]
)
@pytest.mark.parametrize("name", ["list.mp4", "list.m3u8", "list.ffconcat"])
def test_a_playlist_opens_no_other_file(tmp_path, text, name):
    draw_video(tmp_path / "clip.mp4", pan(5))
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(VidpredError, match="is a playlist or a script that names other files"):
        probe(path)


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_pipe_or_a_device_is_not_opened(tmp_path, kind):
    path = tmp_path / "clip.mp4"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    with pytest.raises(VidpredError, match=r"clip\.mp4 is a pipe or a device, not a video"):
        probe(path)


def test_a_header_that_states_too_many_pixels_is_refused(tmp_path):
    path = draw_video(tmp_path / "clip.avi", pan(3), codec="rawvideo", pixel_format="bgr24")
    raw = path.read_bytes()
    place = raw.find(b"strf") + 12  # width and height
    assert int.from_bytes(raw[place : place + 4], "little") == 64
    path.write_bytes(raw[:place] + (16_000).to_bytes(4, "little") * 2 + raw[place + 8 :])
    with pytest.raises(VidpredError, match="16000 x 16000 pixels, but at most"):
        probe(path)


def test_a_title_in_another_encoding_is_no_obstacle(tmp_path):
    path = draw_video(tmp_path / "clip.avi", VIDEO, codec="mpeg4", title="Caf@")
    raw = path.read_bytes()
    assert raw.count(b"Caf@") == 1
    path.write_bytes(raw.replace(b"Caf@", "Caf\xe9".encode("latin-1")))
    assert len(list(decode(path))) == len(VIDEO)


@pytest.mark.parametrize("sizes", [((48, 64), (96, 128)), ((96, 128), (48, 64))], ids=["grows", "shrinks"])
def test_frames_of_another_size_are_scaled_to_the_stated_one(tmp_path, sizes):
    rows, columns = sizes[0]
    parts = [draw_video(tmp_path / f"{size}.ts", pan(60, *size)).read_bytes() for size in sizes]
    path = tmp_path / "both.ts"
    path.write_bytes(b"".join(parts))
    every = list(decode(path))
    assert {frame.shape for frame in every} == {(rows, columns, 3)}
    assert len(every) == 120
    np.testing.assert_array_equal(read_window(path, 3).frames, every[-3:])
    np.testing.assert_array_equal(read_window(path, 3, at=1.0).frames, every[23:26])


def test_archives_and_arrays_are_named_with_what_to_do(tmp_path):
    picture = tmp_path / "1.txt"
    picture.write_text("text")
    for form, kind in (("zip", "a zip archive"), ("tar", "a tar archive"), ("gztar", "compressed by gzip")):
        path = shutil.make_archive(str(tmp_path / form), form, tmp_path, "1.txt")
        with pytest.raises(
            VidpredError, match=rf"is {kind}.*, not a video; unpack it, and give a video or a folder from it"
        ):
            probe(Path(path))
    np.save(tmp_path / "clip.npy", pan(2))
    with pytest.raises(VidpredError, match=r"clip\.npy holds arrays, not a video; write its frames by vidpred"):
        probe(tmp_path / "clip.npy")


@pytest.mark.parametrize("suffix", ["mjpeg", "mjpg"])
def test_a_stream_of_jpegs_is_a_video(tmp_path, suffix):
    """As cameras write them; FFmpeg takes those that begin with JFIF for a single picture."""
    path, pictures = tmp_path / f"camera.{suffix}", io.BytesIO()
    for frame in pan(9, 96, 160):
        Image.fromarray(frame).save(pictures, "JPEG", quality=95)
    path.write_bytes(pictures.getvalue())
    assert (probe(path).num_frames, probe(path).frame_rate) == (9, 25)
    assert np.abs(np.stack(list(decode(path))).astype(int) - pan(9, 96, 160)).mean() < 4


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("clip.mp4", {}),
        ("clip.mov", {}),
        ("clip.flv", {}),
        ("clip.wmv", {"codec": "wmv2"}),
        ("clip.y4m", {"codec": "wrapped_avframe", "pixel_format": "yuv420p"}),
    ],
)
def test_of_films_joined_end_to_end_it_is_said_that_only_the_first_is_read(tmp_path, name, options):
    one = draw_video(tmp_path / name, pan(6), **options)
    assert len(list(decode(one))) == 6  # without a note, which would be an error here
    joined = tmp_path / f"joined{one.suffix}"
    joined.write_bytes(one.read_bytes() * 2)
    with pytest.warns(Note, match=rf"joined\{one.suffix} holds several films joined end to end.* only the first"):
        assert len(list(decode(joined))) == 6


def test_of_a_large_raw_video_no_more_is_mapped_than_its_first_frames(tmp_path):
    resource = pytest.importorskip("resource")
    frame = b"FRAME\n" + bytes(16 * 16 * 3 // 2)
    video = tmp_path / "large.y4m"
    video.write_bytes(b"YUV4MPEG2 W16 H16 F25:1 Ip A1:1 C420jpeg\n" + frame * 8)
    os.truncate(video, 1 << 42)  # a sparse file, larger than the memory that may be addressed
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (1 << 41, before[1]))
    try:
        say_if_joined(video, "yuv4mpegpipe")
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.parametrize("name", ["clip.ts", "clip.mpg", "clip.mkv", "clip.avi"])
def test_films_joined_end_to_end_that_are_read_whole_need_no_note(tmp_path, name):
    one = draw_video(tmp_path / name, pan(6), codec="mpeg2video" if name == "clip.mpg" else "mpeg4")
    (tmp_path / f"joined{one.suffix}").write_bytes(one.read_bytes() * 2)
    assert len(list(decode(tmp_path / f"joined{one.suffix}"))) == 12


def test_of_transport_streams_whose_tracks_begin_midway_the_first_is_read_and_that_is_said(tmp_path):
    """PyAV knows only the tracks that there were when a file was opened, and at its end asks for all."""
    parts = [draw_tracks_of_ts(tmp_path / f"{number}.ts", number) for number in (0x100, 0x12D, 0x130)]
    joined = tmp_path / "joined.ts"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    with pytest.warns(Note, match=r"the last 6\d% of .*joined.ts hold none of the pictures that are read; if another"):
        assert probe(joined).num_frames == 20
    frames = list(decode(joined))
    np.testing.assert_array_equal(frames, list(decode(parts[0])))
    np.testing.assert_array_equal(read_window(joined, 3).frames, frames[-3:])
    extend(joined, tmp_path / "longer.mp4", CopyLast(2), 0.04)
    assert probe(tmp_path / "longer.mp4").num_frames == 21


def draw_tracks_of_ts(path, number):
    """Write a transport stream whose picture has that number, and that of its table of tracks goes along."""
    options = {"mpegts_service_id": str(number), "mpegts_pmt_start_pid": str(0x200 + number)}
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream("mpeg2video", rate=25)
        stream.width, stream.height, stream.pix_fmt, stream.id = 192, 128, "yuv420p", number
        for picture in np.random.default_rng(number).integers(0, 256, (20, 128, 192, 3), dtype=np.uint8):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(stream.encode())
    return path


def test_a_part_that_says_it_is_longer_than_any_file_is_the_last(tmp_path):
    clip = draw_video(tmp_path / "clip.mp4", pan(6))
    endless = (1).to_bytes(4, "big") + b"free" + (2**63 - 1).to_bytes(8, "big")
    clip.write_bytes(clip.read_bytes() + endless)
    assert len(list(decode(clip))) == 6
