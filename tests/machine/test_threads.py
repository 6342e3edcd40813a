"""How many threads compute, on machines that are pretended."""

import os
import sys
from threading import Barrier
from types import SimpleNamespace

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.machine import threads


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """Pretend to be a machine; return how many threads torch and OpenCV were told to take."""
    told = {}
    monkeypatch.setattr(torch, "set_num_threads", lambda number: told.update(torch=number))
    monkeypatch.setattr(threads, "CGROUP", tmp_path)
    monkeypatch.setattr(threads, "STAT", tmp_path / "stat")  # which is not there, as on many systems
    monkeypatch.setattr(threads, "_chosen", None)
    monkeypatch.setattr(threads, "_imported", None)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)

    def pretend(cores, load, affinity=None, quota=None):
        monkeypatch.setattr(os, "cpu_count", lambda: cores)
        monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0), raising=False)
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(affinity or cores)), raising=False)
        if quota is not None:
            (tmp_path / "cpu.max").write_text(quota)
        return told

    return pretend


@pytest.mark.parametrize(
    ("pretended", "expected"),
    [
        ({"cores": 2, "load": 0.2}, 2),
        ({"cores": 2, "load": 1.1}, 1),
        ({"cores": 2, "load": 7.5}, 1),
        ({"cores": 16, "load": 4.0}, 12),
        ({"cores": 64, "load": 32.0, "affinity": 8}, 4),
        ({"cores": 64, "load": 1.0, "quota": "400000 100000\n"}, 4),
        ({"cores": 64, "load": 60.0, "quota": "400000 100000\n"}, 4),
        ({"cores": 4, "load": 0.0, "quota": "50000 100000"}, 1),
        ({"cores": 4, "load": 0.0, "quota": "max 100000"}, 4),
        ({"cores": 4, "load": 0.0, "quota": "nonsense"}, 4),
    ],
    ids=str,
)
def test_as_many_threads_compute_as_cores_are_free(machine, pretended, expected):
    told = machine(**pretended)
    threads.use_threads()
    assert told == {"torch": expected}


STILL = "cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 50 0 50 400 0 0 0 0 0 0\n"


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("cpu  100 0 100 900 0 0 0 0 0 0\n", 4),  # 100 more ticks, all idle
        ("cpu  140 5 105 845 5 0 0 0 90 0\n", 2),  # half idle or waiting; time of guests is in the first count
        ("cpu  200 0 100 800 0 0 0 0 0 0\n", 1),  # none idle
        (STILL, 4),  # no time has passed
    ],
)
def test_what_counts_is_how_busy_the_machine_is_now_not_what_has_just_ended(
    machine, monkeypatch, tmp_path, after, expected
):
    machine(cores=4, load=4.0)  # of the command before
    (tmp_path / "stat").write_text(STILL)
    monkeypatch.setattr(threads.time, "sleep", lambda _: (tmp_path / "stat").write_text(after))
    assert threads.free_threads() == expected


@pytest.mark.parametrize(
    ("ago", "own", "expected"),
    [
        (0.5, 0, 2),  # 100 ticks, half of them busy with others
        (0.5, 50, 4),  # busy with what this process does
        (0.05, 50, 1),  # too short ago, and too long: it is busy now
        (60.0, 50, 1),
    ],
)
def test_what_was_seen_while_a_command_was_starting_saves_the_wait(machine, monkeypatch, tmp_path, ago, own, expected):
    machine(cores=4, load=4.0)
    (tmp_path / "stat").write_text(STILL)
    now = threads._seen()
    began = now._replace(clock=now.clock - ago, idle=now.idle - 50, own=now.own - own, total=now.total - 100)
    monkeypatch.setattr(threads, "_imported", began)
    busy = "cpu  200 0 100 800 0 0 0 0 0 0\n"  # of the time waited, all
    monkeypatch.setattr(threads.time, "sleep", lambda _: (tmp_path / "stat").write_text(busy))
    assert threads.free_threads() == expected


@pytest.mark.parametrize("told", ["", "intr 5\n", "cpu some words\n"])
def test_where_nobody_counts_the_load_average_says_how_busy_the_machine_is(machine, tmp_path, told):
    machine(cores=4, load=3.0)
    (tmp_path / "stat").write_text(told)
    assert threads.free_threads() == 1


def test_the_quota_of_the_older_control_groups_counts_too(machine, tmp_path):
    machine(cores=8, load=0.0)
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000\n")
    for quota, expected in (("300000\n", 3), ("-1\n", 8)):
        (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text(quota)
        assert threads.free_threads() == expected


def test_who_asks_for_a_number_gets_it_and_opencv_takes_as_many(machine):
    told = machine(cores=2, load=2.0)
    threads.use_threads(3)
    threads.limit_opencv(SimpleNamespace(setNumThreads=lambda number: told.update(opencv=number)))
    assert told == {"torch": 3, "opencv": 3}


def test_what_goes_on_has_as_many_as_before_where_there_are_so_many_cores(machine):
    told = machine(cores=4, load=3.5)
    threads.use_threads(None, before=4)
    assert told == {"torch": 4}
    threads.use_threads(None, before=5)
    assert told == {"torch": 1}
    threads.use_threads(2, before=4)
    assert told == {"torch": 2}


def test_the_variable_of_the_environment_is_left_alone_unless_a_number_is_asked_for(machine, monkeypatch):
    told = machine(cores=8, load=0.0)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    threads.use_threads()
    threads.limit_opencv(sys)  # which would not know what to do
    assert told == {}
    threads.use_threads(5)
    assert told == {"torch": 5}


def test_more_threads_than_start_are_refused_before_any_is_started(machine):
    told = machine(cores=2, load=0.0)
    with pytest.raises(VidpredError, match="99999999 threads are asked for, but at most 256 start"):
        threads.use_threads(99_999_999)
    assert told == {}


def test_tasks_side_by_side_are_done_at_once_each_by_one_thread_of_torch(monkeypatch):
    both = Barrier(2, timeout=60)  # which none passes alone
    before = torch.get_num_threads()

    def task(number):
        both.wait()
        return number, torch.get_num_threads()

    torch.set_num_threads(2)
    try:
        assert threads.side_by_side(task, [(number,) for number in range(4)]) == [(number, 1) for number in range(4)]
        assert torch.get_num_threads() == 2
        with pytest.raises(ZeroDivisionError):
            threads.side_by_side(lambda number: 1 // number, [(1,), (0,)])
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
