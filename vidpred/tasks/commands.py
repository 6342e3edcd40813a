"""Which commands a task serves, and the error for a run that a command does not serve."""

from pathlib import Path

from vidpred.errors import VidpredError, as_word
from vidpred.registry import TASKS


def served(task: str) -> tuple[str, ...]:
    """Return the commands that the task called ``task`` declares; none where it declares none."""
    return tuple(getattr(TASKS[task], "commands", ()))


def makes_images(task: str) -> bool:
    """Return whether the task called ``task`` generates images, which ``vidpred sample`` draws from noise."""
    return "sample" in served(task)


def require_served(command: str, task: str, run: str | Path | None) -> None:
    """Reject a run for a command that its task does not serve.

    Args:
        command: of ``vidpred``, as it is typed.
        task: the name of the run's task.
        run: its folder or its checkpoint.

    Raises:
        VidpredError: the task does not declare ``command``, or there is no such task.
    """
    commands = served(task)
    if command in commands:
        return
    able = " or ".join(sorted(name for name in TASKS if command in served(name))) or "another task"
    if not commands:
        raise VidpredError(
            f"the checkpoint {run} was trained for {task!r}, a task that declares no commands, so `vidpred {command}` "
            f"cannot use it; name a run of {able}, or list what the task serves in its attribute `commands`"
        )
    raise VidpredError(
        f"the checkpoint {run} was trained for {task!r}, which serves {', '.join(commands)}, but not {command}; name a "
        f"run of {able}, or use this one as in `{TASKS[task].usage.replace('RUN', as_word(run))}`"
    )
