"""Coded frames and the formulas of the standards that they are coded by, in floating point, for tests of colour."""

import numpy as np
from av.video.frame import VideoFrame

WEIGHTS = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722), "bt2020": (0.2627, 0.0593)}  # of red and blue in luma
TAGS = {"bt601": 5, "bt709": 1, "bt2020": 9}
LIMITED, FULL = 1, 2


def to_rgb(planes, matrix, extent, bits):
    """Return the RGB (H, W, 3), 0 to 255, that planes Y, Cb, Cr (H, W) mean by BT.601, BT.709 or BT.2020."""
    luma, blue, red = (plane / 2 ** (bits - 8) for plane in planes)  # as levels of 8 bits, with fractions
    whole = (2**bits - 1) / 2 ** (bits - 8)
    luma = (luma - 16) / 219 if extent == LIMITED else luma / whole
    blue, red = ((chroma - 128) / (224 if extent == LIMITED else whole) for chroma in (blue, red))
    of_red, of_blue = WEIGHTS[matrix]
    r, b = luma + 2 * (1 - of_red) * red, luma + 2 * (1 - of_blue) * blue
    g = (luma - of_red * r - of_blue * b) / (1 - of_red - of_blue)
    return np.clip(np.stack([r, g, b], axis=-1) * 255, 0, 255)


def from_rgb(rgb, matrix):
    """Return the 8-bit levels Y, Cb, Cr (H, W), in limited range and not rounded, of RGB (H, W, 3), 0 to 255."""
    r, g, b = np.moveaxis(rgb / 255, -1, 0)
    of_red, of_blue = WEIGHTS[matrix]
    luma = of_red * r + (1 - of_red - of_blue) * g + of_blue * b
    return 16 + 219 * luma, 128 + 112 * (b - luma) / (1 - of_blue), 128 + 112 * (r - luma) / (1 - of_red)


def interpolated(chroma, height, width, left=False):
    """Return chroma (h, w) of 4:2:0 at every pixel; it lies amid blocks of 2 x 2, or amid their left column."""
    for axis, length in ((0, height), (1, width)):
        place = (np.arange(length) - (0 if left and axis else 0.5)) / 2
        place = np.clip(place, 0, chroma.shape[axis] - 1)
        before = np.floor(place).astype(int)
        after = np.minimum(before + 1, chroma.shape[axis] - 1)
        share = np.expand_dims(place - before, 1 - axis)
        chroma = np.take(chroma, before, axis) * (1 - share) + np.take(chroma, after, axis) * share
    return chroma


def averaged(picture, height, width):
    """Return a picture (H, W, C) shrunk so that each pixel is the average of the area that it covers."""
    for axis, length in ((0, height), (1, width)):
        old = picture.shape[axis]
        edges = np.arange(length + 1) * old / length
        cover = np.minimum(edges[1:, None], np.arange(old) + 1) - np.maximum(edges[:-1, None], np.arange(old))
        cover = np.clip(cover, 0, None)
        picture = np.moveaxis(np.tensordot(cover / cover.sum(axis=1, keepdims=True), picture, (1, axis)), 0, axis)
    return picture


def some_planes(height, width, bits=8, seed=0):
    """Return planes of 4:2:0: noisy luma, and chroma that changes steadily, as every interpolation keeps it."""
    unit = 2 ** (bits - 8)
    rows, columns = -(-height // 2), -(-width // 2)
    luma = np.random.default_rng(seed).integers(70 * unit, 180 * unit, (height, width))
    across, down = np.linspace(0, 1, columns)[None], np.linspace(0, 1, rows)[:, None]
    blue, red = (100 + 14 * across + 14 * down) * unit, (150 - 20 * across - 10 * down) * unit
    return [plane.round().astype(np.uint16 if bits > 8 else np.uint8) for plane in (luma, blue, red)]


def coded_frame(planes, matrix, extent, pixel_format):
    """Return a frame of FFmpeg's with these planes and tags."""
    height, width = planes[0].shape
    frame = VideoFrame(width, height, pixel_format)
    for target, values in zip(frame.planes, planes, strict=True):
        rows = np.zeros((target.height, target.line_size), np.uint8)
        coded = np.ascontiguousarray(values).view(np.uint8).reshape(len(values), -1)
        rows[:, : coded.shape[1]] = coded
        target.update(rows.tobytes())
    frame.colorspace, frame.color_range = TAGS.get(matrix, matrix), extent
    return frame
