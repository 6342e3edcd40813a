"""Turns decoded frames into upright 8-bit arrays, scaled on the way."""

from fractions import Fraction

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter

AVERAGE = Interpolation.AREA | Interpolation.ACCURATE_RND
UNSPECIFIED_COLOURS = 2  # AVCOL_SPC_UNSPECIFIED
HIGH_DEFINITION = 720  # rows, from which players take unlabelled colours for BT.709, not BT.601
LONGEST_PIXEL = 10  # a pixel stated to be longer than this is a mistake in the file
OPAQUE = 255


class FrameConverter:
    """Converts the frames of one video, all to the size of the first.

    Pixels are made square, the picture upright, transparency is laid over black, and any colour
    coding (limited or full range, BT.601, BT.709 or BT.2020, 8 bits or more) becomes 8-bit RGB or grey.

    Args:
        pixel_aspect: width of a pixel over its height; None if not stated.
        short_side: pixels of the shorter side after scaling; a smaller picture is not enlarged.
        greyscale: one channel instead of three.
    """

    def __init__(self, pixel_aspect: Fraction | None, short_side: int | None = None, greyscale: bool = False):
        stated = pixel_aspect is not None and 1 / LONGEST_PIXEL <= pixel_aspect <= LONGEST_PIXEL
        self.pixel_aspect = float(pixel_aspect) if stated and pixel_aspect is not None else 1.0
        self.short_side = short_side
        self.format = "gray" if greyscale else "rgb24"
        self.reformatter = VideoReformatter()  # one for all frames: each sets up its scaling tables once
        self.size: tuple[int, int] | None = None

    def __call__(self, frame: VideoFrame) -> np.ndarray:
        """Return the frame as 8-bit (H, W, C)."""
        if self.size is None:
            self.size = self._scaled_size(frame)
        turns = round(frame.rotation / 90)
        opaque = self._over_black(frame)
        unlabelled = opaque.colorspace == UNSPECIFIED_COLOURS and opaque.height >= HIGH_DEFINITION
        scaled = self.reformatter.reformat(
            opaque,
            *self.size,
            format=self.format,
            src_colorspace=Colorspace.ITU709 if unlabelled and not opaque.format.is_rgb else None,
            interpolation=AVERAGE,
            threads=1,
        )
        array: np.ndarray = np.rot90(np.atleast_3d(scaled.to_ndarray()), turns)
        return np.ascontiguousarray(array)

    def _scaled_size(self, frame: VideoFrame) -> tuple[int, int]:
        width, height = frame.width * self.pixel_aspect, float(frame.height)
        shrink = min(1.0, (self.short_side or min(width, height)) / min(width, height))
        return max(1, round(width * shrink)), max(1, round(height * shrink))

    @staticmethod
    def _over_black(frame: VideoFrame) -> VideoFrame:
        if frame.format.name != "pal8" and not any(part.is_alpha for part in frame.format.components):
            return frame
        rgba = frame.to_ndarray(format="rgba")
        rgb = rgba[..., :3] * (rgba[..., 3:] / np.float32(OPAQUE)) + np.float32(0.5)
        return VideoFrame.from_ndarray(rgb.astype(np.uint8), "rgb24")
