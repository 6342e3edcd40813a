import os
import platform
import resource
import subprocess
import sys

import pytest

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
SIZE = 100 << 20  # bytes
PAGES = SIZE / resource.getpagesize()
TUNED = ("MALLOC_", "GLIBC_TUNABLES")


def new_pages(*arguments, **environment):
    usual = {name: value for name, value in os.environ.items() if not name.startswith(TUNED)}
    command = [sys.executable, "-c", COUNT, str(SIZE), *arguments]
    return int(subprocess.run(command, env=usual | environment, check=True, capture_output=True, text=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep memory as they like")
def test_memory_that_was_freed_is_used_again_without_new_pages():
    assert new_pages() > 0.9 * PAGES
    assert new_pages("keep") < 0.1 * PAGES


def test_what_a_user_has_tuned_is_left_alone():
    tuned = new_pages(MALLOC_TRIM_THRESHOLD_="1")
    assert new_pages("keep", MALLOC_TRIM_THRESHOLD_="1") == pytest.approx(tuned, rel=0.1, abs=100)
