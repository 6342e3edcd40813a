"""Single pictures: every kind becomes what is meant, or is refused in a sentence."""

import io
import os
import socket
import struct
import tomllib
import zlib
from pathlib import Path

import numpy as np
import pytest
from packaging.requirements import Requirement
from PIL import Image, JpegImagePlugin, WebPImagePlugin, features
from raw_pictures import png, tiff

from vidpred.errors import VidpredError
from vidpred.video.frame_folder import read_picture as read_picture_of_old
from vidpred.video.pictures import formats, picture
from vidpred.video.pictures.picture import read_picture

SIZE = 20, 30
DRAW = np.random.default_rng(0)
COLOURS = DRAW.integers(0, 256, (*SIZE, 3), dtype=np.uint8)
DEEP = DRAW.integers(0, 65_536, (*SIZE, 4), dtype=np.uint16)
SMOOTH = np.dstack([np.add.outer(np.arange(20) * 5, np.arange(30) * 4), *np.mgrid[90:110, 100:130]]).astype(np.uint8)
TURNED = {
    1: lambda upright: upright,
    2: np.fliplr,
    3: lambda upright: np.rot90(upright, 2),
    4: np.flipud,
    5: lambda upright: upright.transpose(1, 0, 2),
    6: lambda upright: np.rot90(upright, -1),
    7: lambda upright: np.rot90(upright, 2).transpose(1, 0, 2),
    8: np.rot90,
}


def read(folder, content, suffix="png", greyscale=False):
    path = folder / f"1.{suffix}"
    path.write_bytes(content)
    return read_picture(path, greyscale)


def saved(pixels, format, **options):
    file = io.BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(file, format, **options)
    return file.getvalue()


def to_8_bits(deep):
    return np.round(deep / 257).astype(np.uint8)  # 65535 = 257 x 255


def grey(levels):
    return np.repeat(np.asarray(levels)[..., None], 3, axis=2)


def orientation(number):
    exif = Image.Exif()
    exif[0x0112] = number
    return exif


def test_the_former_place_gives_the_same_function():
    assert read_picture_of_old is read_picture


@pytest.mark.parametrize("number", TURNED)
@pytest.mark.parametrize(
    ("format", "options"),
    [("PNG", {}), ("TIFF", {}), ("TIFF", {"compression": "tiff_lzw"}), ("WEBP", {"lossless": True}), ("JPEG", {})],
)
def test_pictures_are_turned_upright(tmp_path, format, options, number):
    content = saved(SMOOTH, format, exif=orientation(number), **options)
    shown = read(tmp_path, content).astype(int)
    expected = TURNED[number](SMOOTH)
    assert shown.shape == expected.shape
    assert np.abs(shown - expected).max() <= (12 if format == "JPEG" else 0)


@pytest.mark.parametrize("number", TURNED)
def test_deep_pictures_are_turned_upright(tmp_path, number):
    turned = TURNED[number](to_8_bits(DEEP[..., :3]))
    for deflate in (False, True):
        content = tiff(DEEP[..., :3], 16, 2, deflate=deflate, tags={274: [number]})
        np.testing.assert_array_equal(read(tmp_path, content, "tif"), turned)
    exif = orientation(number).tobytes().removeprefix(b"Exif\0\0")
    np.testing.assert_array_equal(read(tmp_path, png(DEEP[..., :3], 16, 2, exif=exif)), turned)


def test_the_orientation_may_stand_in_xmp(tmp_path):
    description = b'<x xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/>'
    content = png(COLOURS, 8, 2, more=[(b"iTXt", b"XML:com.adobe.xmp" + bytes(5) + description)])
    np.testing.assert_array_equal(read(tmp_path, content), TURNED[6](COLOURS))


