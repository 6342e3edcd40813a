"""The only place that imports OpenCV, which needs libraries of the system that a bare container lacks."""

import importlib
from types import ModuleType

from vidpred.errors import VidpredError
from vidpred.machine.threads import limit_opencv


def import_opencv(purpose: str) -> ModuleType:
    """Return OpenCV.

    Args:
        purpose: what needs it, as the message to the user begins.

    Raises:
        VidpredError: it cannot be imported.
    """
    try:
        opencv = importlib.import_module("cv2")
    except ImportError as error:
        raise VidpredError(
            f"{purpose} is computed by OpenCV, which cannot be imported ({error}); `pip install "
            "opencv-python-headless`, which needs no graphics, or install the system's libGL"
        ) from None
    limit_opencv(opencv)
    return opencv
