"""Several predictors, each at work on the same clips."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.evaluation.sampling import BestOf, choose_shown, draw_futures, is_stochastic, settle
from vidpred.interfaces import Predictor
from vidpred.machine.engine import device_of
from vidpred.predictors.rollout.rollout import frames_needed, frames_of_use, rollout

FEWEST_SAMPLES = 2  # from which on there is a spread to tell of


@dataclass(frozen=True)
class Contest:
    """Who predicts, and how far.

    Args:
        predictors: by name.
        horizon: how many frames ahead, at least 1.
        num_samples: futures that every stochastic predictor draws of a clip, at least 2.
        best_of: what the future that is shown is the best by; without, it is the first that was drawn.
        seed: of the noise.

    Raises:
        VidpredError: a horizon or number of samples that is too low.
    """

    predictors: Mapping[str, Predictor]
    horizon: int
    num_samples: int
    best_of: BestOf | None
    seed: int

    def __post_init__(self) -> None:
        """Refuse numbers that are too low."""
        check_numbers(self.horizon, self.num_samples)

    @property
    def samplers(self) -> list[str]:
        """Names of the predictors that draw their futures."""
        return [name for name, predictor in self.predictors.items() if is_stochastic(predictor)]

    def predict(self, clip: Tensor, number: int) -> dict[str, Tensor]:
        """Predict the last frames of ``clip`` (T, C, H, W) from those before.

        Args:
            clip: in [-1, 1].
            number: of the clip, which settles its noise.

        Returns:
            By predictor, futures (N, horizon, C, H, W): ``num_samples`` of a sampler, one of any other.

        Raises:
            VidpredError: the clip is too short.
        """
        return {name: self._futures(predictor, clip, number) for name, predictor in self.predictors.items()}

    def shown(self, futures: Mapping[str, Tensor], target: Tensor) -> dict[str, Tensor]:
        """Choose the future (T, C, H, W) of every predictor that stands for all that it drew."""
        return {name: drawn[choose_shown(drawn, target, self.best_of)] for name, drawn in futures.items()}

    def _futures(self, predictor: Predictor, clip: Tensor, number: int) -> Tensor:
        needed = frames_needed(predictor)
        if len(clip) < needed + self.horizon:
            raise VidpredError(
                f"the clips have {len(clip)} frames, but {needed} + {self.horizon} are needed (context + horizon); "
                f"open the data with clip_length={needed + self.horizon}, or lower the horizon"
            )
        context = clip[None, : -self.horizon][:, -frames_of_use(predictor) :].to(device_of(predictor))
        if is_stochastic(predictor):
            futures = draw_futures(predictor, context, self.horizon, self.num_samples, settle(self.seed, number))[0]
        else:
            futures = rollout(predictor, context, self.horizon)
        return futures.float().to(clip.device)


def check_numbers(horizon: int, num_samples: int) -> None:
    """Refuse a horizon or a number of samples that is too low.

    Raises:
        VidpredError: it is.
    """
    if horizon < 1:
        raise VidpredError(f"the horizon is {horizon}, but at least 1 frame must be predicted; set it to 1 or more")
    if num_samples < FEWEST_SAMPLES:
        raise VidpredError(
            f"{num_samples} samples were asked for, but samplers are judged by {FEWEST_SAMPLES} futures or "
            "more; raise the number"
        )
