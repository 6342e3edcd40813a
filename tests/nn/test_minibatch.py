"""What is seen of a batch, against loops over it."""

import math

import pytest
import torch

from vidpred.nn.minibatch import MinibatchDeviation, MinibatchDiscrimination


def test_closeness_is_that_of_the_paper_averaged_over_the_others():
    layer, vectors = MinibatchDiscrimination(6, 3, 2), torch.randn(5, 6)
    seen = (vectors.double() @ layer.project.weight.double().T).view(5, 3, 2).tolist()
    expected = torch.zeros(5, 3, dtype=torch.float64)
    for one in range(5):
        for kernel in range(3):
            others = [other for other in range(5) if other != one]
            apart = [sum(abs(a - b) for a, b in zip(seen[one][kernel], seen[o][kernel], strict=True)) for o in others]
            expected[one, kernel] = sum(math.exp(-distance) for distance in apart) / 4
    answer = layer(vectors)
    assert torch.equal(answer[:, :6], vectors)
    torch.testing.assert_close(answer[:, 6:].double(), expected, rtol=1e-5, atol=1e-6)


def test_clips_that_are_all_alike_are_as_close_as_can_be():
    assert torch.equal(MinibatchDiscrimination(6, 3, 2)(torch.ones(4, 6))[:, 6:], torch.ones(4, 3))


def test_a_clip_alone_is_close_to_nothing():
    assert torch.equal(MinibatchDiscrimination(6, 3, 2)(torch.randn(1, 6))[:, 6:], torch.zeros(1, 3))


def test_the_gradient_of_one_verdict_reaches_every_clip_and_every_kernel():
    layer, vectors = MinibatchDiscrimination(6, 3, 2), torch.randn(4, 6, requires_grad=True)
    layer(vectors)[0, 6:].sum().backward()
    assert (vectors.grad.abs().sum(dim=1) > 0).all()
    assert (layer.project.weight.grad.abs().sum(dim=1) > 0).all()


def test_deviation_is_the_mean_of_the_standard_deviations_and_the_same_for_all():
    vectors = torch.randn(5, 7, dtype=torch.float64).float()
    answer = MinibatchDeviation()(vectors)
    assert torch.equal(answer[:, :7], vectors)
    expected = vectors.double().numpy().std(axis=0).mean()
    assert answer[:, 7].tolist() == pytest.approx([expected] * 5, rel=1e-5)


def test_the_gradient_of_the_deviation_is_finite_where_there_is_none():
    vectors = torch.ones(3, 2, requires_grad=True)
    MinibatchDeviation()(vectors)[:, 2].sum().backward()
    assert vectors.grad.isfinite().all()
