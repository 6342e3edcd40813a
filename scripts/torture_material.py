"""Media of many kinds, small ones, and runs to damage, made anew with the libraries that are installed."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from vidpred.runs.shipped import CLIP
from vidpred.video.frame_folder import SUFFIXES as PICTURE_SUFFIXES
from vidpred.video.sources import SUFFIXES as VIDEO_SUFFIXES

HEIGHT, WIDTH = 48, 64
LARGEST = 32 * 2**20  # bytes; larger files of a user's folder are left out
ENCODED = (  # file, encoder, pixel format
    *(("h264.mp4", "libx264", "yuv420p"), ("h264_10.mkv", "libx264", "yuv422p10le"), ("h264.ts", "libx264", "yuv420p")),
    *(("h264_grey.mp4", "libx264", "gray"), ("rgb.mkv", "libx264rgb", "rgb24"), ("hevc.mp4", "libx265", "yuv420p")),
    *(
        ("hevc_12.mkv", "libx265", "yuv444p12le"),
        ("av1.mp4", "libsvtav1", "yuv420p"),
        ("vp8.webm", "libvpx", "yuva420p"),
    ),
    *(
        ("vp9.webm", "libvpx-vp9", "yuv444p"),
        ("vp9_alpha.webm", "libvpx-vp9", "yuva420p"),
        ("ffv1.mkv", "ffv1", "bgr0"),
    ),
    *(("ffv1_16.mkv", "ffv1", "gray16le"), ("mpeg4.avi", "mpeg4", "yuv420p"), ("mpeg2.mpg", "mpeg2video", "yuv420p")),
    *(("mpeg1.mpg", "mpeg1video", "yuv420p"), ("mjpeg.avi", "mjpeg", "yuvj420p"), ("mjpeg.mov", "mjpeg", "yuvj444p")),
    *(
        ("wmv2.wmv", "wmv2", "yuv420p"),
        ("flv.flv", "flv", "yuv420p"),
        ("gif.gif", "gif", "rgb8"),
        ("apng.png", "apng", "rgba"),
    ),
    *(("qtrle.mov", "qtrle", "rgb24"), ("png.mov", "png", "rgba"), ("prores.mov", "prores_ks", "yuv422p10le")),
    *(("huffyuv.avi", "huffyuv", "rgb24"), ("utvideo.avi", "utvideo", "gbrp"), ("magicyuv.avi", "magicyuv", "gbrap")),
    *(("raw.avi", "rawvideo", "bgr24"), ("raw.nut", "rawvideo", "rgb48le"), ("y4m.y4m", "rawvideo", "yuv420p")),
    *(("v210.mov", "v210", "yuv422p10le"), ("zmbv.avi", "zmbv", "bgr0"), ("cinepak.avi", "cinepak", "rgb24")),
    *(("msmpeg4.avi", "msmpeg4", "yuv420p"), ("snow.avi", "snow", "yuv420p"), ("jpeg2000.mov", "jpeg2000", "rgb24")),
)
PICTURES: tuple[tuple[str, str, dict[str, Any]], ...] = (  # file, mode, how it is saved
    *(
        ("rgb.png", "RGB", {}),
        ("grey.png", "L", {}),
        ("alpha.png", "RGBA", {}),
        ("palette.png", "P", {"transparency": 3}),
    ),
    *(
        ("bits.png", "1", {}),
        ("deep.png", "I;16", {}),
        ("grey_alpha.png", "LA", {}),
        ("rgb.jpg", "RGB", {"progressive": True}),
    ),
    *(
        ("grey.jpg", "L", {}),
        ("cmyk.jpg", "CMYK", {}),
        ("turned.jpg", "RGB", {"exif": b"Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0"}),
    ),
    *(
        ("raw.tif", "RGB", {}),
        ("lzw.tif", "RGB", {"compression": "tiff_lzw"}),
        ("zip.tif", "L", {"compression": "tiff_deflate"}),
    ),
    *(
        ("jpeg.tif", "RGB", {"compression": "jpeg"}),
        ("cmyk.tif", "CMYK", {}),
        ("lab.tif", "LAB", {}),
        ("deep.tif", "I;16", {}),
    ),
    *(
        ("float.tif", "F", {}),
        ("ycbcr.tif", "YCbCr", {}),
        ("bits.tif", "1", {"compression": "group4"}),
        ("rgb.webp", "RGB", {}),
    ),
    *(
        ("alpha.webp", "RGBA", {"lossless": True}),
        ("rgb.bmp", "RGB", {}),
        ("palette.bmp", "P", {}),
        ("postscript.eps", "RGB", {}),
    ),
)
TINY = ("train.steps=2", "train.batch_size=2", "log.validation_clips=2", "log.preview_frames=1", "log.metrics_every=1")
NARROW = ("network.width_multiplier=0.02", "discriminator.width_multiplier=0.02")
SMALL_IMAGES = (
    "data.resolution=16",
    "network.hidden_channels=2",
    "discriminator.hidden_channels=2",
    "log.sample_every=1",
)


@dataclass(frozen=True)
class Material:
    """What is damaged: files of moving and of still pictures, and folders of finished runs.

    Args:
        folder: that holds what was made.
        videos: at least one file.
        pictures: at least one file.
        runs: of a predictor and of a generator of images.
        left_out: how many files of the user's folder were too large.
    """

    folder: Path
    videos: list[Path]
    pictures: list[Path]
    runs: list[Path]
    left_out: int


def make_material(folder: Path, media: Path | None, with_runs: bool) -> Material:
    """Make what is not there yet in ``folder``; take videos and pictures from ``media``, where it has some."""
    if not (folder / "media_done").exists():
        _make_media(folder)
        (folder / "media_done").touch()
    if with_runs and not (folder / "runs_done").exists():
        _make_runs(folder)
        (folder / "runs_done").touch()
    made = sorted(path for path in (folder / "videos").iterdir())
    pictures, left_out = sorted((folder / "pictures").iterdir()), 0
    videos = [CLIP, *made]
    if media is not None:
        files = sorted(path for path in media.rglob("*") if path.is_file() and not path.name.startswith("."))
        small = [path for path in files if path.stat().st_size <= LARGEST]
        videos = [path for path in small if path.suffix.lower() in VIDEO_SUFFIXES] or videos
        pictures = [path for path in small if path.suffix.lower() in PICTURE_SUFFIXES] or pictures
        left_out = len(files) - len(small)
    return Material(folder, videos, pictures, [folder / "run", folder / "images_run"], left_out)


def _make_media(folder: Path) -> None:
    for name in ("videos", "pictures", "clips", "images"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, encoder, pixels in ENCODED:
        encode(folder / "videos" / name, encoder, pixels)
    for name, mode, options in PICTURES:
        image = Image.fromarray(draw_frame(3))
        _converted(image, mode).save(folder / "pictures" / name, **options)
    animated = [Image.fromarray(draw_frame(number)) for number in range(4)]
    animated[0].save(folder / "pictures" / "animated.webp", save_all=True, append_images=animated[1:])
    animated[0].save(folder / "pictures" / "pages.tif", save_all=True, append_images=animated[1:])
    for number in range(3):
        encode(folder / "clips" / f"{number}.mp4", "libx264", "yuv420p", 20, first=7 * number)
    for number in range(12):
        Image.fromarray(draw_frame(number)).save(folder / "images" / f"{number:03}.png")


def _make_runs(folder: Path) -> None:
    images = (str(folder / "images"), "--config", "dcgan", *SMALL_IMAGES)
    for name, words in (("run", ("--config", "smoke", *NARROW)), ("images_run", images)):
        shutil.rmtree(folder / name, ignore_errors=True)
        command = [sys.executable, "-m", "vidpred", "train", *words, *TINY, "--out", str(folder / name)]
        subprocess.run([*command, "--device", "cpu"], check=True, capture_output=True)


def draw_frame(number: int) -> np.ndarray:
    """Return a frame of a moving picture, 8-bit (48, 64, 3): a texture with a disc that goes round."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    frame = np.stack([rows * 5 % 256, columns * 4 % 256, (rows + columns + 3 * number) * 2 % 256], axis=-1)
    disc = (rows - 24 - 12 * np.sin(number / 3)) ** 2 + (columns - 32 - 20 * np.cos(number / 3)) ** 2 < 60
    frame[disc] = 240, 60, 30
    return frame.astype(np.uint8)


