"""Media whose right reading is known: what they are, how they are written, and what every reader should give."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation
from av.video.stream import VideoStream
from PIL import Image

HEIGHT, WIDTH, CELL = 64, 128, 16  # of every picture, and of the patches of one colour
NUM_FRAMES, RATE = 40, 25
TICKS = 90_000  # per second
BITS = 6  # of the number that stands in a frame, as bars
WEIGHTS = {"601": (0.299, 0.114), "709": (0.2126, 0.0722), "2020": (0.2627, 0.0593)}  # of red and of blue
MATRICES = {"601": Colorspace.ITU601, "709": Colorspace.ITU709, "2020": 9}
YCGCO, FULL, LIMITED = 8, 2, 1
SMOOTH = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT

CODECS: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (  # name, file, encoder, pixel format, options
    ("H.264 in mp4", "h264.mp4", "libx264", "yuv420p", {"crf": "4"}),
    ("H.264 in Matroska", "h264.mkv", "libx264", "yuv420p", {"crf": "4"}),
    ("H.264 with B-frames in a transport stream", "h264.ts", "libx264", "yuv420p", {"crf": "4", "bf": "2", "g": "20"}),
    ("H.264 4:4:4 in mp4", "h264_444.mp4", "libx264", "yuv444p", {"crf": "4"}),
    ("HEVC, 10 bits, in mp4", "hevc.mp4", "libx265", "yuv420p10le", {"x265-params": "log-level=none:crf=4"}),
    ("AV1 in mp4", "av1.mp4", "libsvtav1", "yuv420p", {"crf": "8", "preset": "8"}),
    ("VP9 in WebM", "vp9.webm", "libvpx-vp9", "yuv420p", {"crf": "4", "b:v": "0", "cpu-used": "8"}),
    ("MPEG-4 in AVI", "mpeg4.avi", "mpeg4", "yuv420p", {"qscale": "1", "b:v": "4000k"}),
    ("Motion JPEG in AVI", "mjpeg.avi", "mjpeg", "yuvj420p", {"q:v": "1", "b:v": "20000k"}),
    ("MPEG-2 in a program stream", "mpeg2.mpg", "mpeg2video", "yuv420p", {"b:v": "6000k"}),
    ("WMV2 in ASF", "wmv2.wmv", "wmv2", "yuv420p", {"b:v": "6000k"}),
    ("ProRes in QuickTime", "prores.mov", "prores_ks", "yuv422p10le", {}),
    ("FFV1, RGB, in Matroska", "ffv1.mkv", "ffv1", "bgr0", {}),
    ("QuickTime Animation", "qtrle.mov", "qtrle", "rgb24", {}),
)


@dataclass(frozen=True)
class Known:
    """A file, and what it holds.

    Args:
        kind: the section of the table.
        name: the row.
        path: of the file.
        truth: RGB of the frame that is looked at, or of the picture, float (H, W, 3) in levels; None where only numbers
            count.
        times: of its frames, in seconds; none for a picture.
        looked_at: number of that frame, from 0.
    """

    kind: str
    name: str
    path: Path
    truth: np.ndarray | None
    times: Sequence[float] = ()
    looked_at: int = 0


def numbered(number: int) -> np.ndarray:
    """Return a picture (64, 128, 3) of a soft texture that says its number in bars along its lower half."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    channels = (90 + rows + columns / 2, 130 + columns / 2 - rows, 100 + 40 * np.sin((rows + columns) / 20))
    picture = np.stack(channels, axis=-1)
    for bit in range(BITS):
        picture[HEIGHT // 2 :, 10 * bit : 10 * bit + 10] = 200 if number >> bit & 1 else 40
    return picture.round().astype(np.uint8)


def number_of(picture: np.ndarray) -> int:
    """Read the number in a picture (64, 128, 3) of any reader."""
    middle = 3 * HEIGHT // 4
    return sum(
        int(picture[middle - 4 : middle + 4, 10 * bit + 3 : 10 * bit + 7].mean() > 120) << bit for bit in range(BITS)
    )


def make_codecs(folder: Path) -> list[Known]:
    """Write the same numbered frames by every encoder that is there."""
    times = [number / RATE for number in range(NUM_FRAMES)]
    truth = numbered(0).astype(float)
    made = []
    for name, file, encoder, pixels, settings in CODECS:
        frames = [to_frame(numbered(number), pixels) for number in range(NUM_FRAMES)]
        write(folder / file, frames, encoder, settings)
        made.append(Known("Containers and codecs", name, folder / file, truth, times))
    pictures = [Image.fromarray(numbered(number)) for number in range(NUM_FRAMES)]
    few = [picture.quantize(64) for picture in pictures]
    of_few = np.asarray(few[0].convert("RGB")).astype(float)
    for name, file, images, shown in (
        ("GIF", "moving.gif", few, of_few),
        ("animated WebP", "moving.webp", pictures, truth),
        ("AVIF sequence", "moving.avif", pictures, truth),
        ("animated PNG", "moving.png", pictures, truth),
    ):
        options: dict[str, Any] = {"lossless": True} if file.endswith("webp") else {}
        images[0].save(folder / file, save_all=True, append_images=images[1:], duration=1000 // RATE, **options)
        made.append(Known("Containers and codecs", name, folder / file, shown, times))
    return made


def make_colours(folder: Path) -> list[Known]:
    """Write charts of patches without loss: the planes are exact, and so is the formula for what they show."""
    made = []
    for matrix in WEIGHTS:
        for full in (False, True):
            for depth in (8, 10, 12):
                path = folder / f"{matrix}_{full}_{depth}.mp4"
                planes, truth = chart(matrix, full, depth)
                suffix = "" if depth == 8 else f"{depth}le"
                frames = [from_planes(planes, f"yuv420p{suffix}") for _ in range(4)]
                lossless = {"x265-params": "lossless=1:log-level=none"} if depth == 12 else {"qp": "0"}
                _tag(frames, MATRICES[matrix], FULL if full else LIMITED)
                write(path, frames, "libx265" if depth == 12 else "libx264", lossless)
                name = f"BT.{matrix}, {'full' if full else 'limited'} range, {depth} bits"
                made.append(Known("Colour tags", name, path, truth, [number / RATE for number in range(4)]))
    planes, truth = _ycgco_chart()
    frames = [from_planes(planes, "yuv444p") for _ in range(4)]
    _tag(frames, YCGCO, FULL)
    write(folder / "ycgco.mp4", frames, "libx264", {"qp": "0"})
    made.append(Known("Colour tags", "YCgCo", folder / "ycgco.mp4", truth, [number / RATE for number in range(4)]))
    return made


def chart(matrix: str, full: bool, depth: int) -> tuple[list[np.ndarray], np.ndarray]:
    """Return the planes of 12 patches in 4:2:0, integers, and the RGB that they show by the formula."""
    red_weight, blue_weight = WEIGHTS[matrix]
    scale = 2.0 ** (depth - 8)
    peak = 2**depth - 1
    low, luma_span, chroma_span = (0.0, float(peak), float(peak)) if full else (16 * scale, 219 * scale, 224 * scale)
    red, green, blue = np.moveaxis(_patches(), 2, 0) / 255
    luma = red_weight * red + (1 - red_weight - blue_weight) * green + blue_weight * blue
    coded = (
        np.round(low + luma_span * luma),
        np.round(128 * scale + chroma_span * (blue - luma) / (2 - 2 * blue_weight)),
        np.round(128 * scale + chroma_span * (red - luma) / (2 - 2 * red_weight)),
    )
    luma = (coded[0] - low) / luma_span
    to_blue, to_red = ((plane - 128 * scale) / chroma_span for plane in coded[1:])
    red, blue = luma + (2 - 2 * red_weight) * to_red, luma + (2 - 2 * blue_weight) * to_blue
    green = (luma - red_weight * red - blue_weight * blue) / (1 - red_weight - blue_weight)
    shown = np.clip(np.stack([red, green, blue], axis=-1), 0, 1) * 255
    return [coded[0], *(plane[::2, ::2] for plane in coded[1:])], shown


def make_orientations(folder: Path) -> list[Known]:
    """Write one picture with each of the eight display matrices."""
    picture = corners()
    made = []
    for name, (matrix, shown) in orientations(picture).items():
        path = folder / f"{name.replace(' ', '_')}.mp4"
        write(path, [to_frame(picture, "yuv420p") for _ in range(4)], "libx264", {"crf": "4"})
        a, b, c, d, x, y = matrix
        content = bytearray(path.read_bytes())
        at = content.find(b"tkhd") + 44  # 16.16 fixed point, but for the last column, which is 2.30
        numbers = zip((a, b, 0, c, d, 0, x, y, 1), (16, 16, 30) * 3, strict=True)
        content[at : at + 36] = struct.pack(">9i", *(value << shift for value, shift in numbers))
        path.write_bytes(content)
        made.append(Known("Orientation", name, path, shown.astype(float), [number / RATE for number in range(4)]))
    return made


def orientations(picture: np.ndarray) -> dict[str, tuple[tuple[int, ...], np.ndarray]]:
    """Return the eight display matrices (a, b, c, d, x, y) by name, and the picture as each shows it."""
    height, width, _ = picture.shape
    return {
        "upright": ((1, 0, 0, 1, 0, 0), picture),
        "turned 90": ((0, 1, -1, 0, height, 0), np.rot90(picture, -1)),
        "turned 180": ((-1, 0, 0, -1, width, height), picture[::-1, ::-1]),
        "turned 270": ((0, -1, 1, 0, 0, width), np.rot90(picture)),
        "mirrored left-right": ((-1, 0, 0, 1, width, 0), picture[:, ::-1]),
        "mirrored top-bottom": ((1, 0, 0, -1, 0, height), picture[::-1]),
        "transposed": ((0, 1, 1, 0, 0, 0), picture.transpose(1, 0, 2)),
        "transversed": ((0, -1, -1, 0, height, width), picture.transpose(1, 0, 2)[::-1, ::-1]),
    }


def make_timings(folder: Path) -> list[Known]:
    """Write numbered frames at times of every kind."""
    numbers = np.arange(NUM_FRAMES)
    even = numbers / RATE
    kept = np.delete(numbers, [11, 12, 25])
    uneven = np.cumsum(np.tile([0.02, 0.06, 0.04, 0.1], NUM_FRAMES // 4)) - 0.02
    kinds = {
        "constant, 25 frames/s": (numbers, even),
        "three frames lost": (kept, kept / RATE),
        "paused for a minute": (numbers, even + 60 * (numbers >= 20)),
        "variable, 20 to 100 ms": (numbers, uneven),
    }
    made = []
    for name, (shown, times) in kinds.items():
        for suffix in ("mp4", "mkv"):
            path = folder / f"{name.split(',')[0].replace(' ', '_')}.{suffix}"
            write(
                path,
                [to_frame(numbered(int(each)), "yuv420p") for each in shown],
                "libx264",
                {"crf": "8"},
                times.tolist(),
            )
            made.append(Known("Timing", f"{name}, {suffix}", path, None, times.tolist()))
    part = folder / "part.ts"
    write(part, [to_frame(numbered(int(each)), "yuv420p") for each in numbers], "libx264", {"crf": "8", "bf": "0"})
    joined = folder / "joined.ts"
    joined.write_bytes(2 * part.read_bytes())
    made.append(Known("Timing", "two transport streams joined", joined, None, [*even, *even]))
    return made


def to_frame(picture: np.ndarray, pixels: str) -> VideoFrame:
    """Convert a picture (H, W, 3) for an encoder."""
    frame = VideoFrame.from_ndarray(np.ascontiguousarray(picture), "rgb24")
    return frame if pixels == "rgb24" else frame.reformat(format=pixels, interpolation=SMOOTH)


def from_planes(planes: Sequence[np.ndarray], pixels: str) -> VideoFrame:
    """Put planes of integers into a frame as they are."""
    frame = VideoFrame(planes[0].shape[1], planes[0].shape[0], pixels)
    kind = np.dtype("<u2") if "le" in pixels else np.dtype("u1")
    for plane, values in zip(frame.planes, planes, strict=True):
        rows = np.zeros((plane.height, plane.line_size // kind.itemsize), kind)
        rows[:, : plane.width] = values
        plane.update(rows.tobytes())
    return frame


def write(
    path: Path,
    frames: Sequence[VideoFrame],
    encoder: str,
    options: dict[str, str],
    times: Sequence[float] | None = None,
) -> None:
    """Encode frames, each at its time in seconds, or 25 a second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(encoder, rate=RATE, options=dict(options))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = frames[0].width, frames[0].height, frames[0].format.name
        if frames[0].color_range:
            stream.codec_context.colorspace = frames[0].colorspace
            stream.codec_context.color_range = frames[0].color_range
        tick = Fraction(1, TICKS if times is not None else RATE)
        if times is not None:
            stream.codec_context.time_base = tick
        for index, frame in enumerate(frames):
            frame.pts = index if times is None else round(times[index] * TICKS)
            frame.time_base = tick
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def _tag(frames: Sequence[VideoFrame], matrix: Any, colour_range: int) -> None:
    for frame in frames:
        frame.colorspace, frame.color_range = matrix, colour_range


def _patches() -> np.ndarray:
    colours = np.random.default_rng(0).integers(30, 226, (HEIGHT // CELL, WIDTH // CELL, 3))
    return np.repeat(np.repeat(colours, CELL, axis=0), CELL, axis=1).astype(float)


def _ycgco_chart() -> tuple[list[np.ndarray], np.ndarray]:
    truth = _patches()
    red, green, blue = np.moveaxis(truth, 2, 0)
    planes = [red / 4 + green / 2 + blue / 4, 128 - red / 4 + green / 2 - blue / 4, 128 + red / 2 - blue / 2]
    return [plane.round() for plane in planes], truth


def corners() -> np.ndarray:
    """Return the picture (64, 128, 3) whose corners tell how it is turned."""
    picture = np.full((HEIGHT, WIDTH, 3), (90, 120, 90), np.uint8)
    picture[:16, :24], picture[-16:, -24:], picture[:16, -24:] = (220, 40, 40), (40, 40, 220), (220, 220, 40)
    return picture
