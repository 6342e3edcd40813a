"""Numbers for TensorBoard, written at once by the thread that has them, so that it also learns if that fails."""

import os
import re
import socket
import time
from pathlib import Path
from typing import Any

from vidpred.errors import first_line, note

ILLEGAL = re.compile(r"[^-/\w.]")  # in a tag
VERSION = "brain.Event:2"


def open_events(folder: Path, purge_step: int) -> "EventFile | NoEvents":
    """Open a file of events; where TensorBoard cannot be imported, as beside an older protobuf, a note says so.

    Args:
        folder: see :class:`EventFile`, as for what is raised.
        purge_step: see there.
    """
    try:
        import tensorboard.compat.proto.event_pb2
        import tensorboard.summary.writer.record_writer  # noqa: F401
    except Exception as error:  # protobuf has errors of its own for versions that do not fit
        note(
            f"no TensorBoard events are written, since it cannot be imported ({first_line(error)}); "
            "metrics.jsonl and curves.png hold the same numbers, and `pip install -U tensorboard protobuf` mends it"
        )
        return NoEvents()
    return EventFile(folder, purge_step)


class NoEvents:
    """In place of an :class:`EventFile` where there can be none."""

    def add_scalar(self, tag: str, value: float, step: int) -> None:
        """Write nothing."""

    def close(self) -> None:
        """Do nothing."""


class EventFile:
    """A file of TensorBoard events.

    Args:
        folder: which is made, if it is not there.
        purge_step: events of earlier files from this step on are void.

    Raises:
        OSError: it cannot be written, now or later; ``filename`` says what.
    """

    def __init__(self, folder: Path, purge_step: int):
        from tensorboard.compat.proto.event_pb2 import SessionLog
        from tensorboard.summary.writer.record_writer import RecordWriter

        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"events.out.tfevents.{time.time():010.0f}.{socket.gethostname()}.{os.getpid()}.0"
        self._records = RecordWriter(self.path.open("wb"))
        self._add(file_version=VERSION)
        self._add(step=purge_step, session_log=SessionLog(status=SessionLog.START))

    def add_scalar(self, tag: str, value: float, step: int) -> None:
        """Write one number."""
        from tensorboard.compat.proto.summary_pb2 import Summary

        clean = ILLEGAL.sub("_", tag).lstrip("/")
        self._add(step=step, summary=Summary(value=[Summary.Value(tag=clean, simple_value=value)]))

    def close(self) -> None:
        """Finish the file."""
        self._records.close()

    def _add(self, **fields: Any) -> None:
        from tensorboard.compat.proto.event_pb2 import Event

        try:
            self._records.write(Event(wall_time=time.time(), **fields).SerializeToString())
            self._records.flush()
        except OSError as error:
            error.filename = error.filename or str(self.path)
            raise
