"""Looking linearly into a discriminator: features, and the classifier's optimum."""

import numpy as np
import pytest
import torch
from scipy.optimize import minimize
from scipy.special import log_softmax
from torch.nn import functional as F

from vidpred.discriminators import DISCRIMINATORS
from vidpred.errors import VidpredError
from vidpred.exploration import accuracy_by_class, fit_linear, pooled_features
from vidpred.exploration.probe import PENALTIES, logistic_regression

FACTS = {"height": 32, "width": 32, "frame_channels": 1, "num_frames": 1, "num_scales": 1}


def material(number=60, channels=3, classes=3, seed=0):
    draws = torch.Generator().manual_seed(seed)
    targets = torch.arange(number) % classes
    centres = 2 * torch.randn(classes, channels, generator=draws)
    return centres[targets] + torch.randn(number, channels, generator=draws), targets


def test_the_fit_is_the_minimum_that_scipy_finds():
    features, targets = material()
    inputs = ((features - features.mean(0)) / features.std(0, correction=0)).double().numpy()

    def loss(flat):
        weight, bias = flat[:9].reshape(3, 3), flat[9:]
        likely = log_softmax(inputs @ weight + bias, axis=1)[np.arange(60), targets.numpy()]
        return -likely.mean() + 0.05 * (weight**2).sum()

    expected = minimize(loss, np.zeros(12), method="BFGS", options={"gtol": 1e-8})
    fitted = logistic_regression(features, targets, 3, penalty=0.1)
    np.testing.assert_allclose(fitted.weight, expected.x[:9].reshape(3, 3), atol=1e-4)


def test_a_feature_that_never_changes_does_no_harm():
    features, targets = material()
    fitted = logistic_regression(torch.cat([features, torch.ones(60, 1)], dim=1), targets, 3, 0.1)
    assert torch.isfinite(fitted(torch.cat([features, torch.ones(60, 1)], dim=1))).all()
    torch.testing.assert_close(fitted.weight[-1], torch.zeros(3, dtype=torch.float64))


def test_noise_calls_for_a_stronger_penalty_than_signal():
    features, targets = material(number=100)
    clear = 20 * F.one_hot(targets).float() + features
    noise = torch.randn(100, 80, generator=torch.Generator().manual_seed(1))
    assert fit_linear(clear, targets.tolist()).penalty in PENALTIES
    assert accuracy_by_class(fit_linear(clear, targets.tolist()), clear, targets.tolist()).tolist() == [1, 1, 1]
    assert fit_linear(torch.cat([features, noise], 1), targets.tolist()).penalty > PENALTIES[0]


def test_accuracy_is_counted_class_by_class():
    features, targets = material()
    fitted = logistic_regression(features, targets, 3, 0.1)
    said = fitted(features).argmax(1)
    shares = accuracy_by_class(fitted, features, targets.tolist())
    assert shares.tolist() == [float((said[targets == one] == one).double().mean()) for one in range(3)]
    assert np.isnan(accuracy_by_class(fitted, features[:1], [0])[1:]).all()


def test_the_layers_of_dcgan_are_pooled_to_4_pixels():
    network = DISCRIMINATORS.build("dcgan", FACTS, hidden_channels=4, kernel=4).eval()
    images = torch.rand(70, 1, 32, 32) * 2 - 1
    features = pooled_features(network, images)
    assert features.shape == (70, (4 + 8 + 16) * 16)
    first = F.max_pool2d(network.halve[0](images), 4).flatten(1)
    torch.testing.assert_close(features[:, : 4 * 16], first)
    assert not any(layer._forward_hooks for layer in network.modules())


@pytest.mark.parametrize("name", sorted(DISCRIMINATORS))
def test_every_discriminator_can_be_looked_into(name):
    small = (
        {"hidden_channels": 8} if "hidden_channels" in DISCRIMINATORS.signature(name) else {"width_multiplier": 0.05}
    )
    network = DISCRIMINATORS.build(name, FACTS, **small).eval()
    images = torch.rand(5, 1, 32, 32) * 2 - 1
    features = pooled_features(network, images)
    assert features.ndim == 2
    assert features.shape[1] >= 8
    assert (features[0] != features[1]).any()
    torch.testing.assert_close(features[2:], pooled_features(network, images[2:]))


def test_normalised_weights_are_no_layers():
    facts = {**FACTS, "height": 16, "width": 16}
    plain, spectral = (
        pooled_features(
            DISCRIMINATORS.build("dcgan", facts, hidden_channels=4, normalisation=kind).eval(), torch.rand(4, 1, 16, 16)
        )
        for kind in ("none", "spectral")
    )
    assert plain.shape == spectral.shape


def test_no_image_is_told_its_label():
    network = DISCRIMINATORS.build("dcgan", {**FACTS, "num_classes": 3}, hidden_channels=4).eval()
    images = torch.rand(2, 1, 32, 32)
    seen = []
    network.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[1].tolist()))
    pooled_features(network, images)
    assert seen == [[0, 0]]


def test_too_little_to_tell_apart_is_refused():
    with pytest.raises(VidpredError, match="9 labelled images of 1 class,"):
        fit_linear(torch.randn(9, 2), [1] * 9)


@pytest.mark.parametrize(("labels", "said"), [([0, 1, -1] * 3, "from -1 on"), ([0.0, 1.5, 1.0] * 3, "float64")])
def test_what_is_no_class_is_refused(labels, said):
    with pytest.raises(VidpredError, match=rf"the labels are .*{said}.* a whole number from 0 on"):
        fit_linear(torch.randn(9, 2), labels)


@pytest.mark.parametrize("name", ["dcgan", "noisy_dense"])  # by its batch, and with noise
def test_features_are_those_of_evaluation_and_leave_the_network_as_it_is(name):
    judge = DISCRIMINATORS.build(name, FACTS, hidden_channels=4)
    before = {key: value.clone() for key, value in judge.state_dict().items()}
    images = torch.rand(3, 1, 32, 32)
    training = pooled_features(judge, images)
    assert judge.training
    assert all(torch.equal(value, before[key]) for key, value in judge.state_dict().items())
    assert torch.equal(training, pooled_features(judge.eval(), images))
