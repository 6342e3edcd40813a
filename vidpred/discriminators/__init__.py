"""Networks that tell real clips from fake ones. To add one: a file here and a line below."""

from vidpred.discriminators.convolutional import ConvolutionalDiscriminator as ConvolutionalDiscriminator
from vidpred.discriminators.dcgan import DcganDiscriminator as DcganDiscriminator
from vidpred.discriminators.fully_connected import FullyConnectedDiscriminator as FullyConnectedDiscriminator
from vidpred.discriminators.noisy_dense import NoisyDenseDiscriminator as NoisyDenseDiscriminator
from vidpred.discriminators.residual import ResidualDiscriminator as ResidualDiscriminator
from vidpred.registry import DISCRIMINATORS as DISCRIMINATORS
from vidpred.registry import without_modules

__all__ = without_modules(globals())
