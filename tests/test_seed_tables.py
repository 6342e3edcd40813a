"""Tables over seeds, by hand."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

from seed_tables import mean_text, seed_tables


def report(**rows):
    """A report whose rows are given by Frechet distance and coverage, the former perhaps missing."""
    distances = {}
    for row, (frechet, coverage) in rows.items():
        found = {"coverage": {"value": coverage}}
        if frechet is not None:
            found["frechet_distance"] = {"value": frechet}
        distances[row] = found
    return {
        "conditions": {"images": {"definition": "200 images"}},
        "distances": {"eye 12345678": distances},
        "inception_style_scores": {"judge": dict.fromkeys(rows, 2.0)},
    }


def test_means_over_seeds_stand_beside_their_standard_deviation():
    assert mean_text([1.0, 3.0]) == "2 ± 1.4"
    assert mean_text([0.5]) == "0.5"
    assert mean_text([]) == "-"


def test_claims_are_counted_seed_by_seed():
    seeds = [report(a=(1.0, 0.5), b=(2.0, 0.5)), report(a=(1.0, 0.7), b=(0.5, 0.5))]
    text = seed_tables("digits", seeds, {"a against b": ("a", "b"), "a against c": ("a", "c")})
    assert "### digits, features of eye 12345678\n\n200 images, and as many drawn" in text
    assert "| a | 1 ± 0 | - | - | - | - | 0.6 ± 0.14 | - |" in text
    assert "- a against b: lower Frechet distance in 1 of 2 seeds, higher coverage in 1" in text
    assert "a against c" not in text
    assert "Inception-style score by judge: a 2 ± 0, b 2 ± 0" in text


def test_nothing_is_claimed_without_a_frechet_distance():
    assert "against" not in seed_tables("few", [report(a=(None, 1.0), b=(None, 0.0))], {"a against b": ("a", "b")})
