"""Whether an adversarial game goes well: figures, verdicts, and what to try."""

from vidpred.training.health.diagnosis import Diagnosis as Diagnosis
from vidpred.training.health.diagnosis import Verdict as Verdict
from vidpred.training.health.diagnosis import check_verdicts as check_verdicts
from vidpred.training.health.verdicts import diagnose as diagnose
