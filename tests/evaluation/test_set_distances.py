"""Predicted frames are compared with true ones as sets, and every number says what it stands on."""

import json

import pytest
import torch
from drawn import Brightening, Patchworks
from guessing import Guessing

from vidpred.errors import VidpredError
from vidpred.evaluation import evaluate
from vidpred.evaluation.pages import write_report
from vidpred.evaluation.set_distances import ENOUGH, FeatureLedger, SetComparison, higher_is_better
from vidpred.frames import to_model
from vidpred.metrics.compare_sets import compare_sets
from vidpred.metrics.features import RandomConvolution, RawPatches
from vidpred.metrics.set_distance import SetDistance
from vidpred.predictors import CopyLast

NAMES = ["frechet_distance", "kernel_distance", "precision", "recall", "density", "coverage"]


@pytest.fixture(scope="module")
def data():
    return Patchworks({"a": 3, "b": 2, "c": 1}, num_frames=8)


@pytest.fixture(scope="module")
def report(data):
    extractors = [RandomConvolution(), RawPatches()]
    return evaluate({"ours": CopyLast(2)}, data, horizon=4, extractors=extractors, optional=["random_convolution"])


def test_distances_are_those_of_all_predicted_frames_to_the_true_ones(report, data):
    clips = torch.stack([to_model(data.full_frames(index)) for index in range(len(data))])
    copied = clips[:, -5:-4].expand(-1, 4, -1, -1, -1)
    by_convolution, by_patches = report.sets
    for found, extractor in ((by_convolution, RandomConvolution()), (by_patches, RawPatches())):
        names = [name for name in ("frechet_distance", "kernel_distance", "prdc") if name not in found.left_out]
        expected = compare_sets(extractor, clips[:, -4:], copied, names)
        values = {each.name: each.value for each in expected}
        assert {each.name: each.value for each in found.distances["copy_last"].values()} == pytest.approx(values)


def test_every_number_says_what_it_depends_on(report):
    for compared, extractor, number in zip(report.sets, (RandomConvolution(), RawPatches()), (24, 480), strict=True):
        assert list(compared.distances) == report.predictors
        for found in compared.distances.values():
            for each in found.values():
                assert each.extractor == f"{extractor.name} {extractor.digest[:8]}"
                assert (each.resize, each.num_real, each.num_fake, each.seed) == (extractor.resize, number, number, 0)
        text = compared.table()
        for part in (extractor.digest[:8], f"resize {extractor.resize}", f"{number} true", f"{number} pred", "seed 0"):
            assert part in text


def test_which_way_is_better_stands_below_the_distances(report):
    by_convolution, by_patches = report.sets
    higher = "higher is better: precision, recall, density, coverage"
    assert f"\n  lower is better: kernel distance; {higher}\n" in by_convolution.table(width=None)
    assert f"\n  lower is better: frechet distance, kernel distance; {higher}" in by_patches.table(width=None)


def test_distance_that_needs_more_frames_is_left_out_with_the_reason(report):
    by_convolution, by_patches = report.sets
    assert list(by_convolution.names) == NAMES[1:]
    assert list(by_patches.names) == NAMES
    assert list(by_convolution.left_out) == ["frechet_distance"]
    assert "24 true and 24 predicted samples" in by_convolution.left_out["frechet_distance"]
    assert "at least 113" in by_convolution.table()


def test_distance_that_was_asked_for_is_refused_at_once_where_frames_are_too_few():
    seen = []

    class Watched(CopyLast):
        def forward(self, context):
            seen.append(context)
            return super().forward(context)

    data = Patchworks({"a": 3, "b": 2}, num_frames=8)
    with pytest.raises(VidpredError, match=r"20 true and 20 predicted samples, but the Frechet .* at least 113"):
        evaluate({"ours": Watched(2)}, data, horizon=4, extractors=[RandomConvolution()])
    assert len(seen) <= 4 * torch.get_num_threads()  # one clip each


def test_true_frames_are_as_near_as_can_be():
    frames = torch.rand(6, 4, 3, 32, 40) * 2 - 1
    ledger = FeatureLedger([RawPatches()], len(frames), seed=0)
    for number, target in enumerate(frames):
        ledger.add(number, {"truth": target, "noise": torch.rand_like(target)}, target)
    (found,) = ledger.close()
    assert found.distances["truth"]["frechet_distance"].value == pytest.approx(0, abs=1e-9)
    assert found.distances["truth"]["precision"].value == 1
    assert found.best("frechet_distance") == found.best("coverage") == ["truth"]
    assert [name for name in NAMES if higher_is_better(name)] == NAMES[2:]


@pytest.mark.parametrize(
    ("values", "best"),
    [
        ({"one": -0.002, "two": 0.001, "three": -0.0001}, ["one", "three"]),  # the lower of these two is so by chance
        ({"one": 0.002, "two": 0.001, "three": 0.003}, ["two"]),
        ({"one": 0.0, "two": -0.001, "three": 0.003}, ["one", "two"]),
    ],
)
def test_a_distance_below_0_is_no_better_than_0(values, best):
    distances = {
        name: {"kernel_distance": SetDistance(value, "kernel distance", "raw_patches", "none", 9, 9, 0)}
        for name, value in values.items()
    }
    assert SetComparison("raw_patches", distances).best("kernel_distance") == best


