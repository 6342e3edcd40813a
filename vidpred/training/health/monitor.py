"""Looks after the health of an adversarial run: measures now and then, writes it down, tells what changed."""

from collections.abc import Collection
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from vidpred.interfaces import Batch, Dataset, Split
from vidpred.machine.engine import Engine, evaluating
from vidpred.training.adversary import Adversary, ask
from vidpred.training.attempt import Attempt, attempt
from vidpred.training.feed import Feed
from vidpred.training.gauge import share_above, spread
from vidpred.training.health.movement import describe_movement
from vidpred.training.health.verdicts import PATIENCE, WINDOW, Diagnosis, Verdict, diagnose
from vidpred.training.logbook import Logbook
from vidpred.training.trainer import AdversarialTrainer

FOLLOWED_CLIPS = 8
TRACE_LENGTH = 16  # numbers that stand for what a fixed input gives
TRACE_SIDE = 16  # pixels to which frames are reduced for that, at most
SEED = 0  # of the fixed noise and of the directions that a trace is taken in


class ClipsToWatch:
    """The same clips at every look.

    Args:
        data: of the run.
        number: of clips on which the discriminator is asked, at most.
        seed: of the run.
        device: where the clips go.
    """

    def __init__(self, data: Split, number: int, seed: int, device: torch.device):
        def some(dataset: Dataset, number: int) -> Batch:
            return Feed(dataset, min(number, len(dataset)), seed, device).peek(0)

        self.fixed = some(data.train, FOLLOWED_CLIPS)  # what the generator makes of them is followed
        self.seen = some(data.train, number)  # clips that the discriminator learns from
        self.held_out = some(data.validation, number) if data.validation else None  # and clips that it does not


class HealthWatch:
    """Measures an adversarial run while it trains; all that it knows can be read back from ``metrics.jsonl``.

    Args:
        trainer: of the run, with an adversary.
        engine: whose main process writes.
        clips: always the same.
        metrics_every: steps between two measurements.
        held_out_every: steps between two questions about held-out clips.
        stop_on: verdicts that end the run when they are first given.
        logbook: keeps the figures; none in all processes but the main one.
    """

    def __init__(
        self,
        trainer: AdversarialTrainer,
        engine: Engine,
        clips: ClipsToWatch,
        metrics_every: int,
        held_out_every: int,
        stop_on: Collection[str] = (),
        logbook: Logbook | None = None,
    ):
        assert trainer.adversary is not None
        self.trainer, self.engine, self.clips, self.logbook = trainer, engine, clips, logbook
        self.adversary: Adversary = trainer.adversary
        self.metrics_every, self.held_out_every = metrics_every, held_out_every
        self.stop_on = stop_on
        self.stop: str | None = None  # the verdict that ends the run
        self.history = [entry for entry in logbook.entries() if entry["kind"] == "health"] if logbook else []
        self._verdict = self.history[-1]["verdict"] if self.history else Verdict.HEALTHY

    def __call__(self, step: int) -> None:
        """Measure and judge, where it is time, after ``step`` steps."""
        if step % self.metrics_every:
            return
        figures = self.adversary.gauge.read(self.trainer.generator.scaler.get_scale())
        values = self.engine.mean(torch.stack(list(figures.values())).float()).tolist()
        if self.logbook is None:
            return
        entry: dict[str, Any] = dict(zip(figures, values, strict=True))
        with torch.no_grad(), torch.random.fork_rng(), self.engine.autocast():
            entry["trace"] = self._trace()
            if step % self.held_out_every < self.metrics_every and self.clips.held_out is not None:
                entry |= self._compare(self.clips.seen, self.clips.held_out)
        self._write(step, entry, self.logbook)

    def _write(self, step: int, entry: dict[str, Any], logbook: Logbook) -> None:
        self.history.append(entry)
        traces = [past["trace"] for past in self.history[-WINDOW:]]
        if len(traces) > 1:
            entry["drift"] = describe_movement(traces[-2:]).drift
        if len(traces) >= PATIENCE:
            entry["periodicity"] = describe_movement(traces).periodicity
        found = diagnose(self.history)
        entry["verdict"] = str(found.verdict)
        logbook.write(step, "health", entry)
        if found.verdict != self._verdict:
            self._tell(step, found, logbook)
        self._verdict = found.verdict

    def _tell(self, step: int, found: Diagnosis, logbook: Logbook) -> None:
        logbook.say(f"step {step}: health: {found}")
        if found.verdict in self.stop_on:
            self.stop = found.verdict.words

    def _trace(self) -> list[float]:
        """Return what the generator makes of the fixed clips: a random projection of its frames, made small.

        The distance of two traces is about the root mean square difference per value, as a share of that
        between two real clips.
        """
        made = self._attempt(self.clips.fixed)
        fake, target = _small(made.fake[-1]), _small(made.example.target)
        unit = spread(target).clamp_min(1e-6).item() if len(target) > 1 else 1.0
        directions = torch.randn(TRACE_LENGTH, fake.numel(), generator=torch.Generator().manual_seed(SEED))
        trace = directions @ fake.flatten() / (TRACE_LENGTH * fake.numel()) ** (1 / 2) / unit
        return [float(f"{value:.4g}") for value in trace.tolist()]

    def _compare(self, seen: Batch, held_out: Batch) -> dict[str, float]:
        """Return the discriminator's accuracy on real clips that it learnt from, and on others."""
        known, fake = self._judge(self._attempt(seen))
        others, _ = self._judge(self._attempt(held_out))
        middles = [self.adversary.gauge.middle(*pair) for pair in zip(known, fake, strict=True)]
        return {
            name: sum(share_above(logits - middle).item() for logits, middle in zip(real, middles, strict=True))
            / len(middles)
            for name, real in {"accuracy_seen": known, "accuracy_held_out": others}.items()
        }

    def _judge(self, made: Attempt) -> tuple[list[Tensor], list[Tensor]]:
        """Return the logits of what was asked for and of what the generator made of it, per scale."""
        with evaluating(self.adversary.player.network) as network:
            answers = [ask(network, clips, made.example.labels) for clips in made.presented()]
            real_logits, fake_logits = ([logits.float() for logits in answer] for answer in answers)
        return real_logits, fake_logits

    def _attempt(self, batch: Batch) -> Attempt:
        """Let the generator answer ``batch`` in evaluation, from the same noise every time."""
        torch.manual_seed(SEED)
        with evaluating(self.trainer.generator.network) as network:
            return attempt(self.trainer.task, network, batch)


def _small(frames: Tensor) -> Tensor:
    """Reduce frames (B, T, C, H, W) to few pixels each, on the CPU: (B, values)."""
    height, width = (min(side, TRACE_SIDE) for side in frames.shape[-2:])
    return F.adaptive_avg_pool2d(frames.float().flatten(0, 1), (height, width)).cpu().reshape(len(frames), -1)
