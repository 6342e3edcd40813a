"""Carries the sound and the subtitles of a film over to another file, and goes on with silence where that is longer."""

from collections.abc import Collection, Iterator
from fractions import Fraction
from typing import Any, cast

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream

from vidpred.errors import VidpredError
from vidpred.video.decoding.container import longest_gap, packets_of
from vidpred.video.films.silence import packet_of_silence, silent_frame
from vidpred.video.films.sound_codes import code_anew, takes
from vidpred.video.films.subtitles import Subtitles, carried_subtitles
from vidpred.video.films.tags import keep_track_tags

AHEAD = 0.5  # seconds of sound before the first picture, from which it is kept


def seconds_ahead(container: InputContainer, start: float) -> float:
    """Return by how much the sound of a film begins before its first picture; 0 where that is next to nothing.

    Args:
        container: of the film.
        start: time stamp of the first picture, in seconds.
    """
    streams = [stream for stream in container.streams.audio if stream.codec_context is not None]
    begins = [
        float(each.start_time * each.time_base)
        for each in streams
        if each.start_time is not None and each.time_base is not None
    ]
    ahead = start - min(begins, default=start)
    return ahead if AHEAD <= ahead <= longest_gap(container) else 0.0


class Sound:
    """All tracks of sound and of subtitles of one file, on their way to another.

    A track of sound is copied bit for bit where the other container takes its code and silence can be appended in that
    code; else it is encoded anew, without loss where it had none. Subtitles are copied; texts may be encoded anew.

    Args:
        film: the file that is written; its tracks are added here, before anything else is written.
        container: of the source.
        start: time stamp, in seconds, that becomes 0.
        unsafe: numbers of tracks that can only be copied, and to which no silence can be appended.
        kept: numbers of tracks that somebody else carries over, beside that of the film's pictures.

    Raises:
        VidpredError: a track can neither be copied nor encoded anew.
    """

    def __init__(
        self,
        film: OutputContainer,
        container: InputContainer,
        start: float,
        unsafe: Collection[int] = frozenset(),
        kept: Collection[int] = frozenset(),
    ):
        streams = [stream for stream in container.streams.audio if stream.codec_context is not None]
        self.tracks: dict[int, _Copied | _Recoded | Subtitles] = {
            stream.index: (_only_copied if stream.index in unsafe else _carried)(film, stream, start)
            for stream in streams
        }
        for text in container.streams.subtitles:
            if text.codec_context is not None and (subtitles := carried_subtitles(film, text, start)):
                self.tracks[text.index] = subtitles
        carried = [stream for stream in container.streams if stream.index in self.tracks]
        for stream in carried:
            keep_track_tags(stream, self.tracks[stream.index].stream)
        self.notes = [track.note for track in self.tracks.values() if track.note]
        others = [stream for stream in container.streams if stream.type not in ("audio", "video")]
        left_out = {str(stream.type or "data") for stream in others if stream.index not in {*self.tracks, *kept}}
        if sum(stream.index not in kept for stream in container.streams.video) > 1:  # a thumbnail or another picture
            left_out.add("video")
        if len(container.streams.audio) > len(streams):
            left_out.add("sound in an unknown code")
        if left_out:
            self.notes.append(f"its other tracks ({', '.join(sorted(left_out))}) are left out")
        self.packets = _packets(container, carried) if carried else iter(())
        self.waiting = next(self.packets, None)

    def reach(self, seconds: float) -> None:
        """Write the sound up to a time."""
        while (packet := self.waiting) is not None and self.tracks[packet.stream_index].time_of(packet) <= seconds:
            self.tracks[packet.stream_index].write(packet)
            self.waiting = next(self.packets, None)

    def finish(self, seconds: float) -> None:
        """Write the rest of the sound, and silence up to a time."""
        self.reach(float("inf"))
        for track in self.tracks.values():
            track.finish(seconds)


