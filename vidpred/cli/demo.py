"""``vidpred demo``: everything once, on a clip that vidpred ships."""

from pathlib import Path
from typing import Annotated

import typer

from vidpred.cli.predict import check_folder, predict
from vidpred.cli.train import how_to_continue

CLIP = Path(__file__).parents[1] / "assets" / "big_buck_bunny.mp4"


def demo(
    out: Annotated[Path, typer.Option(help="New folder for all that the demo makes.")] = Path("vidpred_demo"),
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1 or mps.")] = "auto",
    steps: Annotated[
        int | None, typer.Option(help="Steps to train; by default what takes about a minute on two cores.", min=1)
    ] = None,
) -> None:
    """Train on a short clip for a minute, predict its last frames, which training has not seen, and compare."""
    check_folder(out)
    from vidpred.config import load_config
    from vidpred.run import start_run

    overrides = [] if steps is None else [f"train.steps={steps}"]
    config = load_config(Path("demo"), overrides).on_data(CLIP)
    run = start_run(config, out / "run", device)
    if run.outcome.stopped_by:
        print(how_to_continue(run))
        return
    horizon = config.data.options["hold_out"]
    print(f"\nthe last {horizon} frames, which training has not seen:")
    predict(
        CLIP,
        checkpoint=run.folder,
        horizon=horizon,
        out=out / "future.mp4",
        start=None,
        compare=True,
        frames=None,
        sheet=out / "future.png",
        device=device,
        overwrite=False,
    )
