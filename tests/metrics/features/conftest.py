"""What the tests of extractors work on: weights drawn at random in the real files' form, and a trained classifier."""

import pytest
from extractor_material import draw_stripes, randomise
from safetensors.torch import save_file

from vidpred.metrics.features import EXTRACTORS, train_classifier
from vidpred.metrics.features.i3d import I3DNetwork
from vidpred.metrics.features.inception_2015 import InceptionNetwork


@pytest.fixture(scope="session")
def stripes():
    return draw_stripes(side=8)


@pytest.fixture(scope="session")
def classifier_file(stripes, tmp_path_factory):
    path = tmp_path_factory.mktemp("classifier") / "stripes.safetensors"
    train_classifier(*stripes, path, steps=15)
    return path


@pytest.fixture(scope="session")
def classifier(classifier_file):
    return EXTRACTORS.build("local_classifier", weights=classifier_file)


@pytest.fixture(scope="session")
def weights_of(tmp_path_factory, classifier_file):
    """Weights by the name of the extractor that needs them."""
    folder = tmp_path_factory.mktemp("weights")
    files = {"local_classifier": classifier_file}
    for name, network in (("inception_2015", InceptionNetwork()), ("i3d", I3DNetwork())):
        files[name] = folder / f"{name}.safetensors"
        save_file({key: value.half() for key, value in randomise(network).state_dict().items()}, files[name])
    yield files
    for path in folder.iterdir():  # which are large
        path.unlink()
