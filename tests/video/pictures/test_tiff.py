"""TIFF pictures, whose kinds are many: read exactly, or refused by name."""

import numpy as np
import pytest
from PIL import Image
from raw_pictures import tiff

from vidpred.errors import VidpredError
from vidpred.video.pictures.picture import read_picture

DRAW = np.random.default_rng(1)
DEEP = DRAW.integers(0, 65_536, (20, 30, 4), dtype=np.uint16)
BYTES = (DEEP >> 8).astype(np.uint8)
SMOOTH = np.dstack([np.add.outer(np.arange(20) * 5, np.arange(30) * 4), *np.mgrid[90:110, 100:130]]).astype(np.uint8)


def read(folder, content):
    (folder / "1.tif").write_bytes(content)
    return read_picture(folder / "1.tif")


def grey(levels):
    return np.repeat(np.asarray(levels)[..., None], 3, axis=2)


@pytest.mark.parametrize("deflate", [False, True])
@pytest.mark.parametrize("big_endian", [False, True])
@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_grey_is_exact_whichever_end_is_white(tmp_path, bits, big_endian, deflate):
    levels = DEEP[..., :1] >> (16 - bits)
    expected = np.round(levels[..., 0] * (255 / (2**bits - 1))).astype(np.uint8)
    shown = read(tmp_path, tiff(levels, bits, 1, big_endian=big_endian, deflate=deflate))
    np.testing.assert_array_equal(shown, grey(expected))
    white_is_zero = tiff(levels, bits, 0, big_endian=big_endian, deflate=deflate)
    if bits == 16 and big_endian:
        with pytest.raises(VidpredError, match="cannot be read as a picture"):  # Pillow knows no such kind
            read(tmp_path, white_is_zero)
    else:
        np.testing.assert_array_equal(read(tmp_path, white_is_zero), grey(255 - expected))


@pytest.mark.parametrize("deflate", [False, True])
@pytest.mark.parametrize("big_endian", [False, True])
@pytest.mark.parametrize("bits", [8, 16])
def test_colours_are_exact(tmp_path, bits, big_endian, deflate):
    levels = DEEP[..., :3] >> (16 - bits)
    expected = np.round(levels * (255 / (2**bits - 1)))
    shown = read(tmp_path, tiff(levels, bits, 2, big_endian=big_endian, deflate=deflate))
    np.testing.assert_array_equal(shown, expected)


@pytest.mark.parametrize("deflate", [False, True])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("meaning", ["nothing", "premultiplied", "opacity"])
def test_a_fourth_channel_is_what_the_file_says(tmp_path, bits, meaning, deflate):
    levels = (DEEP >> (16 - bits)).astype(float)
    most = 2**bits - 1
    veil = levels[..., 3:] / most if meaning == "opacity" else 1
    number = ["nothing", "premultiplied", "opacity"].index(meaning)
    shown = read(tmp_path, tiff(levels.astype(int), bits, 2, deflate=deflate, tags={338: [number]}))
    np.testing.assert_array_equal(shown, np.round(levels[..., :3] * veil * (255 / most)))


@pytest.mark.parametrize("deflate", [False, True])
def test_separate_planes_are_put_together_or_refused(tmp_path, deflate):
    shown = read(tmp_path, tiff(BYTES[..., :3], 8, 2, planar=True, deflate=deflate))
    np.testing.assert_array_equal(shown, BYTES[..., :3])
    with pytest.raises(VidpredError, match=r"1\.tif holds 16-bit colours in separate planes; convert it"):
        read(tmp_path, tiff(DEEP[..., :3], 16, 2, planar=True, deflate=deflate))
    with pytest.raises(VidpredError, match="holds premultiplied colours in separate planes"):
        read(tmp_path, tiff(BYTES, 8, 2, planar=True, deflate=deflate, tags={338: [1]}))


@pytest.mark.parametrize("step", [1, 256, 257])
def test_colour_maps_of_8_and_16_bits_are_followed(tmp_path, step):
    palette = DRAW.integers(0, 256, (256, 3))
    content = tiff(BYTES[..., :1], 8, 3, tags={320: (palette.T.ravel() * step).tolist()})
    np.testing.assert_array_equal(read(tmp_path, content), palette[BYTES[..., 0]])


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "lzma", "zstd", "jpeg"])
def test_what_pillow_can_uncompress_is_read(tmp_path, compression):
    try:
        Image.fromarray(SMOOTH).save(tmp_path / "1.tif", compression=compression)
    except OSError:
        pytest.skip(f"this Pillow does not compress by {compression}")
    shown = read_picture(tmp_path / "1.tif").astype(int)
    assert np.abs(shown - SMOOTH).max() <= (8 if compression == "jpeg" else 0)


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_ccitt"])
def test_faxes_are_read(tmp_path, compression):
    Image.fromarray(BYTES[..., 0] > 127).save(tmp_path / "1.tif", compression=compression)
    np.testing.assert_array_equal(read_picture(tmp_path / "1.tif"), grey((BYTES[..., 0] > 127) * 255))


