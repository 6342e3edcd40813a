"""Every command of the documentation is one that the command line, a script or pip accepts, or so says its parser."""

import argparse
import re
import runpy
import sys
import tomllib
from pathlib import Path

import pytest
import typer
from documented import BLOCKS, COMMANDS, INLINE, ROOT

from vidpred import registry
from vidpred.cli.fit import IMAGES
from vidpred.cli.program import _split_plugins, app
from vidpred.evaluation.extractors import take_weights
from vidpred.predictors import PREDICTORS
from vidpred.registry import Registry
from vidpred.runs.build import Plan
from vidpred.runs.recipe import settle
from vidpred.runs.settings import load_config
from vidpred.runs.shipped import WORDS

MOST_NOT_RUN = 55  # commands, each with a reason
DISTINCT = {command.text: command for command in COMMANDS}
GROUP = typer.main.get_command(app)
CONSTRAINTS = (ROOT / "constraints.txt").read_text().splitlines()


def of_program(*programs):
    found = [command for command in DISTINCT.values() if command.words[0] in programs]
    return pytest.mark.parametrize("command", found, ids=[command.text for command in found])


def parsed(arguments):
    """Return the name of a command, its arguments and options, and its plug-ins; None where it only prints help."""
    plugins, (name, *rest) = _split_plugins(arguments)
    if name.startswith("-"):
        with pytest.raises(typer.Exit):
            GROUP.make_context("vidpred", [name, *rest])
        return None
    return name, GROUP.commands[name].make_context(name, rest).params, plugins


@of_program("vidpred", "torchrun")
def test_every_command_has_these_options_settings_and_names(command, capsys):
    found = parsed(command.arguments)
    if found is None:
        return
    name, given, plugins = found
    if name == "train" and not plugins and not given["resume"]:
        videos, settings = given["videos"], list(given["settings"] or [])
        start = given["start_from"]
        known = start if start is not None and str(start) in WORDS else None
        Plan.check(settle(given["config"], settings if "=" not in videos else [videos, *settings], known).config)
    elif name == "fit":
        load_config(None, [*IMAGES, *(given["settings"] or [])])
    for predictor in given.get("predictors") or []:
        is_placeholder = "/" in predictor or predictor.isupper()
        assert is_placeholder or predictor in PREDICTORS or predictor in WORDS
    extractors = given.get("extractor") or []
    take_weights([extractors] if isinstance(extractors, str) else extractors)


@of_program("python")
def test_every_script_has_these_options(command, monkeypatch):
    script, *words = command.words[1:]
    read = []

    def stop(parser, arguments=None, namespace=None):
        read.append(parse(parser, words, namespace))
        raise KeyboardInterrupt

    parse = argparse.ArgumentParser.parse_args
    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", stop)
    monkeypatch.setattr(sys, "argv", [script, *words])
    monkeypatch.syspath_prepend(ROOT / "scripts")
    for each in vars(registry).values():
        if isinstance(each, Registry):  # to which a script may add
            monkeypatch.setattr(each, "_parts", dict(each._parts))
    with pytest.raises(KeyboardInterrupt):
        runpy.run_path(str(ROOT / script), run_name="__main__")
    assert read


@of_program("pip")
def test_what_pip_is_told_to_install_is_there_and_of_the_version_that_was_tested(command):
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert command.words[1] == "install"
    words = iter(command.words[2:])
    for word in words:
        if word == "-c":
            assert (ROOT / next(words)).is_file()
        elif word == "-e":
            named = re.fullmatch(r"\.(?:\[([\w,]+)\])?", next(words))
            assert set(filter(None, (named[1] or "").split(","))) <= set(extras)
        elif word == "--index-url":
            assert next(words).startswith("https://")
        else:
            assert word in CONSTRAINTS or "==" not in word


def test_what_is_not_run_has_a_reason_and_there_is_little_of_it():
    marked = {command.text: command.why_not for command in COMMANDS if command.why_not}
    assert len(marked) <= MOST_NOT_RUN
    assert all(len(reason) > len("too slow") for reason in marked.values())
    assert not [block.place for block in BLOCKS if block.why_not and block.language not in ("", "text", "python")]


def test_a_test_that_a_reason_names_is_there_and_runs_what_is_not_run_here():
    for command in COMMANDS:
        script = Path(command.words[1]).stem if command.words[0] == "python" else ""
        for test in re.findall(r"tests/[\w/]+\.py", command.why_not):
            assert script in (ROOT / test).read_text()


def test_commands_in_running_text_exist_and_have_these_options():
    assert len(INLINE) > 20
    for file, text in INLINE:
        name, *words = text.split()[1:]
        assert name in GROUP.commands, f"{file}: {text}"
        options = {option for parameter in GROUP.commands[name].params for option in parameter.opts}
        given = {word.split("=")[0] for word in words if word.startswith("--")}
        assert given <= options | {"--help", "--plugin"}, f"{file}: {text}"
