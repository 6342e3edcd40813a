"""From a network to a program of torch.export, whose batch, height and width are free."""

import copy
import io
import warnings
from contextlib import redirect_stderr
from typing import cast
from unittest import mock

import torch
from torch import Tensor, nn
from torch._decomp import decomposition_table
from torch.export import Dim, ExportedProgram

from vidpred.applications.export.description import Description
from vidpred.errors import VidpredError, first_line, shown
from vidpred.interfaces import Following, Predictor
from vidpred.nn.context import require_frames
from vidpred.nn.free_sizes import is_recorded
from vidpred.nn.labels import generated
from vidpred.nn.latent import predict_with

TRACED = (2, 64, 96)  # batch, height and width that the program is made from, none of them special


class Exportable(nn.Module):
    """A network with one output: a copy on the CPU, in single precision, in plain layout and in evaluation mode.

    In channels-last layout, the program would not take batches of one.

    Args:
        network: a predictor, or a generator of images; it stays as it is.
        description: of the network.

    Raises:
        VidpredError: it says that it cannot be exported, or is no module.
    """

    def __init__(self, network: nn.Module, description: Description):
        super().__init__()
        if not isinstance(network, nn.Module):
            raise VidpredError(
                f"{description.name} is an object of the class {type(network).__name__}, but only a torch.nn.Module "
                "can be exported; make it one"
            )
        if reason := str(getattr(network, "not_exportable", "")):
            instead = (
                "; `vidpred export learned_motion` can, and so can runs of network=multiscale, unet, convlstm or simvp"
            )
            predicts = bool(description.context_frames)
            raise VidpredError(f"{description.name} cannot be exported, because {reason}{instead if predicts else ''}")
        plain = copy.deepcopy(network).to("cpu", torch.float32, memory_format=torch.contiguous_format)  # type: ignore[call-overload]
        self.network: nn.Module = plain.requires_grad_(False)
        self.description = description
        self.eval()

    def examples(self, batch: int, height: int, width: int) -> tuple[Tensor, ...]:
        """Return inputs of a given size, the same ones every time; frames show waves that drift, and some noise."""
        stream, known = torch.Generator().manual_seed(0), self.description
        inputs: list[Tensor] = []
        if known.context_frames:
            inputs.append(_drifting(stream, (batch, known.context_frames, known.channels, height, width)))
        if known.latent_length:
            inputs.append(torch.randn(batch, known.latent_length, generator=stream))
        if known.num_classes:
            inputs.append(torch.arange(batch) % known.num_classes)
        return tuple(inputs)


class ExportablePredictor(Exportable):
    """A predictor that returns only the frame at full size."""

    def forward(self, context: Tensor, noise: Tensor | None = None) -> Tensor:
        """Map a context (B, T, C, H, W), and noise (B, Z) if it takes any, to the frame (B, 1, C, H, W)."""
        if isinstance(self.network, Following):
            return self.network.follow(context, latent=noise, finest_alone=True)[0][-1]
        pyramid = predict_with(cast(Predictor, self.network), context, noise)
        if not is_recorded():
            require_frames(pyramid, context)
        return pyramid[-1]


class ExportableGenerator(Exportable):
    """A generator that returns images without the axis of time."""

    def forward(self, noise: Tensor, labels: Tensor | None = None) -> Tensor:
        """Map noise (B, Z), and labels (B,) if it takes any, to images (B, C, H, W)."""
        return generated(self.network, noise, labels)[-1][:, 0]


def prepare(network: nn.Module, description: Description) -> Exportable:
    """Return ``network`` as it is exported.

    Raises:
        VidpredError: see :class:`Exportable`.
    """
    wrap = ExportablePredictor if description.context_frames else ExportableGenerator
    return wrap(network, description)


@torch.no_grad()
def trace(network: Exportable) -> ExportedProgram:
    """Return the program of ``network``.

    Raises:
        VidpredError: torch.export cannot follow what it computes, or a size would not be free.
    """
    from torch.fx.experimental import _config

    inputs = network.examples(*TRACED)
    shapes = network.description.inputs().values()
    free = tuple({axis: Dim.AUTO for axis, size in enumerate(shape) if isinstance(size, str)} for shape in shapes)
    network(*inputs)  # some networks note at their first use what cannot be seen in a trace
    # As torch.onnx does: else sizes of 1 would be left out wherever some layer's layout in memory depends on them.
    oblivious = _config.patch(backed_size_oblivious=True)  # type: ignore[attr-defined]
    shapes_alone = mock.patch.dict(decomposition_table, {torch.ops.aten.grid_sampler_2d.default: _fetched_shape})
    program_so_far = redirect_stderr(io.StringIO())  # which torch.export prints where it cannot go on
    with warnings.catch_warnings(), oblivious, shapes_alone, program_so_far:
        warnings.simplefilter("ignore")
        try:
            program = torch.export.export(network, inputs, dynamic_shapes=free)
        except Exception as error:  # whatever the network's own code makes of it
            raise VidpredError(
                f"{network.description.name} cannot be exported, because torch.export cannot follow its forward pass "
                f"({shown(first_line(error))}); write it with operations on tensors alone, or say why not in "
                "`not_exportable`"
            ) from error
    _require_free(program, network.description)
    return program


def _fetched_shape(frames: Tensor, places: Tensor, *_: object) -> Tensor:
    """Return something of the shape of fetched frames: torch.export would else compute all its steps with sizes."""
    return frames.new_empty((*frames.shape[:2], *places.shape[1:3]))


def _require_free(program: ExportedProgram, description: Description) -> None:
    """Refuse a program in which a size is a constant that should be free."""
    user_inputs = program.graph_signature.user_inputs
    values = {node.name: node.meta["val"] for node in program.graph.nodes if node.op == "placeholder"}
    for name, (given, shape) in zip(user_inputs, description.inputs().items(), strict=True):
        for size, traced in zip(shape, values[str(name)].shape, strict=True):
            if isinstance(size, str) and str(traced).isdecimal():
                raise VidpredError(
                    f"{description.name} cannot be exported, because its code turns the {size} of {given} into a "
                    f"constant ({traced}); use operations that take sizes as they come, not len(), int() or linspace"
                )


def _drifting(stream: torch.Generator, shape: tuple[int, int, int, int, int]) -> Tensor:
    """Draw waves that drift by a pixel or two per frame, and noise of a fiftieth of the range: (B, T, C, H, W)."""
    batch, time, channels, height, width = shape
    phases = 6 * torch.rand(batch, 1, channels, 1, 1, generator=stream)
    moved = torch.arange(time)[:, None, None, None]
    down, across = torch.arange(height)[:, None], torch.arange(width)
    waves = torch.sin(phases + (across + 2 * moved) / 5) * torch.cos(phases + (down - moved) / 7)
    return (0.8 * waves + 0.04 * torch.rand(shape, generator=stream)).clamp(-1, 1)
