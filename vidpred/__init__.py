"""vidpred: sharp futures from ordinary video.

The public names are imported when first used, so that ``import vidpred`` and ``vidpred --help``
do not wait for torch.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from vidpred.machine.old_paths import OldPaths

if TYPE_CHECKING:
    from vidpred.errors import VidpredError as VidpredError
    from vidpred.evaluation import evaluate as evaluate
    from vidpred.exploration import monte_carlo as monte_carlo
    from vidpred.generators.sampling import sample as sample
    from vidpred.predictors.rollout.rollout import rollout as rollout
    from vidpred.runs.comparing.generators import compare_generators as compare_generators
    from vidpred.runs.comparing.predictors import compare as compare
    from vidpred.runs.load import load_generator as load_generator
    from vidpred.runs.load import load_predictor as load_predictor
    from vidpred.runs.load import predict_video as predict_video

__version__ = "0.1.0"

_HOMES = {
    "VidpredError": "vidpred.errors",
    "compare": "vidpred.runs.comparing.predictors",
    "compare_generators": "vidpred.runs.comparing.generators",
    "evaluate": "vidpred.evaluation",
    "load_generator": "vidpred.runs.load",
    "load_predictor": "vidpred.runs.load",
    "monte_carlo": "vidpred.exploration",
    "predict_video": "vidpred.runs.load",
    "rollout": "vidpred.predictors.rollout.rollout",
    "sample": "vidpred.generators.sampling",
}
__all__ = [
    "VidpredError",
    "compare",
    "compare_generators",
    "evaluate",
    "load_generator",
    "load_predictor",
    "monte_carlo",
    "predict_video",
    "rollout",
    "sample",
]

sys.meta_path.insert(0, OldPaths())


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'vidpred' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
