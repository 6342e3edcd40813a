"""A folder with a page on which a predictor continues clips in the browser, whose visitors' clips go nowhere."""

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from torch import nn

from vidpred.applications.export.description import Description
from vidpred.applications.export.files import export_network
from vidpred.applications.export.onnx_model import require_onnx
from vidpred.applications.export.stepping import steps_of
from vidpred.applications.export.tracing import prepare
from vidpred.errors import VidpredError
from vidpred.interfaces import Stepping
from vidpred.machine.files import all_or_none, missing_folders, replacing

PAGE = Path(__file__).parent / "site"  # what the folder holds whatever the predictor
RUNTIME = ("ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm")  # of onnxruntime-web
FIRST, NEXT, FACTS = "predictor.onnx", "next.onnx", "predictor.json"


@dataclass(frozen=True)
class Site:
    """What was written.

    Args:
        folder: that a server is to show.
        facts: what ``predictor.json`` says of the predictor.
        size: of all files together, in bytes.
    """

    folder: Path
    facts: Mapping[str, object]
    size: int


def export_site(
    network: nn.Module,
    folder: str | Path,
    runtime: str | Path,
    *,
    name: str = "",
    weights: str = "",
    overwrite: bool = False,
) -> Site:
    """Write a folder that any server of files shows as a page, on which a predictor runs in the browser.

    Args:
        network: a predictor that can be exported to ONNX.
        folder: a new one, or an empty one, unless files in it may be overwritten.
        runtime: where ``npm install onnxruntime-web`` put the package, or the folder in which that was called.
        name: that the page calls the predictor by; its class's name by default.
        weights: where they came from, in words.
        overwrite: whether files of the same names are replaced.

    Raises:
        VidpredError: the folder holds something, the runtime is not there, the network is no predictor of colours or
            of grey, or it cannot be exported.
    """
    folder = Path(folder)
    require_onnx()
    files = runtime_files(Path(runtime))
    if folder.is_file() or (not overwrite and folder.is_dir() and any(folder.iterdir())):
        raise VidpredError(
            f"{folder} exists and is no empty folder; name another, or give --overwrite, in Python overwrite=True"
        )
    description = Description.of(network, name or type(network).__name__, weights or "not said")
    if not description.context_frames or description.channels not in (1, 3):
        raise VidpredError(f"{description.name} does not predict frames of grey or of colours, which a page shows")
    with tempfile.TemporaryDirectory() as place:  # so that what cannot be exported leaves nothing behind
        facts = _predictor_files(network, description, Path(place))
        _put_together([*Path(place).iterdir(), *PAGE.iterdir(), *files], folder)
    return Site(folder, facts, sum(file.stat().st_size for file in folder.iterdir()))


def _put_together(files: Sequence[Path], folder: Path) -> None:
    """Copy all files into a folder, or none."""
    with all_or_none() as announced:
        for missing in reversed(missing_folders(folder)):
            announced(missing).mkdir()
        for file in files:
            if file.is_file():
                with replacing(announced(folder / file.name)) as temporary:
                    shutil.copyfile(file, temporary)


def _predictor_files(network: nn.Module, description: Description, place: Path) -> Mapping[str, object]:
    """Write the models, and what the page must know of them, which is returned too."""
    steps = isinstance(network, Stepping) and description.lead == 1
    if steps:
        for name, content in zip((FIRST, NEXT), steps_of(prepare(network, description)), strict=True):
            (place / name).write_bytes(content)
    else:
        export_network(network, place / FIRST, name=description.name, weights=description.weights)
    facts = {**description.metadata(1), "first": FIRST, "next": NEXT if steps else None}
    (place / FACTS).write_text(json.dumps(facts, indent=2) + "\n")
    return facts


def runtime_files(place: Path) -> list[Path]:
    """Return the files of onnxruntime-web that a page needs, of the package in or around ``place``.

    Raises:
        VidpredError: they are not there.
    """
    for folder in (
        place / "node_modules" / "onnxruntime-web" / "dist",
        place / "onnxruntime-web" / "dist",
        place / "dist",
        place,
    ):
        files = [folder / name for name in RUNTIME]
        if all(file.is_file() for file in files):
            return files
    raise VidpredError(
        f"{place} holds no onnxruntime-web ({', '.join(RUNTIME)}); run `npm install onnxruntime-web` somewhere and "
        "name that folder with --runtime"
    )
