"""How far a game is from an equilibrium: what each player could still gain if it alone went on learning."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from vidpred.interfaces import Batch, Task
from vidpred.machine.engine import Engine
from vidpred.machine.progress import progress
from vidpred.training.adversary import Adversary, compute_logits
from vidpred.training.attempt import Attempt, make_attempt
from vidpred.training.player import Player
from vidpred.training.trainer import AdversarialTrainer

EVALUATIONS = 10  # of the game's value while one player goes on learning
SEED = 0  # of the noise for which the value is computed


@dataclass(frozen=True)
class DualityGap:
    """The value of a game, and what it becomes when one player alone goes on; the discriminator maximises it.

    The value is minus the discriminator's loss, without penalties, on clips that are not augmented.
    """

    value: float
    best_discriminator: float  # against the generator as it is
    best_generator: float  # against the discriminator as it is

    @property
    def gap(self) -> float:
        """What both could gain together: 0 at an equilibrium, never less."""
        return self.best_discriminator - self.best_generator

    def __str__(self) -> str:
        return (
            f"{self.gap:.3g} (alone, the discriminator could gain {self.best_discriminator - self.value:.3g}, "
            f"the generator {self.value - self.best_generator:.3g})"
        )


def estimate_duality_gap(
    trainer: AdversarialTrainer, batches: Callable[[int], Batch], judged: Batch, num_steps: int = 200, seed: int = 0
) -> DualityGap:
    """Let copies of both players go on learning, each against the other as it is; return what that changes.

    They learn by their own rules, penalties and augmentation included, at their highest learning rate, and
    keep the best of ten evaluations. More steps can only widen the gap. The trainer itself stays as it is.

    Args:
        trainer: of one process, with an adversary.
        batches: clips to learn from, by step.
        judged: other clips, on which the value is computed.
        num_steps: that each player takes.
        seed: of the noise in these steps.

    Source: Grnarova et al. (2019), "A domain agnostic measure for monitoring and evaluating GANs".
    """
    assert trainer.adversary is not None
    with torch.random.fork_rng():
        values = {}
        for name in ("discriminator", "generator"):
            game = _Game.copied(trainer.task, trainer.generator, trainer.adversary, trainer.engine)
            move = {"discriminator": game.discriminator_step, "generator": game.generator_step}[name]
            values[name] = [game.value(judged)]
            for step in progress(range(num_steps), f"{name} alone", "step"):
                trainer.engine.seed_step(seed, step)
                move(batches(step))
                if (step + 1) % max(1, num_steps // EVALUATIONS) == 0:
                    values[name].append(game.value(judged))
    return DualityGap(values["discriminator"][0], max(values["discriminator"]), min(values["generator"]))


@dataclass(frozen=True)
class _Game:
    """Two players, of which one learns at a time."""

    task: Task
    generator: Player
    adversary: Adversary
    engine: Engine

    @classmethod
    def copied(cls, task: Task, generator: Player, adversary: Adversary, engine: Engine) -> "_Game":
        """Copy both players, with their learning rates at the highest from now on."""
        generator, adversary = copy.deepcopy((generator, adversary))
        for player in (generator, adversary.player):
            player.settings = player.settings.model_copy(update={"schedule": "constant", "warmup_steps": 0})
        return cls(task, generator, adversary, engine)

    def discriminator_step(self, batch: Batch) -> None:
        """Let the discriminator learn from ``batch``."""
        with self.engine.autocast():
            with torch.no_grad():
                attempt = self._attempt(batch)
            self.adversary.discriminator_backward(*attempt.presented(), labels=attempt.example.labels)
        self.adversary.player.update()

    def generator_step(self, batch: Batch) -> None:
        """Let the generator learn from ``batch``, to fool the discriminator and for nothing else."""
        with self.engine.autocast():
            attempt = self._attempt(batch)
            self.generator.backward(self.adversary.adversarial_loss(*attempt.presented(), attempt.example.labels))
        self.generator.update()

    @torch.no_grad()
    def value(self, judged: Batch) -> float:
        """Return minus the discriminator's loss on ``judged``, summed over scales, for the same noise every time."""
        torch.manual_seed(SEED)
        with self.engine.autocast():
            attempt = self._attempt(judged)
            network, labels = self.adversary.player.network, attempt.example.labels
            logits = [compute_logits(network, clips, labels) for clips in attempt.presented()]
        losses: list[Tensor] = [self.adversary.game.discriminator(*pair) for pair in zip(*logits, strict=True)]
        return -torch.stack(losses).sum().item()

    def _attempt(self, batch: Batch) -> Attempt:
        return make_attempt(self.task, self.generator.network, batch)
