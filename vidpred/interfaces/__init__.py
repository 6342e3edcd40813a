"""The interfaces of the toolkit: what each kind of part must provide, and nothing more.

Shapes are written with one letter per axis: B batch, T time (frames), C colour channels, H height,
W width; lower-case h, w on the coarser levels of a pyramid. Frames are (B, T, C, H, W) floats in
[-1, 1], oldest first; an image is a clip of one frame.
"""

from typing import TYPE_CHECKING, Any

from vidpred.interfaces.datasets import Dataset as Dataset
from vidpred.interfaces.datasets import Labelled as Labelled
from vidpred.interfaces.datasets import Lengthening as Lengthening
from vidpred.interfaces.datasets import Mirroring as Mirroring
from vidpred.interfaces.datasets import Split as Split
from vidpred.interfaces.networks import BatchDependent as BatchDependent
from vidpred.interfaces.networks import Cadenced as Cadenced
from vidpred.interfaces.networks import ChannelSpecific as ChannelSpecific
from vidpred.interfaces.networks import Classifier as Classifier
from vidpred.interfaces.networks import Conditional as Conditional
from vidpred.interfaces.networks import Discriminator as Discriminator
from vidpred.interfaces.networks import Extrapolator as Extrapolator
from vidpred.interfaces.networks import FeatureProvider as FeatureProvider
from vidpred.interfaces.networks import Following as Following
from vidpred.interfaces.networks import Generator as Generator
from vidpred.interfaces.networks import LongContext as LongContext
from vidpred.interfaces.networks import Multiscale as Multiscale
from vidpred.interfaces.networks import Predictor as Predictor
from vidpred.interfaces.networks import ReferenceNormalised as ReferenceNormalised
from vidpred.interfaces.networks import SamplingAhead as SamplingAhead
from vidpred.interfaces.networks import SamplingPredictor as SamplingPredictor
from vidpred.interfaces.networks import ShortMemory as ShortMemory
from vidpred.interfaces.networks import Stepping as Stepping
from vidpred.interfaces.networks import Tileable as Tileable
from vidpred.interfaces.networks import Traceable as Traceable
from vidpred.interfaces.networks import Unexportable as Unexportable
from vidpred.interfaces.tasks import Batch as Batch
from vidpred.interfaces.tasks import DiscriminatorEvaluator as DiscriminatorEvaluator
from vidpred.interfaces.tasks import Example as Example
from vidpred.interfaces.tasks import Illustration as Illustration
from vidpred.interfaces.tasks import SaysWhatIsScored as SaysWhatIsScored
from vidpred.interfaces.tasks import Task as Task
from vidpred.machine.old_paths import moved_name

if not TYPE_CHECKING:  # which knows the names of today alone

    def __getattr__(name: str) -> Any:
        return moved_name(__name__, name)
