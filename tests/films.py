"""What tests of whole films put into them, and read out of them."""

import av
import numpy as np


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
