"""Times the ways of running predictors on this machine side by side, one frame at a time, and prints Markdown tables.

    python scripts/benchmark_inference.py --threads 2 --rounds 20

Every round runs every way once, so that whatever else the machine does falls on all of them alike. The weights are
random; how far the frame of each way is from the first one's stands beside its time. Where a network needs optical
flow, the search for it is OpenCV's in every way, and counted. ONNX Runtime and OpenVINO are timed where installed.
"""

import argparse
import copy
import importlib.metadata
import os
import platform
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from unittest.mock import patch

import cv2
import numpy as np
import torch
from core_models import core_models
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from vidpred.frames import to_model
from vidpred.machine.memory import give_back_freed_memory
from vidpred.motion import flow
from vidpred.runs.networks import build_network, build_task
from vidpred.runs.settings import load_config

CHANGES = {  # to the defaults: presets and settings
    "flow_pyramid": (Path("flow_pyramid"), []),
    "unet": (None, ["network=unet"]),
    "multiscale": (Path("mathieu_l2_small"), []),
    "optical_flow": (None, ["network=optical_flow"]),
}
GREY_LEVELS = 127.5  # per unit
Run = Callable[[], Tensor]
Infer = Callable[[list[np.ndarray]], np.ndarray]


class GivenFlow(nn.Module):
    """A predictor that is given the optical flow between its last two context frames, as exporters need it."""

    def __init__(self, predictor: nn.Module):
        super().__init__()
        self.predictor = predictor

    def forward(self, context: Tensor, *flows: Tensor) -> Tensor:
        """Map (B, T, C, H, W), and a flow (B, 2, H, W) where there is one, to (B, 1, C, H, W)."""
        with patch.object(flow, "estimate_flow", lambda *_: flows[0]):
            frame: Tensor = self.predictor(context)[-1]
        return frame


def eager(predictor: nn.Module, context: Tensor, bf16: bool, channels_last: bool) -> Run:
    """Run the network as it is."""
    layout = torch.channels_last if channels_last else torch.contiguous_format
    predictor.to(memory_format=layout)  # type: ignore[call-overload,unused-ignore]

    def run() -> Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            frame: Tensor = predictor(context)[-1]
        return frame

    return run


def compiled(predictor: nn.Module, context: Tensor, mode: str) -> Run:
    """Compile the network, all but the search for flow."""
    torch._dynamo.reset()
    predictor.compile(mode=mode)
    run = eager(predictor, context, bf16=True, channels_last=True)
    search = torch.compiler.disable(flow.estimate_flow)  # which the compiler cannot trace

    def run_compiled() -> Tensor:
        with patch.object(flow, "estimate_flow", search):
            return run()

    return run_compiled


def exported(predictor: nn.Module, context: Tensor, load: Callable[[str], Infer]) -> Run:
    """Export the network to ONNX, and let ``load`` make a function of that."""
    searches = _searches(predictor, context)

    def inputs() -> list[Tensor]:
        return [context, *([flow.estimate_flow(context[:, -1], context[:, -2])] if searches else [])]

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what tracing takes for constant: the size, which is
        path = str(Path(folder, "network.onnx"))
        torch.onnx.export(GivenFlow(predictor), tuple(inputs()), path, dynamo=False, opset_version=17, verbose=False)
        infer = load(path)
    return lambda: torch.from_numpy(infer([tensor.numpy() for tensor in inputs()]))


def onnx_runtime(path: str) -> Infer:
    """Load a network into ONNX Runtime, with as many threads as torch has."""
    from vidpred.applications.export.onnx_model import import_runtime

    onnxruntime = import_runtime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    names = [known.name for known in session.get_inputs()]
    return lambda arrays: session.run(None, dict(zip(names, arrays, strict=True)))[0]


def openvino(path: str, precision: str) -> Infer:
    """Load a network into OpenVINO, with as many threads as torch has."""
    from openvino import Core

    settings = {"INFERENCE_NUM_THREADS": torch.get_num_threads(), "INFERENCE_PRECISION_HINT": precision}
    request = Core().compile_model(path, "CPU", settings).create_infer_request()
    return lambda arrays: np.array(request.infer(arrays)[0])


WAYS: dict[str, Callable[[nn.Module, Tensor], Run]] = {
    "eager, fp32": partial(eager, bf16=False, channels_last=False),
    "eager, fp32, channels_last": partial(eager, bf16=False, channels_last=True),
    "eager, bf16": partial(eager, bf16=True, channels_last=False),
    "eager, bf16, channels_last": partial(eager, bf16=True, channels_last=True),
    "compiled, bf16, channels_last": partial(compiled, mode="default"),
    "compiled, max-autotune": partial(compiled, mode="max-autotune-no-cudagraphs"),
    "ONNX Runtime, fp32": partial(exported, load=onnx_runtime),
    "OpenVINO, fp32": partial(exported, load=partial(openvino, precision="f32")),
    "OpenVINO, bf16": partial(exported, load=partial(openvino, precision="bf16")),
}


