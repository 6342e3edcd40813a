#!/usr/bin/env bash
# kornia: RandomChannelDropout in a VideoSequential drops a channel in one frame per clip, all in the first clip.
#
# VideoSequential promises the same augmentation of all frames of a clip, and takes the parameters drawn for the clips,
# repeated for each frame. Those of RandomChannelDropout hold the numbers 0, 1, 2 ... of the clips too, and are used
# as numbers of frames. Of four clips of ten frames with `p=1`, the first four frames of the first clip lose a channel
# each, not all the same one, and 36 frames lose none. One clip loses a channel in its first frame alone. With
# `same_on_frame=False` each frame loses one; ColorJiggle, RandomGrayscale and RandomChannelShuffle do the same to all
# frames of a clip. No error is raised.
#
# Who is bitten: whoever augments clips by it: hardly any is augmented, and the one that is flashes in another colour.
#
# Versions: kornia 0.9.0, torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/kornia_drops_channels_of_few_frames.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check kornia==0.9.0 torch==2.13.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import kornia
import torch
from kornia import augmentation as K

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def applied(augmentation, clips, layout="BTCHW", same=True):
    """Send clips (clips, frames, channels, rows, columns) through an augmentation of every clip."""
    video = K.VideoSequential(augmentation, data_format=layout, same_on_frame=same)
    if layout == "BCTHW":
        return video(clips.transpose(1, 2)).transpose(1, 2)
    return video(clips)


def lost(clips):
    """Return how many channels of each frame (clips, frames) are black."""
    return (clips.flatten(3).amax(3) == 0).sum(2)


print("kornia", kornia.__version__, "torch", torch.__version__)
torch.manual_seed(0)
for count, frames in ((1, 10), (4, 10), (6, 4)):
    clips = (0.2 + 0.6 * torch.rand(count, 1, 3, 8, 8)).repeat(1, frames, 1, 1, 1)
    for layout in ("BTCHW", "BCTHW"):
        for channels in (1, 2):
            name = f"{count} clips of {frames} frames, {layout}, {channels} to be dropped"
            found = lost(applied(K.RandomChannelDropout(channels, p=1.0), clips, layout))
            hit = torch.zeros(count * frames, dtype=torch.int64)
            hit[:count] = channels
            print(f"{name}: {int((found > 0).sum())} of {found.numel()} frames are changed")
            still(f"{name}: those are the first {count} of all", torch.equal(found.flatten(), hit))
            each = lost(applied(K.RandomChannelDropout(channels, p=1.0), clips, layout, same=False))
            still(f"{name}, same_on_frame=False: every frame is changed", bool((each == channels).all()))
clips = (0.2 + 0.6 * torch.rand(4, 1, 3, 8, 8)).repeat(1, 10, 1, 1, 1)
differ = 0
for _ in range(20):
    found = applied(K.RandomChannelDropout(p=1.0), clips)[0, :4].flatten(2).amax(2) == 0
    differ += not bool((found == found[:1]).all())
print(f"in {differ} of 20 tries, the first four frames lose not all the same channel")
still("that is so in most tries", differ > 10)
for other in (K.ColorJiggle(0.2, 0.2, 0.2, 0.2, p=1.0), K.RandomGrayscale(p=1.0), K.RandomChannelShuffle(p=1.0)):
    found = applied(other, clips)
    still(f"{type(other).__name__}: all frames of a clip alike", torch.equal(found, found[:, :1].expand_as(found)))

sys.exit(bool(changed))
EOF
