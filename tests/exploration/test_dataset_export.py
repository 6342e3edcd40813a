"""Drawn images as a data set: what is written, and that it is read back."""

import numpy as np
import pytest
from PIL import Image

from vidpred.data import image_folder
from vidpred.errors import VidpredError
from vidpred.exploration import dataset_export, export_dataset
from vidpred.frames import to_uint8
from vidpred.generators import GENERATORS
from vidpred.generators.sampling import sample


def build(classes=0):
    facts = {"latent_channels": 5, "height": 16, "width": 16, "frame_channels": 3, "num_classes": classes}
    return GENERATORS.build("dcgan", facts, hidden_channels=4).eval()


def test_every_class_has_a_folder_of_the_samples_of_the_seed(tmp_path):
    generator = build(classes=11)
    export_dataset(generator, tmp_path / "drawn", 30, seed=4)
    assert sorted(path.name for path in (tmp_path / "drawn").iterdir()) == [f"{number:02}" for number in range(11)]
    written = sorted((tmp_path / "drawn").glob("*/*.png"), key=lambda path: path.name)
    assert [path.parent.name for path in written] == [f"{number % 11:02}" for number in range(30)]
    images = np.stack([np.asarray(Image.open(path)) for path in written])
    np.testing.assert_array_equal(images, to_uint8(sample(generator, 30, seed=4)))


def test_what_is_written_can_be_trained_on(tmp_path):
    export_dataset(build(classes=3), tmp_path / "drawn", 30)
    split = image_folder(tmp_path / "drawn", resolution=16, cache=tmp_path / "cache")
    assert split.train.facts["num_classes"] == 3
    assert "3 classes, whose names are their numbers" in split.report


def test_without_classes_there_are_no_folders(tmp_path):
    export_dataset(build(), tmp_path, 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["00001.png", "00002.png"]


def test_nothing_is_written_where_something_is(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(VidpredError, match="is not empty"):
        export_dataset(build(), tmp_path, 2)
    with pytest.raises(VidpredError, match="0 images were asked for"):
        export_dataset(build(), tmp_path / "new", 0)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError("No space left on device")])
@pytest.mark.parametrize(("classes", "folder"), [(0, "new/drawn"), (3, "new/drawn"), (3, "mine")])
def test_of_a_data_set_that_is_not_written_to_its_end_nothing_stays(tmp_path, monkeypatch, classes, folder, error):
    (tmp_path / "mine").mkdir()
    usual, written = dataset_export.write_png, []

    def fail(path, image):
        written.append(path)
        if len(written) > 4:
            raise error
        usual(path, image)

    monkeypatch.setattr(dataset_export, "write_png", fail)
    with pytest.raises(type(error)):
        export_dataset(build(classes), tmp_path / folder, 8)
    assert len(written) == 5
    assert [path.name for path in tmp_path.rglob("*")] == ["mine"]
