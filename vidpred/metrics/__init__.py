"""Scores of predicted frames. To add one: a file here and a line below."""

from vidpred.metrics.edge_strength import edge_strength as edge_strength
from vidpred.metrics.high_frequency_power import high_frequency_power as high_frequency_power
from vidpred.metrics.metric import HEADLINES as HEADLINES
from vidpred.metrics.metric import VALIDATION_SCORES as VALIDATION_SCORES
from vidpred.metrics.metric import MaskedMetric as MaskedMetric
from vidpred.metrics.metric import Metric as Metric
from vidpred.metrics.motion_mask import motion_mask as motion_mask
from vidpred.metrics.moving_area import moving_area_psnr as moving_area_psnr
from vidpred.metrics.moving_area import moving_area_sharpness_difference as moving_area_sharpness_difference
from vidpred.metrics.moving_area import moving_area_ssim as moving_area_ssim
from vidpred.metrics.moving_pixels import moving_pixels_edge_strength as moving_pixels_edge_strength
from vidpred.metrics.moving_pixels import moving_pixels_psnr as moving_pixels_psnr
from vidpred.metrics.moving_pixels import moving_pixels_sharpness_difference as moving_pixels_sharpness_difference
from vidpred.metrics.moving_pixels import moving_pixels_ssim as moving_pixels_ssim
from vidpred.metrics.ms_ssim import ms_ssim as ms_ssim
from vidpred.metrics.pixel_errors import mae as mae
from vidpred.metrics.pixel_errors import mae_sum as mae_sum
from vidpred.metrics.pixel_errors import mse as mse
from vidpred.metrics.pixel_errors import mse_sum as mse_sum
from vidpred.metrics.psnr import psnr as psnr
from vidpred.metrics.sharpness_difference import sharpness_difference as sharpness_difference
from vidpred.metrics.ssim import ssim as ssim
from vidpred.registry import MASKED_METRICS as MASKED_METRICS
from vidpred.registry import METRICS as METRICS
from vidpred.registry import without_modules

__all__ = without_modules(globals())
