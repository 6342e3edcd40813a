"""What any discriminator that judges square clips as wholes must do: one that is new is tested without another line."""

from contextlib import nullcontext

import pytest
import torch

from vidpred.discriminators import DISCRIMINATORS
from vidpred.errors import VidpredError
from vidpred.frames.pyramid import build_pyramid

FACTS = {"num_frames": 1, "frame_channels": 3, "height": 32, "width": 32, "noise": 0.0}
SMALL = {"hidden_channels": 8}
LABELS = torch.tensor([0, 2, 1, 2])
ANY_SIZE = {"noisy_dense"}
COMPARE = sorted(name for name in DISCRIMINATORS if "minibatch_kernels" in DISCRIMINATORS.signature(name))
LEARN_CLASSES = sorted(name for name in DISCRIMINATORS if "num_categories" in DISCRIMINATORS.signature(name))


@pytest.fixture(params=sorted(name for name in DISCRIMINATORS if "num_scales" not in DISCRIMINATORS.signature(name)))
def name(request):
    return request.param


@pytest.fixture
def images():
    return torch.rand(4, 1, 3, 32, 32) * 2 - 1


def build(name, **facts):
    return DISCRIMINATORS.build(name, {**FACTS, **facts}, **SMALL)


@pytest.mark.parametrize("facts", [{}, {"num_frames": 5}, {"frame_channels": 1}, {"height": 16, "width": 16}])
def test_gives_one_logit_per_clip(name, facts):
    wanted = {**FACTS, **facts}
    clips = torch.rand(2, wanted["num_frames"], wanted["frame_channels"], wanted["height"], wanted["width"])
    (logits,) = build(name, **facts)([clips])
    assert logits.shape == (2,)


def test_judges_by_the_finest_level_alone(name, images):
    judge = build(name).eval()
    torch.testing.assert_close(judge(build_pyramid(images, 3)), judge([images]))


@pytest.mark.parametrize("size", [(32, 64), (8, 8), (48, 48)])
def test_takes_other_sizes_or_refuses_those_that_do_not_halve_down_to_4_pixels(name, size):
    height, width = size
    refusal = f"images of {height} x {width} pixels .* a power of two of at least 16"
    with pytest.raises(VidpredError, match=refusal) if name not in ANY_SIZE else nullcontext():
        judge = build(name, height=height, width=width)
        assert judge([torch.rand(2, 1, 3, height, width)])[0].shape == (2,)


def test_clips_affect_each_other_only_where_it_says_so(name, images):
    judge = build(name)
    (together,), (alone,) = judge([images]), judge([images[:2]])
    assert torch.allclose(together[:2], alone, atol=1e-5) != getattr(judge, "mixes_batch", False)


@pytest.mark.parametrize("name", COMPARE)
@pytest.mark.parametrize("options", [{"minibatch_kernels": 2, "minibatch_dims": 3}, {"minibatch_deviation": True}])
def test_a_clip_is_judged_beside_the_others_where_that_is_asked_for(name, options, images):
    judge = DISCRIMINATORS.build(name, FACTS, **SMALL, **options).eval()
    assert judge.mixes_batch
    (together,), (alone,) = judge([images]), judge([images[:2]])
    assert not torch.allclose(together[:2], alone, atol=1e-6)


def test_in_evaluation_clips_do_not_affect_each_other(name, images):
    judge = build(name).eval()
    torch.testing.assert_close(judge([images])[0][:2], judge([images[:2]])[0])


def test_every_parameter_learns_to_look_at_every_pixel(name, images):
    judge = build(name, num_classes=3)
    for weight in judge.parameters():  # blocks that begin as nothing let no gradient through
        torch.nn.init.normal_(weight, std=0.1)
    images.requires_grad_()
    judge([images], LABELS)[0].square().sum().backward()
    idle = [key for key, parameter in judge.named_parameters() if parameter.grad is None]
    assert not idle, f"no gradient reaches {idle}"
    assert images.grad.abs().sum(dim=(0, 1, 2)).min() > 0


def test_judges_an_image_by_its_class_where_there_are_classes(name, images):
    judge = build(name, num_classes=3).eval()
    (logits,), (others,) = judge([images], LABELS), judge([images], (LABELS + 1) % 3)
    assert (logits != others).all()


def test_asks_for_labels_where_there_are_classes(name, images):
    with pytest.raises(VidpredError, match=r"no labels were given, but .* is conditioned on 3 classes"):
        build(name, num_classes=3)([images])


@pytest.mark.parametrize("classes", [0, 3])
def test_shows_features_that_tell_of_every_pixel(name, images, classes):
    judge = build(name, num_classes=classes).eval()
    for weight in judge.parameters():
        torch.nn.init.normal_(weight, std=0.1)
    images.requires_grad_()
    (features,) = judge.features([images], *([LABELS] if classes else []))
    assert features.shape[0] == 4
    assert features.dim() == 2
    (features * torch.randn_like(features)).sum().backward()
    assert images.grad.abs().sum(dim=(0, 1, 2)).min() > 0


@pytest.mark.parametrize("name", LEARN_CLASSES)
def test_takes_for_real_what_belongs_to_any_of_the_classes_that_it_learns(name, images):
    judge = build(name, num_categories=5).eval()
    logits = judge.classify([images])
    assert logits.shape == (4, 5)
    parts = logits.double().exp().sum(dim=1)
    torch.testing.assert_close(judge([images])[0].sigmoid().double(), parts / (parts + 1))


def test_learns_to_tell_two_batches_apart(name, images):
    judge = build(name)
    optimizer = torch.optim.Adam(judge.parameters(), 1e-3)
    fake = images.flip(-1) * 0.5
    for _ in range(30):
        loss = torch.nn.functional.softplus(judge([fake])[0] - judge([images])[0]).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert (judge([images])[0] > judge([fake])[0]).all()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda images: images, r"a tensor \(4, 1, 3, 32, 32\) of torch.float32, but a list of clips"),
        (lambda images: [images[:, 0]], r"a list of a tensor \(4, 3, 32, 32\)"),
        (lambda images: [], "a list of nothing"),
        (lambda images: [images.repeat(1, 2, 1, 1, 1)], r"clips \(4, 2, 3, 32, 32\), but was built for 3 channels"),
        (lambda images: [images[..., :28]], r"clips \(4, 1, 3, 32, 28\), but .* of 32 x 32 pixels"),
        (lambda images: [(images * 127).to(torch.uint8)], "of torch.uint8, but a list of clips .* of floats"),
    ],
)
def test_what_are_no_clips_for_it_is_refused(name, images, spoil, told):
    with pytest.raises(VidpredError, match=told):
        build(name)(spoil(images))


@pytest.mark.parametrize(
    ("labels", "told"), [(LABELS + 1, "there is no class 3"), (LABELS[:2], r"the labels are \(2,\)")]
)
def test_labels_that_are_no_classes_are_refused(name, images, labels, told):
    with pytest.raises(VidpredError, match=told):
        build(name, num_classes=3)([images], labels)
