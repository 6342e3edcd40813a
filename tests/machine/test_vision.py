"""The door to torchvision, tried in fresh processes because an import happens once."""

import subprocess
import sys
from importlib.util import find_spec

import pytest

needs_torchvision = pytest.mark.skipif(find_spec("torchvision") is None, reason="torchvision is not installed")

PRETENCE = """
import sys, types
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name == "torchvision":
            raise RuntimeError("{}")
sys.meta_path.insert(0, Absent())
"""


def run(program):
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


@needs_torchvision
def test_transforms_and_grids_work_beside_this_torch():
    shape, home = run(
        "from vidpred.machine.vision import import_torchvision\n"
        "import torch; vision = import_torchvision()\n"
        "from torchvision.transforms import v2\n"
        "from torchvision.utils import make_grid\n"
        "print(tuple(v2.Resize(8)(make_grid(torch.rand(4, 3, 16, 16), nrow=4, padding=0)).shape))\n"
        "print(vision is import_torchvision())\n"
    )
    assert shape == "(3, 8, 32)"
    assert home == "True"


DEFINED = (
    "import torch\n"
    "compiled = torch.library.Library('torchvision', 'DEF')\n"
    "compiled.define('nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor')\n"
    "compiled.define('qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor')\n"
)


@needs_torchvision
def test_where_the_operators_exist_nothing_is_declared():
    (loads,) = run("try:\n    import torchvision; print(True)\nexcept RuntimeError:\n    print(False)\n")
    told = run(  # beside a torch that torchvision was built for, they are there already, and may not be defined twice
        ("" if loads == "True" else DEFINED) + "from vidpred.machine import vision\n"
        "print(vision.import_torchvision().__name__, len(vision._declared))\n"
    )
    assert told == ["torchvision 0"]


@needs_torchvision
def test_an_undefined_operator_still_fails_clearly_when_called():
    (told,) = run(
        "from vidpred.machine import vision; import torch\n"
        "vision.import_torchvision()\n"
        "from torchvision.ops import nms\n"
        "try:\n"
        "    print(nms(torch.tensor([[0., 0., 1., 1.]]), torch.ones(1), 0.5).tolist())\n"
        "except (RuntimeError, NotImplementedError) as error:\n"
        "    print(str(error).splitlines()[0])\n"
    )
    assert told == "[0]" or "custom C++ ops" in told


@pytest.mark.parametrize("complaint", ["the disk caught fire", "operator torchvision::roi_align does not exist"])
def test_any_other_failure_of_the_import_is_passed_on(complaint):
    told = run(
        PRETENCE.format(complaint)
        + "from vidpred.machine import vision\n"
        + "try:\n    vision.import_torchvision()\n"
        + "except RuntimeError as error:\n    print(error, len(vision._declared))\n"
    )
    assert told == [f"{complaint} 0"]
