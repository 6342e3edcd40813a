"""Reading and writing videos and folders of frames."""

from vidpred.video.sources import decode as decode
from vidpred.video.sources import find_sources as find_sources
from vidpred.video.sources import probe as probe
from vidpred.video.sources import read_window as read_window
from vidpred.video.window import VideoInfo as VideoInfo
from vidpred.video.window import Window as Window
from vidpred.video.writer import write_video as write_video
