"""Outputs that are there are refused at once, by every command, before anything heavy is imported."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from material import assert_refused, draw_video, run_vidpred

from vidpred.video import probe

KEPT = "kept"  # what the files hold that must stay
WRITERS = {  # of each command that writes outputs, the words, the file that is in the way, and how to replace it
    "extend": (["clip.mp4", "there.mp4"], "there.mp4", "--overwrite"),
    "interpolate-video": (["clip.mp4"], "clip_2x.mp4", "--overwrite"),
    "live": (["clip.mp4", "--out", "there.mp4"], "there.mp4", "--overwrite"),
    "predict": (["clip.mp4"], "clip_future.mp4", "--overwrite"),
    "watch": ([".", "clip.mp4"], "clip_alarms.csv", "--overwrite"),
    "export": (["learned_motion"], "learned_motion.onnx", "--overwrite"),
    "film": (["run"], "run/film.mp4", "--overwrite"),
    "inspect": ([".", "--out", "there.png"], "there.png", "--overwrite"),
    "sample": (["run", "--out", "there.png"], "there.png", "--overwrite"),
    "neighbours": (["run", "--out", "there.png"], "there.png", "--overwrite"),
    "probe": (["run", "--out", "there.png"], "there.png", "--overwrite"),
    "train": (["clip.mp4", "--out", "full"], "full/file", "--out"),
    "fit": (["mixture", "--out", "full"], "full/file", "choose a new one"),
    "demo": (["--out", "full"], "full/file", "choose a new one"),
    "health": (["run", "--out", "there.png"], "there.png", "another picture with --out"),
    "arithmetic": (["run", "1", "--out", "there.png"], "there.png", "--overwrite"),
    "interpolate": (["run", "--out", "there.png"], "there.png", "--overwrite"),
    "project": (["run", "clip.mp4", "--out", "there.png"], "there.png", "--overwrite"),
    "complete": (["run", "clip.mp4", "--out", "there.png"], "there.png", "--overwrite"),
    "export-dataset": (["run", "--out", "full"], "full/file", "choose a new one"),
    "compare": ([".", "linear", "--out", "full"], "full/file", "choose a new one"),
    "evaluate": ([".", "--out", "full"], "full/file", "choose a new one"),
}
RUNNING = """
import json, sys
from vidpred.cli import main
told = {}
for words in json.load(sys.stdin):
    sys.argv = ["vidpred", *words]
    try:
        main()
    except SystemExit as end:
        told[words[0]] = [str(end), "torch" in sys.modules]
print(json.dumps(told))
"""


def refused(folder):
    """Return what every command says in a folder, and whether torch had to be imported for that."""
    words = json.dumps([[command, *given] for command, (given, _, _) in WRITERS.items()])
    ended = subprocess.run([sys.executable, "-c", RUNNING], cwd=folder, input=words, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.fixture(scope="module")
def refusals(tmp_path_factory):
    """What every command says where its output is there."""
    folder = tmp_path_factory.mktemp("outputs")
    draw_video(folder / "clip.mp4")
    for _, there, _ in WRITERS.values():
        (folder / there).parent.mkdir(exist_ok=True)
        (folder / there).write_text(KEPT)
    told = refused(folder)
    assert all((folder / there).read_text() == KEPT for _, there, _ in WRITERS.values())
    return told


@pytest.fixture(scope="module")
def refusals_of_links(tmp_path_factory):
    """What every command says where its output is a link that leads nowhere."""
    folder = tmp_path_factory.mktemp("links")
    draw_video(folder / "clip.mp4")
    (folder / "run").mkdir()
    links = {folder / (there if there.startswith("run/") else Path(there).parts[0]) for _, there, _ in WRITERS.values()}
    for link in links:
        link.symlink_to("nowhere")
    told = refused(folder)
    assert all(link.is_symlink() and not link.exists() for link in links)
    return told


@pytest.mark.parametrize("command", WRITERS)
def test_an_output_that_is_there_is_refused_at_once_with_what_to_do(refusals, command):
    _, there, remedy = WRITERS[command]
    told, imported = refusals[command]
    assert told.startswith("vidpred: error: ")
    assert Path(there).parts[0] in told
    assert remedy in told
    assert not imported


@pytest.mark.parametrize("command", WRITERS)
def test_a_link_that_leads_nowhere_is_no_free_name(refusals_of_links, command):
    told, imported = refusals_of_links[command]
    assert told.startswith("vidpred: error: ")
    assert Path(WRITERS[command][1]).parts[0] in told
    assert not imported


@pytest.mark.parametrize("command", ["extend", "interpolate-video"])
@pytest.mark.parametrize("named", [("other.mov",), ("--out", "other.mov")])
def test_a_film_to_write_is_named_by_a_word_or_an_option(tmp_path, command, named):
    draw_video(tmp_path / "clip.mp4")
    more = ["--seconds", 0.1, "--checkpoint", "copy_last"] if command == "extend" else []
    code, stdout, stderr = run_vidpred(command, "clip.mp4", *named, *more, folder=tmp_path)
    assert (code, stderr) == (0, "")
    assert "wrote other.mov" in stdout
    assert probe(tmp_path / "other.mov").num_frames == (21 if command == "extend" else 40)


def test_a_film_is_sent_on_to_the_command_for_films(tmp_path):
    draw_video(tmp_path / "my film.mp4")
    result = run_vidpred("interpolate", "my film.mp4", folder=tmp_path)
    assert_refused(result, "my film.mp4 is a video", "vidpred interpolate-video 'my film.mp4'")


@pytest.mark.parametrize("command", ["extend", "interpolate-video"])
def test_a_film_that_is_named_twice_is_refused(tmp_path, command):
    draw_video(tmp_path / "clip.mp4")
    result = run_vidpred(command, "clip.mp4", "a.mp4", "--out", "b.mp4", folder=tmp_path)
    assert_refused(result, "named twice", "a.mp4", "b.mp4")
