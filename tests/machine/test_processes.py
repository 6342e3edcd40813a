"""What the environment says of several processes is believed where it makes sense, and else named in one sentence."""

import pytest

from vidpred.errors import VidpredError
from vidpred.machine.engine import Engine
from vidpred.machine.processes import own_gpu, own_place

NAMES = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT")


@pytest.fixture
def surroundings(monkeypatch):
    """Set variables of the environment instead of those that are there."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    return lambda **values: [monkeypatch.setenv(name, value) for name, value in values.items()]


@pytest.mark.parametrize(
    ("values", "place"),
    [({}, (0, 1)), ({"WORLD_SIZE": "1"}, (0, 1)), ({"RANK": "0"}, (0, 1)), ({"RANK": "1", "WORLD_SIZE": "3"}, (1, 3))],
)
def test_a_process_has_the_place_that_it_is_told(surroundings, values, place):
    surroundings(**values)
    assert own_place() == place


@pytest.mark.parametrize(
    "values",
    [
        *({"WORLD_SIZE": size} for size in ("2", "0", "-1", "x", "", "1e9", "9" * 5000)),
        *({"RANK": rank} for rank in ("1", "x", "-1", "", "²")),
        {"RANK": "2", "WORLD_SIZE": "2"},
    ],
)
def test_what_makes_no_sense_is_named(surroundings, values):
    surroundings(**values)
    for ask in (own_place, Engine):
        with pytest.raises(VidpredError, match=r"RANK is .* and WORLD_SIZE .*; set both, as torchrun does, or neither"):
            ask()


@pytest.mark.parametrize(("values", "missing"), [({}, "MASTER_ADDR and MASTER_PORT"), ({"MASTER_ADDR": "a"}, "PORT")])
def test_processes_that_cannot_find_each_other_are_not_waited_for(surroundings, values, missing):
    surroundings(RANK="0", WORLD_SIZE="2", **values)
    with pytest.raises(VidpredError, match=f"{missing} is not set.*torchrun"):
        Engine("cpu")


def test_a_gpu_has_a_number(surroundings):
    assert own_gpu() == 0
    surroundings(LOCAL_RANK="first")
    with pytest.raises(VidpredError, match="LOCAL_RANK is 'first'"):
        own_gpu()
