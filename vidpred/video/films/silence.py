"""Makes silence: as samples, and as a packet in the code of a track."""

from fractions import Fraction
from itertools import repeat

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.codec import Codec, CodecContext
from av.packet import Packet

SAMPLES = 1024  # of a frame, where the code prescribes none
TRIED = 8  # frames of silence, after which an encoder has settled
INAUDIBLE = 1e-3  # of full scale
ADTS_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
ADTS_CHANNELS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 8: 7}  # their number, as its header gives it
ADTS_BYTES = 7


def packet_of_silence(stream: AudioStream) -> tuple[bytes, float] | None:
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
            packets += encoder.encode(silent_frame(encoder, samples))
        content = bytes(packets[-1])
        if code.name == "aac" and not original.extradata:
            content = _with_header(content, original)
        return (content, samples / original.sample_rate) if _sounds_silent(original, content) else None
    except (av.error.FFmpegError, ValueError, LookupError, NotImplementedError):
        return None


def _with_header(content: bytes, original: AudioCodecContext) -> bytes:
    """Return a packet of AAC with the header (ADTS) that packets of broadcasts have, since their file says nothing."""
    channels = ADTS_CHANNELS[len(original.layout.channels)]
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
    [last] = AudioResampler(heard[-1].format.packed).resample(heard[-1])  # as for silent_frame
    levels = last.to_ndarray()
    if levels.dtype == np.uint8:
        return bool(np.abs(levels.astype(int) - 128).max() <= 1)
    full = 1.0 if levels.dtype.kind == "f" else 2.0 ** (8 * levels.dtype.itemsize - 1)
    return bool(np.abs(levels.astype(np.float64)).max() <= INAUDIBLE * full)


def silent_frame(kind: AudioCodecContext, samples: int) -> AudioFrame:
    """Return so many samples of silence as a codec takes or gives them."""
    frame = AudioFrame(kind.format.packed, kind.layout, samples)  # one plane, whatever their number
    frame.sample_rate = kind.sample_rate
    rest = 128 if kind.format.name.startswith("u8") else 0
    for plane in frame.planes:
        plane.update(bytes([rest]) * plane.buffer_size)
    [as_taken] = AudioResampler(kind.format, kind.layout, kind.sample_rate).resample(frame)
    return as_taken
