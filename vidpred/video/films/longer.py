"""Writes a film again with more frames after its last, and with its sound, kept as the file has it."""

import math
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.container import OutputContainer
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vidpred.errors import VidpredError
from vidpred.machine.files import not_there, replacing
from vidpred.machine.name_length import require_fitting
from vidpred.video.decoding.codec import StreamFacts, read_facts, timed_frames
from vidpred.video.decoding.container import opened
from vidpred.video.decoding.deinterlacing import is_interlaced
from vidpred.video.decoding.description import exact
from vidpred.video.decoding.orientation import MATRIX
from vidpred.video.films.code import ENCODER, FilmCode, FrameCoder
from vidpred.video.films.covers import Covers
from vidpred.video.films.fonts import keep_fonts
from vidpred.video.films.light import lost_light
from vidpred.video.films.sound import Sound, seconds_ahead
from vidpred.video.films.tags import keep_tags, keep_track_tags
from vidpred.video.films.timecode import keep_timecode
from vidpred.video.pace import Timed
from vidpred.video.writer import check_place, check_size, unwritable

REORDERED = 2  # frames that x264 has decoded ahead of their time; given no more than these, it forgets to
FORMATS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska"}


@dataclass(frozen=True)
class LongerFilm:
    """What was written.

    Args:
        num_known: frames that the source has.
        num_new: frames after them.
        frame_rate: of the new frames: that of the source at its end; the average, where it is irregular.
        width: of the coded frames, in pixels.
        height: of the coded frames, in pixels.
        notes: what is not as in the source, in words.
    """

    num_known: int
    num_new: int
    frame_rate: Fraction
    width: int
    height: int
    notes: tuple[str, ...]


def write_longer(source: Path, out: Path, more: Iterable[np.ndarray], *, overwrite: bool = False) -> LongerFilm:
    """Write the film of ``source`` as H.264, and ``more`` frames after its last, at its usual rate.

    Size, time of every frame, shape of the pixels, colour coding, turn, title, cover and chapters are kept. Sound is
    copied, with its languages, and with silence at its end. Frames of the source are encoded by themselves: they come
    out bit for bit the same, whatever follows them, so that without more frames this is a plain re-encoding.

    Args:
        source: of the video file.
        out: of the file to write: mp4, m4v, mov or mkv.
        more: upright 8-bit frames (H, W, C) of the coded size, C = 3 or 1; read one by one.
        overwrite: replace an existing file.

    Raises:
        VidpredError: the source cannot be read, or the output exists, has another ending or cannot be written.
    """
    with rewritten(source, out, overwrite) as (facts, known, track, sound):
        num_known = track.write_known(known, sound)
        num_new = track.write_new(more, sound)
        sound.finish(track.end)
        notes = (*track.notes, *sound.notes)
        return LongerFilm(num_known, num_new, facts.pace.last.frame_rate, track.code.width, track.code.height, notes)


def check_film(source: Path, out: Path, overwrite: bool) -> None:
    """Refuse a source that is no file, and what :func:`check_longer` refuses.

    Raises:
        VidpredError: the source is a folder or not there, or no film can or may be written.
    """
    if source.is_dir():
        raise VidpredError(f"{source} is a folder, but a film with its sound is one file; give the path of that")
    if not source.exists():
        raise VidpredError(f"{not_there(source)}; give the path of a video file")
    check_longer(source, out, overwrite)


def check_longer(source: Path, out: Path, overwrite: bool) -> None:
    """Refuse a file that no film can or may be written to.

    Raises:
        VidpredError: it has another ending than FORMATS, is the source or a folder, exists, or has no place.
    """
    if out.suffix.lower() not in FORMATS:
        raise VidpredError(f"{out} ends in none of {', '.join(FORMATS)}, which hold a film with its sound; rename it")
    require_fitting(out)
    if out.exists() and source.exists() and out.samefile(source):
        raise VidpredError(f"the output {out} is the film itself, which is never replaced; choose another name")
    check_place(out, overwrite)


def usual_rate(source: Path) -> Fraction:
    """Return the frames per second of a video file, as they are counted for its new frames.

    Raises:
        VidpredError: it cannot be read as a video.
    """
    return read_facts(source).pace.last.frame_rate


@contextmanager
def rewritten(
    source: Path, out: Path, overwrite: bool, times: int = 1
) -> "Iterator[tuple[StreamFacts, Iterator[Timed[VideoFrame]], Track, Sound]]":
    """Open a film, and a file for the same film: yield what it is, its frames, and the tracks to write to.

    The file is there once all is written, and otherwise not at all.

    Args:
        source: of the film.
        out: the file to write.
        overwrite: replace an existing file.
        times: how many times as many frames per second the new one has.

    Raises:
        VidpredError: the source cannot be read, or the output exists, has another ending or cannot be written.
    """
    check_longer(source, out, overwrite)
    facts = read_facts(source)
    try:
        with (
            replacing(out, overwrite) as temporary,
            _opened_anew(source, temporary, out, facts, times) as (known, track, sound),
        ):
            yield facts, known, track, sound
    except (av.error.FFmpegError, OSError) as error:
        raise unwritable(out, error) from None


