"""Whether what is to be compared is tensors, and alike in shape and type."""

from torch import Tensor

from vidpred.errors import VidpredError


def require_tensor(what: str, value: object, wanted: str) -> None:
    """Refuse what is no tensor.

    Args:
        what: it is, with its verb: ``"the samples are"``.
        value: that may be one.
        wanted: the axes that it needs: ``"(N, D)"``.

    Raises:
        VidpredError: it is none.
    """
    if not isinstance(value, Tensor):
        raise VidpredError(
            f"{what} of the class {type(value).__name__}, but a tensor {wanted} is needed; torch.as_tensor makes one "
            "of an array"
        )


def in_words(value: object) -> str:
    """Write what is given in the place of a tensor: its shape and type, or its class where it is none."""
    return f"{tuple(value.shape)} of {value.dtype}" if isinstance(value, Tensor) else f"a {type(value).__name__}"


def require_alike(prediction: Tensor, target: Tensor) -> None:
    """Refuse two sets of frames (..., H, W) that cannot be compared.

    Shapes that broadcast are refused too: a grey prediction beside a coloured target would be scored for every colour.

    Raises:
        VidpredError: one is no tensor, or not of floats, or their shapes differ.
    """
    for name, frames in (("prediction", prediction), ("target", target)):
        if not isinstance(frames, Tensor):
            raise VidpredError(
                f"the {name} is of the class {type(frames).__name__}, but a tensor of floats in [-1, 1] is compared; "
                "vidpred.frames.to_model makes one of 8-bit frames, torch.as_tensor of an array of floats"
            )
    if prediction.shape != target.shape:
        raise VidpredError(
            f"the prediction is {tuple(prediction.shape)} but the target is {tuple(target.shape)}; "
            "only clips of one shape can be compared: crop or select frames first"
        )
    for name, frames in (("prediction", prediction), ("target", target)):
        if not frames.is_floating_point():
            raise VidpredError(
                f"the {name} is {frames.dtype}, but floats in [-1, 1] are compared; "
                "convert it with vidpred.frames.to_model"
            )
