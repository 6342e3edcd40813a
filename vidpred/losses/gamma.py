"""The default weight of R1 and R2, which depends on the size of the images."""

from vidpred.losses.r1 import r1
from vidpred.losses.r2 import r2

ZERO_CENTRED = (r1, r2)  # the penalties that the rule applies to
PIXELS_PER_UNIT = 2048
DEFAULT_DECAY = 0.1  # final weight, at the end of a run, as a fraction of the initial one


def default_gamma(height: int, width: int) -> float:
    """Return the weight of R1 and R2 at the start of a run on images of height x width pixels.

    A penalty is summed over pixels, of which the same picture at twice the side has four times as many. The factor
    is the median of the five recipes of Huang et al. (2024), from 32 to 256 pixels; it gives two of them exactly, 0.5
    for ImageNet at 32 and 2 for FFHQ at 64 pixels, and lies within a factor of 10 of the others.
    """
    return height * width / PIXELS_PER_UNIT
