"""Networks that predict frames. To add one: a file here and a line below."""

from vidpred.predictors.copy_last import CopyLast as CopyLast
from vidpred.predictors.linear import Linear as Linear
from vidpred.predictors.multiscale import MultiScalePredictor as MultiScalePredictor
from vidpred.registry import PREDICTORS as PREDICTORS
