"""Trains the predictor whose weights the package ships, in three stages, and writes them as they are shipped.

    python scripts/train_default.py videos/ --only permissive.txt --validation other_videos/ --out default

Each stage is a run of its own, flow_pyramid, flow_pyramid_rollout and flow_pyramid_adv in configs/, and starts from the
weights of the one before. A stage that was cut off goes on where it stopped when the same command is given again; one
that is finished is left alone.
"""

import argparse
from pathlib import Path

from vidpred.errors import VidpredError
from vidpred.runs.checkpoint import Checkpoint, load_to_predict
from vidpred.runs.settings import load_config
from vidpred.runs.train import train_or_resume

STAGES = ("flow_pyramid", "flow_pyramid_rollout", "flow_pyramid_adv")
WHERE = ("source", "validation_source", "only", "validation_only", "cache")  # of the data: true on one machine only
KEPT = ("python", "packages", "device", "precision", "seed", "started")  # of the environment


def main() -> None:
    """Train what is not trained yet, then write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("videos", type=Path, help="folder of videos to learn from")
    parser.add_argument("--only", type=Path, help="text file that names those of them to take, one per line")
    parser.add_argument("--validation", type=Path, help="folder of other videos to validate on")
    parser.add_argument("--steps", type=int, help="steps of every stage, instead of what the presets say")
    parser.add_argument("--out", type=Path, required=True, help="folder for the runs and for default.safetensors")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda ...")
    try:
        train_default(parser.parse_args())
    except VidpredError as error:
        raise SystemExit(f"train_default: error: {error}") from None


def train_default(arguments: argparse.Namespace) -> None:
    """Train one stage after the other."""
    settings = [] if arguments.steps is None else [f"train.steps={arguments.steps}"]
    for name, path in (("only", arguments.only), ("validation_source", arguments.validation)):
        settings += [] if path is None else [f"data.{name}={path.resolve()}"]
    before: Path | None = None
    for stage in STAGES:
        config = load_config(Path(stage), settings).on_data(arguments.videos)
        before = train_or_resume(config, arguments.out / stage, arguments.device, start_from=before)
    assert before is not None
    shipped = arguments.out / "default.safetensors"
    ship(before, shipped)
    print(f"wrote {shipped}")


def ship(source: Path, target: Path) -> None:
    """Write what is needed to predict and to start other runs from, and nothing that is true on one machine only."""
    saved, weights = load_to_predict(source)
    data = {key: value for key, value in saved.config["data"].items() if key not in WHERE}
    Checkpoint(
        config={**saved.config, "data": data},
        facts={key: value for key, value in saved.facts.items() if key != "known_split"},
        step=saved.step,
        state={"average": weights},
        scores=saved.scores,
        environment={key: saved.environment[key] for key in KEPT if key in saved.environment},
    ).save(target)


if __name__ == "__main__":
    main()
