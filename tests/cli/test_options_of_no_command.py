"""What ``vidpred`` answers without a command: its version, and words to complete."""

import errno
import inspect
import os
import shlex
import signal
import subprocess
import sys
from typing import get_args

import pytest
import typer
from material import assert_refused, files_below, run_command
from typer.models import OptionInfo

import vidpred
from vidpred.cli.program import COMMANDS
from vidpred.errors import VidpredError
from vidpred.machine.files import replacing


def test_it_says_its_version(monkeypatch, capsys):
    assert run_command(monkeypatch, capsys, "--version") == (0, f"vidpred {vidpred.__version__}\n", "")


def test_a_shell_is_told_the_commands_that_begin_as_typed(monkeypatch, capsys):
    monkeypatch.setenv("_VIDPRED_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "vidpred ev")
    monkeypatch.setenv("COMP_CWORD", "1")
    code, printed, _ = run_command(monkeypatch, capsys)
    assert (code, printed.split()) == (0, ["evaluate"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["predict", ""], "the word after predict is empty"),
        (["predict", "clip.mp4", "--out", ""], "the word after --out is empty"),
        (["predict", "clip.mp4", "--out="], "--out is empty"),
        ([""], "the word after vidpred is empty"),
    ],
)
def test_an_empty_word_is_no_name_of_the_current_folder(monkeypatch, capsys, tmp_path, words, told):
    monkeypatch.chdir(tmp_path)
    code, _, error = run_command(monkeypatch, capsys, *words)
    assert code != 0
    assert error == f"vidpred: error: {told}, as when a variable is not set; give it a value, or leave it away\n"
    assert not files_below(tmp_path)


