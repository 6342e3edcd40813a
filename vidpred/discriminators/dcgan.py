"""The discriminator of DCGAN: strided convolutions down to 4 pixels."""

from itertools import pairwise
from typing import Annotated, Literal

from annotated_types import Ge
from torch import Tensor, nn
from torch.nn import functional as F

from vidpred.frames.pyramid import Pyramid
from vidpred.nn.dcgan import draw_first_weights, widths_by_resolution
from vidpred.nn.labels import one_hot, real_logits
from vidpred.nn.minibatch import Comparison
from vidpred.nn.stacks import COARSEST, normalise_spectra
from vidpred.nn.virtual_norm import REFERENCE_SIZE, ReferenceBatch, VirtualBatchNorm2d
from vidpred.registry import DISCRIMINATORS

SLOPE = 0.2  # of the leaky ReLUs below 0


@DISCRIMINATORS.register("dcgan")
class DcganDiscriminator(nn.Module):
    """Judge square clips as wholes, by their finest level alone.

    Where there are classes, the product of what the last layer sees and the embedding of the label is added
    to the logit (Miyato and Koyama 2018). With batch normalisation and minibatch_* the clips of a batch are judged
    beside each other, so that real and fake ones come in batches of their own.

    Args:
        height: of the frames in pixels, a power of two from 16 on.
        width: of the frames in pixels, the same.
        num_frames: frames per judged clip: 1 for images.
        frame_channels: colour channels per frame.
        num_classes: that labels tell apart; 0 takes no labels.
        num_categories: classes that it learns to tell apart by itself; 0 for a verdict alone.
        hidden_channels: of the first layer, doubled with every layer, up to eightfold; the paper's 128.
        kernel: side of the kernels: 5 as in the paper's code, or 4 as in most others.
        normalisation: batch as in the paper; spectral, which bounds how steep the discriminator can get
            (Miyato et al. 2018); virtual, by a batch of real clips that stays the same (Salimans et al. 2016); or
            none, as gradient penalties ask for.
        minibatch_kernels: numbers by which a clip is compared with the others of its batch (Salimans et al. 2016);
            0 for none.
        minibatch_dims: numbers that each of them compares.
        minibatch_deviation: whether the deviation within the batch is seen (Karras et al. 2018).

    Raises:
        VidpredError: the frames have a size that it cannot judge.

    Source: Radford, Metz and Chintala (2015).
    """

    def __init__(
        self,
        height: int,
        width: int,
        num_frames: int = 1,
        frame_channels: int = 3,
        num_classes: int = 0,
        hidden_channels: Annotated[int, Ge(1)] = 128,
        kernel: Literal[4, 5] = 5,
        normalisation: Literal["batch", "spectral", "virtual", "none"] = "batch",
        num_categories: Annotated[int, Ge(0)] = 0,
        minibatch_kernels: Annotated[int, Ge(0)] = 0,
        minibatch_dims: Annotated[int, Ge(1)] = 5,
        minibatch_deviation: bool = False,
    ):
        super().__init__()
        self.num_classes = num_classes
        self.num_categories = num_categories
        norm = {"batch": nn.BatchNorm2d, "virtual": VirtualBatchNorm2d}.get(normalisation)
        widths = widths_by_resolution(height, width, hidden_channels)[::-1]
        first, *others = pairwise((num_frames * frame_channels, *widths))
        self.halve = nn.ModuleList(
            nn.Conv2d(channels, following, kernel, 2, (kernel - 1) // 2, bias=norm is None)
            for channels, following in (first, *others)
        )
        normalised = [norm(following) if norm else nn.Identity() for _, following in others]
        self.norms = nn.ModuleList([nn.Identity(), *normalised])
        seen = widths[-1] * COARSEST**2
        self.embed = nn.Linear(num_classes, seen, bias=False) if num_classes else None
        self.compare = Comparison(seen, minibatch_kernels, minibatch_dims, minibatch_deviation)
        self.mixes_batch = normalisation == "batch" or len(self.compare) > 0
        self.verdict = nn.Linear(self.compare.num_features, max(1, num_categories))
        draw_first_weights(self)
        clip = (num_frames * frame_channels, height, width)
        self.reference = ReferenceBatch(*clip) if normalisation == "virtual" else None
        if normalisation == "spectral":
            normalise_spectra(self)

    def forward(self, clips: Pyramid, labels: Tensor | None = None) -> list[Tensor]:
        """Map clips (B, T, C, h, w), coarse to fine, and labels (B,) to logits (B,) of the finest level."""
        return [real_logits(self.classify(clips, labels))]

    def classify(self, clips: Pyramid, labels: Tensor | None = None) -> Tensor:
        """Map clips (B, T, C, h, w), coarse to fine, to the logit of every class (B, num_categories)."""
        (vectors,) = self.features(clips, labels)
        told = one_hot(self, labels, vectors)
        logits: Tensor = self.verdict(self.compare(vectors))
        if self.embed is not None:
            logits = logits + (vectors * self.embed(told)).sum(dim=1, keepdim=True)  # (B, 1) is added to (B, K)
        return logits

    def features(self, clips: Pyramid, labels: Tensor | None = None) -> list[Tensor]:  # noqa: ARG002
        """Map clips (B, T, C, h, w), coarse to fine, to the last layer's answers (B, F), whatever their class."""
        planes = clips[-1].flatten(1, 2)  # (B, T C, H, W)
        if self.reference is not None:
            planes, _ = self.reference.put_ahead(planes, None)  # (REFERENCE_SIZE + B, T C, H, W)
        for halve, norm in zip(self.halve, self.norms, strict=True):
            planes = F.leaky_relu(norm(halve(planes)), SLOPE)
        return [(planes if self.reference is None else planes[REFERENCE_SIZE:]).flatten(1)]  # (B, F)

    def take_reference(self, clips: Pyramid) -> None:
        """Settle by which real clips (B, T, C, h, w), whatever their class, others are normalised."""
        if self.reference is not None:
            self.reference.fix(clips[-1].flatten(1, 2))