def test_luma_and_chroma_become_colours_by_bt601(tmp_path):
    luma, blue, red = np.moveaxis(SMOOTH.astype(float), 2, 0)
    shown = read(tmp_path, tiff(SMOOTH, 8, 6, deflate=True, tags={530: [1, 1]}))
    green = luma - 0.344 * (blue - 128) - 0.714 * (red - 128)
    colours = np.dstack([luma + 1.402 * (red - 128), green, luma + 1.772 * (blue - 128)]).clip(0, 255)
    np.testing.assert_allclose(shown, colours, atol=1)
    blocks = [SMOOTH[row : row + 2, column : column + 2] for row in range(0, 20, 2) for column in range(0, 30, 2)]
    halved = b"".join(block[..., 0].tobytes() + block[0, 0, 1:].tobytes() for block in blocks)
    shown = read(tmp_path, tiff(SMOOTH, 8, 6, deflate=True, content=halved, tags={530: [2, 2]}))
    np.testing.assert_allclose(shown, colours, atol=5)


KINDS = {
    "float32": (
        tiff(DEEP[..., :2], 16, 1, tags={258: [32], 277: [1], 339: [3]}),
        "grey of float32, but uint1",
    ),
    "12 bits": (tiff(DEEP[..., :1], 16, 1, tags={258: [12]}), "grey of uint12"),
    "32 bits": (tiff(DEEP[..., :2], 16, 1, tags={258: [32], 277: [1]}), "grey of uint32"),
    "signed bytes": (tiff(BYTES[..., :1], 8, 1, tags={339: [2]}), "grey of int8"),
    "signed": (tiff(DEEP[..., :1], 16, 1, tags={339: [2]}), "grey of int16"),
    "depths that differ": (tiff(BYTES[..., :3], 8, 2, tags={258: [8, 8, 16]}), "RGB of uint8 and uint16"),
    "deep inks": (tiff(DEEP, 16, 5), "CMYK of uint16, but uint8 throughout is accepted"),
    "Lab": (tiff(BYTES[..., :3], 8, 8), "CIELab colours, but grey, RGB"),
    "ICC Lab": (tiff(BYTES[..., :3], 8, 9), "ICCLab colours"),
    "LogLuv": (tiff(BYTES[..., :3], 8, 32_845), "colours of kind 32845"),
    "JPEG XL": (tiff(BYTES[..., :3], 8, 2, tags={259: [50_002]}), "a TIFF compressed as JPEG XL"),
    "an unknown compression": (tiff(BYTES[..., :3], 8, 2, tags={259: [12_345]}), "a TIFF compressed as kind 12345"),
    "big and backwards": (b"MM\0+\0\x08\0\0" + bytes(7) + b"\x10" + bytes(16), "a BigTIFF with the most"),
    "plain YCbCr": (tiff(SMOOTH, 8, 6, tags={530: [1, 1]}), "uncompressed YCbCr"),
    "thumbnail": (tiff(BYTES[..., :3], 8, 2, tags={254: [1]}), "a thumbnail or a mask as its first page"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_other_kinds_are_refused_by_name(tmp_path, kind):
    content, reason = KINDS[kind]
    with pytest.raises(VidpredError, match=rf"1\.tif holds {reason}.*; convert it or take it away\Z"):
        read(tmp_path, content)


@pytest.mark.parametrize("big", [False, True])
def test_several_pages_are_refused_but_a_thumbnail_is_no_page(tmp_path, big):
    pages = [Image.fromarray(SMOOTH), Image.fromarray(SMOOTH[::-1]), Image.fromarray(SMOOTH)]
    pages[0].save(tmp_path / "1.tif", save_all=True, append_images=pages[1:], big_tiff=big)
    with pytest.raises(VidpredError, match="holds 3 pages, not one picture; save one of them"):
        read_picture(tmp_path / "1.tif")
    pages[1].encoderinfo = {"tiffinfo": {254: 1}}
    pages[0].save(tmp_path / "1.tif", save_all=True, append_images=pages[1:2], big_tiff=big)
    np.testing.assert_array_equal(read_picture(tmp_path / "1.tif"), SMOOTH)
