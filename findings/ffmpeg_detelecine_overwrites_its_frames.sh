#!/usr/bin/env bash
# FFmpeg: `detelecine` gives out one and the same memory for all frames, and later frames overwrite earlier ones.
#
# The filter has one frame of its own (s->frame in vf_detelecine.c), writes each result into it and hands on a clone,
# that is another reference to the same memory; `telecine` does so too, but not with what it writes to again. Whatever
# still waits is overwritten. Of 24 frames that were telecined before, `detelecine,reverse` makes 24 times the last one;
# PyAV gives a list of 24 equal frames; `telecine,detelecine` loses every fourth and shows the next one twice. In the
# program the encoder runs beside the filters: of 24 frames about ten are lost, others in each run. `detelecine,copy` is
# right as long as frames come one by one, as from a decoder.
#
# Who is bitten: film that was broadcast with 3:2 pulldown and is brought back to 24 frames per second: motion stutters,
# and the frames that a network is trained on are not those that were there. Nothing is logged.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), PyAV 18.1.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28
# November 2026; FFmpeg 5.1.9 does the same, but for the losses that differ from run to run.
#
# Run: bash findings/ffmpeg_detelecine_overwrites_its_frames.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    imageio-ffmpeg==0.8.1 av==18.1.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import subprocess
import sys

import av
import imageio_ffmpeg
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


HEIGHT, WIDTH = 64, 96
FILM = np.random.default_rng(0).integers(0, 256, (24, HEIGHT, WIDTH)).astype(np.uint8)


def filtered(video, filters):
    """Send gray frames (frames, height, width) through the program."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo", "-pix_fmt", "gray", "-r", "24"]
    command += ["-s", f"{WIDTH}x{HEIGHT}", "-i", "-", "-vf", filters, "-fps_mode", "passthrough", "-f", "rawvideo", "-"]
    done = subprocess.run(command, input=video.tobytes(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(-1, HEIGHT, WIDTH)


def numbers(video):
    """Return which frame of the film each frame is, or None if it is none."""
    known = {frame.tobytes(): number for number, frame in enumerate(FILM)}
    return [known.get(frame.tobytes()) for frame in video]


def pulled(video, *filters):
    """Send frames through a graph of PyAV, keep them in a list, and only then look at them."""
    graph = av.filter.Graph()
    options = {"width": WIDTH, "height": HEIGHT, "pix_fmt": "gray", "time_base": "1/24", "frame_rate": "24/1"}
    source = graph.add("buffer", **{name: str(value) for name, value in options.items()})
    graph.link_nodes(source, *(graph.add(name) for name in filters), graph.add("buffersink")).configure()
    frames = []
    for number, array in enumerate([*video, None]):
        frame = None if array is None else av.VideoFrame.from_ndarray(array, format="gray")
        if frame is not None:
            frame.pts = number
        graph.push(frame)
        try:
            while True:
                frames.append(graph.pull())
        except (BlockingIOError, EOFError):
            pass
    return [frame.to_ndarray() for frame in frames]


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version(), "PyAV", av.__version__)
whole = list(range(24))
telecined = filtered(FILM, "telecine")
still("telecined: 30 frames, 18 of them whole, reversed or not", len(telecined) == 30)
still("telecine,reverse: the same, backwards", np.array_equal(filtered(FILM, "telecine,reverse"), telecined[::-1]))
found = numbers(filtered(telecined, "detelecine,reverse"))
print("detelecine,reverse:", *found)
still("24 times the last frame", found == [23] * 24)
found = numbers(filtered(telecined, "detelecine,copy"))
still("detelecine,copy: all 24 frames in turn", found == whole)
found = numbers(filtered(telecined, "detelecine,copy,reverse"))
still("detelecine,copy,reverse: all 24 backwards", found == whole[::-1])
found = numbers(filtered(FILM, "telecine,detelecine,reverse,reverse"))
still("telecine,detelecine,reverse,reverse: 24 times the last frame", found == [23] * 24)
found = numbers(filtered(FILM, "telecine,detelecine,copy"))
print("telecine,detelecine,copy:", *found)
still("frames 2, 6, 10, 14, 18 and 22 are missing", found == [n + (n % 4 == 2) for n in whole])
runs = [numbers(filtered(telecined, "detelecine")) for _ in range(8)]
lost = [24 - len(set(run)) for run in runs]
print("detelecine: frames lost in eight runs:", *lost)
still("detelecine: 24 frames each, some of them lost", all(len(run) == 24 for run in runs) and max(lost) >= 1)
kept = numbers(pulled(telecined, "detelecine"))
print("PyAV, kept in a list:", *kept)
still("PyAV, kept in a list: all are one frame", len(kept) == 24 and len(set(kept)) == 1)
still("PyAV, with copy: all 24 in turn", numbers(pulled(telecined, "detelecine", "copy")) == whole)

sys.exit(bool(changed))
EOF
