"""Networks that generate images from noise. To add one: a file here and a line below."""

from vidpred.generators.dcgan import DcganGenerator as DcganGenerator
from vidpred.generators.gaussian_mixture import GaussianMixture as GaussianMixture
from vidpred.generators.residual import ResidualGenerator as ResidualGenerator
from vidpred.registry import GENERATORS as GENERATORS
from vidpred.registry import without_modules

__all__ = without_modules(globals())
