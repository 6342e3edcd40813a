"""The script that tries the wheel takes every step with the installed package, and says which one failed."""

import runpy
from importlib.metadata import version
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

SCRIPT = runpy.run_path(str(Path(__file__).parents[1] / "scripts" / "try_wheel.py"))


@pytest.fixture
def steps(tmp_path, capsys):
    """Take the steps with an interpreter that imports vidpred from ``home`` and fails at what contains ``bad``."""

    def take(home, bad="nothing"):
        def answer(words, **_):
            asked = " ".join(words[1:])
            told = "3.99.1" if "sys.version" in asked else f"{home}/vidpred/__init__.py" if "__file__" in asked else ""
            return CompletedProcess(words, int(bad in asked), f"{told}\n", "what went wrong" if bad in asked else "")

        well = SCRIPT["try_steps"]("python", tmp_path / "site", tmp_path / "empty", {}, run=answer)
        return well, capsys.readouterr().out

    return take


def test_every_step_is_taken_and_named(steps, tmp_path):
    well, printed = steps(tmp_path / "site")
    assert well
    assert printed.splitlines() == ["Python 3.99.1", *(f"  {step}: ok" for step in SCRIPT["STEPS"])]


def test_a_step_that_fails_is_shown_and_the_others_are_taken(steps, tmp_path):
    well, printed = steps(tmp_path / "site", bad="demo")
    assert not well
    assert "  demo: failed, status 1\n" in printed
    assert "what went wrong" in printed
    assert "  train: ok\n" in printed


def test_a_package_that_is_imported_from_elsewhere_is_a_failure(steps, tmp_path):
    well, printed = steps(tmp_path / "checkout")
    assert not well
    assert "  import: failed" in printed


def test_processes_do_not_see_the_repository(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONPATH", "checkout")
    alone = SCRIPT["surroundings"](tmp_path, None)
    assert "PYTHONPATH" not in alone
    assert SCRIPT["surroundings"](tmp_path, tmp_path / "site")["PYTHONPATH"] == str(tmp_path / "site")


def test_the_oldest_versions_are_pinned_one_by_one(tmp_path):
    pins = [Requirement(line) for line in SCRIPT["oldest"](tmp_path).read_text().splitlines()]
    assert {"torch", "av", "typer"} <= {pin.name for pin in pins}
    assert all([piece.operator for piece in pin.specifier] == ["=="] for pin in pins)


def test_a_version_of_four_numbers_is_pinned_by_all_of_them(tmp_path):
    """4.10 is 4.10.0.0, and there is no such version of opencv-python."""
    for line in SCRIPT["oldest"](tmp_path).read_text().splitlines():
        pin = Requirement(line)
        (piece,) = pin.specifier
        usual = len(Version(version(pin.name)).release)
        assert usual < 4 or len(Version(piece.version).release) == usual, line
