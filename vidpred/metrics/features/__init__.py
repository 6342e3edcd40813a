"""Feature extractors for comparing sets of frames. To add one: a file here and a line below."""

from vidpred.metrics.features.classifier_training import train_classifier as train_classifier
from vidpred.metrics.features.extractor import Extractor as Extractor
from vidpred.metrics.features.i3d import I3D as I3D
from vidpred.metrics.features.inception_2015 import Inception2015 as Inception2015
from vidpred.metrics.features.local_classifier import LocalClassifier as LocalClassifier
from vidpred.metrics.features.lpips import Lpips as Lpips
from vidpred.metrics.features.random_convolution import RandomConvolution as RandomConvolution
from vidpred.metrics.features.raw_patches import RawPatches as RawPatches
from vidpred.registry import EXTRACTORS as EXTRACTORS
from vidpred.registry import without_modules

__all__ = without_modules(globals())
