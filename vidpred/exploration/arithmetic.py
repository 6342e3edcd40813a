"""Latent arithmetic: the noise of chosen samples is averaged, added and subtracted, and the sum made an image."""

import re
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError, shown
from vidpred.generators.sampling import choose_classes, draw_noise, generate
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Seed
from vidpred.nn.labels import num_classes
from vidpred.nn.latent import latent_channels

Term = tuple[int, list[int]]  # 1 or -1, and the numbers of samples, from 1 on
SIGNS = (1, -1)
SPREAD = 0.25  # standard deviation of the noise around the result
NUM_AROUND = 8  # images around the result


@dataclass(frozen=True)
class Sum:
    """The terms of a sum and its result; all images (N, C, H, W)."""

    chosen: list[Tensor]  # the samples of every term
    averages: Tensor  # the image of every term's average noise
    result: Tensor  # the image of the sum
    around: Tensor  # images of the sum with small noise added


def parse_sum(text: str) -> list[Term]:
    """Read a sum of averages such as ``1,2,3 - 4,5,6 + 7,8,9``.

    Raises:
        VidpredError: it is not written like that.
    """
    number = r"\d+(?:\s*,\s*\d+)*"
    if not re.fullmatch(rf"\s*[+-]?\s*{number}(?:\s*[+-]\s*{number})*\s*", text):
        raise VidpredError(
            f"the sum {text!r} is not understood; write numbers of samples with commas in an average and + or - "
            "between averages, such as '1,2,3 - 4,5,6 + 7,8,9'"
        )
    terms = re.findall(rf"([+-]?)\s*({number})", text)
    return [(-1 if sign == "-" else 1, [int(word) for word in numbers.split(",")]) for sign, numbers in terms]


def check_class(generator: nn.Module, label: int | None) -> None:
    """Refuse to go without a class where the generator takes labels.

    Raises:
        VidpredError: there is none.
    """
    if num_classes(generator) and label is None:
        raise VidpredError(
            f"this generator takes labels of {num_classes(generator)} classes, and a sum of noise has none; "
            "name one class"
        )


@checked
def add_noise(generator: nn.Module, terms: list[Term], seed: Seed = 0, label: int | None = None) -> Sum:
    """Add up averages of noise, and generate the images of the samples, the averages and the sum.

    With three terms of three samples each, the sum has the variance of the noise itself.

    Args:
        generator: in evaluation mode.
        terms: sign and samples of every average, counted from 1 in the order of ``vidpred sample --seed``.
        seed: of the samples.
        label: the class of all images, for generators that take labels.

    Raises:
        VidpredError: a sample below 1, no terms, one without samples or with another sign, or a class that is missing,
            unknown or not needed.

    Source: Radford, Metz and Chintala (2015), section 6.3.2.
    """
    _require_terms(terms)
    numbers = [number for _, chosen in terms for number in chosen]
    if not numbers or min(numbers) < 1:
        raise VidpredError(f"the samples {numbers} were chosen, but they are counted from 1 on; choose 1 or more")
    for sign, chosen in terms:
        if sign not in SIGNS or not chosen:
            raise VidpredError(
                f"the term {shown((sign, chosen))} is no average that is added or subtracted; give 1 or -1 and the "
                "numbers of samples, such as (1, [1, 2, 3])"
            )
    check_class(generator, label)
    noise = draw_noise(latent_channels(generator), max(numbers), seed)
    averages = torch.stack([noise[[number - 1 for number in chosen]].mean(0) for _, chosen in terms])
    signs = torch.tensor([float(sign) for sign, _ in terms], dtype=averages.dtype)
    result = (signs[:, None] * averages).sum(0, keepdim=True)
    perturbation = draw_noise(latent_channels(generator), NUM_AROUND, seed + 1)

    def images(rows: Tensor) -> Tensor:
        return generate(generator, rows, choose_classes(generator, len(rows), label))

    return Sum(
        chosen=[images(noise[[number - 1 for number in chosen]]) for _, chosen in terms],
        averages=images(averages),
        result=images(result),
        around=images(result + SPREAD * perturbation),
    )


def _require_terms(terms: object) -> None:
    if isinstance(terms, str):
        raise VidpredError(
            f"the sum is the text {shown(terms)}, but its terms are needed; vidpred.exploration.parse_sum makes them "
            "of a text"
        )
