"""Scores predictors on whole videos, always beside baselines that learn nothing."""

from typing import TYPE_CHECKING, Any

from vidpred.evaluation.compared_predictors import BestOf as BestOf
from vidpred.evaluation.intervals import Estimates as Estimates
from vidpred.evaluation.protocol import Protocol as Protocol
from vidpred.evaluation.protocol import metric_facts as metric_facts
from vidpred.evaluation.report import Report as Report
from vidpred.evaluation.scoring import BASELINES as BASELINES
from vidpred.evaluation.scoring import NUM_SAMPLES as NUM_SAMPLES
from vidpred.evaluation.scoring import baseline_context as baseline_context
from vidpred.evaluation.scoring import evaluate as evaluate
from vidpred.evaluation.scoring import score as score
from vidpred.evaluation.table import score_table as score_table
from vidpred.machine.engine import device_of as device_of
from vidpred.machine.old_paths import moved_name

if not TYPE_CHECKING:  # which knows the names of today alone

    def __getattr__(name: str) -> Any:
        return moved_name(__name__, name)
