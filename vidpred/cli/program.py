"""The command ``vidpred``. Each command stands in a file of its own and imports torch only when it runs."""

import atexit
import gc
import io
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import takewhile
from pathlib import Path
from shlex import quote
from types import FrameType
from typing import Annotated, Any

import typer

import vidpred
from vidpred.cli.accuracy_score import accuracy_score
from vidpred.cli.arithmetic import arithmetic
from vidpred.cli.cache import cache
from vidpred.cli.claims import claiming
from vidpred.cli.compare import compare
from vidpred.cli.complete import complete
from vidpred.cli.config import config
from vidpred.cli.demo import demo
from vidpred.cli.evaluate import evaluate
from vidpred.cli.export import export
from vidpred.cli.export_dataset import export_dataset
from vidpred.cli.extend import extend
from vidpred.cli.film import film
from vidpred.cli.fit import fit
from vidpred.cli.health import health
from vidpred.cli.inspect import inspect
from vidpred.cli.interpolate import interpolate
from vidpred.cli.interpolate_video import interpolate_video
from vidpred.cli.live import live
from vidpred.cli.neighbours import neighbours
from vidpred.cli.numbers import finite
from vidpred.cli.predict import predict
from vidpred.cli.presets import presets
from vidpred.cli.probe import probe
from vidpred.cli.project import project
from vidpred.cli.sample import sample
from vidpred.cli.sections import Sections
from vidpred.cli.train import train
from vidpred.cli.watch import watch
from vidpred.cli.web import web
from vidpred.errors import Note, VidpredError, printable
from vidpred.machine.files import NO_SPACE, from_home
from vidpred.machine.memory import ran_out
from vidpred.machine.name_length import too_long_explained
from vidpred.machine.signals import asking, leave_lost_terminal
from vidpred.plugins import load_plugin

NAME = "vidpred"
COMMANDS: dict[str, tuple[Callable[..., None], ...]] = {
    "Predict": (predict, web, extend, interpolate_video, live, watch, demo, export),
    "Train": (train, inspect, fit, config, presets, cache),
    "Judge": (evaluate, compare, accuracy_score, neighbours),
    "Images": (sample, interpolate, arithmetic, project, complete, export_dataset),
    "Look inside": (health, film, probe),
}
ENDED_BY_SIGNAL = 128  # and its number, is the exit code
PATIENCE = 200_000  # new objects before a search for garbage: importing torch makes very many that all stay


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"{NAME} {vidpred.__version__}")
        raise typer.Exit


app = typer.Typer(
    cls=Sections,
    name=NAME,
    help="Sharp futures from ordinary video: train a frame predictor on your videos, and continue any clip.",
    epilog="Add --debug to any command to see the whole traceback of an error, and --plugin FILE.py or --plugin MODULE "
    "(as often as needed) to load parts of your own, such as predictors, losses, data sets and tasks.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Take the options that belong to no command."""


for section, commands in COMMANDS.items():
    for command in commands:
        app.command(rich_help_panel=section)(finite(command))


def run() -> None:
    """Run the command line; print every mistake as one sentence on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # names of files may be no Unicode
    os.environ["MPLBACKEND"] = "agg"  # nothing is shown by matplotlib, which refuses to start with one it does not know
    gc.set_threshold(PATIENCE)
    atexit.register(gc.freeze)  # else Python looks through all that was imported once more, for a second
    debug, ended = "--debug" in sys.argv[1:], list[int]()
    try:
        plugins, arguments = _split_plugins(_from_home(argument) for argument in sys.argv[1:] if argument != "--debug")
        with warnings.catch_warnings(), _ending_in_order(ended), claiming(), too_long_explained():
            warnings.simplefilter("default", Note)  # whatever PYTHONWARNINGS says of others
            warnings.showwarning = partial(_show_warning, warnings.showwarning)
            _require_current_folder()
            _refuse_empty(arguments)
            _refuse_dashed(arguments)
            for plugin in plugins:
                load_plugin(plugin)
            app(arguments, prog_name=NAME)
    except VidpredError as error:
        if debug:
            raise
        if ended:  # within a library that took the end for a mistake in a file
            sys.exit(ENDED_BY_SIGNAL + ended[0])
        sys.exit(f"vidpred: error: {printable(str(error))}")
    except OSError as error:
        if debug or error.errno is None:
            raise
        from vidpred.machine.closed_folders import closed_explained  # here, because it is seldom needed

        if closed := closed_explained(error):
            sys.exit(f"vidpred: error: {printable(closed)}")
        place = printable(str(error.filename or "the standard output or a file"))
        remedy = "free some space" if error.errno in NO_SPACE else "fix that"
        sys.exit(f"vidpred: error: cannot use {place}: {os.strerror(error.errno)}; {remedy} or choose another place")
    except Exception as error:
        if debug or not ran_out(error):
            raise
        sys.exit("vidpred: error: memory ran out; give smaller or fewer frames, or a smaller network, at once")


@contextmanager
def _ending_in_order(ended: list[int]) -> Iterator[None]:
    """End at SIGTERM and SIGHUP as at Ctrl-C: no half of a file is left, and the exit code is that of a signal.

    Args:
        ended: takes the number of the signal.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = {number: signal.signal(number, partial(_end, ended)) for number in asking() if number != signal.SIGINT}
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler or signal.SIG_DFL)