@pytest.mark.parametrize("number", [0, 9])
def test_orientations_that_do_not_exist_are_ignored(tmp_path, number):
    np.testing.assert_array_equal(read(tmp_path, saved(COLOURS, "PNG", exif=orientation(number))), COLOURS)


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_grey_pngs_are_exact(tmp_path, bits, interlaced):
    levels = DEEP[..., :1] >> (16 - bits)
    expected = grey(np.round(levels[..., 0] * (255 / (2**bits - 1))))
    np.testing.assert_array_equal(read(tmp_path, png(levels, bits, 0, interlaced=interlaced)), expected)
    key = int(levels[3, 4, 0])
    expected[levels[..., 0] == key] = 0
    shown = read(tmp_path, png(levels, bits, 0, transparent=struct.pack(">H", key), interlaced=interlaced))
    np.testing.assert_array_equal(shown, expected)


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_bits_that_a_transparent_level_has_too_many_are_ignored(tmp_path, bits):
    levels = DEEP[..., :1] >> (16 - bits)
    shown = read(tmp_path, png(levels, bits, 0, transparent=struct.pack(">H", 2**bits + 1)))
    assert (shown[levels[..., 0] == 1] == 0).all()
    assert (shown[levels[..., 0] > 1] > 0).all()


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("bits", [8, 16])
def test_colour_pngs_are_exact(tmp_path, bits, interlaced):
    levels = DEEP[..., :3] >> (16 - bits)
    levels[5, 6] = levels[3, 4] ^ [0, 0, 1]  # another colour, if only by the last bit
    expected = np.round(levels * (255 / (2**bits - 1)))
    np.testing.assert_array_equal(read(tmp_path, png(levels, bits, 2, interlaced=interlaced)), expected)
    expected[3, 4] = 0
    shown = read(tmp_path, png(levels, bits, 2, transparent=levels[3, 4].astype(">u2").tobytes()))
    np.testing.assert_array_equal(shown, expected)


@pytest.mark.parametrize(("colour_type", "channels"), [(4, 1), (6, 3)])
@pytest.mark.parametrize("bits", [8, 16])
def test_alpha_is_laid_over_black_and_rounded_once(tmp_path, bits, colour_type, channels):
    levels = DEEP[..., 3 - channels :] >> (16 - bits)
    most = 2**bits - 1
    expected = np.round(levels[..., :-1].astype(float) * levels[..., -1:] / most * (255 / most))
    shown = read(tmp_path, png(levels, bits, colour_type))
    np.testing.assert_array_equal(shown, np.broadcast_to(expected, shown.shape))


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_palettes_and_their_transparency_are_followed(tmp_path, bits):
    numbers = DEEP[..., :1] >> (16 - bits)
    palette = DRAW.integers(0, 256, (2**bits, 3))
    np.testing.assert_array_equal(read(tmp_path, png(numbers, bits, 3, palette=palette)), palette[numbers[..., 0]])
    opacity = DRAW.integers(0, 256, 2**bits)
    veiled = np.round(palette * opacity[:, None] / 255)[numbers[..., 0]]
    shown = read(tmp_path, png(numbers, bits, 3, palette=palette, transparent=opacity.astype(np.uint8).tobytes()))
    np.testing.assert_allclose(shown, veiled, atol=0.51)


def test_colour_profiles_and_gamma_are_ignored(tmp_path):
    more = [(b"gAMA", struct.pack(">I", 100_000)), (b"iCCP", b"name\0\0" + zlib.compress(b"no profile"))]
    np.testing.assert_array_equal(read(tmp_path, png(COLOURS, 8, 2, more=more)), COLOURS)


