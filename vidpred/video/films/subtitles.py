"""Carries the subtitles of a film over to another file: copied, or encoded anew where that file cannot hold them."""

from io import BytesIO
from typing import cast

import av
from av.container import OutputContainer
from av.packet import Packet
from av.subtitles.codeccontext import SubtitleCodecContext
from av.subtitles.stream import SubtitleStream

ANEW = {"mp4": "mov_text", "mov": "mov_text", "matroska": "subrip"}  # by the container's name: its code of plain text


class Subtitles:
    """A track of subtitles on its way to another file.

    Args:
        film: the file that is written; the track is added to it.
        stream: of the source.
        start: time stamp of the first picture, in seconds, which becomes 0.
        code: to encode texts anew in; None copies them.
    """

    def __init__(self, film: OutputContainer, stream: SubtitleStream, start: float, code: str | None):
        assert stream.time_base is not None
        self.film, self.decoder, self.time_base = film, stream.codec_context, stream.time_base
        self.shift, self.note = -round(start / stream.time_base), ""
        self.encoder: SubtitleCodecContext | None = None
        if code is None:
            self.stream = film.add_stream_from_template(stream)
            return
        self.stream = cast(SubtitleStream, film.add_stream(code))
        self.encoder = self.stream.codec_context
        _open(self.encoder, self.decoder)
        self.note = f"its subtitles ({self.decoder.codec.canonical_name}) are encoded anew as {code}"

    def time_of(self, packet: "Packet[SubtitleStream]") -> float:  # noqa: ARG002
        """Return when a packet is to be written: at once, since a file may hold texts long before they are shown."""
        return 0.0

    def write(self, packet: "Packet[SubtitleStream]") -> None:
        """Write a text, as far as it is shown after the first picture; what is damaged is passed over."""
        if packet.pts is None:
            return
        begin = packet.pts + self.shift
        lead = min(0, begin)  # ticks before the first picture
        if begin < 0 and begin + (packet.duration or 0) <= 0:
            return
        duration, written = packet.duration, packet
        if self.encoder is not None:
            text = self._encoded(packet, self.encoder)
            if text is None:
                return
            written = text
        written.time_base, written.stream = self.time_base, self.stream
        written.pts = written.dts = begin - lead
        if duration is not None:
            written.duration = duration + lead
        self.film.mux(written)

    def finish(self, seconds: float) -> None:
        """Append nothing."""

    def _encoded(
        self, packet: "Packet[SubtitleStream]", encoder: SubtitleCodecContext
    ) -> "Packet[SubtitleStream] | None":
        """Return a text in the code that is written; None where there is none."""
        try:
            shown = self.decoder.decode2(packet)
            return cast("Packet[SubtitleStream]", encoder.encode_subtitle(shown)) if shown else None
        except (av.error.FFmpegError, ValueError):
            return None


def carried_subtitles(film: OutputContainer, stream: SubtitleStream, start: float) -> Subtitles | None:
    """Return how a track of subtitles is carried over: copied if at all possible; None where it cannot be.

    Args:
        film: the file that is written.
        stream: of the source.
        start: time stamp of the first picture, in seconds, which becomes 0.
    """
    for code in (None, ANEW.get(film.format.name)):
        if _takes(film, stream, code):
            return Subtitles(film, stream, start, code)
    return None


def _takes(film: OutputContainer, stream: SubtitleStream, code: str | None) -> bool:
    try:
        with av.open(BytesIO(), "w", format=film.format.name) as trial:
            Subtitles(trial, stream, 0.0, code)
            trial.start_encoding()
    except (av.error.FFmpegError, ValueError):
        return False
    return True


def _open(encoder: SubtitleCodecContext, decoder: SubtitleCodecContext) -> None:
    """Open an encoder of texts.

    Raises:
        ValueError: the subtitles are pictures, or of a kind whose style is not known.
    """
    decoder.open(strict=False)
    if decoder.subtitle_header is None:
        raise ValueError("no text")
    encoder.subtitle_header = decoder.subtitle_header
    encoder.open()
