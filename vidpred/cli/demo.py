"""``vidpred demo``: everything once, on a clip that vidpred ships."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from vidpred.cli.claims import make_folder
from vidpred.cli.options import DeviceOption
from vidpred.cli.outputs import check_folder, say
from vidpred.cli.predict import predict
from vidpred.cli.train import how_to_continue
from vidpred.runs.shipped import CLIP, DEFAULT
from vidpred.wording import counted

NEXT = """
  vidpred predict CLIP.mp4 --compare     the last frames of your clip, predicted and scored
  vidpred train VIDEOS/                  the weights learn from your videos for a few minutes
  vidpred evaluate VIDEOS/               how good they are on videos, beside four baselines"""


def demo(
    out: Annotated[Path, typer.Option(help="New folder for all that the demo makes.")] = Path("vidpred_demo"),
    device: DeviceOption = "auto",
    steps: Annotated[
        int | None, typer.Option(help="Steps to train; by default what takes one to three minutes on two cores.", min=1)
    ] = None,
) -> None:
    """Predict the last frames of a short clip with the shipped weights; train on the rest for a minute; try again."""
    check_folder(out)
    from vidpred.runs.settings import load_config
    from vidpred.runs.train import start_run
    from vidpred.runs.warm_start import inherited_settings

    overrides = [] if steps is None else [f"train.steps={steps}"]
    config = load_config(Path("demo"), overrides, inherited_settings(DEFAULT)).on_data(CLIP)
    horizon = config.data.options["hold_out"]
    attempt = partial(predict, [str(CLIP)], horizon=horizon, compare=True, device=device)
    make_folder(out)
    print(
        f"the last {counted(horizon, 'frame')}, predicted with the shipped weights, which were not trained on this "
        "film:\n"
    )
    attempt(out=str(out / "future.mp4"), sheet=out / "future.png")
    run = start_run(config, out / "run", device, say=say, start_from=DEFAULT)
    if run.outcome.stopped_by or run.folder is None:
        print(how_to_continue(run))
        return
    print(f"\nthe same {counted(horizon, 'frame')} after training on the frames before them:\n")
    attempt(checkpoint=run.folder, out=str(out / "future_tuned.mp4"), sheet=out / "future_tuned.png")
    print(
        "\nso short a training on one film changes little, and some scores may rise while others fall:\n"
        f"{counted(horizon, 'frame')} of one clip cannot tell a gain from chance; `vidpred compare` on many videos can"
    )
    print(f"\nlook at {out / 'future.png'} and {out / 'future_tuned.png'}, and go on with videos of your own:\n{NEXT}")
