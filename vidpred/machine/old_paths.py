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
    "cli.generation": "runs.comparing.generators",
    "cli.run_images": "runs.images",
    "cli.unseen": "runs.comparing.held_out",
    "config": "runs.settings.config",
    "config_files": "runs.settings.files",
    "data.codec": "video.decoding.codec",
    "data.footage": "video.window",
    "data.frame_converter": "video.decoding.convert",
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
    "monte_carlo": "exploration.monte_carlo",
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
NAMES = {  # by module of 0.1.0: what it offered that has another name or place now, and where
    "build": {
        "build_data": "runs.data.build_data",
        "build_network": "runs.networks.build_network",
        "build_task": "runs.networks.build_task",
    },
    "cli.unseen": {
        "Unseen": "runs.comparing.held_out.HeldOut",
        "open_unseen": "runs.comparing.held_out.open_held_out",
    },
    "config": {
        "AugmentationSection": "training.settings.AugmentationSettings",
        "PlayerSection": "training.settings.PlayerSettings",
    },
    "data": {
        "VideoInfo": "video.VideoInfo",
        "Window": "video.Window",
        "decode": "video.decode",
        "find_sources": "video.find_sources",
        "probe": "video.probe",
        "read_window": "video.read_window",
        "write_video": "video.write_video",
    },
    "data.moments": {
        "check_moment": "video.timestamps.check_timestamp",
    },
    "dcgan": {
        "ClassGain": "nn.dcgan.ClassAffine",
        "draw_first_weights": "nn.dcgan.initialise_weights",
    },
    "evaluation": {
        "write_report": "evaluation.pages.write_report",
    },
    "evaluation.contest": {
        "Contest": "evaluation.compared_predictors.ComparedPredictors",
    },
    "evaluation.sampling": {
        "draw_futures": "evaluation.compared_predictors.sample_futures",
        "settle": "evaluation.compared_predictors.derive_seed",
    },
    "evaluation.showcase": {
        "Showcase": "evaluation.example_clips.ExampleClip",
    },
    "features.classifier_training": {
        "share_right": "metrics.features.classifier_training.classification_accuracy",
    },
    "features.weight_files": {
        "fill": "metrics.features.weight_files.load_weights",
    },
    "finish": {
        "finish_run": "runs.train.train_or_resume",
    },
    "hindcast": {
        "foretell": "motion.forecast_blending.extrapolate",
        "looks_back": "motion.forecast_blending.frames_for_back_tests",
        "other_courses": "motion.forecast_blending.unsteady_motion",
    },
    "interfaces": {
        "Describing": "interfaces.FeatureProvider",
        "Examiner": "interfaces.DiscriminatorEvaluator",
        "Retrospective": "interfaces.LongContext",
    },
    "latent": {
        "settle_latent": "nn.latent.resolve_latent",
    },
    "layers": {
        "normalise_spectra": "nn.stacks.apply_spectral_norm",
    },
    "losses": {
        "Judged": "losses.DiscriminatorPass",
        "USUAL_FALL": "losses.DEFAULT_DECAY",
        "judge_together": "losses.discriminate",
        "usual_gamma": "losses.default_gamma",
    },
    "losses.draws": {
        "Judgement": "losses.samples.SampleScore",
    },
    "losses.judged": {
        "Judged": "losses.discriminator_pass.DiscriminatorPass",
        "judge_together": "losses.discriminator_pass.discriminate",
        "squared_slopes": "losses.discriminator_pass.squared_gradient_norms",
    },
    "memory": {
        "peak_memory": "cli.predicted_files.peak_memory",
    },
    "minibatch": {
        "Comparison": "nn.minibatch.MinibatchStatistics",
        "Deviation": "nn.minibatch.MinibatchDeviation",
        "KernelCloseness": "nn.minibatch.MinibatchDiscrimination",
    },
    "realism": {
        "choose": "metrics.compare_sets.subsample",
    },
    "run": {
        "measure_duality_gap": "runs.duality_gap.measure_duality_gap",
        "watch_over": "runs.train.build_health_monitor",
    },
    "sampling": {
        "draw": "generators.sampling.generate",
    },
    "training": {
        "Checkpoint": "runs.checkpoint.Checkpoint",
        "Engine": "machine.engine.Engine",
    },
    "training.gauge": {
        "Gauge": "training.game_statistics.GameStatistics",
    },
    "training.reference": {
        "fix_reference": "training.reference_batch.fix_reference_batch",
    },
    "training.watch": {
        "ClipsToWatch": "training.health.monitor.MonitoredClips",
        "HealthWatch": "training.health.monitor.HealthMonitor",
    },
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
        for name, place in NAMES.get(then, {}).items():
            setattr(found, name, _find(place))
        sys.modules[module.__name__] = found


def moved_name(package: str, name: str) -> Any:
    """Return what ``package`` offered as ``name`` in 0.1.0: a module's ``__getattr__``.

    Raises:
        AttributeError: it never did.
    """
    place = NAMES.get(package.removeprefix("vidpred."), {}).get(name)
    if place is None:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    _warn(f"{package}.{name}", f"vidpred.{place}", through=1)
    return _find(place)


def _find(place: str) -> Any:
    module, _, name = place.rpartition(".")
    return getattr(import_module(f"vidpred.{module}"), name)


def _warn(then: str, now: str, through: int = 0) -> None:
    """Warn at the line that asks for ``then``, which is so many calls further up as it asks ``through``."""
    message = f"{then} is {now} now; its old name goes with the next release"
    warnings.warn(message, DeprecationWarning, stacklevel=3 + through)
