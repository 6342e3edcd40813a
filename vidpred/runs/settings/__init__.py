"""The settings of a run: typed, read from YAML and ``section.key=value``, checked, and written down again."""

from vidpred.runs.settings.config import Config as Config
from vidpred.runs.settings.config import LogSection as LogSection
from vidpred.runs.settings.config import ObjectiveSection as ObjectiveSection
from vidpred.runs.settings.config import Part as Part
from vidpred.runs.settings.config import TrainSection as TrainSection
from vidpred.runs.settings.config import dump_config as dump_config
from vidpred.runs.settings.config import load_config as load_config
from vidpred.runs.settings.config import parse_config as parse_config
