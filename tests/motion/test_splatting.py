"""Where pixels of a known frame land, and which of them is seen in a future one."""

import torch

from vidpred.motion.splatting import landed, origins


def columns(moves, in_front, batch=1):
    """Columns seen in the one row of a frame of as many columns as are given, and where none came."""
    across = torch.tensor(moves, dtype=torch.float32).expand(batch, 1, 1, -1)
    displacement = torch.cat([across, torch.zeros_like(across)], dim=1)
    seen, empty = origins(displacement, torch.tensor(in_front, dtype=torch.float32).expand(batch, 1, 1, -1))
    return seen[:, 0].tolist(), empty[:, 0].tolist()


def test_what_stays_is_seen_where_it_was():
    assert columns([0] * 4, [0] * 4) == ([[0, 1, 2, 3]], [[False] * 4])


def test_of_two_that_land_the_one_in_front_is_seen_whichever_comes_first():
    assert columns([2, 0, 0, 0], [1, 0, 0, 0])[0] == [[1, 1, 0, 3]]  # the first has left; behind it is what is nearby
    assert columns([2, 0, 1, 0], [0, 0, 0, 1])[0][0][2:] == [0, 3]
    assert columns([0, 0, 0, -2], [0, 0, 0, 1])[0][0][1] == 3


def test_where_a_thing_has_left_it_is_empty_and_the_rearmost_nearby_goes_on():
    seen, empty = columns([0, 0, 4, 0, 0, 0, 0, 0], [5, 3, 9, 1, 2, 2, 2, 2])
    assert empty == [[False, False, True, False, False, False, False, False]]
    assert seen == [[0, 1, 3, 3, 4, 5, 2, 7]]


def test_what_leaves_the_frame_is_seen_nowhere():
    seen, empty = columns([9, 0, 0, -9], [1, 1, 1, 1])
    assert seen == [[1, 1, 2, 2]]
    assert empty == [[True, False, False, True]]


def test_between_two_places_a_pixel_is_seen_at_the_nearer_or_at_both():
    assert columns([0.3, 0, 0], [1, 0, 0])[0] == [[0, 1, 2]]
    assert columns([0.5, 0, 0], [1, 0, 0])[0] == [[0, 0, 2]]


def test_every_clip_is_for_itself():
    displacement = torch.zeros(2, 2, 3, 5)
    displacement[1, 1, 0] = 1  # the upper row goes down
    in_front = torch.zeros(2, 1, 3, 5)
    in_front[1, 0, 0] = 1
    seen, empty = origins(displacement, in_front)
    assert torch.equal(seen[0], torch.arange(15).view(3, 5))
    assert torch.equal(seen[1, 1], torch.arange(5))
    assert empty[1, 0].all()
    assert not empty[0].any()


def test_everything_gone_leaves_places_in_the_frame():
    seen, empty = origins(torch.full((1, 2, 6, 7), 99.0), torch.zeros(1, 1, 6, 7))
    assert empty.all()
    assert ((seen >= 0) & (seen < 42)).all()


def test_pixels_of_a_mask_land_at_the_nearest_place_or_outside():
    mask = torch.zeros(2, 1, 3, 4)
    mask[0, 0, 1, 1] = mask[0, 0, 1, 2] = mask[1, 0, 0, 3] = 1
    displacement = torch.tensor([1.4, -0.6])[None, :, None, None].expand(2, 2, 3, 4)  # one to the right, one up
    expected = torch.zeros(2, 1, 3, 4)
    expected[0, 0, 0, 2] = expected[0, 0, 0, 3] = 1  # that of the second clip has left the frame
    assert torch.equal(landed(mask, displacement), expected)
    assert not landed(torch.zeros(2, 1, 3, 4), displacement).any()
