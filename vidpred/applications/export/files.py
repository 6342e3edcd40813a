"""Exports a network to a file, after everything that the file says and computes has been checked."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from torch import nn
from torch.export import ExportedProgram

from vidpred.applications.export.checks import Compute, Difference, compare, references, smallest_side
from vidpred.applications.export.description import Description
from vidpred.applications.export.onnx_model import (
    make_model,
    model_file,
    open_model,
    require_one_file,
    require_onnx,
)
from vidpred.applications.export.traced_model import by_trace, traced_model
from vidpred.applications.export.tracing import Exportable, prepare, trace
from vidpred.errors import VidpredError
from vidpred.machine.files import is_taken, replacing

Form = Literal["onnx", "torch"]
SUFFIXES: Mapping[Form, str] = {"onnx": ".onnx", "torch": ".pt2"}
METADATA = "vidpred.json"  # the file within a program of torch.export that describes it

_Made = tuple[bytes, Mapping[str, str], Mapping[str, Compute]]  # a file, what it says of itself, what computes it


@dataclass(frozen=True)
class Exported:
    """What was written.

    Args:
        path: of the file.
        description: of the network.
        metadata: what the file says of itself, by key.
        differences: from the network itself, by what computes the file, at every size.
        refusals: what the network says of sizes that it refuses.
    """

    path: Path
    description: Description
    metadata: Mapping[str, str]
    differences: Mapping[str, list[Difference]]
    refusals: Sequence[str] = ()

    def table(self) -> str:
        """Return the differences as a table for the terminal, and what the network says of sizes that it refuses."""
        sizes = [difference.size for difference in next(iter(self.differences.values()))]
        width = max(map(len, sizes)) + 2
        lines = [f"{'difference at':{width + 3}}" + "".join(f"{by:>15}" for by in self.differences)]
        for row, size in enumerate(sizes):
            lines.append(f"   {size:{width}}" + "".join(f"{found[row]!s:>15}" for found in self.differences.values()))
        return "\n".join([*lines, *self.refusals])


def export_network(
    network: nn.Module,
    path: str | Path,
    form: Form = "onnx",
    *,
    name: str = "",
    weights: str = "",
    overwrite: bool = False,
) -> Exported:
    """Write a predictor, or a generator of images, to a file that is computed without vidpred.

    The file takes batches of any number, and frames of any size that the network takes. Before it is written, it is
    compared with the network at several sizes. What it takes, what it returns and where the network came from is
    in its metadata: the properties of an ONNX model, or the file ``vidpred.json`` within a program of torch.export.

    Args:
        network: on any device; it stays as it is.
        path: of the file.
        form: onnx, for a path in .onnx, or torch for a program of torch.export, in .pt2.
        name: that the file calls it by; its class's name by default.
        weights: where they came from, in words.
        overwrite: whether to replace a file that exists.

    Raises:
        VidpredError: the file exists or has another ending, a package is missing, the network cannot be exported, or
            what is exported does not compute the same.
    """
    path = Path(path)
    if is_taken(path) and not overwrite:
        raise VidpredError(f"{path} exists; choose another name, or give --overwrite, in Python overwrite=True")
    _require_format(form, path)
    if form == "onnx":
        require_onnx()
    description = Description.of(network, name or type(network).__name__, weights or "not said")
    exportable = prepare(network, description)
    content, metadata, computed = (_as_model if form == "onnx" else _as_program)(exportable)
    known = references(exportable, int(metadata.get("smallest_side", 0)))
    differences = {by: compare(known, each, by, description.name) for by, each in computed.items()}
    with replacing(path, overwrite) as temporary:
        temporary.write_bytes(content)
    refusals = sorted({reference.refusal for reference in known if reference.refusal})
    return Exported(path, description, metadata, differences, refusals)


def _require_format(form: Form, path: Path) -> None:
    if form not in SUFFIXES:
        raise VidpredError(f"there is no format {form!r}; choose {' or '.join(SUFFIXES)}")
    if path.suffix.lower() != SUFFIXES[form]:
        raise VidpredError(
            f"{path} does not end in {SUFFIXES[form]}, as files of the format {form} do; rename it, or "
            f"choose another format ({', '.join(f'{suffix} for {each}' for each, suffix in SUFFIXES.items())})"
        )


def _as_program(exportable: Exportable) -> _Made:
    program = trace(exportable)
    metadata = exportable.description.metadata(smallest_side(exportable, program.module()))
    content = _program_file(program, metadata)
    return content, metadata, {"PyTorch": _open_program(content)}


def _as_model(exportable: Exportable) -> _Made:
    description = exportable.description
    require_one_file(exportable)
    computed: dict[str, Compute] = {}
    if by_trace(exportable):
        model = traced_model(exportable)
        side = smallest_side(exportable, open_model(model.SerializeToString()))
    else:
        program = trace(exportable)
        computed["PyTorch"] = program.module()
        side = smallest_side(exportable, computed["PyTorch"])
        model = make_model(program, description)
    metadata = description.metadata(side)
    content = model_file(model, description, metadata)
    return content, metadata, {**computed, "ONNX Runtime": open_model(content)}


def _program_file(program: ExportedProgram, metadata: Mapping[str, str]) -> bytes:
    file = io.BytesIO()
    torch.export.save(program, file, extra_files={METADATA: json.dumps(metadata, indent=2)})
    return file.getvalue()


def _open_program(content: bytes) -> Compute:
    """Return what a program computes, read from the file that is about to be written."""
    module: Compute = torch.export.load(io.BytesIO(content)).module()
    return module
