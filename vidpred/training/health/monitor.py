"""The health monitor of an adversarial run: measures it at intervals, records the figures, reports changes."""

from collections.abc import Collection, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from vidpred.interfaces import Batch, Dataset, Split
from vidpred.machine.engine import Engine, evaluating
from vidpred.training.adversary import Adversary, compute_logits
from vidpred.training.attempt import Attempt, make_attempt
from vidpred.training.feed import Feed
from vidpred.training.game_statistics import EQUAL, in_right_order, share_above, spread
from vidpred.training.health.diagnosis import Diagnosis, Verdict
from vidpred.training.health.entries import health_entries
from vidpred.training.health.evidence import PATIENCE
from vidpred.training.health.movement import describe_movement
from vidpred.training.health.things import CLIPS, IMAGES
from vidpred.training.health.verdicts import WINDOW, diagnose
from vidpred.training.logbook import Logbook
from vidpred.training.trainer import AdversarialTrainer

FOLLOWED_CLIPS = 8
TRACE_LENGTH = 16  # numbers that describe the outputs for a fixed input
TRACE_SIDE = 16  # pixels to which frames are reduced for that, at most
SEED = 0  # of the fixed noise and of the directions that a trace is taken in


class MonitoredClips:
    """The same clips at every measurement.

    Args:
        data: of the run.
        number: of clips that the discriminator judges, at most.
        seed: of the run.
        device: where the clips go.
    """

    def __init__(self, data: Split, number: int, seed: int, device: torch.device):
        def some(dataset: Dataset, number: int) -> Batch:
            return Feed(dataset, min(number, len(dataset)), seed, device).peek(0)

        self.fixed = some(data.train, FOLLOWED_CLIPS)  # the generator's outputs for them make the trace
        self.trained_on = some(data.train, number)  # clips that the discriminator learns from
        self.held_out = some(data.validation, number) if data.validation else None  # and clips that it does not


