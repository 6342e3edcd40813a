"""What ``vidpred`` answers without a command: its version, and words to complete."""

from material import run_command

import vidpred


def test_it_says_its_version(monkeypatch, capsys):
    assert run_command(monkeypatch, capsys, "--version") == (0, f"vidpred {vidpred.__version__}\n", "")


def test_a_shell_is_told_the_commands_that_begin_as_typed(monkeypatch, capsys):
    monkeypatch.setenv("_VIDPRED_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "vidpred ev")
    monkeypatch.setenv("COMP_CWORD", "1")
    code, printed, _ = run_command(monkeypatch, capsys)
    assert (code, printed.split()) == (0, ["evaluate"])
