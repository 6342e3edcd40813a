"""What is particular to the fully connected discriminator for digits."""

import pytest
import torch

from vidpred.discriminators import NoisyDenseDiscriminator

IMAGES = torch.rand(4, 1, 1, 28, 28) * 2 - 1


def build(**options):
    return NoisyDenseDiscriminator(28, 28, frame_channels=1, num_categories=10, **options)


def test_widths_are_the_papers():
    judge = build()
    shapes = [tuple(layer.weight.shape) for layer in (*judge.layers, judge.verdict)]
    assert shapes == [(1000, 784), (500, 1000), (250, 500), (250, 250), (250, 250), (10, 250)]


def test_weights_begin_at_length_1_and_lengths_are_learnt_apart_from_directions():
    judge = build(hidden_channels=16)
    for layer in (*judge.layers, judge.verdict):
        torch.testing.assert_close(layer.weight.norm(dim=1), torch.ones(len(layer.weight)))
        lengths, directions = layer.parametrizations.weight.original0, layer.parametrizations.weight.original1
        before = layer.weight.detach().clone()
        with torch.no_grad():
            directions.mul_(7)
        torch.testing.assert_close(layer.weight, before)
        with torch.no_grad():
            lengths.mul_(3)
        torch.testing.assert_close(layer.weight, 3 * before)


def test_noise_of_the_papers_deviation_is_added_to_the_input_of_every_layer_in_training_alone():
    judge, seen = build(hidden_channels=16), []
    images = IMAGES.repeat(50, 1, 1, 1, 1)
    clean = [images.flatten(1)]
    hooks = [lambda _, inputs: seen.append(inputs[0].detach())]
    for layer in (*judge.layers, judge.verdict):
        layer.register_forward_pre_hook(hooks[0])
    judge.eval()([images])
    assert torch.equal(seen[0], clean[0])
    seen.clear()
    judge.train()([images])
    assert (seen[0] - clean[0]).std().item() == pytest.approx(0.6, rel=0.02)
    for before, layer, after in zip(seen[:-1], judge.layers, seen[1:], strict=True):
        assert (after - layer(before).relu()).std().item() == pytest.approx(0.5, rel=0.2)


def test_features_are_what_the_last_hidden_layer_answers_before_noise():
    judge = build(hidden_channels=16).eval()
    (features,) = judge.features([IMAGES])
    assert features.shape == (4, 16)
    torch.testing.assert_close(judge.verdict(features), judge.classify([IMAGES]))
