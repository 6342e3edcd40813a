"""ONNX models: made of a program by torch.onnx, and computed by ONNX Runtime."""

import importlib
import io
import os
import re
import warnings
from collections.abc import Mapping
from contextlib import redirect_stdout
from typing import Any, cast

import torch
from torch import Tensor
from torch.export import ExportedProgram

from vidpred.applications.export.checks import Compute
from vidpred.applications.export.description import Description
from vidpred.applications.export.tracing import Exportable
from vidpred.errors import VidpredError, first_line

PACKAGES = ("onnx", "onnxscript", "onnxruntime")
TELEMETRY_OFF = "ORT_DISABLE_TELEMETRY"
LARGEST = 2_000_000_000  # bytes of weights that fit into one ONNX file


def require_onnx() -> None:
    """Refuse to write ONNX files where a package that this takes is missing or does not fit to those beside it.

    Raises:
        VidpredError: one is, or does not.
    """
    _report_nothing()
    for package in PACKAGES:
        try:
            importlib.import_module(package)
        except Exception as error:  # protobuf has one of its own where its version is not that of onnx
            raise VidpredError(
                f"ONNX files are made and checked by {', '.join(PACKAGES)}, of which {package} cannot be imported "
                f"({first_line(error)}); run `pip install {' '.join(PACKAGES)}`, or use --format torch"
            ) from None


def require_one_file(network: Exportable) -> None:
    """Refuse a network that does not fit into one ONNX file.

    Raises:
        VidpredError: its weights are too large.
    """
    size = sum(value.numel() * value.element_size() for value in network.state_dict().values())
    if size > LARGEST:
        raise VidpredError(
            f"{network.description.name} has {size / 1e9:.1f} GB of weights, but an ONNX file holds 2 GB; use "
            "--format torch"
        )


def make_model(program: ExportedProgram, description: Description) -> Any:
    """Return the ONNX model of a program, without metadata.

    Raises:
        VidpredError: torch.onnx cannot translate an operation.
    """
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()):  # it tells how it goes
        warnings.simplefilter("ignore")
        try:
            made = torch.onnx.export(
                program,
                input_names=list(description.inputs()),
                output_names=[description.output()[0]],
                dynamo=True,
                verbose=False,
            )
        except Exception as error:  # of many kinds
            raise VidpredError(
                f"{description.name} cannot be exported to ONNX, because torch.onnx cannot translate it "
                f"({first_line(error)}); use --format torch"
            ) from error
    return cast(Any, made).model_proto


def model_file(model: Any, description: Description, metadata: Mapping[str, str]) -> bytes:
    """Return the file that holds ``model``, with named sizes and metadata."""
    _name_sizes(model, description)
    model.producer_name, model.producer_version = "vidpred", metadata["vidpred_version"]
    for key, value in metadata.items():
        model.metadata_props.add(key=key, value=value)
    return bytes(model.SerializeToString())


def import_runtime() -> Any:
    """Return ONNX Runtime, which reports nothing to its makers."""
    _report_nothing()
    import onnxruntime

    return onnxruntime


def _report_nothing() -> None:
    """Keep ONNX Runtime from reporting how it is used, as 1.32 does everywhere unless told before it is imported.

    What the user has settled is left alone.
    """
    os.environ.setdefault(TELEMETRY_OFF, "1")


def quiet_options() -> Any:
    """Return options of ONNX Runtime with which it says nothing."""
    options = import_runtime().SessionOptions()
    options.log_severity_level = 4  # what it optimises away is no news, and its errors are raised
    return options


def open_session(model: bytes, options: Any = None) -> Any:
    """Return ONNX Runtime's session of a model, on the CPU; with quiet options unless others are given."""
    return import_runtime().InferenceSession(model, options or quiet_options(), providers=["CPUExecutionProvider"])


def open_model(model: bytes) -> Compute:
    """Return what ONNX Runtime computes with a model, on the CPU."""
    session = open_session(model)
    names = [given.name for given in session.get_inputs()]

    def compute(*inputs: Tensor) -> Tensor:
        arrays = {name: value.numpy() for name, value in zip(names, inputs, strict=True)}
        return torch.from_numpy(session.run(None, arrays)[0])

    return compute


def _name_sizes(model: Any, description: Description) -> None:
    """Name the free sizes of inputs and output as people do, and forget what was noted of the sizes in between."""
    for value, shape in zip(model.graph.input, description.inputs().values(), strict=True):
        _set_shape(value, shape)
    output = description.output()[1]
    if description.context_frames:
        _set_shape(model.graph.output[0], output)
    else:
        _set_shape(model.graph.output[0], output[:1])
    del model.graph.value_info[:]


def _set_shape(value: Any, shape: tuple[int | str, ...]) -> None:
    for dimension, size in zip(value.type.tensor_type.shape.dim, shape, strict=False):
        if isinstance(size, str):
            dimension.dim_param = re.sub(r"\W", "_", size)
