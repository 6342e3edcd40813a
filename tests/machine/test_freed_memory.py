import ctypes
import os
import platform
import resource
import subprocess
import sys

import pytest

from vidpred.machine.memory import keep_freed_memory

COUNT = """
import resource, sys
from vidpred.machine.memory import keep_freed_memory
def new_pages():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    b"1" * int(sys.argv[1])  # freed at once
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
if sys.argv[2:] == ["keep"]:
    keep_freed_memory()
new_pages()
print(new_pages())
"""
GIVE_BACK = """
import ctypes
from vidpred.machine.memory import give_back_freed_memory, resident_bytes
library = ctypes.CDLL(None)
library.malloc.restype, library.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
pieces = [library.malloc(100_000) for _ in range(1000)]  # each too small to be given back by itself
for piece in pieces:
    ctypes.memset(piece, 1, 100_000)
for piece in pieces[:-1]:  # the last one lies at the end of the heap
    library.free(piece)
before = resident_bytes()
give_back_freed_memory()
print(before - resident_bytes())
"""
SIZE = 100 << 20  # bytes
PAGES = SIZE / resource.getpagesize()
TUNED = ("MALLOC_", "GLIBC_TUNABLES")


def counted(program, *arguments, **environment):
    usual = {name: value for name, value in os.environ.items() if not name.startswith(TUNED)}
    command = [sys.executable, "-c", program, *arguments]
    return int(subprocess.run(command, env=usual | environment, check=True, capture_output=True, text=True).stdout)


def new_pages(*arguments, **environment):
    return counted(COUNT, str(SIZE), *arguments, **environment)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep memory as they like")
def test_memory_that_was_freed_is_used_again_without_new_pages():
    assert new_pages() > 0.9 * PAGES
    assert new_pages("keep") < 0.1 * PAGES


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep memory as they like")
def test_memory_that_was_freed_is_given_back_where_something_lies_behind_it():
    assert counted(GIVE_BACK) > 90_000_000


def test_what_a_user_has_tuned_is_left_alone():
    tuned = new_pages(MALLOC_TRIM_THRESHOLD_="1")
    assert new_pages("keep", MALLOC_TRIM_THRESHOLD_="1") == pytest.approx(tuned, rel=0.1, abs=100)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is set")
@pytest.mark.parametrize(
    ("largest", "kept"),
    [(32 << 20, [(-3, 32 << 20), (-1, 256 << 20)]), (0, [])],  # half of HEAP_MAX_SIZE, the most before glibc 2.35
)
def test_an_older_glibc_gets_the_largest_threshold_that_it_takes(monkeypatch, largest, kept):
    """The limit on what is given back, set alone, would keep the threshold of new pieces at 128 KiB: slower."""
    accepted = []

    class Library:
        @staticmethod
        def mallopt(option, value):
            if option == -3 and value > largest:
                return 0
            accepted.append((option, value))
            return 1

    for name in [name for name in os.environ if name.startswith(TUNED)]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(ctypes, "CDLL", lambda name: Library)
    keep_freed_memory()
    assert accepted == kept
