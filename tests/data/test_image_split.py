"""Which images of a folder validate, and that those of a run go on to do so though its folder changes."""

import numpy as np
import pytest
from PIL import Image

from vidpred.data import image_folder
from vidpred.data.image_split import ID_BYTES, KnownImages
from vidpred.errors import VidpredError


@pytest.fixture(autouse=True)
def _cached(cache):
    """Keep decoded images of the test to the test."""


def add_images(folder, numbers):
    """Write images that differ from number to number."""
    folder.mkdir(exist_ok=True)
    for number in numbers:
        pixels = np.random.default_rng(number).integers(0, 255, (8, 8, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number:03}.png")


@pytest.fixture
def source(tmp_path):
    """A folder of 24 images."""
    add_images(tmp_path / "all", range(24))
    return tmp_path / "all"


def opened(source, **options):
    return image_folder(source, resolution=8, **options)


def names(side):
    return {side.video(index) for index in range(len(side))}


def note(split):
    return "".join(line for line in split.report.splitlines() if line.startswith("note: "))


def test_a_run_that_starts_from_weights_validates_on_images_that_these_were_not_trained_on(source):
    before = opened(source)
    assert names(opened(source, seed=1).validation) != names(before.validation)
    after = opened(source, seed=1, known_split={"before": before.known_split})
    assert names(after.validation) == names(before.validation)
    again = opened(source, seed=2, known_split={"before": after.known_split})
    assert names(again.validation) == names(before.validation)


def test_images_that_are_added_are_trained_on_and_the_validation_images_stay(source):
    before = opened(source)
    add_images(source, range(24, 80))
    after = opened(source, known_split=before.known_split)
    assert names(after.validation) == names(before.validation)
    assert len(names(after.train)) == 76
    assert "added to training: 024.png, 025.png" in note(after)
    assert note(after).endswith("and 44 more); what it validated on stays out of training")
    again = opened(source, known_split=after.known_split)
    assert (note(again), again.known_split) == ("", after.known_split)


def test_what_stays_as_it_was_is_split_as_before_without_a_note(source):
    before = opened(source)
    after = opened(source, known_split=before.known_split)
    assert (after.report, after.known_split) == (before.report, before.known_split)


def test_images_are_known_by_what_is_in_them(source):
    before = opened(source)
    held_out = names(before.validation)
    for path in sorted(source.iterdir()):
        kind = "held_out" if path.name in held_out else "train"
        with Image.open(path) as image:
            image.save(source / f"{kind}_{path.stem}.bmp")
        path.unlink()
    after = opened(source, known_split=before.known_split)
    assert {name.split("_0")[0] for name in names(after.validation)} == {"held_out"}
    assert len(after.validation) == 4
    assert note(after) == ""


def test_a_copy_of_a_validation_image_is_not_trained_on(source):
    before = opened(source)
    name = min(names(before.validation))
    (source / "zz.png").write_bytes((source / name).read_bytes())
    after = opened(source, known_split=before.known_split)
    assert names(after.validation) == names(before.validation) | {"zz.png"}


def test_an_image_that_is_missing_for_a_while_is_not_forgotten(source, tmp_path):
    before = opened(source, validation=0.25)
    name = min(names(before.validation))
    add_images(source, range(24, 30))
    (source / name).rename(tmp_path / name)
    without = opened(source, validation=0.25, known_split=before.known_split)
    assert "1 missing from validation" in note(without)
    (tmp_path / name).rename(source / name)
    assert names(opened(source, validation=0.25, known_split=without.known_split).validation) == names(
        before.validation
    )


def test_too_few_validation_images_are_joined_by_new_ones_alone(source):
    before = opened(source)
    kept, *lost = sorted(names(before.validation))
    for name in lost:
        (source / name).unlink()
    alone = opened(source, known_split=before.known_split)
    assert alone.validation is None
    assert names(alone.train) == names(before.train)
    add_images(source, range(24, 40))
    joined = opened(source, known_split=alone.known_split)
    assert names(joined.validation) >= {kept}
    assert len(joined.validation) == 4
    assert names(joined.validation).isdisjoint(names(before.train))
    assert "added to validation: " in note(joined)


def test_a_run_without_validation_images_gets_none_that_it_was_trained_on(source):
    before = opened(source, validation=0)
    assert opened(source, validation=0.5, known_split=before.known_split).validation is None
    add_images(source, range(24, 30))
    after = opened(source, validation=0.5, known_split=before.known_split)
    assert names(after.validation) == {f"{number:03}.png" for number in range(24, 30)}


def test_without_an_image_left_to_train_on_it_is_said(source):
    before = opened(source)
    for name in names(before.train):
        (source / name).unlink()
    with pytest.raises(VidpredError, match="all images that are left are ones that this run validates on"):
        opened(source, known_split=before.known_split)


def test_a_run_that_kept_no_record_is_told_of_where_its_images_have_changed(source):
    report = opened(source).report
    assert note(opened(source, known_split={"table": report})) == ""
    add_images(source, range(24, 80))
    changed = opened(source, known_split={"table": report})
    assert "did not record which images it validated on" in note(changed)
    again = opened(source, known_split=changed.known_split)
    assert note(again) == ""
    assert again.known_split["incomplete"]  # it may have trained on what it validates on now


def test_the_record_is_two_short_texts(source):
    known = opened(source).known_split
    assert sorted(known) == ["training", "validation"]
    assert [len(known[side]) for side in sorted(known)] == [136, 28]  # 20 and 4 ids of 5 bytes, in base64
    parsed = KnownImages.parse(known)
    assert [len(parsed.training), len(parsed.validation)] == [20, 4]


@pytest.mark.parametrize(
    "record", [None, 3, {"training": 3}, {"training": "?"}, {"training": "AAAA"}, {"training": {"0a": "0.mp4"}}]
)
def test_a_record_of_another_kind_counts_as_none(source, record):
    assert ID_BYTES == 5
    assert not KnownImages.parse(record)


def test_ids_are_the_same_from_an_older_store(source, tmp_path):
    before = opened(source, cache=tmp_path / "store")
    for path in (tmp_path / "store").glob("*.json"):
        path.write_text(path.read_text().replace('"ids"', '"no_ids"'))
    assert opened(source, cache=tmp_path / "store").known_split == before.known_split
