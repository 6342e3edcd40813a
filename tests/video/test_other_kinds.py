"""Files of well-known kinds that are not read are named as what they are, with what to do."""

import pytest

from vidpred.errors import VidpredError
from vidpred.video.pictures.picture import read_picture
from vidpred.video.reader import probe
from vidpred.video.sources import find_sources

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
PICTURES = {
    "pointer": (POINTER, "Git LFS.*git lfs pull"),
    "OpenEXR": (b"\x76\x2f\x31\x01\x02\0\0\0" + bytes(100), "OpenEXR.*map its tones"),
    "Radiance": (b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 2 +X 2\n", "Radiance HDR.*map its tones"),
    "floats": (b"PF\n2 2\n-1.0\n" + bytes(48), "floating point.*map its tones"),
    "DPX": (b"SDPX" + bytes(2044), "DPX.*PNG"),
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100), "HEIC.*PNG"),
    "web page with a mark of its encoding": (b"\xef\xbb\xbf<!DOCTYPE html><html>", "web page.*download it again"),
    "web page": (b"\n<!DOCTYPE html><html>", "web page.*download it again"),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_of_another_kind_is_named(tmp_path, kind):
    content, complaint = PICTURES[kind]
    path = tmp_path / "frame_001.png"
    path.write_bytes(content)
    with pytest.raises(VidpredError, match=complaint):
        read_picture(path)


@pytest.mark.parametrize("kind", ["pointer", "web page", "HEIC"])
def test_what_has_the_name_of_a_video_is_named(tmp_path, kind):
    content, complaint = PICTURES[kind]
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(VidpredError, match=complaint):
        probe(path)


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("foreman.yuv", r"-pixel_format yuv420p .* -i foreman\.yuv .* foreman\.mkv"),
        ("a screen's.rgb", r"""-pixel_format rgb24 .* -i 'a screen'"'"'s\.rgb' .* 'a screen'"'"'s\.mkv'"""),
        ("phone.NV21", r"-pixel_format nv21 .* -i phone\.NV21 .* phone\.mkv"),
    ],
)
def test_raw_pixels_are_named_with_how_to_convert_them(tmp_path, name, command):
    path = tmp_path / name
    path.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(VidpredError, match=rf"raw pixels.*ffmpeg -f rawvideo .*{command}"):
        probe(path)


@pytest.mark.parametrize("below", ["", "shots/first"])
def test_a_folder_of_pictures_that_are_not_read_says_so(tmp_path, below):
    (tmp_path / below).mkdir(parents=True, exist_ok=True)
    for number in range(3):
        (tmp_path / below / f"{number:03}.exr").write_bytes(b"\x76\x2f\x31\x01")
    with pytest.raises(VidpredError, match=r"its pictures in \.exr are not read: save them as PNG"):
        find_sources(tmp_path)


SOUNDS = {
    "song.mp3": (b"ID3\x04" + bytes(100), "MP3"),
    "bare.mp3": (b"\xff\xfb\x90\xc4" + bytes(100), "MP3"),
    "song.aac": (b"\xff\xf1\x50\x80" + bytes(100), "AAC"),
    "song.flac": (b"fLaC" + bytes(100), "FLAC"),
    "song.wav": (b"RIFF\x24\0\0\0WAVEfmt " + bytes(100), "WAV"),
    "song.aiff": (b"FORM\0\0\0\x24AIFFCOMM" + bytes(100), "AIFF"),
}


@pytest.mark.parametrize("name", SOUNDS)
def test_sound_alone_is_named(tmp_path, name):
    content, kind = SOUNDS[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(VidpredError, match=rf"is sound \({kind}\), not a video; give a file with a video track"):
        probe(tmp_path / name)
