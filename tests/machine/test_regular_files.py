"""Small files, read within a limit."""

import tracemalloc

import pytest

from vidpred.machine.regular_files import read_small


def test_a_small_file_takes_little_memory_whatever_the_limit(tmp_path):
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b"{}\n" * 1000)
    tracemalloc.start()
    try:
        assert read_small(path, 1 << 30) == b"{}\n" * 1000
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_a_file_beyond_the_limit_is_not_read(tmp_path):
    path = tmp_path / "lines.jsonl"
    path.write_bytes(bytes(11))
    assert len(read_small(path, 11)) == 11
    with pytest.raises(OverflowError, match="more than 10 bytes"):
        read_small(path, 10)
