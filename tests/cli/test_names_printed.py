"""No name of a file reaches the terminal with characters that move its cursor, colour it, or end a line."""

import shlex
import subprocess

import pytest
from material import draw_video, run_command, save_checkpoint

from vidpred.errors import CONTROL, as_word

NASTY = "a\x1b[31m\nwrote b\r\x9b\u202e"
ESCAPED = r"a\x1b[31m\nwrote b\r\x9b\u202e"


@pytest.fixture
def vidpred(tmp_path, monkeypatch, capsys):
    """Run the command line in a folder with a video and a checkpoint of such names; return code, stdout and stderr."""
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    draw_video(tmp_path / f"{NASTY}.mp4")
    save_checkpoint(tmp_path / NASTY / "checkpoints" / "last.safetensors")
    return lambda *arguments: run_command(monkeypatch, capsys, *arguments)


@pytest.mark.parametrize(
    "words",
    [
        ("predict", f"{NASTY}.mp4", "--horizon", 1, "--out", f"{NASTY}.gif"),
        ("predict", f"{NASTY}.mp4", f"{NASTY}.mp4", "nowhere\x1b.mp4", "--horizon", 1, "--out", f"{NASTY}/"),
        ("extend", f"{NASTY}.mp4", f"{NASTY}2.mp4", "--seconds", 0.2),
        ("compare", f"{NASTY}.mp4", NASTY, "linear", "--horizon", 1, "--windows", 1, "--out", f"{NASTY}3"),
        ("inspect", f"{NASTY}.mp4", "--out", f"{NASTY}.png"),
        ("train", f"{NASTY}.mp4", "--dry-run", "--from", NASTY, "data.resolution=32", "data.crop=32"),
    ],
    ids=lambda words: words[0],
)
def test_control_characters_of_names_are_escaped(vidpred, words):
    _, out, err = vidpred(*words, "--device", "cpu")
    lines = (out + err).splitlines()
    assert not [line for line in lines if CONTROL.search(line)]
    assert not [line for line in lines if line.startswith("wrote b")]
    assert any(ESCAPED in line for line in lines)


def test_a_name_in_a_command_to_copy_is_read_back_by_the_shell():
    for name in (NASTY, "it's \\ \u2028 \n", "-\t", "plain", "two words"):
        told = subprocess.run(["bash", "-c", f"printf %s {as_word(name)}"], capture_output=True, check=True).stdout
        assert told.decode() == (f"./{name}" if name.startswith("-") else name)
        assert not CONTROL.search(as_word(name))
    assert as_word("two words") == shlex.quote("two words")
