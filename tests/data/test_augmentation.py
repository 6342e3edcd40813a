"""Random changes of clips."""

import numpy as np
import pytest

from vidpred.data.augmentation import Augmentation, tone_curves

CLIP = np.random.default_rng(0).integers(0, 256, (5, 8, 8, 3), np.uint8)


def augmented(clip=CLIP, seeds=range(40), **options):
    clips = [clip.copy() for _ in seeds]
    for seed, copy in zip(seeds, clips, strict=True):
        Augmentation(**options).apply(copy, np.random.default_rng(seed))
    return clips


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("option", "changed"),
    [
        ("transpose", lambda clip: clip.transpose(0, 2, 1, 3)),
        ("flip_vertical", lambda clip: clip[:, ::-1]),
        ("reverse", lambda clip: clip[::-1]),
    ],
)
def test_half_of_the_clips_are_turned_and_the_rest_left_alone(option, changed, channels):
    clip = CLIP[..., :channels]
    clips = augmented(clip, seeds=range(400), **{option: True})
    turned = sum(np.array_equal(one, changed(clip)) for one in clips)
    kept = sum(np.array_equal(one, clip) for one in clips)
    assert turned + kept == 400
    assert 160 < turned < 240


def test_nothing_is_drawn_or_changed_by_default():
    draw, untouched = np.random.default_rng(0), np.random.default_rng(0)
    clip = CLIP.copy()
    Augmentation().apply(clip, draw)
    np.testing.assert_array_equal(clip, CLIP)
    assert draw.random() == untouched.random()


def test_same_draw_gives_the_same_change():
    options = {"transpose": True, "flip_vertical": True, "reverse": True, "brightness": 0.5}
    np.testing.assert_array_equal(augmented(**options), augmented(**options))
    assert len({clip.tobytes() for clip in augmented(**options)}) == 40


@pytest.mark.parametrize("channels", [1, 3])
def test_light_changes_every_frame_by_one_curve_per_channel(channels):
    clip = CLIP[..., :channels]
    (changed,) = augmented(clip, seeds=[3], brightness=0.4)
    curves = tone_curves(0.4, channels, np.random.default_rng(3))
    for channel in range(channels):
        np.testing.assert_array_equal(changed[..., channel], curves[:, channel][clip[..., channel]])


def test_curve_is_contrast_brightness_and_balance_as_drawn():
    draw = np.random.default_rng(7)
    contrast, offset = 1 + 0.3 * draw.uniform(-1, 1), 0.3 * 64 * draw.uniform(-1, 1)
    balance = 1 + 0.1 * draw.uniform(-1, 1, 3)
    curves = tone_curves(0.3, 3, np.random.default_rng(7))
    for level in (0, 60, 127, 255):
        for channel in range(3):
            exact = ((level - 127.5) * contrast + 127.5 + offset) * balance[channel]
            assert curves[level, channel] == min(max(round(exact), 0), 255)


def test_change_of_light_stays_within_its_strength():
    curves = [tone_curves(0.2, 3, np.random.default_rng(seed)).astype(float) for seed in range(200)]
    middles = np.array([curve[127:129].mean(axis=0) for curve in curves])  # contrast leaves mid-grey alone
    assert middles.max() <= (127.5 + 12.8) * (1 + 0.2 / 3) + 1
    assert middles.min() >= (127.5 - 12.8) * (1 - 0.2 / 3) - 1
    assert np.ptp(middles) > 25


def test_grey_clips_change_without_a_tint():
    curves = tone_curves(1.0, 1, np.random.default_rng(2))
    assert curves.shape == (256, 1)
    assert (np.diff(curves[:, 0].astype(int)) >= 0).all()
