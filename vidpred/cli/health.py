"""``vidpred health``: how an adversarial run is going, or went."""

from pathlib import Path
from typing import Annotated

import typer

from vidpred.cli.options import DeviceOption, RunArgument, require_run
from vidpred.cli.outputs import say, say_written
from vidpred.errors import VidpredError
from vidpred.machine.files import is_taken
from vidpred.machine.folders import METRICS
from vidpred.machine.ranges import MOST
from vidpred.wording import counted


def health(
    run: RunArgument,
    out: Annotated[
        Path | None,
        typer.Option(help="Picture to write (.png), with a page beside it (.html); RUN/health.png by default."),
    ] = None,
    duality_gap: Annotated[
        bool,
        typer.Option("--duality-gap", help="Let copies of both players play on alone, and say what each could gain."),
    ] = False,
    steps: Annotated[int, typer.Option(help="Steps that each of them takes for --duality-gap.", min=1, max=MOST)] = 200,
    device: DeviceOption = "auto",
) -> None:
    """Say how the game between generator and discriminator stands, and plot how it went.

    The verdict is one of: healthy, discriminator dominates, generator dominates, collapse, oscillating,
    discriminator overfits, discriminator explodes, adversary in name only, adversary drowns the data terms, too early
    to say. The picture and the page of a run are written anew every time.
    """
    picture = out or run / "health.png"
    if picture.suffix != ".png":
        raise VidpredError(f"the picture {picture} is no .png, which is the only format; name it {picture.stem}.png")
    for path in (picture, picture.with_suffix(".html")) if out is not None else ():
        if is_taken(path):
            raise VidpredError(f"{path} is there already and is not overwritten; name another picture with --out")
    require_run(run)
    from vidpred.training.health.entries import health_entries
    from vidpred.training.health.picture import note_on_rules, verdict_spells, write_health
    from vidpred.training.health.verdicts import diagnose
    from vidpred.training.metrics_file import read_metrics

    path = run / METRICS
    metrics = read_metrics(path)
    if metrics.is_torn:
        say(f"note: the last line of {path} was cut off, and is left out")
    entries = health_entries([line.entry for line in metrics.lines], path)
    if not entries:
        from vidpred.runs.unmeasured import why_unmeasured

        raise VidpredError(why_unmeasured(run))
    found = diagnose(entries)
    for verdict, first, last in verdict_spells(entries):
        typer.echo(f"steps {first} to {last}: {verdict.words}")
    say(f"now: {found}")
    if note := note_on_rules(entries, found):
        say(f"note: {note}")
    for path in write_health(run, entries, found, picture):
        say_written(path)
    if duality_gap:
        from vidpred.runs.duality_gap import measure_duality_gap

        typer.echo(f"duality gap over {counted(steps, 'step')}: {measure_duality_gap(run, steps, device)}")
