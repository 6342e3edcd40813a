"""A network together with the rule by which it learns."""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.machine.engine import Engine, without_sync
from vidpred.training.history import History
from vidpred.training.schedule import along_cosine

FALL = 0.1  # where a falling learning rate ends, as a share of where it began


class Player:
    """One side of the game: its network, optimiser, learning-rate schedule and gradient clipping.

    Args:
        network: placed on the engine's device.
        num_updates: how many updates the whole run has, for the schedule.
        engine: where it is computed.
        optimizer: adam, adamw or sgd.
        lr: learning rate at its highest.
        final_lr: learning rate at the last update; a tenth of ``lr`` when none.
        schedule: constant, linear or cosine.
        warmup_steps: updates over which the rate first rises from 0.
        betas: of adam and adamw.
        final_beta2: the second of them at the last update, reached along half a cosine; it stays, where none.
        momentum: of sgd.
        weight_decay: of all.
        clip_norm: largest norm of the gradient.
        historical_averaging: pull of the weights towards their mean over all updates so far.

    Raises:
        VidpredError: the network has nothing to learn.
    """

    def __init__(
        self,
        network: nn.Module,
        *,
        num_updates: int,
        engine: Engine,
        optimizer: str = "adam",
        lr: float = 1e-3,
        final_lr: float | None = None,
        schedule: str = "cosine",
        warmup_steps: int = 0,
        betas: tuple[float, float] = (0.9, 0.999),
        final_beta2: float | None = None,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
        clip_norm: float | None = None,
        historical_averaging: float = 0.0,
    ):
        weights = list(network.parameters())
        if not weights:
            raise VidpredError(f"{type(network).__name__} has no weights to train; name a network that learns")
        self.network = network
        self.distributed = engine.distribute(network)  # what learns; gradients are averaged over processes
        self.optimizer: torch.optim.Optimizer
        if optimizer == "sgd":
            self.optimizer = torch.optim.SGD(weights, lr, momentum=momentum, weight_decay=weight_decay)
        else:
            rule = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[optimizer]
            self.optimizer = rule(weights, lr, betas=betas, weight_decay=weight_decay)
        self.scaler = torch.amp.GradScaler(engine.device.type, enabled=engine.dtype == torch.float16)
        self.clip_norm = clip_norm
        self.schedule, self.lr, self.final_lr = schedule, lr, lr * FALL if final_lr is None else final_lr
        self.beta2 = (betas[1], betas[1] if final_beta2 is None else final_beta2)
        self.warmup_steps, self.num_updates = warmup_steps, num_updates
        self.num_updates_done = 0
        self.history = History(weights, historical_averaging) if historical_averaging else None

    @property
    def progress(self) -> float:
        """Share of the run that has passed: 0 at the first update, 1 at the last."""
        return self.num_updates_done / max(1, self.num_updates - 1)

    def backward(self, loss: Tensor) -> None:
        """Add the gradient of ``loss`` to what :meth:`update` will follow."""
        self.scaler.scale(loss).backward()

    def update(self) -> Tensor:
        """Follow the gradient once, and forget it; return its norm before clipping."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate(self.num_updates_done)
            if "betas" in group:
                group["betas"] = (group["betas"][0], along_cosine(*self.beta2, self.progress))
        self.scaler.unscale_(self.optimizer)
        if self.history is not None:
            self.history.pull()
        norm = nn.utils.clip_grad_norm_(self.network.parameters(), self.clip_norm or math.inf)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        if self.history is not None:
            self.history.take()
        self.optimizer.zero_grad(set_to_none=True)
        self.num_updates_done += 1
        return norm

    def learning_rate(self, update: int) -> float:
        """Return the learning rate of the given update, counted from 0."""
        if update < self.warmup_steps:
            return self.lr * (update + 1) / self.warmup_steps
        if self.schedule == "constant":
            return self.lr
        progress = min(1.0, (update - self.warmup_steps) / max(1, self.num_updates - 1 - self.warmup_steps))
        if self.schedule == "cosine":
            return along_cosine(self.lr, self.final_lr, progress)
        return self.final_lr + (self.lr - self.final_lr) * (1 - progress)

    def partial_step(self, last: bool) -> Any:
        """Enclose forward and backward of one part of a step; gradients are averaged at the ``last`` only."""
        return without_sync(self.distributed, last)

    def state_dict(self) -> dict[str, Any]:
        """Return all but the network: the optimiser, the scaler, the number of updates and the mean of the weights."""
        return {
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.scaler.state_dict(),
            "num_updates_done": self.num_updates_done,
            **({"history": self.history.state_dict()} if self.history is not None else {}),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up a state of :meth:`state_dict`, in the memory layout of the network's weights."""
        self.optimizer.load_state_dict(dict(state["optimizer"]))
        for weight, kept in self.optimizer.state.items():
            for name, value in kept.items():
                if isinstance(value, Tensor) and value.shape == weight.shape:
                    kept[name] = torch.empty_like(weight).copy_(value)
        self.scaler.load_state_dict(dict(state["scaler"]))
        self.num_updates_done = state["num_updates_done"]
        if self.history is not None:
            self.history.load_state_dict(state["history"])