def test_inks_are_converted_by_the_plain_formula(tmp_path):
    inks = np.dstack([SMOOTH, SMOOTH[..., 0] // 2])
    formula = np.round((255.0 - inks[..., :3]) * (255.0 - inks[..., 3:]) / 255)
    tiffs = [saved(Image.fromarray(inks, "CMYK"), "TIFF", **options) for options in ({}, {"compression": "tiff_lzw"})]
    for content in (*tiffs, tiff(inks, 8, 5, planar=True)):
        np.testing.assert_allclose(read(tmp_path, content, "tif"), formula, atol=1)
    jpeg = saved(Image.fromarray(inks, "CMYK"), "JPEG", quality=100, subsampling=0)  # with inverted inks and a mark
    assert np.abs(read(tmp_path, jpeg, "jpg") - formula).mean() < 2


def test_inks_that_may_be_inverted_or_not_are_refused(tmp_path):
    jpeg = saved(Image.fromarray(np.dstack([SMOOTH, SMOOTH[..., 0]]), "CMYK"), "JPEG")
    start = jpeg.index(b"\xff\xee")
    unmarked = jpeg[:start] + jpeg[start + 2 + int.from_bytes(jpeg[start + 2 : start + 4], "big") :]
    with pytest.raises(VidpredError, match=r"1\.jpg holds CMYK without Adobe's mark.*; convert it"):
        read(tmp_path, unmarked, "jpg")


@pytest.mark.parametrize("format", ["BMP", "PNG", "TIFF"])
@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA"])
def test_kinds_that_pillow_writes_are_read_as_it_means_them(tmp_path, format, mode):
    image = Image.fromarray(np.dstack([COLOURS, DEEP[..., 0] >> 8]).astype(np.uint8))
    image = image.convert(mode) if "A" in mode else image.convert("RGB").convert(mode)
    if format == "BMP" and "A" in mode:
        pytest.skip("Pillow's BMPs know no transparency")
    truth = np.asarray(image.convert("RGBA")).astype(float)
    truth = truth[..., :3] * truth[..., 3:] / 255 if "A" in mode else truth[..., :3]
    np.testing.assert_allclose(read(tmp_path, saved(image, format), format.lower()), truth, atol=0.51)


def test_greyscale_weighs_the_channels(tmp_path):
    shown = read(tmp_path, png(COLOURS, 8, 2), greyscale=True)
    assert shown.shape == (*SIZE, 1)
    np.testing.assert_allclose(shown[..., 0], COLOURS @ [0.299, 0.587, 0.114], atol=0.51)


def test_the_first_picture_of_a_phone_s_several_is_read(tmp_path):
    frames = [Image.fromarray(SMOOTH), Image.fromarray(SMOOTH[::-1])]
    several = saved(frames[0], "MPO", save_all=True, append_images=frames[1:], quality=95)
    assert isinstance(Image.open(io.BytesIO(several)), JpegImagePlugin.JpegImageFile)
    assert np.abs(read(tmp_path, several, "jpg").astype(int) - SMOOTH).mean() < 4


@pytest.mark.parametrize(("format", "suffix"), [("PNG", "png"), ("WEBP", "webp"), ("GIF", "gif")])
def test_animations_are_refused(tmp_path, format, suffix):
    frames = [Image.fromarray(SMOOTH), Image.fromarray(SMOOTH[::-1])]
    with pytest.raises(VidpredError, match="holds an animation of 2 frames, not one picture; save one of them"):
        read(tmp_path, saved(frames[0], format, save_all=True, append_images=frames[1:]), suffix)


FOREIGN = {
    "nothing": b"",
    "text": b"hello",
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>',
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 32 32\n%%EOF\n",
    "PCX": saved(SMOOTH, "PCX"),
    "HEIF head": b"\0\0\0\x1cftypheic\0\0\0\0mif1heic",
    "ICO": saved(SMOOTH, "ICO"),
    "PAM": b"P7\nWIDTH 1\nHEIGHT 1\nDEPTH 1\nMAXVAL 255\nENDHDR\na",
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_no_other_format_is_tried(tmp_path, kind, monkeypatch):
    monkeypatch.setattr(Image, "open", None)
    monkeypatch.setattr(os, "posix_spawn", None)
    accepted = "PNG, JPEG, BMP, TIFF, WebP, PNM, TGA, JPEG 2000, AVIF or GIF"
    with pytest.raises(VidpredError, match=rf"\(it is (no {accepted}|empty)|holds (PAM|a picture in HEIC)"):
        read(tmp_path, FOREIGN[kind])


def large(kind):
    """A file of a few bytes that says to hold 30000 x 30000 pixels, or as many as its format can say."""
    if kind == "png":
        return png(COLOURS, 8, 2, size=(30_000, 30_000))
    if kind == "tif":
        return tiff(COLOURS, 8, 2).replace(struct.pack("<HHII", 257, 4, 1, 20), struct.pack("<HHII", 257, 4, 1, 10**8))
    if kind == "bmp":
        return saved(COLOURS, "BMP").replace(struct.pack("<II", 30, 20), struct.pack("<II", 30_000, 30_000))
    if kind == "jpg":
        return saved(COLOURS, "JPEG").replace(struct.pack(">HH", 20, 30), struct.pack(">HH", 30_000, 30_000))
    if kind == "ppm":
        return b"P6 30000 30000 255\n"
    if kind == "tga":
        return struct.pack("<BBBHHBHHHHBB", 0, 0, 2, 0, 0, 0, 0, 0, 30_000, 30_000, 24, 0) + b"\0"
    return b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + (16_383).to_bytes(3, "little") * 2


@pytest.mark.parametrize("kind", ["png", "tif", "bmp", "jpg", "webp", "ppm", "tga"])
def test_what_is_too_large_is_refused_before_there_is_room_for_it(tmp_path, kind, monkeypatch):
    monkeypatch.setattr(formats, "_stored", None)
    monkeypatch.setattr(WebPImagePlugin, "WebPImageFile", None)  # makes room as it opens
    with pytest.raises(VidpredError, match=r"\d+ x \d+ pixels, but at most 67,108,864 are read; scale it down"):
        read(tmp_path, large(kind), kind)


def test_files_that_are_too_long_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(picture, "MOST_BYTES", 100)
    with pytest.raises(VidpredError, match=r"1\.png has [\d,]+ bytes, but at most 100 are read"):
        read(tmp_path, png(COLOURS, 8, 2))


DAMAGED = {
    "cut": png(COLOURS, 8, 2)[:900],
    "cut jpeg": saved(SMOOTH, "JPEG")[:400],
    "cut webp": saved(COLOURS, "WEBP")[:300],
    "cut tiff": tiff(COLOURS, 8, 2)[:900],
    "head alone": png(COLOURS, 8, 2)[:30],
    "signature alone": b"\x89PNG\r\n\x1a\n",
    "jpeg signature": b"\xff\xd8\xff",
    "tiff signature": b"II*\0",
    "bmp signature": b"BM",
    "webp signature": b"RIFF\0\0\0\0WEBP",
    "damaged deflate": tiff(COLOURS, 8, 2, tags={259: [8]}),
    "no zstd": tiff(COLOURS, 8, 2, tags={259: [50_000]}),
    "unknown compression": tiff(COLOURS, 8, 2, tags={259: [34_712]}),
    "endless pages": b"II*\0\x08\0\0\0\0\0\x08\0\0\0",
    "no width": png(COLOURS, 8, 2, size=(20, 0)),
    "wrong checksum": png(COLOURS, 8, 2).replace(struct.pack(">II", 30, 20), struct.pack(">II", 30, 21)),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_damage_is_told_in_one_sentence(tmp_path, kind):
    with pytest.raises(
        VidpredError, match=r"1\.png (cannot be read as a picture \(|holds ).*; .*take it away$"
    ) as told:
        read(tmp_path, DAMAGED[kind])
    assert len(str(told.value).splitlines()) == 1


@pytest.mark.parametrize(
    "error", [MemoryError(), struct.error("odd"), RecursionError("deep"), ZeroDivisionError("by 0")]
)
def test_whatever_a_decoder_raises_is_told_in_one_sentence(tmp_path, monkeypatch, error):
    def fail(content):
        raise error

    monkeypatch.setattr(formats, "read_samples", fail)
    with pytest.raises(VidpredError, match=r"cannot be read as a picture \((it needs more memory|odd|deep|by 0)"):
        read(tmp_path, b"")


def test_only_files_are_opened(tmp_path):
    os.mkfifo(tmp_path / "1.png")
    (tmp_path / "2.png").mkdir()
    (tmp_path / "3.png").symlink_to(tmp_path / "nowhere.png")
    (tmp_path / "4.png").symlink_to("/dev/zero")
    (tmp_path / "5.png").symlink_to(tmp_path / "5.png")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(tmp_path / "6.png"))
        for number, reason in (
            (1, "is a named pipe, a socket or a device, not a picture"),
            (2, "is a folder, not a picture"),
            (3, "No such file"),
            (4, "is a named pipe, a socket or a device"),
            (5, "symbolic links"),
            (6, "is a named pipe, a socket or a device"),
        ):
            with pytest.raises(VidpredError, match=rf"{number}\.png .*{reason}"):
                read_picture(tmp_path / f"{number}.png")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_files_that_may_not_be_read_are_named(tmp_path):
    (tmp_path / "1.png").write_bytes(png(COLOURS, 8, 2))
    (tmp_path / "1.png").chmod(0)
    with pytest.raises(VidpredError, match=r"1\.png cannot be read as a picture \(Permission denied\)"):
        read_picture(tmp_path / "1.png")


def test_every_16_bit_level_goes_to_the_nearest(tmp_path):
    levels = np.arange(65_536, dtype=np.uint16).reshape(256, 256, 1)
    expected = np.round(levels[..., 0].astype(float) * 255 / 65_535)
    for content in (png(levels, 16, 0), png(np.repeat(levels, 3, axis=2), 16, 2), tiff(levels, 16, 1)):
        np.testing.assert_array_equal(read(tmp_path, content), grey(expected))


def test_sizes_at_the_limit_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "MOST_PIXELS", SIZE[0] * SIZE[1])
    assert read(tmp_path, png(COLOURS, 8, 2)).shape == (*SIZE, 3)


@pytest.mark.parametrize("greyscale", [False, True])
@pytest.mark.parametrize(
    "content", [png(COLOURS, 8, 2), png(COLOURS[..., :1], 8, 0), png(DEEP, 16, 6), tiff(DEEP, 16, 2)]
)
def test_the_picture_is_the_caller_s_to_change(tmp_path, content, greyscale):
    first = read(tmp_path, content, greyscale=greyscale)
    kept = first.copy()
    first[:] = 0
    np.testing.assert_array_equal(read(tmp_path, content, greyscale=greyscale), kept)


def tga(pixels, opacity_bits, order=0x20):
    """Return an uncompressed TGA of (H, W, 4) pixels RGBA; from the top down, unless the order says otherwise."""
    height, width, _ = pixels.shape
    header = struct.pack("<BBBHHBHHHHBB", 0, 0, 2, 0, 0, 0, 0, 0, width, height, 32, opacity_bits | order)
    return header + pixels[..., [2, 1, 0, 3]].tobytes()


def test_pnm_of_every_kind_is_read(tmp_path):
    size = f"{SIZE[1]} {SIZE[0]}"
    bits = DRAW.integers(0, 2, SIZE, dtype=np.uint8)  # 1 is black
    np.testing.assert_array_equal(
        read(tmp_path, f"P6\n# by hand\n{size}\n255\n".encode() + COLOURS.tobytes(), "ppm"), COLOURS
    )
    np.testing.assert_array_equal(
        read(tmp_path, f"P5 {size} 255\n".encode() + COLOURS[..., 0].tobytes(), "pgm"), grey(COLOURS[..., 0])
    )
    packed = np.packbits(bits, axis=1).tobytes()
    np.testing.assert_array_equal(read(tmp_path, f"P4\n{size}\n".encode() + packed, "pbm"), grey(255 * (1 - bits)))
    text = " ".join(map(str, COLOURS.ravel()))
    np.testing.assert_array_equal(read(tmp_path, f"P3\n{size}\n255\n{text}\n".encode(), "pnm"), COLOURS)


def test_pnm_of_more_and_of_fewer_levels_is_spread_over_8_bits(tmp_path):
    size, deep = f"{SIZE[1]} {SIZE[0]}", DEEP[..., 0]
    sixteen = read(tmp_path, f"P5\n{size}\n65535\n".encode() + deep.astype(">u2").tobytes(), "pgm")
    np.testing.assert_array_equal(sixteen, grey(to_8_bits(deep)))
    twelve = read(tmp_path, f"P5\n{size}\n4095\n".encode() + (deep >> 4).astype(">u2").tobytes(), "pgm")
    assert np.abs(twelve - grey(np.round((deep >> 4) / 4095 * 255))).max() <= 1
    coloured = read(tmp_path, f"P6\n{size}\n65535\n".encode() + DEEP[..., :3].astype(">u2").tobytes(), "ppm")
    np.testing.assert_array_equal(coloured, to_8_bits(DEEP[..., :3]))
    few = read(tmp_path, f"P5\n{size}\n3\n".encode() + (deep >> 14).astype(np.uint8).tobytes(), "pgm")
    np.testing.assert_array_equal(few, grey(85 * (deep >> 14)))


def test_tga_is_read_whichever_row_comes_first_and_its_opacity_only_where_it_has_some(tmp_path):
    pixels = np.dstack([COLOURS, DRAW.integers(0, 256, SIZE, dtype=np.uint8)])
    over_black = np.round(COLOURS * (pixels[..., 3:] / 255)).astype(np.uint8)
    np.testing.assert_array_equal(read(tmp_path, tga(pixels, 8), "tga"), over_black)
    np.testing.assert_array_equal(read(tmp_path, tga(pixels[::-1], 8, order=0), "tga"), over_black)
    np.testing.assert_array_equal(read(tmp_path, tga(pixels, 0), "tga"), COLOURS)
    np.testing.assert_array_equal(read(tmp_path, saved(COLOURS, "TGA", compression="tga_rle"), "tga"), COLOURS)


@pytest.mark.skipif(not features.check("jpg_2000"), reason="Pillow was built without JPEG 2000")
@pytest.mark.parametrize("suffix", ["jp2", "j2k"])
def test_jpeg_2000_is_read(tmp_path, suffix):
    options = {"irreversible": False, "no_jp2": suffix == "j2k"}
    np.testing.assert_array_equal(read(tmp_path, saved(COLOURS, "JPEG2000", **options), suffix), COLOURS)
    deep = saved(Image.fromarray(DEEP[..., 0]), "JPEG2000", **options)
    np.testing.assert_array_equal(read(tmp_path, deep, suffix), grey(to_8_bits(DEEP[..., 0])))


@pytest.mark.skipif(not features.check("avif"), reason="Pillow was built without AVIF")
@pytest.mark.parametrize("number", TURNED)
def test_avif_is_read_and_turned_upright(tmp_path, number):
    content = saved(SMOOTH, "AVIF", quality=100, subsampling="4:4:4", exif=orientation(number))
    shown = read(tmp_path, content, "avif")
    assert shown.shape == TURNED[number](SMOOTH).shape
    assert np.abs(shown.astype(int) - TURNED[number](SMOOTH)).mean() < 2


def test_still_gifs_are_read_and_their_transparent_colour_is_laid_over_black(tmp_path):
    numbers = np.arange(SIZE[0] * SIZE[1]).reshape(SIZE) % 7
    coloured, grey_scale = DRAW.integers(1, 256, (7, 3), dtype=np.uint8), np.repeat(np.arange(256), 3).reshape(-1, 3)
    for palette in (coloured, grey_scale):  # of the latter, Pillow makes greyscale
        picture = Image.fromarray(numbers.astype(np.uint8))
        picture.putpalette(palette.astype(np.uint8).tobytes())
        expected = palette[numbers]
        np.testing.assert_array_equal(read(tmp_path, saved(picture, "GIF", optimize=False), "gif"), expected)
        content = saved(picture, "GIF", transparency=3, optimize=False)
        np.testing.assert_array_equal(read(tmp_path, content, "gif"), np.where(numbers[..., None] == 3, 0, expected))


@pytest.mark.skipif(not features.check("avif"), reason="Pillow was built without AVIF")
def test_avif_that_calls_itself_heif_is_read_too(tmp_path):
    content = saved(SMOOTH, "AVIF", quality=100, subsampling="4:4:4")
    assert content[8:12] == b"avif"
    as_heif = content[:8] + b"mif1" + content[12:]  # as other encoders write it; avif is among the compatible brands
    np.testing.assert_array_equal(read(tmp_path, as_heif, "avif"), read(tmp_path, content, "avif"))


@pytest.mark.parametrize("suffix", ["ppm", "tga", "jp2", "avif", "gif"])
def test_damaged_pictures_of_rarer_formats_are_refused_by_name(tmp_path, suffix):
    format = {"ppm": "PPM", "tga": "TGA", "jp2": "JPEG2000", "avif": "AVIF", "gif": "GIF"}[suffix]
    content = saved(COLOURS, format)
    with pytest.raises(VidpredError, match=rf"1\.{suffix} (cannot be read as a picture|holds)"):
        read(tmp_path, content[: len(content) // 2], suffix)


def test_the_least_pillow_that_is_required_has_all_decoders():
    """AvifImagePlugin came with 11.3: with an older one, no picture of any format could be read."""
    settings = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())
    required = {each.name: each.specifier for each in map(Requirement, settings["project"]["dependencies"])}
    assert [required["pillow"].contains(version) for version in ("11.2.1", "11.3.0")] == [False, True]
