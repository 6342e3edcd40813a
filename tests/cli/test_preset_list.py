"""``vidpred presets`` says of every preset what it is for and how long it takes."""

import pytest
from material import assert_refused, run_command

from vidpred.runs.settings.files import find_presets
from vidpred.runs.settings.presets import read_comment, read_presets


def test_every_preset_has_a_purpose_and_a_time():
    presets = read_presets()
    assert [preset.name for preset in presets] == list(find_presets())
    assert [preset.name for preset in presets if not (preset.purpose and preset.time)] == []
    assert {preset.name: preset.steps for preset in presets}["smoke"] == 30


def test_the_comment_of_a_file_is_taken_apart():
    text = "# What it is for (Who et al. 2016). Then\n# more of it.\n# Time: an hour.\ndata:\n  crop: 8  # not this\n"
    assert read_comment(text) == ("What it is for (Who et al. 2016).", "Then more of it.", "an hour.")
    assert read_comment("data:\n  crop: 8\n") == ("", "", "")


def test_words_choose_presets_and_full_shows_all_of_their_comments(monkeypatch, capsys):
    code, short, _ = run_command(monkeypatch, capsys, "presets", "r3_tiny")
    assert code == 0
    assert short.startswith("r3_tiny (image synthesis, 20,000 steps)\n    The baseline of R3GAN at a size for a laptop")
    assert short.endswith("Time: half an hour of a laptop.\n")
    _, full, _ = run_command(monkeypatch, capsys, "presets", "r3_tiny", "--full")
    assert "Huang et al. (2024)" in full
    assert "Huang et al. (2024)" not in short


@pytest.mark.parametrize(("word", "said"), [("zebra", "zebra"), ("smokes", "did you mean 'smoke'?")])
def test_a_word_that_no_preset_has_is_refused(monkeypatch, capsys, word, said):
    assert_refused(run_command(monkeypatch, capsys, "presets", word), said)
