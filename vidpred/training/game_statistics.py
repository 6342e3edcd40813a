"""Statistics of a step of the adversarial game, computed from tensors that are there anyway."""

from collections.abc import Sequence

import torch
from torch import Tensor

from vidpred.frames.pyramid import Pyramid

FINEST, COARSER, DATA = "adversary at the finest level", "adversary at coarser ones", "data terms"
EQUAL = 1e-6  # spread of real clips up to which there is nothing to compare that of fakes with
Logits = Sequence[Sequence[Tensor]]  # of real and of fake clips, per scale


class GameStatistics:
    """Observes one step after another; figures are computed only when they are read.

    Args:
        undecided: logit at which the discriminator calls a clip neither real nor fake; none where only
            differences of logits count.
    """

    def __init__(self, undecided: float | None):
        self.undecided = undecided
        self._logits: Logits = ()
        self._clips: list[tuple[Tensor, Tensor]] = []
        self._labels: list[Tensor] = []
        self._gradients: dict[str, list[Tensor]] = {}  # per level and part, by what they are from

    def observe(self, logits: Logits) -> None:
        """Keep the logits of real and of fake clips, which begin a new step."""
        self._logits = [tuple(side.detach() for side in pair) for pair in logits]
        self._clips, self._labels, self._gradients = [], [], {}

    def follow(self, fake: Pyramid, target: Pyramid, num_draws: int, labels: Tensor | None = None) -> Pyramid:
        """Return ``fake`` with hooks, which record the adversary's gradient that comes back to every level.

        Args:
            fake: what the discriminator is about to see (B, T, C, h, w), for every sample.
            target: what it should have been.
            num_draws: how often every example stands in the batch.
            labels: classes of the clips (B,), where the generator is given them.
        """
        number = len(fake[-1]) // num_draws
        self._clips.append((fake[-1].detach()[:number], target[-1][:number]))
        self._labels += [labels[:number]] if labels is not None else []
        return [self._watched(level, COARSER) for level in fake[:-1]] + [self._watched(fake[-1], FINEST)]

    def follow_data(self, fake: Pyramid) -> Pyramid:
        """Return ``fake`` with hooks, which record the gradient of the data terms that comes back to every level."""
        return [self._watched(level, DATA) for level in fake]

    def _watched(self, frames: Tensor, source: str) -> Tensor:
        watched, gradients = frames.view_as(frames), self._gradients.setdefault(source, [])
        if watched.requires_grad:
            watched.register_hook(lambda gradient: gradients.append(gradient.detach()))
        return watched

    def _norm(self, loss_scale: float, *sources: str) -> Tensor | None:
        """Return the norm of a gradient over all that was recorded of it; none where nothing was."""
        gradients = [gradient for source in sources for gradient in self._gradients.get(source, [])]
        squares = [gradient.float().square().sum() for gradient in gradients]
        return torch.stack(squares).sum().sqrt() / loss_scale if squares else None

    def _norms(self, loss_scale: float) -> dict[str, Tensor]:
        """Return the norms of the gradients at the frames, and the adversary's share where there are data terms."""
        finest, data = self._norm(loss_scale, FINEST), self._norm(loss_scale, DATA)
        adversary = self._norm(loss_scale, FINEST, COARSER)
        figures = {"gradient_adversary": adversary, "gradient_data": data}
        if self._gradients.get(COARSER):
            figures["gradient_adversary_finest"] = finest
        if adversary is not None and data is not None:
            figures["gradient_share"] = adversary / (adversary + data).clamp_min(torch.finfo(data.dtype).tiny)
        return {name: value for name, value in figures.items() if value is not None}

    def read(self, loss_scale: float = 1.0) -> dict[str, Tensor]:
        """Return the figures of the last step by name.

        ``accuracy_real`` and ``accuracy_fake`` are the shares of logits on the right side of the undecided one,
        averaged over scales, ``accuracy_pairs`` that of all pairs of a real and a fake clip in the right order, and
        ``accuracy_own_pairs`` that of a clip and the fake made for it, such as two next frames of one context, whose
        content differs in nothing else; all are 0.5 where fakes cannot be told from real clips.
        ``gradient_adversary`` and ``gradient_data`` are the norms of the gradients of the adversary's and of the data
        terms, weighted as in the loss, with respect to the frames that the generator put out for the whole batch, at
        all scales together: each level by itself, not what reaches it through finer ones. ``gradient_share`` is that
        of the adversary over the sum of both; it and ``gradient_data`` are missing where there are no data terms.
        ``gradient_adversary_finest`` is the adversary's at the finest of several levels alone. ``diversity`` is the
        root mean square distance between two fakes over that between two real clips, both of one class where there
        are classes; it takes two such clips, and real ones that are not all equal.

        Args:
            loss_scale: by which the loss was multiplied before its gradient was taken.
        """
        real, fake, pairs = zip(*(self.accuracies(*pair) for pair in self._logits), strict=True)
        own_pairs = [in_right_order(*pair) for pair in self._logits]
        figures = {
            "accuracy_real": torch.stack(real).mean(),
            "accuracy_fake": torch.stack(fake).mean(),
            "accuracy_pairs": torch.stack(pairs).mean(),
            "accuracy_own_pairs": torch.stack(own_pairs).mean(),
        }
        figures |= self._norms(loss_scale)
        fakes, targets = (torch.cat(parts) for parts in zip(*self._clips, strict=True))
        alike = pairs_within(torch.cat(self._labels) if self._labels else fakes.new_zeros(len(fakes)))
        if alike.any() and (between_real := spread(targets, alike)) > EQUAL:
            figures["diversity"] = spread(fakes, alike) / between_real
        return figures

    def accuracy_real(self) -> Tensor:
        """Return the share of real clips' logits on the right side in the last step, averaged over scales."""
        pairs = [(real.float(), fake.float()) for real, fake in self._logits]
        return torch.stack([share_above(real - self.middle(real, fake)) for real, fake in pairs]).mean()

    def accuracies(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return which share of real, of fake, and of pairs of both is judged correctly; ties count half.

        Args:
            real: logits of real clips, (B,) or a map (B, h, w).
            fake: logits of fake clips, of the same shape.
        """
        real, fake = real.float(), fake.float()
        middle = self.middle(real, fake)
        return share_above(real - middle), share_above(middle - fake), share_above(real[:, None] - fake[None])

    def middle(self, real: Tensor, fake: Tensor) -> Tensor:
        """Return the undecided logit; where only differences count, the middle between both medians."""
        if self.undecided is None:
            return (real.median() + fake.median()) / 2
        return real.new_full((), self.undecided)


def pairs_within(labels: Tensor) -> Tensor:
    """Return which two clips have the same one of ``labels`` (B,): (B, B), none with itself."""
    return (labels[:, None] == labels[None]).fill_diagonal_(False)


def spread(clips: Tensor, pairs: Tensor | None = None) -> Tensor:
    """Return the root mean square distance per value between two of ``clips`` (B, ...), over some ``pairs`` (B, B)."""
    values = clips.float().flatten(1)
    pairs = pairs_within(values.new_zeros(len(values))) if pairs is None else pairs
    distances = torch.cdist(values, values, compute_mode="donot_use_mm_for_euclid_dist")  # exact where clips are alike
    return (distances[pairs].square().mean() / values.shape[1]).sqrt()


def in_right_order(real: Tensor, fake: Tensor) -> Tensor:
    """Return which share of real logits exceeds that of the fake at the same place; ties count half."""
    return share_above(real.float() - fake.float())


def share_above(margins: Tensor) -> Tensor:
    """Return which share of ``margins`` lies above 0; what is 0 counts half."""
    return (margins.sign() + 1).mean() / 2
