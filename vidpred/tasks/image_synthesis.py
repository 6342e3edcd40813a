"""Image synthesis: given noise, and a class label if there are classes, generate an image like those of the data."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.frames import to_uint8
from vidpred.frames.layout import class_columns
from vidpred.frames.pictures import image_grid
from vidpred.frames.pyramid import Pyramid
from vidpred.generators import GENERATORS
from vidpred.generators.sampling import sample
from vidpred.interfaces import Batch, Example, Illustration
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Noise
from vidpred.nn.labels import generated, num_classes, said_classes
from vidpred.registry import TASKS

EXPLORATION = "interpolate arithmetic neighbours project complete export-dataset accuracy-score probe"
NUM_SHOWN = 64  # images of an illustration
SEED = 0  # of the images that are scored and shown: the same noise throughout a run
SCORE, FRECHET = "kernel_distance", "frechet_distance"


@TASKS.register("image_synthesis")
class ImageSynthesis:
    """From noise generate an image; it has no target of its own, so that only the adversary trains it.

    Args:
        latent_channels: length of the noise vector.
    """

    networks = GENERATORS
    usage = "vidpred sample RUN"
    commands = ("sample", *EXPLORATION.split(), "evaluate", "compare", "export")
    scores = MappingProxyType({SCORE: False})
    clip_length = 1

    @checked
    def __init__(self, latent_channels: Noise = 100):
        self.latent_channels = latent_channels

    @property
    def facts(self) -> Mapping[str, Any]:
        return {"clip_length": 1, "num_frames": 1, "latent_channels": self.latent_channels}

    def pose(self, batch: Tensor, labels: Tensor | None = None) -> Example:
        """Pair new noise (B, Z) with real images (B, 1, C, H, W)."""
        noise = torch.randn(len(batch), self.latent_channels, device=batch.device)
        return Example(condition=noise, target=batch, labels=labels)

    def answer(self, network: nn.Module, example: Example) -> Pyramid:
        """Generate an image (B, 1, C, h, w) at every scale for every row of noise.

        A network that says of itself that it takes no labels is given none, even of images that have some.
        """
        labels = None if said_classes(network) == 0 else example.labels
        return generated(network, example.condition, labels)

    def present(self, frames: Pyramid, example: Example) -> Pyramid:
        """Return the images alone."""
        del example
        return frames

    def score(self, network: nn.Module, batches: Iterable[Batch]) -> Mapping[str, float]:
        """Compare the real images with as many generated ones, of the same classes, as sets.

        Distances are over features of random convolutions of whole images; the patch Frechet distance is over
        patches of pixels. Frechet distances are left out where there are too few images for them.
        """
        # Imported here, because every checkpoint needs its task, but few checkpoints are scored.
        from vidpred.metrics.compare_sets import compare_sets
        from vidpred.metrics.features import RandomConvolution, RawPatches
        from vidpred.metrics.frechet import require_enough

        known = list(batches)
        real = torch.cat([batch.clips for batch in known])
        classes = [label for batch in known for label in (batch.labels.tolist() if batch.labels is not None else [])]
        labels = classes if num_classes(network) else None
        fake = sample(network, len(real), SEED, labels)[:, None].clamp(-1, 1)
        whole, patches = RandomConvolution().to(real.device), RawPatches()
        names = [SCORE]
        with suppress(VidpredError):  # too few images for it
            require_enough(len(real), whole.dimension)
            names.append(FRECHET)
        distances = compare_sets(whole, real, fake, names)
        scores = {name: distance.value for name, distance in zip(names, distances, strict=True)}
        with suppress(VidpredError):
            scores[f"patch_{FRECHET}"] = compare_sets(patches, real, fake, [FRECHET])[0].value
        return scores

    def illustrate(self, network: nn.Module, clips: np.ndarray) -> Illustration:
        """Show images from the same noise every time; where there are classes, every column shows one."""
        del clips
        was_training = network.training
        images = to_uint8(sample(network.eval(), NUM_SHOWN, SEED))
        network.train(was_training)
        return Illustration(image_grid(images, class_columns(len(images), num_classes(network))), None)
