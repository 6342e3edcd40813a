"""The reconstruction objective: a weighted sum of registered losses over all scales."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor

from vidpred.errors import VidpredError, did_you_mean, shown
from vidpred.frames.apart import applied, returned
from vidpred.frames.pyramid import Pyramid
from vidpred.kinds import is_required
from vidpred.losses.samples import SAMPLE_SCORES, Loss, check_loss
from vidpred.machine.ranges import HEAVIEST
from vidpred.registry import RECONSTRUCTION_LOSSES
from vidpred.wording import counted


class Objective:
    """A weighted sum of registered losses, each summed over the levels of the pyramid.

    Args:
        terms: by registered name either the weight, or a mapping of ``weight`` (1 by default) and the
            options of the loss; terms of weight 0 are left out.
        over: how several sampled futures are compared with the target: each ``sample``, their ``mean``,
            or a proper score that also rewards their spread (``crps``, ``energy``): see
            :mod:`vidpred.losses.samples`.
        num_draws: futures that are sampled for every target; with only one, ``sample``, ``mean`` and ``crps``
            are the same.

    Raises:
        VidpredError: terms without weights, an unknown loss or option, a weight that is not a finite number of at
            least 0, fewer than one sample, or a loss that ``over`` cannot be computed from.
    """

    def __init__(self, terms: Mapping[str, float | Mapping[str, Any]], over: str = "sample", num_draws: int = 1):
        if over not in SAMPLE_SCORES:
            raise VidpredError(f"over is {over!r}, but only {', '.join(SAMPLE_SCORES)} are accepted; choose one")
        if num_draws < 1:
            raise VidpredError(f"num_draws is {num_draws}, but at least 1 future must be sampled; set 1 or more")
        self.num_draws = num_draws
        self.weights: dict[str, float] = {}
        self._score = SAMPLE_SCORES[over].score
        self._losses: dict[str, Loss] = {}
        for name, term in _checked_terms(terms).items():
            options = dict(term) if isinstance(term, Mapping) else {"weight": term}
            weight = _checked_weight(name, options.pop("weight", 1.0))
            loss = partial(_one_number, name, RECONSTRUCTION_LOSSES[name], _checked_options(name, options))
            if weight > 0:
                check_loss(over, name, loss)
                self.weights[name] = weight
                self._losses[name] = loss

    def __call__(self, prediction: Pyramid, target: Pyramid) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the weighted total, and every unweighted term by name for the log.

        Args:
            prediction: frames (num_draws * B, T, C, h, w) at every scale, coarse to fine: the first sample of
                every example, then the second of every example.
            target: frames of the same shapes, the B targets repeated for every sample.

        Raises:
            VidpredError: ``prediction`` or ``target`` is no list of tensors, they differ in scales or shapes, a loss of
                somebody's own returned something else than one number in a tensor, or ``prediction`` holds no whole
                number of samples for every example.
        """
        _require_levels(prediction, target)
        self._require_samples(prediction)
        terms = {
            name: torch.stack(
                [self._score(loss, *pair, self.num_draws) for pair in zip(prediction, target, strict=True)]
            ).sum()
            for name, loss in self._losses.items()
        }
        _require_gradients(prediction, terms)
        total = torch.zeros((), dtype=torch.float32, device=prediction[-1].device)
        for name, term in terms.items():
            total = total + self.weights[name] * term
        return total, terms

    def _require_samples(self, prediction: Pyramid) -> None:
        number = len(prediction[-1])
        if number % self.num_draws:
            raise VidpredError(
                f"the prediction has {counted(number, 'frame')}, not {counted(self.num_draws, 'sample')} for every "
                "example; predict as "
                "many of each, all examples for the first sample, then all for the second, or set num_draws"
            )


def _one_number(
    name: str, loss: Callable[..., Tensor], options: Mapping[str, Any], prediction: Tensor, target: Tensor
) -> Tensor:
    """Return the value of ``loss``; refuse something else than a scalar: a sum over an unknown number of values."""
    value: object = applied(loss, prediction, target, **options)
    if not isinstance(value, Tensor) or value.numel() != 1:
        raise VidpredError(
            f"loss {name!r} returned {returned(value)}, but a tensor of one number is needed; average it, as "
            ".mean() does"
        )
    if not value.is_floating_point():
        raise VidpredError(
            f"loss {name!r} returned a number of {value.dtype}, which nothing can learn from; return a float, computed "
            "from the prediction by functions that have gradients"
        )
    return value.reshape(())


def _require_levels(prediction: Pyramid, target: Pyramid) -> None:
    """Refuse what are no pyramids of the same shapes, above all frames that are not in a list."""
    for name, levels in (("prediction", prediction), ("target", target)):
        if not isinstance(levels, list | tuple) or not levels or not all(isinstance(each, Tensor) for each in levels):
            raise VidpredError(
                f"the {name} is {returned(levels)}, but an objective compares lists of tensors (B, T, C, h, w), coarse "
                "to fine, as predictors return: write [frames] for those of one size"
            )
    predicted, wanted = ([tuple(level.shape) for level in levels] for levels in (prediction, target))
    if len(predicted) != len(wanted):
        raise VidpredError(
            f"the prediction has {counted(len(predicted), 'level')} and the target {len(wanted)}, but as many are "
            "compared; build_pyramid of vidpred.frames.pyramid makes a target of several"
        )
    for level, shapes in enumerate(zip(predicted, wanted, strict=True)):
        if shapes[0] != shapes[1]:
            raise VidpredError(
                f"level {level} is predicted as {shapes[0]}, but the target is {shapes[1]}; give clips of one shape"
            )


def _require_gradients(prediction: Pyramid, terms: Mapping[str, Tensor]) -> None:
    """Refuse a term that does not depend on a prediction that is to be learnt; 0 may say that there is nothing to."""
    if not torch.is_grad_enabled() or not any(level.requires_grad for level in prediction):
        return
    for name, term in terms.items():
        if not term.requires_grad and term != 0:
            raise VidpredError(
                f"loss {name!r} returned a number without a gradient, so nothing can learn from it; compute it from "
                "the prediction without detach(), numpy or torch.no_grad()"
            )


def _checked_terms(terms: object) -> Mapping[str, float | Mapping[str, Any]]:
    if not isinstance(terms, Mapping):
        raise VidpredError(
            f"the terms are {shown(terms)}, but each needs its weight by its name; write {{'l1': 1}} for the absolute "
            "difference alone"
        )
    return terms


def _checked_weight(name: str, weight: Any) -> float:
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight <= HEAVIEST:
        raise VidpredError(
            f"the weight of loss {name!r} is {shown(weight)}, but a finite number of at least 0 is needed, at most "
            f"{HEAVIEST:g}; set 1 for the default weight or 0 to leave the loss out"
        )
    return float(weight)


def _checked_options(name: str, options: dict[str, Any]) -> dict[str, Any]:
    own = list(RECONSTRUCTION_LOSSES.signature(name).values())[2:]  # after prediction and target
    accepted = ["weight", *(option.name for option in own)]
    for option in options:
        if option not in accepted:
            raise VidpredError(
                f"loss {name!r} has no option {option!r}{did_you_mean(option, accepted)}; "
                f"it takes: {', '.join(accepted)}"
            )
    if missing := [option.name for option in own if is_required(option) and option.name not in options]:
        raise VidpredError(
            f"loss {name!r} needs {missing[0]}, which has no default; give it beside the weight, as "
            f"{{weight: 1, {missing[0]}: ...}}"
        )
    return RECONSTRUCTION_LOSSES.check(name, options)