def test_more_patches_than_enough_are_chosen_by_seed_the_same_of_truth_and_prediction():
    frames = torch.rand(10, 4, 3, 64, 64) * 2 - 1  # 64 patches each, 2560 in all
    found = []
    for seed in (0, 0, 1):
        ledger = FeatureLedger([RawPatches()], len(frames), seed)
        for number, target in enumerate(frames):
            ledger.add(number, {"truth": target, "half": target / 2}, target)
        found.append(ledger.close()[0].distances)
    assert found[0] == found[1]
    assert found[0]["half"]["frechet_distance"].num_real == ENOUGH
    assert found[0]["half"]["frechet_distance"].value != found[2]["half"]["frechet_distance"].value
    assert found[0]["truth"]["frechet_distance"].value == pytest.approx(0, abs=1e-9)


def test_what_they_depend_on_is_in_the_protocol_and_its_hash(data):
    def conditions(**options):
        return evaluate({"ours": CopyLast(2)}, data, horizon=2, **options).protocol

    none, patches = conditions(), conditions(extractors=[RawPatches()])
    larger = conditions(extractors=[RawPatches(side=4)])
    assert len({none.hash, patches.hash, larger.hash}) == 3
    assert conditions(extractors=[RawPatches()]).hash == patches.hash
    stated = patches.description["sets"]
    assert stated["extractors"]["raw_patches"]["digest"] == RawPatches().digest
    assert "Resize: none." in stated["extractors"]["raw_patches"]["definition"]
    assert stated["seed"] == 0
    assert "no confidence intervals" in stated["intervals"]["definition"]
    assert all(each["version"] == 1 for each in stated["distances"].values())
    assert set(stated["distances"]) == {"frechet_distance", "kernel_distance", "prdc"}
    assert all(each["fingerprint"] for each in (*stated["distances"].values(), *stated["extractors"].values()))


def test_sampler_is_compared_by_its_first_future_even_if_the_best_is_shown(data):
    first, best = (
        evaluate({"guessing": Guessing()}, data, horizon=2, num_samples=3, best_of=best_of, extractors=[RawPatches()])
        for best_of in (None, "truth")
    )
    assert first.sets[0].distances == best.sets[0].distances


def test_report_holds_the_distances_in_every_form(report, tmp_path):
    write_report(report, tmp_path, "2024-05-06")
    tree = json.loads((tmp_path / "report.json").read_text())["sets"]
    assert [each["extractor"].split()[0] for each in tree] == ["random_convolution", "raw_patches"]
    entry = tree[1]["distances"]["linear"]["frechet_distance"]
    assert entry["value"] > 0
    assert entry["interval"] is None
    assert (entry["num_real"], entry["seed"], entry["resize"]) == (480, 0, "none")
    page, text = ((tmp_path / name).read_text() for name in ("report.html", "report.txt"))
    for word in (RawPatches().digest[:8], "480 true and 480 predicted samples", "kernel distance", "at least 113"):
        assert word in page
        assert word in text


def test_brightness_is_seen_by_patches():
    report = evaluate({"ours": CopyLast(2)}, Brightening(9, {"a": [3, 4], "b": [5]}), horizon=5,
                      extractors=[RawPatches(side=2)])  # fmt: skip
    found = report.sets[0].distances
    assert found["linear"]["frechet_distance"].value < found["copy_last"]["frechet_distance"].value / 10


def test_extractor_of_whole_clips_counts_clips_and_sees_predicted_frames_only(data):
    lengths = set()

    class OfClips:
        name, resize, dimension, digest, titles = "of_clips", "none", 2, "0" * 64, {"frechet_distance": "FVD"}

        def __call__(self, clips):
            lengths.add(clips.shape[1])
            return torch.stack([clips.mean(dim=(1, 2, 3, 4)), clips.std(dim=(1, 2, 3, 4))], dim=1)

    report = evaluate({"ours": CopyLast(2)}, data, horizon=4, extractors=[OfClips()])
    (found,) = report.sets
    assert found.names["frechet_distance"] == "FVD"
    assert found.distances["ours"]["frechet_distance"].num_fake == report.num_clips == 6
    assert lengths == {4, 9}  # the horizon, and the clip that tells a changed computation


def test_both_numbers_of_samples_are_written_alike():
    distance = SetDistance(1.0, "kernel distance", "x", "none", 1024, 1024, 0)
    assert "1,024 true and 1,024 predicted samples" in SetComparison("x", {"ours": {"k": distance}}).facts


def table_of(values, left_out=None):
    """Return the table of predictors with these kernel distances."""
    distances = {
        name: {"kernel_distance": SetDistance(value, "raw_patches kernel distance", "raw_patches 0", "none", 9, 9, 0)}
        for name, value in values.items()
    }
    return SetComparison("raw_patches 0", distances, left_out or {})


def test_numbers_stand_below_each_other_whatever_their_sign():
    heading, *rows = table_of({"ours": -0.00124, "copy_last": 0.00021, "mean": 12.5}).table().splitlines()[1:5]
    assert {*map(len, rows)} == {len(heading)}
    assert len({row.rindex(".") for row in rows}) == 1


def test_a_reason_fits_in_a_hundred_columns_and_stays_one_line_in_files():
    reason = f"there are 15 true and 15 predicted samples, but {' '.join(['more of them are needed'] * 6)}"
    compared = table_of({"ours": 1.0}, {"frechet_distance": reason})
    assert max(map(len, compared.table().splitlines())) <= 100
    assert compared.table(width=None).splitlines()[-1].endswith(f"left out: {reason}")
    assert compared.table().split() == compared.table(width=None).split()


def test_many_columns_go_into_blocks_that_fit():
    found = {name: SetDistance(0.5, f"raw_patches {name}", "raw_patches 0", "none", 9, 9, 0) for name in NAMES}
    table = SetComparison("raw_patches 0", {"a predictor with a name of forty letters": found}).table()
    assert max(map(len, table.splitlines())) <= 100
    assert table.count("a predictor with") == 2
