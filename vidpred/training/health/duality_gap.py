"""How far a game is from an equilibrium: what each player could still gain, if it played on alone."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from vidpred.interfaces import Batch, Task
from vidpred.machine.engine import Engine
from vidpred.training.adversary import Adversary, ask
from vidpred.training.attempt import Attempt, attempt
from vidpred.training.player import Player
from vidpred.training.trainer import AdversarialTrainer

LOOKS = 10  # at the value of the game while one player plays on
SEED = 0  # of the noise for which the game is valued


@dataclass(frozen=True)
class DualityGap:
    """The value of a game, and what it becomes when one player alone plays on; the discriminator wants it high.

    The value is minus what the discriminator pays in the game, penalties left out, on clips as they are.
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
    """Let copies of both players play on, each against the other as it is, and say what that changes.

    They learn by their own rules, penalties and augmentation included, at their highest learning rate, and
    keep the best of ten looks. More steps can only widen the gap. The trainer itself stays as it is.

    Args:
        trainer: of one process, with an adversary.
        batches: clips to play with, by step.
        judged: other clips, as many as there are, by which the game is valued.
        num_steps: that each of them takes.
        seed: of the noise in these steps.

    Source: Grnarova et al. (2019), "A domain agnostic measure for monitoring and evaluating GANs".
    """
    assert trainer.adversary is not None
    with torch.random.fork_rng():
        values = {}
        for name in ("discriminator", "generator"):
            game = _Game.copied(trainer.task, trainer.generator, trainer.adversary, trainer.engine)
            move = {"discriminator": game.move_discriminator, "generator": game.move_generator}[name]
            values[name] = [game.value(judged)]
            for step in range(num_steps):
                trainer.engine.seed_step(seed, step)
                move(batches(step))
                if (step + 1) % max(1, num_steps // LOOKS) == 0:
                    values[name].append(game.value(judged))
    return DualityGap(values["discriminator"][0], max(values["discriminator"]), min(values["generator"]))


@dataclass(frozen=True)
class _Game:
    """Two players of whom one moves at a time."""

    task: Task
    generator: Player
    adversary: Adversary
    engine: Engine

    @classmethod
    def copied(cls, task: Task, generator: Player, adversary: Adversary, engine: Engine) -> "_Game":
        """Copy both players, who learn at their highest rate from now on."""
        generator, adversary = copy.deepcopy((generator, adversary))
        for player in (generator, adversary.player):
            player.schedule, player.warmup_steps = "constant", 0
        return cls(task, generator, adversary, engine)

    def move_discriminator(self, batch: Batch) -> None:
        """Let the discriminator learn from ``batch``."""
        with self.engine.autocast():
            with torch.no_grad():
                made = self._attempt(batch)
            self.adversary.study(*made.presented(), labels=made.example.labels)
        self.adversary.player.update()

    def move_generator(self, batch: Batch) -> None:
        """Let the generator learn from ``batch``, to fool the discriminator and for nothing else."""
        with self.engine.autocast():
            made = self._attempt(batch)
            self.generator.backward(self.adversary.fooling_loss(*made.presented(), made.example.labels))
        self.generator.update()

    @torch.no_grad()
    def value(self, judged: Batch) -> float:
        """Return minus what the discriminator pays for ``judged``, summed over scales: always for the same noise."""
        torch.manual_seed(SEED)
        with self.engine.autocast():
            made = self._attempt(judged)
            logits = [ask(self.adversary.player.network, clips, made.example.labels) for clips in made.presented()]
        paid: list[Tensor] = [self.adversary.game.discriminator(*pair) for pair in zip(*logits, strict=True)]
        return -torch.stack(paid).sum().item()

    def _attempt(self, batch: Batch) -> Attempt:
        return attempt(self.task, self.generator.network, batch)
