"""Files whose names are no UTF-8 are opened by libraries that take nothing else."""

import os
import sys

import pytest
import torch
from safetensors.torch import load_file, save_file

from vidpred.machine.regular_files import utf8_name

LATIN = os.fsdecode(b"caf\xe9")  # as a disk written under an old system has it


def test_a_usual_name_stays_as_it_is(tmp_path):
    with utf8_name(tmp_path / "caf\u00e9.bin") as name:
        assert name == str(tmp_path / "caf\u00e9.bin")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_what_stands_under_another_name_is_read(tmp_path):
    (tmp_path / LATIN).mkdir()
    save_file({"weight": torch.arange(3.0)}, tmp_path / "w.safetensors")
    path = (tmp_path / "w.safetensors").rename(tmp_path / LATIN / "w.safetensors")
    with utf8_name(path) as name:
        name.encode()
        assert load_file(name)["weight"].tolist() == [0, 1, 2]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_what_is_missing_there_is_said_to_be_missing(tmp_path):
    with pytest.raises(FileNotFoundError), utf8_name(tmp_path / LATIN):
        pass
