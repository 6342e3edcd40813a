"""What can be trained. To add a task: a file here and a line below."""

from vidpred.registry import TASKS as TASKS
from vidpred.tasks.frame_prediction import FramePrediction as FramePrediction
