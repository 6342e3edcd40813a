"""One training run, written down: typed settings, read from YAML and ``section.key=value``.

Plain data: knows the names of parts, never the parts. The text under a setting is what
``vidpred config`` prints about it.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from annotated_types import Ge, Gt, Le
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from vidpred.errors import VidpredError
from vidpred.machine.files import from_home, real_path
from vidpred.machine.needs import Needs
from vidpred.machine.ranges import Count, Decay, Minutes, Seed, Share, Steps, Weight
from vidpred.plugins import PLUGINS, Plugin
from vidpred.runs.settings.files import find_config, merge, override, read_layers
from vidpred.runs.settings.retired import refuse_retired
from vidpred.runs.settings.trees import MOST_IN_SETTINGS, MalformedError, check_tree
from vidpred.training.settings import AugmentationSettings, PlayerSettings, Section

OPPOSED = Needs(
    lambda _, config: config.objective.has_adversary,
    "there is no discriminator: objective.adversarial_weight and objective.feature_matching are 0",
)
PENALISED = Needs(lambda objective, _: objective.penalties, "objective.penalties names none")
SAMPLED = Needs(lambda objective, _: objective.num_draws > 1 or objective.over == "energy", "objective.num_draws is 1")
AVERAGED = Needs(lambda train, _: train.ema_decay or train.share_of_start, "train.ema_decay is 0")
FILMED = Needs(lambda _, config: not _generates_images(config), "the task generates images, of which there is no film")
CLASSIFIED = Needs(lambda _, config: _classifies(config), "the task has no discriminator that classifies")


def _generates_images(config: "Config") -> bool:
    from vidpred.tasks.commands import makes_images  # here, because settings wait for no torch

    return makes_images(config.task.name)


def _classifies(config: "Config") -> bool:
    from vidpred.interfaces import DiscriminatorEvaluator
    from vidpred.tasks import TASKS

    task = TASKS[config.task.name]
    return isinstance(task, type) and issubclass(task, DiscriminatorEvaluator)


class Part(BaseModel):
    """A registered part by name, with the options that its constructor takes."""

    model_config = ConfigDict(frozen=True)

    name: str
    options: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _gather_options(cls, tree: Any) -> Any:
        """Read ``{name: n, a: 1}`` as the part ``n`` with the option ``a``."""
        if isinstance(tree, str):
            return {"name": tree}
        if isinstance(tree, Mapping) and set(tree) != {"name", "options"}:
            return {"name": tree.get("name"), "options": {key: tree[key] for key in tree if key != "name"}}
        if not isinstance(tree, Part | Mapping):
            accepted = "Input should be a name, or a name and options, as {name: x, option: 1}"
            raise PydanticCustomError("no_part", accepted)
        return tree

    @model_serializer
    def _spread_options(self) -> dict[str, Any]:
        return {"name": self.name, **self.options}


class ObjectiveSection(Section):
    """What the generator minimises."""

    terms: dict[str, float | dict[str, Any]] = {"l2": 1.0, "gdl": 1.0}
    """Reconstruction losses by name, each with its weight, or with its weight and options."""
    over: Annotated[Literal["sample", "mean", "crps", "energy"], SAMPLED] = "sample"
    """What of several futures sampled for one target is compared with it: every sample, their mean, or the samples and
    their spread, value by value (crps, for l1 and gdl) or frame by frame (energy, for l2)."""
    num_draws: Annotated[int, Ge(1), Le(1000)] = 1
    """Futures sampled for every target; above 1, the network needs latent_channels."""
    adversarial_weight: Weight = 0.01
    """Weight of the adversarial term beside the reconstruction losses, which are means over values, both summed over
    scales; 0 trains without a discriminator, unless feature_matching needs one."""
    mismatched_pairs: Annotated[bool, OPPOSED] = False
    """Whether the discriminator also learns to call a real frame fake after the context of another clip, so that it
    cannot judge the frame alone; needs a task with a context, and two clips per part of a batch."""
    game: Annotated[str, OPPOSED] = "non_saturating"
    """The adversarial game: what each player pays."""
    penalties: Annotated[dict[str, Weight | Literal["auto"]], OPPOSED] = {}
    """What the discriminator pays besides, by name, each with its weight; auto, for r1 and r2, starts from
    height x width / 2048 and falls to a tenth. Those of a preset that are not named keep theirs: 0 takes one away, {}
    all."""
    final_penalties: Annotated[dict[str, Weight], OPPOSED] = {}
    """Weights of penalties at the last step, reached along half a cosine; those that are not named keep theirs."""
    penalty_interval: Annotated[int, Ge(1), Le(1_000_000), OPPOSED, PENALISED] = 1
    """Steps of the discriminator per step at which it pays penalties, as many times as heavy, which is cheaper."""
    augmentation: Annotated[AugmentationSettings, OPPOSED] = AugmentationSettings()
    """What is done to clips, or images, before the discriminator sees them."""
    feature_matching: Weight = 0.0
    """Weight of the distance between the discriminator's mean features of real and of generated clips, or images,
    beside the same errors as adversarial_weight, with which it may stand, or alone."""
    classification_weight: Annotated[Weight, OPPOSED, CLASSIFIED] = 1.0
    """Weight of the error in the classes of labelled images, where there are any, beside the discriminator's game."""

    @property
    def has_adversary(self) -> bool:
        """Whether there is a discriminator, and a game."""
        return bool(self.adversarial_weight or self.feature_matching)


