"""Adversarial training, the same for every task."""

from vidpred.training.adversary import Adversary as Adversary
from vidpred.training.checkpoint import Checkpoint as Checkpoint
from vidpred.training.engine import Engine as Engine
from vidpred.training.loop import Loop as Loop
from vidpred.training.player import Player as Player
from vidpred.training.trainer import AdversarialTrainer as AdversarialTrainer
