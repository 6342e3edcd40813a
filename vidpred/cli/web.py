"""``vidpred web``: a page in the browser on which clips are predicted."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer

from vidpred.cli.options import CheckpointOption, DeviceOption, ThreadsOption
from vidpred.errors import VidpredError
from vidpred.runs.shipped import CLIP, DEFAULT

LOCALHOST = "127.0.0.1"
OLDEST_GRADIO = (6, 28)  # with what the page is made of, and what keeps it from keeping files
FULL_HD, EIGHT_K = 1920 * 1080, 7680 * 4320  # pixels


def web(
    checkpoint: CheckpointOption = DEFAULT,
    runs: Annotated[Path, typer.Option(help="Folder whose runs can be chosen on the page.")] = Path("runs"),
    longest: Annotated[float, typer.Option(help="Most seconds that a clip may last.", min=1, max=3600)] = 60.0,
    largest: Annotated[
        int, typer.Option(help="Most pixels that a frame may have.", min=64 * 64, max=EIGHT_K)
    ] = FULL_HD,
    furthest: Annotated[int, typer.Option(help="Most frames that are predicted.", min=1, max=200)] = 40,
    host: Annotated[
        str, typer.Option(help="Address to serve at; 0.0.0.0 lets everybody in who reaches this machine.")
    ] = LOCALHOST,
    port: Annotated[
        int | None, typer.Option(help="Port to serve at; 7860 by default, or any that is free.", min=1, max=65535)
    ] = None,
    device: DeviceOption = "auto",
    threads: ThreadsOption = None,
) -> None:
    """Open a page on which clips are predicted: drop one or record it, pick a moment, see how it goes on.

    The page is for this machine alone unless --host says otherwise, asks no other machine for anything, and keeps no
    file: what was uploaded is deleted at the end. Ctrl-C ends it.
    """
    _require_gradio()
    from vidpred.machine.threads import use_threads
    from vidpred.runs.choices import choices
    from vidpred.runs.load import load_predictor

    use_threads(threads)
    load_predictor(checkpoint, device)
    from vidpred.applications.web.address import LOOPBACK, address_of, listen
    from vidpred.applications.web.clips import Limits
    from vidpred.applications.web.serving import application, private_folder, serve
    from vidpred.applications.web.shelf import Shelf

    listener, is_alone = listen(host, port), host in LOOPBACK
    shelf = Shelf(lambda: choices(runs, checkpoint), lambda word: load_predictor(word, device))
    limits = Limits(longest, largest, furthest)
    with private_folder() as folder:
        door = application(shelf, limits, folder, CLIP, LOOPBACK if is_alone else None)
        typer.echo(f"the page is at {address_of(host, listener)}; Ctrl-C ends it")
        if not is_alone:
            typer.echo("note: everybody who can reach this machine can use it")
        serve(door, listener)
    typer.echo("ended; what was uploaded is deleted")


def _require_gradio() -> None:
    """Refuse to go on without Gradio, or with one that is too old.

    Raises:
        VidpredError: it is not installed, or too old.
    """
    try:
        found = version("gradio")
        wrong = "" if tuple(map(int, found.split(".")[:2])) >= OLDEST_GRADIO else f"of which {found} is too old"
    except PackageNotFoundError:
        wrong = "which is not installed"
    if wrong:
        oldest = ".".join(map(str, OLDEST_GRADIO))
        raise VidpredError(f"the page needs Gradio, {wrong}; install it by: pip install 'gradio>={oldest}'")
