#!/usr/bin/env bash
# scipy: a video of bytes that fades in from black begins at 94 after filtfilt, and at 73 after decimate.
#
# `filtfilt` and `sosfiltfilt` continue the signal beyond its ends by turning it about its end points ("odd"), which
# asks for values below 0 before a fade from black, and above white behind a fade to white. They make them in the type
# of the signal: in uint8, -1 is 255. The result is float64, is right everywhere but in the first and last 5 to 7
# frames, and is right there, too, for a scene of medium levels. `decimate`, which stands on `sosfiltfilt`, spreads it
# over half of its frames, and gives levels of -20. uint16 is as wrong as uint8, float and signed types of more bits are
# right. The documentation of the three names no types.
#
# Who is bitten: temporal smoothing and halving of frame rates (`decimate(video, 2, axis=0)`), deflicker curves of
# brightness: the first frames of a fade show a grey ghost, which a predictor then learns.
#
# Versions: scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/scipy_filtfilt_of_bytes_ghosts_fades.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import scipy
from scipy import signal

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def video(levels):
    """Return even frames of shape (time, rows, columns) with these levels."""
    return np.repeat(levels.round().astype(np.uint8), 20).reshape(-1, 4, 5)


FILTERS = {
    "filtfilt": lambda clip: signal.filtfilt(*signal.butter(2, 0.25), clip, axis=0),
    "sosfiltfilt": lambda clip: signal.sosfiltfilt(signal.butter(2, 0.25, output="sos"), clip, axis=0),
    "decimate": lambda clip: signal.decimate(clip, 2, axis=0),
}
time = np.arange(48)
CLIPS = {
    "fade from black": video(255 * (1 - np.cos(np.pi * np.minimum(time, 24) / 24)) / 2),
    "black to white": video(255 * time / 47),
    "medium levels": video(100 + 20 * np.sin(time / 4)),
}
print("scipy", scipy.__version__, "numpy", np.__version__)
for clip_name, clip in CLIPS.items():
    for name, apply in FILTERS.items():
        truth, found = apply(clip.astype(np.float64))[:, 0, 0], apply(clip)[:, 0, 0]
        wide = apply(clip.astype(np.uint16) * 257)[:, 0, 0] / 257
        signed = apply(clip.astype(np.int16))[:, 0, 0]
        wrong = int((np.abs(found - truth) > 1).sum())
        print(f"{clip_name}, {name}: as float {truth[:4].round(1)} to {truth[-2:].round(1)}")
        print(f"  as uint8 {found[:4].round(1)} to {found[-2:].round(1)}, {wrong} of {len(truth)} frames wrong")
        title = f"{clip_name}, {name}"
        still(f"{title}: int16 is as float", np.abs(signed - truth).max() < 1e-6)
        if clip_name == "medium levels":
            still(f"{title}: uint8 and uint16 are as float", np.abs([found - truth, wide - truth]).max() < 1e-6)
        else:
            start = 94 if name != "decimate" else 73
            still(f"{title}: the first frame is {start} rather than 0", round(found[0]) in (start - 1, start))
            still(f"{title}: so is that of uint16", abs(wide[0] - found[0]) < 1)
            still(f"{title}: {wrong} frames wrong", wrong >= (7 if name != "decimate" else 12))
    if clip_name == "black to white":
        last = FILTERS["filtfilt"](clip)[-1, 0, 0]
        still(f"{clip_name}, filtfilt: the last frame is {last:.0f} rather than 255", round(last) == 161)
even = signal.filtfilt(*signal.butter(2, 0.25), CLIPS["fade from black"], axis=0, padtype="even")
still(f'with padtype="even" the first frame is {even[0, 0, 0]:.1f}', abs(even[0, 0, 0]) < 1)

sys.exit(bool(changed))
EOF
