"""What a run knows of its course so far, besides its weights, and goes on with where it stopped."""

from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import BaseModel

LONGEST = 1e12  # seconds

Seconds = Annotated[float, Ge(0), Le(LONGEST)]
Step = Annotated[int, Ge(0)]


class Progress(BaseModel):
    """The course of a run: plain values, written into every checkpoint. Nothing here moves a weight."""

    seconds: Seconds = 0.0
    """Spent in training, over all parts of the run."""
    costs: dict[str, Seconds] = {}
    """Seconds that the latest validation, picture and checkpoint took, by the name of their interval."""
    start: dict[str, float] = {}
    """Validation scores of the weights at step 0."""
    latest: dict[str, float] = {}
    """Those of the latest look."""
    latest_step: Step | None = None
    """The step of that look."""
    best_step: Step | None = None
    """The step of the best checkpoint."""
    record: dict[str, float] = {}
    """The best scores of all looks at the intervals, but for the one at step 0."""
    looks_since_record: Step = 0
    """Looks at the intervals since then."""
    length_is_settled: bool = False
    """Whether the number of steps that fit in the run's minutes is known."""
    ended_by: Literal["minutes", "patience"] | None = None
    """Which of its own limits ended the run before its last step."""
