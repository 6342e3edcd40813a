"""Options of parts that are settings of the run, or of how a network learns, which stand in sections of their own."""

from collections.abc import Mapping

from vidpred.errors import VidpredError, as_yaml
from vidpred.registry import Registry
from vidpred.runs.settings.config import Config, Part
from vidpred.runs.settings.refused import meant, settings_called
from vidpred.training.settings import PlayerSettings

LEARNING = {"network": "generator", "discriminator": "adversary"}  # the section of a network, and of how it learns


def refuse_misplaced(parts: Mapping[str, tuple[Registry, Part]]) -> None:
    """Refuse ``discriminator.lr``, ``data.batch_size`` and their like with the setting that is meant.

    Args:
        parts: by section, where its part is registered, and its settings.

    Raises:
        VidpredError: a part has no such option, and another section has such a setting; or there is no such part.
    """
    for section, (registry, part) in parts.items():
        for option, value in part.options.items():
            if option in registry.signature(part.name):
                continue
            learning = LEARNING.get(section)
            if learning and meant(option) in PlayerSettings.model_fields:
                raise VidpredError(
                    f"{section}.{option} is no setting: {section} is what the network is made of, and how it learns "
                    f"stands in {learning}; say {learning}.{meant(option)}={as_yaml(value)}"
                )
            if elsewhere := settings_called(option, Config):
                say = " or ".join(f"{setting}={as_yaml(value)}" for setting in elsewhere)
                who = f"{registry.kind} {part.name!r}"
                raise VidpredError(f"{section}.{option} is no setting: {who} has none; say {say}")
