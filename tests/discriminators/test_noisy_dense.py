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


def test_weights_keep_their_length_whatever_their_direction_but_for_the_last_layer_which_learns_it():
    judge = build(hidden_channels=16).eval()
    before = judge([IMAGES])[0].detach()
    with torch.no_grad():
        for layer in (*judge.layers, judge.verdict):
            layer.weight.mul_(7)
    torch.testing.assert_close(judge([IMAGES])[0], before)
    layer, vectors = judge.layers[1], torch.randn(3, 64)
    unit = layer.weight / layer.weight.norm(dim=1, keepdim=True)
    torch.testing.assert_close(layer(vectors), 1.3 * vectors @ unit.T + layer.bias)
    assert [name for name, _ in judge.named_parameters() if "length" in name] == ["verdict.length"]


def test_layers_answer_with_a_deviation_of_about_1_at_first():
    judge, seen = NoisyDenseDiscriminator(28, 28, frame_channels=1, num_categories=10), []
    for layer in judge.layers:
        layer.register_forward_hook(lambda _, inputs, answer: seen.append(answer.std(dim=0).mean().item()))
    digits = (torch.rand(200, 1, 1, 28, 28) < 0.13).float()  # a deviation of a third of the range, as digits have
    judge([digits * 2 - 1])
    assert all(0.7 < deviation < 1.4 for deviation in seen)


def test_noise_of_the_papers_deviation_is_added_to_the_input_of_every_layer_in_training_alone():
    judge, seen = build(hidden_channels=16), []
    images = IMAGES.repeat(50, 1, 1, 1, 1)
    clean = (images.flatten(1) + 1) / 2
    for layer in (*judge.layers, judge.verdict):
        layer.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].detach()))
    judge.eval()([images])
    assert torch.equal(seen[0], clean)
    seen.clear()
    judge.train()([images])
    assert (seen[0] - clean).std().item() == pytest.approx(0.3, rel=0.02)
    for before, layer, after in zip(seen[:-1], judge.layers, seen[1:], strict=True):
        assert (after - layer(before).relu()).std().item() == pytest.approx(0.5, rel=0.2)


def test_features_are_what_the_last_hidden_layer_answers_before_noise():
    judge = build(hidden_channels=16).eval()
    (features,) = judge.features([IMAGES])
    assert features.shape == (4, 16)
    torch.testing.assert_close(judge.verdict(features), judge.classify([IMAGES]))
