"""Walking through folders."""

from vidpred.machine.folders import walk


def found(top):
    return [path.relative_to(top).as_posix() for folder, _, names in walk(top) for path in (folder / n for n in names)]


def test_links_are_followed_and_no_folder_comes_twice(tmp_path):
    top, elsewhere = tmp_path / "top", tmp_path / "elsewhere"
    for path in (top / "b" / "1", top / "a" / "2", elsewhere / "3", elsewhere / "deep" / "4"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (top / "a" / "again").symlink_to("../b")  # which is walked through by its own name
    (top / "linked").symlink_to(elsewhere)
    (top / "more").symlink_to(elsewhere / "deep")
    (elsewhere / "back").symlink_to(elsewhere)
    (top / "broken").symlink_to("nowhere")
    assert found(top) == ["broken", "a/2", "b/1", "linked/3", "linked/deep/4"]


def test_a_link_upwards_leads_nowhere(tmp_path):
    (tmp_path / "beside").touch()
    (tmp_path / "top").mkdir()
    (tmp_path / "top" / "one").touch()
    (tmp_path / "top" / "up").symlink_to("..")
    assert found(tmp_path / "top") == ["one"]


def test_what_is_hidden_or_a_systems_is_passed_over(tmp_path):
    for name in (".git/1", "__MACOSX/2", "photos/@eaDir/3", "photos/.4", "photos/5"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert found(tmp_path) == ["photos/5"]


def test_runs_below_the_folder_are_passed_over_but_not_a_run_that_is_named(tmp_path):
    run = tmp_path / "runs" / "one"
    for name in ("checkpoints/last", "config.yaml", "environment.json", "samples/step_0000000.mp4"):
        (run / name).parent.mkdir(parents=True, exist_ok=True)
        (run / name).touch()
    (tmp_path / "link").symlink_to(run)
    (tmp_path / "clip.mp4").touch()
    assert found(tmp_path) == ["clip.mp4"]
    assert "samples/step_0000000.mp4" in found(run)
    (run / "environment.json").unlink()  # any other folder with settings and checkpoints
    assert "runs/one/samples/step_0000000.mp4" in found(tmp_path)