class TrainSection(Section):
    """How long, how much at once, and how exactly."""

    steps: Count = 20_000
    """Length of the run, in optimiser steps of the generator."""
    minutes: Minutes | None = None
    """Longest that the run may take, in training; as many of the steps as fit by its pace at first, with which the
    schedules then end. null sets no limit."""
    patience: Count | None = None
    """Looks at the validation data without a better one (by log.best_by) than all before, at which the run stops by
    itself; the score of the weights it started from is no measure here. null never stops."""
    batch_size: Annotated[int, Ge(1), Le(1_000_000)] = 8
    """Clips, or images, per step, over all processes and accumulated parts together."""
    accumulate: Annotated[int, Ge(1), Le(1_000_000)] = 1
    """Parts in which a step's clips go through the network, to save memory."""
    discriminator_steps: Annotated[int, Ge(1), Le(1000), OPPOSED] = 1
    """Updates of the discriminator per update of the generator, each on clips of its own."""
    discriminator_head_start: Annotated[Steps, OPPOSED] = 0
    """First steps, of half of the run at most, in which the discriminator alone learns and the generator stands still,
    so that an untrained one does not teach a trained generator; where there is no discriminator there are none."""
    separate_batches: Annotated[bool, OPPOSED] = False
    """Whether the generator learns from clips of its own too, which the discriminator has not just seen, and predicts
    them after the discriminator's update; it costs one more prediction per step."""
    ema_decay: Decay = 0.999
    """Decay of the moving average of the generator's weights, which is what predicts; 0 switches it off."""
    ema_half_life: Annotated[Annotated[float, Gt(0), Le(1e15)] | None, AVERAGED] = None
    """Clips, or images, after which the moving average has half forgotten, at the last step, towards which it rises
    from 0 along half a cosine; null keeps ema_decay throughout."""
    share_of_start: Share = 0.0
    """Share of the weights that the run started from in those that predict; the rest is the moving average. With it,
    what is lost on other data falls faster than what is gained on these."""
    least_gain: Weight | None = None
    """How much better by log.best_by than the weights that the run started from others must be to be the best; null for
    anything above 0, but for 0.1 dB of psnr where the shipped weights learn from fewer than ten videos."""
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    """Number format of the convolutions; auto is bf16 where the hardware computes it, else fp32."""
    channels_last: bool = True
    """Keep a pixel's channels together in memory, which is faster almost everywhere."""
    compile: bool = False
    """Compile the networks with torch.compile: pays off on GPUs and long runs. A discriminator that pays a penalty
    stays as it is, since torch.compile cannot differentiate twice."""
    seed: Seed = 0
    """Start of every random number: weights, split, order of the clips, crops."""
    stop_on: Annotated[list[str], OPPOSED] = []
    """Verdicts on the health of an adversarial run at which it saves and stops: discriminator_dominates,
    generator_dominates, collapse, oscillating, discriminator_overfits, discriminator_explodes,
    adversary_in_name_only, adversary_drowns_the_data_terms."""


