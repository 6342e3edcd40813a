"""Data sets of clips and images. To add one: a file here and a line below."""

from typing import TYPE_CHECKING, Any

from vidpred.data.enumerable_futures import enumerable_futures as enumerable_futures
from vidpred.data.image_folder import image_folder as image_folder
from vidpred.data.mnist import mnist as mnist
from vidpred.data.moving_mnist import moving_mnist as moving_mnist
from vidpred.data.moving_shapes import moving_shapes as moving_shapes
from vidpred.data.stacked_digits import stacked_digits as stacked_digits
from vidpred.data.torchvision import torchvision as torchvision
from vidpred.data.video_folder import TRAINING_OPTIONS as TRAINING_OPTIONS
from vidpred.data.video_folder import video_folder as video_folder
from vidpred.machine.old_paths import moved_name
from vidpred.registry import DATASETS as DATASETS
from vidpred.registry import without_modules

__all__ = without_modules(globals())

if not TYPE_CHECKING:  # which knows the names of today alone

    def __getattr__(name: str) -> Any:
        return moved_name(__name__, name)
