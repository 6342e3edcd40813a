"""A mixture of Gaussians over images, fitted by expectation maximisation: the simplest generator."""

import math
import warnings
from typing import Annotated, Literal

import numpy as np
import torch
from annotated_types import Ge, Le
from torch import Tensor, nn

from vidpred.errors import VidpredError, shown
from vidpred.frames.pyramid import Pyramid
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Channels, Classes, Noise, Side
from vidpred.nn.labels import one_hot
from vidpred.nn.latent import require_noise
from vidpred.registry import GENERATORS
from vidpred.wording import are, counted, there_are

ANGLE = 2  # noise values whose direction in the plane selects the component
ROUNDING = (2 / 255) ** 2 / 12  # variance of rounding to 8 bits, the least variance in any direction
ROWS = 1024  # images whose likelihood is computed at once
ENOUGH = 0.01  # nats per image: expectation maximisation stops when an iteration gains less
SEEDS = 2**32  # that scikit-learn takes


@GENERATORS.register("gaussian_mixture")
class GaussianMixture(nn.Module):
    """Sample a component, then an image from its Gaussian: ancestral sampling.

    The mixture is over coordinates along the principal components of the data, or over the pixel values themselves
    where there are as many coordinates as values. As in probabilistic PCA, the remaining directions have an isotropic
    Gaussian: it counts in the likelihood, but not in sampled images. With classes, each class has its own components.

    Args:
        latent_channels: length of the noise vector: two values, whose direction selects the component, and one per
            coordinate. Truncated noise thus still reaches all components.
        height: of the images in pixels.
        width: of the images in pixels.
        frame_channels: colour channels.
        num_classes: number of classes of the labels; 0 takes no labels.
        num_components: Gaussians in the mixture, per class where there are classes.
        covariance: of each Gaussian over the coordinates: full or diagonal.

    Raises:
        VidpredError: less than one coordinate, or more than an image has values.

    Source: Dempster, Laird and Rubin (1977); Tipping and Bishop (1999), "Probabilistic principal component
    analysis".
    """

    weights: Tensor
    residual: Tensor

    @checked
    def __init__(
        self,
        latent_channels: Noise,
        height: Side,
        width: Side,
        frame_channels: Channels = 3,
        num_classes: Classes = 0,
        num_components: Annotated[int, Ge(1), Le(100_000)] = 50,
        covariance: Literal["full", "diagonal"] = "full",
    ):
        super().__init__()
        self.latent_channels = latent_channels
        self.frame_channels = frame_channels
        self.num_classes = num_classes
        self.shape = (frame_channels, height, width)
        self.num_values = math.prod(self.shape)
        self.num_coordinates = count = latent_channels - ANGLE
        if not 1 <= count <= self.num_values:
            raise VidpredError(
                f"the mixture has {counted(count, 'coordinate')}, which is latent_channels minus {ANGLE}, but 1 to "
                f"{self.num_values} fit images of {height} x {width} pixels; change task.latent_channels, or "
                "--dimensions of `vidpred fit`"
            )
        self.covariance = covariance
        rows = max(1, num_classes)
        self.register_buffer("weights", torch.full((rows, num_components), 1 / (rows * num_components)))
        self.register_buffer("residual", torch.tensor(ROUNDING))  # variance per remaining direction
        self.centre = nn.Parameter(torch.zeros(self.num_values))
        self.basis = nn.Parameter(_first_basis(count, self.num_values)) if count < self.num_values else None
        self.means = nn.Parameter(torch.randn(rows, num_components, count))
        spread = torch.ones(count) if covariance == "diagonal" else torch.eye(count)
        self.factors = nn.Parameter(spread.expand(rows, num_components, *spread.shape).clone())

    def forward(self, noise: Tensor, labels: Tensor | None = None) -> Pyramid:
        """Map noise (B, latent_channels), standard normal, and labels (B,) to images (B, 1, C, H, W).

        Raises:
            VidpredError: the noise has another shape, or the labels are not those that it takes.
        """
        require_noise(self, noise)
        row = noise.new_zeros(noise.shape[0], dtype=torch.long)
        if (classes := one_hot(self, labels, noise)) is not None:
            row = classes.argmax(dim=1)  # (B,)
        turn = torch.atan2(noise[:, 1], noise[:, 0]) / (2 * math.pi) + 1 / 2  # uniform in [0, 1]
        levels = (self.weights / self.weights.sum(dim=1, keepdim=True)).cumsum(dim=1)[row]  # (B, components)
        chosen = (levels < turn[:, None]).sum(dim=1).clamp(max=levels.shape[1] - 1)  # (B,)
        free, factors = noise[:, ANGLE:], self.factors[row, chosen]
        deviation = free * factors if self.covariance == "diagonal" else factors.bmm(free[:, :, None])[:, :, 0]
        values = self.means[row, chosen] + deviation  # (B, coordinates)
        images = self.centre + (values if self.basis is None else values @ self.basis)  # (B, C H W)
        return [images.view(-1, 1, *self.shape)]

    @torch.no_grad()
    def fit(
        self, images: np.ndarray, labels: np.ndarray | None = None, *, seed: int = 0, iterations: int = 50
    ) -> list[int]:
        """Find the principal components, then the mixture by scikit-learn's expectation maximisation.

        Args:
            images: (N, C, H, W) in [-1, 1].
            labels: (N,), whole numbers from 0 on, where there are classes.
            seed: of the k-means initialisation.
            iterations: the most for each class.

        Returns:
            The number of iterations of each class; equal to ``iterations`` where it did not converge.

        Raises:
            VidpredError: what are no such images, labels that are missing or no classes, or fewer images, of some
                class, than coordinates or components.
        """
        classes = self._classes_of(images, labels)
        values = images.reshape(len(images), -1)
        coordinates = self._find_coordinates(values, seed)
        taken = []
        for row in range(len(self.weights)):
            members = coordinates if classes is None else coordinates[classes == row]
            taken.append(self._fit_row(row, members, len(coordinates), seed, iterations))
        return taken

    @torch.no_grad()
    def log_likelihood(self, images: Tensor) -> Tensor:
        """Return the logarithm of the density at every image (N, C, H, W), values in [-1, 1]: (N,), in nats."""
        parts = [self._joint(part).flatten(1).logsumexp(dim=1) for part in images.split(ROWS)]
        return torch.cat(parts)

    @torch.no_grad()
    def assign(self, images: Tensor) -> Tensor:
        """Return the most likely component (N,) of every image; those of class y start at y * num_components."""
        return torch.cat([self._joint(part).flatten(1).argmax(dim=1) for part in images.split(ROWS)])

    def bic(self, images: Tensor) -> float:
        """Return the Bayesian information criterion of the images (N, C, H, W): the lower the better.

        Source: Schwarz (1978), "Estimating the dimension of a model".
        """
        total = self.log_likelihood(images).sum()
        return float(self.num_free * math.log(len(images)) - 2 * total)

    @property
    def num_free(self) -> int:
        """Number of free parameters of the mixture."""
        count, mixed = self.num_coordinates, self.weights.numel()
        square = count if self.covariance == "diagonal" else count * (count + 1) // 2
        plane = 0 if self.basis is None else self.num_values * (count + 1) - count * (count + 1) // 2 + 1
        return mixed - 1 + mixed * (count + square) + plane

    def _classes_of(self, images: np.ndarray, labels: np.ndarray | None) -> np.ndarray | None:
        """Return the class (N,) of every image, none where there are no classes; refuse what cannot be fitted to."""
        is_array = isinstance(images, np.ndarray)
        if not is_array or images.shape[1:] != self.shape or images.dtype.kind != "f" or not np.isfinite(images).all():
            given = f"{images.shape} of {images.dtype}" if is_array else f"a {type(images).__name__}"
            raise VidpredError(
                f"the images are {given}, but an array (N, {', '.join(map(str, self.shape))}) of finite floats in "
                "[-1, 1] is fitted to; vidpred.frames.to_model makes such a tensor of 8-bit images, .numpy() an array"
            )
        if not self.num_classes:
            return None
        classes = np.asarray(labels)
        whole = labels is not None and classes.dtype.kind in "iu" and classes.shape == images.shape[:1]
        if not whole or (classes.size and (classes.min() < 0 or classes.max() >= self.num_classes)):
            raise VidpredError(
                f"the mixture has {counted(self.num_classes, 'class')}, but the labels are {shown(labels)}; give "
                f"whole numbers from 0 to {self.num_classes - 1}, one for each of {counted(len(images), 'image')}"
            )
        return classes

    def _find_coordinates(self, values: np.ndarray, seed: int) -> np.ndarray:
        """Find the principal components of values (N, D); return the coordinates (N, d), in float64."""
        if self.basis is None:
            self.centre.zero_()
            return values.astype(np.float64)
        if len(values) <= self.num_coordinates:
            raise VidpredError(
                f"{there_are(len(values), 'image')}, but more than {are(self.num_coordinates)} needed to fit "
                f"{counted(self.num_coordinates, 'coordinate')}; give more images or fewer coordinates "
                "(--dimensions of `vidpred fit`)"
            )
        from sklearn.decomposition import PCA

        solver = "randomized" if self.num_coordinates < min(values.shape) // 2 else "full"
        found = PCA(self.num_coordinates, svd_solver=solver, random_state=seed % SEEDS).fit(values)
        self.centre.copy_(torch.from_numpy(found.mean_))
        self.basis.copy_(torch.from_numpy(found.components_))
        coordinates = self._coordinates(torch.from_numpy(values))
        kept = coordinates.square().sum()
        left = values.var(axis=0, dtype=np.float64).sum() - kept / len(values)
        self.residual.fill_(max(float(left) / (self.num_values - self.num_coordinates), ROUNDING))
        return coordinates.numpy()

    def _fit_row(self, row: int, members: np.ndarray, total: int, seed: int, iterations: int) -> int:
        """Fit the mixture of one class to the coordinates of its images (M, d)."""
        components = self.weights.shape[1]
        if len(members) < max(2, components):
            of = f" of class {row}" if self.num_classes else ""
            raise VidpredError(
                f"{there_are(len(members), 'image')}{of}, but {max(2, components)} are needed to fit "
                f"{counted(components, 'component')}; give more images or fewer components"
            )
        from sklearn import exceptions, mixture

        model = mixture.GaussianMixture(
            components,
            covariance_type="diag" if self.covariance == "diagonal" else "full",
            reg_covar=ROUNDING,
            tol=ENOUGH,
            max_iter=iterations,
            random_state=seed % SEEDS,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", exceptions.ConvergenceWarning)  # what is returned says so
            found = model.fit(members)
        self.weights[row] = torch.from_numpy(found.weights_) * len(members) / total
        self.means[row] = torch.from_numpy(found.means_)
        root = np.sqrt if self.covariance == "diagonal" else np.linalg.cholesky
        self.factors[row] = torch.from_numpy(root(found.covariances_))
        return int(found.n_iter_)

    def _coordinates(self, values: Tensor) -> Tensor:
        """Return the coordinates (N, d) of values (N, D), in float64."""
        parts = []
        for part in values.split(ROWS):
            centred = part.to(torch.float64) - self.centre.to(torch.float64)
            parts.append(centred if self.basis is None else centred @ self.basis.to(torch.float64).T)
        return torch.cat(parts)

    def _joint(self, images: Tensor) -> Tensor:
        """Return the logarithm of the density of image and component (N, rows, components), in float64."""
        values = images.to(self.centre.device, torch.float64).flatten(1)  # (N, C H W)
        coordinates, factors = self._coordinates(values), self.factors.to(torch.float64)
        joint = self.weights.to(torch.float64).log() + torch.zeros(len(values), 1, 1, device=values.device)
        for row, column in np.ndindex(*self.weights.shape):
            apart = coordinates - self.means[row, column].to(torch.float64)
            factor = factors[row, column]
            if self.covariance == "diagonal":
                white, scale = apart / factor, factor
            else:
                white = torch.linalg.solve_triangular(factor, apart.T, upper=False).T
                scale = factor.diagonal()
            joint[:, row, column] -= _negative_log(white, scale.log().sum())
        left = (values - self.centre.to(torch.float64)).square().sum(dim=1) - coordinates.square().sum(dim=1)
        num_left = self.num_values - self.num_coordinates
        if num_left:
            variance = self.residual.to(torch.float64)
            left = left.clamp(min=0) / variance + num_left * (2 * math.pi * variance).log()
            joint -= left[:, None, None] / 2
        return joint


def _first_basis(count: int, num_values: int) -> Tensor:
    """Return ``count`` random directions (count, D), of length 1 and about orthogonal."""
    return torch.randn(count, num_values) / math.sqrt(num_values)


def _negative_log(white: Tensor, log_scale: Tensor) -> Tensor:
    """Return minus the logarithm of a Gaussian density (N,) at points whitened to (N, d)."""
    return (white.square().sum(dim=1) + white.shape[1] * math.log(2 * math.pi)) / 2 + log_scale
