"""The arguments and options that more than one command takes, and what their words mean."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated

import typer

from vidpred.errors import VidpredError, shown
from vidpred.machine.files import from_home
from vidpred.machine.processes import require_device_name

LARGEST_SEED = 2**63 - 1
NONE = "none"  # the word for no extractor
FLOW = Path("optical_flow")  # the predictor that is fast, and draws between frames too

CheckpointOption = Annotated[
    Path,
    typer.Option(
        help="A run's folder, a .safetensors file that `vidpred train` wrote, shipped weights by their name (default, "
        "default-0.1 or learned_motion), or a predictor without weights (copy_last, linear, mean or optical_flow)."
    ),
]
RunArgument = Annotated[Path, typer.Argument(help="The folder of a run, finished or not.")]
GeneratorArgument = Annotated[
    Path, typer.Argument(help="A run's folder, or a .safetensors file that `vidpred train` wrote.")
]
ImagesArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[IMAGES]", help="The images of the run, if they are no longer where it found them."),
]
ImageArgument = Annotated[
    Path, typer.Argument(help="An image file, or a frame; its middle square is taken, scaled to the generator's size.")
]
VideosArgument = Annotated[
    Path,
    typer.Argument(help="A folder of videos (searched recursively), or one video file; for generators, of images."),
]

DeviceOption = Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1 or mps.", callback=require_device_name)]
ThreadsOption = Annotated[
    int | None,
    typer.Option(help="Threads that compute; by default OMP_NUM_THREADS, else as many as cores are free.", min=1),
]
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace outputs that exist.")]
OutArgument = Annotated[
    Path | None, typer.Argument(metavar="OUT", help="The film to write, which --out names as well.", show_default=False)
]
ReportOption = Annotated[
    Path | None,
    typer.Option(help="New folder for report.html, report.txt, report.json; of frames per_clip.csv, curves.png too."),
]

ClassOption = Annotated[
    int | None,
    typer.Option("--class", help="The class to sample, by its number in data.txt of the run; each in turn by default."),
]
WantedClassOption = Annotated[
    int | None,
    typer.Option("--class", help="The class to sample, by its number in data.txt of the run; all by default."),
]
SampleSeedOption = Annotated[int, typer.Option(help="Seed of the samples, as in `vidpred sample`.")]
SearchSeedOption = Annotated[int, typer.Option(help="Seed of where the searches begin.")]
RestartsOption = Annotated[int, typer.Option(help="How many searches, each from noise of its own.")]
SearchStepsOption = Annotated[int, typer.Option(help="Steps of every search.")]

HorizonOption = Annotated[int, typer.Option(help="How many frames ahead to score.")]
WindowsOption = Annotated[int, typer.Option(help="Most clips to score per video, evenly spaced.")]
ContextOption = Annotated[
    int | None,
    typer.Option(help="Known frames before those to predict; by default, as many as any predictor looks at.", min=2),
]
ScoreSeedOption = Annotated[
    int, typer.Option(help="Seed of intervals, of noise, and of the choice of features.", min=0, max=LARGEST_SEED)
]
ScoreSamplesOption = Annotated[
    int, typer.Option(help="Futures to sample of every clip from stochastic predictors; at least 2.", min=2)
]
BestOfOption = Annotated[
    str | None,
    typer.Option(
        help="Of a clip's sampled futures, tables and players show the first; `truth` shows the one nearest to the "
        "truth, which favours stochastic predictors. Best, mean and worst are always reported.",
        metavar="truth",
    ),
]
NumOption = Annotated[
    int | None,
    typer.Option(
        help="For generators: most images to compare, evenly spaced; all held-out ones, up to 10,000, by default.",
        min=2,
    ),
]
ExtractorOption = Annotated[
    list[str] | None,
    typer.Option(
        "--extractor",
        help="Compare predicted and true frames as sets by the features of NAME (repeatable, or a,b): "
        "random_convolution and raw_patches by default; inception_2015 (FID), i3d (FVD), local_classifier; "
        "lpips_alex, lpips_vgg, lpips_squeeze score frames; none for none.",
        metavar="NAME",
    ),
]
WeightsOption = Annotated[
    list[str] | None,
    typer.Option("--weights", help="Weights for an --extractor: FILE, or NAME=FILE for each.", metavar="[NAME=]FILE"),
]


def is_flow(checkpoint: Path) -> bool:
    """Return whether ``--checkpoint`` names optical flow, and no path of that name."""
    return checkpoint == FLOW and not checkpoint.exists()


def require_run(run: Path) -> None:
    """Refuse what is no folder of a run.

    Raises:
        VidpredError: there is no such folder.
    """
    if not run.is_dir():
        from vidpred.runs.neighbouring_runs import runs_to_name  # which what is there does not need

        wrong = "is a file" if run.exists() else "does not exist"
        wrong += runs_to_name(run)
        raise VidpredError(f"{run} {wrong}, but the folder of a run is asked for, such as runs/NAME; name one")


def check_seed(seed: int) -> None:
    """Refuse seeds that start no random stream.

    Raises:
        VidpredError: it is negative, or above all.
    """
    if seed < 0:
        raise VidpredError(f"--seed is {seed}, but only numbers of at least 0 start a random stream; give 0 or more")
    if seed > LARGEST_SEED:
        raise VidpredError(f"--seed is {shown(seed)}, but no seed is above {LARGEST_SEED}; give a smaller one")


def extractor_names(words: Sequence[str] | None) -> list[str] | None:
    """Return the names in the words of ``--extractor``; None where it was not given."""
    wanted = [name for word in words or () for name in word.split(",") if name]
    return [name for name in dict.fromkeys(wanted) if name != NONE] if wanted else None


def weight_files(words: Sequence[str] | None, takers: Collection[str]) -> dict[str, Path]:
    """Return the file of every extractor that ``--weights`` gives one.

    Args:
        words: as they were given.
        takers: names of the extractors asked for that take weights.

    Raises:
        VidpredError: a word belongs to none of them, or to several.
    """
    files: dict[str, Path] = {}
    for word in words or ():
        name, equals, file = word.partition("=")
        if not equals or not name.replace("_", "").isalnum():
            name, file = (next(iter(takers)) if len(takers) == 1 else ""), word
        if name not in takers or name in files:
            these = ", ".join(takers) or "none of those asked for"
            raise VidpredError(
                f"it is not clear what the weights {word} are for; name one --extractor that takes weights ({these}), "
                "or say --weights NAME=FILE, once for each"
            )
        files[name] = from_home(file)
    return files
