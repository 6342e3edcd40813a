#!/usr/bin/env bash
# FFmpeg: the colour maps of `pseudocolor` are 20 levels too dark in YUV, and their colours shift with the threads.
#
# `pseudocolor=preset=viridis` replaces gray levels by a colour map. Of planar RGB it gives the map of matplotlib to
# within 4 levels. Of YUV, which is what a video is, all channels are 16 to 23 levels darker: the colour is scaled to
# the 219 levels of limited range, and the 16 at which they begin is not added. So it is for all six maps of continuous
# colours, at 8 bits and at 10; the dark ends of two have Y of 0, which is blacker than black. Chroma is right.
# With 4:2:0 and several threads, a slice of chroma is to begin where its slice of luma does. Both starts are rounded
# down on their own, so that of 64 rows a third has the chroma of the row below with 3 threads, and none with 1 or 2.
# Between rows of two levels colours are up to 105 levels off then.
#
# Who is bitten: whoever colours depth, flow magnitude, error or heat maps by FFmpeg, and compares them with a colour
# bar or reads values back from colours. Instead: `format=gbrp,pseudocolor=...`.
#
# Versions: av 18.1.0 (libavfilter 11.14), numpy 2.4.6, matplotlib 3.11.2; seen on Linux x86_64 with Python 3.11,
# 30 November 2026; the same in FFmpeg 9.0.2.
#
# Run: bash findings/ffmpeg_pseudocolor_of_video_is_dark.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check av==18.1.0 numpy==2.4.6 matplotlib==3.11.2
./env/bin/python - <<'EOF'
import sys
from fractions import Fraction

import av
import matplotlib
import numpy as np
from av.filter import Graph
from av.video.format import VideoFormat

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def filtered(planes, form, options, threads=1):
    """Send one frame, given and returned as its planes, through `pseudocolor`."""
    rows, columns = planes[0].shape
    frame = av.VideoFrame(columns, rows, form)
    for plane, values in zip(frame.planes, planes):
        line = np.zeros((plane.height, plane.line_size), np.uint8)
        values = np.ascontiguousarray(values)
        line[:, : values.shape[1] * values.itemsize] = values.view(np.uint8).reshape(plane.height, -1)
        plane.update(line.tobytes())
    frame.pts, frame.time_base = 0, Fraction(1, 25)
    graph = Graph()
    graph.threads = threads
    source = graph.add_buffer(width=columns, height=rows, format=VideoFormat(form), time_base=frame.time_base)
    graph.link_nodes(source, graph.add("pseudocolor", options), graph.add("buffersink"))
    graph.configure()
    graph.push(frame)
    made, found = graph.pull(), []
    assert made.format.name == form, made.format.name
    for plane, values in zip(made.planes, planes):
        line = np.frombuffer(bytes(plane), np.uint8).reshape(plane.height, -1)
        width = plane.width * values.itemsize
        found.append(np.ascontiguousarray(line[:, :width]).view(values.dtype))
    return found


def colours(yuv):
    """RGB of limited-range BT.709, in 0 to 255."""
    y, u, v = (plane.astype(float) for plane in yuv)
    y, u, v = (y - 16) * 255 / 219, (u - 128) * 255 / 224, (v - 128) * 255 / 224
    return np.stack([y + 1.5748 * v, y - 0.1873 * u - 0.4681 * v, y + 1.8556 * u], axis=-1)


print("PyAV", av.__version__, "libavfilter", av.library_versions["libavfilter"], "matplotlib", matplotlib.__version__)
ramp = np.tile(np.arange(256, dtype=np.uint8), (16, 1))
middle = np.full_like(ramp, 128)
for name in ("magma", "inferno", "plasma", "viridis", "turbo", "cividis"):
    truth = 255 * matplotlib.colormaps[name](np.arange(256))[:, :3]
    green, blue, red = filtered([ramp] * 3, "gbrp", f"preset={name}")
    by_rgb = np.stack([red, green, blue], axis=-1).astype(float)[0]
    eight = filtered([ramp, middle, middle], "yuv444p", f"preset={name}")
    by_yuv = colours(eight)[0]
    deep = [plane.astype(np.uint16) * 4 for plane in (ramp, middle, middle)]
    by_ten = colours([plane / 4 for plane in filtered(deep, "yuv444p10le", f"preset={name}")])[0]
    lifted = colours([eight[0] + 16.0, *eight[1:]])[0]
    means = [np.abs(found - truth).mean() for found in (by_rgb, by_yuv, by_ten, lifted)]
    print(f"{name}: off by {means[0]:.1f} in RGB, {means[1]:.1f} in YUV, {means[2]:.1f} at 10 bits; "
          f"{means[3]:.1f} with 16 added to Y; the least Y is {eight[0].min()}")
    still(f"{name}: RGB is matplotlib's", means[0] < 4)
    still(f"{name}: YUV is about 20 levels too dark", 17 < (by_rgb - by_yuv).mean() < 22)
    still(f"{name}: every channel of every gray is darker", (by_yuv - by_rgb).max() < -13)
    still(f"{name}: so it is at 10 bits", 17 < (by_rgb - by_ten).mean() < 22)
    still(f"{name}: 16 more of Y is right", np.abs(lifted - by_rgb).mean() < 3)

stripes = np.tile(np.array([40, 200], np.uint8), 32)[:, None].repeat(96, 1)
half = np.full((32, 48), 128, np.uint8)
one = filtered([stripes, half, half], "yuv420p", "preset=turbo", 1)
for threads in (2, 3, 5):
    more = filtered([stripes, half, half], "yuv420p", "preset=turbo", threads)
    apart = [int(np.abs(a.astype(int) - b).max()) for a, b in zip(one, more)]
    rows = int((one[1] != more[1]).any(1).sum())
    print(f"{threads} threads: Y, U, V up to {apart} from one thread, in {rows} of 32 rows of chroma")
    still(f"{threads} threads: {rows} rows of chroma", rows == {2: 0, 3: 11, 5: 14}[threads])
    still(f"{threads} threads: luma is the same", apart[0] == 0)
    still(f"{threads} threads: chroma is {'another' if threads > 2 else 'the same'}", (apart[1] > 20) == (threads > 2))
sys.exit(bool(changed))
EOF
