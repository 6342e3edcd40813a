"""Options of a network that are settings of how it learns, which stand in a section of their own."""

from collections.abc import Mapping
from typing import Any

from vidpred.errors import VidpredError, as_yaml
from vidpred.registry import Registry
from vidpred.training.settings import PlayerSettings

LEARNING = {"network": "generator", "discriminator": "adversary"}  # the section of a network, and of how it learns


def refuse_misplaced(parts: Mapping[str, tuple[Registry, Any]]) -> None:
    """Refuse ``discriminator.lr`` and its like with the setting that is meant, where the network has no such option.

    Args:
        parts: by section, where its part is registered, and its settings (``name`` and ``options``).

    Raises:
        VidpredError: see above.
    """
    for section, learning in LEARNING.items():
        registry, part = parts[section]
        for option, value in part.options.items():
            if option in PlayerSettings.model_fields and option not in registry.signature(part.name):
                raise VidpredError(
                    f"{section}.{option} is no setting: {section} is what the network is made of, and how it learns "
                    f"stands in {learning}; say {learning}.{option}={as_yaml(value)}"
                )
