"""Networks that predict frames. To add one: a file here and a line below."""

from vidpred.predictors.convlstm import ConvLSTM as ConvLSTM
from vidpred.predictors.copy_last import CopyLast as CopyLast
from vidpred.predictors.flow_pyramid import FlowPyramid as FlowPyramid
from vidpred.predictors.learned_motion import LearnedMotion as LearnedMotion
from vidpred.predictors.linear import Linear as Linear
from vidpred.predictors.mean import Mean as Mean
from vidpred.predictors.motion_sampler import MotionSampler as MotionSampler
from vidpred.predictors.multiscale import MultiScalePredictor as MultiScalePredictor
from vidpred.predictors.optical_flow import OpticalFlow as OpticalFlow
from vidpred.predictors.simvp import SimVP as SimVP
from vidpred.predictors.unet import UNet as UNet
from vidpred.registry import PREDICTORS as PREDICTORS
from vidpred.registry import without_modules

__all__ = without_modules(globals())
