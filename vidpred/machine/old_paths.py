"""Where modules stood in 0.1.0: old import paths go on working for one release, with a warning."""

import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

MODULES = {  # below vidpred: then and now
    "augmentations": "training.augmentations",
    "augmentations.augmentation": "training.augmentations.augmentation",
    "augmentations.colour": "training.augmentations.colour",
    "augmentations.cutout": "training.augmentations.cutout",
    "augmentations.translation": "training.augmentations.translation",
    "bounds": "nn.bounds",
    "build": "runs.build",
    "cli.extractors": "evaluation.extractors",
    "cli.generation": "runs.generator_comparison",
    "cli.run_images": "runs.images",
    "cli.unseen": "runs.held_out",
    "config": "runs.settings",
    "config_files": "runs.settings_files",
    "data.codec": "video.codec",
    "data.footage": "video.window",
    "data.frame_converter": "video.convert",
    "data.frame_folder": "video.frame_folder",
    "data.moments": "video.timestamps",
    "data.scaling": "video.scaling",
    "data.sources": "video.sources",
    "data.video_reader": "video.reader",
    "data.video_writer": "video.writer",
    "dcgan": "nn.dcgan",
    "evaluation.contest": "evaluation.compared_predictors",
    "evaluation.curves": "evaluation.pages.line_charts",
    "evaluation.markup": "evaluation.pages.markup",
    "evaluation.page": "evaluation.pages.page",
    "evaluation.player": "evaluation.pages.clip_viewer",
    "evaluation.rank_chart": "evaluation.pages.rank_chart",
    "evaluation.sampling": "evaluation.compared_predictors",
    "evaluation.sections": "evaluation.pages.sections",
    "evaluation.showcase": "evaluation.example_clips",
    "evaluation.writing": "evaluation.pages.writing",
    "features": "metrics.features",
    "features.classifier_training": "metrics.features.classifier_training",
    "features.extractor": "metrics.features.extractor",
    "features.i3d": "metrics.features.i3d",
    "features.inception_2015": "metrics.features.inception_2015",
    "features.local_classifier": "metrics.features.local_classifier",
    "features.lpips": "metrics.features.lpips",
    "features.random_convolution": "metrics.features.random_convolution",
    "features.raw_patches": "metrics.features.raw_patches",
    "features.weight_files": "metrics.features.weight_files",
    "files": "machine.files",
    "finish": "runs.train",
    "fitting": "runs.fit",
    "flow": "motion.flow",
    "forecast": "predictors.rollout.rollout",
    "hindcast": "motion.forecast_blending",
    "inference": "runs.load",
    "labels": "nn.labels",
    "latent": "nn.latent",
    "layers": "nn.stacks",
    "losses.draws": "losses.samples",
    "losses.judged": "losses.discriminator_pass",
    "memory": "cli.predict",
    "minibatch": "nn.minibatch",
    "monte_carlo": "predictors.rollout.samples",
    "opencv": "machine.opencv",
    "parts": "runs.build",
    "pictures": "frames.pictures",
    "pyramid": "frames.pyramid",
    "realism": "metrics.compare_sets",
    "recent": "motion.cache",
    "residual": "nn.r3gan",
    "run": "runs.train",
    "sampling": "generators.sampling",
    "tiling": "predictors.rollout.tiling",
    "training.checkpoint": "runs.checkpoint",
    "training.duality_gap": "training.health.duality_gap",
    "training.engine": "machine.engine",
    "training.film": "runs.film",
    "training.gauge": "training.game_statistics",
    "training.health_picture": "training.health.picture",
    "training.movement": "training.health.movement",
    "training.origin": "runs.warm_start",
    "training.reference": "training.reference_batch",
    "training.run_folder": "runs.folder",
    "training.watch": "training.health.monitor",
    "virtual_norm": "nn.virtual_norm",
    "vision": "machine.vision",
}
NAMES = {  # what a package of 0.1.0 offered, and the package that offers it now
    "data": {
        "VideoInfo": "video",
        "Window": "video",
        "decode": "video",
        "find_sources": "video",
        "probe": "video",
        "read_window": "video",
        "write_video": "video",
    },
    "evaluation": {
        "write_report": "evaluation.pages",
    },
    "training": {
        "Checkpoint": "runs.checkpoint",
        "Engine": "machine.engine",
    },
}
RENAMED = {  # by module of 0.1.0: what stood in it then, and its name now
    "cli.unseen": {"Unseen": "HeldOut", "open_unseen": "open_held_out"},
    "config": {"PlayerSection": "PlayerSettings", "AugmentationSection": "AugmentationSettings"},
    "data.moments": {"check_moment": "check_timestamp"},
    "dcgan": {"ClassGain": "ClassAffine", "draw_first_weights": "initialise_weights"},
    "evaluation.contest": {"Contest": "ComparedPredictors"},
    "evaluation.sampling": {"draw_futures": "sample_futures", "settle": "derive_seed"},
    "evaluation.showcase": {"Showcase": "ExampleClip"},
    "features.classifier_training": {"share_right": "classification_accuracy"},
    "features.weight_files": {"fill": "load_weights"},
    "hindcast": {"foretell": "extrapolate", "looks_back": "frames_for_back_tests", "other_courses": "unsteady_motion"},
    "latent": {"settle_latent": "resolve_latent"},
    "layers": {"normalise_spectra": "apply_spectral_norm"},
    "losses.draws": {"Judgement": "SampleScore"},
    "losses.judged": {
        "Judged": "DiscriminatorPass",
        "judge_together": "discriminate",
        "squared_slopes": "squared_gradient_norms",
    },
    "memory": {"peak_memory": "_peak_memory"},
    "minibatch": {
        "Comparison": "MinibatchStatistics",
        "Deviation": "MinibatchDeviation",
        "KernelCloseness": "MinibatchDiscrimination",
    },
    "realism": {"choose": "subsample"},
    "run": {"watch_over": "build_health_monitor"},
    "sampling": {"draw": "generate"},
    "training.gauge": {"Gauge": "GameStatistics"},
    "training.reference": {"fix_reference": "fix_reference_batch"},
    "training.watch": {"ClipsToWatch": "MonitoredClips", "HealthWatch": "HealthMonitor"},
}


class OldPaths(MetaPathFinder, Loader):
    """Finds modules under the names that they had in 0.1.0."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        package, _, name = fullname.partition(".")
        return ModuleSpec(fullname, self) if package == "vidpred" and name in MODULES else None

    def exec_module(self, module: ModuleType) -> None:
        then = module.__name__.removeprefix("vidpred.")
        now = f"vidpred.{MODULES[then]}"
        _warn(module.__name__, now)
        found = import_module(now)
        for name, renamed in RENAMED.get(then, {}).items():
            setattr(found, name, getattr(found, renamed))
        sys.modules[module.__name__] = found


def moved_name(package: str, name: str) -> Any:
    """Return what ``package`` offered as ``name`` in 0.1.0: a module's ``__getattr__``.

    Raises:
        AttributeError: it never did.
    """
    home = NAMES.get(package.removeprefix("vidpred."), {}).get(name)
    if home is None:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    _warn(f"{package}.{name}", f"vidpred.{home}.{name}")
    return getattr(import_module(f"vidpred.{home}"), name)


def _warn(then: str, now: str) -> None:
    warnings.warn(f"{then} is {now} now; its old name goes with the next release", DeprecationWarning, stacklevel=3)
