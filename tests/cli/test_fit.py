"""``vidpred fit``, and what comes after it: the folder is used like that of a run."""

import errno
import json
import os

import pytest
from material import assert_refused, draw_images, files_below, run_command

from vidpred import load_generator, sample
from vidpred.cli import INTERRUPTED
from vidpred.errors import VidpredError
from vidpred.evaluation import generation
from vidpred.generators import GaussianMixture
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.fit import fit_mixture
from vidpred.runs.settings import load_config


@pytest.fixture
def vidpred(tmp_path, monkeypatch, capsys):
    """Run the command line in a folder with pictures of two classes; return code, stdout and stderr."""
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    draw_images(tmp_path / "images", number=60)
    draw_images(tmp_path / "others", number=30, side=24)
    return lambda *arguments: run_command(monkeypatch, capsys, *arguments)


def fit(vidpred, *settings, out="mixture", components=3, dimensions=4):
    options = ("--components", components, "--dimensions", dimensions, "--out", out)
    return vidpred("fit", "images", "data.resolution=16", *settings, *options)


def test_says_how_well_the_mixture_fits_images_seen_and_unseen(vidpred, tmp_path):
    code, printed, _ = fit(vidpred, "data.labels=false")
    assert code == 0
    assert "54 images of 16 x 16 pixels to train on, 6 to validate on" in printed
    assert "3 Gaussians over 4 coordinates, full covariance" in printed
    scores = Checkpoint.load(tmp_path / "mixture").scores
    assert f"training images: {scores['log_likelihood']:.1f} nats per image; BIC {scores['bic']:,.0f}" in printed
    assert f"validation images: {scores['validation_log_likelihood']:.1f} nats" in printed
    assert printed.endswith("try it: vidpred sample mixture\n")


def test_no_training_goes_on_from_a_mixture_and_it_is_said_why(vidpred):
    fit(vidpred)
    told = "mixture/checkpoints/last.safetensors holds no state of an optimiser, as those of `vidpred fit`"
    assert_refused(vidpred("train", "--resume", "mixture", "--device", "cpu"), told, "`vidpred train`")


def test_its_folder_is_sampled_and_evaluated_like_that_of_a_run(vidpred, tmp_path):
    fit(vidpred)
    images = sample(load_generator(tmp_path / "mixture", "cpu"), 5, seed=1, labels=1)
    assert images.shape == (5, 3, 16, 16)
    code, printed, _ = vidpred("sample", "mixture", "--num", 6, "--truncate", 0.7, "--out", "grid.png")
    assert (code, printed) == (0, "wrote grid.png\n")
    assert vidpred("evaluate", "images", "--checkpoint", "mixture", "--device", "cpu")[0] == 0


def test_the_pixels_themselves_can_be_mixed(vidpred, tmp_path):
    code, printed, _ = fit(vidpred, "network.covariance=diagonal", "data.labels=false", dimensions=0)
    assert code == 0
    assert f"over {16 * 16 * 3} coordinates, diagonal covariance" in printed
    assert load_generator(tmp_path / "mixture", "cpu").latent_channels == 16 * 16 * 3 + 2


def test_the_same_seed_fits_the_same_mixture(vidpred, tmp_path):
    for out, seed in (("one", 0), ("again", 0), ("other", 1)):
        fit(vidpred, f"train.seed={seed}", "data.labels=false", out=out)
    one, again, other = (
        Checkpoint.load(tmp_path / out).state["generator"]["means"] for out in ("one", "again", "other")
    )
    assert one.equal(again)
    assert not one.equal(other)


def test_nothing_is_overwritten(vidpred, tmp_path):
    fit(vidpred)
    before = files_below(tmp_path / "mixture")
    assert_refused(fit(vidpred), "mixture is not empty")
    assert files_below(tmp_path / "mixture") == before


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"components": 30}, "images of class 0, but 30 are needed to fit 30 components"),
        ({"dimensions": 54}, "there are 54 images, but more than 54 are needed to fit 54 coordinates"),
        ({"dimensions": 800}, "the mixture has 800 coordinates"),
    ],
)
def test_what_cannot_be_fitted_is_refused(vidpred, options, told):
    assert_refused(fit(vidpred, **options), told)


@pytest.mark.parametrize("dimensions", [1000, 60])
def test_too_many_dimensions_are_refused_by_the_name_of_their_option(vidpred, dimensions):
    assert_refused(fit(vidpred, dimensions=dimensions), "--dimensions")


def test_only_the_mixture_is_fitted(vidpred):
    assert_refused(fit(vidpred, "network=dcgan"), "the network is 'dcgan', but only 'gaussian_mixture' is fitted")


