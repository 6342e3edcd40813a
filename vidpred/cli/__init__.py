"""The command ``vidpred``. Each command stands in a file of its own and imports torch only when it runs."""

import io
import os
import sys

import typer

from vidpred.cli.accuracy_score import accuracy_score
from vidpred.cli.arithmetic import arithmetic
from vidpred.cli.compare import compare
from vidpred.cli.complete import complete
from vidpred.cli.config import config
from vidpred.cli.demo import demo
from vidpred.cli.evaluate import evaluate
from vidpred.cli.export_dataset import export_dataset
from vidpred.cli.film import film
from vidpred.cli.fit import fit
from vidpred.cli.health import health
from vidpred.cli.interpolate import interpolate
from vidpred.cli.neighbours import neighbours
from vidpred.cli.predict import predict
from vidpred.cli.probe import probe
from vidpred.cli.project import project
from vidpred.cli.sample import sample
from vidpred.cli.sections import Sections
from vidpred.cli.train import train
from vidpred.errors import VidpredError

COMMANDS = {
    "Predict": (predict, demo),
    "Train": (train, fit, config),
    "Judge": (evaluate, compare, accuracy_score, neighbours),
    "Images": (sample, interpolate, arithmetic, project, complete, export_dataset),
    "Look inside": (health, film, probe),
}
app = typer.Typer(
    cls=Sections,
    name="vidpred",
    help="Sharp futures from ordinary video: train a frame predictor on your videos, and continue any clip.",
    epilog="Add --debug to any command to see the whole traceback of an error.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for section, commands in COMMANDS.items():
    for command in commands:
        app.command(rich_help_panel=section)(command)


def main() -> None:
    """Run the command line; tell every mistake in one sentence on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # names of files may be no Unicode
    debug = "--debug" in sys.argv[1:]
    try:
        app([argument for argument in sys.argv[1:] if argument != "--debug"])
    except VidpredError as error:
        if debug:
            raise
        sys.exit(f"vidpred: error: {error}")
    except OSError as error:
        if debug or error.errno is None:
            raise
        place = f" {error.filename}" if error.filename else ""
        sys.exit(f"vidpred: error: cannot use{place}: {os.strerror(error.errno)}; mend that or choose another place")
