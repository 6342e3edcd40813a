"""Whether an exported network computes what the network itself does, at several sizes."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from vidpred.applications.export.tracing import Exportable
from vidpred.errors import VidpredError, first_line

TOLERANCE = 1e-4  # of values from -1 to 1: an eightieth of a grey level
SIZES = ((1, 64, 64), (3, 61, 83), (1, 240, 320))  # batch, height and width of the frames to compare with
BATCHES = (1, 3)  # of images
SQUARES = (1, 2, 4, 8, 16, 32, 64, 128, 256)  # sides in pixels, of which the first that is right is the smallest

Compute = Callable[..., Tensor]  # maps the inputs of a network to its output


@dataclass(frozen=True)
class Reference:
    """What a network computes at one size.

    Args:
        size: in words.
        inputs: of the network.
        output: None where the network refuses that size.
        refusal: what it says then.
    """

    size: str
    inputs: tuple[Tensor, ...]
    output: Tensor | None
    refusal: str = ""


@dataclass(frozen=True)
class Difference:
    """The largest absolute difference of an exported network at one size, given in words; None where it is refused."""

    size: str
    largest: float | None

    def __str__(self) -> str:
        return f"{self.largest:.1e}" if self.largest is not None else "refused"


def references(network: Exportable, smallest: int) -> list[Reference]:
    """Compute what is right at frames of several sizes, or for batches of images.

    Args:
        network: that is exported.
        smallest: side of the smallest frames to compare at; 0 for a generator.

    Raises:
        VidpredError: the network takes none of the sizes.
    """
    sizes = [*SIZES, (1, smallest, smallest)] if smallest else [(batch, 0, 0) for batch in BATCHES]
    found = [_reference(network, *size) for size in dict.fromkeys(sizes)]
    if all(reference.output is None for reference in found):
        raise VidpredError(
            f"{network.description.name} cannot be checked, because it takes frames of no size that exports are "
            f"compared at ({'; '.join(reference.size for reference in found)}): {found[0].refusal}"
        )
    return found


def compare(known: Iterable[Reference], exported: Compute, by: str, name: str) -> list[Difference]:
    """Compare at every size.

    Args:
        known: what is right.
        exported: computes the same.
        by: what computes it, in words.
        name: of the network.

    Raises:
        VidpredError: a result differs by more than the tolerance, or a size is refused that the network takes.
    """
    return [
        Difference(reference.size, None if reference.output is None else _largest(reference, exported, by, name))
        for reference in known
    ]


def smallest_side(network: Exportable, exported: Compute) -> int:
    """Return the side of the smallest square frames at which the network and what is exported agree; 0 for images."""
    return next(_sides_that_agree(network, exported), SQUARES[-1]) if network.description.context_frames else 0


def _sides_that_agree(network: Exportable, exported: Compute) -> Iterator[int]:
    for side in SQUARES:
        reference = _reference(network, 1, side, side)
        if reference.output is not None:
            try:
                _largest(reference, exported, "it", network.description.name)
            except VidpredError:
                continue
            yield side


@torch.no_grad()
def _reference(network: Exportable, batch: int, height: int, width: int) -> Reference:
    words = f"{height}x{width}, batch {batch}" if height else f"batch {batch}"
    inputs = network.examples(batch, height, width)
    try:
        return Reference(words, inputs, network(*inputs))
    except VidpredError as error:
        return Reference(words, inputs, None, str(error))


@torch.no_grad()
def _largest(reference: Reference, exported: Compute, by: str, name: str) -> float:
    """Return the largest difference from what is right."""
    try:
        computed = exported(*reference.inputs)
    except Exception as error:  # of whatever computes it
        raise VidpredError(
            f"{name} cannot be exported, because {by} does not compute it at {reference.size} ({first_line(error)}), "
            "where the network itself does; its code must do the same at every size"
        ) from error
    expected = reference.output
    if expected is None or computed.shape != expected.shape:
        shapes = f"{tuple(computed.shape)} for {None if expected is None else tuple(expected.shape)}"
        raise VidpredError(
            f"{name} cannot be exported, because {by} computes an output of another shape at {reference.size} "
            f"({shapes}); its code must do the same at every size"
        )
    largest = float((computed - expected).abs().max())
    if not largest <= TOLERANCE:
        raise VidpredError(
            f"{name} cannot be exported, because {by} differs from the network itself by {largest:.1e} at "
            f"{reference.size}, and at most {TOLERANCE:.0e} is accepted; its code must do the same at every size"
        )
    return largest
