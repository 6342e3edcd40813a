"""Where clips come from, and where they go. To add a data set: a file here and a line below."""

from vidpred.data.enumerable_futures import enumerable_futures as enumerable_futures
from vidpred.data.footage import VideoInfo as VideoInfo
from vidpred.data.footage import Window as Window
from vidpred.data.image_folder import image_folder as image_folder
from vidpred.data.mnist import mnist as mnist
from vidpred.data.moving_mnist import moving_mnist as moving_mnist
from vidpred.data.moving_shapes import moving_shapes as moving_shapes
from vidpred.data.sources import decode as decode
from vidpred.data.sources import find_sources as find_sources
from vidpred.data.sources import probe as probe
from vidpred.data.sources import read_window as read_window
from vidpred.data.stacked_digits import stacked_digits as stacked_digits
from vidpred.data.torchvision import torchvision as torchvision
from vidpred.data.video_folder import TRAINING_OPTIONS as TRAINING_OPTIONS
from vidpred.data.video_folder import video_folder as video_folder
from vidpred.data.video_writer import write_video as write_video
from vidpred.registry import DATASETS as DATASETS
