"""Adversarial training, the same for every task.

The public names are imported when first used, so that settings and whoever only predicts do not wait for a trainer.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from vidpred.machine.old_paths import moved_name

if TYPE_CHECKING:
    from vidpred.training.adversary import Adversary as Adversary
    from vidpred.training.loop import Loop as Loop
    from vidpred.training.player import Player as Player
    from vidpred.training.trainer import AdversarialTrainer as AdversarialTrainer

_HOMES = {"Adversary": "adversary", "AdversarialTrainer": "trainer", "Loop": "loop", "Player": "player"}

if not TYPE_CHECKING:  # which knows the names of today alone

    def __getattr__(name: str) -> Any:
        if name in _HOMES:
            return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        return moved_name(__name__, name)
