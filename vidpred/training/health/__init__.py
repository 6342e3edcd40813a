"""Whether an adversarial game goes well: figures, verdicts, and what to try."""

from vidpred.training.health.verdicts import Diagnosis as Diagnosis
from vidpred.training.health.verdicts import Verdict as Verdict
from vidpred.training.health.verdicts import check_verdicts as check_verdicts
from vidpred.training.health.verdicts import diagnose as diagnose
