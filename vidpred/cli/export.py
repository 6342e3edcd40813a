"""``vidpred export``: a network as a file that other programs compute with."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from vidpred.cli.claims import claim
from vidpred.cli.options import OverwriteOption
from vidpred.cli.outputs import check_outputs, say_written
from vidpred.errors import VidpredError, as_word, printable

if TYPE_CHECKING:
    from vidpred.applications.export import Form


class Format(StrEnum):
    """What is written."""

    onnx = "onnx"
    torch = "torch"
    web = "web"


NetworkArgument = Annotated[
    str,
    typer.Argument(
        metavar="CHECKPOINT",
        help="A run's folder, a .safetensors file that `vidpred train` wrote, or the name of a predictor without "
        "weights; by default the shipped weights.",
    ),
]


def export(
    checkpoint: NetworkArgument = "default",
    form: Annotated[
        Format,
        typer.Option(
            "--format",
            help="onnx for ONNX Runtime and others; torch for a program of torch.export, a .pt2; web for a folder with "
            "a page on which a predictor runs in the browser.",
        ),
    ] = Format.onnx,
    out: Annotated[
        Path | None,
        typer.Option(
            help="The file or, for the web, the folder to write; NAME.onnx, NAME.pt2 or NAME_site in the current "
            "folder by default."
        ),
    ] = None,
    runtime: Annotated[
        Path | None,
        typer.Option(help="For --format web: where `npm install onnxruntime-web` was called.", metavar="DIR"),
    ] = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Write a predictor, or a generator of images, as a file that is computed without vidpred.

    Batch, height and width stay free. A predictor takes a context and returns the frame that follows, a generator takes
    noise and returns images; where noise or labels decide, they are inputs too. The file is compared with the network
    itself at several sizes before it is written, and says in its metadata how many frames it takes, how far ahead it
    predicts, and where its weights came from.

    With --format web, a folder is written that any server of files shows, such as `python -m http.server`. On its page,
    whoever drops a clip sees it continued in the browser; the clip goes nowhere.
    """
    if form is Format.web:
        _export_site(checkpoint, out, runtime, overwrite)
        return
    if runtime is not None:
        raise VidpredError("--runtime is for --format web alone; leave it out")
    suffix = ".onnx" if form is Format.onnx else ".pt2"
    path = out or Path(f"{_name_of(checkpoint)}{suffix}")
    check_outputs([(path, suffix)], overwrite)
    from vidpred.applications.export import export_network, require_onnx
    from vidpred.runs.named_network import find_network

    if form is Format.onnx:
        require_onnx()
    found = find_network(checkpoint, "export")
    exported = export_network(
        found.network, path, cast("Form", form.value), name=found.name, weights=found.weights, overwrite=overwrite
    )
    typer.echo(exported.table())
    say_written(path, f": {exported.description}")


def _name_of(checkpoint: str) -> str:
    """Return what the output is called where no name is given."""
    from vidpred.runs.comparing.short_names import short_name

    return short_name(Path(checkpoint)).replace("/", "_")


def _export_site(checkpoint: str, out: Path | None, runtime: Path | None, overwrite: bool) -> None:
    if runtime is None:
        raise VidpredError(
            "the page needs ONNX Runtime Web; run `npm install onnxruntime-web` in some folder and name that folder "
            "with --runtime"
        )
    folder = out or Path(f"{_name_of(checkpoint)}_site")
    claim(folder)
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir()) and not overwrite):
        raise VidpredError(f"{folder} exists and is no empty folder; name another with --out, or give --overwrite")
    from vidpred.applications.export import export_site
    from vidpred.runs.named_network import find_network

    found = find_network(checkpoint, "export")
    site = export_site(found.network, folder, runtime, name=found.name, weights=found.weights, overwrite=True)
    see = f"python -m http.server -d {as_word(folder)}"
    say_written(folder, f": {printable(found.name)}, {site.size / 1e6:.0f} MB; to see it: {see}")
