"""Distances between sets carry what they depend on, under names of their own."""

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.machine.progress import counting
from vidpred.metrics.compare_sets import compare_sets, extract, subsample
from vidpred.metrics.features import RandomConvolution, RawPatches
from vidpred.metrics.frechet import frechet_distance
from vidpred.metrics.kid import kernel_distance
from vidpred.metrics.prdc import prdc


@pytest.fixture
def sets():
    real = torch.rand(30, 2, 3, 16, 16) * 2 - 1
    return real, (real.flip(0) * 0.5)[:25]


def test_every_number_says_what_it_depends_on(sets):
    extractor = RawPatches(side=4)
    distances = compare_sets(extractor, *sets, seed=3, most=500)
    assert [each.name for each in distances] == [
        f"raw_patches {name}"
        for name in ("frechet distance", "kernel distance", "precision", "recall", "density", "coverage")
    ]
    for each in distances:
        assert (each.extractor, each.resize) == (f"raw_patches {extractor.digest[:8]}", "none")
        assert (each.num_real, each.num_fake, each.seed) == (500, 500, 3)
        told = str(each)
        assert all(str(part) in told for part in (each.name, each.extractor, "resize none", "500 real", "seed 3"))


@pytest.mark.parametrize(("length", "noun"), [(1, "image"), (2, "clip")])
def test_the_progress_is_counted_in_what_is_looked_at(monkeypatch, length, noun):
    shown = []
    monkeypatch.setattr("vidpred.metrics.compare_sets.counting", lambda *words: shown.append(words) or counting(*words))
    extract(RawPatches(side=4), torch.rand(3, length, 3, 16, 16))
    assert shown == [(3, "computing features", noun)]


def test_the_numbers_are_those_of_the_chosen_features(sets):
    extractor = RawPatches(side=4)
    real, fake = (subsample(extractor(clips), 300, seed=1) for clips in sets)
    distances = {each.name.partition(" ")[2]: each.value for each in compare_sets(extractor, *sets, seed=1, most=300)}
    assert distances["frechet distance"] == frechet_distance(real, fake) > 0
    assert distances["kernel distance"] == kernel_distance(real, fake)
    assert [distances[name] for name in prdc(real, fake)._fields] == list(prdc(real, fake))


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others(sets):
    first, again, other = (compare_sets(RawPatches(4), *sets, seed=seed, most=300) for seed in (0, 0, 1))
    assert first == again
    assert first[0].value != other[0].value


def test_few_samples_are_all_taken_and_more_are_drawn_without_repetition():
    features = torch.arange(50.0)[:, None]
    assert torch.equal(subsample(features, 50, seed=0), features)
    chosen = subsample(features, 20, seed=0)[:, 0]
    assert (chosen.diff() > 0).all()
    assert len(chosen) == 20


def test_published_names_are_used_only_where_the_extractor_grants_them(sets):
    extractor = RawPatches(4)
    extractor.titles = {"frechet_distance": "FID"}
    assert [each.name for each in compare_sets(extractor, *sets, ["frechet_distance", "kernel_distance"])] == [
        "FID",
        "raw_patches kernel distance",
    ]


def test_batches_do_not_change_the_features(sets):
    extractor = RandomConvolution()
    torch.testing.assert_close(extract(extractor, sets[0], batch_size=7), extractor(sets[0]))


def test_too_few_samples_for_one_distance_leave_the_others(sets):
    with pytest.raises(VidpredError, match="60 real and 50 generated samples, but the Frechet distance over 112"):
        compare_sets(RandomConvolution(), *sets)
    kernel, *_ = compare_sets(RandomConvolution(), *sets, ["kernel_distance", "prdc"])
    assert kernel.value > 0


def test_an_unknown_distance_is_refused_before_any_work(sets):
    with pytest.raises(VidpredError, match=r"'kernel_distanse' \(did you mean 'kernel_distance'\?\)"):
        compare_sets(None, *sets, ["kernel_distanse"])
