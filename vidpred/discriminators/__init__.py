"""Networks that judge clips. To add one: a file here and a line below."""

from vidpred.discriminators.convolutional import ConvolutionalDiscriminator as ConvolutionalDiscriminator
from vidpred.discriminators.fully_connected import FullyConnectedDiscriminator as FullyConnectedDiscriminator
from vidpred.registry import DISCRIMINATORS as DISCRIMINATORS