class LogSection(Section):
    """What a run writes down, and how often."""

    metrics_every: Count = 50
    """Steps between two lines of metrics.jsonl."""
    validate_every: Count = 1000
    """Steps between two looks at the validation data."""
    validation_clips: Annotated[int, Ge(1), Le(1_000_000)] = 64
    """Clips, or images, per look at the validation data."""
    sample_every: Count = 2000
    """Steps between two sample pictures and preview videos."""
    preview_frames: Annotated[int, Ge(1), Le(10_000), FILMED] = 10
    """Frames that a preview video predicts."""
    checkpoint_every: Count = 500
    """Steps between two checkpoints."""
    best_by: str = "psnr"
    """The validation score that decides which checkpoint is kept as the best: psnr, ssim or sharpness_difference of
    predicted frames, kernel_distance of generated images."""


class Config(Section):
    """All settings of a run."""

    task: Part = Part(name="frame_prediction")
    """What is learnt."""
    data: Part = Part(name="video_folder")
    """Where the clips, or images, come from."""
    network: Part = Part(name="multiscale", options={"width_multiplier": 0.125})
    """The network that predicts: the generator of the adversarial game."""
    discriminator: Annotated[Part, OPPOSED] = Part(name="convolutional", options={"width_multiplier": 0.125})
    """The network that tells real frames, or images, from predicted or generated ones; unused when
    objective.adversarial_weight is 0."""
    objective: ObjectiveSection = ObjectiveSection()
    """What the generator minimises."""
    generator: PlayerSettings = PlayerSettings()
    """How the network that predicts is updated."""
    adversary: Annotated[PlayerSettings, OPPOSED] = PlayerSettings(lr=1e-4, schedule="constant")
    """How the discriminator is updated."""
    train: TrainSection = TrainSection()
    """How long, how much at once, and how exactly."""
    log: LogSection = LogSection()
    """What a run writes down, and how often."""
    plugins: list[Plugin] = []
    """Plug-ins that the parts are from, as a run writes down; none is loaded because it stands here: see --plugin."""

    @model_serializer(mode="wrap")
    def _leave_out_no_plugins(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {key: value for key, value in write(self).items() if key != "plugins" or value}

    def on_data(self, source: Path) -> "Config":
        """Return the same settings for the videos in ``source``, wherever the program is started from."""
        options = {**self.data.options, "source": str(real_path(from_home(source)))}
        return self.model_copy(update={"data": Part(name=self.data.name, options=options)})


def load_config(
    path: Path | None = None, overrides: Iterable[str] = (), instead: Mapping[str, Any] | None = None
) -> Config:
    """Lay a YAML file over the defaults, then ``section.key=value`` overrides over both.

    Args:
        path: a YAML file, or the name of a preset. Its key ``extends`` may name another of either, which it
            refines: a file is looked for beside it.
        overrides: such as ``train.steps=500``. As in a file, ``objective.terms={l1: 1}`` replaces all loss terms;
            ``objective.terms.l1=1`` sets one beside the others.
        instead: whole sections that take the place of the defaults'.

    Raises:
        VidpredError: an unreadable file, an unknown setting (the message names the one that was
            probably meant), or a value of the wrong type.
    """
    tree = {**Config().model_dump(), **(instead or {})}
    for layer in read_layers(find_config(path)) if path is not None else []:
        tree = merge(tree, layer)
    for setting in overrides:
        tree = override(tree, setting)
    return parse_config(tree)


def parse_config(tree: Mapping[str, Any]) -> Config:
    """Check a tree of settings and type it.

    Raises:
        VidpredError: see :func:`load_config`.
    """
    try:
        check_tree("the tree of settings", tree, MOST_IN_SETTINGS)
    except MalformedError as error:
        raise VidpredError(f"{error}; name a config, or a checkpoint, that `vidpred train` wrote") from None
    refuse_retired(tree)
    try:
        config = Config.model_validate(tree)
    except ValidationError as error:
        from vidpred.runs.settings.refused import explain  # here, because nobody needs it where all is right

        raise VidpredError(explain(error.errors()[0], tree, Config)) from None
    PLUGINS.remember(config.plugins)
    return config


def dump_config(config: Config) -> str:
    """Write every setting as YAML that :func:`load_config` reads back to the same config."""
    return str(yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False))
