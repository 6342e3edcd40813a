"""A rollout as ONNX models: one for the first frame, one for every frame after it, which remembers what came before."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from vidpred.applications.export.checks import TOLERANCE
from vidpred.applications.export.onnx_model import import_runtime, open_session, quiet_options
from vidpred.applications.export.traced_model import Shape, trace_to_onnx
from vidpred.applications.export.tracing import TRACED, Exportable
from vidpred.errors import VidpredError
from vidpred.interfaces import Predictor, Stepping
from vidpred.predictors.rollout.rollout import rollout

OTHER = (32, 64)  # height and width at which the free sizes of what is remembered differ from those of TRACED
CHECKED = (61, 83)  # height and width of the frames whose rollout is compared
FOLLOWED = 3  # frames of it
LAST, FRAME, NEXT = "last", "frame", "next_"  # names; the last of them goes before what is remembered


class FirstStep(nn.Module):
    """The first frame of a rollout, and what is remembered of it."""

    def __init__(self, network: Exportable):
        super().__init__()
        self.network = network.network
        self.eval()

    def forward(self, context: Tensor) -> tuple[Tensor, ...]:
        """Map a context (1, T, C, H, W) to the next frame (1, 1, C, H, W), and what is remembered."""
        frame, memory = cast(Stepping, self.network).first_step(context)
        return frame, *memory


class NextStep(FirstStep):
    """Every further frame of a rollout, and what is then remembered."""

    def forward(self, last: Tensor, *memory: Tensor) -> tuple[Tensor, ...]:
        """Map the last predicted frame (1, 1, C, H, W), and what is remembered, to the next ones."""
        frame, memory = cast(Stepping, self.network).next_step(last, *memory)
        return frame, *memory


def steps_of(network: Exportable) -> tuple[bytes, bytes]:
    """Return the ONNX models of a :class:`~vidpred.interfaces.Stepping` predictor.

    The first takes ``context``, and returns ``frame`` and, for whatever is remembered, ``next_NAME``. The other takes
    the last predicted frame as ``last`` and every NAME, and returns the same.

    Raises:
        VidpredError: torch.onnx cannot translate a step, or a rollout by ONNX Runtime differs from the network's own.
    """
    predictor, name = cast(Stepping, network.network), network.description.name
    first, other = FirstStep(network), NextStep(network)
    context = network.examples(1, *TRACED[1:])[0]
    with torch.no_grad():
        made = first(context)
        shapes = _shapes(predictor.remembered, made[1:], first(network.examples(1, *OTHER)[0])[1:])
    seen: dict[str, Shape] = {"context": (1, *network.description.inputs()["context"][1:])}
    frame: Shape = (1, *network.description.output()[1][1:])
    returned = {FRAME: frame, **{NEXT + key: shape for key, shape in shapes.items()}}
    models = (
        trace_to_onnx(first, (context,), seen, returned, name),
        trace_to_onnx(other, made, {LAST: frame, **shapes}, returned, name),
    )
    contents = _optimised(models[0]), _optimised(models[1])
    _check(network, contents, predictor)
    return contents


def _shapes(names: Any, some: tuple[Tensor, ...], others: tuple[Tensor, ...]) -> Mapping[str, Shape]:
    """Return the shape of each of what is remembered; where it differs between two sizes of frames, it is free."""
    return {
        name: tuple(
            size if size == other else f"{name}_{axis}"
            for axis, (size, other) in enumerate(zip(one.shape, two.shape, strict=True))
        )
        for name, one, two in zip(names, some, others, strict=True)
    }


def _optimised(model: Any) -> bytes:
    """Return a model as ONNX Runtime computes it: what is constant worked out, layers joined. So it opens fast."""
    options = quiet_options()
    options.graph_optimization_level = import_runtime().GraphOptimizationLevel.ORT_ENABLE_EXTENDED  # for any processor
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.onnx"
        options.optimized_model_filepath = str(file)
        open_session(model.SerializeToString(), options)
        return file.read_bytes()


@torch.no_grad()
def _check(network: Exportable, models: tuple[bytes, bytes], predictor: Predictor) -> None:
    context = network.examples(1, *CHECKED)[0]
    expected = rollout(predictor, context, FOLLOWED).numpy()
    first, other = map(open_session, models)
    made = first.run(None, {"context": context.numpy()})
    frames = [made[0]]
    for _ in range(FOLLOWED - 1):
        made = other.run(None, dict(zip([each.name for each in other.get_inputs()], made, strict=True)))
        frames.append(made[0])
    largest = float(np.abs(np.concatenate(frames, axis=1) - expected).max())
    if not largest <= TOLERANCE:
        raise VidpredError(
            f"{network.description.name} cannot be exported for the web, because its steps by ONNX Runtime differ from "
            f"its rollout by {largest:.1e}, and at most {TOLERANCE:.0e} is accepted"
        )
