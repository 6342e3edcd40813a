"""What the package ships: the default weights and others, with their cards, and a short clip to try things on."""

from pathlib import Path
from types import MappingProxyType

SHIPPED = Path(__file__).parent  # the folder
DEFAULT = Path("default")  # the word that stands for the shipped weights that are taken where none are named
WEIGHTS = SHIPPED / "default.safetensors"
FIRST_DEFAULT = SHIPPED / "default-0.1.safetensors"
LEARNED_MOTION = SHIPPED / "learned_motion.safetensors"
MOTION_SAMPLER = SHIPPED / "motion_sampler.safetensors"
SAMPLER = Path("motion_sampler")  # the word for those that are taken where samples are asked for
# The words that stand for shipped weights, unless there is such a path. One with a number will always mean the same.
WORDS = MappingProxyType(
    {
        str(DEFAULT): WEIGHTS,
        "default-0.1": FIRST_DEFAULT,
        "learned_motion": LEARNED_MOTION,
        str(SAMPLER): MOTION_SAMPLER,
    }
)
CLIP = SHIPPED / "big_buck_bunny.mp4"


def shipped_word(checkpoint: Path, num_samples: int | None) -> Path:
    """Return which weights are taken where ``checkpoint`` is named: where it is the default, by whether one samples."""
    return SAMPLER if num_samples is not None and checkpoint == DEFAULT and not checkpoint.exists() else checkpoint
