"""Adversarial training, the same for every task."""

from typing import Any

from vidpred.machine.old_paths import moved_name
from vidpred.training.adversary import Adversary as Adversary
from vidpred.training.loop import Loop as Loop
from vidpred.training.player import Player as Player
from vidpred.training.trainer import AdversarialTrainer as AdversarialTrainer


def __getattr__(name: str) -> Any:
    return moved_name(__name__, name)
