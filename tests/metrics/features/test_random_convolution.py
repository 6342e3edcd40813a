"""The random network is the same for everyone, and computes what it says."""

import numpy as np
import pytest
import torch
from scipy.signal import correlate

from vidpred.metrics.features import RandomConvolution


def test_is_the_same_on_every_machine_and_in_every_version():
    assert RandomConvolution().digest.startswith("9d32e0f3055fbfcc")


def test_weights_have_the_variance_that_is_stated():
    extractor = RandomConvolution()
    for layer, inputs in enumerate((3, 16, 32)):
        weight = extractor.get_buffer(f"weight{layer}")
        assert float(weight.var()) == pytest.approx(2 / (25 * inputs), rel=0.12)


def test_features_are_mean_responses_of_three_layers():
    extractor = RandomConvolution()
    image = torch.rand(3, 64, 64) * 2 - 1
    responses, expected = image.double().numpy(), []
    for layer in range(3):
        weight = extractor.get_buffer(f"weight{layer}").double().numpy()
        padded = np.pad(responses, ((0, 0), (2, 2), (2, 2)))
        filtered = np.stack([correlate(padded, kernel, mode="valid")[0] for kernel in weight])
        responses = filtered[:, ::2, ::2].clip(min=0)
        expected.extend(responses.mean(axis=(1, 2)))
    np.testing.assert_allclose(extractor(image[None, None])[0], expected, rtol=1e-5)


def test_the_first_filters_sum_to_0_in_every_channel():
    sums = RandomConvolution().get_buffer("weight0").sum(dim=(2, 3))
    torch.testing.assert_close(sums, torch.zeros(16, 3), atol=1e-5, rtol=0)


def test_sees_blur():
    sharp = torch.rand(8, 1, 3, 64, 64) * 2 - 1
    blurred = torch.nn.functional.avg_pool2d(sharp[:, 0], 3, stride=1, padding=1)[:, None]
    extractor = RandomConvolution()
    near, far = extractor(sharp[:4]).mean(0), extractor(blurred).mean(0)
    scatter = (near - extractor(sharp[4:]).mean(0)).norm()
    assert (near - far).norm() > 10 * scatter
