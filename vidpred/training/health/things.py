"""What a game is about, in the words of its verdicts and pictures: clips and their frames, or images."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

OF = "of"  # the key of a measurement that says so; without it, it is of clips


class Things(NamedTuple):
    """The words, in the singular."""

    clip: str  # what the discriminator is shown
    frame: str  # what the generator makes

    @property
    def has_pairs(self) -> bool:
        """Whether every fake is made for a real one; an image made from noise is for none."""
        return self == CLIPS

    @property
    def entry(self) -> dict[str, str]:
        """What a measurement says of it."""
        return {} if self == CLIPS else {OF: self.clip}


CLIPS, IMAGES = Things("clip", "frame"), Things("image", "image")


def things_of(history: Sequence[Mapping[str, Any]]) -> Things:
    """Return what the last measurement says that it is of."""
    return IMAGES if history and history[-1].get(OF) == IMAGES.clip else CLIPS
