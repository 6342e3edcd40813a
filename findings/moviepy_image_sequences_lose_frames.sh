#!/usr/bin/env bash
# MoviePy: with NumPy 2, an `ImageSequenceClip` of 200 frames at 10 per second loses 52 of them and shows 52 twice.
#
# Frame i is shown from i / fps on, less a tiny bit for safety, so that the time i / fps finds it. The tiny bit is the
# epsilon of NumPy's float32; since NumPy 2 a Python float less a float32 is a float32, which has 7 digits. Where that
# is above i / fps, the frame before is found instead. It begins after two seconds, where the tiny bit is below half a
# digit: at 10 frames per second numbers 24, 29, 34 ... are lost and 23, 28, 33 ... come twice; at 24 it is 35 of 200,
# at 25 12, at 50 4. `iter_frames` gives them so, and `write_videofile` writes them so into a lossless file. With NumPy
# 1.26.4 none is lost. Which ones are lost is computed here from the rounding of float32 alone.
#
# Who is bitten: whoever makes videos of predicted frames by it: motion jerks, and measures of the video against the
# frames are of other pairs. Instead: PyAV or imageio, or NumPy 1.26.
#
# Versions: moviepy 2.2.1, numpy 2.4.6, av 18.1.0; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/moviepy_image_sequences_lose_frames.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
    moviepy==2.2.1 numpy==2.4.6 av==18.1.0 imageio==2.38.1 imageio-ffmpeg==0.8.1 decorator==5.2.1 proglog==0.1.12 \
    python-dotenv==1.2.1 pillow==11.3.0 tqdm==4.67.1
cat >look.py <<'EOF'
import sys

import numpy as np
from moviepy import ImageSequenceClip


def shown(fps, count=200):
    """Return the numbers of the frames that a clip of this many different ones gives at its own rate."""
    frames = [np.full((16, 16, 3), index, np.uint8) for index in range(count)]
    clip = ImageSequenceClip(frames, fps=fps)
    return [int(frame[0, 0, 0]) for frame in clip.iter_frames()], clip


if __name__ == "__main__":
    for fps in map(float, sys.argv[1:]):
        print(len(set(range(199)) - set(shown(fps)[0])))
EOF
./env/bin/python - <<'EOF'
import subprocess
import sys
from importlib.metadata import version

import av
import numpy as np
from look import shown

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def rounded_up(fps, count=200):
    """Return the frames whose beginning, less the tiny bit and as a float32, is after their time."""
    tiny = np.finfo(np.float32).eps
    return [index for index in range(count) if float(np.float32(index / fps) - tiny) > index / fps]


print("moviepy", version("moviepy"), "numpy", np.__version__, "av", av.__version__)
for fps, expected in ((10, 52), (24, 35), (25, 12), (50, 4)):
    found, clip = shown(fps)
    lost = sorted(set(range(200)) - set(found))
    twice = sorted(index for index in set(found) if found.count(index) == 2)
    print(f"{fps} per second: {len(found)} frames, {len(lost)} lost: {lost[:6]}, {len(twice)} twice: {twice[:6]}")
    still(f"{fps} per second: {expected} are lost, as many come twice", len(lost) == len(twice) == expected)
    still(f"{fps} per second: none of the first two seconds", lost[0] > 2 * fps)
    wrong = [index for index, number in enumerate(found) if number != index]
    still(f"{fps} per second: float32 says which are wrong", wrong == rounded_up(fps))
    still(f"{fps} per second: the one before is shown", all(found[index] == index - 1 for index in wrong))
found, clip = shown(10)
clip.write_videofile("clip.mkv", codec="ffv1", audio=False, logger=None, ffmpeg_params=["-pix_fmt", "gbrp"])
with av.open("clip.mkv") as container:
    written = [int(frame.to_ndarray(format="rgb24")[0, 0, 0]) for frame in container.decode(video=0)]
print(f"the lossless file: {len(written)} frames, {len(set(written))} different ones")
still("the file has 200 frames, of which 148 are different", len(written) == 200 and written == found)
install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "numpy==1.26.4"]
subprocess.run(install, check=True)
done = subprocess.run([sys.executable, "look.py", "10", "24", "25", "50"], capture_output=True, text=True, check=True)
print("with NumPy 1.26.4, lost at 10, 24, 25 and 50 per second:", done.stdout.split())
still("with NumPy 1.26.4 none is lost", done.stdout.split() == ["0"] * 4)

sys.exit(bool(changed))
EOF