class HealthMonitor:
    """Measures an adversarial run while it trains; its history can be read back from ``metrics.jsonl``.

    Args:
        trainer: of the run, with an adversary.
        engine: whose main process writes.
        clips: always the same.
        clips_per_step: that the generator learns from.
        metrics_every: steps between two measurements.
        held_out_every: steps between two comparisons with held-out clips.
        stop_on: verdicts that end the run when they are first reached.
        logbook: keeps the figures; none in all processes but the main one.
    """

    def __init__(
        self,
        trainer: AdversarialTrainer,
        engine: Engine,
        clips: MonitoredClips,
        clips_per_step: int,
        metrics_every: int,
        held_out_every: int,
        stop_on: Collection[str] = (),
        logbook: Logbook | None = None,
    ):
        assert trainer.adversary is not None
        self.trainer, self.engine, self.clips, self.logbook = trainer, engine, clips, logbook
        self.adversary: Adversary = trainer.adversary
        self.clips_per_step, self.metrics_every, self.held_out_every = clips_per_step, metrics_every, held_out_every
        self.stop_on = stop_on
        self.stop: str | None = None  # the verdict that ends the run
        self.history = health_entries(logbook.entries(), logbook.path) if logbook else []
        for entry in self.history:  # old ones do not say
            entry.setdefault("clips", entry["step"] * clips_per_step)
        self.things = IMAGES if clips.fixed.clips.shape[1] == 1 else CLIPS
        self._verdict = self.history[-1]["verdict"] if self.history else Verdict.TOO_EARLY

    def __call__(self, step: int) -> None:
        """Measure and diagnose, where it is due, after ``step`` steps."""
        if step % self.metrics_every:
            return
        figures = self._over_processes(self.adversary.statistics.read(self.trainer.generator.scaler.get_scale()))
        if self.logbook is None:
            return
        entry: dict[str, Any] = {"clips": step * self.clips_per_step, **self.things.entry, **figures}
        if not self.things.has_pairs:
            del entry["accuracy_own_pairs"]
        self.logbook.keep_in_view(in_short(entry))
        with torch.no_grad(), torch.random.fork_rng(), self.engine.autocast():
            if trace := self._trace():
                entry["trace"] = trace
            if step % self.held_out_every < self.metrics_every and self.clips.held_out is not None:
                entry |= self._compare(self.clips.trained_on, self.clips.held_out)
        self._write(step, entry, self.logbook)

    def _over_processes(self, figures: Mapping[str, Tensor]) -> dict[str, float]:
        """Average every figure; the diversity, which some processes may not know of their clips, over those that do."""
        unknown = figures["accuracy_real"].new_zeros(())
        shared = {**figures, "diversity": figures.get("diversity", unknown)}
        known = torch.full_like(unknown, "diversity" in figures)
        *values, share = self.engine.mean(torch.stack([*shared.values(), known]).float()).tolist()
        averages = dict(zip(shared, values, strict=True))
        diversity = averages.pop("diversity")
        return averages | ({"diversity": diversity / share} if share else {})

    def _write(self, step: int, entry: dict[str, Any], logbook: Logbook) -> None:
        self.history.append({"step": step, **entry})
        traces = [past["trace"] for past in self.history[-WINDOW:] if "trace" in past]
        if len(traces) > 1:
            entry["drift"] = describe_movement(traces[-2:]).drift
        if len(traces) >= PATIENCE:
            entry["periodicity"] = describe_movement(traces).periodicity
        found = diagnose(self.history)
        entry["verdict"] = str(found.verdict)
        logbook.write(step, "health", entry)
        if found.verdict != self._verdict:
            self._report(step, found, logbook)
        self._verdict = found.verdict

    def _report(self, step: int, found: Diagnosis, logbook: Logbook) -> None:
        logbook.say(f"step {step}: health: {found}")
        if found.verdict in self.stop_on:
            self.stop = found.verdict.words

    def _trace(self) -> list[float]:
        """Return a random projection of the generator's outputs for the fixed clips, reduced in size.

        The distance of two traces is about the root mean square difference per value, as a share of that
        between two real clips; where all of these are equal, there is no such share, and nothing is returned.
        """
        attempt = self._attempt(self.clips.fixed)
        fake, target = _small(attempt.fake[-1]), _small(attempt.example.target)
        unit = spread(target).item() if len(target) > 1 else 1.0
        if unit <= EQUAL:
            return []
        stream = torch.Generator().manual_seed(SEED)
        directions = torch.randn(TRACE_LENGTH, fake.numel(), generator=stream, dtype=fake.dtype, device="cpu")
        trace = directions @ fake.flatten() / (TRACE_LENGTH * fake.numel()) ** (1 / 2) / unit
        return [float(f"{value:.4g}") for value in trace.tolist()]

    def _compare(self, trained_on: Batch, held_out: Batch) -> dict[str, float]:
        """Return the discriminator's accuracy on real clips of the training set and of held-out ones, and on pairs."""
        known, fake = self._judge(self._attempt(trained_on))
        others, fakes_of_others = self._judge(self._attempt(held_out))
        middles = [self.adversary.statistics.middle(*pair) for pair in zip(known, fake, strict=True)]
        figures = {
            name: sum(share_above(logits - middle).item() for logits, middle in zip(real, middles, strict=True))
            / len(middles)
            for name, real in {"accuracy_seen": known, "accuracy_held_out": others}.items()
        }
        if self.things.has_pairs:
            own_pairs = [in_right_order(*pair).item() for pair in zip(others, fakes_of_others, strict=True)]
            figures["accuracy_own_pairs_held_out"] = sum(own_pairs) / len(own_pairs)
        return figures

    def _judge(self, attempt: Attempt) -> tuple[list[Tensor], list[Tensor]]:
        """Return the logits of real and of fake clips, per scale."""
        with evaluating(self.adversary.player.network) as network:
            both = [compute_logits(network, clips, attempt.example.labels) for clips in attempt.presented()]
            real_logits, fake_logits = ([logits.float() for logits in side] for side in both)
        return real_logits, fake_logits

    def _attempt(self, batch: Batch) -> Attempt:
        """Let the generator, in evaluation mode, answer ``batch`` from the same noise every time."""
        torch.manual_seed(SEED)
        with evaluating(self.trainer.generator.network) as network:
            return make_attempt(self.trainer.task, network, batch)


def in_short(figures: Mapping[str, float]) -> dict[str, str]:
    """Return what the progress bar shows: how right the discriminator is, and the adversary's share of the gradient."""
    right = {"right on real/fake": f"{figures['accuracy_real']:.0%}/{figures['accuracy_fake']:.0%}"}
    pairs = figures.get("accuracy_own_pairs", figures.get("accuracy_pairs"))
    if pairs is not None:
        right = {f"{name}/pairs": f"{both}/{pairs:.0%}" for name, both in right.items()}
    share = {"adversary": f"{figures['gradient_share']:.2%}"} if "gradient_share" in figures else {}
    return right | share


def _small(frames: Tensor) -> Tensor:
    """Reduce frames (B, T, C, H, W) to few pixels each, on the CPU: (B, values)."""
    height, width = (min(side, TRACE_SIDE) for side in frames.shape[-2:])
    return F.adaptive_avg_pool2d(frames.float().flatten(0, 1), (height, width)).cpu().reshape(len(frames), -1)
