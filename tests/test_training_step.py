"""What is counted of a step, against counts by hand."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch.autograd import DeviceType

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
import training_step


def event(name, start, end, device=DeviceType.CUDA, annotation=False):
    span = SimpleNamespace(start=start, end=end)
    return SimpleNamespace(name=name, device_type=device, time_range=span, is_user_annotation=annotation)


def test_a_gpu_is_busy_while_any_kernel_or_copy_runs():
    events = [
        event("aten::conv2d", 0, 1000, DeviceType.CPU),
        event("a phase", 0, 1000, annotation=True),
        event("conv", 100, 200),
        event("another stream", 150, 250),  # 150 busy so far
        event("Memcpy HtoD", 260, 270),  # 160
        event("conv", 280, 300),  # 180 of 200
    ]
    counted = training_step._kernels(events, steps=2)
    assert counted == {"kernels_per_step": 1.5, "copies_per_step": 0.5, "busy_share": pytest.approx(0.9)}


def test_nothing_on_a_gpu_is_no_busy_time():
    assert training_step._kernels([], steps=1)["busy_share"] == 0


def test_a_phase_is_charged_with_what_passes_in_it_but_not_in_phases_within(monkeypatch):
    """The clock is pretended: the outer phase takes 5 of its own around an inner one of 2."""
    now, spent, inner = [0.0], dict.fromkeys(("outer", "inner"), 0.0), [0.0]
    monkeypatch.setattr(training_step.time, "perf_counter", lambda: now[0])

    class Work:
        def whole(self):
            now[0] += 3
            self.part()
            now[0] += 2

        def part(self):
            now[0] += 2

    monkeypatch.setattr(training_step, "found", lambda *_: Work)
    monkeypatch.setattr(training_step, "PHASES", {"outer": ["x.Work.whole"], "inner": ["x.Work.part", "x.Work.gone"]})
    before = Work.whole
    with training_step._timed(spent, inner, lambda: None):
        Work().whole()
    assert spent == {"outer": 5.0, "inner": 2.0}
    assert Work.whole is before


def test_the_ceiling_is_a_rate():
    assert training_step.matmul_ceiling(torch.device("cpu"), torch.float32) > 0
