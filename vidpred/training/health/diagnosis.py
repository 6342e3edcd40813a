"""The verdicts on an adversarial game: their words, and what to try."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from vidpred.errors import VidpredError, did_you_mean
from vidpred.training.health.things import CLIPS, Things


class Verdict(StrEnum):
    """How the game is going."""

    HEALTHY = "healthy"
    DISCRIMINATOR_DOMINATES = "discriminator_dominates"
    GENERATOR_DOMINATES = "generator_dominates"
    COLLAPSE = "collapse"
    OSCILLATING = "oscillating"
    DISCRIMINATOR_OVERFITS = "discriminator_overfits"
    DISCRIMINATOR_EXPLODES = "discriminator_explodes"
    IN_NAME_ONLY = "adversary_in_name_only"
    DROWNS_DATA = "adversary_drowns_the_data_terms"
    TOO_EARLY = "too_early_to_say"

    @property
    def is_accusation(self) -> bool:
        """Whether it says that something is wrong."""
        return self not in (Verdict.HEALTHY, Verdict.TOO_EARLY)

    @property
    def words(self) -> str:
        """The verdict in plain words."""
        return self.replace("_", " ")


SUGGESTIONS: Mapping[Verdict, str] = {
    Verdict.HEALTHY: "go on",
    Verdict.DISCRIMINATOR_DOMINATES: "lower adversary.lr, or regularise the discriminator: "
    "objective.penalties.r1=1, or ten times what it is, with discriminator.normalisation=spectral where that is batch",
    Verdict.GENERATOR_DOMINATES: "raise adversary.lr, or set train.discriminator_steps=2",
    Verdict.COLLAPSE: "lower generator.lr, and start a new run",
    Verdict.OSCILLATING: "lower generator.lr and adversary.lr, both to a third",
    Verdict.DISCRIMINATOR_OVERFITS: "train on more clips, augment what the discriminator sees "
    "('objective.augmentation.policy=[colour, translation, cutout]'), or make it narrower",
    Verdict.DISCRIMINATOR_EXPLODES: "lower adversary.lr to a tenth, and start a new run",
    Verdict.IN_NAME_ONLY: "raise objective.adversarial_weight tenfold",
    Verdict.DROWNS_DATA: "lower objective.adversarial_weight to a tenth",
    Verdict.TOO_EARLY: "go on",
}


@dataclass(frozen=True)
class Diagnosis:
    """A verdict, the figures behind it in words, and one thing to try."""

    verdict: Verdict
    because: str
    things: Things = CLIPS
    instead: str = ""  # what to try where it is not what is usual for the verdict

    @property
    def suggestion(self) -> str:
        """What to try."""
        return self.instead or SUGGESTIONS[self.verdict].replace("clip", self.things.clip)

    def __str__(self) -> str:
        advice = f"; try: {self.suggestion}" if self.verdict.is_accusation else ""
        return f"{self.verdict.words} ({self.because}){advice}"


def check_verdicts(names: Iterable[str]) -> None:
    """Refuse names that are no verdicts.

    Raises:
        VidpredError: one of ``names`` is none.
    """
    for name in names:
        if name not in set(Verdict):
            raise VidpredError(
                f"train.stop_on has {name!r}, which is no verdict on a run's health"
                f"{did_you_mean(name, map(str, Verdict))}; there are: {', '.join(Verdict)}"
            )