def encode(path: Path, encoder: str, pixels: str, num_frames: int = 14, first: int = 0) -> None:
    """Write a little video; nothing where this FFmpeg has no such encoder, or it takes no such pixels."""
    try:
        with av.open(str(path), "w") as container:
            options = {"x265-params": "log-level=none"} if encoder == "libx265" else {}
            stream = container.add_stream(encoder, rate=25, options=options)
            assert isinstance(stream, VideoStream)
            stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, pixels
            for frame in _frames(num_frames, first, pixels):
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
    except (av.error.FFmpegError, ValueError):
        path.unlink(missing_ok=True)


def _frames(number: int, first: int, pixels: str) -> Iterator[VideoFrame]:
    for index in range(number):
        frame = VideoFrame.from_ndarray(draw_frame(first + index), "rgb24")
        frame = frame.reformat(format=pixels)
        frame.pts, frame.time_base = index, Fraction(1, 25)
        yield frame


def _converted(image: Image.Image, mode: str) -> Image.Image:
    if mode in ("I;16", "F"):
        grey = np.asarray(image.convert("L"))
        return Image.fromarray(grey.astype(np.uint16) * 257 if mode == "I;16" else grey.astype(np.float32))
    if mode == "LAB":
        return Image.frombytes("LAB", image.size, image.tobytes())
    return image.convert(mode)
