"""``vidpred film``: how a run learnt, as a film."""

from pathlib import Path
from typing import Annotated

import typer

from vidpred.cli.options import RunArgument, require_run
from vidpred.cli.outputs import check_outputs, say_written
from vidpred.wording import counted


def film(
    run: RunArgument,
    out: Annotated[Path | None, typer.Option(help="The mp4 to write; RUN/film.mp4 by default.")] = None,
    rate: Annotated[float, typer.Option(help="Pictures per second.")] = 10.0,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a film that exists.")] = False,
) -> None:
    """Put the sample pictures of a run one after another: the same noise, or the same clip, from step to step.

    A run writes one every log.sample_every steps; set that low where a film is wanted.
    """
    require_run(run)
    path = out or run / "film.mp4"
    check_outputs([(path, ".mp4")], overwrite)
    from vidpred.runs.film import write_film

    number = write_film(run, path, rate, overwrite)
    say_written(path, f", {counted(number, 'picture')}")
