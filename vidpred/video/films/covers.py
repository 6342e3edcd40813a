"""Carries the covers of a film over to another file."""

from pathlib import Path
from typing import cast

from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.stream import VideoStream

from vidpred.video.decoding.container import opened, packets_of

FORMS = {"mjpeg": ("jpg", "image/jpeg"), "png": ("png", "image/png")}  # by FFmpeg's name of a code


class Covers:
    """The pictures that go along with a film, on their way to another file; mov has no room for them.

    Args:
        source: of the film.
        container: the same, open.
        film: the file that is written; nothing has been written to it yet.
    """

    def __init__(self, source: Path, container: InputContainer, film: OutputContainer):
        self.film = film
        self.waiting: list[Packet[VideoStream]] = []
        self.kept: set[int] = set()  # numbers of their streams in the source
        for index, picture in _pictures(source).items():
            stream = container.streams[index]
            assert isinstance(stream, VideoStream)
            if film.format.name != "mov" and stream.codec_context.name in FORMS:
                self._keep(stream, picture)
                self.kept.add(index)

    def _keep(self, stream: VideoStream, picture: bytes) -> None:
        if self.film.format.name == "matroska":
            ending, kind = FORMS[stream.codec_context.name]
            number = f"_{len(self.kept) + 1}" if self.kept else ""
            self.film.add_attachment(f"cover{number}.{ending}", kind, picture)
            return
        written = self.film.add_stream_from_template(stream)
        written.disposition = Disposition.attached_pic
        packet = cast("Packet[VideoStream]", Packet(picture))
        packet.stream, packet.pts, packet.dts, packet.is_keyframe = written, 0, 0, True
        self.waiting.append(packet)

    def write(self) -> None:
        """Write them, once all tracks of the file are there."""
        self.film.mux(self.waiting)


def _pictures(source: Path) -> dict[int, bytes]:
    """Return the covers of a film by the numbers of their streams; they come first, whatever is read."""
    with opened(source) as (container, _):
        covers = [stream for stream in container.streams.video if stream.disposition & Disposition.attached_pic]
        found: dict[int, bytes] = {}
        for packet in packets_of(container, covers) if covers else ():
            found.setdefault(packet.stream_index, bytes(packet))
            if len(found) == len(covers):
                break
        return found
