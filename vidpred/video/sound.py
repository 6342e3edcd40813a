"""Carries the sound of a film over to another file, and goes on with silence where that one is longer."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import repeat
from typing import cast

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.codec import Codec, CodecContext
from av.container import InputContainer, OutputContainer
from av.packet import Packet

LOSSLESS = ("flac", "alac")  # are encoded anew as themselves, where they cannot be copied
OTHERWISE = "aac"
TRIED = 8  # frames of silence, after which an encoder has settled
INAUDIBLE = 1e-3  # of full scale
ADTS_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
ADTS_BYTES = 7
USUAL_LAYOUTS = {1: "mono", 2: "stereo"}  # which some files leave open
SAMPLES = 1024  # of a frame, where the code prescribes none


class Sound:
    """All tracks of sound of one file, on their way to another.

    A track is copied bit for bit where the other container takes its code and silence can be appended in that code;
    else it is encoded anew, without loss where it had none.

    Args:
        film: the file that is written; its tracks are added here, before anything else is written.
        container: of the source.
        start: time stamp of the first picture, in seconds, which becomes 0.
    """

    def __init__(self, film: OutputContainer, container: InputContainer, start: float):
        streams = [stream for stream in container.streams.audio if stream.codec_context is not None]
        self.tracks: dict[int, _Copied | _Recoded] = {s.index: _carried(film, s, start) for s in streams}
        self.notes = [track.note for track in self.tracks.values() if track.note]
        if others := [stream for stream in container.streams if stream.type not in ("audio", "video")]:
            kinds = sorted({str(stream.type or "data") for stream in others})
            self.notes.append(f"its other tracks ({', '.join(kinds)}) are left out")
        self.packets = _packets(container, streams) if streams else iter(())
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

    def __init__(self, film: OutputContainer, stream: AudioStream, start: float, silence: tuple[bytes, float]):
        self.film, self.stream = film, film.add_stream_from_template(stream)
        assert stream.time_base is not None
        self.tick, self.time_base = float(stream.time_base), stream.time_base
        self.shift, self.end = -round(start / self.tick), None
        self.silence, self.silent_seconds = silence
        self.of_one_length = stream.codec_context.codec.canonical_name == "aac"  # its encoder may not know the length
        self.last_duration = 0
        self.note = ""

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
        self.last_duration = packet.duration or self.last_duration
        self.end = at + self.last_duration
        packet.stream = self.stream
        self.film.mux(packet)

    def finish(self, seconds: float) -> None:
        """Append silence up to a time."""
        length = self.last_duration if self.of_one_length and self.last_duration else self.silent_seconds / self.tick
        begin = self.end or 0
        number = max(0, -(-(seconds / self.tick - begin) // length))
        for index in range(int(number)):
            packet = cast("Packet[AudioStream]", Packet(self.silence))
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
        own = self.decoder.codec.canonical_name
        name = own if own in LOSSLESS and own in film.supported_codecs else OTHERWISE
        self.stream = cast(AudioStream, film.add_stream(name, rate=self.rate))
        self.encoder = self.stream.codec_context
        self.encoder.layout = USUAL_LAYOUTS.get(len(self.decoder.layout.channels), self.decoder.layout)
        self.encoder.open()
        self.resampler: AudioResampler | None = None
        self.written = 0  # samples
        self.note = f"its sound ({own}) is encoded anew as {name}"

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
            if self.resampler is None:
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
        self.written = self.encoded = min(0, round(seconds * self.rate))
        self._fill(seconds)

    def _fill(self, seconds: float) -> None:
        """Go on with silence up to a time."""
        missing = round(seconds * self.rate) - self.written
        while missing > 0:
            samples = min(missing, SAMPLES)
            self._put(_silent_frame(self.decoder, samples))
            missing -= samples

    def _put(self, frame: AudioFrame) -> None:
        self.written += frame.samples
        for resampled in self._resampled(frame):
            self._encode(resampled)

    def _resampled(self, frame: AudioFrame | None) -> list[AudioFrame]:
        if self.resampler is None:
            size = self.encoder.frame_size or None
            self.resampler = AudioResampler(self.encoder.format, self.encoder.layout, self.rate, size)
        if frame is not None:
            frame.pts = None
        return self.resampler.resample(frame)

    def _encode(self, frame: AudioFrame | None) -> None:
        if frame is not None:
            frame.pts, frame.time_base = self.encoded, Fraction(1, self.rate)
            self.encoded += frame.samples
        self.film.mux(self.stream.encode(frame))

    encoded = 0  # samples


def _carried(film: OutputContainer, stream: AudioStream, start: float) -> _Copied | _Recoded:
    """Return how a track is carried over: copied if at all possible."""
    name = stream.codec_context.codec.canonical_name
    taken = name in film.supported_codecs and not (name.startswith("pcm") and film.format.name == "mp4")
    if taken and (silence := _silence(stream)):
        return _Copied(film, stream, start, silence)
    return _Recoded(film, stream, start)


def _silence(stream: AudioStream) -> tuple[bytes, float] | None:
    """Return a packet of silence in the code of a track, and its seconds; None where there is none that it can play."""
    original = stream.codec_context
    try:
        code = Codec(original.codec.canonical_name, "w")
        encoder = CodecContext.create(code, "w")
        assert isinstance(encoder, AudioCodecContext)
        encoder.sample_rate, encoder.layout = original.sample_rate, original.layout
        encoder.format = (code.audio_formats or [original.format])[0]
        encoder.time_base = Fraction(1, original.sample_rate)
        if original.bit_rate and code.name in ("ac3", "eac3"):
            encoder.bit_rate = original.bit_rate
        encoder.open()
        samples = encoder.frame_size or SAMPLES
        packets: list[Packet[AudioStream]] = []
        for _ in range(TRIED):
            packets += encoder.encode(_silent_frame(encoder, samples))
        content = bytes(packets[-1])
        if code.name == "aac" and not original.extradata:
            content = _with_header(content, original)
        return (content, samples / original.sample_rate) if _sounds_silent(original, content) else None
    except (av.error.FFmpegError, ValueError, IndexError, NotImplementedError):
        return None


def _with_header(content: bytes, original: AudioCodecContext) -> bytes:
    """Return a packet of AAC with the header (ADTS) that packets of broadcasts have, since their file says nothing."""
    channels = len(original.layout.channels)
    rate, size = ADTS_RATES.index(original.sample_rate), len(content) + ADTS_BYTES
    fields = ((0xFFF1, 16), (1, 2), (rate, 4), (0, 1), (channels, 3), (0, 4), (size, 13), (0x7FF, 11), (0, 2))
    header = 0
    for value, bits in fields:
        header = header << bits | value
    return header.to_bytes(ADTS_BYTES) + content


def _sounds_silent(original: AudioCodecContext, content: bytes) -> bool:
    """Return whether a decoder that is set up as the track's hears silence in a packet."""
    decoder = CodecContext.create(original.codec.canonical_name, "r")
    assert isinstance(decoder, AudioCodecContext)
    decoder.extradata = original.extradata
    decoder.sample_rate, decoder.layout, decoder.format = original.sample_rate, original.layout, original.format
    heard = [frame for _ in repeat(None, TRIED) for frame in decoder.decode(Packet(content))]
    if not heard or any(frame.sample_rate != original.sample_rate for frame in heard):
        return False
    levels = heard[-1].to_ndarray()
    if levels.dtype == np.uint8:
        return bool(np.abs(levels.astype(int) - 128).max() <= 1)
    full = 1.0 if levels.dtype.kind == "f" else 2.0 ** (8 * levels.dtype.itemsize - 1)
    return bool(np.abs(levels.astype(np.float64)).max() <= INAUDIBLE * full)


def _silent_frame(kind: AudioCodecContext, samples: int) -> AudioFrame:
    frame = AudioFrame(kind.format, kind.layout, samples)
    frame.sample_rate = kind.sample_rate
    rest = 128 if kind.format.name.startswith("u8") else 0
    for plane in frame.planes:
        plane.update(bytes([rest]) * plane.buffer_size)
    return frame


def _packets(container: InputContainer, streams: list[AudioStream]) -> "Iterator[Packet[AudioStream]]":
    """Yield the packets of sound, as far as the file can be read."""
    packets = container.demux(streams)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.error.FFmpegError, OSError):
            return
        if packet.size:
            yield cast("Packet[AudioStream]", packet)
