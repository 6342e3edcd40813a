"""Tables of what generators reached over several seeds, in Markdown."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from markdown_table import markdown_table

COLUMNS = {
    "frechet_distance": "Frechet",
    "kernel_distance": "kernel",
    "precision": "precision",
    "recall": "recall",
    "density": "density",
    "coverage": "coverage",
    "nearest_neighbour_accuracy": "1-NN",
}
Report = Mapping[str, Any]  # what GeneratorReport.to_json writes, read again


def seed_tables(name: str, seeds: Sequence[Report], claims: Mapping[str, tuple[str, str]]) -> str:
    """Write a table per extractor: a row per generator, means over seeds and their standard deviation.

    Args:
        name: of the data set.
        seeds: a report for each; all with the same rows.
        claims: two rows by the words for them; under a table it is said in how many seeds the first is better.
    """
    blocks = []
    for extractor, rows in seeds[0]["distances"].items():
        lines = []
        for row in rows:
            found = [seed["distances"][extractor][row] for seed in seeds]
            cells = [mean_text([each[column]["value"] for each in found if column in each]) for column in COLUMNS]
            lines.append([row, *cells])
        lines_below = [compare_rows(seeds, extractor, words, *pair) for words, pair in claims.items()]
        images = seeds[0]["conditions"]["images"]["definition"]
        heading = f"### {name}, features of {extractor}\n\n{images}, and as many drawn"
        table = markdown_table(["generator", *COLUMNS.values()], lines)
        blocks += [heading, table, "\n".join(filter(None, lines_below))]
    for classifier, scores in seeds[0]["inception_style_scores"].items():
        of_rows = {row: [seed["inception_style_scores"][classifier][row] for seed in seeds] for row in scores}
        listed = ", ".join(f"{row} {mean_text(values)}" for row, values in of_rows.items())
        blocks.append(f"Inception-style score by {classifier}: {listed}")
    return "\n\n".join(filter(None, blocks))


def compare_rows(seeds: Sequence[Report], extractor: str, words: str, one: str, other: str) -> str:
    """Say in how many seeds the row ``one`` is closer to real images than ``other``, and covers more of them.

    Nothing is said where a row is missing, or its Frechet distance, for want of images.
    """
    pairs = [
        (rows[one], rows[other])
        for rows in (seed["distances"][extractor] for seed in seeds)
        if {one, other} <= rows.keys() and all("frechet_distance" in rows[row] for row in (one, other))
    ]
    if not pairs:
        return ""
    closer = sum(here["frechet_distance"]["value"] < there["frechet_distance"]["value"] for here, there in pairs)
    wider = sum(here["coverage"]["value"] > there["coverage"]["value"] for here, there in pairs)
    return f"- {words}: lower Frechet distance in {closer} of {len(pairs)} seeds, higher coverage in {wider}"


def mean_text(values: Sequence[float]) -> str:
    """Write the mean, with the standard deviation where there are several values; a dash for none."""
    if not values:
        return "-"
    spread = f" ± {statistics.stdev(values):.2g}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.4g}{spread}"
