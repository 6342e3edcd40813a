"""ONNX models made of what torch.jit traces: for networks of more levels than torch.export reasons about in time."""

import io
import warnings
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from vidpred.applications.export.tracing import TRACED, Exportable
from vidpred.errors import VidpredError, first_line, shown

OPSET = 20  # the first whose GridSample knows cubic interpolation by that name

Shape = tuple[int | str, ...]  # of an input or output; a word stands for a free size


def by_trace(network: Exportable) -> bool:
    """Return whether ONNX models of a network are made of its trace: see :class:`vidpred.interfaces.Traceable`."""
    return bool(getattr(network.network, "onnx_by_trace", False))


def traced_model(network: Exportable) -> Any:
    """Return the ONNX model of a network, without metadata.

    Raises:
        VidpredError: see :func:`trace_to_onnx`.
    """
    known = network.description
    name, shape = known.output()
    return trace_to_onnx(network, network.examples(*TRACED), known.inputs(), {name: shape}, known.name)


@torch.no_grad()
def trace_to_onnx(
    module: nn.Module,
    inputs: tuple[Tensor, ...],
    given: Mapping[str, Shape],
    returned: Mapping[str, Shape],
    name: str,
) -> Any:
    """Return the ONNX model of any module, without metadata.

    Args:
        module: takes and returns tensors; its branches are those that ``inputs`` take.
        inputs: an example of each.
        given: the shape of each input by its name.
        returned: the shape of each output by its name.
        name: of the network, for errors.

    Raises:
        VidpredError: torch.onnx cannot translate it.
    """
    import onnx

    shapes = {**given, **returned}
    free = {
        key: {axis: each for axis, each in enumerate(shape) if isinstance(each, str)} for key, shape in shapes.items()
    }
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            torch.onnx.export(
                module,
                inputs,
                file,  # type: ignore[arg-type]
                input_names=[*given],
                output_names=[*returned],
                dynamic_axes=free,
                opset_version=OPSET,
                dynamo=False,
            )
        except Exception as error:  # of many kinds
            raise VidpredError(
                f"{name} cannot be exported to ONNX, because torch.onnx cannot translate its trace "
                f"({shown(first_line(error))}); use --format torch"
            ) from error
    return onnx.load_from_string(file.getvalue())
