"""Several processes learn what one process learns."""

import json
import os
import socket
import subprocess
import sys

import pytest

from vidpred.runs.settings import dump_config
from vidpred.runs.train import start_run

PROGRAM = """
import json, sys
from pathlib import Path
from vidpred.runs.settings import load_config
from vidpred.runs.train import start_run
start_run(load_config(Path(sys.argv[1])), Path(sys.argv[2]), "cpu")
"""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


def run_in_processes(tmp_path, config, num_processes):
    """Train with ``num_processes``; return the losses and scores in metrics.jsonl."""
    (tmp_path / "config.yaml").write_text(dump_config(config))
    (tmp_path / "program.py").write_text(PROGRAM)
    surroundings = {**os.environ, "OMP_NUM_THREADS": "1", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": free_port()}
    processes = [
        subprocess.Popen(
            [sys.executable, "program.py", "config.yaml", "run"],
            cwd=tmp_path,
            env={**surroundings, "WORLD_SIZE": str(num_processes), "RANK": str(rank), "LOCAL_RANK": str(rank)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(num_processes)
    ]
    for process in processes:
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    return figures_of(tmp_path / "run")


def figures_of(folder):
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    figures = [line for line in lines if line["kind"] != "health"]  # which looks at one process's share of a batch
    return [{key: value for key, value in line.items() if key != "kind"} for line in figures]


@pytest.mark.parametrize("accumulate", [1, 2])
def test_two_processes_get_the_losses_of_one(small_config, tmp_path, accumulate):
    config = small_config(
        "train.steps=6",
        "train.batch_size=8",
        "train.discriminator_steps=2",
        f"train.accumulate={accumulate}",
        "log.metrics_every=1",
        "log.validation_clips=2",
    )
    start_run(config, tmp_path / "alone", "cpu")
    alone, together = figures_of(tmp_path / "alone"), run_in_processes(tmp_path, config, 2)
    assert len(alone) == len(together) == 8  # six steps, and a look at the validation clips before and after
    for one, two in zip(alone, together, strict=True):
        assert one == pytest.approx(two, rel=2e-4, abs=1e-6), "sums are rounded in another order, no more"
