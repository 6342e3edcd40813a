"""Class labels as one-hot vectors, and the logit of being real as a function of class logits."""

import inspect

import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.frames.pyramid import Pyramid, described, finest
from vidpred.nn.free_sizes import is_recorded

CLIP_AXES = 5  # of (B, 1, C, H, W)
NO_NUMBERS = (torch.bool, torch.complex64, torch.complex128)


def num_classes(network: object) -> int:
    """Return how many classes the labels that ``network`` takes are of; 0 where it takes none."""
    return int(said_classes(network) or 0)


def said_classes(network: object) -> int | None:
    """Return of how many classes ``network`` says that its labels are; a wrapper for processes says nothing."""
    said: int | None = getattr(network, "num_classes", None)
    return said


def takes_labels(generator: object) -> bool:
    """Return whether a generator may be called with noise and labels; it need not have a place for labels."""
    called = generator.forward if isinstance(generator, nn.Module) else generator
    try:
        inspect.signature(called).bind("noise", "labels")  # type: ignore[arg-type]  # of what is no function, TypeError
    except TypeError:
        return False
    return True


def generated(generator: nn.Module, noise: Tensor, labels: Tensor | None) -> Pyramid:
    """Call a generator: of ``noise`` (B, Z), and of ``labels`` (B,) where there are some and it takes them.

    Raises:
        VidpredError: it returns no list of tensors, or the last is not (B, 1, C, H, W) of floats.
    """
    images: Pyramid = generator(noise, labels) if takes_labels(generator) else generator(noise)
    if not is_recorded():
        _require_images(images, noise.shape[0])
    return images


def _require_images(images: object, number: int) -> None:
    last = finest(images)
    shape = last.shape if isinstance(last, Tensor) and last.is_floating_point() else ()
    if len(shape) == CLIP_AXES and tuple(shape[:2]) == (number, 1):
        return
    raise VidpredError(
        f"the generator returned {described(images)}, but a list of images at every scale is needed, coarse to "
        f"fine, the last of them ({number}, 1, C, H, W) for this noise; return [images] where there is one scale"
    )


def num_categories(network: object) -> int:
    """Return how many classes ``network`` classifies clips into; 0 where it is no classifier."""
    return int(getattr(network, "num_categories", 0))


def real_logits(class_logits: Tensor) -> Tensor:
    """Return the logit (B,) of being real, given the logits (B, K) of the classes of real clips.

    Fakes are a further class, whose logit is fixed at 0: the probability of real is Z / (Z + 1), where Z is the sum
    of the exponentials of the logits. With K = 1 the result is the only logit.

    Source: Salimans et al. (2016).
    """
    return class_logits.float().logsumexp(dim=1) if class_logits.shape[1] > 1 else class_logits.squeeze(1)


def one_hot(network: object, labels: Tensor | None, like: Tensor) -> Tensor | None:
    """Return ``labels`` as one-hot vectors for ``network``.

    Args:
        network: which has ``num_classes``.
        labels: (B,), integers from 0 to ``num_classes - 1``, or None.
        like: a tensor of the wanted device and type.

    Returns:
        (B, num_classes); None where the network takes no labels.

    Raises:
        VidpredError: the network takes labels and none are given, or takes none and some are; or they are no classes of
            its own, one for each of ``like``.
    """
    classes = num_classes(network)
    if not classes:
        if labels is not None:
            raise VidpredError(
                f"labels were given, but {type(network).__name__} takes none; leave them out, or build it with "
                "num_classes, how many classes there are"
            )
        return None
    if labels is None:
        raise VidpredError(
            f"no labels were given, but {type(network).__name__} is conditioned on {classes} classes; give labels "
            "(B,), or build it with num_classes=0"
        )
    _require_classes(labels, like, classes)
    return (labels.to(like.device)[:, None] == torch.arange(classes, device=like.device)).to(like.dtype)


def _require_classes(labels: object, like: Tensor, classes: int) -> None:
    """Refuse what is no class for each of ``like`` (B, ...); of labels on another device than the CPU, only their form.

    Their values would have to be waited for.
    """
    if is_recorded():
        return
    wanted = f"whole numbers ({like.shape[0]},) from 0 to {classes - 1}"
    if not isinstance(labels, Tensor) or labels.is_floating_point() or labels.dtype in NO_NUMBERS:
        given = f"of {labels.dtype}" if isinstance(labels, Tensor) else f"of the class {type(labels).__name__}"
        raise VidpredError(
            f"the labels are {given}, but a tensor of {wanted} is needed; torch.tensor makes one of a list"
        )
    if labels.shape != like.shape[:1]:
        raise VidpredError(f"the labels are {tuple(labels.shape)}, but {wanted} are needed; give one for each")
    if labels.device.type != "cpu" or not labels.numel():
        return
    try:
        outside = labels[(labels < 0) | (labels >= classes)].tolist()
    except RuntimeError:  # within torch.vmap there is no single value to look at
        return
    if outside:
        raise VidpredError(f"there is no class {outside[0]}; {wanted} are needed, name these")
