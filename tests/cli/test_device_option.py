"""A device that is none is refused by every command, whether it computes anything there or not."""

import pytest
import typer
from material import assert_refused, run_command

from vidpred.cli.program import app

COMMANDS = typer.main.get_command(app).commands
WITH_DEVICE = sorted(
    name for name, command in COMMANDS.items() if any(each.name == "device" for each in command.params)
)


@pytest.mark.parametrize("name", WITH_DEVICE)
@pytest.mark.parametrize("device", ["cdua", "0", "cuda:x", "CPU", "x" * 5000])
def test_a_device_that_is_none_is_refused_before_all_else(monkeypatch, capsys, name, device):
    result = run_command(monkeypatch, capsys, name, "--device", device)
    assert_refused(result, f"there is no kind of device '{device[:9]}", "use auto, cpu, cuda, cuda:1 or mps")
    assert len(result[2]) < 400
