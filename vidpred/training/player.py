"""A network with its optimiser: one player of the game."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.machine.engine import Engine, without_sync
from vidpred.training.history import History
from vidpred.training.schedule import along_cosine
from vidpred.training.settings import PlayerSettings

FUSED = ("cpu", "cuda")  # devices on which one kernel updates all weights: on the CPU several times as fast
HOW = ("fused", "foreach", "capturable", "differentiable")  # how an optimiser computes, not what
FALL = 0.1  # where a falling learning rate ends, as a share of where it began


class Player:
    """One side of the game: its network, optimiser, learning-rate schedule and gradient clipping.

    Args:
        network: placed on the engine's device.
        settings: how its weights are updated.
        num_updates: how many updates the whole run has, for the schedule.
        engine: where it is computed.

    Raises:
        VidpredError: the network has no weights.
    """

    def __init__(self, network: nn.Module, settings: PlayerSettings, num_updates: int, engine: Engine):
        weights = list(network.parameters())
        if not weights:
            raise VidpredError(f"{type(network).__name__} has no weights to train; name a network that learns")
        self.network = network
        self.distributed = engine.distribute(network)  # what learns; gradients are averaged over processes
        self.settings, self.num_updates = settings, num_updates
        self.optimizer = _build_optimizer(weights, settings)
        self.scaler = torch.amp.GradScaler(engine.device.type, enabled=engine.dtype == torch.float16)
        self.num_updates_done = 0
        self.history = History(weights, settings.historical_averaging) if settings.historical_averaging else None

    @property
    def progress(self) -> float:
        """Share of the run that has passed: 0 at the first update, 1 at the last."""
        return self.num_updates_done / max(1, self.num_updates - 1)

    def backward(self, loss: Tensor) -> None:
        """Add the gradient of ``loss`` to that of the next :meth:`update`.

        Raises:
            VidpredError: it does not depend on any weight.
        """
        if not loss.requires_grad:
            raise VidpredError(
                f"no weight of {type(self.network).__name__} has a part in the loss, so it cannot learn; compute what "
                "it returns with its weights, and without detach() or torch.no_grad()"
            )
        self.scaler.scale(loss).backward()

    def update(self) -> Tensor:
        """Update the weights by the gradient, and clear it; return its norm before clipping."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate(self.num_updates_done)
            if "betas" in group:
                group["betas"] = (group["betas"][0], self._beta2())
        self.scaler.unscale_(self.optimizer)
        if self.history is not None:
            self.history.pull()
        norm = self._clip()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        if self.history is not None:
            self.history.take()
        self.optimizer.zero_grad(set_to_none=True)
        self.num_updates_done += 1
        return norm

    def _clip(self) -> Tensor:
        """Scale the gradient down to its largest norm, if there is one; return its norm before that."""
        norm = self._gradient_norm()
        if self.settings.clip_norm is not None:
            nn.utils.clip_grads_with_norm_(self.network.parameters(), self.settings.clip_norm, norm)
        return norm

    def _gradient_norm(self) -> Tensor:
        """Return the norm of the gradient over all weights."""
        weights = self.network.parameters()
        return nn.utils.get_total_norm([weight.grad for weight in weights if weight.grad is not None])

    def stand_still(self) -> Tensor:
        """Clear the gradient without an update, which is not counted; return its norm."""
        self.scaler.unscale_(self.optimizer)
        norm = self._gradient_norm()
        self.scaler.update()
        self.optimizer.zero_grad(set_to_none=True)
        return norm

    def learning_rate(self, update: int) -> float:
        """Return the learning rate of the given update, counted from 0."""
        lr, warmup = self.settings.lr, self.settings.warmup_steps
        if update < warmup:
            return lr * (update + 1) / warmup
        if self.settings.schedule == "constant":
            return lr
        final_lr = lr * FALL if self.settings.final_lr is None else self.settings.final_lr
        progress = min(1.0, (update - warmup) / max(1, self.num_updates - 1 - warmup))
        if self.settings.schedule == "cosine":
            return along_cosine(lr, final_lr, progress)
        return final_lr + (lr - final_lr) * (1 - progress)

    def _beta2(self) -> float:
        """Return the decay of Adam's second average at the next update."""
        beta2, final_beta2 = self.settings.betas[1], self.settings.final_beta2
        return along_cosine(beta2, beta2 if final_beta2 is None else final_beta2, self.progress)

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
        """Restore a state of :meth:`state_dict`, in the memory layout of the network's weights.

        How an update is computed stays as it is here, whatever the state says: it may be from another device, or old.
        """
        here = {name: value for name, value in self.optimizer.param_groups[0].items() if name in HOW}
        saved = dict(state["optimizer"])
        saved["param_groups"] = [{**group, **here} for group in saved["param_groups"]]
        self.optimizer.load_state_dict(saved)
        for weight, kept in self.optimizer.state.items():
            for name, value in kept.items():
                if isinstance(value, Tensor) and value.shape == weight.shape:
                    kept[name] = torch.empty_like(weight).copy_(value)
        self.scaler.load_state_dict(dict(state["scaler"]))
        self.num_updates_done = state["num_updates_done"]
        if self.history is not None:
            self.history.load_state_dict(state["history"])


def _build_optimizer(weights: list[nn.Parameter], settings: PlayerSettings) -> torch.optim.Optimizer:
    lr, decay = settings.lr, settings.weight_decay
    fused = all(weight.device.type in FUSED and weight.is_floating_point() for weight in weights) or None
    if settings.optimizer == "sgd":
        return torch.optim.SGD(weights, lr, momentum=settings.momentum, weight_decay=decay, fused=fused)
    rule: type[torch.optim.Adam] = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[settings.optimizer]
    return rule(weights, lr, betas=settings.betas, weight_decay=decay, fused=fused)
