"""The discriminator of DCGAN: strided convolutions down to 4 pixels."""

from itertools import pairwise
from typing import Annotated, Literal

from annotated_types import Ge, Le
from torch import Tensor, nn
from torch.nn import functional as F

from vidpred.frames.pyramid import Pyramid
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Channels, Classes, ClipLength, Side, Width
from vidpred.nn.clips import require_pyramid
from vidpred.nn.dcgan import initialise_weights, widths_by_resolution
from vidpred.nn.labels import one_hot, real_logits
from vidpred.nn.minibatch import MinibatchStatistics
from vidpred.nn.stacks import COARSEST, apply_spectral_norm
from vidpred.nn.virtual_norm import REFERENCE_SIZE, ReferenceBatch, VirtualBatchNorm2d
from vidpred.registry import DISCRIMINATORS

SLOPE = 0.2  # of the leaky ReLUs below 0


@DISCRIMINATORS.register("dcgan")
class DcganDiscriminator(nn.Module):
    """One logit per square clip, computed from the finest level alone.

    With classes, the inner product of the last features and the embedding of the label is added to the logit (Miyato
    and Koyama 2018). With batch normalisation or minibatch_* a logit depends on the whole batch, so that real and fake
    clips are passed in separate batches.

    Args:
        height: of the frames in pixels, a power of two of at least 16.
        width: of the frames in pixels, equal to the height.
        num_frames: frames per clip: 1 for images.
        frame_channels: colour channels per frame.
        num_classes: number of classes of the labels; 0 takes no labels.
        num_categories: number of classes that it learns to classify clips into; 0 for no classification.
        hidden_channels: of the first layer, doubled with every layer, up to eightfold; the paper has 128.
        kernel: side of the kernels: 5 as in the paper's code, or 4 as in most others.
        normalisation: batch as in the paper; spectral, which bounds the Lipschitz constant (Miyato et al. 2018);
            virtual, with a fixed reference batch of real clips (Salimans et al. 2016); or none, as gradient penalties
            require.
        minibatch_kernels: number of kernels of minibatch discrimination, which compares a clip with the others of its
            batch (Salimans et al. 2016); 0 leaves it out.
        minibatch_dims: dimensions of each of these kernels.
        minibatch_deviation: whether the standard deviation over the batch is appended to the features (Karras et al.
            2018).

    Raises:
        VidpredError: the discriminator does not support the size of the frames.

    Source: Radford, Metz and Chintala (2015).
    """

    @checked
    def __init__(
        self,
        height: Side,
        width: Side,
        num_frames: ClipLength = 1,
        frame_channels: Channels = 3,
        num_classes: Classes = 0,
        hidden_channels: Width = 128,
        kernel: Literal[4, 5] = 5,
        normalisation: Literal["batch", "spectral", "virtual", "none"] = "batch",
        num_categories: Classes = 0,
        minibatch_kernels: Annotated[int, Ge(0), Le(1 << 16)] = 0,
        minibatch_dims: Annotated[int, Ge(1), Le(1 << 16)] = 5,
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
        num_features = widths[-1] * COARSEST**2
        self.embed = nn.Linear(num_classes, num_features, bias=False) if num_classes else None
        self.compare = MinibatchStatistics(num_features, minibatch_kernels, minibatch_dims, minibatch_deviation)
        self.mixes_batch = normalisation == "batch" or len(self.compare) > 0
        self.verdict = nn.Linear(self.compare.num_features, max(1, num_categories))
        initialise_weights(self)
        self.clip = (num_frames * frame_channels, height, width)
        self.reference = ReferenceBatch(*self.clip) if normalisation == "virtual" else None
        if normalisation == "spectral":
            apply_spectral_norm(self)

    def forward(self, clips: Pyramid, labels: Tensor | None = None) -> list[Tensor]:
        """Map clips (B, T, C, h, w), coarse to fine, and labels (B,) to logits (B,) of the finest level."""
        return [real_logits(self.classify(clips, labels))]

    def classify(self, clips: Pyramid, labels: Tensor | None = None) -> Tensor:
        """Map clips (B, T, C, h, w), coarse to fine, to the logit of every class (B, num_categories)."""
        (vectors,) = self.features(clips, labels)
        classes = one_hot(self, labels, vectors)
        logits: Tensor = self.verdict(self.compare(vectors))
        if self.embed is not None:
            logits = logits + (vectors * self.embed(classes)).sum(dim=1, keepdim=True)  # (B, 1) is added to (B, K)
        return logits

    def features(self, clips: Pyramid, labels: Tensor | None = None) -> list[Tensor]:  # noqa: ARG002
        """Map clips (B, T, C, h, w), coarse to fine, to the input of the last layer (B, F), whatever their class."""
        require_pyramid(self, clips, self.clip[0], size=self.clip[1:])
        maps = clips[-1].flatten(1, 2)  # (B, T C, H, W)
        if self.reference is not None:
            maps, _ = self.reference.prepend(maps, None)  # (REFERENCE_SIZE + B, T C, H, W)
        for halve, norm in zip(self.halve, self.norms, strict=True):
            maps = F.leaky_relu(norm(halve(maps)), SLOPE)
        return [(maps if self.reference is None else maps[REFERENCE_SIZE:]).flatten(1)]  # (B, F)

    def take_reference(self, clips: Pyramid) -> None:
        """Store the reference batch of real clips (B, T, C, h, w), of any class, if normalisation is virtual."""
        if self.reference is not None:
            self.reference.fix(clips[-1].flatten(1, 2))
