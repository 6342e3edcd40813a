#!/usr/bin/env bash
# Pillow: an animated PNG or GIF whose frames are to be taken away again (disposal "previous") is saved with ghosts.
#
# "Previous" says that what a frame drew is undone before the next: a moving figure upon a background that stays. Pillow
# saves only where a frame differs from what it believes to be left: of an APNG the last picture but one, although after
# two such frames that is undone, too, and of a GIF the last one, as if nothing were undone. So what was drawn into the
# first picture is not painted over: Pillow itself, FFmpeg and OpenCV read the files alike, and none gets the pictures
# that were given. From the fourth frame on (GIF: the third), the figure stands there twice. With `disposal=2` for all
# frames of an APNG, the background is gone from the third frame on: all but the way of the figure is black. With any
# other disposal all is right, and so is an APNG where every second frame is undone. The documentation offers the
# disposals for saving, and says that Pillow works out the differences.
#
# Who is bitten: predictions and sprites saved as animations with the disposal that suits them best.
#
# Versions: pillow 13.0.0, av 18.1.0, OpenCV (opencv-python-headless) 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 28 November 2026.
#
# Run: bash findings/pillow_restored_frames_are_saved_wrong.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    pillow==13.0.0 av==18.1.0 opencv-python-headless==5.0.0.93 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import av
import cv2
import numpy as np
import PIL
from PIL import Image, ImageSequence

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def picture(number):
    """Return a grey picture with a red figure of 8 x 6 pixels, which moves by its own width."""
    frame = np.full((24, 48, 3), 60, np.uint8)
    frame[8:16, 6 * number : 6 * number + 6] = 250, 20, 20
    return frame


def by_opencv(path):
    frames = cv2.imreadanimation(path)[1].frames
    return [cv2.cvtColor(one, cv2.COLOR_BGRA2RGB if one.shape[2] == 4 else cv2.COLOR_BGR2RGB) for one in frames]


def by_pyav(path):
    with av.open(path) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


READERS = {
    "Pillow": lambda path: [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(Image.open(path))],
    "FFmpeg": by_pyav,
    "OpenCV": by_opencv,
}
print("Pillow", PIL.__version__, "PyAV", av.__version__, "OpenCV", cv2.__version__)
meant = [picture(number) for number in range(6)]
images = [Image.fromarray(frame) for frame in meant]
FIGURE, REST = 48, 24 * 48 - 3 * 48
# name, disposal of each frame, the numbers of wrong pixels of each
for name, disposal, wrong in (
    ("moving.png", 0, [0] * 6),
    ("moving.png", 1, [0] * 6),
    ("moving.png", [0, 2, 0, 2, 0, 2], [0] * 6),
    ("moving.png", [0, 2, 2, 2, 2, 2], [0, 0, 0, FIGURE, FIGURE, FIGURE]),
    ("moving.png", 2, [0, 0, REST, REST, REST, REST]),
    ("moving.gif", 1, [0] * 6),
    ("moving.gif", 2, [0] * 6),
    ("moving.gif", [1, 3, 3, 3, 3, 3], [0, 0, FIGURE, FIGURE, FIGURE, FIGURE]),
    ("moving.gif", [1, 3, 1, 3, 1, 3], [0, 0, FIGURE, FIGURE, 2 * FIGURE, 2 * FIGURE]),
):
    images[0].save(name, save_all=True, append_images=images[1:], duration=100, disposal=disposal)
    for reader, read in READERS.items():
        pairs = zip(meant, read(name), strict=True)
        found = [int((np.abs(one.astype(int) - other).max(axis=-1) > 8).sum()) for one, other in pairs]
        title = f"{name}, disposal {disposal}, read by {reader}"
        still(f"{title}: wrong pixels {wrong}, now {found}", found == wrong)

sys.exit(bool(changed))
EOF
