"""Tells which packets of a transport stream lack pieces that were lost on the way, as in a broadcast."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from vidpred.video.decoding.container import TRANSPORT_STREAM


class Marked(Protocol):
    """What is asked of a packet: FFmpeg's words for it."""

    @property
    def size(self) -> int:
        """Bytes; 0 at the end of a file."""
        ...

    @property
    def is_corrupt(self) -> bool:
        """Whether FFmpeg found that pieces are missing."""
        ...

    @property
    def is_keyframe(self) -> bool:
        """Whether it is a picture of its own, drawn from no other."""
        ...


P = TypeVar("P", bound=Marked)


def with_losses(packets: Iterable[P], container: str) -> Iterator[tuple[P, bool]]:
    """Yield the packets, and of each whether pieces of it, or of what it is drawn from, may be lost.

    The pieces of a transport stream are counted. FFmpeg marks the packet that comes before the one amid which, or after
    which, some are missing. Where a picture of its own follows that one, as where recordings were joined, it is whole.

    Args:
        packets: in the order of decoding.
        container: FFmpeg's name of how they are packed; of others than transport streams, none is told.
    """
    held: P | None = None
    after_mark = False  # whether the one before the held one was marked
    for packet in packets:
        if held is not None:
            yield held, after_mark and packet.size > 0 and not packet.is_keyframe
            after_mark = held.is_corrupt and container == TRANSPORT_STREAM
        held = packet
    if held is not None:
        yield held, False
