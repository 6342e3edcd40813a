"""Turns coded frames into RGB and back without loss, so that what stands still in a film looks the same in all."""

import numpy as np
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane

from vidpred.video.decoding.levels import EIGHT_BITS
from vidpred.video.decoding.orientation import as_coded, upright
from vidpred.video.films.code import FilmCode

WEIGHTS = {  # of red and blue in the luma
    "bt709": (0.2126, 0.0722),
    "bt601": (0.299, 0.114),
    "fcc": (0.30, 0.11),
    "smpte240m": (0.212, 0.087),
    "bt2020": (0.2627, 0.0593),
}
LIMITED = ((16.0, 219.0), (128.0, 224.0), (128.0, 224.0))  # first level and number of levels, of luma and colours
FULL = ((0.0, 255.0), (128.0, 255.0), (128.0, 255.0))


class FilmPixels:
    """The pixels of frames in the code of a film, as RGB of any precision.

    A colour that several pixels share is given to each of them, and averaged over them on the way back. Levels are
    neither rounded nor bounded: what goes there and back is bit for bit the same.

    Args:
        code: of the film; planar luma and colours.
    """

    def __init__(self, code: FilmCode):
        self.code = code
        bits = VideoFormat(code.pixels).components[0].bits
        self.kind, self.most = (np.uint8 if bits == EIGHT_BITS else np.uint16), 2**bits - 1
        self.to_rgb = _matrix(code.colours)
        ranges = np.array(FULL if code.full_range else LIMITED) * 2 ** (bits - EIGHT_BITS)
        if code.full_range:
            ranges[:, 1] = self.most
        self.first, self.levels = ranges[:, 0].astype(np.float32), ranges[:, 1].astype(np.float32)

    def read(self, frame: VideoFrame) -> np.ndarray:
        """Return a coded frame as RGB in [-1, 1], float32 (H, W, 3), upright; levels beyond black and white too."""
        height, width = self.code.height, self.code.width
        planes = [self._levels(plane) for plane in frame.planes]
        whole = [_repeated(plane, height, width) for plane in planes]
        coded = (np.stack(whole, axis=-1) - self.first) / self.levels
        return upright(coded @ (2 * self.to_rgb.T) - 1, self.code.turn)

    def write(self, pixels: np.ndarray) -> VideoFrame:
        """Return RGB in [-1, 1], upright (H, W, 3), as a frame for the encoder of the film."""
        frame = VideoFrame(self.code.width, self.code.height, self.code.pixels)
        coded = ((as_coded(pixels, self.code.turn) + 1) / 2) @ np.linalg.inv(self.to_rgb).T.astype(np.float32)
        levels = coded * self.levels + self.first
        for channel, plane in enumerate(frame.planes):
            shared = _averaged(levels[..., channel], plane.height, plane.width)
            rows = np.zeros((plane.height, plane.line_size // self.kind().itemsize), self.kind)
            rows[:, : plane.width] = shared.round().clip(0, self.most).astype(self.kind)
            plane.update(rows.tobytes())
        return frame

    def _levels(self, plane: VideoPlane) -> np.ndarray:
        rows = np.frombuffer(memoryview(plane), self.kind).reshape(plane.height, -1)
        levels: np.ndarray = rows[:, : plane.width].astype(np.float32)
        return levels


def _matrix(colours: str) -> np.ndarray:
    """Return what luma and the differences of blue and red (each a half to either side of 0) are multiplied by."""
    red, blue = WEIGHTS[colours]
    green = 1 - red - blue
    of_blue, of_red = 2 * (1 - blue), 2 * (1 - red)
    rows = [[1, 0, of_red], [1, -of_blue * blue / green, -of_red * red / green], [1, of_blue, 0]]
    return np.array(rows, np.float32)


def _repeated(plane: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return a plane (h, w) at full size, each value repeated."""
    down, across = -(-height // plane.shape[0]), -(-width // plane.shape[1])
    return plane.repeat(down, axis=0).repeat(across, axis=1)[:height, :width]


def _averaged(plane: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return a plane (H, W) at a size that divides its own, by averages."""
    down, across = plane.shape[0] // height, plane.shape[1] // width
    averaged: np.ndarray = plane.reshape(height, down, width, across).mean(axis=(1, 3))
    return averaged
