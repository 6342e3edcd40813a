"""R2 penalty (Mescheder et al. 2018): the discriminator should be flat at fake clips."""

from torch import Tensor

from vidpred.losses.gradient_norm import Judge
from vidpred.losses.r1 import r1
from vidpred.pyramid import Pyramid
from vidpred.registry import PENALTIES


@PENALTIES.register("r2")
def r2(judge: Judge, real: Pyramid, fake: Pyramid) -> Tensor:
    """Return half the mean squared norm of the gradient at ``fake`` clips; its weight is papers' gamma.

    Args:
        judge: the discriminator, maps clips to logits.
        real: clips (B, T, C, h, w) at every scale, coarse to fine, which do not count.
        fake: clips of the same shapes.
    """
    return r1(judge, fake, real)
