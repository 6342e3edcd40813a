"""The distance between two sets, with all settings that it depends on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.frames.alike import require_tensor
from vidpred.wording import counted

FEATURE_AXES = 2
OF_IMAGES = ("real", "generated")  # what the samples of either set are called


class TooFewSamplesError(VidpredError):
    """A set is too small for a distance."""

    def __init__(self, num_real: int, num_fake: int, needs: str, kinds: tuple[str, str] = OF_IMAGES):
        self.facts = num_real, num_fake, needs
        super().__init__(f"there are {num_real} {kinds[0]} and {counted(num_fake, f'{kinds[1]} sample')}, but {needs}")


@contextmanager
def in_words_of(kinds: tuple[str, str]) -> Iterator[None]:
    """Have a :class:`TooFewSamplesError` call the samples of either set so."""
    try:
        yield
    except TooFewSamplesError as error:
        raise TooFewSamplesError(*error.facts, kinds) from None


@dataclass(frozen=True)
class SetDistance:
    """A distance, or similarity, of a set of real and a set of generated samples.

    Values may be compared only where everything else is the same.
    """

    value: float
    name: str  # of the distance
    extractor: str  # of the features, with the first digits of its digest
    resize: str  # how frames were resized
    num_real: int  # feature vectors
    num_fake: int
    seed: int  # of the random subsets of vectors

    def __str__(self) -> str:
        return (
            f"{self.name} {self.value:.6g} (extractor {self.extractor}; resize {self.resize}; "
            f"{self.num_real} real, {self.num_fake} generated; seed {self.seed})"
        )


def comparable_features(real: Tensor, fake: Tensor, fewest: int, what: str) -> tuple[Tensor, Tensor]:
    """Return both sets as float64.

    Args:
        real: features (N, D).
        fake: features (M, D).
        fewest: how many vectors each set must have.
        what: the distance, for the message.

    Raises:
        VidpredError: no tensors of real numbers, not (N, D) with the same D, fewer vectors than ``fewest``, or features
            that are not finite.
    """
    for name, features in (("real", real), ("generated", fake)):
        require_tensor(f"the {name} features are", features, "(N, D)")
    if real.ndim != FEATURE_AXES or fake.ndim != FEATURE_AXES or real.shape[1] != fake.shape[1]:
        raise VidpredError(
            f"the real features are {tuple(real.shape)} and the generated ones {tuple(fake.shape)}, but (N, D) and "
            "(M, D) with the same D are compared; take both from one extractor"
        )
    if not real.shape[1] or real.is_complex() or fake.is_complex():
        raise VidpredError(
            f"the features are {tuple(real.shape)} of {real.dtype} and {tuple(fake.shape)} of {fake.dtype}, but real "
            "numbers, one or more for each sample, are compared; torch.view_as_real makes two of a complex one"
        )
    require_samples(len(real), len(fake), real.shape[1], fewest, what)
    if not (real.isfinite().all() and fake.isfinite().all()):
        raise VidpredError("some features are not finite, so there is no distance; look for NaN in the frames")
    return real.detach().to(torch.float64), fake.detach().to(torch.float64)


def require_samples(num_real: int, num_fake: int, dimension: int, fewest: int, what: str) -> None:
    """Reject sets of fewer than ``fewest`` vectors.

    Raises:
        VidpredError: a set is too small.
    """
    if min(num_real, num_fake) < fewest:
        raise TooFewSamplesError(
            num_real,
            num_fake,
            f"{what} over {dimension} dimensions needs at least {fewest} of each; give more samples or choose another "
            "distance or extractor",
        )
