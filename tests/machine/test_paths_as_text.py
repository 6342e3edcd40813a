"""Library functions take paths as text too, and refuse what is none in one sentence."""

from pathlib import Path

import pytest
from drawn import Brightening
from material import draw_video
from PIL import Image

from vidpred import evaluate
from vidpred.data import image_folder, video_folder
from vidpred.errors import VidpredError
from vidpred.evaluation.pages import write_report
from vidpred.machine.arguments import checked
from vidpred.video import decode, find_sources, probe, read_window, write_video


@checked
def kept(path: Path, other: Path | None = None):
    """Return what arrives."""
    return path, other


def test_text_becomes_a_path_where_paths_alone_are_taken():
    assert kept("a/b") == (Path("a/b"), None)
    assert kept(Path("a"), "b") == (Path("a"), Path("b"))
    for wrong in (3, None, b"a"):
        with pytest.raises(VidpredError, match="a path is needed, as text or as a pathlib"):
            kept(wrong)
    with pytest.raises(VidpredError, match="no path is empty"):
        kept("")


def test_videos_are_read_and_written_by_text(tmp_path):
    video = str(draw_video(tmp_path / "clip.mp4"))
    assert find_sources(str(tmp_path)) == [Path(video)]
    frames = list(decode(video))
    assert frames[0].shape[:2] == (probe(video).height, probe(video).width)
    assert len(read_window(video, 2).frames) == 2
    assert write_video(str(tmp_path / "copy.mp4"), frames, 25) == tmp_path / "copy.mp4"


def test_data_sets_are_opened_by_text(tmp_path):
    draw_video(tmp_path / "videos" / "clip.mp4")
    assert len(video_folder(str(tmp_path / "videos"), 3, resolution=32, crop=32, cache=str(tmp_path / "kept")).train)
    (tmp_path / "images").mkdir()
    for grey in range(8):
        Image.new("L", (16, 16), 30 * grey).save(tmp_path / "images" / f"{grey}.png")
    assert image_folder(str(tmp_path / "images"), 1, resolution=16).train.gather([0]).shape == (1, 1, 16, 16, 3)


def test_a_report_is_written_to_a_folder_named_by_text(tmp_path):
    write_report(evaluate({}, Brightening(6, {"a": [3]}), horizon=2), str(tmp_path / "report"))
    assert (tmp_path / "report" / "report.html").exists()
