"""What any discriminator of every scale must do: a newly registered one is tested here without another line."""

import pytest
import torch

from vidpred.discriminators import DISCRIMINATORS
from vidpred.errors import VidpredError
from vidpred.frames.pyramid import build_pyramid

FACTS = {"num_frames": 5, "frame_channels": 3, "num_scales": 4, "height": 32, "width": 32}
SMALL = {"width_multiplier": 0.125}


@pytest.fixture(params=sorted(name for name in DISCRIMINATORS if "num_scales" in DISCRIMINATORS.signature(name)))
def name(request):
    return request.param


def build(name, **facts):
    taken = DISCRIMINATORS.signature(name)
    return DISCRIMINATORS.build(name, {**SMALL, **FACTS, **facts} if taken else FACTS)


def test_judges_every_clip_at_every_scale(name, clip):
    logits = build(name)(build_pyramid(clip, 4))
    assert len(logits) == 4
    assert all(len(level) == 2 and level.dim() in (1, 3) for level in logits)


@pytest.mark.parametrize("facts", [{"num_frames": 2}, {"frame_channels": 1}, {"num_scales": 1}, {"num_scales": 3}])
def test_takes_any_number_of_frames_channels_and_scales(name, facts):
    wanted = {**FACTS, **facts}
    clips = torch.rand(2, wanted["num_frames"], wanted["frame_channels"], 32, 32)
    assert len(build(name, **facts)(build_pyramid(clips, wanted["num_scales"]))) == wanted["num_scales"]


def test_takes_oblong_frames(name):
    clips = torch.rand(1, 5, 3, 32, 45)
    assert len(build(name, width=45)(build_pyramid(clips, 4))) == 4


def test_clips_in_a_batch_do_not_affect_each_other(name, clip):
    judge = build(name)
    together = judge(build_pyramid(clip, 4))
    alone = judge(build_pyramid(clip[:1], 4))
    for level, single in zip(together, alone, strict=True):
        torch.testing.assert_close(level[:1], single)


def test_looks_at_the_context_and_at_the_frame_at_every_scale(name, clip):
    clips = [level.requires_grad_() for level in build_pyramid(clip, 4)]
    for level, logits in zip(clips, build(name)(clips), strict=True):
        (gradient,) = torch.autograd.grad(logits.sum(), level)
        assert gradient.abs().sum(dim=(0, 2, 3, 4)).min() > 0


def test_every_parameter_learns(name, clip):
    judge = build(name)
    sum(level.sum() for level in judge(build_pyramid(clip, 4))).backward()
    idle = [key for key, parameter in judge.named_parameters() if parameter.grad is None]
    assert not idle, f"no gradient reaches {idle}"


def test_shows_features_of_every_scale(name, clip):
    clips = [level.requires_grad_() for level in build_pyramid(clip, 4)]
    judge = build(name)
    features = judge.features(clips)
    assert all(level.dim() in (2, 4) and level.shape[0] == 2 and level.shape[1] > 1 for level in features)
    for level, seen in zip(clips, features, strict=True):
        (gradient,) = torch.autograd.grad(seen.sum(), level)
        assert gradient.abs().sum() > 0


def test_learns_to_tell_two_batches_apart(name, clip):
    judge = build(name)
    optimizer = torch.optim.Adam(judge.parameters(), 1e-3)
    real, fake = build_pyramid(clip, 4), build_pyramid(clip.flip(1) * 0.5, 4)
    for _ in range(40):
        pairs = zip(judge(real), judge(fake), strict=True)
        loss = sum(torch.nn.functional.softplus(f.mean() - r.mean()) for r, f in pairs)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert all(r.mean() > f.mean() for r, f in zip(judge(real), judge(fake), strict=True))


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda levels: levels[-1], "a tensor .* but a list of clips"),
        (lambda levels: levels[1:], "clips at 3 scales, but was built for 4"),
        (
            lambda levels: [level[:, :4] for level in levels],
            r"clips \(2, 4, 3, 32, 32\), but was built for 15",
        ),
    ],
)
def test_what_are_no_clips_for_it_is_refused(name, clip, spoil, told):
    with pytest.raises(VidpredError, match=told):
        build(name)(spoil(build_pyramid(clip, 4)))
