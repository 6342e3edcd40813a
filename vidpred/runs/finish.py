"""A run from its settings and its folder alone, whether it is still to begin, cut off or done."""

from pathlib import Path

from vidpred.errors import VidpredError
from vidpred.runs.checkpoint import LAST, Checkpoint
from vidpred.runs.settings import Config, parse_config
from vidpred.runs.train import resume_run, start_run


def finish_run(config: Config, folder: Path, device: str = "auto", start_from: Path | None = None) -> Path:
    """Train the run of ``folder``, go on with it, or leave it if it is done: what is given twice is trained once.

    Args:
        config: of the run.
        folder: which need not be there.
        device: auto, cpu, cuda, cuda:1 or mps.
        start_from: whose weights a new run begins with (see :func:`vidpred.runs.train.start_run`).

    Returns:
        Its last checkpoint.

    Raises:
        VidpredError: the folder holds a run with other settings; the run cannot be trained; or it was stopped early.
    """
    last = folder / "checkpoints" / LAST
    if not last.exists():
        run = start_run(config, folder, device, start_from=start_from)
    else:
        saved = Checkpoint.load(last, only=())
        there, here = ({**tree, "plugins": []} for tree in (saved.config, config.model_dump()))
        if parse_config(there) != parse_config(here):  # the same plug-in may lie elsewhere now
            raise VidpredError(
                f"the run in {folder} was trained with other settings than are asked for now; give the same ones, or "
                "name another folder with --out"
            )
        if saved.step >= config.train.steps:
            return last
        run = resume_run(folder, device)
    if run.outcome.stopped_by is not None:
        raise VidpredError(f"{folder} was stopped by {run.outcome.stopped_by}; the same command goes on with it")
    return last