@dataclass
class Timing:
    """What was measured of one way: seconds until its first frame, seconds per frame, MiB, and the frame."""

    run: Run
    start: float
    memory: float | None
    frame: Tensor
    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def take(self) -> None:
        """Time one frame, whose flow is not yet known."""
        wall, processor = time.perf_counter(), time.process_time()
        self.run()
        self.wall.append(time.perf_counter() - wall)
        self.processor.append(time.process_time() - processor)


def main() -> None:
    """Time everything, and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--predictors", nargs="+", default=list(CHANGES), choices=CHANGES)
    parser.add_argument("--ways", nargs="+", default=list(WAYS), choices=WAYS)
    parser.add_argument("--sizes", nargs="+", default=["240x320", "480x640"], help="of a frame: height x width")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--threads", type=int, help="of torch and the others; all cores by default")
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
        cv2.setNumThreads(arguments.threads)
    print(_machine())
    for size in arguments.sizes:
        height, width = map(int, size.split("x"))
        for name in arguments.predictors:
            _compare(name, height, width, arguments.ways, arguments.rounds)


@torch.inference_mode()
def _compare(name: str, height: int, width: int, ways: list[str], rounds: int) -> None:
    """Time one predictor at one size in every way, and print a table."""
    torch.manual_seed(0)
    path, overrides = CHANGES[name]
    config = load_config(path, overrides)
    task = build_task(config)
    predictor = build_network(config, task, task.facts).eval().requires_grad_(False)
    context = _draw_clip(task.facts["num_context_frames"], height, width)
    with FlopCounterMode(display=False) as counter:
        predictor(context)
    parameters = sum(weights.numel() for weights in predictor.parameters())
    print(f"\n### {name}, {height} x {width}\n")
    print(f"{counter.get_total_flops() / 2e9:.2f} GMAC per frame, {parameters / 1e6:.3f} M parameters\n")
    timings = {}
    if _searches(predictor, context):
        timings["(OpenCV's search for flow alone)"] = _prepare(partial(_search, context))
    for way in ways if parameters else ways[:1]:
        try:
            timings[way] = _prepare(partial(WAYS[way], copy.deepcopy(predictor), context))
        except ImportError as error:
            print(f"{way}: left out, because {error}\n")
    for _ in range(rounds):
        for timing in timings.values():
            timing.take()
    _print_table(timings, timings[next(way for way in timings if way in WAYS)])


def _search(context: Tensor) -> Run:
    return lambda: flow.estimate_flow(context[:, -1], context[:, -2])


def _prepare(prepare: Callable[[], Run]) -> Timing:
    """Make a way ready, and run it until it is warm."""
    began = time.perf_counter()
    run = prepare()
    frame = run()
    start = time.perf_counter() - began
    return Timing(run, start, _peak_memory(run), frame)


def _print_table(timings: dict[str, Timing], first: Timing) -> None:
    print("| | ms per frame | fastest | frames/s | time / first | CPU ms | until first frame | memory | differs by |")
    print("|---|---|---|---|---|---|---|---|---|")
    for way, timing in timings.items():
        wall, ratio = median(timing.wall), median(timing.wall) / median(first.wall)
        apart = (timing.frame - first.frame).abs().mean().item() * GREY_LEVELS if way in WAYS else None
        cells = [
            way,
            f"{1e3 * wall:.1f}",
            f"{1e3 * min(timing.wall):.1f}",
            f"{1 / wall:.1f}",
            f"{ratio:.2f}",
            f"{1e3 * median(timing.processor):.1f}",
            f"{timing.start:.1f} s",
            "" if timing.memory is None else f"{timing.memory:.0f} MiB",
            "" if apart is None else f"{apart:.3f}",
        ]
        print(f"| {' | '.join(cells)} |", flush=True)


def _draw_clip(num_frames: int, height: int, width: int) -> Tensor:
    """Draw a smooth texture that slides: (1, T, 3, H, W) in [-1, 1]."""
    noise = np.random.default_rng(0).integers(0, 256, (height // 8 + 2, width // 8 + 2, 3), dtype=np.uint8)
    texture = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    return to_model(np.stack([np.roll(texture, (t, 2 * t), axis=(0, 1)) for t in range(num_frames)]))[None]


def _searches(predictor: nn.Module, context: Tensor) -> bool:
    """Say whether a predictor asks for optical flow."""
    with patch.object(flow, "estimate_flow", side_effect=LookupError):
        try:
            predictor(context)
        except LookupError:
            return True
    return False


def _peak_memory(run: Run) -> float | None:
    """Return by how many MiB a run raises the memory of this process at most; none where Linux does not say."""
    try:
        give_back_freed_memory()
        Path("/proc/self/clear_refs").write_text("5")
        before = _status("VmRSS")
        run()
        return (_status("VmHWM") - before) / 1024
    except OSError:
        return None


def _status(key: str) -> int:
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(key)]
    return int(line.split()[1])


def _machine() -> str:
    models = core_models()
    processor = f"{len(models)} cores of {models[0]}" if models else platform.processor() or platform.machine()
    versions = []
    for package in ("torch", "opencv-python", "onnxruntime", "openvino"):
        try:
            versions.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            versions.append(f"{package} not installed")
    load = f"; load average at the start {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{processor}, threads: {torch.get_num_threads()}; {', '.join(versions)}; {time.strftime('%d %B %Y')}{load}"


if __name__ == "__main__":
    main()
