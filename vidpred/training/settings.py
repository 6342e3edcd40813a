"""The typed settings that parts of training carry: names, types, bounds, defaults and meanings, stated once.

Plain data, which waits for no torch. The text under a setting is what ``vidpred config`` prints about it.
"""

from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from vidpred.machine.needs import Needs
from vidpred.machine.ranges import HEAVIEST, Count, Decay, Share, Steps, Weight, misplaced_switch

FALLS = Needs(lambda player, _: player.schedule != "constant", "the learning rate of that player is constant")
OF_ADAM = Needs(lambda player, _: player.optimizer != "sgd", "the optimizer of that player is sgd")
OF_SGD = Needs(lambda player, _: player.optimizer == "sgd", "the optimizer of that player is not sgd")
AUGMENTED = Needs(lambda section, _: section.policy, "objective.augmentation.policy names no augmentation")
ADAPTED = Needs(lambda section, _: section.target_accuracy, "objective.augmentation.target_accuracy is null")


class Section(BaseModel):
    """Settings that belong together. Unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_bool_for_number(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse what would silently become 0 or 1, and 0 and 1 that would become false or true."""
        if cls.model_fields[str(info.field_name)].annotation is bool and type(value) in (int, float):
            raise PydanticCustomError("bool_type", "Input should be true or false")
        below = misplaced_switch(value, cls.model_fields[str(info.field_name)].annotation)
        if below is not None:
            raise PydanticCustomError("not_bool", "Input should be a value, not true or false", {"below": below})
        return value


class PlayerSettings(Section):
    """How one network's weights are updated."""

    optimizer: Literal["adam", "adamw", "sgd"] = "adam"
    """Rule of the update."""
    lr: Annotated[float, Gt(0), Le(HEAVIEST)] = 1e-3
    """Learning rate at its highest."""
    final_lr: Annotated[Weight | None, FALLS] = None
    """Learning rate at the last step; null for a tenth of lr where the schedule falls."""
    schedule: Literal["constant", "linear", "cosine"] = "cosine"
    """How the learning rate falls from lr to final_lr."""
    warmup_steps: Steps = 0
    """Steps over which the learning rate first rises from 0, in optimiser steps."""
    betas: Annotated[tuple[Decay, Decay], OF_ADAM] = (0.9, 0.999)
    """Decay of Adam's two averages; not used by sgd."""
    final_beta2: Annotated[Decay | None, OF_ADAM] = None
    """The second of them at the last step, reached along half a cosine; null keeps it."""
    momentum: Annotated[Share, OF_SGD] = 0.0
    """Momentum of sgd; not used by adam and adamw."""
    weight_decay: Annotated[float, Ge(0), Le(1e6)] = 0.0
    """Pull of the weights towards zero."""
    clip_norm: Annotated[float, Gt(0), Le(HEAVIEST)] | None = None
    """Largest norm of the gradient, which is scaled down to it; null does not clip."""
    historical_averaging: Annotated[float, Ge(0), Le(1e6)] = 0.0
    """Weight of the squared distance of the weights from their mean over all steps so far; 0 switches it off."""


class AugmentationSettings(Section):
    """What is done to clips, real and fake alike, before the discriminator sees them."""

    policy: list[str] = []
    """Augmentations by name, in this order, such as [colour, translation, cutout]; [] does nothing."""
    strength: Annotated[Share, AUGMENTED] = 1.0
    """Probability that each of them is done to a clip, at the first step."""
    final_strength: Annotated[Share | None, AUGMENTED] = None
    """Probability at the last step, reached along half a cosine; null keeps it."""
    target_accuracy: Annotated[Annotated[float, Ge(0.5), Lt(1)] | None, AUGMENTED] = None
    """Accuracy of the discriminator on real clips that the probability is to hold, by rising while it is above and
    falling while it is below: 0.8 in the paper; null does not adapt it."""
    clips_to_full: Annotated[Count, AUGMENTED, ADAPTED] = 500_000
    """Clips that go by while the probability goes from 0 to 1 for the sake of target_accuracy."""
