"""Loss terms and adversarial games. To add one: a file here and a line below."""

from typing import TYPE_CHECKING, Any

from vidpred.losses.discriminator_pass import DiscriminatorPass as DiscriminatorPass
from vidpred.losses.discriminator_pass import Penalty as Penalty
from vidpred.losses.discriminator_pass import discriminate as discriminate
from vidpred.losses.feature_matching import feature_matching as feature_matching
from vidpred.losses.game import Game as Game
from vidpred.losses.gamma import DEFAULT_DECAY as DEFAULT_DECAY
from vidpred.losses.gamma import ZERO_CENTRED as ZERO_CENTRED
from vidpred.losses.gamma import default_gamma as default_gamma
from vidpred.losses.gradient_difference import gradient_difference as gradient_difference
from vidpred.losses.gradient_penalty import gradient_penalty as gradient_penalty
from vidpred.losses.hinge import HINGE as HINGE
from vidpred.losses.least_squares import LEAST_SQUARES as LEAST_SQUARES
from vidpred.losses.log_l2 import log_l2 as log_l2
from vidpred.losses.non_saturating import NON_SATURATING as NON_SATURATING
from vidpred.losses.objective import Objective as Objective
from vidpred.losses.pixel import l1 as l1
from vidpred.losses.pixel import l2 as l2
from vidpred.losses.r1 import r1 as r1
from vidpred.losses.r2 import r2 as r2
from vidpred.losses.relativistic import RELATIVISTIC as RELATIVISTIC
from vidpred.losses.smoothed import SMOOTHED as SMOOTHED
from vidpred.losses.wasserstein import WASSERSTEIN as WASSERSTEIN
from vidpred.machine.old_paths import moved_name
from vidpred.registry import GAMES as GAMES
from vidpred.registry import PENALTIES as PENALTIES
from vidpred.registry import RECONSTRUCTION_LOSSES as RECONSTRUCTION_LOSSES
from vidpred.registry import without_modules

__all__ = without_modules(globals())

if not TYPE_CHECKING:  # which knows the names of today alone

    def __getattr__(name: str) -> Any:
        return moved_name(__name__, name)
