"""What is done to clips before a discriminator sees them. To add one: a file here and a line below.

Real and fake clips are augmented alike. A discriminator soon memorises a small data set; augmented clips never look the
same twice. The generator learns through the augmentation, which must therefore be differentiable, and does not learn to
reproduce it, as real clips are augmented as well (Zhao et al. 2020, "Differentiable augmentation for
data-efficient GAN training").
"""

from vidpred.registry import AUGMENTATIONS as AUGMENTATIONS
from vidpred.registry import without_modules
from vidpred.training.augmentations.augmentation import Augmentation as Augmentation
from vidpred.training.augmentations.augmentation import augment as augment
from vidpred.training.augmentations.colour import colour as colour
from vidpred.training.augmentations.cutout import cutout as cutout
from vidpred.training.augmentations.translation import translation as translation

__all__ = without_modules(globals())
