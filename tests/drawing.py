"""Videos that the tests draw themselves, in whatever form they ask for."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter


def pan(num_frames: int, height: int = 48, width: int = 64, speed: int = 2, seed: int = 0) -> np.ndarray:
    """Frames (T, H, W, 3) of a camera that moves to the right over a blurred random landscape."""
    landscape = np.random.default_rng(seed).integers(0, 256, (height, width + speed * num_frames, 3), np.uint8)
    blurred = gaussian_filter(landscape.astype(np.float32), sigma=(2, 2, 0))
    landscape = (255 * (blurred - blurred.min()) / np.ptp(blurred)).astype(np.uint8)
    return np.stack([landscape[:, speed * time : speed * time + width] for time in range(num_frames)])


def draw_video(
    path: Path,
    frames: np.ndarray,
    *,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    rate: int = 25,
    milliseconds: Sequence[int] | None = None,
    options: dict[str, str] | None = None,
    rotation: int | None = None,
    pixel_aspect: Fraction | None = None,
    fast_start: bool = False,
    colours: tuple[int, int] | None = None,
    title: str = "",
) -> Path:
    """Write ``frames`` (T, H, W, 3 or 4) as they are asked for: no part of the package is used."""
    path.parent.mkdir(parents=True, exist_ok=True)
    movflags = {"movflags": "faststart"} if fast_start else {}
    options = always_alike(options or {}) if codec == "libx264" else options or {}
    with av.open(str(path), "w", options={"fflags": "+bitexact", **movflags}) as container:
        container.metadata.update({"title": title} if title else {})
        stream = container.add_stream(codec, rate=rate, options=options)
        stream.height, stream.width = frames.shape[1:3]
        stream.pix_fmt = pixel_format
        time_base = Fraction(1, 1000) if milliseconds else Fraction(1, rate)
        if milliseconds:
            stream.codec_context.time_base = time_base
        if rotation is not None:
            stream.set_display_rotation(rotation)
        if pixel_aspect is not None:
            stream.sample_aspect_ratio = pixel_aspect
        if colours is not None:
            stream.codec_context.colorspace, stream.codec_context.color_range = colours
        for index, array in enumerate(frames):
            kind = "rgba" if array.shape[-1] == 4 else "rgb24"
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(array), kind)
            if colours is not None:
                matrix = 5 if colours[0] == 6 else colours[0]
                frame = frame.reformat(format=pixel_format, dst_colorspace=matrix, dst_color_range=colours[1])
            frame.pts, frame.time_base = (milliseconds[index] if milliseconds else index), time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def always_alike(options: dict[str, str]) -> dict[str, str]:
    """Have x264 write the same frames the same each time: its AVX-512 code does not, on busy virtual machines."""
    params = [options["x264-params"]] if "x264-params" in options else []
    return {**options, "x264-params": ":".join([*params, "asm=0"])}


def draw_sound(path: Path) -> Path:
    """Write an mp4 with sound and no picture."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44_100)
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        silence.rate = 44_100
        container.mux(stream.encode(silence))
        container.mux(stream.encode())
    return path


def draw_folder(path: Path, frames: np.ndarray, name: str = "frame_{}.png") -> Path:
    """Write ``frames`` (T, H, W, 3) as numbered pictures."""
    path.mkdir(parents=True)
    for number, frame in enumerate(frames):
        Image.fromarray(frame).save(path / name.format(number))
    return path
