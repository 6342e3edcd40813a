"""Scores of predicted frames. To add one: a file here and a line below."""

from vidpred.metrics.metric import Metric as Metric
from vidpred.metrics.psnr import psnr as psnr
from vidpred.metrics.sharpness_difference import sharpness_difference as sharpness_difference
from vidpred.metrics.ssim import ssim as ssim
from vidpred.registry import METRICS as METRICS
