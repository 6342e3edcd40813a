#!/usr/bin/env bash
# mmcv: `flow_warp` by a flow of 0 blackens the last row and column and makes half of all bytes a level darker.
#
# A place is taken for inside if the pixel below and to the right of it exists too (`sx < height - 1` in
# mmcv/video/optflow.py), also where it lies just on a pixel and needs no neighbour; in nearest mode, which needs none,
# as well. Bilinear sums of bytes are cut off, not rounded, after 1e-6 was added to every place. So a flow of 0 changes
# the picture: the last row and column are the filling value in both modes, and of bytes a half is one level darker;
# eight warps one after the other make the rest 4 levels darker. A flow by a whole pixel loses one row or column more
# than it has to. cv2.remap returns the picture as it is.
#
# Who is bitten: targets and warped frames that are compared with the real ones: the background, which does not move, is
# where it is wrong. Instead: cv2.remap, or a flow_warp of floats with the picture padded by one pixel.
#
# Versions: mmcv-lite 2.2.0, mmengine 0.10.7, opencv-python-headless 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 28 November 2026.
#
# Run: bash findings/mmcv_flow_warp_of_nothing_darkens.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
    mmcv-lite==2.2.0 mmengine==0.10.7 addict==2.4.0 yapf==0.43.0 opencv-python-headless==5.0.0.93 numpy==2.4.6 \
    packaging==26.3 pyyaml==6.0.3 rich==15.0.0 termcolor==3.3.0 pygments==2.21.0 platformdirs==4.14.8 pillow==12.3.0
./env/bin/python -W ignore - <<'EOF'
import sys

import cv2
import mmcv
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def remapped(picture, flow):
    """Warp by OpenCV: each pixel is fetched from where it is plus the flow, 0 beyond the picture."""
    rows, columns = np.mgrid[: picture.shape[0], : picture.shape[1]].astype(np.float32)
    return cv2.remap(picture, columns + flow[..., 0], rows + flow[..., 1], cv2.INTER_LINEAR, borderValue=(0, 0, 0, 0))


print("mmcv", mmcv.__version__)
picture = np.random.default_rng(0).integers(1, 256, (48, 64, 3)).astype(np.uint8)
still_flow = np.zeros((48, 64, 2), np.float32)
right_flow = still_flow + np.float32([1, 0])
for mode in ("nearest", "bilinear"):
    for kind in ("uint8", "float32"):
        given = picture.astype(kind)
        found = mmcv.flow_warp(given, still_flow, interpolate_mode=mode)
        name = f"{mode}, {kind}, a flow of 0"
        still(f"{name}: the last row and column are black", not found[-1].any() and not found[:, -1].any())
        darker = found[:-1, :-1].astype(float) - given[:-1, :-1]
        print(f"{name}: elsewhere {darker.mean():.3f} on average, {darker.min():.3f} at least")
        if mode == "bilinear" and kind == "uint8":
            still(f"{name}: 40 to 60 % one level darker", 0.4 < (darker == -1).mean() < 0.6 and darker.max() == 0)
        else:
            still(f"{name}: elsewhere as it was", np.abs(darker).max() < 1e-3)
        still(f"{name}: cv2.remap returns the picture", np.array_equal(remapped(given, still_flow), given))
    moved = mmcv.flow_warp(picture, right_flow, interpolate_mode=mode)
    true = remapped(picture, right_flow)
    black = [int((~one.any(2)).all(0).sum()) for one in (moved, true)]
    print(f"{mode}, one to the right: {black[0]} black columns, {black[1]} by cv2.remap")
    still(f"{mode}, one to the right: two columns are lost instead of one", black == [2, 1])
several = picture
for _ in range(8):
    several = mmcv.flow_warp(several, still_flow, interpolate_mode="bilinear")
loss = float(picture[:-8, :-8].mean() - several[:-8, :-8].mean())
print(f"after eight warps by 0: {loss:.2f} levels darker")
still("3 to 8 levels darker", 3 < loss < 8)

sys.exit(bool(changed))
EOF
