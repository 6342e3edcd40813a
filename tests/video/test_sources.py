"""Finding videos."""

import pytest
from drawing import draw_folder, pan

from vidpred.errors import VidpredError
from vidpred.video import find_sources


def test_files_and_frame_folders_are_found_at_any_depth(tmp_path):
    for name in ["b.mp4", "deep/er/a.WebM", "c.gif", "VTS_01.VOB", "notes.txt", ".hidden.mp4", ".cache/d.mp4"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    draw_folder(tmp_path / "deep" / "walk", pan(2))
    draw_folder(tmp_path / "one_picture", pan(1))
    found = [str(path.relative_to(tmp_path)) for path in find_sources(tmp_path)]
    assert found == ["VTS_01.VOB", "b.mp4", "c.gif", "deep/er/a.WebM", "deep/walk"]


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