@contextmanager
def _opened_anew(
    source: Path, temporary: Path, out: Path, facts: StreamFacts, times: int
) -> "Iterator[tuple[Iterator[Timed[VideoFrame]], Track, Sound]]":
    """Yield the frames of a film, and the tracks of a temporary file, which will be ``out``."""
    kind = FORMATS[out.suffix.lower()]  # as FFmpeg names it
    with ExitStack() as held:
        container, original = held.enter_context(opened(source))
        known = timed_frames(source, facts)
        first = next(known, None)
        if first is None:
            raise VidpredError(f"{source} holds no readable frame; check that a player shows it, or copy it again")
        options = {"movflags": "faststart"} if kind != "matroska" else {}
        film = held.enter_context(av.open(f"file:{temporary}", "w", format=kind, options=options))
        code = FilmCode.like(first.item, original.codec_context, facts)
        check_size(out, code.width, code.height)
        start = facts.start if facts.stamped else first.item.time or 0.0  # a program stream begins at any time
        delay = seconds_ahead(container, start)
        start -= delay
        track = Track(film, code, _tick(facts, original) / times, facts.pace.last.frame_rate * times, delay)
        track.notes = tuple(_changes(source, code, first.item))
        keep_track_tags(original, track.stream)
        keep_tags(container, film, start)
        covers = Covers(source, container, film)
        kept = covers.kept | keep_fonts(container, film) | keep_timecode(container, original, film, track.stream, times)
        sound = Sound(film, container, start, facts.unsafe_sound, kept)
        covers.write()
        yield chain([first], known), track, sound


class Track:
    """The pictures of the film that is written.

    Args:
        film: that they belong to.
        code: how they are coded.
        tick: seconds, the unit of their times.
        rate: frames per second.
        delay: seconds from the beginning of the sound to the first picture, where that is later.
    """

    def __init__(self, film: OutputContainer, code: FilmCode, tick: Fraction, rate: Fraction, delay: float = 0.0):
        self.film, self.code, self.tick, self.rate = film, code, tick, rate
        self.delay = round(delay / tick)  # ticks
        self.coder = FrameCoder(code)
        self.stream = cast(VideoStream, film.add_stream(ENCODER, rate=rate))
        code.set_up(self.stream.codec_context, tick, rate)
        self.stream.time_base = tick
        if code.turn is not None:
            self.stream.set_display_matrix(MATRIX.unpack(code.turn))
        self.last = self.last_decoded = -1  # ticks, of the frame that is shown, and that is decoded, last
        self.earlier: int | None = None  # ticks, by which frames are decoded earlier than their encoder says
        self.notes: tuple[str, ...] = ()  # what is not as in the source, in words

    @property
    def end(self) -> float:
        """Seconds from the beginning of the film to the end of the last frame."""
        return float((self.last + self.delay) * self.tick + 1 / self.rate)

    def write_known(self, frames: Iterable[Timed[VideoFrame]], sound: Sound) -> int:
        """Encode the frames of the source, each at its time; return how many there are."""
        return self.write((timed._replace(item=self.coder.known(timed.item)) for timed in frames), sound)

    def write(self, frames: Iterable[Timed[VideoFrame]], sound: Sound) -> int:
        """Encode frames in the code of the film, each at its time; return how many there are."""
        number = 0
        for timed in frames:
            number += 1
            sound.reach(timed.time + float(self.delay * self.tick))
            at = max(round(timed.time / self.tick), self.last + 1)
            self._encode(self.stream.codec_context, timed.item, at)
        self._encode(self.stream.codec_context, None, 0)
        return number

    def write_new(self, frames: Iterable[np.ndarray], sound: Sound) -> int:
        """Encode frames after the last at the usual rate, with an encoder of their own; return how many there are."""
        encoder, start, number = self.code.encoder(self.tick, self.rate), self.last, 0
        self.earlier = 0
        for number, pixels in enumerate(frames, start=1):
            at = start + round(number / self.rate / self.tick)
            sound.reach(float((at + self.delay) * self.tick))
            self._encode(encoder, self.coder.drawn(pixels), at)
        if number:
            self._encode(encoder, None, 0)
        return number

    def _encode(self, encoder: VideoCodecContext, frame: VideoFrame | None, at: int) -> None:
        """Encode a frame that is shown at so many ticks; None has the encoder give what it holds back."""
        if frame is not None:
            frame.time_base, frame.pts = self.tick, at
            self.last = at
        for packet in encoder.encode(frame):
            self._mux(packet)

    def _mux(self, packet: "Packet[VideoStream]") -> None:
        """Put a packet in its place; those of a second encoder begin where the first one's decoding times end."""
        packet.stream = self.stream
        decoded = packet.dts if packet.dts is not None else self.last_decoded + 1
        if self.earlier is None:
            self.earlier = round(REORDERED / self.rate / self.tick) if decoded == packet.pts else 0
        decoded -= self.earlier
        if self.last_decoded >= 0:
            decoded = max(decoded, self.last_decoded + 1)
        self.last_decoded = decoded
        packet.dts, packet.pts = decoded + self.delay, (packet.pts or 0) + self.delay
        packet.duration = round(1 / self.rate / self.tick)
        self.film.mux(packet)


def _tick(facts: StreamFacts, original: VideoStream) -> Fraction:
    """Return the unit of the times that are written: the source's, which counts them without rounding."""
    tick = exact(original.time_base)
    return tick / math.ceil(facts.pace.per_stamp) if facts.stamped and tick else 1 / facts.pace.last.frame_rate


def _changes(source: Path, code: FilmCode, first: VideoFrame) -> Iterator[str]:
    if is_interlaced(source):
        yield "it is interlaced, and is written as whole pictures, each of the moment of its first field"
    if lost := lost_light(first):
        yield f"what it says of the light of every frame ({lost}) is left out"
    if any(part.is_alpha for part in first.format.components):
        yield "what is transparent in it is laid over black"
    if first.format.name != code.pixels:
        yield f"its pixels ({first.format.name}) are written as {code.pixels}"
    elif not code.untouched:
        yield "its colours, which lie amid pairs of pixels, are moved to the left ones"
    else:
        return
    if code.pixels.startswith("yuv444p") and (code.width % 2 or code.height % 2):
        yield "for its odd size it is written in 4:4:4, which some browsers and phones do not play"
