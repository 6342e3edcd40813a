"""The only place that imports torchvision, which cannot be imported plainly beside a CPU-only torch.

The wheels of torchvision on PyPI are built for CUDA. Beside a CPU build of torch their compiled
operators cannot be loaded, and ``import torchvision`` then fails while it describes two of them
(pytorch/vision issues 8985, 9077 and 9085). Declaring those two operators, without an
implementation, lets transforms, datasets, utils and models work; calling them still fails clearly.
Where the compiled operators load, nothing is declared.
"""

import importlib
import sys
from types import ModuleType

import torch

_OPERATORS = ("nms", "qnms")
_declared: list[torch.library.Library] = []  # a library's operators live as long as the library


def import_torchvision() -> ModuleType:
    """Return torchvision, imported in a way that works with any build of torch.

    Whatever imports torchvision by itself (lpips, torch-fidelity) must be imported after this.
    """
    try:
        return importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::nms" not in str(error):
            raise
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]
    library = torch.library.Library("torchvision", "FRAGMENT")
    for operator in _OPERATORS:
        library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _declared.append(library)
    return importlib.import_module("torchvision")
