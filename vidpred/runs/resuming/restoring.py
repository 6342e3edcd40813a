"""Gives a trainer the state that a checkpoint holds, which anybody may have written."""

from pathlib import Path

from vidpred.errors import VidpredError
from vidpred.runs.checkpoint import MALFORMED, Checkpoint
from vidpred.training.trainer import AdversarialTrainer

OPTIMIZER = "generator_optimizer"
NETWORKS = ("generator", "average", "discriminator")


def restore(trainer: AdversarialTrainer, checkpoint: Checkpoint, path: Path) -> None:
    """Load networks, average and optimisers.

    Args:
        trainer: of the same settings.
        checkpoint: with all parts of its state.
        path: of the checkpoint, for messages.

    Raises:
        VidpredError: weights are not all finite, or the state does not fit the settings.
    """
    if OPTIMIZER not in checkpoint.state:
        raise VidpredError(
            f"{path} holds no state of an optimiser, as those of `vidpred fit` and shipped ones do not, so that no "
            "training goes on from it; name the folder of a run of `vidpred train`"
        )
    for part in NETWORKS:
        checkpoint.weights(part, path)
    try:
        trainer.load_state_dict(checkpoint.state)
    except MALFORMED as error:
        reason = (str(error) or type(error).__name__).splitlines()[-1].strip().rstrip(".")[:200]
        raise VidpredError(
            f"the state in {path} does not fit the run that its settings describe ({reason}); name another checkpoint, "
            "or start a new run from its weights with --from"
        ) from None
