"""Rounds levels of more than 8 bits, spreads fewer and stretches limited ones, none of which swscale does exactly."""

import numpy as np
from av.video.frame import VideoFrame

LIMITED, FULL = 1, 2  # AVCOL_RANGE_MPEG, AVCOL_RANGE_JPEG
EIGHT_BITS, SIXTEEN_BITS = 8, 16
WHITE = 255
BLACKEST, SPAN = 16, 219  # of limited range, in levels of 8 bits
GREY, COLOUR_SPAN = 128, 224  # of the colours in limited range, likewise; full range has its grey there, too
BT601_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def loses_levels(frame: VideoFrame) -> bool:
    """Return whether swscale would cut the levels of a frame to 8 bits, as if 1023 of 10 bits were 255.75.

    It does so in full range, for RGB and for grey; limited range it computes rightly.
    """
    kind = frame.format
    whole_range = kind.is_rgb or len(kind.components) == 1 or int(frame.color_range) == FULL
    return whole_range and kind.components[0].bits > EIGHT_BITS


def as_eight_bits(levels: np.ndarray, frame: VideoFrame) -> np.ndarray:
    """Return levels of a frame, 8-bit or 16-bit (H, W) or (H, W, 3), as 8-bit; limited grey is stretched to full range.

    Args:
        levels: as swscale gives them: those of fewer bits are shifted up to 16, but for grey.
        frame: that they are of.
    """
    grey, bits = levels.ndim == len("HW"), frame.format.components[0].bits
    if levels.dtype == np.uint8:
        white = WHITE
    else:
        shifted = not grey and bits < SIXTEEN_BITS
        white = (2**bits - 1) << (SIXTEEN_BITS - bits) if shifted else 2**SIXTEEN_BITS - 1
    limited = len(frame.format.components) == 1 and int(frame.color_range) == LIMITED
    if levels.dtype == np.uint8 and not limited:
        return levels.copy()
    shown = levels * np.float32(WHITE / white)
    if limited:  # of more bits, black is at 16 of 256 levels, not of 255
        unit = 1.0 if levels.dtype == np.uint8 else 2 ** (bits - EIGHT_BITS) * WHITE / (2**bits - 1)
        shown = (shown - BLACKEST * unit) * np.float32(WHITE / (SPAN * unit))
    return np.clip(shown.round(), 0, WHITE).astype(np.uint8)


def has_few_levels(frame: VideoFrame) -> bool:
    """Return whether a frame is RGB of fewer than 8 bits, as of screens with thousands of colours."""
    return frame.format.is_rgb and any(part.bits < EIGHT_BITS for part in frame.format.components)


def spread(rgb: np.ndarray, frame: VideoFrame) -> np.ndarray:
    """Return 8-bit (H, W, 3) in which the highest level of a frame with few is 255; swscale's lower bits are zeros.

    Args:
        rgb: 8-bit (H, W, 3), as swscale gives it.
        frame: that it is of.
    """
    bits = np.array([part.bits for part in frame.format.components[:3]])
    levels = rgb >> (EIGHT_BITS - bits).astype(np.uint8)
    shown: np.ndarray = (levels * np.float32(WHITE) / (2**bits - 1)).round().astype(np.uint8)
    return shown


def in_channels(pixels: np.ndarray, greyscale: bool) -> np.ndarray:
    """Return 8-bit (H, W) or (H, W, 3) as (H, W), the luma by BT.601, or as (H, W, 3)."""
    if greyscale and pixels.ndim == len("HWC"):
        return (pixels @ BT601_LUMA).round().astype(np.uint8)
    return pixels if greyscale or pixels.ndim == len("HWC") else np.repeat(pixels[..., None], 3, axis=-1)


def in_full_range(frame: VideoFrame, pixels: str) -> VideoFrame:
    """Return a frame of 16 bits in limited range as one in full range, where swscale's colours are half a level low.

    Args:
        frame: of planar luma and colours.
        pixels: FFmpeg's name of a planar format whose pixels share colours as those of the frame do.
    """
    stretched = VideoFrame(frame.width, frame.height, pixels)
    bits = stretched.format.components[0].bits
    kind, most, unit = (np.uint8 if bits == EIGHT_BITS else np.uint16), 2**bits - 1, 2 ** (bits - EIGHT_BITS)
    for channel, (plane, target) in enumerate(zip(frame.planes, stretched.planes, strict=True)):
        levels = np.frombuffer(memoryview(plane), np.uint16).reshape(plane.height, -1)[:, : plane.width]
        lowest, span, shown_at = (GREY, COLOUR_SPAN, GREY * unit) if channel else (BLACKEST, SPAN, 0)
        shown = (levels / np.float32(2**EIGHT_BITS) - lowest) * np.float32(most / span) + shown_at
        rows = np.zeros((target.height, target.line_size // kind().itemsize), kind)
        rows[:, : target.width] = shown.round().clip(0, most).astype(kind)
        target.update(rows.tobytes())
    return stretched
