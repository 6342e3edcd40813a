"""``vidpred presets``: the files of settings that come with vidpred, what each is for, and its time."""

import textwrap
from typing import Annotated

import typer

from vidpred.wording import counted

WIDTH = 100  # characters per line


def presets(
    words: Annotated[list[str] | None, typer.Argument(help="Show only presets whose name contains a word.")] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Show all that is said of each, not the first sentence.")
    ] = False,
) -> None:
    """List the presets, which `vidpred train videos/ --config NAME` takes: what each is for, and how long it takes.

    Times are of the preset's own number of steps; --steps and --minutes set another, and `vidpred train` says after
    its first steps how long it will take here.
    """
    from vidpred.errors import VidpredError, did_you_mean
    from vidpred.runs.settings.presets import read_presets

    known = read_presets()
    shown = [preset for preset in known if not words or any(word in preset.name for word in words)]
    if words and not shown:
        names = [preset.name for preset in known]
        raise VidpredError(
            f"no preset has {' or '.join(words)} in its name{did_you_mean(words[0], names)}; leave it out"
        )
    for preset in shown:
        typer.echo(f"{preset.name} ({preset.task.replace('_', ' ')}, {counted(preset.steps, 'step')})")
        said = f"{preset.purpose} {preset.details}".strip() if full else preset.purpose
        for text in (said, f"Time: {preset.time}" if preset.time else ""):
            if text:
                typer.echo(textwrap.fill(text, WIDTH, initial_indent="    ", subsequent_indent="    "))
