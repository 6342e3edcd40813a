"""Tells decoded frames that are whole from those that are damaged, or drawn from one that is."""

from collections import deque
from typing import Protocol

MOST_REORDERED = 32  # frames that a decoder holds back at most
LONGEST_SPREAD = 300  # frames, after which damage is hardly seen any more where no picture of its own follows


class Decoded(Protocol):
    """What is asked of a decoded frame: FFmpeg's words for it."""

    @property
    def key_frame(self) -> bool:
        """Whether it is a picture of its own, drawn from no other."""
        ...

    @property
    def is_corrupt(self) -> bool:
        """Whether the decoder knows of damage in it."""
        ...

    @property
    def pts(self) -> int | None:
        """The time stamp of its showing."""
        ...


class Damage:
    """Leaves out the frames of one video that are not whole, as far as the decoder knows.

    Frames after a damaged one show what is left of it, until the next picture of its own.

    Args:
        sought: whether decoding began somewhere in the video, where pictures that frames are drawn from are missing.
    """

    def __init__(self, sought: bool):
        self.is_whole = not sought
        self.has_begun = self.tells_keys = False
        self.spread = 0  # frames since the damage

    def leaves_out(self, frame: Decoded | None) -> bool:
        """Say whether the next frame is to be left out; None is one that could not be decoded."""
        self.tells_keys = self.tells_keys or (frame is not None and frame.key_frame)
        if frame is None or frame.is_corrupt:
            if self.has_begun and self.tells_keys:
                self.is_whole, self.spread = False, 0
            return True
        self.spread += 1
        healed = frame.key_frame or (self.has_begun and self.spread > LONGEST_SPREAD)
        self.is_whole = self.is_whole or healed
        self.has_begun = self.has_begun or self.is_whole
        return not self.is_whole


class Losses:
    """Says where packets that could not be decoded belong among frames: before those that were decoded after them."""

    def __init__(self) -> None:
        self.recent: deque[int | None] = deque(maxlen=MOST_REORDERED)  # time stamps of packets that were decoded
        self.before: set[int | None] | None = None  # those before one that could not be
        self.is_told = True

    def add(self) -> bool:
        """Take note of a packet that cannot be decoded, and return whether another is still to be told of."""
        untold = not self.is_told
        self.before, self.is_told = set(self.recent) - {None}, False
        return untold

    def pass_by(self, stamp: int | None) -> None:
        """Take note of the time stamp of a packet that was decoded."""
        self.recent.append(stamp)

    def precede(self, frame: Decoded) -> bool:
        """Return whether a loss is to be told of before the next frame.

        A picture of its own that the decoder held back heals nothing: after it, the loss is told of again.
        """
        if self.before is None:
            return False
        if frame.pts in self.before:
            self.is_told = self.is_told and not frame.key_frame
            return False
        untold, self.is_told = not self.is_told, True
        if frame.key_frame:
            self.before = None
        return untold
