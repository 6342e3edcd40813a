"""What tests of whole films put into them, and read out of them."""

from fractions import Fraction

import av
import numpy as np

RATE, SAMPLES = 25, 48_000  # per second


def add_sound(film, path, code, seconds, rate=48_000, kind="s16"):
    """Write the film again with a tone for so many seconds; return the path."""
    tone = np.sin(np.arange(int(rate * seconds)) * 0.05)
    with av.open(str(film)) as source, av.open(str(path), "w") as out:
        picture = source.streams.video[0]
        copied = out.add_stream_from_template(picture)
        sound = out.add_stream(code, rate=rate)
        sound.layout = "mono"
        for packet in source.demux(picture):
            if packet.size:
                packet.stream = copied
                out.mux(packet)
        size = sound.codec_context.frame_size or 1024
        for start in range(0, len(tone) - size + 1, size):
            samples = tone[None, start : start + size]
            whole = sound.codec_context.format.name.startswith("s16")
            samples = (samples * 20_000).astype(np.int16) if whole else samples.astype(np.float32)
            frame = av.AudioFrame.from_ndarray(samples, sound.codec_context.format.name, "mono")
            frame.sample_rate, frame.pts = rate, start
            out.mux(sound.encode(frame))
        out.mux(sound.encode())
    return path


def heard(path):
    """Return the code of the sound, and its samples from -1 to 1, of one channel."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        frames = [frame.to_ndarray()[0] for frame in container.decode(stream)]
        samples = np.concatenate(frames).astype(float)
        return stream.codec_context.codec.canonical_name, samples / (32768 if frames[0].dtype == np.int16 else 1)


def coded(path):
    """Return the planes of every frame as they are coded, and the time of each in seconds."""
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
        return [frame.to_ndarray() for frame in frames], [float(frame.pts * frame.time_base) for frame in frames]


def facts(path):
    """Return what a file says of how its pictures are to be shown."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        colours = context.colorspace, context.color_range, context.color_primaries, context.color_trc
        size = context.width, context.height, context.pix_fmt
        rotation = next(container.decode(stream)).rotation
        return size, colours, stream.sample_aspect_ratio, rotation, stream.average_rate


def times(path):
    """Return the time of every frame in seconds."""
    with av.open(str(path)) as container:
        return np.array([float(frame.pts * frame.time_base) for frame in container.decode(video=0)])


def flash_and_beep(path, at, begins=0.0, codes=("mpeg2video", "mp2"), late=0.0):
    """Write a second of film with a flash and a beep at ``at`` seconds; return the path.

    Time stamps begin at ``begins``, with sound, and the picture ``late`` seconds after that.
    """
    tone = np.zeros(SAMPLES, np.int16)
    tone[int(at * SAMPLES) : int((at + 0.04) * SAMPLES)] = 20_000 * np.sin(np.arange(int(0.04 * SAMPLES)) * 0.3)
    with av.open(str(path), "w", options={"output_ts_offset": str(begins)}) as out:
        picture, sound = (out.add_stream(code, rate=rate) for code, rate in zip(codes, (RATE, SAMPLES), strict=True))
        picture.width, picture.height, picture.pix_fmt, sound.layout = 64, 48, "yuv420p", "mono"
        size = sound.codec_context.frame_size or 1152
        for number in range(RATE):
            level = 230 if number == round(at * RATE) else 20
            frame = av.VideoFrame.from_ndarray(np.full((72, 64), level, np.uint8), "yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            if number >= late * RATE:
                out.mux(picture.encode(frame))
            for start in range(0, SAMPLES - size + 1, size):
                if number == start * RATE // SAMPLES:
                    part = av.AudioFrame.from_ndarray(tone[None, start : start + size], "s16", "mono")
                    part.sample_rate, part.pts, part.time_base = SAMPLES, start, Fraction(1, SAMPLES)
                    out.mux(sound.encode(part))
        out.mux(picture.encode())
        out.mux(sound.encode())
    return path


def beep_after_flash(path):
    """Return how many seconds after the brightest frame of a film its sound begins."""
    with av.open(str(path)) as container:
        flash = max((frame.to_ndarray(format="gray").mean(), frame.time) for frame in container.decode(video=0))[1]
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            samples = frame.to_ndarray()[0] / (32768 if frame.format.name.startswith("s16") else 1)
            loud = np.flatnonzero(np.abs(samples) > 0.2)
            if len(loud):
                return frame.time + loud[0] / frame.sample_rate - flash
    return None
