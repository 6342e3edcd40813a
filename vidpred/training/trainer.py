"""One step of adversarial training, whatever the task."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.interfaces import Batch, Task
from vidpred.losses import Objective
from vidpred.machine.engine import Engine
from vidpred.nn.latent import latent_channels
from vidpred.training.adversary import Adversary
from vidpred.training.attempt import Attempt, make_attempt
from vidpred.training.average import Average
from vidpred.training.player import Player
from vidpred.wording import clip_or_image, counted


class AdversarialTrainer:
    """Alternates a generator with its adversary; without one, trains on reconstruction alone.

    The generator samples as many futures of every example as the objective compares together; the adversary
    judges each by itself.

    Args:
        task: poses batches as questions, and presents answers to the discriminator.
        generator: the network that answers, and its optimiser.
        objective: reconstruction losses.
        adversary: the discriminator's side of the game, or none.
        engine: where it is computed.
        ema_decay: of the moving average of the generator's weights; 0 keeps none.
        ema_half_life: updates after which that average has half forgotten, at the end of the run, towards which it
            rises from 0; without, the decay stays.
        accumulate: parts in which a batch goes through the networks.
        discriminator_steps: updates of the discriminator per update of the generator.
        separate_batches: whether the generator learns from clips of its own, which no update of the discriminator saw.
        mismatched_pairs: whether the discriminator also learns to refuse real frames in the wrong context.
        share_of_start: share in that average of the weights before the first update.
        head_start: first steps in which the discriminator alone learns, and the generator stands still.

    Raises:
        VidpredError: the objective compares several samples of a generator that is deterministic; or there is
            neither a reconstruction loss nor an adversary to learn from.
    """

    def __init__(
        self,
        task: Task,
        generator: Player,
        objective: Objective,
        adversary: Adversary | None,
        engine: Engine,
        ema_decay: float = 0.0,
        ema_half_life: float | None = None,
        accumulate: int = 1,
        discriminator_steps: int = 1,
        separate_batches: bool = False,
        mismatched_pairs: bool = False,
        share_of_start: float = 0.0,
        head_start: int = 0,
    ):
        if objective.num_draws > 1 and not latent_channels(generator.network):
            raise VidpredError(
                f"num_draws is {objective.num_draws}, but {type(generator.network).__name__} is deterministic, so all "
                "samples would be the same; set objective.num_draws=1, or take a network with noise, as multiscale and "
                "flow_pyramid are with network.latent_channels=8"
            )
        if not objective.weights and adversary is None:
            raise VidpredError(
                "objective.terms is empty and objective.adversarial_weight is 0, but a generator needs something to "
                "learn from; give a loss such as objective.terms.l1=1, or an adversarial weight above 0"
            )
        self.task = task
        self.generator = generator
        self.objective = objective
        self.adversary = adversary
        self.engine = engine
        self.average = None
        if ema_decay or share_of_start:
            self.average = Average(generator.network, ema_decay, ema_half_life, share_of_start)
        self.accumulate = accumulate
        self.separate_batches = separate_batches and adversary is not None
        self.discriminator_steps = discriminator_steps if adversary else 1
        self.rounds = self.discriminator_steps + self.separate_batches  # batches per step
        self.mismatched_pairs = mismatched_pairs
        self.head_start = head_start if adversary else 0

    @property
    def network(self) -> nn.Module:
        """The generator to predict with: the moving average where one is kept."""
        return self.average.network if self.average else self.generator.network

    def set_length(self, num_steps: int) -> None:
        """Let the run and its schedules end after ``num_steps`` steps, at most half of which are the head start."""
        self.head_start = min(self.head_start, num_steps // 2)
        self.generator.num_updates = num_steps - self.head_start
        if self.adversary is not None:
            self.adversary.player.num_updates = num_steps * self.discriminator_steps

    @property
    def _past_head_start(self) -> bool:
        """Whether the generator may learn by now; what the discriminator has learnt says so after a resume too."""
        if self.adversary is None:
            return True
        return self.adversary.player.num_updates_done >= self.head_start * self.discriminator_steps

    def step(self, clips: Tensor, labels: Tensor | None = None) -> dict[str, Tensor]:
        """Update both players; return every loss by name, unweighted, and the norms of the gradients.

        In the steps of a head start, the generator has a loss and a gradient, and is not updated.

        Args:
            clips: (B, T, C, H, W) in [-1, 1], enough for every discriminator step: each learns from clips of its own,
                and the generator from those of the last, or, with separate batches, from clips of its own too.
            labels: of the clips (B,), where they have classes.

        Raises:
            VidpredError: the clips do not divide among the updates and the parts of each, which all count the same.
        """
        parts = self.rounds * self.accumulate
        if not len(clips) or len(clips) % parts:
            raise VidpredError(
                f"{counted(len(clips), clip_or_image(clips.shape[1]))} cannot be divided among "
                f"{counted(self.rounds, 'batch')} "
                f"of {counted(self.accumulate, 'part')}; give a multiple of {parts} to every step"
            )
        terms: dict[str, Tensor] = {}
        attempt: Attempt | None = None
        learns = self._past_head_start
        rounds = Batch(clips, labels).chunk(self.rounds)  # (B / rounds, T, C, H, W) each
        if self.adversary is not None:
            for number, batch in enumerate(rounds[: self.discriminator_steps], start=1):
                is_last = number == self.discriminator_steps
                attempt = self._discriminator_step(self.adversary, batch, terms, is_last)
        self._generator_step(rounds[-1], attempt, terms)
        terms["generator_gradient"] = self.generator.update() if learns else self.generator.stand_still()
        if self.average is not None and learns:
            self.average.update(self.generator.network, self.generator.num_updates_done, self.generator.progress)
        return terms

    def _discriminator_step(
        self, adversary: Adversary, batch: Batch, terms: dict[str, Tensor], is_last: bool
    ) -> Attempt | None:
        """Update the discriminator on ``batch``; return the attempt if the generator can learn from it too."""
        parts = batch.chunk(self.accumulate)
        shared = is_last and len(parts) == 1 and not self.separate_batches
        for index, part in enumerate(parts):
            with adversary.player.partial_step(last=index == len(parts) - 1), self.engine.autocast():
                with torch.set_grad_enabled(shared):
                    network = self.generator.distributed if shared else self.generator.network
                    attempt = self._attempt(network, part)
                example = attempt.example
                mismatched = attempt.mismatched() if self.mismatched_pairs else None
                losses = adversary.discriminator_backward(
                    *attempt.presented(), 1 / len(parts), example.labels, example.labelled, mismatched
                )
            _add(terms, losses, (1 if is_last else 0) / len(parts))
        terms |= adversary.update(self.engine)
        return attempt if shared else None

    def _generator_step(self, batch: Batch, attempt: Attempt | None, terms: dict[str, Tensor]) -> None:
        """Compute the generator's gradient on ``batch``, of which the attempt may already be there."""
        parts = batch.chunk(self.accumulate)
        for index, part in enumerate(parts):
            with self.generator.partial_step(last=index == len(parts) - 1), self.engine.autocast():
                attempt = attempt or self._attempt(self.generator.distributed, part)
                example = attempt.example
                fake = attempt.fake if self.adversary is None else self.adversary.statistics.follow_data(attempt.fake)
                loss, losses = self.objective(fake, attempt.target)
                if self.adversary is not None:
                    followed = self.adversary.statistics.follow(
                        attempt.fake, attempt.target, self.objective.num_draws, example.labels
                    )
                    real, fake = replace(attempt, fake=followed).presented()
                    added, more = self.adversary.generator_loss(real, fake, example.labels)
                    loss, losses = loss + added, losses | more
                self.generator.backward(loss / len(parts))
            _add(terms, {"loss": loss, **losses}, 1 / len(parts))
            attempt = None

    def _attempt(self, network: nn.Module, batch: Batch) -> Attempt:
        return make_attempt(self.task, network, batch, self.objective.num_draws)

    def state_dict(self) -> dict[str, Any]:
        """Return networks, average, optimisers, and what else a step leaves behind."""
        adversary = self.adversary.player if self.adversary else None
        return {
            "generator": self.generator.network.state_dict(),
            "average": self.average.network.state_dict() if self.average else None,
            "start": list(self.average.start) if self.average else [],
            "discriminator": adversary.network.state_dict() if adversary else None,
            "generator_optimizer": self.generator.state_dict(),
            "discriminator_optimizer": adversary.state_dict() if adversary else None,
            "augmentation": self.adversary.augmenter.state_dict() if self.adversary else None,
            "penalties": self.adversary.penalties.state_dict() if self.adversary else None,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Restore a state of :meth:`state_dict`."""
        self.generator.network.load_state_dict(state["generator"])
        self.generator.load_state_dict(state["generator_optimizer"])
        if self.average is not None:
            self.average.network.load_state_dict(state["average"])
            self.average.load_start(state.get("start", ()))
        if self.adversary is not None:
            self.adversary.player.network.load_state_dict(state["discriminator"])
            self.adversary.player.load_state_dict(state["discriminator_optimizer"])
            self.adversary.augmenter.load_state_dict(state.get("augmentation"))
            self.adversary.penalties.load_state_dict(state.get("penalties"))


def _add(terms: dict[str, Tensor], more: Mapping[str, Tensor], share: float) -> None:
    for name, value in more.items():
        part = value.detach() if share == 1 else share * value.detach()
        terms[name] = terms[name] + part if name in terms else part