def _end(ended: list[int], number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    ended.append(number)
    leave_lost_terminal(number)
    sys.exit(ENDED_BY_SIGNAL + number)


def _split_plugins(arguments: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return what ``--plugin`` names, and the other arguments; any command takes it, anywhere before ``--``."""
    plugins, others, rest = list[str](), list[str](), iter(arguments)
    for argument in rest:
        option, equals, value = argument.partition("=")
        if option == "--plugin":
            plugins.append(value if equals else next(rest, ""))
        else:
            others.append(argument)
        if argument == "--":
            break
    if "" in plugins:
        raise VidpredError("--plugin names nothing; add a Python file, as --plugin my_parts.py, or a module")
    return plugins, [*others, *rest]


def _from_home(argument: str) -> str:
    """Return ``--option=~/name`` with the home folder that ``~`` means; shells replace it at the beginning of words."""
    option, _, value = argument.partition("=")
    return f"{option}={from_home(value)}" if option.startswith("--") and value.startswith("~") else argument


def _require_current_folder() -> None:
    """Refuse to run where relative paths lead nowhere, and libraries cannot be loaded.

    Raises:
        VidpredError: the current folder was deleted.
    """
    try:
        Path.cwd()
    except FileNotFoundError:
        raise VidpredError(
            "the current folder was deleted; change to one that is there, as by cd, and run this again"
        ) from None


def _refuse_empty(arguments: Iterable[str]) -> None:
    """Refuse empty words, which as paths would mean the current folder: a shell writes them for unset variables.

    Raises:
        VidpredError: one of the arguments is empty, or an option's value.
    """
    before = NAME
    for argument in arguments:
        option, equals, value = argument.partition("=")
        if not argument or (option.startswith("--") and equals and not value):
            place = option or f"the word after {before}"
            raise VidpredError(f"{place} is empty, as when a variable is not set; give it a value, or leave it away")
        before = argument


def _refuse_dashed(arguments: Iterable[str]) -> None:
    """Refuse files and folders that a shell put among the words for ``*``, and whose names begin like short options.

    Raises:
        VidpredError: one of the arguments before a lone ``--`` is such a name.
    """
    for argument in takewhile("--".__ne__, arguments):
        dashed = argument.startswith("-") and not argument.startswith("--") and argument != "-"
        if dashed and os.path.lexists(argument):
            raise VidpredError(f"{argument} would be read as an option; write {quote(f'./{argument}')}")


def _show_warning(
    usual: Callable[..., None], message: Warning | str, category: type[Warning], *where: Any, **more: Any
) -> None:
    """Write notes as one sentence, and other warnings as usual."""
    if issubclass(category, Note):
        print(f"vidpred: note: {printable(str(message))}", file=sys.stderr)
    else:
        usual(message, category, *where, **more)