class _Copied:
    """A track whose packets are copied, and which ends in packets of silence."""

    def __init__(self, film: OutputContainer, stream: AudioStream, start: float, silence: tuple[bytes, float] | None):
        self.film, self.stream = film, film.add_stream_from_template(stream)
        assert stream.time_base is not None
        self.tick, self.time_base = float(stream.time_base), stream.time_base
        self.shift, self.end = -round(start / self.tick), None
        self.silence = silence
        self.of_one_length = stream.codec_context.codec.canonical_name == "aac"  # its encoder may not know the length
        self.last_begin = self.last_duration = self.longest = 0  # ticks; a last packet may be said to be cut short
        self.note = "" if silence else "its sound ends with the film's own, since no silence can be appended to it"

    end: int | None  # ticks, where the last packet ends

    def time_of(self, packet: "Packet[AudioStream]") -> float:
        """Return when a packet begins to sound, in seconds; at once, where it does not say."""
        return (packet.dts + self.shift) * self.tick if packet.dts is not None else 0.0

    def write(self, packet: "Packet[AudioStream]") -> None:
        """Copy a packet; one whose time stamps begin anew follows the last."""
        if packet.dts is None:
            return
        at = packet.dts + self.shift
        if self.end is not None and at < self.end - (packet.duration or 1):
            self.shift += self.end - at
            at = self.end
        packet.pts = (packet.pts if packet.pts is not None else packet.dts) + at - packet.dts
        packet.dts = at
        self.last_begin, self.last_duration = at, packet.duration or self.last_duration
        self.longest = max(self.longest, self.last_duration)
        self.end = at + self.last_duration
        packet.stream = self.stream
        self.film.mux(packet)

    def finish(self, seconds: float) -> None:
        """Append silence up to a time, if there is any in the code of the track."""
        if self.silence is None:
            return
        content, silent_seconds = self.silence
        length = self.longest if self.of_one_length and self.longest else silent_seconds / self.tick
        begin = max(self.end or 0, self.last_begin + (self.longest if self.of_one_length else 0))
        number = max(0, -(-(seconds / self.tick - begin) // length))
        for index in range(int(number)):
            packet = cast("Packet[AudioStream]", Packet(content))
            packet.stream, packet.time_base = self.stream, self.time_base
            packet.pts = packet.dts = begin + round(index * length)
            packet.duration = round(length)
            packet.is_keyframe = True
            self.film.mux(packet)


class _Recoded:
    """A track that is decoded and encoded anew, and ends in silence."""

    def __init__(self, film: OutputContainer, stream: AudioStream, start: float):
        self.film, self.start, self.tick = film, start, float(stream.time_base or 0)
        self.decoder, self.rate = stream.codec_context, stream.codec_context.sample_rate
        code = code_anew(film, self.decoder)
        self.stream = cast(AudioStream, film.add_stream(code.name, rate=code.rate))
        self.encoder = self.stream.codec_context
        code.set_up(self.encoder)
        self.resampler = self._new_resampler()
        self.kind: tuple[str, str, int] | None = None  # of the samples that it is set up for
        self.written = 0  # samples of the source
        self.note = f"its sound ({self.decoder.codec.canonical_name}) is encoded anew as {code.name}{code.changes}"

    def time_of(self, packet: "Packet[AudioStream]") -> float:
        """Return when a packet begins to sound, in seconds; at once, where it does not say."""
        return packet.dts * self.tick - self.start if packet.dts is not None else 0.0

    def write(self, packet: "Packet[AudioStream]") -> None:
        """Decode a packet and encode what it sounds like; what is damaged is passed over."""
        try:
            frames = self.decoder.decode(packet)
        except (av.error.FFmpegError, ValueError):
            return
        for frame in frames:
            if self.kind is None:
                self._begin((frame.time or 0.0) - self.start)
            self._put(frame)

    def finish(self, seconds: float) -> None:
        """Append silence up to a time."""
        self._fill(seconds)
        for frame in self._resampled(None):
            self._encode(frame)
        self._encode(None)

    def _begin(self, seconds: float) -> None:
        """Wait in silence for sound that begins after the picture; count from below 0 where it begins before."""
        self.written = min(0, round(seconds * self.rate))
        self.encoded = min(0, round(seconds * self.encoder.sample_rate))
        self._fill(seconds)

    def _fill(self, seconds: float) -> None:
        """Go on with silence up to a time."""
        missing = round(seconds * self.rate) - self.written
        while missing > 0:
            samples = min(missing, self.rate)
            self._put(silent_frame(self.decoder, max(1, round(samples * self.decoder.sample_rate / self.rate))))
            missing -= samples

    def _put(self, frame: AudioFrame) -> None:
        self.written += round(frame.samples * self.rate / frame.sample_rate)
        for resampled in self._resampled(frame):
            self._encode(resampled)

    def _resampled(self, frame: AudioFrame | None) -> list[AudioFrame]:
        """Return a frame as the encoder takes it, in any number of pieces; None gives what is held back."""
        held_back: list[AudioFrame] = []
        if frame is not None:
            frame.pts = None
            kind = frame.format.name, frame.layout.name, frame.sample_rate
            if kind != self.kind:  # broadcasts go from stereo to surround and back
                held_back = self.resampler.resample(None) if self.kind else []
                self.kind, self.resampler = kind, self._new_resampler()
        return held_back + self.resampler.resample(frame)

    def _new_resampler(self) -> AudioResampler:
        encoder = self.encoder
        return AudioResampler(encoder.format, encoder.layout, encoder.sample_rate, encoder.frame_size or None)

    def _encode(self, frame: AudioFrame | None) -> None:
        if frame is not None:
            frame.pts, frame.time_base = self.encoded, Fraction(1, self.encoder.sample_rate)
            self.encoded += frame.samples
        self.film.mux(self.stream.encode(frame))

    encoded = 0  # samples


def _carried(film: OutputContainer, stream: AudioStream, start: float) -> _Copied | _Recoded:
    """Return how a track is carried over: copied if at all possible."""
    plays = not (stream.codec_context.codec.canonical_name.startswith("pcm") and film.format.name == "mp4")
    if plays and takes(film, stream) and (silence := packet_of_silence(stream)):
        return _Copied(film, stream, start, silence)
    return _Recoded(film, stream, start)


def _only_copied(film: OutputContainer, stream: AudioStream, start: float) -> _Copied:
    """Return how a track is carried over whose samples cannot be decoded."""
    if not takes(film, stream):
        raise VidpredError(
            f"the film's sound ({stream.codec_context.codec.canonical_name}) has channels in an order of its own, so "
            f"that it can only be copied, but a file of the kind {film.format.name} does not take it; choose another "
            "ending, such as .mov or .mkv"
        )
    return _Copied(film, stream, start, None)


def _packets(container: InputContainer, streams: list[Stream]) -> "Iterator[Packet[Any]]":
    """Yield the packets of tracks, as far as the file can be read."""
    longest = longest_gap(container)
    ends: dict[int, int] = {}  # ticks
    shifts = dict.fromkeys((stream.index for stream in streams), 0)
    for packet in packets_of(container, streams):
        if packet.dts is not None and packet.time_base is not None:
            ahead = packet.dts + shifts[packet.stream_index] - ends.get(packet.stream_index, packet.dts)
            if ahead * packet.time_base > longest:  # it begins anew there
                shifts[packet.stream_index] -= ahead
            shift = shifts[packet.stream_index]
            packet.pts, packet.dts = None if packet.pts is None else packet.pts + shift, packet.dts + shift
            ends[packet.stream_index] = packet.dts + (packet.duration or 0)
        yield packet
