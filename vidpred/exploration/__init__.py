"""What can be done with a trained generator, as functions of networks and tensors: one file for each."""

from vidpred.exploration.accuracy_score import AccuracyScore as AccuracyScore
from vidpred.exploration.accuracy_score import accuracy_score as accuracy_score
from vidpred.exploration.arithmetic import Sum as Sum
from vidpred.exploration.arithmetic import Term as Term
from vidpred.exploration.arithmetic import add_noise as add_noise
from vidpred.exploration.arithmetic import parse_sum as parse_sum
from vidpred.exploration.dataset_export import export_dataset as export_dataset
from vidpred.exploration.interpolation import interpolate as interpolate
from vidpred.exploration.interpolation import slerp as slerp
from vidpred.exploration.interpolation import walk as walk
from vidpred.exploration.latent_search import Found as Found
from vidpred.exploration.latent_search import complete as complete
from vidpred.exploration.latent_search import project as project
from vidpred.exploration.masks import MASKS as MASKS
from vidpred.exploration.masks import open_mask as open_mask
from vidpred.exploration.monte_carlo import Estimate as Estimate
from vidpred.exploration.monte_carlo import estimate as estimate
from vidpred.exploration.monte_carlo import estimate_future as estimate_future
from vidpred.exploration.monte_carlo import estimate_images as estimate_images
from vidpred.exploration.neighbours import Memorisation as Memorisation
from vidpred.exploration.neighbours import memorisation as memorisation
from vidpred.exploration.neighbours import nearest as nearest
from vidpred.exploration.neighbours import pixels as pixels
from vidpred.exploration.probe import accuracy_by_class as accuracy_by_class
from vidpred.exploration.probe import fit_linear as fit_linear
from vidpred.exploration.probe import pooled_features as pooled_features