def test_a_file_whose_name_begins_like_an_option_is_named_with_how_to_write_it(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-my clip.mp4").write_bytes(b"")
    refused = run_command(monkeypatch, capsys, "predict", "-my clip.mp4")
    assert_refused(refused, "-my clip.mp4 would be read as an option", "write './-my clip.mp4'")
    for meant in (["./-my clip.mp4"], ["--", "-my clip.mp4"]):
        assert_refused(run_command(monkeypatch, capsys, "predict", *meant), "-my clip.mp4", "is empty")


def test_a_current_folder_that_was_deleted_is_named(monkeypatch, capsys, tmp_path):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    refused = run_command(monkeypatch, capsys, "presets")
    assert_refused(refused, "the current folder was deleted; change to one that is there")


def test_a_full_standard_output_is_named(monkeypatch, capsys):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(typer, "echo", full)
    code, _, error = run_command(monkeypatch, capsys, "presets")
    assert code != 0
    assert error.startswith(
        "vidpred: error: cannot use the standard output or a file: No space left on device; free some space"
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_program_that_is_ended_cleans_up_as_after_ctrl_c(monkeypatch, capsys, tmp_path, number):
    def ended(*_, **__):
        with replacing(tmp_path / "film.mp4") as temporary:
            temporary.write_text("half")
            signal.raise_signal(number)

    before = signal.getsignal(number)
    monkeypatch.setattr(typer, "echo", ended)
    assert run_command(monkeypatch, capsys, "presets")[0] == 128 + number
    assert not files_below(tmp_path)
    assert signal.getsignal(number) == before


def test_an_end_that_a_library_takes_for_a_mistake_is_an_end(monkeypatch, capsys):
    def misread(*_, **__):
        try:
            signal.raise_signal(signal.SIGTERM)
        except SystemExit:
            raise VidpredError("the checkpoint is damaged") from None

    monkeypatch.setattr(typer, "echo", misread)
    assert run_command(monkeypatch, capsys, "presets") == (128 + signal.SIGTERM, "", "")


def test_a_home_folder_behind_an_equals_sign_is_one(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("kept")
    code, _, error = run_command(monkeypatch, capsys, "demo", "--out=~/full")
    assert code != 0
    assert f"the folder {tmp_path / 'full'} is not empty" in error


def test_names_in_an_error_cannot_steer_the_terminal(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    code, _, error = run_command(monkeypatch, capsys, "predict", "\x1b[2Jgone\n.mp4")
    assert code != 0
    assert error.count("\n") == 1
    assert "\x1b" not in error


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_standard_streams_that_are_closed_lead_nowhere(tmp_path, closed):
    program = (
        "import sys, pathlib\n"
        "import vidpred.cli as cli\n"
        "cli.open_closed_streams()\n"
        "opened = open('file', 'w')\n"
        "assert opened.fileno() > 2, 'a file has the number of a standard stream'\n"
        "print('said', file=sys.stdout); print('said', file=sys.stderr)\n"
        "assert sys.stdin.isatty() is False and sys.stderr.fileno() == 2\n"
        "pathlib.Path('done').touch()\n"
    )
    (tmp_path / "program.py").write_text(program)
    command = f"exec {shlex.quote(sys.executable)} program.py {closed}"
    ended = subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "done").exists()


@pytest.mark.parametrize("module", ["vidpred.cli.program", "typer", "vidpred.cli.watch"])
def test_ctrl_c_while_modules_are_imported_ends_quietly(module):
    program = (
        "import sys\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == {module!r}:\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "sys.argv = ['vidpred', '--version']\n"
        "import vidpred.__main__\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")


def test_a_backend_of_matplotlib_that_does_not_exist_keeps_no_command_from_drawing(monkeypatch, capsys):
    monkeypatch.setenv("MPLBACKEND", "nonsense")  # with which importing matplotlib would fail
    assert run_command(monkeypatch, capsys, "--version")[0] == 0
    assert os.environ["MPLBACKEND"] == "agg"


@pytest.mark.parametrize(("words", "code"), [(("--nonsense",), 2), (("missing.mp4",), 1), (("--horizon", "ten"), 2)])
def test_what_is_not_understood_ends_with_2_and_what_is_refused_with_1(monkeypatch, capsys, words, code):
    assert run_command(monkeypatch, capsys, "predict", *words)[0] == code


def required(name, parameter):
    """Return a word for what a command cannot be called without."""
    return f"--{name}=word" if isinstance(get_args(parameter.annotation)[1], OptionInfo) else "word"


def options_with_a_fraction():
    """Yield every option that takes a number with a fraction, with the command and the words that it needs."""
    for command in (each for commands in COMMANDS.values() for each in commands):
        parameters = inspect.signature(command, eval_str=True).parameters
        words = [required(*each) for each in parameters.items() if each[1].default is inspect.Parameter.empty]
        for name, parameter in parameters.items():
            if get_args(parameter.annotation)[0] in (float, float | None):
                yield command.__name__.replace("_", "-"), tuple(words), name.replace("_", "-")


NUMBERS = [*options_with_a_fraction()]


@pytest.mark.parametrize(("command", "words", "option"), NUMBERS, ids=str)
@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e999"])
def test_no_option_is_nan_or_infinite(monkeypatch, capsys, tmp_path, command, words, option, value):
    monkeypatch.chdir(tmp_path)
    code, _, error = run_command(monkeypatch, capsys, command, *words, f"--{option}={value}")
    assert code != 0
    asked = f"--{option} is {float(value)}, but a finite number is asked for; give one, "
    assert asked in error or (code == 2 and f"Invalid value for '--{option}'" in error)  # where it has bounds
    assert not files_below(tmp_path)


def test_numbers_that_have_no_bounds_are_among_those_tried():
    named = {(command, option) for command, _, option in NUMBERS}
    assert {("watch", "alarm-rate"), ("complete", "prior"), ("export-dataset", "truncate")} < named


@pytest.mark.parametrize("end", ["raise KeyboardInterrupt", "raise SystemExit(130)"])  # typer makes the other of one
def test_another_ctrl_c_while_python_ends_changes_nothing(end):
    program = (
        "import atexit, os, signal, sys\n"
        "atexit.register(lambda: os.kill(os.getpid(), signal.SIGINT))\n"
        "def interrupted():\n"
        f"    {end}\n"
        "import vidpred.cli, vidpred.cli.program\n"
        "vidpred.cli.program.run = interrupted\n"
        "vidpred.cli.main()\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")
