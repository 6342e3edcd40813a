#!/usr/bin/env bash
# FFmpeg: spatial and temporal information (`siti`) of a 10-bit film are four times those of the same film at 8 bits.
#
# SI and TI of ITU-T P.910 say how much detail and motion a film has, in levels of 0 to 255, and test films are chosen
# and models of quality fed by them. `siti` expands the range and takes the deviation of Sobel gradients and of
# differences of frames, of samples as they are stored: the same picture, times four, has 56 and 17 at 8 bits and 225
# and 69 at 10. siti-tools, the program of the experts' group (VQEG), brings both values to the scale of 8 bits at each
# depth, and gives 56 and 17 twice. The documentation of the filter names P.910, and no scale. At 8 bits filter,
# program and definition agree to within 0.3.
#
# Who is bitten: whoever sorts films by complexity, or plots SI against TI for a data set of 8 and 10 bits: every 10-bit
# film is an outlier. Instead: `format=yuv420p,siti`, or a division by 1023 / 255.
#
# Versions: av 18.1.0 (libavfilter 11.14), siti-tools 0.6.0, numpy 2.4.6, scipy 1.17.1; seen on Linux x86_64 with
# Python 3.11, 30 November 2026; the same in FFmpeg 9.0.2.
#
# Run: bash findings/ffmpeg_siti_of_10_bits_is_four_times_too_large.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    av==18.1.0 siti-tools==0.6.0 numpy==2.4.6 scipy==1.17.1
cat > measure.py <<'EOF'
import csv
import subprocess
import sys
from fractions import Fraction
from importlib.metadata import version

import av
import numpy as np
from av.filter import Graph
from scipy.ndimage import gaussian_filter, sobel

changed = []
WIDTH, HEIGHT, COUNT = 128, 96, 5


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def film(form):
    """Frames of one moving texture within 8-bit levels; those of 10 bits are the same levels times four."""
    texture = gaussian_filter(np.random.default_rng(0).random((HEIGHT + COUNT, WIDTH + COUNT)), 1.5)
    texture = (texture - texture.min()) / (texture.max() - texture.min())
    for index in range(COUNT):
        luma = np.rint(40 + 170 * texture[index : index + HEIGHT, index : index + WIDTH]).astype(np.uint16)
        kind, factor = (np.uint8, 1) if form == "yuv420p" else (np.uint16, 4)
        frame = av.VideoFrame(WIDTH, HEIGHT, form)
        for plane, values in zip(frame.planes, (luma, np.full((HEIGHT // 2, WIDTH // 2), 128), np.full((48, 64), 128))):
            lines = np.zeros((plane.height, plane.line_size // np.dtype(kind).itemsize), kind)
            lines[:, : plane.width] = values * factor
            plane.update(lines.tobytes())
        frame.pts, frame.time_base = index, Fraction(1, 25)
        yield frame, luma


def by_filter(form):
    graph, found = Graph(), []
    for frame, _ in film(form):
        if not found:
            source = graph.add_buffer(width=WIDTH, height=HEIGHT, format=frame.format, time_base=frame.time_base)
            graph.link_nodes(source, graph.add("siti"), graph.add("buffersink"))
            graph.configure()
        graph.push(frame)
        found.append(graph.pull().metadata)
    return np.array([[float(each["lavfi.siti.si"]), float(each["lavfi.siti.ti"])] for each in found])


def by_program(form, depth):
    with av.open(f"{form}.mkv", "w") as container:
        stream = container.add_stream("ffv1", 25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, form
        for frame, _ in film(form):
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    command = ["./env/bin/siti-tools", f"{form}.mkv", "-b", str(depth), "-q", "--legacy", "-f", "csv"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = list(csv.DictReader(text.splitlines()))
    return np.array([[float(row["si"]), float(row["ti"] or 0)] for row in rows])


def by_definition():
    """Of luma whose 219 levels are expanded to 255."""
    frames = [(luma.astype(float) - 16) * 255 / 219 for _, luma in film("yuv420p")]
    spatial = [np.hypot(sobel(one, 0), sobel(one, 1))[1:-1, 1:-1].std() for one in frames]
    return np.array([spatial, [0, *((b - a).std() for a, b in zip(frames, frames[1:]))]]).T


print("PyAV", av.__version__, "libavfilter", av.library_versions["libavfilter"], "siti-tools", version("siti-tools"))
truth = by_definition()
eight, ten = by_filter("yuv420p"), by_filter("yuv420p10le")
program = by_program("yuv420p", 8), by_program("yuv420p10le", 10)
for name, found in (("siti, 8 bits", eight), ("siti, 10 bits", ten), ("siti-tools, 8 bits", program[0])):
    print(f"{name}: SI {found[-1, 0]:.1f}, TI {found[-1, 1]:.1f}")
print(f"siti-tools, 10 bits: SI {program[1][-1, 0]:.1f}, TI {program[1][-1, 1]:.1f}")
print(f"by definition, in 0 to 255: SI {truth[-1, 0]:.1f}, TI {truth[-1, 1]:.1f}")
still("SI is about 56 and TI 17", abs(truth[-1, 0] - 56) < 1 and abs(truth[-1, 1] - 17) < 1)
still("siti of 8 bits is that by definition", np.abs(eight - truth).max() < 0.3)
still("siti-tools gives the same of 8 and of 10 bits", np.abs(program[0] - program[1]).max() < 0.01)
still("siti-tools gives that by definition", np.abs(program[0] - truth).max() < 0.01)
ratio = ten[1:] / truth[1:]
print(f"siti of 10 bits is {ratio.min():.3f} to {ratio.max():.3f} times that by definition")
still("siti of 10 bits is four times as large", ratio.min() > 3.95 and ratio.max() < 4.05)
sys.exit(bool(changed))
EOF
./env/bin/python measure.py
