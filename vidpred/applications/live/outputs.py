"""Where a live picture goes: to a window, or into a film that a thread of its own writes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from queue import Full, Queue
from threading import Thread

import numpy as np

from vidpred.errors import VidpredError
from vidpred.machine.opencv import import_opencv
from vidpred.machine.signals import finishing
from vidpred.video import write_video

TITLE = "vidpred live: q to end"
ENDING_KEYS = (ord("q"), 27)  # and Esc
WAITING = 64  # frames that wait to be encoded, at most
PATIENCE = 1.0  # seconds, after which it is seen whether the encoder has failed
TRIAL = "import cv2; cv2.namedWindow('vidpred')"
LONGEST_TRIAL = 20  # seconds


class Window:
    """Shows frames in a window, until it is closed or q is pressed.

    Raises:
        VidpredError: no window can be opened here.
    """

    def __init__(self) -> None:
        self.cv2 = import_opencv("a window")
        if not can_open_windows():
            raise VidpredError(
                "no window can be opened here (there is no display, or OpenCV was built without windows); write a film "
                "instead, with --out present.mp4"
            )

    def __call__(self, frame: np.ndarray, index: int) -> bool:  # noqa: ARG002 - as every output
        """Show a frame (H, W, 3); return whether to go on."""
        cv2 = self.cv2
        cv2.imshow(TITLE, cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
        pressed = cv2.waitKey(1) & 0xFF
        return pressed not in ENDING_KEYS and cv2.getWindowProperty(TITLE, cv2.WND_PROP_VISIBLE) > 0

    def close(self) -> None:
        """Close the window."""
        self.cv2.destroyAllWindows()


class Film:
    """Writes frames to an mp4 in a thread of its own; where pictures were dropped, the last frame stays as long.

    Args:
        path: of the mp4 to write.
        frame_rate: frames per second.
        overwrite: replace an existing file.
    """

    def __init__(self, path: Path, frame_rate: Fraction, overwrite: bool = False):
        self.path = path
        self.queue: Queue[np.ndarray | None] = Queue(WAITING)
        self.error: Exception | None = None
        self.next_index: int | None = None
        self.last: np.ndarray | None = None
        self.thread = Thread(target=self._write, args=(frame_rate, overwrite), daemon=True)
        self.thread.start()

    def __call__(self, frame: np.ndarray, index: int) -> bool:
        """Add a frame (H, W, 3) that was made from the picture of that number; return whether to go on."""
        missed = index - self.next_index if self.next_index is not None else 0
        for one in [self.last] * missed + [frame]:
            self._put(one)
        self.next_index, self.last = index + 1, frame
        return self.error is None

    def close(self) -> None:
        """Finish the film, which another Ctrl-C does not keep from being whole; without any frame, none is written.

        Raises:
            VidpredError: it cannot be written.
        """
        with finishing():
            self._put(None)
            self.thread.join()
        if self.error is not None and self.next_index is not None:
            raise self.error

    def _put(self, frame: np.ndarray | None) -> None:
        while self.error is None:
            try:
                self.queue.put(frame, timeout=PATIENCE)
            except Full:
                continue
            return

    def _write(self, frame_rate: Fraction, overwrite: bool) -> None:
        try:
            write_video(self.path, self._frames(), frame_rate, overwrite=overwrite)
        except Exception as error:  # it is raised where the film is closed
            self.error = error

    def _frames(self) -> Iterator[np.ndarray]:
        while (frame := self.queue.get()) is not None:
            yield frame


def can_open_windows() -> bool:
    """Return whether OpenCV can open a window; tried in another process, since some builds of it end theirs if not."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    try:
        tried = subprocess.run([sys.executable, "-c", TRIAL], capture_output=True, timeout=LONGEST_TRIAL, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0