def test_generators_are_compared_on_images_that_neither_saw(vidpred, tmp_path):
    fit(vidpred, out="few", components=1)
    fit(vidpred, out="more", components=3)
    code, printed, _ = vidpred("compare", "images", "few", "more", "--device", "cpu", "--out", "report")
    assert code == 0
    assert "6 images of 16 x 16 pixels of images that training did not see" in printed
    report = json.loads((tmp_path / "report" / "report.json").read_text())
    (rows,) = report["distances"].values()
    assert list(rows) == ["training images", "few", "more"]
    for row in rows.values():
        assert {each["num_real"] for each in row.values()} == {6}
        assert "nearest_neighbour_accuracy" in row
    (left_out,) = report["left_out"].values()
    assert "needs at least 113 of each" in left_out["frechet_distance"]
    assert sorted(files_below(tmp_path / "report")) == [
        "few.png", "more.png", "report.json", "report.txt", "training_images.png", "unseen_images.png",
    ]  # fmt: skip


def test_all_images_of_another_folder_count(vidpred):
    fit(vidpred)
    _, printed, _ = vidpred("evaluate", "others", "--checkpoint", "mixture", "--device", "cpu")
    assert "30 images of 16 x 16 pixels of others" in printed
    _, printed, _ = vidpred("evaluate", "others", "--checkpoint", "mixture", "--device", "cpu", "--num", 10)
    assert "10 images of 16 x 16 pixels of others" in printed


def test_an_extractor_that_was_asked_for_refuses_too_few_images(vidpred):
    fit(vidpred)
    asked = ("--extractor", "random_convolution")
    assert_refused(
        vidpred("evaluate", "others", "--checkpoint", "mixture", "--device", "cpu", *asked),
        "there are 30 real and 30 generated samples, but the Frechet distance over 112 dimensions needs at least 113",
    )


def test_a_generator_trained_on_all_images_cannot_be_judged_by_them(vidpred):
    fit(vidpred, "data.validation=0")
    result = vidpred("evaluate", "images", "--checkpoint", "mixture", "--device", "cpu")
    assert_refused(result, "mixture was trained on all of images and kept no validation image")


def test_generators_of_different_sizes_and_predictors_are_not_compared(vidpred):
    fit(vidpred)
    fit(vidpred, "data.resolution=20", out="larger")
    assert_refused(
        vidpred("compare", "images", "mixture", "larger", "--device", "cpu"), "compare generators of one size"
    )
    assert_refused(vidpred("compare", "images", "mixture", "linear", "--device", "cpu"), "linear predicts frames")


@pytest.mark.parametrize(("iterations", "noted"), [(1, True), (50, False)])
def test_a_fit_that_was_cut_short_says_so_in_one_note(vidpred, recwarn, iterations, noted):
    words = ("data.resolution=16", "--components", 2, "--dimensions", 4, "--iterations", iterations)
    code, printed, _ = vidpred("fit", "images", *words, "--out", "mixture")
    assert code == 0
    told = "note: stopped after 1 iteration; more of them (--iterations) may fit better\n"
    assert (told in printed) == noted
    assert not recwarn.list  # scikit-learn has its say for those who call it themselves


def test_a_mixture_plays_no_game_that_could_be_healthy(vidpred):
    fit(vidpred)
    assert_refused(vidpred("health", "mixture"), "mixture has no figures of health, since it was trained without")


def test_a_setting_that_is_not_read_is_named_once(vidpred):
    _, printed, _ = fit(vidpred, "adversary.lr=0.01")
    assert printed.count("adversary.lr") == 1
    assert "note: adversary.lr has no effect, since vidpred fit reads data, task, network, train.seed only" in printed


def test_a_folder_that_stays_empty_since_the_disk_is_full_is_taken_away(vidpred, tmp_path, monkeypatch):
    def fail(path, text):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    fit(vidpred)
    monkeypatch.setattr(generation, "write_text", fail)
    (tmp_path / "mine").mkdir()
    for out in ("reports/new", "mine"):
        words = ("others", "--checkpoint", "mixture", "--device", "cpu", "--num", 10, "--out", out)
        assert_refused(vidpred("evaluate", *words), "No space left on device; free some space")
    assert not (tmp_path / "reports").exists()
    assert (tmp_path / "mine").is_dir()


def test_nothing_stays_of_a_mixture_that_the_disk_has_no_room_for(vidpred, tmp_path, monkeypatch):
    def fail(checkpoint, path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(Checkpoint, "save", fail)
    assert_refused(fit(vidpred, out="deep/mixture"), "No space left on device; free some space")
    assert not (tmp_path / "deep").exists()


@pytest.mark.parametrize("out", [None, "new/mixture"])
def test_ctrl_c_while_the_fit_is_judged_leaves_no_folder(vidpred, monkeypatch, tmp_path, out):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(GaussianMixture, "log_likelihood", interrupted)
    words = ["fit", "images", "data.resolution=16", "--components", 2, "--dimensions", 2]
    assert vidpred(*words, *(["--out", out] if out else []))[0] == INTERRUPTED
    assert {path.name for path in tmp_path.iterdir()} <= {"images", "others", "cache"}


def test_a_taken_folder_is_refused_before_anything_is_fitted(vidpred, tmp_path, monkeypatch):
    monkeypatch.setattr("vidpred.runs.fit.build_data", lambda *_: pytest.fail("images were read"))
    with pytest.raises(VidpredError, match="images is there already and a run overwrites nothing"):
        fit_mixture(load_config(None, ["task=image_synthesis", "network=gaussian_mixture"]), tmp_path / "images")
