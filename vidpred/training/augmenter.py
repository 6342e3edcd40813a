"""How strongly clips are augmented for the discriminator: constant, scheduled, or adapted to its accuracy."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.frames.pyramid import Pyramid
from vidpred.machine.engine import Engine
from vidpred.training.augmentations import AUGMENTATIONS, augment
from vidpred.training.game_statistics import GameStatistics
from vidpred.training.schedule import along_cosine
from vidpred.training.settings import AugmentationSettings

INTERVAL = 4  # updates of the discriminator between two changes of the strength
NOTHING = AugmentationSettings()


class Augmenter:
    """Augments clips with a strength that it adapts.

    The strength is the probability that each augmentation is applied to a clip. With ``target_accuracy``, it rises
    while the discriminator is right about more of the real clips that it learns from than that, and falls while
    it is right about less (Karras et al. 2020, "Training generative adversarial networks with limited data", whose
    set-point of 0.6 for the mean sign is an accuracy of 0.8).

    Args:
        settings: which augmentations, and how strong.

    Raises:
        VidpredError: an unknown augmentation, or both a schedule and a target.
    """

    def __init__(self, settings: AugmentationSettings = NOTHING):
        final_strength, target_accuracy = settings.final_strength, settings.target_accuracy
        if final_strength is not None and target_accuracy is not None:
            raise VidpredError(
                f"augmentation.final_strength is {final_strength} and augmentation.target_accuracy {target_accuracy}, "
                "but the strength either follows a schedule or holds an accuracy; leave one of them at null"
            )
        self.settings = settings
        self.augmentations = [AUGMENTATIONS[name] for name in settings.policy]
        self.strength: float | Tensor = settings.strength  # a tensor where the discriminator's accuracy moves it
        self._observed = torch.zeros(2)  # accuracy times clips, and clips, since the last change
        self._num_updates = 0

    def __call__(self, clips: Pyramid) -> Pyramid:
        """Return ``clips`` (B, T, C, h, w) as the discriminator is to see them."""
        return augment(clips, self.augmentations, self.strength) if self.augmentations else clips

    def strength_like(self, number: Tensor) -> Tensor:
        """Return the strength as a tensor () of the type of ``number`` (), on its device."""
        given = self.strength
        return given.to(number) if isinstance(given, Tensor) else torch.full_like(number, given)

    def observe(self, statistics: GameStatistics, num_clips: int) -> None:
        """Count how accurate the discriminator was on so many augmented real clips."""
        if self.settings.target_accuracy is not None:
            accuracy = statistics.accuracy_real()
            counted = torch.stack([accuracy * num_clips, torch.full_like(accuracy, num_clips)])
            self._observed = self._observed.to(accuracy.device) + counted

    def update(self, progress: float, engine: Engine) -> None:
        """Set the strength for what follows an update of the discriminator.

        Args:
            progress: share of the run that has passed.
            engine: over whose processes the accuracy is averaged.
        """
        self._num_updates += 1
        start, end, target = self.settings.strength, self.settings.final_strength, self.settings.target_accuracy
        if target is None:
            self.strength = along_cosine(start, start if end is None else end, progress)
        elif self._num_updates % INTERVAL == 0:
            right, clips = engine.mean(self._observed) * engine.num_processes
            change = (right / clips - target).sign() * clips / self.settings.clips_to_full
            self.strength = (self.strength_like(clips) + change).clamp(0, 1)
            self._observed = torch.zeros_like(self._observed)

    def state_dict(self) -> dict[str, Any] | None:
        """Return the strength, and what has been counted since it changed; None where nothing is augmented."""
        if not self.augmentations:
            return None
        return {"strength": torch.as_tensor(self.strength), "heard": self._observed, "num_updates": self._num_updates}

    def load_state_dict(self, state: Mapping[str, Any] | None) -> None:
        """Restore a state of :meth:`state_dict`."""
        if state is None:
            return
        self._observed, self._num_updates = state["heard"], state["num_updates"]
        adapts = self.settings.target_accuracy is not None
        self.strength = state["strength"] if adapts else float(state["strength"])
