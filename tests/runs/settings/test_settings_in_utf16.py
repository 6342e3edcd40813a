"""Settings may be written as Windows PowerShell does, in UTF-16."""

import codecs

import pytest

from vidpred.errors import VidpredError
from vidpred.runs.settings.files import read_layers

TEXT = "train:\n  steps: 7\nname: München\n"
READ = [{"train": {"steps": 7}, "name": "München"}]


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        codecs.BOM_UTF8 + TEXT.encode("utf-8"),
        TEXT.encode("utf-8"),
        TEXT.replace("\n", "\r\n").encode("utf-16"),
    ],
)
def test_settings_are_read_in_utf8_and_in_marked_utf16(tmp_path, content):
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    assert read_layers(path) == READ


@pytest.mark.parametrize("content", [TEXT.encode("latin-1"), codecs.BOM_UTF16_LE + b"t", b"\xff\xfe\x00\xd8"])
def test_settings_in_another_encoding_are_refused_with_the_one_to_save_them_in(tmp_path, content):
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    with pytest.raises(VidpredError, match=r"mine\.yaml is not YAML \(no text in UTF-8\); save it in that encoding$"):
        read_layers(path)
