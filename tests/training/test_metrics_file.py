"""What a killed process left of a line of metrics is dropped and said; anything else is refused by its line."""

import json
import os
import sys
from pathlib import Path

import pytest

from vidpred.errors import Note, VidpredError
from vidpred.training.events import EventFile
from vidpred.training.logbook import Logbook
from vidpred.training.metrics_file import read_entries, read_metrics

LINES = [{"step": step, "kind": "train", "loss": 0.5} for step in (1, 2, 3)]
WHOLE = b'{"step": 1,"kind": "train", "loss":0.50}\n{"step": 2, "kind": "train", "loss": 0.5}\n'  # not as json writes


@pytest.fixture
def path(tmp_path):
    return tmp_path / "metrics.jsonl"


TORN = [
    b'{"step": 3, "ki',
    b"{",
    b"\0" * 40,
    b'{"step": 3,\0\0\0',
    b'{"step": 3, "k\n',
    b"\0\0\n",
    b"\xff\xfe",
    b'{"a": "\xc3',
]


@pytest.mark.parametrize("torn", TORN)
def test_half_a_line_at_the_end_is_dropped_and_said_and_the_others_stay_as_they_were(path, torn, capsys):
    path.write_bytes(WHOLE + torn)
    assert [entry["step"] for entry in read_entries(path)] == [1, 2]
    book = Logbook(path.parent, first_step=2, last_step=4)
    book.write(3, "train", {"loss": 0.25})
    book.close()
    assert path.read_bytes() == WHOLE + b'{"step": 3, "kind": "train", "loss": 0.25}\n'
    if torn.strip(b"\0\n"):
        assert "was cut off" in capsys.readouterr().err


@pytest.mark.parametrize("end", [b"\r", b"\r\n"])
def test_lines_may_end_as_on_other_systems(path, end):
    lines = WHOLE.replace(b"\n", end)
    path.write_bytes(lines)
    assert [entry["step"] for entry in read_entries(path)] == [1, 2]
    path.write_bytes(lines + b'{"step": 3, "ki')
    assert (len(read_metrics(path).lines), read_metrics(path).is_torn) == (2, True)
    path.write_bytes(lines + b'{"step": 3}' + end + lines)
    with pytest.raises(VidpredError, match="line 3 of "):
        read_entries(path)


def test_a_last_line_without_its_end_is_kept(path):
    path.write_bytes(WHOLE.rstrip(b"\n"))
    Logbook(path.parent, first_step=2, last_step=4).close()
    assert path.read_bytes() == WHOLE
    assert not read_metrics(path).is_torn


def test_lines_after_the_step_are_dropped(path):
    path.write_text("".join(json.dumps(line) + "\n" for line in LINES))
    Logbook(path.parent, first_step=2, last_step=4).close()
    assert read_entries(path) == LINES[:2]


ODD = [
    *(
        "[1]",
        "5",
        "null",
        '"x"',
        "{}",
        '{"a": 1}',
        '{"step": 1}',
        '{"kind": "train"}',
        '{"step": "1", "kind": "train"}',
    ),
    *(
        '{"step": -1, "kind": "x"}',
        '{"step": 1.5, "kind": "x"}',
        '{"step": true, "kind": "x"}',
        '{"step": 1, "kind": 1}',
    ),
    *('{"step": NaN, "kind": "x"}', '{"step": 1%s, "kind": "x"}' % ("0" * 400), "no json"),
]


@pytest.mark.parametrize("line", ODD)
def test_another_line_that_is_no_entry_is_refused_by_its_number(path, line):
    path.write_text(f"{json.dumps(LINES[0])}\n{line}\n{json.dumps(LINES[1])}\n")
    with pytest.raises(VidpredError, match=f"line 2 of {path} is no line of metrics") as refused:
        read_entries(path)
    assert len(str(refused.value)) < 600


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_named_pipe_is_never_opened(path):
    os.mkfifo(path)
    with pytest.raises(VidpredError, match="named pipe"):
        read_entries(path)


@pytest.mark.usefixtures("curves")
def test_curves_of_odd_values_are_drawn(path):
    names = ["$x$", "$\\frac", "<script>", "a_b", "_", "", "\ud800"]
    entries = [{"step": step, "kind": "$k$", **{name: float(step) for name in names}} for step in (1, 2)]
    entries.append({"step": 3, "kind": "$k$", "$x$": "text", "_": None, "a_b": [1], "": True, "<script>": float("nan")})
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    book = Logbook(path.parent, first_step=3, last_step=4)
    book.draw_curves()
    book.close()
    assert (path.parent / "curves.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_an_event_that_cannot_be_written_is_told_at_once_with_its_file(tmp_path):
    events = EventFile(tmp_path, purge_step=1)
    events._records._writer.close()
    with Path("/dev/full").open("wb", buffering=0) as events._records._writer, pytest.raises(OSError) as told:  # noqa: PT011
        events.add_scalar("loss", 0.5, 1)
    assert told.value.filename == str(events.path)


def test_a_run_goes_on_without_events_where_tensorboard_cannot_be_imported(path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboard.compat.proto.event_pb2", None)
    with pytest.warns(Note, match=r"no TensorBoard events.*event_pb2.*metrics.jsonl.*pip install -U tensorboard"):
        book = Logbook(path.parent, first_step=2, last_step=4)
    book.write(3, "train", {"loss": 0.5})
    book.close()
    assert json.loads(path.read_text().splitlines()[-1]) == {"step": 3, "kind": "train", "loss": 0.5}
    assert not (path.parent / "tensorboard").exists()
