"""Features and a perceptual distance of a small network that its user trained on labelled images."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn
from torch.nn import functional as F

from vidpred.errors import VidpredError
from vidpred.machine.files import replacing
from vidpred.machine.regular_files import utf8_name
from vidpred.metrics.features.extractor import RGB, as_images, digest_of, shrink
from vidpred.metrics.features.weight_files import load_weights
from vidpred.registry import EXTRACTORS

FORMAT = "vidpred local classifier"
VERSION = "1"
WIDTHS = (32, 64, 128)
SMALLEST_SIDE = 2 ** (len(WIDTHS) - 1)  # in pixels: every layer but the first halves the image
TINY = 1e-10  # avoids division by 0 for features that are all 0


class ClassifierNetwork(nn.Module):
    """Two 3 x 3 convolutions at each of three resolutions, the mean over space, and a linear layer."""

    def __init__(self, num_classes: int):
        super().__init__()
        self.blocks = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
                nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
            )
            for inputs, outputs in zip((RGB, *WIDTHS), WIDTHS, strict=False)
        )
        self.head = nn.Linear(WIDTHS[-1], num_classes)

    def responses(self, images: Tensor) -> list[Tensor]:
        """Map images (N, 3, H, W) to the output of every block, each (N, C, h, w), fine to coarse."""
        outputs: list[Tensor] = []
        for block in self.blocks:
            images = block(F.max_pool2d(images, 2) if outputs else images)
            outputs.append(images)
        return outputs

    def forward(self, images: Tensor) -> Tensor:
        """Map images (N, 3, H, W) in [-1, 1] to logits (N, classes)."""
        logits: Tensor = self.head(self.responses(images)[-1].mean(dim=(2, 3)))
        return logits


@EXTRACTORS.register("local_classifier")
class LocalClassifier(nn.Module):
    """One vector per frame: the output of the last block of the classifier, averaged over the image.

    Distances depend on the data that the network was trained on; compare only values with the same digest. They are
    neither FID nor LPIPS.

    Args:
        weights: the file that :meth:`save` wrote.

    Raises:
        VidpredError: no such file, a damaged one, or no classifier.
    """

    name = "local_classifier"
    dimension = WIDTHS[-1]

    def __init__(self, weights: Path):
        super().__init__()
        if not weights.is_file():
            raise VidpredError(
                f"there is no classifier {weights}; train one with vidpred.metrics.features.train_classifier, "
                "or use the extractor random_convolution, which needs none"
            )
        try:
            with utf8_name(weights) as path, safe_open(path, framework="pt") as file:
                header = file.metadata() or {}
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
            if (header.get("format"), header.get("version")) != (FORMAT, VERSION):
                raise VidpredError(f"{weights} is no classifier of this version of vidpred; name one that it trained")
            facts: dict[str, Any] = json.loads(header["facts"])
            stated = header["sha256"]
            self.facts, self.side = facts, int(facts["side"])
            with torch.random.fork_rng(devices=[]):  # the random initial weights are replaced
                self.network = ClassifierNetwork(int(facts["num_classes"]))
        except (SafetensorError, OSError, KeyError, TypeError, json.JSONDecodeError) as error:
            raise VidpredError(
                f"the classifier {weights} is damaged or not a classifier ({error}); name another, or train it again"
            ) from None
        self.digest = digest_of(tensors, facts)
        if self.digest != stated:
            raise VidpredError(
                f"the classifier {weights} was changed after it was trained: its digest is {self.digest[:8]} where "
                f"{stated[:8]} is stated; train it again"
            )
        load_weights(self.network, tensors, weights, self.name)
        self.resize = f"{self.side}x{self.side}, bilinear with antialiasing"
        self.titles: Mapping[str, str] = {}

    @staticmethod
    def save(path: Path, network: ClassifierNetwork, facts: Mapping[str, Any]) -> None:
        """Write a trained network: safetensors, with ``facts`` as JSON and the digest of both in its header.

        Args:
            path: ends in .safetensors; it must not exist.
            network: the trained one.
            facts: at least ``side`` (of the training images, in pixels) and ``num_classes``.

        Raises:
            VidpredError: ``path`` exists.
        """
        if path.exists():
            raise VidpredError(f"{path} exists, and nothing is overwritten; name a new file or move it away")
        tensors = {name: value.detach().cpu().contiguous() for name, value in network.state_dict().items()}
        header = {
            "format": FORMAT,
            "version": VERSION,
            "facts": json.dumps(facts),
            "sha256": digest_of(tensors, json.loads(json.dumps(facts))),
        }
        with replacing(path) as temporary:
            temporary.write_bytes(save(tensors, metadata=header))

    @torch.no_grad()
    def forward(self, clips: Tensor) -> Tensor:
        """Map clips (B, T, C, H, W) to features (B * T, 128), in float64.

        Raises:
            VidpredError: see ``as_images``.
        """
        responses = self.network.responses(shrink(as_images(clips), self.side))
        return responses[-1].to(torch.float64).mean(dim=(2, 3))

    @torch.no_grad()
    def classify(self, clips: Tensor) -> Tensor:
        """Return the class probabilities of every frame of clips (B, T, C, H, W): (B * T, classes), in float64.

        Raises:
            VidpredError: see ``as_images``.
        """
        logits: Tensor = self.network(shrink(as_images(clips), self.side))
        return logits.to(torch.float64).softmax(dim=1)

    @torch.no_grad()
    def distance(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Return the "local classifier distance" of every frame: 0 where identical, the higher the less alike.

        Frames are compared at their own size. In every block the responses at each pixel are scaled to unit
        length; the squared distance between them (0 to 4) is averaged over the pixels, then over the blocks.
        It is constructed like LPIPS, without its learned weights and its network. ``torch.autocast`` does not affect
        it, and it is computed on the network's device.

        Args:
            prediction: clips (B, T, C, H, W) in [-1, 1].
            target: clips of the same shape.

        Returns:
            (B, T).

        Raises:
            VidpredError: the clips differ in shape, are not floats or are less than 4 pixels high or wide.

        Source: Zhang et al. (2018), "The unreasonable effectiveness of deep features as a perceptual metric".
        """
        if prediction.shape != target.shape:
            raise VidpredError(
                f"the prediction is {tuple(prediction.shape)} but the target is {tuple(target.shape)}; "
                "only clips of one shape can be compared: crop or select frames first"
            )
        if min(target.shape[-2:]) < SMALLEST_SIDE:
            raise VidpredError(
                f"frames of {target.shape[-2]} x {target.shape[-1]} are too small for {self.name}, which needs at "
                f"least {SMALLEST_SIDE} x {SMALLEST_SIDE} pixels; compare larger frames or leave it out"
            )
        device = self.network.head.weight.device
        with torch.autocast(device.type, enabled=False):
            sides = (self.network.responses(as_images(clips).to(device)) for clips in (prediction, target))
            pairs = zip(*(map(_unit, side) for side in sides), strict=True)
            by_block = [(one - other).square().sum(dim=1).mean(dim=(1, 2)) for one, other in pairs]
        return torch.stack(by_block).mean(dim=0).reshape(prediction.shape[:2]).to(target.device)


def _unit(responses: Tensor) -> Tensor:
    """Scale the responses (N, C, H, W) at every pixel to length 1, in float64."""
    responses = responses.to(torch.float64)
    return responses / responses.square().sum(dim=1, keepdim=True).clamp(min=TINY).sqrt()
