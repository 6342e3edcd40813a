"""Finding videos."""

import os
from pathlib import Path

import numpy as np
import pytest
from drawing import draw_folder, pan
from PIL import Image

from vidpred.cli.clips import find_clips
from vidpred.errors import Note, VidpredError
from vidpred.video import decode, find_sources, frame_folder


def test_files_and_frame_folders_are_found_at_any_depth(tmp_path):
    for name in ["b.mp4", "deep/er/a.WebM", "c.gif", "VTS_01.VOB", "notes.txt", ".hidden.mp4", ".cache/d.mp4"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    draw_folder(tmp_path / "deep" / "walk", pan(2))
    draw_folder(tmp_path / "one_picture", pan(1))
    found = [str(path.relative_to(tmp_path)) for path in find_sources(tmp_path)]
    assert found == ["VTS_01.VOB", "b.mp4", "c.gif", "deep/er/a.WebM", "deep/walk"]


def test_animated_webp_and_avif_are_videos_among_numbered_pictures(tmp_path):
    folder = draw_folder(tmp_path / "made", pan(3))
    first, *others = map(Image.fromarray, pan(4))
    for name in ["ComfyUI_00001_.webp", "ComfyUI_00002_.webp", "7.avif"]:
        first.save(folder / name, save_all=True, append_images=others, duration=40)
    first.save(folder / "9999.webp", lossless=True)  # a frame
    names = [path.name for path in find_sources(folder)]
    assert names == ["made", "7.avif", "ComfyUI_00001_.webp", "ComfyUI_00002_.webp"]
    assert len(frame_folder.list_frames(folder)) == 4
    assert len(list(decode(folder))) == 4


def test_still_gifs_are_frames_and_animated_ones_are_videos(tmp_path):
    loop, clips = tmp_path / "radar", tmp_path / "clips"
    for folder in (loop, clips):
        folder.mkdir()
    first, *others = pictures = [Image.fromarray(frame).quantize(64) for frame in pan(4)]
    for number, picture in enumerate(pictures):
        picture.save(loop / f"{number:04}.gif")
        first.save(clips / f"{number:04}.gif", save_all=True, append_images=others, duration=40)
    first.save(loop / "legend.gif")
    first.save(clips / "title.gif")
    assert find_sources(tmp_path) == [*(clips / f"{number:04}.gif" for number in range(4)), loop]
    assert [path.name for path in frame_folder.list_frames(loop)] == [f"{number:04}.gif" for number in range(4)]
    assert [find_clips([str(folder)]).paths for folder in (loop, clips)] == [[loop], sorted(clips.glob("0*"))]
    with pytest.warns(Note, match=r"legend.gif has no number in its name and is left out"):
        decoded = list(decode(loop))
    np.testing.assert_array_equal(decoded, [picture.convert("RGB") for picture in pictures])


def test_a_damaged_gif_among_frames_is_named(tmp_path):
    for number, frame in enumerate(pan(4)):
        Image.fromarray(frame).save(tmp_path / f"{number:04}.gif")
    (tmp_path / "0002.gif").write_bytes(b"")
    assert find_sources(tmp_path) == [tmp_path]
    with pytest.raises(VidpredError, match=r"0002\.gif cannot be read as a picture \(it is empty\)"):
        list(decode(tmp_path))


def test_a_named_pipe_is_never_looked_into(tmp_path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no named pipes here")
    folder = draw_folder(tmp_path / "made", pan(2))
    os.mkfifo(folder / "1.avif")
    assert find_sources(folder) == [folder]


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_is_neither_a_file_nor_a_folder_is_said_to_be_that(tmp_path, kind):
    path = tmp_path / "pipe" if kind == "pipe" else Path(os.devnull)
    if kind == "pipe":
        os.mkfifo(path)
    with pytest.raises(VidpredError, match=rf"the video {path} is a named pipe, a device or a socket, which is never"):
        find_sources(path)


def test_single_file_is_its_own_source(tmp_path):
    (tmp_path / "film.unusual").touch()
    assert find_sources(tmp_path / "film.unusual") == [tmp_path / "film.unusual"]


def test_single_frame_folder_is_its_own_source(tmp_path):
    folder = draw_folder(tmp_path / "walk", pan(2))
    assert find_sources(folder) == [folder]


@pytest.mark.parametrize(("name", "complaint"), [("nowhere", "does not exist"), ("", r"holds no video.*\.mp4.*\.png")])
def test_nothing_found_tells_what_was_looked_for(tmp_path, name, complaint):
    with pytest.raises(VidpredError, match=complaint):
        find_sources(tmp_path / name)
