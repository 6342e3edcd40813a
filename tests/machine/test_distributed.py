"""Several processes learn what one process learns."""

import json
import os
import random
import socket
import subprocess
import sys
from contextlib import suppress

import pytest
from material import draw_images

from vidpred.runs.settings import dump_config, load_config
from vidpred.runs.settings.files import find_presets
from vidpred.runs.train import start_run

PROGRAM = """
import os, sys
from pathlib import Path
from vidpred.runs.settings import load_config
from vidpred.runs.train import start_run
for argument in sys.argv[1:]:
    folder, os.environ["MASTER_PORT"] = argument.split(":")
    start_run(load_config(Path(folder, "config.yaml")), Path(folder, "together"), "cpu")
"""
ACCUMULATE = (1, 2)


def free_port():
    """Return a port that is free, and stays so till it is used: below those that systems give out of themselves."""
    for port in random.sample(range(20_000, 30_000), k=100):
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port
    raise OSError("no port between 20,000 and 30,000 is free")


def run_in_processes(place, folders, num_processes):
    """Train with ``num_processes`` by the settings in each of the folders, one after another."""
    (place / "program.py").write_text(PROGRAM)
    surroundings = {**os.environ, "OMP_NUM_THREADS": "1", "MASTER_ADDR": "127.0.0.1"}
    arguments = [f"{folder}:{free_port()}" for folder in folders]
    processes = [
        subprocess.Popen(
            [sys.executable, "program.py", *arguments],
            cwd=place,
            env={**surroundings, "WORLD_SIZE": str(num_processes), "RANK": str(rank), "LOCAL_RANK": str(rank)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(num_processes)
    ]
    try:
        for process in processes:
            _, errors = process.communicate()
            assert process.returncode == 0, errors
    finally:
        for process in processes:
            process.kill()  # where another one failed, it would wait for that


def figures_of(folder):
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    figures = [line for line in lines if line["kind"] != "health"]  # which looks at one process's share of a batch
    return [{key: value for key, value in line.items() if key != "kind"} for line in figures]


@pytest.fixture(scope="module")
def trained(small_config, tmp_path_factory):
    """A folder with what one process learnt alone and two together, by the number of parts of a step."""
    place = tmp_path_factory.mktemp("processes")
    for accumulate in ACCUMULATE:
        config = small_config(
            "train.steps=6",
            "train.batch_size=8",
            "train.discriminator_steps=2",
            f"train.accumulate={accumulate}",
            "log.metrics_every=1",
            "log.validation_clips=2",
        )
        (place / str(accumulate)).mkdir()
        (place / str(accumulate) / "config.yaml").write_text(dump_config(config))
        start_run(config, place / str(accumulate) / "alone", "cpu")
    run_in_processes(place, ACCUMULATE, 2)
    return place


@pytest.mark.parametrize("accumulate", ACCUMULATE)
def test_two_processes_get_the_losses_of_one(trained, accumulate):
    alone, together = (figures_of(trained / str(accumulate) / name) for name in ("alone", "together"))
    assert len(alone) == len(together) == 8  # six steps, and a look at the validation clips before and after
    for one, two in zip(alone, together, strict=True):
        assert one == pytest.approx(two, rel=2e-4, abs=1e-6), "sums are rounded in another order, no more"


def test_processes_measure_a_game_though_one_has_no_two_images_of_a_class(tmp_path, monkeypatch):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))
    draw_images(tmp_path / "images")
    small = (
        *("data.resolution=16", "network.hidden_channels=8", "discriminator.hidden_channels=8"),
        *("train.batch_size=4", "train.steps=6", "log.metrics_every=1", "log.validation_clips=4"),
    )
    config = load_config(find_presets()["dcgan"], small).on_data(tmp_path / "images")
    (tmp_path / "config.yaml").write_text(dump_config(config))
    run_in_processes(tmp_path, [tmp_path], 2)
    lines = [json.loads(line) for line in (tmp_path / "together" / "metrics.jsonl").read_text().splitlines()]
    measured = [line for line in lines if line["kind"] == "health"]
    assert [line["step"] for line in measured] == [1, 2, 3, 4, 5, 6]
    assert any("diversity" in line for line in measured)
    assert all(0 <= line["accuracy_pairs"] <= 1 for line in measured)
